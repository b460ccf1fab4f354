"""WeChat's front door: channel.read → dispatch.answer → channel.write, within five seconds.

    0 s   the message comes in                     a repeat of it joins the same turn
          the answer is there                      it goes out, with what waited for this member's next message
    4 s   the answer is not there yet              a promise in the outbox, and `success`: the platform is content
          now the answer is there                  it fills the promise, delivery sends it
                                                   (where we may not write first: with the member's next message)

The platform repeats what it thinks lost up to three times, even while the first is still open, and shows the member a
failure notice for anything but 200. So after a good signature there is nothing but 200; a wrong one gets 403 and no
reason, a body over 1 MB 413. A passive answer holds 2,000 bytes; the rest of a long one follows by way of the outbox. So
does a picture, where we may write first; its words go out at once.

What was handed over with a message is written down under the message's key before it is handed over, so that a repeat
gets it once more, from whatever process.
"""

import asyncio
import contextlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from weakref import WeakKeyDictionary

import structlog
from aiohttp import web
from prometheus_client import Counter

from bot.channels.wechat import SUCCESS, TEXT_BYTES, Envelope, WeChat, cut
from bot.delivery import Delivery
from bot.errors import BadMessage
from bot.messages import Image, Message, Reply, Text, as_data, from_data, say
from bot.web.keys import DELIVERY, DISPATCH, SETTINGS, STORAGE, WECHAT
from storage import Storage, Transaction

log = structlog.get_logger()

RECEIVED = Counter("niangjia_wechat_requests_total", "Requests at WeChat's door", ["outcome"])

BODY_BYTES = 1 << 20
PATIENCE = 4.0  # seconds from arrival; the platform hangs up at five
GRACE = 0.3  # for writing the promise down
PAUSES = (0.5, 5.0)  # before a late answer that could not be written down is tried again
KEPT_SECONDS = 60.0
KEPT_TURNS = 20_000
MOST_WAITING = 2_000
REST_AFTER = timedelta(seconds=1)  # so that the passive answer, still under way, comes first
LEAST_ROOM = 300  # bytes: less of a held reply is not worth a cut

# Events after which the member looks at the chat; an answer to others is not shown.
HEARD = frozenset(
    {"subscribe", "scan", "click", "scancode_waitmsg", "scancode_push", "location_select", "pic_sysphoto"}
    | {"pic_photo_or_album", "pic_weixin"}
)

EARLIER = "上回没来得及给您的答复："
LINE = "————"
GOES_ON = "（接上条）"
MORE = "（没说完，回复任意内容接着看。）"
PICTURE_COMES = "大字图片随后发来，长按可以保存、转发。"
NO_PICTURE = "（这个公众号现在不能主动发图片，图片里的字都在上面。）"
WAIT = "这个要多查一会儿。请过半分钟随便回复一个字，就能看到答复。"
BUSY = "现在问的人多，一时答不过来。请过一分钟再发一次；着急就打工会热线 12351。"


class Answers(Protocol):
    """The front desk (bot/dispatch.py), as far as this door knows it."""

    async def answer(self, message: Message) -> Reply: ...


@dataclass(slots=True)
class _Turn:
    """A message being answered, and for a minute after that what its repeats get."""

    arrived: float
    answer: "asyncio.Task[str]"
    name: str = field(default_factory=lambda: secrets.token_hex(8))  # signs our marks among those of other processes
    promise: "asyncio.Task[int | None] | None" = None  # the row's number; None: not written down
    instead: str = ""  # what is said at once in place of the promised answer
    elsewhere: bool = False  # another process gave the promise, and will keep it
    ended: float = 0.0


@dataclass(frozen=True, slots=True)
class _Said:
    """What goes out passively."""

    text: str = ""
    promised_by: str = ""  # nothing goes out: this turn promised the answer
    later: bool = False  # there is more in the outbox
    empty: bool = False  # nothing was held for the member


