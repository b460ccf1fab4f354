"""From the platform's raw XML to ours, through a real server: what a member of the account sees."""

import asyncio
import gzip
import io
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from bot.channels.wechat import WeChat
from bot.channels.wechat_api import WeChatApi
from bot.delivery import Delivery
from bot.dispatch import Dispatch
from bot.messages import Choice, Message, Reply, as_data, say
from bot.settings import Settings
from bot.web import keys, webhook
from storage import Storage
from tests.wechat import AES_KEY, APP_ID, OPENID, SECRET, TOKEN, Account, Platform, text, xml

PATIENCE = 0.1  # seconds, instead of four
SLOW = 0.3


class Desk:
    """A front desk that repeats what it hears, as slowly as a test wants, and counts what it did."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.takes = 0.0
        self.says: Callable[[Message], Reply] = lambda message: say(f"听到：{message.text or message.event}")
        self._running: dict[str, asyncio.Task[Reply]] = {}

    async def answer(self, message: Message) -> Reply:
        if message.key not in self._running:
            self._running[message.key] = asyncio.create_task(self._answer(message))
        return await asyncio.shield(self._running[message.key])

    async def _answer(self, message: Message) -> Reply:
        self.heard.append(message)
        await asyncio.sleep(self.takes)
        return self.says(message)


class Office:
    """Our side (one process of it) and the platform's, with the network between them."""

    def __init__(self, storage: Storage, platform: Platform, session: aiohttp.ClientSession, desk: Desk) -> None:
        self.storage, self.platform, self.session, self.desk = storage, platform, session, desk
        self.account = Account(aes_key=AES_KEY)
        self.api = WeChatApi(session, platform.base, APP_ID, SECRET, storage, pause=0)
        self.delivery = Delivery(storage, {"wechat": self.api})
        self.app = web.Application()
        self.app[keys.WECHAT] = WeChat(TOKEN, APP_ID, AES_KEY)
        self.app[keys.DISPATCH] = cast(Dispatch, desk)
        self.app[keys.STORAGE] = storage
        self.app[keys.DELIVERY] = self.delivery
        self.app[keys.SETTINGS] = Settings.model_validate({"wechat_verify": "MP_verify_abc.txt=abc"})
        self.app.router.add_get("/wechat", webhook.verify)
        self.app.router.add_post("/wechat", webhook.receive)
        self.app.router.add_get(r"/{name:MP_verify_\w+\.txt}", webhook.proof)
        self.app.on_shutdown.append(webhook.settle)
        self.server = TestServer(self.app)

    def is_slow(self) -> None:
        """From now on answers take longer than the platform waits (which is less than in life)."""
        webhook.front_door(self.app).patience, self.desk.takes = PATIENCE, SLOW

    async def is_quick_again(self) -> None:
        """What was under way has come to its end; from now on answers are there at once."""
        await webhook.front_door(self.app).settle()
        webhook.front_door(self.app).patience, self.desk.takes = webhook.PATIENCE, 0

    async def request(self, content: str, **how: Any) -> tuple[int, bytes]:
        """What the platform sends, and what it gets: status and body."""
        sent = self.account.request(content)
        return await self.post(sent.query, sent.body, **how)

    async def post(self, query: dict[str, str], body: bytes | AsyncIterator[bytes], **how: Any) -> tuple[int, bytes]:
        async with self.session.post(self.server.make_url("/wechat"), params=query, data=body, **how) as response:
            return response.status, await response.read()

    async def hears(self, content: str) -> str:
        """What the member reads at once; nothing where we only said `success`."""
        status, body = await self.request(content)
        assert status == 200
        return "" if body == b"success" else self.account.said(body)

    async def deliver(self) -> list[str]:
        """Delivery does its rounds; all that was sent by itself so far."""
        for _ in range(3):
            await self.delivery.step(datetime.now(UTC) + timedelta(seconds=2))
        return [words for _, words in self.platform.sent]

    async def owe(self, words: str) -> None:
        """A reply that has been waiting for the member's next message."""
        now = datetime.now(UTC)

        def job(records: Any) -> None:
            records.outbox.hold(records.outbox.put(f"wechat:{OPENID}", as_data(say(words)), now), "45015")

        await self.storage.run(job)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def office(storage: Storage, desk: Desk) -> AsyncIterator[Office]:
    async with Platform() as platform, aiohttp.ClientSession() as session:
        opened = Office(storage, platform, session, desk)
        await opened.server.start_server()
        yield opened
        await opened.server.close()


