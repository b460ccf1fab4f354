"""The chat page and its door: the built-in channel of everybody who is not on WeChat, and the face of every demo.

    GET  /                      the page; whoever comes first gets a signed cookie, and is from then on the same visitor
    POST /api/v1/messages       what was said → what is answered, through the same dispatch as WeChat
    POST /api/v1/photos         one picture, looked at, re-encoded without its metadata, kept by its hash → {id}
    GET  /api/v1/photos/{id}    a picture, for whoever holds its name
    GET  /api/v1/events         late replies, as server-sent events
    POST /api/v1/persona        demo only: worker, inspector or cadre
    GET  /api/v1/me             who the cookie says you are, and the menu at the foot of the page
    GET  /static/{name}         the page's own files, held in memory

The cookie alone says who speaks. What was said stays in the browser: the server keeps no chat. A refusal is JSON with
one Chinese sentence, `{"error": "…"}`. Bytes are read and written in bot/channels/webchat.py.
"""

import asyncio
import hashlib
import html
import io
import json
import os
import secrets
import struct
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from aiohttp import BodyPartReader, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from PIL import Image, ImageOps

from bot.channels.webchat import COOKIE, Visitor, WebChat
from bot.errors import BadMessage, BadSetting
from bot.web.keys import DISPATCH, SETTINGS, WEBCHAT

Menu = Sequence[Mapping[str, object]]
MENU: web.AppKey[Menu] = web.AppKey("menu")

MAX_BODY = 1024 * 1024
MAX_PHOTO = 12 * 1024 * 1024
MAX_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
KEEP_ALIVE = 15.0  # seconds; a phone network forgets a silent line after about thirty
REMEMBERED = 400 * 24 * 3600  # seconds; the longest that browsers keep a cookie

STATIC = Path(__file__).parent / "static"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FILES = {path.name: path.read_bytes() for path in sorted(STATIC.glob("*")) if path.suffix in _KINDS}
_PAGE = (STATIC / "chat.html").read_text("utf-8")
_DARKROOM = ThreadPoolExecutor(
    2, thread_name_prefix="photo"
)  # a large picture takes hundreds of megabytes: two at a time

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def load_menu(path: Path) -> Menu:
    """The menu of the account, read once at start; a wrong one stops the start with a sentence."""
    try:
        menu = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as wrong:
        raise BadSetting(f"菜单 {path.name} 读不出来：{type(wrong).__name__}。") from None
    if isinstance(menu, dict):
        menu = menu.get("menu")
    if not isinstance(menu, list) or not all(_is_button(button) for button in menu):
        raise BadSetting(f"菜单 {path.name} 写得不对：每项要有 name，再写 says 或 items。")
    return [_button(button) for button in menu]


def _is_button(button: object, nested: bool = False) -> bool:
    if not isinstance(button, dict) or not isinstance(button.get("name"), str):
        return False
    items = button.get("items")
    if items is not None and not nested:
        return isinstance(items, list) and bool(items) and all(_is_button(item, nested=True) for item in items)
    return isinstance(button.get("says"), str)


def _button(button: Mapping[str, object]) -> Mapping[str, object]:
    items = button.get("items")
    if isinstance(items, list):
        return {"name": button["name"], "items": [_button(item) for item in items]}
    return {"name": button["name"], "says": button["says"]}


def refusing(handler: Handler) -> Handler:
    """A refusal becomes JSON with its sentence, and every answer carries the headers of the house."""

    @wraps(handler)
    async def wrapped(request: web.Request) -> web.StreamResponse:
        try:
            response = await handler(request)
        except BadMessage as refusal:
            response = _json({"error": str(refusal)}, status=refusal.status)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return wrapped


def _json(data: object, status: int = 200) -> web.Response:
    return web.json_response(
        data,
        status=status,
        dumps=lambda data: json.dumps(data, ensure_ascii=False),
        headers={hdrs.CACHE_CONTROL: "no-store"},
    )


# who speaks


def _visitor(request: web.Request) -> tuple[Visitor, bool]:
    """Who the cookie says it is, else somebody new (True: the answer has to bring the cookie)."""
    webchat = request.app[WEBCHAT]
    visitor = webchat.visitor(request.cookies.get(COOKIE))
    return (visitor, False) if visitor else (webchat.newcomer(), True)