@dataclass(slots=True)
class FrontDoor:
    """Between the platform's impatience and answers that take their time."""

    wechat: WeChat
    dispatch: Answers
    storage: Storage
    delivery: Delivery
    patience: float = PATIENCE
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _turns: "OrderedDict[tuple[str, str], _Turn]" = field(default_factory=OrderedDict)
    _waiting: int = 0

    async def reply(self, envelope: Envelope, arrived: float) -> bytes:
        """The body to answer with. `arrived` on the monotonic clock."""
        message = envelope.message
        identity = (message.member, message.key)
        turn = self._turns.get(identity)
        if turn is None:
            if self._waiting >= MOST_WAITING:
                RECEIVED.labels("busy").inc()
                return self.wechat.write(envelope, [say(BUSY)])
            turn = self._begin(identity, message, arrived)
        if not turn.answer.done() and turn.promise is None:
            await asyncio.wait({turn.answer}, timeout=max(0.0, turn.arrived + self.patience - time.monotonic()))
        if not turn.answer.done() and turn.promise is None:
            RECEIVED.labels("late").inc()
            turn.promise = asyncio.create_task(self._promised(turn, message))
            if _is_heard(message) and not self.delivery.can_push(message.channel):
                turn.instead = WAIT
        if turn.promise is not None:
            await asyncio.wait({turn.promise}, timeout=GRACE)
            text = turn.instead
        else:
            text = turn.answer.result()
        return self.wechat.write(envelope, [say(text)]) if text else SUCCESS

    async def settle(self, seconds: float = 8.0) -> None:
        """Let what is under way come to its end, for the house closes."""
        under_way = {turn.answer for turn in self._turns.values() if not turn.answer.done()}
        if under_way:
            await asyncio.wait(under_way, timeout=seconds)

    def _begin(self, identity: tuple[str, str], message: Message, arrived: float) -> _Turn:
        while self._turns:
            oldest = next(iter(self._turns.values()))
            is_old = 0 < oldest.ended < arrived - KEPT_SECONDS
            if not is_old and (len(self._turns) < KEPT_TURNS or not oldest.ended):
                break
            self._turns.popitem(last=False)
        turn = _Turn(arrived, asyncio.create_task(self._answered(identity, message)))
        self._turns[identity] = turn  # before the task begins: it looks here
        self._waiting += 1
        return turn

    async def _answered(self, identity: tuple[str, str], message: Message) -> str:
        """The text of the passive answer; nothing where it was promised instead. Never raises."""
        turn = self._turns[identity]
        try:
            reply, pictures = self._parted(await self.dispatch.answer(message))
            if turn.promise is None:
                text = await self._said(turn, message, reply, pictures)
                if turn.promise is None:
                    return text or ""
                if text is not None:  # with what was held, which is taken already
                    reply, pictures = say(text) if text else Reply(), ()
            await self._keep_promise(turn, message, reply, pictures)
        except Exception as fault:  # noqa: BLE001  whatever happens, the platform gets its 200
            log.error("wechat: turn failed", kind=message.kind, fault=type(fault).__name__)
            RECEIVED.labels("fault").inc()
        finally:
            turn.ended = time.monotonic()
            self._waiting -= 1
        return ""

    def _parted(self, reply: Reply) -> tuple[Reply, tuple[Reply, ...]]:
        """The reply in words, and its pictures, each to follow by itself. A picture's own words are among the former."""
        images = [part for part in reply.parts if isinstance(part, Image)]
        if not images:
            return reply, ()
        can_push = self.delivery.can_push(self.wechat.name)
        words = [Text(part.text) for part in reply.parts]
        words.append(Text(PICTURE_COMES if can_push else NO_PICTURE))
        pictures = tuple(Reply((Image(image.media, ""),)) for image in images) if can_push else ()
        return replace(reply, parts=tuple(words)), pictures

    async def _said(self, turn: _Turn, message: Message, reply: Reply, pictures: Sequence[Reply]) -> str | None:
        """What goes out now: the reply, joined with what waited for this message. None: it was promised meanwhile."""
        texts = self.wechat.split(reply)
        shared = self.storage.shared
        known = not shared and not pictures and len(texts) < 2
        if known and (self.delivery.holds_nothing(message.member) or not _is_heard(message)):
            return texts[0] if texts else ""
        can_push, now, holds = self.delivery.can_push(message.channel), self.clock(), self.delivery.holds
        try:
            said = await self.storage.run(
                lambda records: _hand_over(
                    records, message, texts, pictures, name=turn.name, can_push=can_push, now=now
                )
            )
        except Exception as fault:  # noqa: BLE001  what waits can wait longer, the answer not
            log.error("wechat: held replies not read", fault=type(fault).__name__)
            return texts[0] if texts else ""
        if said.promised_by:
            turn.elsewhere = said.promised_by != turn.name
            return None
        if said.later:
            self.delivery.held(message.member) if not can_push else self.delivery.wake()
        elif said.empty:
            self.delivery.found_empty(message.member, holds)
        return said.text

    async def _promised(self, turn: _Turn, message: Message) -> int | None:
        """Write down that an answer is owed; the row's number."""
        now = self.clock()

        def job(records: Transaction) -> int | None:
            before = records.inbox.seen(message.member, _mark(message))
            if before is not None:  # what we handed over ourselves came too late, and needs a row of its own
                turn.elsewhere = before["by"] != turn.name
                return None
            records.inbox.remember(message.member, _mark(message), {"by": turn.name, "promised": True}, now)
            return records.outbox.await_answer(message.member, message.key, now)

        try:
            return await self.storage.run(job)
        except Exception as fault:  # noqa: BLE001  the answer is still on its way in this process
            log.error("wechat: promise not written", fault=type(fault).__name__)
            return None

    async def _keep_promise(self, turn: _Turn, message: Message, reply: Reply, pictures: Sequence[Reply]) -> None:
        """The promised answer is there: into the outbox with it."""
        assert turn.promise is not None
        row = await turn.promise
        if turn.elsewhere:
            return
        texts = self.wechat.split(reply)
        replies = [*([reply] if len(texts) == 1 else [say(text) for text in texts]), *pictures]
        can_push, now = self.delivery.can_push(message.channel), self.clock()

        def job(records: Transaction) -> None:
            rows = []
            for number, part in enumerate(replies):
                if number == 0 and row is not None:
                    records.outbox.fill(row, as_data(part))
                    rows.append(row)
                else:
                    rows.append(records.outbox.put(message.member, as_data(part), now))
            if not replies and row is not None:
                records.outbox.sent(row, now)  # there was nothing to say
            if not can_push:
                for each in rows:
                    records.outbox.hold(each, "不能主动发消息，等会员下次说话")

        for pause in (*PAUSES, 0.0):
            try:
                await self.storage.run(job)
                break
            except Exception:
                if not pause:
                    raise
                await asyncio.sleep(pause)
        if can_push:
            self.delivery.wake()
        else:
            self.delivery.held(message.member)


