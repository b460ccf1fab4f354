"""The chat page's channel: a signed cookie says who speaks, JSON becomes a Message, a Reply becomes JSON.

    {"id": "m-1", "text": "孩子考上大学工会给钱吗"}   →   Message
    Reply   →   {"replies": [{"kind": "text", "text": "…", "choices": [{"label": "…", "says": "…"}]}]}

A visitor is a random id, no account and no name; whoever loses the cookie is somebody new. In a demo the cookie also
holds the persona, and each persona is a member of its own, so that a cadre never falls into a worker's half-told story.

Late replies wait in `Hub` for the browsers that listen now: bot/web/chat.py writes them out as server-sent events,
bot/delivery.py hands them in through `members` and `push`. The last few stay for an hour, for a phone whose line broke.

Knows nothing of HTTP beyond the cookie's value, keeps nothing on disk, and never trusts the body about who speaks.
"""

import asyncio
import hashlib
import hmac
import json
import re
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import get_args

from itsdangerous import BadSignature, URLSafeSerializer

from bot.errors import BadMessage, NotDelivered
from bot.messages import Image, Location, Message, Reply, Role

COOKIE = "niangjia"
ROLES: tuple[Role, ...] = get_args(Role)

MAX_TEXT = 2000
MAX_LABEL = 100

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_PHOTO = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

KEPT_EVENTS = 20  # per member
KEPT_MEMBERS = 2_000
KEPT_SECONDS = 3600.0
LISTENERS = 8  # browsers of one member; the oldest gives way


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who speaks: a random id, and in a demo the persona that was chosen."""

    id: str
    role: Role | None = None

    @property
    def sender(self) -> str:
        """The sender in our messages; every persona is somebody else."""
        return f"{self.id}-{self.role}" if self.role else self.id


@dataclass(frozen=True, slots=True)
class Event:
    """A late reply on its way to the browsers of one member."""

    id: str
    at: float
    data: str


@dataclass(eq=False, slots=True)
class Listener:
    """One open page. `None` in the queue: close."""

    is_open: Callable[[], bool]
    queue: asyncio.Queue[Event | None] = field(default_factory=asyncio.Queue)


class Hub:
    """Who listens now, and what each was told late in the last hour."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}
        self._told: OrderedDict[str, deque[Event]] = OrderedDict()
        self._closed = False

    def senders(self) -> set[str]:
        """Those with a page open."""
        return {sender for sender, pages in self._listeners.items() if any(page.is_open() for page in pages)}

    @contextmanager
    def listen(self, sender: str, after: str, now: float, is_open: Callable[[], bool]) -> Iterator[Listener]:
        """A page listens. What it missed since the event `after` comes first (all that is kept, when we do not know it:
        the page sees by the id what it has)."""
        listener = Listener(is_open)
        if self._closed:
            listener.queue.put_nowait(None)
        told = [event for event in self._told.get(sender, ()) if now - event.at < KEPT_SECONDS]
        ids = [event.id for event in told]
        for event in told[ids.index(after) + 1 :] if after in ids else told:
            listener.queue.put_nowait(event)
        pages = self._listeners.setdefault(sender, [])
        pages.append(listener)
        for oldest in pages[:-LISTENERS]:
            oldest.queue.put_nowait(None)
        try:
            yield listener
        finally:
            pages.remove(listener)
            if not pages and self._listeners.get(sender) is pages:
                del self._listeners[sender]

    def tell(self, sender: str, event: Event) -> bool:
        """To every page of this member; False when there is none."""
        pages = [page for page in self._listeners.get(sender, ()) if page.is_open()]
        if not pages:
            return False
        self._told.setdefault(sender, deque(maxlen=KEPT_EVENTS)).append(event)
        self._told.move_to_end(sender)
        while len(self._told) > KEPT_MEMBERS:
            self._told.popitem(last=False)
        for page in pages:
            page.queue.put_nowait(event)
        return True

    def close(self) -> None:
        """Every page is let go: the server stops."""
        self._closed = True
        for pages in self._listeners.values():
            for page in pages:
                page.queue.put_nowait(None)


