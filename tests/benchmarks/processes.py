"""Servers under test: each a process of its own, in a folder of its own, found ready before it is measured."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOKEN = "benchToken1"


@dataclass(frozen=True)
class Server:
    """A running server. `seconds`: from its start until it was ready."""

    process: subprocess.Popen[bytes]
    base: str
    seconds: float

    def cpu(self) -> float:
        """Seconds of processor that it and its children have used."""
        return sum(_cpu(each) for each in _family(self.process.pid))

    def memory(self) -> float:
        """Resident megabytes, children included."""
        return sum(_resident(each) for each in _family(self.process.pid))


def niangjia() -> list[str]:
    """Our own command, whatever the folder we are in."""
    return [sys.executable, "-m", "bot.cli", "serve"]


def settings(folder: Path, port: int) -> dict[str, str]:
    """The environment of our own server: the defaults, an account, and its data in `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NIANGJIA_")}
    return kept | {
        "NIANGJIA_DATA_DIR": str(folder / "data"),
        "NIANGJIA_PORT": str(port),
        "NIANGJIA_WECHAT_TOKEN": TOKEN,
        "PYTHONPATH": str(ROOT),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], port: int, folder: Path, ready: str = "/", environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start a server in `folder`, wait until `ready` answers (whatever it answers, but for 503), stop it at the end."""
    base, started = f"http://127.0.0.1:{port}", time.perf_counter()
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )  # fmt: skip
        try:
            while not _answers(base + ready):
                if process.poll() is not None or time.perf_counter() - started > 60:
                    words = (folder / "server.log").read_text(errors="replace").strip()[-400:]
                    raise RuntimeError(f"{' '.join(command)} 没有起来：{words}")
                time.sleep(0.01)
            yield Server(process, base, time.perf_counter() - started)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def fetch(url: str, body: bytes | None = None) -> str:
    """The text at `url`."""
    with urllib.request.urlopen(urllib.request.Request(url, body), timeout=20) as answer:
        text: str = answer.read().decode()
        return text


def _answers(url: str) -> bool:
    try:
        fetch(url)
    except urllib.error.HTTPError as answer:
        return answer.code != 503
    except OSError:
        return False
    return True


def _family(pid: int) -> list[int]:
    """A process and all that it started."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
