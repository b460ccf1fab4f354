"""The stand-in WeChat: a small real server for what we ask of the platform, and the platform's side of the callback.

async with Platform() as platform:            platform.base goes into NIANGJIA_WECHAT_API_BASE
    platform.fail("message/custom/send", 45015)
    platform.sent                             what members would have seen, in order

Account(token, app_id, aes_key).request(xml)  → Request(query, body), signed and sealed like the platform does
"""

import base64
import hashlib
import itertools
import json
import re
import secrets
import struct
import time
from collections import defaultdict
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN = "weixinToken1"
APP_ID = "wx1234567890abcdef"
SECRET = "0123456789abcdef0123456789abcdef"
AES_KEY = base64.b64encode(bytes(range(32))).decode()[:43]
OLD_KEY = base64.b64encode(bytes(range(32, 64))).decode()[:43]
OPENID = "oMember_0000000000000000001"
OFFICE = "gh_0123456789ab"

_numbers = itertools.count(7_000_000_000_000_001)


class Inner(str):
    """XML that stands inside an element as it is."""


def xml(kind: str, sender: str = OPENID, created: int | None = None, **fields: object) -> str:
    """A message as the platform writes it; a field that is None is left out."""
    head: dict[str, object] = {
        "ToUserName": OFFICE,
        "FromUserName": sender,
        "CreateTime": int(time.time()) if created is None else created,
        "MsgType": kind,
    }
    if kind != "event":
        head["MsgId"] = next(_numbers)
    lines = [_element(name, value) for name, value in (head | fields).items() if value is not None]
    return "<xml>" + "\n".join(lines) + "</xml>"


def text(words: str, **fields: Any) -> str:
    return xml("text", Content=words, **fields)


def _element(name: str, value: object) -> str:
    if isinstance(value, int | float | Inner):
        return f"<{name}>{value}</{name}>"
    safe = str(value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{safe}]]></{name}>"