def _remember(request: web.Request, response: web.Response, visitor: Visitor) -> None:
    response.set_cookie(
        COOKIE,
        request.app[WEBCHAT].cookie(visitor),
        max_age=REMEMBERED,
        path="/",
        httponly=True,
        samesite="Lax",
        # whoever forges the header only hinders himself
        secure=request.secure or request.headers.get("X-Forwarded-Proto") == "https",
    )


def _check_origin(request: web.Request) -> None:
    """A page of somebody else must not speak in the visitor's name. What is no browser sends neither header."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise BadMessage("这条消息不是从本页发来的。", status=403)
        return
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        return
    ours = {request.host, urlsplit(request.app[SETTINGS].public_url).netloc}
    try:
        theirs = urlsplit(origin).netloc
    except ValueError:  # a bracket without its other half
        theirs = ""
    if theirs not in ours - {""}:
        raise BadMessage("这条消息不是从本页发来的。", status=403)


async def _json_body(request: web.Request) -> bytes:
    _check_origin(request)
    if request.content_type != "application/json":
        raise BadMessage("这条消息看不懂：要写成 JSON。", status=415)
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > MAX_BODY:
                raise BadMessage("这条消息太大了。", status=413)
    except (web.RequestPayloadError, ConnectionError):
        raise BadMessage("这条消息没有传完，请再发一次。") from None
    return bytes(body)


# the page


@refusing
async def page(request: web.Request) -> web.StreamResponse:
    """The chat page; its visitor's cookie lives on with each visit."""
    visitor, _ = _visitor(request)
    text = _PAGE.replace("{{home}}", html.escape(request.app[SETTINGS].home_region))
    response = web.Response(text=text, content_type="text/html", headers={hdrs.CACHE_CONTROL: "no-cache"})
    _remember(request, response, visitor)
    return response


@refusing
async def static(request: web.Request) -> web.StreamResponse:
    """One of the page's own files; always asked for again, hardly ever sent again."""
    name = request.match_info["name"]
    data = _FILES.get(name)
    if data is None:
        raise BadMessage("没有这个文件。", status=404)
    tag = hashlib.sha256(data).hexdigest()[:16]
    headers = {hdrs.CACHE_CONTROL: "no-cache", hdrs.ETAG: f'"{tag}"'}
    if any(known.value == tag for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=data, headers=headers | {hdrs.CONTENT_TYPE: _KINDS[Path(name).suffix]})


@refusing
async def me(request: web.Request) -> web.StreamResponse:
    """Who you are here, and the menu."""
    visitor, is_new = _visitor(request)
    response = _json(_about(request, visitor))
    if is_new:
        _remember(request, response, visitor)
    return response


@refusing
async def persona(request: web.Request) -> web.StreamResponse:
    """Somebody else for a while: demo only."""
    body = await _json_body(request)
    visitor, _ = _visitor(request)
    chosen = request.app[WEBCHAT].as_persona(visitor, WebChat.parse(body).get("persona"))
    response = _json(_about(request, chosen))
    _remember(request, response, chosen)
    return response


def _about(request: web.Request, visitor: Visitor) -> dict[str, object]:
    return {"persona": visitor.role, "demo": request.app[WEBCHAT].demo, "menu": request.app[MENU]}


# what is said


@refusing
async def messages(request: web.Request) -> web.StreamResponse:
    """One message in, its replies out; the same id again brings the same replies."""
    body = await _json_body(request)
    visitor, is_new = _visitor(request)
    webchat = request.app[WEBCHAT]
    message = webchat.read(body, visitor, datetime.now(UTC))
    if message.media and not await asyncio.to_thread(_place(request, message.media).is_file):
        raise BadMessage("没有这张照片，请重新发一次。")
    response = _json(webchat.write(await request.app[DISPATCH].answer(message)))
    if is_new:
        _remember(request, response, visitor)
    return response