def _hand_over(
    records: Transaction,
    message: Message,
    texts: list[str],
    pictures: Sequence[Reply] = (),
    *,
    name: str,
    can_push: bool,
    now: datetime,
) -> _Said:
    """One job: what waited is taken, joined with the answer's texts, and the whole kept for repeats of the message."""
    member, mark = message.member, _mark(message)
    records.conversations.lock(member)
    if (before := records.inbox.seen(member, mark)) is not None:
        return _Said(promised_by=before["by"]) if "promised" in before else _Said(before["text"])
    held = [from_data(reply).text for reply in records.outbox.take_held(member, now)] if _is_heard(message) else []
    text, later = join([each for each in held if each], texts, can_push)
    for each in later:
        row = records.outbox.put(member, as_data(say(each)), now, not_before=now + REST_AFTER, kind="rest")
        if not can_push:
            records.outbox.hold(row, "一条装不下，等会员下次说话")
    for picture in pictures:
        records.outbox.put(member, as_data(picture), now, not_before=now + REST_AFTER, kind="picture")
    if held or later or pictures:
        records.inbox.remember(member, mark, {"by": name, "text": text}, now)
    return _Said(text, later=bool(later or pictures), empty=not held and _is_heard(message))


def join(held: list[str], texts: list[str], can_push: bool) -> tuple[str, list[str]]:
    """What is said now, at most 2,000 bytes, and the texts for later: first what was held, then the answer itself.

    The answer has the first right to the room; what is held gets what is left, and never blocks it.
    """
    hint = "" if can_push else f"\n{MORE}"
    now, rest = (texts[0], texts[1:]) if texts else ("", [])
    waiting: list[str] = []
    if held:
        frame = f"\n\n{LINE}\n{now}" if now else ""
        taken, waiting = _filled(held, TEXT_BYTES - _size(f"{EARLIER}\n{frame}{hint}"))
        if taken:
            now = f"{EARLIER}\n{taken}{frame}"
    if hint and (rest or waiting):
        now, *over = cut(now, TEXT_BYTES - _size(hint))
        now, rest = now + hint, over + rest
    return now, waiting + _going_on(rest)


