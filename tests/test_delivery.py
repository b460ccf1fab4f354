"""Delivery: what was put into the outbox reaches its member, once and in order, or staff know why not."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import aiohttp
import pytest

from bot.channels.wechat_api import Refused, SharedTokens, WeChatApi
from bot.delivery import TRIES, Delivery
from bot.errors import NotDelivered
from bot.messages import Choice, Reply, as_data, from_data, say
from storage import OutboxRow, Storage, Transaction
from tests.wechat import APP_ID, SECRET, Platform

T = TypeVar("T")
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
AN = "oAn"
BO = "oBo"


class House:
    """Storage, the stand-in WeChat, and a delivery between them, at a time that the test sets."""

    def __init__(self, storage: Storage, platform: Platform, session: aiohttp.ClientSession) -> None:
        self.storage, self.platform = storage, platform
        self.now = START
        self.session = session
        self.api = self.client()
        self.delivery = Delivery(storage, {"wechat": self.api}, clock=lambda: self.now)

    def client(self, secret: str = SECRET) -> WeChatApi:
        return WeChatApi(
            self.session,
            self.platform.base,
            APP_ID,
            secret,
            SharedTokens(self.storage),
            clock=lambda: self.now,
            pause=0,
        )

    async def do(self, job: Callable[[Transaction], T]) -> T:
        return await self.storage.run(job)

    async def owe(self, openid: str, *texts: str) -> None:
        def job(records: Transaction) -> None:
            for text in texts:
                records.outbox.put(f"wechat:{openid}", as_data(say(text)), self.now)

        await self.do(job)

    async def later(self, **passed: float) -> int:
        """So much time passes, then one round."""
        self.now += timedelta(**passed)
        return await self.delivery.step(self.now)

    async def until_quiet(self) -> None:
        while await self.delivery.step(self.now):
            pass

    def read_by(self, openid: str) -> list[str]:
        return [text for reader, text in self.platform.sent if reader == openid]

    async def undelivered(self) -> list[OutboxRow]:
        return await self.do(lambda records: records.outbox.undelivered())

    async def held(self, openid: str) -> list[str]:
        taken = await self.do(lambda records: records.outbox.take_held(f"wechat:{openid}", self.now))
        return [from_data(reply).text for reply in taken]


@pytest.fixture
async def house(storage: Storage) -> AsyncIterator[House]:
    async with Platform() as platform, aiohttp.ClientSession() as session:
        yield House(storage, platform, session)


async def test_what_is_owed_is_said_once_and_in_order(house: House) -> None:
    await house.owe(AN, "一", "二", "三")
    await house.owe(BO, "甲")
    await house.until_quiet()
    assert house.read_by(AN) == ["一", "二", "三"]
    assert house.read_by(BO) == ["甲"]
    await house.later(days=1)
    assert len(house.platform.sent) == 4


async def test_chinese_goes_out_as_it_is_and_choices_are_numbered(house: House) -> None:
    reply = Reply(say("工会").parts, (Choice("条件", "什么条件"),))
    await house.do(lambda records: records.outbox.put(f"wechat:{AN}", as_data(reply), house.now))
    await house.until_quiet()
    assert house.read_by(AN) == ["工会\n\n回复数字接着问：\n1 条件"]
    assert "工会".encode() in house.platform.bodies[0]
    assert b"\\u" not in house.platform.bodies[0]


async def test_a_row_put_for_later_waits_for_its_time(house: House) -> None:
    await house.do(
        lambda records: records.outbox.put(
            f"wechat:{AN}", as_data(say("早")), house.now, not_before=house.now + timedelta(hours=2)
        )
    )
    assert await house.later(hours=1) == 0
    assert await house.later(hours=1) == 1
    assert house.read_by(AN) == ["早"]


async def test_while_the_platform_is_busy_we_come_back_later_and_later(house: House) -> None:
    house.platform.fail("message/custom/send", -1, times=2)
    await house.owe(AN, "一", "二")
    await house.until_quiet()
    assert house.read_by(AN) == []
    assert await house.later(seconds=4) == 0
    assert await house.later(seconds=2) == 1  # in vain again
    assert await house.later(seconds=10) == 0
    await house.later(seconds=6)
    await house.until_quiet()
    assert house.read_by(AN) == ["一", "二"], "the second does not overtake the first"


@pytest.mark.parametrize("status", [500, 502])
async def test_a_gateway_that_answers_in_html_is_only_busy(house: House, status: int) -> None:
    house.platform.fail("message/custom/send", status, times=1)
    await house.owe(AN, "一")
    await house.until_quiet()
    await house.later(seconds=6)
    assert house.read_by(AN) == ["一"]


async def test_after_enough_tries_it_is_given_up_and_staff_see_why(house: House) -> None:
    house.platform.fail("message/custom/send", -1)
    await house.owe(AN, "一")
    for _ in range(TRIES + 3):
        await house.later(hours=2)
    assert house.platform.calls["message/custom/send"] == TRIES
    (row,) = await house.undelivered()
    assert row.member == f"wechat:{AN}"
    assert "微信忙" in row.why


@pytest.mark.parametrize("code", [40003, 43004, 43019, 48002, 45002, 43101, 47003, 99999])
async def test_what_will_never_go_through_is_given_up_at_once(house: House, code: int) -> None:
    house.platform.fail("message/custom/send", code)
    await house.owe(AN, "一")
    await house.until_quiet()
    await house.later(days=1)
    assert house.platform.calls["message/custom/send"] == 1
    (row,) = await house.undelivered()
    assert str(code) in row.why
    assert "一" not in row.why
    assert AN not in row.why


@pytest.mark.parametrize("code", [45015, 45047, 48001, 48004, 40164])
async def test_what_may_not_be_said_first_waits_for_the_members_next_message(house: House, code: int) -> None:
    house.platform.fail("message/custom/send", code)
    await house.owe(AN, "一", "二")
    await house.until_quiet()
    house.platform.works("message/custom/send")
    await house.later(days=2)
    assert house.read_by(AN) == []
    assert await house.undelivered() == []
    assert await house.held(AN) == ["一", "二"]
    assert await house.held(AN) == [], "only once"


async def test_a_member_out_of_reach_does_not_keep_the_others_waiting(house: House) -> None:
    house.platform.fail("message/custom/send", 45015, times=1)
    await house.owe(AN, "一")
    await house.until_quiet()
    await house.owe(BO, "甲")
    await house.until_quiet()
    assert house.read_by(BO) == ["甲"]
    assert house.delivery.can_push("wechat")


async def test_an_account_without_the_right_is_known_as_such_until_something_goes_through(house: House) -> None:
    assert house.delivery.can_push("wechat")
    house.platform.fail("message/custom/send", 48001, times=1)
    await house.owe(AN, "一")
    await house.until_quiet()
    assert not house.delivery.can_push("wechat")
    assert not house.delivery.can_push("pigeon")
    await house.owe(BO, "甲")
    await house.until_quiet()
    assert house.delivery.can_push("wechat")


async def test_without_a_secret_nothing_is_asked_and_everything_waits(house: House) -> None:
    delivery = Delivery(house.storage, {"wechat": house.client(secret="")}, clock=lambda: house.now)
    assert not delivery.can_push("wechat")
    await house.owe(AN, "一")
    assert await delivery.step(house.now) == 1
    assert await house.held(AN) == ["一"]
    assert not house.platform.calls


async def test_when_the_days_calls_are_used_up_it_goes_on_after_midnight_in_china(house: House) -> None:
    house.platform.fail("message/custom/send", 45009, times=1)
    await house.owe(AN, "一")
    await house.until_quiet()
    house.now = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)
    assert await house.delivery.step(house.now) == 0
    house.now = datetime(2026, 11, 20, 16, 2, tzinfo=UTC)
    assert await house.delivery.step(house.now) == 1
    assert house.read_by(AN) == ["一"]


async def test_a_long_answer_goes_out_in_parts_and_the_quota_is_not_used_up(house: House) -> None:
    sentence = "困难职工家庭子女考上大学的，给予一次性助学金。"
    await house.owe(AN, sentence * 200)
    await house.until_quiet()
    said = house.read_by(AN)
    assert len(said) == 4
    assert all(len(text.encode()) <= 2000 for text in said)
    rest = await house.held(AN)
    assert ("".join(said) + "".join(rest)).replace("\n", "") == sentence * 200


async def test_a_part_that_was_said_is_not_said_again(house: House) -> None:
    await house.owe(AN, "甲。" * 300 + "\n" + "乙。" * 300)
    house.platform.fail("message/custom/send", -1)
    await house.until_quiet()
    house.platform.works("message/custom/send")
    push = house.api.post

    async def fails_second(path: str, body: dict[str, object]) -> dict[str, object]:
        if len(house.platform.sent) == 1:
            raise Refused(-1)
        return await push(path, body)

    house.api.post = fails_second  # type: ignore[method-assign]
    await house.later(seconds=10)
    house.api.post = push  # type: ignore[method-assign]
    assert len(house.platform.sent) == 1
    await house.later(seconds=10)
    assert "".join(house.read_by(AN)) == "甲。" * 300 + "乙。" * 300


# The token


async def test_one_token_serves_all_and_is_fetched_once(house: House) -> None:
    for number in range(40):
        await house.owe(f"o{number}", "好")
    await house.until_quiet()
    other_process = Delivery(house.storage, {"wechat": house.client()}, clock=lambda: house.now)
    await house.owe(AN, "好")
    await other_process.step(house.now)
    assert len(house.platform.sent) == 41
    assert house.platform.calls["stable_token"] == 1


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_refused_token_is_renewed_once_for_all_who_used_it(house: House, code: int) -> None:
    await house.owe(AN, "一")
    await house.until_quiet()
    house.platform.token = "token-2"  # somebody reset it
    house.platform.refusal = code
    for number in range(20):
        await house.owe(f"o{number}", "好")
    await house.until_quiet()
    assert len(house.platform.sent) == 21
    assert house.platform.calls["stable_token"] == 2


async def test_a_token_storm_ends_after_one_renewal(house: House) -> None:
    await house.owe("oFirst", "好")
    await house.until_quiet()
    house.platform.fail("message/custom/send", 40001)
    for number in range(30):
        await house.owe(f"o{number}", "好")
    for _ in range(5):
        await house.until_quiet()
    assert house.platform.calls["stable_token"] == 2, "the first one, and one renewal"
    assert house.platform.calls["message/custom/send"] <= 1 + 30 + 30
    house.platform.works("message/custom/send")
    await house.later(seconds=61)
    await house.until_quiet()
    assert len(house.platform.sent) == 31, "nothing is lost over it"


async def test_a_token_near_its_end_is_not_used_any_more(house: House) -> None:
    house.platform.lasts = 1000
    await house.owe(AN, "一")
    await house.until_quiet()
    house.now += timedelta(seconds=699)
    await house.owe(AN, "二")
    await house.until_quiet()
    assert house.platform.calls["stable_token"] == 1
    house.now += timedelta(seconds=2)
    await house.owe(AN, "三")
    await house.until_quiet()
    assert house.platform.calls["stable_token"] == 2


@pytest.mark.parametrize("code", [40013, 40125, 40164, 40001])
async def test_a_wrong_setting_is_not_asked_about_again_and_again(house: House, code: int) -> None:
    house.platform.fail("stable_token", code, message="invalid ip 10.1.2.3, not in whitelist")
    for number in range(10):
        await house.owe(f"o{number}", "好")
    await house.until_quiet()
    assert house.platform.calls["stable_token"] == 1
    assert await house.held("o3") == ["好"]


async def test_a_platform_that_cannot_be_reached_is_tried_again(house: House) -> None:
    house.api._base = "http://127.0.0.1:1"
    await house.owe(AN, "一")
    await house.until_quiet()
    house.api._base = house.platform.base
    await house.later(seconds=6)
    assert house.read_by(AN) == ["一"]


async def test_a_refusal_never_tells_the_token(house: House) -> None:
    house.api._base = "http://127.0.0.1:1"
    with pytest.raises(Refused) as refused:
        await house.api.get("menu/get")
    assert "access_token" not in repr(refused.value)
    assert refused.value.code is None


async def test_a_members_file_is_fetched_and_an_expired_one_is_not_taken_for_a_file(house: House) -> None:
    house.platform.files["m1"] = ("image/jpeg", b"\xff\xd8picture")
    assert (await house.api.fetch_media("m1")).content == b"\xff\xd8picture"
    with pytest.raises(Refused) as refused:
        await house.api.fetch_media("gone")
    assert refused.value.code == 40007
    house.platform.files["big"] = ("image/jpeg", bytes(13 << 20))
    with pytest.raises(Refused):
        await house.api.fetch_media("big")
    assert await house.api.put_image(b"\xff\xd8picture") == "media-1"


# Promises


async def test_a_promise_is_kept_when_its_answer_comes(house: House) -> None:
    row = await house.do(lambda records: records.outbox.await_answer(f"wechat:{AN}", "k", house.now))
    assert await house.later(seconds=10) == 0
    await house.do(lambda records: records.outbox.fill(row, as_data(say("查到了"))))
    await house.until_quiet()
    assert house.read_by(AN) == ["查到了"]


async def test_a_promise_whose_process_died_ends_in_an_excuse(house: House) -> None:
    await house.do(lambda records: records.outbox.await_answer(f"wechat:{AN}", "k", house.now))
    await house.later(minutes=4)
    assert house.read_by(AN) == []
    await house.later(minutes=2)
    await house.until_quiet()
    (said,) = house.read_by(AN)
    assert "请再发一次" in said


# The loop, and other channels


class Pages:
    """A channel whose members are reached only while they look."""

    name = "webchat"

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.shown: list[str] = []
        self.breaks = False

    def members(self) -> Collection[str]:
        return {f"webchat:{sender}" for sender in self.open}

    async def push(self, sender: str, reply: Reply) -> None:
        if self.breaks:
            raise RuntimeError(f"{sender} {reply.text}")
        if sender not in self.open:
            raise NotDelivered("页面关上了", again_in=5.0)
        self.shown.append(reply.text)


async def test_who_does_not_look_is_not_tried(house: House) -> None:
    pages = Pages()
    delivery = Delivery(house.storage, {"webchat": pages, "wechat": house.api}, clock=lambda: house.now)
    await house.do(lambda records: records.outbox.put("webchat:v1", as_data(say("一")), house.now))
    assert await delivery.step(house.now) == 0
    pages.open = {"v1", "v2"}
    assert await delivery.step(house.now) == 1
    assert pages.shown == ["一"]


async def test_a_fault_in_one_channel_stops_neither_the_others_nor_tells_what_was_said(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    pages = Pages()
    pages.open, pages.breaks = {"v1"}, True
    delivery = Delivery(house.storage, {"webchat": pages, "wechat": house.api}, clock=lambda: house.now)
    await house.do(lambda records: records.outbox.put("webchat:v1", as_data(say("家里的事")), house.now))
    await house.owe(AN, "一")
    await delivery.step(house.now)
    assert house.read_by(AN) == ["一"]
    house.platform.fail("message/custom/send", 43004)
    await house.owe(AN, "家里的事")
    await delivery.step(house.now)
    told = "".join(capfd.readouterr())
    assert "43004" in told
    assert "家里的事" not in told
    assert "v1" not in told
    assert AN not in told


async def test_the_loop_is_woken_and_survives_a_broken_round(house: House) -> None:
    running = asyncio.create_task(house.delivery.run())
    try:
        await asyncio.sleep(0.05)
        await house.owe(AN, "一")
        house.delivery.wake()
        await _soon(lambda: house.read_by(AN) == ["一"])
        step, house.delivery.step = house.delivery.step, _broken  # type: ignore[method-assign, assignment]
        house.delivery.wake()
        await asyncio.sleep(0.05)
        house.delivery.step = step  # type: ignore[method-assign]
        await house.owe(AN, "二")
        house.delivery.wake()
        await _soon(lambda: house.read_by(AN) == ["一", "二"])
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_two_processes_side_by_side_say_each_thing_once(house: House) -> None:
    other = Delivery(house.storage, {"wechat": house.client()}, clock=lambda: house.now)
    for number in range(30):
        await house.owe(f"o{number}", "一", "二")
    for _ in range(8):
        await asyncio.gather(house.delivery.step(house.now), other.step(house.now))
    assert len(house.platform.sent) == 60
    assert all(house.read_by(f"o{number}") == ["一", "二"] for number in range(30))


async def test_the_body_is_what_the_platform_wants(house: House) -> None:
    await house.owe(AN, "一")
    await house.until_quiet()
    assert json.loads(house.platform.bodies[0]) == {"touser": AN, "msgtype": "text", "text": {"content": "一"}}


async def _broken(_: datetime) -> int:
    raise OSError("disk")


async def _soon(condition: Callable[[], bool], seconds: float = 3.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  what we wait for happens in another server
            await asyncio.sleep(0.01)
