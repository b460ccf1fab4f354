"""The one place that wires the house: settings → storage, knowledge, channels → the web app with its background work."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import structlog
from aiohttp import web

from bot.channels.webchat import WebChat
from bot.channels.wechat import WeChat
from bot.channels.wechat_api import WeChatApi
from bot.delivery import Delivery
from bot.dispatch import Dispatch
from bot.drawing import choose_font
from bot.editions import Editions
from bot.errors import BadSetting
from bot.jobs.schedule import Schedule
from bot.pictures import Pictures
from bot.settings import Settings
from bot.web import chat, keys, webhook
from bot.web.middlewares import MIDDLEWARES
from bot.web.pictures import PICTURES
from bot.web.routes import routes
from knowledge import Knowledge, LibraryError
from storage import CannotOpen, Storage

log = structlog.get_logger()
SCHEDULE = web.AppKey("schedule", Schedule)


@dataclass(frozen=True)
class House:
    """What every command needs: settings, an open store, the loaded library, the front desk."""

    settings: Settings
    storage: Storage
    knowledge: Knowledge
    editions: Editions
    dispatch: Dispatch


def secret_key(settings: Settings) -> bytes:
    """The key of this installation: 32 bytes, made once and kept in DATA_DIR for its owner's eyes alone."""
    import hashlib

    if settings.secret_key:
        return hashlib.sha256(settings.secret_key.encode()).digest()
    path = settings.data_dir / "secret.key"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            # written aside and linked into place: two processes starting at once agree on one key
            aside = settings.data_dir / f".secret-{os.getpid()}-{secrets.token_hex(4)}"
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(aside, path)
            finally:
                os.unlink(aside)
        key = path.read_bytes()
    except OSError as wrong:
        raise BadSetting(f"NIANGJIA_DATA_DIR（{settings.data_dir}）不能写：{wrong.strerror}。") from None
    if len(key) != 32:
        raise BadSetting(f"密钥文件 {path} 坏了（应为32字节）。请从备份恢复，不要删除：没有它，加密的数据打不开。")
    return key


def open_storage(settings: Settings, *, upgrade: bool = False) -> Storage:
    """Open the store: an empty SQLite is made ready, PostgreSQL wants `upgrade` once. BadSetting where it cannot be
    opened: one sentence that names the file or the setting, never the password."""
    key = secret_key(settings)
    try:
        storage = Storage.open(settings.database, key)
        try:
            if upgrade or settings.database.startswith("sqlite"):
                storage.upgrade()
            elif not storage.is_current():
                raise BadSetting("数据库还没有准备好，请先运行一次：niangjia db upgrade。")
        except BaseException:
            storage.close_now()
            raise
    except CannotOpen as wrong:
        raise BadSetting(_cannot_open(settings, wrong)) from wrong
    return storage


# What drivers say → what it means for the one who starts the house.
_MEANINGS = {
    "not an address": "地址写得不对",
    "file is not a database": "不是 SQLite 数据库文件，请换一个或从备份恢复",
    "malformed": "文件坏了，请从备份恢复",
    "locked": "别的程序正占着它，请稍后再试",
    "readonly": "没有写的权限",
    "unable to open": "文件打不开，请看目录在不在、有没有权限",
    "disk is full": "磁盘满了",
    "Connection refused": "那里没有数据库服务",
    "timeout": "连接超时",
    "authentication failed": "用户名或密码不对",
    "no password supplied": "没有写密码",
    "does not exist": "没有这个库或这个用户",
    "resolve host": "找不到这台机器",
    "translate host": "找不到这台机器",
    "permission denied": "这个用户没有权限",
    "Permission denied": "没有权限",
}


def _cannot_open(settings: Settings, wrong: CannotOpen) -> str:
    why = next((meaning for words, meaning in _MEANINGS.items() if words in wrong.why), wrong.why)
    named = "NIANGJIA_DATABASE_URL 指的数据库" if settings.database_url else "数据库文件"
    return f"{named}{' ' * bool(wrong.where)}{wrong.where} 用不了：{why}。"


def open_house(settings: Settings) -> House:
    """Open the store and load the library."""
    choose_font(settings.font)
    storage = open_storage(settings)
    editions = Editions(storage, settings.home_region, settings.data_dir / "clauses")
    try:
        knowledge = editions.load()
    except LibraryError as wrong:
        raise BadSetting(f"知识库有错：{wrong}") from None
    return House(settings, storage, knowledge, editions, Dispatch(storage, knowledge, settings.rate))


def build(settings: Settings, *, shared: bool = False) -> web.Application:
    """The web app, ready to be served. `shared`: other processes use the same database."""
    house = open_house(settings)
    if shared:
        house.storage.shared = True
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=16 * 1024**2)
    key = secret_key(settings)
    app[keys.SETTINGS] = settings
    app[keys.STORAGE] = house.storage
    app[keys.DISPATCH] = house.dispatch
    app[keys.EDITIONS] = house.editions
    app[PICTURES] = Pictures(settings.data_dir / "media" / "pictures", lambda: house.dispatch.knowledge)
    app[keys.WEBCHAT] = WebChat(key.hex(), demo=settings.is_demo)
    app[keys.WECHAT] = _account(settings)
    app[keys.DELIVERY] = Delivery(house.storage, {WebChat.name: app[keys.WEBCHAT]})
    app[SCHEDULE] = schedule = Schedule(house.storage)
    app[keys.BEAT] = lambda: schedule.beat
    app[chat.MENU] = chat.load_menu(Path(__file__).parent.parent / "knowledge" / "menu.yaml")
    app.add_routes(routes(settings))
    app.on_shutdown.append(webhook.settle)
    app.on_shutdown.append(chat.hang_up)
    app.cleanup_ctx.append(_work)
    return app


def _account(settings: Settings) -> WeChat | None:
    if not settings.wechat_token:
        return None
    return WeChat(
        settings.wechat_token,
        settings.wechat_app_id,
        settings.wechat_aes_key,
        settings.wechat_aes_key_old,
        plain_too=settings.wechat_plain,
    )


async def _work(app: web.Application) -> AsyncIterator[None]:
    """What runs beside the web: delivery, the schedule, writing behind. Ends in order, nothing half written."""
    settings, storage, dispatch = app[keys.SETTINGS], app[keys.STORAGE], app[keys.DISPATCH]
    async with AsyncExitStack() as stack:
        stack.push_async_callback(storage.close)
        delivery = app[keys.DELIVERY]
        if settings.wechat_token:
            session = await stack.enter_async_context(
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10, connect=5))
            )
            delivery.channels[WeChat.name] = WeChatApi(
                session, settings.wechat_api_base, settings.wechat_app_id, settings.wechat_app_secret, storage,
                pictures=app[PICTURES],
            )  # fmt: skip
        work = (
            delivery.run(),
            dispatch.write_behind(),
            app[SCHEDULE].run(),
            app[keys.EDITIONS].watch(dispatch),
            app[PICTURES].make_ready(),
        )
        tasks = [asyncio.create_task(each) for each in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for done in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(done, Exception):
                    log.error("background work failed", fault=type(done).__name__)