async def another_process(office: Office) -> Office:
    """A second process on the same database, with a desk of its own that knows what the first one answered."""
    other = Office(office.storage, office.platform, office.session, office.desk)
    await other.server.start_server()
    return other


# At once


async def test_a_member_asks_and_reads_the_answer(office: Office) -> None:
    assert await office.hears(text("大病救助怎么办")) == "听到：大病救助怎么办"
    assert await office.deliver() == []


async def test_every_kind_of_message_gets_an_answer_even_one_that_nobody_knows_yet(office: Office) -> None:
    for kind in ("image", "voice", "video", "location", "link", "hologram"):
        assert await office.hears(xml(kind, MediaId="m")) == "听到："
    assert await office.hears(xml("event", Event="subscribe")) == "听到：subscribe"


async def test_where_nothing_is_to_be_said_the_platform_hears_success(office: Office, desk: Desk) -> None:
    desk.says = lambda _: Reply()
    assert await office.request(xml("event", Event="unsubscribe")) == (200, b"success")


async def test_answers_are_xml_and_success_is_plain(office: Office) -> None:
    for content, kind in ((text("x"), "application/xml"), ("<xml/>", "text/plain")):
        sent = office.account.request(content)
        async with office.session.post(
            office.server.make_url("/wechat"), params=sent.query, data=sent.body
        ) as response:
            assert (response.content_type, response.charset) == (kind, "utf-8")


async def test_a_message_delivered_three_times_at_once_has_one_effect_and_one_answer(
    office: Office, desk: Desk
) -> None:
    desk.takes = 0.1
    content = text("我要报隐患")
    bodies = await asyncio.gather(*(office.hears(content) for _ in range(3)))
    assert bodies == ["听到：我要报隐患"] * 3
    assert len(desk.heard) == 1
    assert await office.hears(content) == "听到：我要报隐患", "a fourth one too"


async def test_a_repeat_after_the_line_broke_still_gets_the_answer(office: Office, desk: Desk) -> None:
    desk.takes = 0.15
    content = text("我要报隐患")
    with pytest.raises(asyncio.TimeoutError):
        await office.request(content, timeout=aiohttp.ClientTimeout(total=0.05))
    assert await office.hears(content) == "听到：我要报隐患"
    assert len(desk.heard) == 1


# Slow


async def test_a_slow_answer_is_promised_with_success_and_follows_by_itself(office: Office, desk: Desk) -> None:
    office.is_slow()
    began = time.monotonic()
    assert await office.request(text("慢的")) == (200, b"success")
    assert time.monotonic() - began < SLOW
    assert await office.deliver() == []
    await office.is_quick_again()
    assert await office.deliver() == ["听到：慢的"]
    assert await office.deliver() == ["听到：慢的"], "and not twice"


async def test_repeats_after_success_get_success_before_and_after_the_answer_was_sent(
    office: Office, desk: Desk
) -> None:
    office.is_slow()
    content = text("慢的")
    first, overlapping = await asyncio.gather(office.hears(content), office.hears(content))
    assert first == overlapping == ""
    assert await office.hears(content) == ""
    await office.is_quick_again()
    assert await office.hears(content) == ""
    assert await office.deliver() == ["听到：慢的"]
    assert await office.hears(content) == ""
    assert len(desk.heard) == 1


async def test_a_repeat_in_another_process_is_not_answered_twice(office: Office, desk: Desk) -> None:
    office.storage.shared = True
    other = await another_process(office)
    office.is_slow()
    other.is_slow()
    content = text("慢的")
    assert await office.hears(content) == ""
    assert await other.hears(content) == ""
    await office.is_quick_again()
    assert await other.hears(content) == ""
    assert await office.deliver() == ["听到：慢的"]
    assert await other.deliver() == ["听到：慢的"]
    await other.server.close()


async def test_with_choices_a_late_answer_still_has_its_numbers(office: Office, desk: Desk) -> None:
    office.is_slow()
    desk.says = lambda _: say("选一个", Choice("条件", "什么条件"))
    assert await office.hears(text("慢的")) == ""
    await office.is_quick_again()
    assert await office.deliver() == ["选一个\n\n回复数字接着问：\n1 条件"]


async def test_a_slow_turn_that_says_nothing_leaves_no_promise_behind(office: Office, desk: Desk) -> None:
    office.is_slow()
    desk.says = lambda _: Reply()
    assert await office.hears(text("慢的")) == ""
    await office.is_quick_again()
    future = datetime.now(UTC) + timedelta(hours=1)
    assert await office.storage.run(lambda records: records.outbox.abandoned(future)) == []
    assert await office.deliver() == []