def _filled(held: list[str], room: int) -> tuple[str, list[str]]:
    """As much of what is held as fits the room, in its order, and what is left."""
    taken: list[str] = []
    for number, text in enumerate(held):
        left = room - _size("\n\n".join([*taken, ""]))
        if _size(text) <= left:
            taken.append(text)
            continue
        rest = held[number:]
        if left >= LEAST_ROOM:
            first, *over = cut(text, left)
            taken.append(first)
            rest = [*_going_on(over), *held[number + 1 :]]
        return "\n\n".join(taken), rest
    return "\n\n".join(taken), []


def _going_on(texts: list[str]) -> list[str]:
    """The rest of a text, in pieces that still fit one message when it is said that they go on."""
    return [GOES_ON + piece for piece in cut("\n".join(texts), TEXT_BYTES - _size(GOES_ON))]


def _size(text: str) -> int:
    return len(text.encode())


def _mark(message: Message) -> str:
    """Under what the inbox keeps what this door did with a message, beside the reply that dispatch keeps."""
    return f"{message.key} door"


def _is_heard(message: Message) -> bool:
    return message.kind != "event" or message.event in HEARD


_DOORS: WeakKeyDictionary[web.Application, FrontDoor] = WeakKeyDictionary()


def front_door(app: web.Application) -> FrontDoor:
    """The door of this app, made when it is first needed. Only where there is an account."""
    door = _DOORS.get(app)
    if door is None:
        wechat = app[WECHAT]
        assert wechat is not None
        door = _DOORS[app] = FrontDoor(wechat, app[DISPATCH], app[STORAGE], app[DELIVERY])
    return door


async def settle(app: web.Application) -> None:
    """For `app.on_shutdown`: late answers are written down before the storage closes."""
    if (door := _DOORS.get(app)) is not None:
        await door.settle()


async def verify(request: web.Request) -> web.StreamResponse:
    """GET /wechat: the platform checks that the address is ours."""
    wechat = request.app[WECHAT]
    try:
        if wechat is None:
            raise BadMessage("没有接公众号。", status=403)
        return web.Response(text=wechat.echo(request.query, time.time()), headers={"X-Content-Type-Options": "nosniff"})
    except BadMessage:
        return _refused()


async def receive(request: web.Request) -> web.StreamResponse:
    """POST /wechat: a message, or an event."""
    arrived = time.monotonic()
    wechat = request.app[WECHAT]
    if wechat is None:
        return _refused()
    if (request.content_length or 0) > BODY_BYTES:
        return _too_large()
    try:
        wechat.verify(request.query, time.time())
        body = await _body(request)
        if body is None:
            return _too_large()
        envelope = wechat.read(request.query, body, time.time())
    except BadMessage:
        return _refused()
    if envelope is None:
        RECEIVED.labels("unreadable").inc()
        return _answered(SUCCESS)
    RECEIVED.labels("message").inc()
    try:
        return _answered(await front_door(request.app).reply(envelope, arrived))
    except Exception as fault:  # noqa: BLE001  anything but 200 shows the member a failure and brings the message again
        log.error("wechat: no answer", fault=type(fault).__name__)
        RECEIVED.labels("fault").inc()
        return _answered(SUCCESS)


async def proof(request: web.Request) -> web.StreamResponse:
    """GET /MP_verify_….txt: proof to the platform that the domain is ours."""
    name, _, content = request.app[SETTINGS].wechat_verify.partition("=")
    if not name or request.match_info["name"] != name:
        raise web.HTTPNotFound
    return web.Response(text=content, headers={"X-Content-Type-Options": "nosniff"})


async def _body(request: web.Request) -> bytes | None:
    """The body, None where it is over the limit. What broke off or cannot be unpacked reads as nothing."""
    body = bytearray()
    with contextlib.suppress(web.RequestPayloadError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > BODY_BYTES:
                    return None
    return bytes(body)


def _answered(body: bytes) -> web.Response:
    kind = "text/plain" if body == SUCCESS else "application/xml"
    return web.Response(body=body, content_type=kind, charset="utf-8")


def _refused() -> web.Response:
    RECEIVED.labels("refused").inc()
    return web.Response(status=403)


def _too_large() -> web.Response:
    RECEIVED.labels("too_large").inc()
    return web.Response(status=413)
