"""What every request passes: one place where a fault becomes a status, and a clear sentence."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.errors import BadMessage, place

log = structlog.get_logger()
SENTENCES = {404: "没有这个地址。", 405: "这个地址不能这样用。", 413: "内容太大了。"}


@web.middleware
async def sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    """No traceback, no English to the outside."""
    try:
        return await handler(request)
    except BadMessage as wrong:
        return web.json_response({"error": str(wrong)}, status=wrong.status)
    except web.HTTPRedirection:
        raise
    except web.HTTPException as wrong:
        sentence = SENTENCES.get(wrong.status, "这个请求没看懂。")
        kept = {"Allow": wrong.headers["Allow"]} if "Allow" in wrong.headers else {}
        return web.json_response({"error": sentence}, status=wrong.status, headers=kept)
    except Exception as fault:  # noqa: BLE001  the last place before the outside
        log.error("request failed", fault=type(fault).__name__, at=place(fault))
        return web.json_response({"error": "服务出了点问题，请稍后再试，或打工会热线12351。"}, status=500)


MIDDLEWARES: tuple[Middleware, ...] = (sentences,)
