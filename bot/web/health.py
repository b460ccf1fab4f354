"""Health for whoever runs the machine: is the process up, can it do its work, and the counts."""

import asyncio
import time
from datetime import UTC, datetime

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.web.keys import BEAT, DISPATCH, STORAGE

STALE = 30  # seconds without a sign of life from the schedule


async def healthz(_: web.Request) -> web.Response:
    """The process is up."""
    return web.json_response({"ok": True})


async def readyz(request: web.Request) -> web.Response:
    """Database, library and schedule work; which one does not is named."""
    app = request.app
    try:
        async with asyncio.timeout(3):
            await app[STORAGE].run(lambda records: records.tokens.get("ready", datetime.now(UTC)))
        database = True
    except Exception:  # noqa: BLE001  whatever it is: not ready, and said so
        database = False
    parts = {
        "database": database,
        "library": bool(app[DISPATCH].knowledge.library.entries),
        "schedule": time.monotonic() - app[BEAT]() < STALE,
    }
    return web.json_response({"ok": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503)


async def metrics(_: web.Request) -> web.Response:
    """Counts for Prometheus."""
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
