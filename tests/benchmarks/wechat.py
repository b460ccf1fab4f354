"""Signed text messages through the whole path, in one process, beside a bare echo and WeRoBot.

Ours answers from the library and keeps the talk; the peers only echo. `members` is how many people write: each new one
is looked up in the database once, and the limit of 20 messages in 10 s stands.
"""

import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.handlers import HANDLERS
from tests.benchmarks import texts
from tests.benchmarks.load import Load, ask, has_wrk, press
from tests.benchmarks.peers import werobot_command, werobot_environment
from tests.benchmarks.processes import Server, fetch, free_port, niangjia, running, settings
from tests.benchmarks.table import out, show, skipped

MEMBERS = 5_000
UNIQUE = 120_000
SAVES = "有新规定告诉我"


@dataclass(frozen=True)
class Run:
    """What our own server is asked, and by how many."""

    name: str
    texts: Callable[[], Iterable[str]]
    members: int = MEMBERS


RUNS = (
    Run("娘家人：提问，400 种问法", texts.questions),
    Run("娘家人：提问，句句不同", lambda: texts.in_own_words(UNIQUE)),
    Run("娘家人：提问，每条都是新人", texts.questions, 10**9),
)


def main(seconds: float = 10.0) -> None:
    if not has_wrk():
        skipped("没有 wrk（Debian：apt install wrk），压不了微信回调。")
        return
    with tempfile.TemporaryDirectory(prefix="niangjia-bench-") as name:
        _compare(Path(name), seconds)


def _compare(folder: Path, seconds: float) -> None:
    found: dict[str, Load] = {}
    asked = texts.questions()

    def measure(name: str, server: Server, path: str, words: Iterable[str], members: int = MEMBERS) -> Load:
        number = len(found) * 10_000_000
        found[name] = press(server, path, words, folder, members=members, seconds=seconds, first=number)
        return found[name]

    port = free_port()
    with running([sys.executable, "-m", "tests.benchmarks.peers", str(port)], port, _made(folder / "a"),
                 environment=settings(folder, port)) as server:  # fmt: skip
        echo = measure("甲 aiohttp + wechatpy 原样回话", server, "/wechat", asked)
    python = werobot_environment(folder / "werobot")
    frameworks: dict[bool, Load] = {}
    if python is None:
        skipped("装不上 PyPI 的 werobot 和 gunicorn，不和它比。")
    else:
        for session in (False, True):
            port, place = free_port(), _made(folder / f"b{session}")
            with running(werobot_command(python, place, port, session=session), port, place) as server:
                name = "乙 WeRoBot + gunicorn，" + ("默认 session（SQLite）" if session else "无 session")
                frameworks[session] = measure(name, server, "/", asked)
    for run in RUNS:
        port, place = free_port(), _made(folder / f"c{len(found)}")
        with running(niangjia(), port, place, "/readyz", settings(place, port)) as server:
            _look(server, asked[0])
            measure(run.name, server, "/wechat", run.texts(), run.members)
            _account(server, run.name)
    if any(way.saves for way in HANDLERS.values()):
        port, place = free_port(), _made(folder / "d")
        with running(niangjia(), port, place, "/readyz", settings(place, port)) as server:
            _look(server, SAVES)
            measure("娘家人：存一条记录的一轮", server, "/wechat", [SAVES])
            _account(server, "存记录")
    else:
        skipped("还没有会存记录的意图（HANDLERS 里没有 saves=True），存记录的一轮先不压。")
    _print(found, echo, frameworks)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _look(server: Server, text: str) -> None:
    """A server that does not answer properly is not worth a figure."""
    answer = ask(server, "/wechat", text, "oBench_before")
    if "<Content>" not in answer:
        raise RuntimeError(f"{text} 没有得到回话：{answer[:200]}")


def _account(server: Server, name: str) -> None:
    """What the server itself counted: how much of the load was answered from the library, and faults."""
    counted: dict[str, float] = {}
    for line in fetch(server.base + "/metrics").splitlines():
        if line.startswith(("niangjia_messages_total", "niangjia_faults_total")):
            label, _, value = line.rpartition(" ")
            key = "fault" if "faults" in label else "yes" if 'answered="yes"' in label else "no"
            counted[key] = counted.get(key, 0) + float(value)
    turns = counted.get("yes", 0) + counted.get("no", 0)
    out.print(
        f"{name}：服务自己数到 {turns:.0f} 轮（含预热），{counted.get('yes', 0) / max(turns, 1):.0%} 由知识库答上，"
        f"{counted.get('fault', 0):.0f} 次出错，内存 {server.memory():.0f} MB。"
    )


def _print(found: dict[str, Load], echo: Load, frameworks: dict[bool, Load]) -> None:
    def ratio(load: Load, peer: Load | None) -> str:
        return f"{load.per_second / peer.per_second:.2f}" if peer else "–"

    rows = [
        (name, f"{load.per_second:,.0f}", f"{load.p50:.1f}", f"{load.p99:.1f}", f"{load.most:.0f}", f"{load.errors}",
         f"{load.cpu:.2f}", ratio(load, echo), ratio(load, frameworks.get(False)), ratio(load, frameworks.get(True)))
        for name, load in found.items()
    ]  # fmt: skip
    heads = ("微信回调，16 个连接", "条/秒", "p50 ms", "p99 ms", "最长", "错", "CPU ms/条", "÷甲", "÷乙无", "÷乙有")
    show("签名文本消息走完整条路，一个进程", heads, rows)
