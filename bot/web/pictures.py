"""GET /api/v1/pictures/{key}: an answer in big letters, drawn when it is asked for. Everybody may have it: nothing of
the asker stands on it, and there is one for each entry of the library and no more (bot/pictures.py)."""

from urllib.parse import quote

from aiohttp import hdrs, web

from bot.errors import BadMessage
from bot.pictures import NoPicture, Pictures
from bot.web.chat import refusing

PICTURES = web.AppKey("pictures", Pictures)


@refusing
async def picture(request: web.Request) -> web.StreamResponse:
    """A picture by its name, as it stands today."""
    try:
        found = await request.app[PICTURES].fetch(request.match_info["key"])
    except NoPicture as reason:
        raise BadMessage(str(reason), status=404) from None
    headers = {
        hdrs.CACHE_CONTROL: "private, no-cache",  # kept, but asked for again: it may have been corrected
        hdrs.ETAG: f'"{found.tag}"',
        hdrs.CONTENT_DISPOSITION: f"inline; filename*=UTF-8''{quote(found.title)}.png",
    }
    if any(known.value == found.tag for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=found.content, content_type="image/png", headers=headers)
