"""Serving: one process, or several on one port watched by a parent that restarts the fallen."""

import errno
import gc
import multiprocessing
import signal
import socket
import sys
import time
from multiprocessing.process import BaseProcess
from types import FrameType

import structlog
from aiohttp import web

from bot.app import build, open_storage
from bot.errors import BadSetting, BotError
from bot.settings import Settings

log = structlog.get_logger()
_HOSTS = "只给本机用写 127.0.0.1，要让别的机器访问写 0.0.0.0。"


def run(settings: Settings, workers: int) -> None:
    """Serve until told to stop. Raises BadSetting where the address is taken."""
    _check_address(settings)
    if workers == 1:
        _serve(settings, shared=False)
        return
    open_storage(settings).close_now()  # what is wrong with it is said once, not by every worker
    _watch(settings, workers)


def _check_address(settings: Settings) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (socket.gaierror, UnicodeError):
        raise BadSetting(f"NIANGJIA_HOST={settings.host} 不是这台机器能用的地址，{_HOSTS}") from None
    except OSError as wrong:
        if wrong.errno == errno.EADDRNOTAVAIL:
            raise BadSetting(f"NIANGJIA_HOST={settings.host} 不是这台机器的地址，{_HOSTS}") from None
        why = {
            errno.EADDRINUSE: "已经有程序在用（可能已经起了一个娘家人）",
            errno.EACCES: "要管理员权限（1024 以下的端口都是）",
        }.get(wrong.errno or 0, wrong.strerror or str(wrong))
        raise BadSetting(
            f"NIANGJIA_PORT={settings.port}（在 {settings.host} 上）{why}，换个端口：NIANGJIA_PORT=8081 make run。"
        ) from None


def _serve(settings: Settings, *, shared: bool) -> None:
    app = build(settings, shared=shared)
    # The library is half a million objects that never go: without this each full collection stops answers for 0.1 s.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 1_000)

    async def announce(_: web.Application) -> None:
        print(f"娘家人在 http://{settings.host}:{settings.port}/ 等您。按 Ctrl-C 停。", flush=True)

    if not shared:
        app.on_startup.append(announce)
    web.run_app(
        app, host=settings.host, port=settings.port, reuse_port=shared or None, print=lambda *_: None,
        access_log=None, shutdown_timeout=10,
    )  # fmt: skip


def _worker(settings: Settings) -> None:
    from bot.cli import configure_logs

    configure_logs(settings.log_level)
    try:
        _serve(settings, shared=True)
    except BotError as wrong:
        print(wrong, file=sys.stderr)
        sys.exit(2)


def _watch(settings: Settings, workers: int) -> None:
    context = multiprocessing.get_context("spawn")
    stopping = False

    def stop(_: int, __: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    def start() -> BaseProcess:
        process = context.Process(target=_worker, args=(settings,))
        process.start()
        return process

    running = [start() for _ in range(workers)]
    print(f"娘家人在 http://{settings.host}:{settings.port}/ 等您（{workers} 个进程）。按 Ctrl-C 停。", flush=True)
    while not stopping:
        time.sleep(0.5)
        for number, process in enumerate(running):
            if process.is_alive() or stopping:
                continue
            if process.exitcode == 2:  # a wrong setting: another start would end the same way
                stopping = True
                break
            log.error("worker fell and is started again", code=process.exitcode)
            running[number] = start()
    for process in running:
        if process.is_alive():
            process.terminate()
    for process in running:
        process.join(15)
        if process.is_alive():
            process.kill()
    sys.exit(next((p.exitcode for p in running if p.exitcode == 2), 0))
