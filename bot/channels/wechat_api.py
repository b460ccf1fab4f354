"""The other direction: what we ask of WeChat's servers. A small client of our own on aiohttp.

    push(sender, reply)      a customer-service message, the only way to say something after the callback's five seconds;
                             a picture of ours is drawn, uploaded for three days and sent
    menu(), put_menu(…)      the buttons under the chat
    fetch_media(…)           a member's picture or voice, which the platform keeps for three days

Every call carries the access token. `stable_token` gives the same token to everybody who asks; it is kept in the
storage, so that all processes use one, and fetched by one task at a time. A token that the platform refuses is
renewed, at most once a minute, and the call repeated once: under a lasting 40001 wechatpy's client fetched 486 tokens.

What the platform refuses becomes Refused (a code and a sentence); `push` makes NotDelivered of it by the table below.
Never logs texts, openids, or addresses with a token in them.
"""

import asyncio
import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, FormData

from bot.channels.wechat import WeChat, cut
from bot.errors import BotError, NotDelivered
from bot.messages import Image, Reply, with_numbers
from bot.pictures import NoPicture, Pictures
from storage import Storage

log = structlog.get_logger()

TIMEOUT = ClientTimeout(total=10, connect=5)
MEDIA_TIMEOUT = ClientTimeout(total=60, connect=5)
MEDIA_BYTES = 12 << 20
TEXTS_AT_ONCE = 4  # five are allowed in 48 hours after a message; one stays for an answer that comes later
EARLY = 300  # seconds before its end from which a token is not used any more
RENEW_EVERY = 60.0

BAD_TOKEN = frozenset({40001, 40014, 42001})
BUSY = frozenset({-1, 61450, 45011})
MISSET = frozenset({40002, 40013, 40125, 40164, 40243, 41002, 41004, 48004, 50002, 89503, 61024})
NO_RIGHT = frozenset({48001})
NOT_NOW = frozenset({45015, 45047})
NO_PICTURE = "刚才那张图片没有发成：{why}。图片里的字和上面写的一样，一个字不少。"

SENTENCES = {
    -1: "微信忙",
    40001: "微信不认 access_token 或 AppSecret",
    40003: "会员的 openid 不对",
    40013: "AppID 不对",
    40125: "AppSecret 不对",
    40164: "服务器的 IP 不在公众号的 IP 白名单里",
    40243: "AppSecret 被冻结了，要到公众平台解冻",
    43004: "会员没有关注公众号",
    43019: "会员在黑名单里",
    45002: "内容太长",
    45009: "今天的接口次数用完了",
    45011: "接口叫得太勤",
    45015: "会员 48 小时内没有发过消息，或者已取消关注",
    45047: "会员发消息以后，能主动回的几条已经用完",
    46003: "还没有菜单",
    48001: "公众号没有这个接口的权限",
    48002: "会员拒收消息",
    48004: "接口被微信封禁",
    50002: "公众号被限制登录",
}


class Refused(BotError):
    """The platform said no, or nothing that could be understood. `code`: its errcode; None: no answer came."""

    def __init__(self, code: int | None, detail: str = "") -> None:
        sentence = "连不上微信接口" if code is None else SENTENCES.get(code, "微信没有接受")
        super().__init__(f"{sentence}（{detail}）" if detail else f"{sentence}（{code}）")
        self.code, self.detail = code, detail


class TokenKeeper(Protocol):
    """Where tokens are kept for all who use the account."""

    async def get(self, name: str, now: datetime) -> str | None: ...
    async def put(self, name: str, value: str, expires_at: datetime) -> None: ...


class SharedTokens:
    """Tokens in the storage: one for all processes."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def get(self, name: str, now: datetime) -> str | None:
        return await self._storage.run(lambda records: records.tokens.get(name, now))

    async def put(self, name: str, value: str, expires_at: datetime) -> None:
        await self._storage.run(lambda records: records.tokens.put(name, value, expires_at))


class OwnTokens:
    """Tokens of a command that asks a few things and ends."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}

    async def get(self, name: str, now: datetime) -> str | None:
        return self._tokens.get(name)

    async def put(self, name: str, value: str, expires_at: datetime) -> None:
        self._tokens[name] = value


@dataclass(frozen=True, slots=True)
class Media:
    content: bytes
    kind: str  # the Content-Type


