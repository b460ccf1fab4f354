"""What the web app holds for its handlers: typed keys, filled once in bot/app.py."""

from collections.abc import Callable

from aiohttp import web

from bot.channels.webchat import WebChat
from bot.channels.wechat import WeChat
from bot.delivery import Delivery
from bot.dispatch import Dispatch
from bot.editions import Editions
from bot.settings import Settings
from storage import Storage

SETTINGS = web.AppKey("settings", Settings)
STORAGE = web.AppKey("storage", Storage)
DISPATCH = web.AppKey("dispatch", Dispatch)
EDITIONS = web.AppKey("editions", Editions)
DELIVERY = web.AppKey("delivery", Delivery)
WEBCHAT = web.AppKey("webchat", WebChat)
WECHAT: web.AppKey[WeChat | None] = web.AppKey("wechat")  # None: no account
BEAT: web.AppKey[Callable[[], float]] = web.AppKey("beat")  # when the schedule was last seen alive
