"""Every URL of the house, in one table."""

from aiohttp import web

from bot.settings import Settings
from bot.web import chat, health, pictures, webhook


def routes(settings: Settings) -> list[web.AbstractRouteDef]:
    """The table, for these settings."""
    return [
        web.get("/", chat.page),
        web.get("/static/{name}", chat.static),
        web.get("/api/v1/me", chat.me),
        web.post("/api/v1/persona", chat.persona),
        web.post("/api/v1/messages", chat.messages),
        web.post("/api/v1/photos", chat.photos),
        web.get("/api/v1/photos/{id}", chat.photo),
        web.get("/api/v1/pictures/{key}", pictures.picture),
        web.get("/api/v1/events", chat.events),
        web.get("/wechat", webhook.verify),
        web.post("/wechat", webhook.receive),
        web.get(r"/{name:MP_verify_\w+\.txt}", webhook.proof),
        web.get("/healthz", health.healthz),
        web.get("/readyz", health.readyz),
        web.get("/metrics", health.metrics),
    ]