@dataclass(frozen=True)
class Request:
    """What the platform sends."""

    query: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Account:
    """The platform's side of an account: signs, seals, and opens what comes back."""

    token: str = TOKEN
    app_id: str = APP_ID
    aes_key: str = ""
    compatible: bool = False  # plain and cipher in one body

    def request(self, content: str, now: float | None = None, nonce: str = "1407495230") -> Request:
        timestamp = str(int(time.time() if now is None else now))
        query = {
            "signature": sign(self.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": OPENID,
        }
        if not self.aes_key:
            return Request(query, content.encode())
        sealed = seal(content, self.aes_key, self.app_id)
        query |= {"encrypt_type": "aes", "msg_signature": sign(self.token, timestamp, nonce, sealed)}
        cipher = f"<ToUserName><![CDATA[{OFFICE}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt>"
        if self.compatible:
            return Request(query, content.replace("</xml>", f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>").encode())
        return Request(query, f"<xml>{cipher}</xml>".encode())

    def opened(self, body: bytes) -> str:
        """The XML of an answer, after the checks that the platform makes."""
        answer = body.decode()
        if not self.aes_key:
            return answer
        outer = fields_of(answer)
        assert outer["MsgSignature"] == sign(self.token, outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
        return unseal(outer["Encrypt"], self.aes_key, self.app_id)

    def said(self, body: bytes) -> str:
        """What the member reads."""
        return fields_of(self.opened(body))["Content"]


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def seal(content: str, key: str, app_id: str) -> str:
    raw = base64.b64decode(key + "=")
    inner = secrets.token_bytes(16) + struct.pack("!I", len(content.encode())) + content.encode() + app_id.encode()
    padding = 32 - len(inner) % 32
    encryptor = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).encryptor()
    return base64.b64encode(encryptor.update(inner + bytes([padding]) * padding) + encryptor.finalize()).decode()


def unseal(sealed: str, key: str, app_id: str) -> str:
    raw = base64.b64decode(key + "=")
    decryptor = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).decryptor()
    inner = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
    inner = inner[: -inner[-1]]
    (length,) = struct.unpack("!I", inner[16:20])
    assert inner[20 + length :] == app_id.encode()
    return inner[20 : 20 + length].decode()


def fields_of(answer: str) -> dict[str, str]:
    """The elements of a flat XML, read by hand: not by the library that wrote them."""
    fields = {}
    for name, value in re.findall(r"<(\w+)>((?:<!\[CDATA\[.*?\]\]>|[^<])*)</\1>", answer, re.DOTALL):
        assert name not in fields, f"{name} stands there twice"
        fields[name] = re.sub(r"<!\[CDATA\[(.*?)\]\]>", r"\1", value, flags=re.DOTALL)
    return fields


@dataclass
class Platform:
    """api.weixin.qq.com, as far as we use it. Remembers, and fails when told to."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    menu: list[dict[str, Any]] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    bodies: list[bytes] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    token: str = "token-1"
    lasts: int = 7200
    clock: float = 0.0
    refusal: int = 40001  # what a wrong token gets
    _failing: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    _server: TestServer | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/", self._door)
        app.router.add_route("*", "/cgi-bin/{path:.+}", self._answer)
        self._server = TestServer(app)
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        await self._server.close()

    @property
    def base(self) -> str:
        assert self._server is not None
        return str(self._server.make_url("/")).rstrip("/")

    def fail(self, path: str, code: int, times: int = 1_000_000, message: str = "told to fail") -> None:
        """From now on the next `times` calls of `path` are refused with `code`."""
        self._failing[path] = [(code, message)] * times

    def works(self, path: str) -> None:
        self._failing.pop(path, None)

    async def _door(self, _: web.Request) -> web.StreamResponse:
        return web.Response(headers={"Date": formatdate(self.clock, usegmt=True)} if self.clock else {})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path, body = request.match_info["path"], await request.read()
        self.calls[path] += 1
        if self._failing[path]:
            code, message = self._failing[path].pop()
            if code >= 1000 or code < 0:
                return web.json_response({"errcode": code, "errmsg": message})
            return web.Response(status=code, text="<html>busy</html>")
        if path == "stable_token":
            asked = json.loads(body)
            assert asked["grant_type"] == "client_credential"
            if (asked["appid"], asked["secret"]) != (APP_ID, SECRET):
                return web.json_response({"errcode": 40125, "errmsg": "invalid appsecret"})
            assert not asked["force_refresh"]
            return web.json_response({"access_token": self.token, "expires_in": self.lasts})
        if request.query.get("access_token") != self.token:
            return web.json_response({"errcode": self.refusal, "errmsg": "invalid credential"})
        return self._do(path, request, body)

    def _do(self, path: str, request: web.Request, body: bytes) -> web.StreamResponse:
        answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
        match path:
            case "message/custom/send":
                self.bodies.append(body)
                message = json.loads(body)
                if message["msgtype"] == "image":
                    self.pictures.append((message["touser"], self.files[message["image"]["media_id"]][1]))
                    return web.json_response(answer)
                assert len(message["text"]["content"].encode()) <= 2048
                self.sent.append((message["touser"], message["text"]["content"]))
            case "menu/create":
                self.bodies.append(body)
                self.menu = json.loads(body)["button"]
            case "menu/get":
                answer = {"menu": {"button": self.menu}} if self.menu else {"errcode": 46003, "errmsg": "menu no exist"}
            case "getcallbackip":
                answer = {"ip_list": ["127.0.0.1"]}
            case "customservice/getkflist":
                answer = {"kf_list": []}
            case "media/get":
                if request.query["media_id"] not in self.files:
                    return web.json_response({"errcode": 40007, "errmsg": "invalid media_id"})
                kind, content = self.files[request.query["media_id"]]
                return web.Response(body=content, content_type=kind)
            case "media/upload":
                assert body.isascii() or b"filename=" in body
                media = f"media-{self.calls[path]}"
                head, _, content = body.partition(b"\r\n\r\n")
                typed = re.search(rb"Content-Type: (\S+)", head)
                self.files[media] = (typed[1].decode() if typed else "", content.rpartition(b"\r\n--")[0])
                answer = {"type": "image", "media_id": media, "created_at": 1}
            case _:
                answer = {"errcode": 40066, "errmsg": f"no {path}"}
        return web.json_response(answer)
