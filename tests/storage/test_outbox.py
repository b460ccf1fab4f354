"""Outbox: nothing said twice, nothing lost, each member in order."""

import asyncio
from datetime import UTC, datetime, timedelta

from storage import OutboxRow, Storage, Transaction
from tests.storage.processes import at_once

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def put(storage: Storage, member: str, text: str, not_before: datetime | None = None) -> int:
    return await storage.run(lambda transaction: transaction.outbox.put(member, {"text": text}, NOW, not_before))


async def claim(
    storage: Storage, now: datetime = NOW, members: list[str] | None = None, channel: str = "wechat", limit: int = 20
) -> list[OutboxRow]:
    return await storage.run(
        lambda transaction: transaction.outbox.claim("测试", channel, now, limit=limit, members=members)
    )


def texts(rows: list[OutboxRow]) -> list[str]:
    return [row.reply["text"] for row in rows if row.reply is not None]


async def test_a_claimed_row_says_to_whom_what(storage: Storage) -> None:
    id = await put(storage, "wechat:小明", "您的隐患已整改")

    assert await claim(storage) == [OutboxRow(id, "wechat:小明", "late", {"text": "您的隐患已整改"}, NOW, 0, "")]


async def test_a_channel_claims_its_own_rows_only(storage: Storage) -> None:
    await put(storage, "wechat:小明", "微信")
    await put(storage, "webchat:小明", "网页")

    assert texts(await claim(storage, channel="webchat")) == ["网页"]


async def test_only_those_who_can_be_reached_now_are_claimed(storage: Storage) -> None:
    await put(storage, "webchat:小明", "在线")
    await put(storage, "webchat:小红", "不在线")

    assert await claim(storage, channel="webchat", members=[]) == []
    assert texts(await claim(storage, channel="webchat", members=["webchat:小明"])) == ["在线"]


async def test_a_row_is_not_claimed_before_its_time(storage: Storage) -> None:
    await put(storage, "wechat:小明", "明天提醒", not_before=NOW + MINUTE)

    assert await claim(storage) == []
    assert texts(await claim(storage, NOW + MINUTE)) == ["明天提醒"]


async def test_a_member_hears_one_row_after_the_other(storage: Storage) -> None:
    first = await put(storage, "wechat:小明", "一")
    await put(storage, "wechat:小明", "二")
    await put(storage, "wechat:小红", "一")

    assert texts(await claim(storage)) == ["一", "一"]
    assert await claim(storage) == []  # 二 waits until 一 is through
    await storage.run(lambda transaction: transaction.outbox.sent(first, NOW))
    assert texts(await claim(storage)) == ["二"]


async def test_a_row_that_is_tried_again_keeps_its_place(storage: Storage) -> None:
    first = await put(storage, "wechat:小明", "一")
    await put(storage, "wechat:小明", "二")
    await claim(storage)
    await storage.run(lambda transaction: transaction.outbox.retry(first, "网络不通", NOW + MINUTE))

    assert await claim(storage) == []
    (again,) = await claim(storage, NOW + MINUTE)
    assert (again.id, again.attempts, again.why) == (first, 1, "网络不通")


async def test_a_reminder_for_tomorrow_holds_nothing_up(storage: Storage) -> None:
    await put(storage, "wechat:小明", "明天", not_before=NOW + MINUTE)
    await put(storage, "wechat:小明", "现在")

    assert texts(await claim(storage)) == ["现在"]


async def test_the_claim_of_a_dead_process_runs_out_after_a_minute(storage: Storage) -> None:
    await put(storage, "wechat:小明", "一")
    await claim(storage)

    assert await claim(storage, NOW + timedelta(seconds=59)) == []
    assert texts(await claim(storage, NOW + timedelta(seconds=60))) == ["一"]


async def test_a_process_that_comes_late_does_not_bring_a_sent_row_back(storage: Storage) -> None:
    id = await put(storage, "wechat:小明", "一")
    await claim(storage)
    await claim(storage, NOW + MINUTE)  # by another process
    await storage.run(lambda transaction: transaction.outbox.sent(id, NOW + MINUTE))

    await storage.run(lambda transaction: transaction.outbox.retry(id, "网络不通", NOW + MINUTE))

    assert await claim(storage, NOW + 10 * MINUTE) == []


async def test_a_claim_takes_no_more_than_its_limit_oldest_first(storage: Storage) -> None:
    for number in range(5):
        await put(storage, f"wechat:{number}", str(number))

    assert texts(await claim(storage, limit=2)) == ["0", "1"]
    assert texts(await claim(storage)) == ["2", "3", "4"]


