"""Peers of the WeChat benchmark: the least that a bot can do, and the framework people take.

`python -m tests.benchmarks.peers PORT` serves the first: aiohttp and wechatpy verify, parse and echo, nothing else.
"""

import subprocess
import sys
import time
from pathlib import Path

from aiohttp import web
from wechatpy import parse_message
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

from tests.benchmarks.processes import TOKEN

WEROBOT = """
from werobot import WeRoBot

robot = WeRoBot(token="{token}", enable_session={session})


@robot.text
def echo(message):
    return message.content


application = robot.wsgi
"""


async def _echo(request: web.Request) -> web.Response:
    query = request.query
    try:
        check_signature(TOKEN, query.get("signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
    except InvalidSignatureException:
        return web.Response(status=403)
    message = parse_message(await request.text())
    answer = TextReply(content=message.content, message=message, time=int(time.time()))
    return web.Response(text=answer.render(), content_type="application/xml")


def serve(port: int) -> None:
    app = web.Application()
    app.router.add_post("/wechat", _echo)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=lambda *_: None)


def werobot_environment(folder: Path) -> Path | None:
    """A throw-away environment with WeRoBot and gunicorn; its python, or None where it cannot be had."""
    python = folder / "bin" / "python"
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "werobot", "gunicorn"]
        subprocess.run(install, check=True, capture_output=True, timeout=180)
    except (OSError, subprocess.SubprocessError):
        return None
    return python


def werobot_command(python: Path, folder: Path, port: int, *, session: bool) -> list[str]:
    """The command that serves WeRoBot with one handler in one gunicorn worker, its files in `folder`."""
    (folder / "robot.py").write_text(WEROBOT.format(token=TOKEN, session=session), encoding="utf-8")
    return [str(python), "-m", "gunicorn", "-w", "1", "-b", f"127.0.0.1:{port}", "robot:application"]


if __name__ == "__main__":
    serve(int(sys.argv[1]))
