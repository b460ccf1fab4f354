"""Starting other processes, and letting them go at the same moment."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def start(what: str, url: str) -> subprocess.Popen[str]:
    """Another process that is ready to do `what` and waits for a line."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.storage.other_process", what, url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def at_once(what: str, url: str, how_many: int = 2) -> list[str]:
    """The lines that `how_many` processes print, which do `what` at the same time."""
    processes = [start(what, url) for _ in range(how_many)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    lines: list[str] = []
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        lines += out.splitlines()
    return lines