@refusing
async def events(request: web.Request) -> web.StreamResponse:
    """Late replies, until the page or the server goes. `after` (or Last-Event-ID) is the last that the page has."""
    visitor = request.app[WEBCHAT].visitor(request.cookies.get(COOKIE))
    if visitor is None:
        raise BadMessage("请先打开聊天页。", status=401)
    webchat = request.app[WEBCHAT]
    after = request.query.get("after", "") or request.headers.get("Last-Event-ID") or ""
    response = web.StreamResponse(
        headers=HEADERS
        | {
            hdrs.CONTENT_TYPE: "text/event-stream; charset=utf-8",
            hdrs.CACHE_CONTROL: "no-store",
            "X-Accel-Buffering": "no",  # nginx would hold events back
        }
    )

    def is_open() -> bool:
        return request.transport is not None and not request.transport.is_closing()

    with suppress(ConnectionError), webchat.hub.listen(visitor.sender, after, webchat.clock(), is_open) as listener:
        await response.prepare(request)
        await response.write(b"retry: 3000\n\n")
        while is_open():
            try:
                event = await asyncio.wait_for(listener.queue.get(), KEEP_ALIVE)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if event is None:
                break
            await response.write(f"id: {event.id}\ndata: {event.data}\n\n".encode())
    return response


async def hang_up(app: web.Application) -> None:
    """For `app.on_shutdown`: let the open pages go, else the server waits for them. They come back by themselves."""
    app[WEBCHAT].hub.close()


# pictures


@refusing
async def photos(request: web.Request) -> web.StreamResponse:
    """One picture in, the name it is kept by out."""
    _check_origin(request)
    visitor, is_new = _visitor(request)
    data = await _picture(request)
    name = await asyncio.get_running_loop().run_in_executor(
        _DARKROOM, _keep, data, request.app[SETTINGS].data_dir / "media", request.app[WEBCHAT].picture_name
    )
    response = _json({"id": name})
    if is_new:
        _remember(request, response, visitor)
    return response


@refusing
async def photo(request: web.Request) -> web.StreamResponse:
    """A picture by its name. The name cannot be guessed, nor worked out from the picture: it is keyed."""
    path = _place(request, request.match_info["id"])
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except OSError:
        raise BadMessage("没有这张照片。", status=404) from None
    return web.Response(
        body=data,
        content_type="image/jpeg",
        headers={hdrs.CACHE_CONTROL: "private, max-age=86400", hdrs.CONTENT_DISPOSITION: "inline"},
    )


def _place(request: web.Request, name: str) -> Path:
    if not WebChat.is_picture_name(name):
        raise BadMessage("没有这张照片。", status=404)
    return request.app[SETTINGS].data_dir / "media" / f"{name}.jpg"


async def _picture(request: web.Request) -> bytes:
    """The first file of the form."""
    if request.content_type != "multipart/form-data":
        raise BadMessage("照片要用表单（multipart/form-data）发。", status=415)
    data = bytearray()
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.filename is None:
                continue
            while chunk := await part.read_chunk(64 * 1024):
                data += chunk
                if len(data) > MAX_PHOTO:
                    raise BadMessage("照片太大了，最大 12 MB，请换一张小点的。", status=413)
            break
    except (ValueError, HttpProcessingError, web.RequestPayloadError, ConnectionError):  # no form, or broken off
        raise BadMessage("照片没有传完，请再发一次。") from None
    if not data:
        raise BadMessage("没有收到照片，请再发一次。")
    return bytes(data)


def _keep(data: bytes, folder: Path, name_of: Callable[[bytes], str]) -> str:
    """Develop the picture and put it away (on a thread): it is there whole, or not at all."""
    jpeg = develop(data)
    name = name_of(jpeg)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.jpg"
    if path.exists():
        return name
    aside = folder / f".{name}-{secrets.token_hex(4)}"
    try:
        with aside.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(jpeg)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return name


def develop(data: bytes) -> bytes:
    """These bytes as a JPEG of the picture alone: upright, without place, camera, or anything hidden behind it."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:  # known before anything is unpacked
                raise BadMessage("照片太大了，请换一张小点的。", status=413)
            upright = ImageOps.exif_transpose(picture).convert("RGBA" if _is_see_through(picture) else "RGB")
    except BadMessage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadMessage("照片太大了，请换一张小点的。", status=413) from None
    except (
        OSError,
        ValueError,
        SyntaxError,
        TypeError,
        LookupError,
        ArithmeticError,
        EOFError,
        struct.error,
        zlib.error,
    ):
        # what a decoder may raise on bytes that are no picture
        raise BadMessage("这张照片打不开，请换一张（JPG 或 PNG）。", status=415) from None
    plain = Image.new("RGB", upright.size, "white")  # a new picture: nothing of the old one's notes comes along
    plain.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=85)
    return out.getvalue()


def _is_see_through(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info
