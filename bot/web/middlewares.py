"""What every request passes: one place where a fault becomes a status, and a clear sentence."""

import json
from functools import partial
from urllib.parse import urlsplit

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.errors import BadMessage, place
from bot.web.keys import SETTINGS

log = structlog.get_logger()
_dumps = partial(json.dumps, ensure_ascii=False)  # a browser shows it as it comes
SENTENCES = {404: "没有这个地址。", 405: "这个地址不能这样用。", 413: "内容太大了。"}


@web.middleware
async def sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    """No traceback, no English to the outside."""
    try:
        return await handler(request)
    except BadMessage as wrong:
        return web.json_response({"error": str(wrong)}, status=wrong.status, dumps=_dumps)
    except web.HTTPRedirection:
        raise
    except web.HTTPException as wrong:
        sentence = SENTENCES.get(wrong.status, "这个请求没看懂。")
        kept = {"Allow": wrong.headers["Allow"]} if "Allow" in wrong.headers else {}
        return web.json_response({"error": sentence}, status=wrong.status, headers=kept, dumps=_dumps)
    except Exception as fault:  # noqa: BLE001  the last place before the outside
        log.error("request failed", fault=type(fault).__name__, at=place(fault))
        return web.json_response({"error": "服务出了点问题，请稍后再试，或打工会热线12351。"}, status=500, dumps=_dumps)


@web.middleware
async def own_name(request: web.Request, handler: Handler) -> web.StreamResponse:
    """While only this machine reaches us, the chat door answers to this machine's names alone: a page elsewhere whose
    name was turned to 127.0.0.1 (DNS rebinding) would else count as our own. What is no browser may leave Host out."""
    settings, host = request.app[SETTINGS], request.headers.get(hdrs.HOST)
    if host is not None and settings.is_loopback and not _is_open_to_all(request.path):
        ours = {"localhost", "127.0.0.1", "::1", settings.host, _name(urlsplit(settings.public_url).netloc)}
        if _name(host) not in ours - {""}:
            raise BadMessage(
                f"请用 http://127.0.0.1:{settings.port}/ 打开；要从别的网址进来，先把它写进 NIANGJIA_PUBLIC_URL。",
                status=403,
            )
    return await handler(request)


def _is_open_to_all(path: str) -> bool:
    """What others' machines ask for; nobody's cookie counts there."""
    return path in {"/wechat", "/healthz", "/readyz", "/metrics"} or path.startswith("/MP_verify_")


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


MIDDLEWARES: tuple[Middleware, ...] = (sentences, own_name)
