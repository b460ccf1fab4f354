"""Inbox: a message is answered once, however often and wherever it comes."""

import asyncio
from datetime import UTC, datetime, timedelta

from storage import Storage, Transaction
from tests.storage.processes import at_once

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


async def test_a_new_message_has_no_reply(storage: Storage) -> None:
    assert await storage.run(lambda transaction: transaction.inbox.seen("wechat:小明", "一")) is None


async def test_the_first_reply_stands(storage: Storage) -> None:
    for text in ("第一个", "第二个"):
        await storage.run(
            lambda transaction, text=text: transaction.inbox.remember("wechat:小明", "一", {"text": text}, NOW)  # type: ignore[misc]
        )

    assert await storage.run(lambda transaction: transaction.inbox.seen("wechat:小明", "一")) == {"text": "第一个"}


async def test_the_same_key_from_two_members_is_two_messages(storage: Storage) -> None:
    await storage.run(lambda transaction: transaction.inbox.remember("wechat:小明", "一", {"text": "给小明"}, NOW))

    assert await storage.run(lambda transaction: transaction.inbox.seen("wechat:小红", "一")) is None


async def test_old_messages_are_forgotten(storage: Storage) -> None:
    def two(transaction: Transaction) -> None:
        transaction.inbox.remember("wechat:小明", "旧", {"text": ""}, NOW - timedelta(days=1))
        transaction.inbox.remember("wechat:小明", "新", {"text": ""}, NOW)

    await storage.run(two)

    assert await storage.run(lambda transaction: transaction.inbox.forget_before(NOW)) == 1
    assert await storage.run(lambda transaction: transaction.inbox.seen("wechat:小明", "旧")) is None
    assert await storage.run(lambda transaction: transaction.inbox.seen("wechat:小明", "新")) == {"text": ""}


async def test_a_message_that_comes_fifty_times_at_once_is_answered_once(storage: Storage) -> None:
    answered: list[int] = []

    async def come(number: int) -> str:
        def answer(transaction: Transaction) -> str:
            transaction.conversations.lock("wechat:小明")
            earlier = transaction.inbox.seen("wechat:小明", "一")
            if earlier is None:
                answered.append(number)
                earlier = {"text": f"第{number}次"}
                transaction.inbox.remember("wechat:小明", "一", earlier, NOW)
            return str(earlier["text"])

        return await storage.run(answer)

    replies = await asyncio.gather(*(come(number) for number in range(50)))

    assert len(answered) == 1
    assert set(replies) == {f"第{answered[0]}次"}


async def test_two_processes_that_get_the_same_messages_give_the_same_replies(database_url: str) -> None:
    lines = await asyncio.to_thread(at_once, "answer", database_url)

    assert len(lines) == 2 * 8 * 20
    assert len(set(lines)) == 20