async def test_sent_rows_are_not_claimed_again_and_forgotten_in_time(storage: Storage) -> None:
    id = await put(storage, "wechat:小明", "一")
    await storage.run(lambda transaction: transaction.outbox.sent(id, NOW))

    assert await claim(storage, NOW + 10 * MINUTE) == []
    assert await storage.run(lambda transaction: transaction.outbox.forget_before(NOW)) == 0
    assert await storage.run(lambda transaction: transaction.outbox.forget_before(NOW + MINUTE)) == 1


async def test_a_promised_answer_is_sent_once_it_is_there(storage: Storage) -> None:
    id = await storage.run(lambda transaction: transaction.outbox.await_answer("wechat:小明", "消息一", NOW))
    assert await claim(storage) == []

    await storage.run(lambda transaction: transaction.outbox.fill(id, {"text": "查到了"}))
    await storage.run(lambda transaction: transaction.outbox.fill(id, {"text": "第二个答案不算"}))

    assert texts(await claim(storage)) == ["查到了"]


async def test_the_same_message_is_promised_one_answer(storage: Storage) -> None:
    def promise(transaction: Transaction) -> int:
        return transaction.outbox.await_answer("wechat:小明", "消息一", NOW)

    ids = await asyncio.gather(*(storage.run(promise) for _ in range(20)))

    assert len(set(ids)) == 1


async def test_a_promise_that_nobody_keeps_is_found(storage: Storage) -> None:
    id = await storage.run(lambda transaction: transaction.outbox.await_answer("wechat:小明", "消息一", NOW))

    assert await storage.run(lambda transaction: transaction.outbox.abandoned(NOW)) == []
    (row,) = await storage.run(lambda transaction: transaction.outbox.abandoned(NOW + MINUTE))
    assert (row.id, row.member, row.reply) == (id, "wechat:小明", None)


async def test_what_may_not_be_pushed_goes_along_with_the_next_reply_once(storage: Storage) -> None:
    for text in ("一", "二"):
        id = await put(storage, "wechat:小明", text)
        await storage.run(lambda transaction, id=id: transaction.outbox.hold(id, "48001"))  # type: ignore[misc]

    def take(transaction: Transaction) -> list[dict[str, str]]:
        return transaction.outbox.take_held("wechat:小明", NOW)

    assert await claim(storage, NOW + 10 * MINUTE) == []
    assert await storage.run(lambda transaction: transaction.outbox.take_held("wechat:小红", NOW)) == []
    assert await storage.run(take) == [{"text": "一"}, {"text": "二"}]
    assert await storage.run(take) == []


async def test_what_was_given_up_is_shown_to_staff(storage: Storage) -> None:
    id = await put(storage, "wechat:小明", "一")
    await claim(storage)
    await storage.run(lambda transaction: transaction.outbox.give_up(id, "45015"))

    (row,) = await storage.run(lambda transaction: transaction.outbox.undelivered())
    assert (row.id, row.member, row.attempts, row.why) == (id, "wechat:小明", 1, "45015")
    assert await claim(storage, NOW + 10 * MINUTE) == []


async def test_many_tasks_claim_400_rows_and_none_twice(storage: Storage) -> None:
    ids = await storage.run(four_hundred)

    async def claim_all() -> list[int]:
        claimed: list[int] = []
        while rows := await claim(storage, limit=7):
            claimed += [row.id for row in rows]
        return claimed

    claimed = await asyncio.gather(*(claim_all() for _ in range(16)))

    assert sorted(id for ids_of_one in claimed for id in ids_of_one) == ids


async def test_two_processes_claim_400_rows_and_none_twice(database_url: str, storage: Storage) -> None:
    ids = await storage.run(four_hundred)

    claimed = await asyncio.to_thread(at_once, "claim", database_url)

    assert sorted(map(int, claimed)) == ids


async def test_a_member_with_many_rows_is_lent_one_at_a_time_whoever_asks(storage: Storage) -> None:
    for number in range(20):
        await put(storage, "wechat:小明", str(number))

    rounds = await asyncio.gather(*(claim(storage) for _ in range(16)))

    assert [texts(rows) for rows in rounds if rows] == [["0"]]


def four_hundred(transaction: Transaction) -> list[int]:
    return [transaction.outbox.put(f"wechat:{number}", {"text": "通知"}, NOW) for number in range(400)]
