"""WeChat's channel: a signed request becomes a Message, Replies become the passive answer.

    GET  ?signature&timestamp&nonce&echostr      →  echo    the platform makes sure that the address is ours
    POST ?signature&timestamp&nonce  <xml>…      →  read    Envelope(message, and what the answer needs)
                                        write    →  <xml>…  or  success

Three modes, as in the account's settings: plaintext; compatible (plain and cipher in one body; with a key we read the
cipher); encrypted, in which nothing but cipher is taken, so that nobody gets round the key by leaving it out. While the
key is being changed the previous one still reads, and the answer goes out under the key that worked.

wechatpy parses, encrypts and renders. What it leaves open is closed here: signatures in constant time and with an age,
no DTD, no `]]>` or control character in an answer, nothing of wechatpy's passed on.

Sends nothing by itself (wechat_api.py does), knows no records, and never logs a body, an openid or a query.
"""

import base64
import binascii
import hashlib
import hmac
import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import structlog
import xmltodict
from multidict import MultiMapping
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from bot.errors import BadMessage, BadSetting
from bot.messages import Kind, Location, Message, Reply, with_numbers

log = structlog.get_logger()

SUCCESS = b"success"
TEXT_BYTES = 2000  # the platform's limit is 2,048 of UTF-8; over it the member sees a failure notice instead
MAX_AGE = 300  # seconds a signature may be off our clock
MAX_TAGS = 5_000  # a real message has thirty; a heap of tags costs the parser a third of a second