@pytest.mark.parametrize("delays", [(0.25, 0.0), (0.15, 0.25)], ids=["promise first", "answer first"])
async def test_an_answer_that_comes_while_it_is_promised_is_neither_lost_nor_said_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch, delays: tuple[float, float]
) -> None:
    await office.owe("旧的")
    run, waits = office.storage.run, iter(delays)

    async def sluggish(job: Callable[[Any], Any]) -> Any:
        await asyncio.sleep(next(waits, 0))
        return await run(job)

    monkeypatch.setattr(office.storage, "run", sluggish)
    webhook.front_door(office.app).patience = PATIENCE
    content = text("新的")
    assert await office.hears(content) == ""
    await office.is_quick_again()
    assert await office.hears(content) == ""
    said = await office.deliver()
    said.append(await office.hears(xml("event", Event="CLICK", EventKey="k")))
    assert "".join(said).count("听到：新的") == 1
    assert "".join(said).count("旧的") == 1


async def test_when_the_house_closes_late_answers_are_written_down_first(office: Office, desk: Desk) -> None:
    office.is_slow()
    assert await office.hears(text("慢的")) == ""
    await office.server.close()
    assert await office.deliver() == ["听到：慢的"]


# Where we may not write first


async def test_without_the_right_a_late_answer_comes_with_the_members_next_message(office: Office, desk: Desk) -> None:
    office.platform.fail("message/custom/send", 48001)
    office.is_slow()
    assert await office.hears(text("慢的")) == ""
    await office.is_quick_again()
    assert await office.deliver() == []
    said = await office.hears(text("在吗"))
    assert said == f"{webhook.EARLIER}\n听到：慢的\n\n{webhook.LINE}\n听到：在吗"
    assert await office.hears(text("在吗")) == "听到：在吗", "only once"


async def test_an_account_known_to_have_no_right_says_that_it_takes_a_while(office: Office, desk: Desk) -> None:
    office.delivery.channels["wechat"] = WeChatApi(office.session, office.platform.base, APP_ID, "", office.storage)
    office.is_slow()
    content = text("慢的")
    assert await office.hears(content) == webhook.WAIT
    assert await office.hears(content) == webhook.WAIT
    await office.is_quick_again()
    assert "听到：慢的" in await office.hears(text("好了吗"))
    assert office.platform.sent == []


async def test_what_waited_goes_out_with_an_event_that_the_member_sees_and_with_no_other(office: Office) -> None:
    await office.owe("旧的")
    for event in ("unsubscribe", "LOCATION", "VIEW", "TEMPLATESENDJOBFINISH"):
        assert "旧的" not in await office.hears(xml("event", Event=event))
    assert "旧的" in await office.hears(xml("event", Event="CLICK", EventKey="使用说明"))


async def test_repeats_of_the_message_that_carried_it_carry_it_again(office: Office, desk: Desk) -> None:
    await office.owe("旧的")
    content = text("在吗")
    first, second, third = await asyncio.gather(*(office.hears(content) for _ in range(3)))
    assert first == second == third
    assert "旧的" in first
    other = await another_process(office)
    assert await other.hears(content) == first, "another process, or the same after a restart"
    await other.server.close()


async def test_it_goes_even_where_the_desk_says_nothing(office: Office, desk: Desk) -> None:
    await office.owe("旧的")
    desk.says = lambda _: Reply()
    assert await office.hears(text("嗯")) == f"{webhook.EARLIER}\n旧的"


async def test_the_answer_of_now_has_room_before_what_waited(office: Office, desk: Desk) -> None:
    office.platform.fail("message/custom/send", 48001)
    office.delivery.channels.clear()
    await office.owe("旧。" * 300)
    desk.says = lambda _: say("新。" * 250)
    first = await office.hears(text("一"))
    assert first.count("新。") == 250
    assert 0 < first.count("旧。") < 300
    assert first.endswith(webhook.MORE)
    desk.says = lambda _: say("好")
    second = await office.hears(text("二"))
    assert first.count("旧。") + second.count("旧。") == 300
    assert await office.hears(text("三")) == "好"


# Long


async def test_the_rest_of_a_long_answer_follows_by_itself_after_the_first_part(office: Office, desk: Desk) -> None:
    desk.says = lambda _: say("答案。" * 500)
    content = text("长的")
    first = await office.hears(content)
    assert len(first.encode()) <= 2000
    assert await office.hears(content) == first
    await office.delivery.step(datetime.now(UTC))
    assert office.platform.sent == [], "not before the first part is there"
    rest = await office.deliver()
    assert all(part.startswith(webhook.GOES_ON) and len(part.encode()) <= 2000 for part in rest)
    assert (first + "".join(rest)).count("答案。") == 500