class WeChatApi:
    """The account's client. Without a secret it can ask nothing: what is late waits for the member's next message."""

    name = WeChat.name

    def __init__(
        self,
        session: ClientSession,
        base: str,
        app_id: str,
        secret: str,
        tokens: TokenKeeper | Storage,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: float = 0.5,
        pictures: Pictures | None = None,
    ) -> None:
        self._session, self._base, self._app_id, self._secret = session, base.rstrip("/"), app_id, secret
        self._tokens = SharedTokens(tokens) if isinstance(tokens, Storage) else tokens
        self._clock, self._pause, self._pictures = clock, pause, pictures
        self._token_name = f"wechat {app_id}"
        self._one_at_a_time = asyncio.Lock()
        self._renewed = -RENEW_EVERY  # on the monotonic clock
        self._in_vain: tuple[float, Refused] | None = None

    @property
    def closed(self) -> bool:
        """Whether nobody can be written to first."""
        return not (self._app_id and self._secret)

    def members(self) -> Collection[str] | None:
        """Everybody."""
        return None

    async def push(self, sender: str, reply: Reply) -> None:
        """Say `reply` to a member who did not just write. NotDelivered says what is to become of it."""
        images = [part for part in reply.parts if isinstance(part, Image)]
        if images and not self.closed:
            reply = await self._push_images(sender, reply, images)
        texts = cut(with_numbers(reply))
        for done, text in enumerate(texts):
            if done == TEXTS_AT_ONCE:
                raise NotDelivered("太长，剩下的等会员下次发消息", hold=True, rest="\n".join(texts[done:]))
            if done:
                await asyncio.sleep(self._pause)  # two at the same moment may arrive in the other order
            try:
                await self._push_text(sender, text)
            except NotDelivered as wrong:
                wrong.rest = "\n".join(texts[done:]) if done else ""
                raise

    async def _push_images(self, sender: str, reply: Reply, images: Sequence[Image]) -> Reply:
        """Send the pictures of a reply; what is left of it to be said in words."""
        alone = len(reply.parts) == 1
        sent = [image for image in images if await self._push_image(sender, image, alone)]
        return replace(reply, parts=tuple(part for part in reply.parts if part not in sent))

    async def _push_image(self, sender: str, image: Image, alone: bool) -> bool:
        """Send a picture of ours. False: it cannot be drawn, its words (if any) are to be said. NotDelivered: as for
        texts; but a picture whose words were said before is not held for the next message, only a word about it."""
        try:
            if self._pictures is None:
                return False
            picture = await self._pictures.fetch(image.media)
            media = await self.put_image(picture.content, "image/png")
            await self.post("message/custom/send", {"touser": sender, "msgtype": "image", "image": {"media_id": media}})
        except NoPicture as reason:
            log.warning("wechat: no picture", why=str(reason))
            return False
        except Refused as refused:
            wrong = self._verdict(refused)
            if wrong.hold and alone and not image.text:
                wrong.rest = NO_PICTURE.format(why=SENTENCES.get(refused.code or 0, "微信没有接受"))
            raise wrong from None
        return True

    async def _push_text(self, sender: str, text: str) -> None:
        if self.closed:
            raise NotDelivered("没有写 AppSecret，不能主动发消息", hold=True, closed=True)
        try:
            await self.post("message/custom/send", {"touser": sender, "msgtype": "text", "text": {"content": text}})
        except Refused as refused:
            raise self._verdict(refused) from None

    def _verdict(self, refused: Refused) -> NotDelivered:
        code, why = refused.code, str(refused)
        if code is None or code in BUSY or code in BAD_TOKEN:
            return NotDelivered(why, again_in=60.0 if code == 45011 or code in BAD_TOKEN else 0.0)
        if code == 45009:
            return NotDelivered(why, again_in=_until_midnight(self._clock()))
        if code in NOT_NOW:
            return NotDelivered(why, hold=True)
        if code in NO_RIGHT or code in MISSET:  # the callback still answers: what waits goes that way
            log.error("wechat: cannot write first", code=code)
            return NotDelivered(why, hold=True, closed=True)
        return NotDelivered(why)

    async def menu(self) -> list[dict[str, Any]]:
        """The buttons as the platform has them; none where no menu was made."""
        try:
            answer = await self.get("menu/get")
        except Refused as refused:
            if refused.code == 46003:
                return []
            raise
        buttons: list[dict[str, Any]] = answer.get("menu", {}).get("button", [])
        return buttons

    async def put_menu(self, buttons: list[dict[str, Any]]) -> None:
        """Replace the buttons. Phones show it within five minutes."""
        await self.post("menu/create", {"button": buttons})

    async def fetch_media(self, media_id: str) -> Media:
        """A member's file. Errors (and films) come as JSON instead of the file."""
        token = await self._token()
        try:
            async with self._session.get(
                f"{self._base}/cgi-bin/media/get",
                params={"access_token": token, "media_id": media_id},
                timeout=MEDIA_TIMEOUT,
            ) as response:
                content = bytearray()
                async for chunk in response.content.iter_chunked(1 << 16):
                    content += chunk
                    if len(content) > MEDIA_BYTES:
                        raise Refused(40006, "文件太大")
                kind = response.content_type
        except (ClientError, TimeoutError) as fault:
            raise Refused(None, type(fault).__name__) from None
        if kind in {"application/json", "text/plain"}:
            code = _answer(bytes(content)).get("errcode", 40007)
            raise Refused(code if isinstance(code, int) else 40007)
        return Media(bytes(content), kind)

    async def put_image(self, content: bytes, kind: str = "image/jpeg") -> str:
        """Hand a picture over, for three days; its media_id. The name is ours: Chinese ones are refused (41005)."""

        def form() -> FormData:  # anew for each try: a form can be sent once
            data = FormData()
            data.add_field("media", content, filename=f"picture.{kind.rpartition('/')[2]}", content_type=kind)
            return data

        answer = await self._called("POST", "media/upload", {"type": "image"}, form, MEDIA_TIMEOUT)
        return str(answer.get("media_id", ""))

    async def get(self, path: str) -> dict[str, Any]:
        """GET cgi-bin/`path`; what the platform says, or Refused."""
        return await self._called("GET", path, {}, lambda: None, TIMEOUT)

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        r"""POST cgi-bin/`path`. Raw UTF-8: the platform would show \u5de5 as it stands."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        return await self._called("POST", path, {}, lambda: raw, TIMEOUT)

    async def _called(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        body: Callable[[], bytes | FormData | None],
        timeout: ClientTimeout,  # noqa: ASYNC109  aiohttp's own kind
    ) -> dict[str, Any]:
        """One call with the token; with a new token once more where the old one is refused."""
        token = await self._token()
        answer = await self._asked(method, path, {"access_token": token, **query}, body(), timeout)
        if answer.get("errcode") in BAD_TOKEN and (new := await self._other_token(token)):
            answer = await self._asked(method, path, {"access_token": new, **query}, body(), timeout)
        return _accepted(answer)

    async def _token(self) -> str:
        """The token that all use, fetched if there is none."""
        async with self._one_at_a_time:
            return await self._tokens.get(self._token_name, self._clock()) or await self._fetched_token()

    async def _other_token(self, refused: str) -> str | None:
        """A token in place of the one that the platform does not take; None when we asked for one just now."""
        async with self._one_at_a_time:
            known = await self._tokens.get(self._token_name, self._clock())
            if known and known != refused:  # another task or process was faster
                return known
            if time.monotonic() - self._renewed < RENEW_EVERY:
                return None
            self._renewed = time.monotonic()
            return await self._fetched_token()

    async def _fetched_token(self) -> str:
        """A token from the platform, kept for all. What is set wrong is not asked again for a minute."""
        moment, now = time.monotonic(), self._clock()
        if self._in_vain and moment - self._in_vain[0] < RENEW_EVERY:
            raise Refused(self._in_vain[1].code, self._in_vain[1].detail)
        try:
            token, seconds = await self._new_token()
        except Refused as wrong:
            self._in_vain = (moment, wrong) if wrong.code in MISSET else None
            raise
        self._in_vain = None
        await self._tokens.put(self._token_name, token, now + timedelta(seconds=seconds))
        return token

    async def _new_token(self) -> tuple[str, float]:
        body = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret}
        raw = json.dumps(body | {"force_refresh": False}).encode()
        answer = await self._asked("POST", "stable_token", {}, raw, TIMEOUT)
        if answer.get("errcode") in BAD_TOKEN:  # here it means the secret
            raise Refused(40125)
        _accepted(answer)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise Refused(-1, "没有给 access_token")
        # Near its end the platform gives the next one, and this one holds for five minutes more.
        return token, max(60, seconds - EARLY)

    async def _asked(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        body: bytes | FormData | None,
        timeout: ClientTimeout,  # noqa: ASYNC109
    ) -> dict[str, Any]:
        headers = {"Content-Type": "application/json; charset=utf-8"} if isinstance(body, bytes) else {}
        try:
            async with self._session.request(
                method,
                f"{self._base}/cgi-bin/{path}",
                params=query,
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                if response.status >= 500:
                    raise Refused(-1, f"HTTP {response.status}")
                return _answer(await response.read())
        except (ClientError, TimeoutError, OSError) as fault:  # its text may hold the address, and with it the token
            raise Refused(None, type(fault).__name__) from None


def _answer(raw: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(raw)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Refused(-1, "回的不是 JSON")
    return answer


def _accepted(answer: dict[str, Any]) -> dict[str, Any]:
    code = answer.get("errcode", 0)
    if code != 0:
        detail = str(answer.get("errmsg", "")) if code == 40164 else ""  # it names our address
        raise Refused(code if isinstance(code, int) else -1, detail[:200])
    return answer


def _until_midnight(now: datetime) -> float:
    """Seconds until the platform counts anew."""
    here = now.astimezone(ZoneInfo("Asia/Shanghai"))
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - here).total_seconds() + 60