_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-f]{40}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_NONCE = re.compile(r"[\w.~+/=-]{1,128}", re.ASCII)
_ECHO = re.compile(r"[\x20-\x7e]{1,1024}", re.ASCII)
# Before its root the platform puts at most a declaration. So there is no place for a DOCTYPE or an ENTITY, while a
# member who types one gets an answer.
_PROLOGUE = re.compile(r"\s*(<\?xml[^<>]*\?>)?\s*<xml[\s>]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_KINDS: dict[str, Kind] = {
    "text": "text",
    "image": "image",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
    "event": "event",
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message, and what its answer needs: which account was written to, and under which key."""

    message: Message
    account: str
    timestamp: str
    nonce: str
    cipher: Any = None  # wechatpy's, of the key that worked; None: answer in plain text


class WeChat:
    """One account. `aes_key_old` still reads while the key is being changed; `plain_too` takes unencrypted messages
    although there is a key (compatible mode)."""

    name = "wechat"

    def __init__(
        self, token: str, app_id: str, aes_key: str = "", aes_key_old: str = "", plain_too: bool = False
    ) -> None:
        if not _TOKEN.fullmatch(token):  # with an empty token everybody could sign
            raise BadSetting("NIANGJIA_WECHAT_TOKEN 要是 3 到 32 位的字母或数字，和公众号后台填的一样。")
        if (aes_key or aes_key_old) and not app_id:
            raise BadSetting("NIANGJIA_WECHAT_AES_KEY 要和 NIANGJIA_WECHAT_APP_ID 一起写。")
        self._token = token
        self._plain_too = plain_too
        self._ciphers = tuple(WeChatCrypto(token, _checked(key), app_id) for key in (aes_key, aes_key_old) if key)

    def echo(self, query: Mapping[str, str], now: float) -> str:
        """What the platform wants to read back when it checks our address."""
        self.verify(query, now)
        echo = _once(query, "echostr")
        if not _ECHO.fullmatch(echo):
            raise BadMessage("这不是微信发来的。", status=403)
        return echo

    def verify(self, query: Mapping[str, str], now: float) -> tuple[str, str]:
        """Timestamp and nonce of a request that the platform signed; BadMessage(403) for all others."""
        signature, timestamp, nonce = (_once(query, name) for name in ("signature", "timestamp", "nonce"))
        right = (
            _TIMESTAMP.fullmatch(timestamp) is not None
            and _NONCE.fullmatch(nonce) is not None
            and self._signed(signature, timestamp, nonce)
            and abs(now - int(timestamp)) <= MAX_AGE
        )
        if not right:
            raise BadMessage("这不是微信发来的。", status=403)
        return timestamp, nonce

    def read(self, query: Mapping[str, str], body: bytes, now: float) -> Envelope | None:
        """The message in a request. BadMessage(403): not the platform's. None: the platform's, but there is no message
        in it that we could read; the answer is `success`, anything else would only bring it again."""
        timestamp, nonce = self.verify(query, now)
        way = _once(query, "encrypt_type") if "encrypt_type" in query else "raw"
        if way not in {"raw", "aes"} or (way == "raw" and self._ciphers and not self._plain_too):
            raise BadMessage("要用加密的消息。", status=403)
        xml = _xml(body)
        cipher = None
        if way == "aes" and self._ciphers:
            msg_signature = _once(query, "msg_signature")
            sealed = _field(_fields(xml), "Encrypt")
            if not sealed or not self._signed(msg_signature, timestamp, nonce, sealed):
                raise BadMessage("这不是微信发来的。", status=403)
            xml, cipher = self._opened(sealed, msg_signature, timestamp, nonce)
        fields = _message_fields(xml)
        message = _message(fields, now) if fields else None
        if message is None:
            return None
        return Envelope(message, _field(fields, "ToUserName"), timestamp, nonce, cipher)

    def write(self, envelope: Envelope, replies: Sequence[Reply]) -> bytes:
        """The passive answer: as much of the replies as fits one text, or `success` when there is nothing to say."""
        texts = cut("\n\n".join(with_numbers(reply) for reply in replies))
        if not texts:
            return SUCCESS
        answer = TextReply(
            source=_in_xml(envelope.account),
            target=_in_xml(envelope.message.sender),
            time=int(envelope.message.at.timestamp()),  # the same answer to a repeat, to the byte
            content=_in_xml(texts[0]),
        ).render()
        if envelope.cipher is not None:
            answer = envelope.cipher.encrypt_message(answer, envelope.nonce, envelope.timestamp)
        return cast(str, answer).encode()

    def split(self, reply: Reply) -> list[str]:
        """The reply as texts that WeChat takes, one message each."""
        return cut(with_numbers(reply))

    def _signed(self, signature: str, *parts: str) -> bool:
        """Whether the platform signed these parts; in constant time."""
        right = hashlib.sha1("".join(sorted((self._token, *parts))).encode(errors="replace")).hexdigest()
        return _SIGNATURE.fullmatch(signature) is not None and hmac.compare_digest(right.encode(), signature.encode())

    def _opened(self, sealed: str, msg_signature: str, timestamp: str, nonce: str) -> tuple[str, Any]:
        """The XML inside, and the key that opened it."""
        for cipher in self._ciphers:
            try:
                opened = cipher.decrypt_message({"Encrypt": sealed}, msg_signature, timestamp, nonce)
                return _xml(opened.encode()), cipher
            except Exception:  # noqa: BLE001  a wrong key shows as nearly anything (struct.error, UnicodeDecodeError)
                continue
        log.error("wechat: no key opens the message")  # the setting and the account's page differ
        return "", None


def cut(text: str, limit: int = TEXT_BYTES) -> list[str]:
    """`text` in pieces of at most `limit` bytes of UTF-8: at the end of a line or a sentence, if that cannot be at a
    comma, and never inside a character as people see it, nor inside a number or a word of letters."""
    text = _NOT_XML.sub("", text.replace("\r\n", "\n")).strip()
    pieces = []
    while text:
        end = _end(text, limit)
        if piece := text[:end].strip():
            pieces.append(piece)
        text = text[end:].strip()
    return pieces


# Where a text may be cut, best first, with the share of the room that must be used for it to be worth it.
_ENDS = (
    (re.compile(r"\n"), 0.5),
    (re.compile(r"[。！？!?；;…]+[”’」』）)】》]*"), 0.3),
    (re.compile(r"\n"), 0.2),
    (re.compile(r"[，,、：:]+|\s"), 0.3),
)
_DIGIT = "A-Za-z0-9０-９〇零一二三四五六七八九十百千万亿两"
_NUMBER = re.compile(
    rf"[〔第]?[{_DIGIT}]+(?:[.,:：．，/\-–—_~～@&?=#%+〔〕年月日时点分]+[{_DIGIT}]+)*[%％‰℃元块角岁年月日号点时分秒个人名天周条项次户米]?"
)
_NUMBER_REACH = 120  # what is longer is no number, and cut where the room ends


def _end(text: str, limit: int) -> int:
    top = len(text.encode()[:limit].decode(errors="ignore"))
    if top == len(text):
        return top
    for kind, share in _ENDS:
        ends = [found.end() for found in kind.finditer(text, 0, top) if found.end() >= top * share]
        for end in reversed(ends):
            if not _splits(text, end):
                return end
    for end in range(top, max(1, top - _NUMBER_REACH), -1):
        if not _splits(text, end):
            return end
    return next((end for end in range(top, 0, -1) if not _is_inside_character(text, end)), top)


def _splits(text: str, end: int) -> bool:
    """Whether a cut at `end` would go through a character or a number."""
    if _is_inside_character(text, end):
        return True
    first = max(0, end - _NUMBER_REACH)
    around = text[first : end + _NUMBER_REACH]
    return any(found.start() < end - first < found.end() for found in _NUMBER.finditer(around))


def _is_inside_character(text: str, end: int) -> bool:
    """Families of emoji, skin tones, flags and accents are several code points to us, one character to the reader."""
    if end >= len(text):
        return False
    before, after = text[end - 1], text[end]
    if "\U0001f1e6" <= after <= "\U0001f1ff":  # flags are pairs
        flags = 0
        while flags < end and "\U0001f1e6" <= text[end - 1 - flags] <= "\U0001f1ff":
            flags += 1
        return flags % 2 == 1
    return (
        before == "\u200d"
        or after in "\u200d\ufe0e\ufe0f\u20e3"
        or unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\U000e0020" <= after <= "\U000e007f"
    )


def _checked(key: str) -> str:
    try:
        if len(key) == 43 and len(base64.b64decode(key + "=", validate=True)) == 32:
            return key
    except binascii.Error:
        pass
    raise BadSetting("NIANGJIA_WECHAT_AES_KEY 要是公众号后台给的 43 位字母和数字。")


def _once(query: Mapping[str, str], name: str) -> str:
    """A parameter that stands there exactly once; twice, two readers could each take another."""
    values = query.getall(name, []) if isinstance(query, MultiMapping) else [query[name]] if name in query else []
    if len(values) != 1:
        raise BadMessage("这不是微信发来的。", status=403)
    return values[0]


def _xml(body: bytes) -> str:
    """The body as XML that is safe to parse, or nothing."""
    try:
        xml = _NOT_XML.sub("", body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return ""
    return xml if _PROLOGUE.match(xml) and xml.count("<") <= MAX_TAGS else ""


def _fields(xml: str) -> dict[str, Any]:
    try:
        fields = xmltodict.parse(xml)["xml"]
    except Exception:  # noqa: BLE001  expat and xmltodict raise what they like; whatever it is, there is nothing to read
        return {}
    return fields if isinstance(fields, dict) else {}


def _message_fields(xml: str) -> dict[str, Any]:
    """The fields of a message, out of wechatpy's hands at once."""
    try:
        return dict(parse_message(xml)._data)
    except Exception:  # noqa: BLE001  AttributeError, KeyError, TypeError, ExpatError …: wechat.md has the table
        return {}


def _field(fields: dict[str, Any], name: str) -> str:
    """A field that is plain text; nested or repeated ones are nothing."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _message(fields: dict[str, Any], now: float) -> Message | None:
    sender, kind = _field(fields, "FromUserName"), _KINDS.get(_field(fields, "MsgType").lower(), "unknown")
    if not sender or len(sender) > 128:
        return None
    event, event_key = _field(fields, "Event").lower(), _field(fields, "EventKey")
    if event == "subscribe_scan":  # wechatpy's own word for following by way of a code
        event = "subscribe"
    words = {
        "text": "Content",
        "voice": "Recognition",
        "link": "Title",
        "unknown": "Content",
    }.get(kind, "")
    text = _field(fields, words) if words else ""
    scanned = fields.get("ScanCodeInfo")
    if isinstance(scanned, dict):
        text = _field(scanned, "ScanResult")
    return Message(
        channel=WeChat.name,
        sender=sender,
        key=_key(fields),
        at=_at(_field(fields, "CreateTime"), now),
        kind=kind,
        text=text,
        event=event if kind == "event" else "",
        event_key=event_key.removeprefix("qrscene_") if kind == "event" else "",
        media=_field(fields, "MediaId"),
        location=_location(fields),
    )


def _key(fields: dict[str, Any]) -> str:
    """Names this very message. The platform's numbers alone repeat across people, its times across events; hashed,
    since it holds who sent it."""
    names = ("FromUserName", "CreateTime", "MsgType", "Event", "EventKey")
    number = _field(fields, "MsgId") or _field(fields, "MsgID")
    parts = [number, *(_field(fields, name) for name in names)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _at(created: str, now: float) -> datetime:
    """When it was sent, or now where the platform's word for it cannot be true."""
    sent = int(created) if _TIMESTAMP.fullmatch(created) else now
    return datetime.fromtimestamp(sent if abs(now - sent) < 86_400 else now, UTC)


def _location(fields: dict[str, Any]) -> Location | None:
    """Where it is: a place sent, the phone's report of its position, or a place chosen from a menu."""
    chosen = fields.get("SendLocationInfo")
    place = chosen if isinstance(chosen, dict) else fields
    for north, east in (("Location_X", "Location_Y"), ("Latitude", "Longitude")):
        try:
            latitude, longitude = float(_field(place, north)), float(_field(place, east))
        except ValueError:
            continue
        if math.isfinite(latitude) and abs(latitude) <= 90 and math.isfinite(longitude) and abs(longitude) <= 180:
            return Location(latitude, longitude, _field(place, "Label"))
    return None


def _in_xml(text: str) -> str:
    """Text that may stand inside CDATA: wechatpy lets `]]>` through, and with it whatever elements follow."""
    return _NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