async def test_without_the_right_the_rest_of_a_long_answer_waits_and_the_member_is_told(
    office: Office, desk: Desk
) -> None:
    office.delivery.channels.clear()
    desk.says = lambda message: say("答案。" * 500) if message.text == "长的" else Reply()
    said = [await office.hears(text("长的"))]
    while said[-1]:
        assert len(said[-1].encode()) <= 2000
        said.append(await office.hears(text("接着")))
    assert len(said) == 4
    assert "".join(said).count("答案。") == 500
    assert [webhook.MORE in each for each in said] == [True, True, False, False]


# What is not a message, and who is not the platform


async def test_a_wrong_signature_gets_403_and_no_reason(office: Office) -> None:
    sent = office.account.request(text("x"))
    for change in ({"signature": "0" * 40}, {"timestamp": "1"}, {"msg_signature": "0" * 40}, {"encrypt_type": "raw"}):
        assert await office.post(sent.query | change, sent.body) == (403, b"")
    assert await office.post({}, sent.body) == (403, b"")
    assert office.desk.heard == []


async def test_a_body_over_one_megabyte_gets_413_however_it_comes(office: Office) -> None:
    sent = office.account.request(text("x"))

    async def post(body: bytes, **headers: str) -> int:
        announced = io.BytesIO(body)
        status, _ = await office.post(sent.query, cast(bytes, announced), headers=headers)
        return status

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * (1 << 15)

    assert await post(b" " * (1 << 20) + b" ") == 413
    assert (await office.post(sent.query, in_pieces()))[0] == 413
    assert await post(gzip.compress(b" " * (3 << 20)), **{"Content-Encoding": "gzip"}) == 413
    office.app._state[keys.WECHAT] = WeChat(TOKEN, APP_ID)
    assert await post(text("x").encode() + b" " * (900 << 10)) == 200


@pytest.mark.parametrize("mode", ["plain", "sealed"])
async def test_after_a_good_signature_there_is_nothing_but_200(office: Office, mode: str) -> None:
    if mode == "plain":
        office.account = Account()
        office.app._state[keys.WECHAT] = WeChat(TOKEN, APP_ID)
    for content in ("", "hello", "{}", "<xml/>", "<xml><a>", "<!DOCTYPE a><xml/>", "\x00", "<xml>" * 1000, "汉" * 9):
        assert await office.request(content) == (200, b"success")


async def test_a_desk_that_breaks_and_a_storage_that_breaks_are_still_200(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any) -> Any:
        raise RuntimeError(OPENID)

    desk.says = broken
    with capture_logs() as logs:
        assert await office.request(text("家里的事")) == (200, b"success")
        desk.says = lambda _: say("答")
        monkeypatch.setattr(office.storage, "run", broken)
        monkeypatch.setattr(webhook, "PAUSES", ())
        assert await office.hears(text("家里的事")) == "答"
        office.is_slow()
        assert await office.request(text("家里的事")) == (200, b"success")
    assert logs
    assert OPENID not in str(logs)
    assert "家里的事" not in str(logs)


async def test_without_an_account_the_door_is_shut(office: Office) -> None:
    office.app._state[keys.WECHAT] = None
    assert await office.request(text("x")) == (403, b"")
    async with office.session.get(office.server.make_url("/wechat")) as response:
        assert response.status == 403


async def test_the_platform_checks_the_address_and_the_domain(office: Office) -> None:
    query = office.account.request("").query | {"echostr": "5838479218127813673"}
    async with office.session.get(office.server.make_url("/wechat"), params=query) as response:
        assert (response.status, await response.text()) == (200, "5838479218127813673")
    for wrong in ({"signature": "0" * 40}, {"timestamp": "5"}, {"echostr": ""}):
        async with office.session.get(office.server.make_url("/wechat"), params=query | wrong) as response:
            assert (response.status, await response.text()) == (403, "")
    async with office.session.get(office.server.make_url("/MP_verify_abc.txt")) as response:
        assert (response.status, await response.text()) == (200, "abc")
    async with office.session.get(office.server.make_url("/MP_verify_xyz.txt")) as response:
        assert response.status == 404


async def test_many_at_once_each_get_their_own_answer(office: Office) -> None:
    contents = [text(f"第{number}个", sender=f"o{number:028}") for number in range(200)]
    began = time.monotonic()
    said = await asyncio.gather(*(office.hears(content) for content in contents))
    assert said == [f"听到：第{number}个" for number in range(200)]
    assert time.monotonic() - began < webhook.PATIENCE
