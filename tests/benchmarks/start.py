"""From nothing to ready, and what it takes of the machine's memory after a thousand questions."""

import json
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

from tests.benchmarks import texts
from tests.benchmarks.load import ask
from tests.benchmarks.processes import ROOT, Server, free_port, niangjia, running, settings
from tests.benchmarks.table import show

# Run in a process of its own: what is imported already costs nothing a second time.
PARTS = """
import json, time
spent, last = {}, time.perf_counter()

def done(name):
    global last
    now = time.perf_counter()
    spent[name], last = now - last, now

def timed(owner, name, called):
    inner = getattr(owner, name, None)
    if inner is None:
        return
    def outer(*given, **named):
        started = time.perf_counter()
        result = inner(*given, **named)
        spent[called] = time.perf_counter() - started
        return result
    setattr(owner, name, outer)

import bot.cli; done("导入 bot.cli")
import bot.app; done("导入 bot.app")
import knowledge
timed(knowledge, "load_library", "　其中：读条目")
timed(knowledge, "Asker", "　其中：条目的索引")
timed(knowledge.Phrases, "load", "　其中：说法和索引")
known = knowledge.Knowledge.load("营口"); done("读知识库，合计")
known.ask("孩子考大学给钱不"); done("第一问")
print(json.dumps(spent))
"""


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory(prefix="niangjia-bench-") as name:
        folder = Path(name)
        for when in ("头一次起（建库）", "再起"):
            with _served(folder) as server:
                seconds, empty = server.seconds, server.memory()
                for number, text in enumerate(texts.in_own_words(1_000)):
                    ask(server, "/wechat", text, f"oBench_{number}")
                rows.append((when, f"{seconds:.2f} s", f"{empty:.0f} MB", f"{server.memory():.0f} MB"))
    show("起服务（进程开始到 /readyz 是 200）", ("", "用时", "刚起来的内存", "答过一千问的内存"), rows)
    ran = subprocess.run([sys.executable, "-c", PARTS], cwd=ROOT, capture_output=True, text=True, check=True)
    spent: dict[str, float] = json.loads(ran.stdout)
    show("时间花在哪里", ("", "毫秒"), [(part, f"{taken * 1000:.0f}") for part, taken in spent.items()])


def _served(folder: Path) -> AbstractContextManager[Server]:
    port = free_port()
    return running(niangjia(), port, folder, "/readyz", settings(folder, port))