class WebChat:
    """The channel of the chat page."""

    name = "webchat"

    def __init__(self, secret_key: str, demo: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.demo = demo
        self.hub = Hub()
        self.clock = clock
        self._picture_key = hmac.digest(secret_key.encode(), b"niangjia.webchat.picture", "sha256")
        self._cookies = URLSafeSerializer(
            secret_key,
            salt="niangjia.webchat.visitor",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    # who speaks

    def visitor(self, cookie: str | None) -> Visitor | None:
        """Who the cookie says it is; None for no cookie, or one that we did not sign."""
        try:
            data = self._cookies.loads(cookie or "")
        except BadSignature:
            return None
        if not isinstance(data, dict) or not isinstance(data.get("id"), str):
            return None
        return self._fit(Visitor(data["id"], next((role for role in ROLES if role == data.get("role")), None)))

    def newcomer(self) -> Visitor:
        """Somebody who was never here."""
        return self._fit(Visitor(secrets.token_urlsafe(12)))

    def as_persona(self, visitor: Visitor, persona: object) -> Visitor:
        """The same visitor in another role: for demos only."""
        if not self.demo:
            raise BadMessage("现在不是演示，不能换身份。", status=403)
        role = next((role for role in ROLES if role == persona), None)
        if role is None:
            raise BadMessage("身份只有三种：职工、群监员、工会干部。")
        return replace(visitor, role=role)

    def cookie(self, visitor: Visitor) -> str:
        """The value that brings this visitor back."""
        return self._cookies.dumps({"id": visitor.id} | ({"role": visitor.role} if visitor.role else {}))

    def _fit(self, visitor: Visitor) -> Visitor:
        """A demo's visitor has always a persona, anybody else's cookie never decides a role."""
        return replace(visitor, role=(visitor.role or "worker") if self.demo else None)

    # what is said

    def read(self, body: bytes, visitor: Visitor, at: datetime) -> Message:
        """The message in this body, or BadMessage with a sentence for the person."""
        data = self.parse(body)
        key = data.get("id")
        if not isinstance(key, str) or not _ID.fullmatch(key):
            raise BadMessage("消息的编号 id 要是 1 到 64 位的字母、数字、横线或下划线。")
        text = _text(data.get("text"), MAX_TEXT, f"一次最多说 {MAX_TEXT} 个字，请分几条发。")
        photo = data.get("photo")
        if photo is not None and not (isinstance(photo, str) and self.is_picture_name(photo)):
            raise BadMessage("没有这张照片，请重新发一次。")
        location = _location(data.get("location"))
        if not (text or photo or location):
            raise BadMessage("还没有写内容，请说一句话，或发一张照片。")
        return Message(
            channel=self.name,
            sender=visitor.sender,
            key=key,
            at=at,
            kind="image" if photo else "location" if location and not text else "text",
            text=text,
            media=photo or "",
            location=location,
            role=visitor.role,
        )

    def write(self, reply: Reply) -> dict[str, object]:
        """The reply as the page gets it; what can be chosen hangs on the last part."""
        replies: list[dict[str, object]] = []
        for part in reply.parts:
            replies.append({"kind": part.kind, "text": part.text})
            if isinstance(part, Image):
                replies[-1]["media"] = part.media
        if replies and reply.choices:
            replies[-1]["choices"] = [{"label": choice.label, "says": choice.says} for choice in reply.choices]
        return {"replies": replies}

    # pictures

    def picture_name(self, jpeg: bytes) -> str:
        """The name a picture is kept by: its hash, keyed, so that who holds the picture cannot ask whether we do."""
        return hmac.digest(self._picture_key, jpeg, "sha256").hex()

    @staticmethod
    def is_picture_name(name: str) -> bool:
        return _PHOTO.fullmatch(name) is not None

    # what is said later

    def members(self) -> Collection[str]:
        """Who can be reached now: the members with a page open."""
        return {f"{self.name}:{sender}" for sender in self.hub.senders()}

    async def push(self, sender: str, reply: Reply) -> None:
        """A late reply to every open page of this sender."""
        data = json.dumps(self.write(reply), ensure_ascii=False, separators=(",", ":"))
        if not self.hub.tell(sender, Event(secrets.token_urlsafe(9), self.clock(), data)):
            raise NotDelivered("页面关上了，等他下次打开。", again_in=5.0)

    # the body

    @staticmethod
    def parse(body: bytes) -> dict[str, object]:
        """The JSON object in this body."""
        try:
            data = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
            raise BadMessage("这条消息看不懂：要写成 JSON。") from None
        if not isinstance(data, dict):
            raise BadMessage("这条消息看不懂：要写成 JSON 对象。")
        return data


def _text(value: object, most: int, too_long: str) -> str:
    """What was typed, without what no keyboard writes."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadMessage("文字要写成字符串。")
    text = _CONTROL.sub("", value.replace("\r\n", "\n")).strip()
    if len(text) > most:
        raise BadMessage(too_long)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a character: JSON can say it, no database can keep it
        raise BadMessage("文字里有半个字，请重新打一遍。") from None
    return text


def _location(value: object) -> Location | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise BadMessage("位置要写明经度和纬度。")
    latitude, longitude = _degrees(value.get("lat"), 90), _degrees(value.get("lon"), 180)
    return Location(latitude, longitude, _text(value.get("label"), MAX_LABEL, f"地点的名字最多 {MAX_LABEL} 个字。"))


def _degrees(value: object, most: int) -> float:
    # a comparison refuses NaN and numbers too great for a float alike
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise BadMessage("位置的经度或纬度不对。")
    return float(value)
