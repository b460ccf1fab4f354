"""Load: wrk with signed text messages, every one with a number of its own, from many members.

The requests of a run stand in a file, written just before: signatures are good for five minutes. wrk takes the next
line for each request, and begins again at the first when it has sent them all (with another number).
"""

import hashlib
import json
import random
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.processes import TOKEN, Server, fetch

CONNECTIONS = 16
SIGNATURES = 2_000

SCRIPT = """
local lines, heads, sent = {}, {}, 0
for line in io.lines(os.getenv("BENCH_TEXTS")) do lines[#lines + 1] = line end
for line in io.lines(os.getenv("BENCH_HEADS")) do heads[#heads + 1] = line end
local now, members = os.time(), tonumber(os.getenv("BENCH_MEMBERS"))
local first = tonumber(os.getenv("BENCH_FIRST"))

request = function()
  sent = sent + 1
  local body = string.format(
    "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oBench_%020d]]></FromUserName>"
    .. "<CreateTime>%d</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content>"
    .. "<MsgId>%d</MsgId></xml>",
    (first + sent) % members, now, lines[(sent - 1) % #lines + 1], 7000000000000000 + first + sent)
  return wrk.format("POST", heads[(sent - 1) % #heads + 1], {["Content-Type"] = "text/xml"}, body)
end

done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\n{"requests": %d, "microseconds": %d, "p50": %f, "p99": %f, "most": %f, "errors": %d}\\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What came of a run: requests a second, milliseconds, errors (no connection, no answer, not 2xx), and the
    milliseconds of processor that the server spent on a request."""

    per_second: float
    p50: float
    p99: float
    most: float
    errors: int
    requests: int
    cpu: float


def has_wrk() -> bool:
    return shutil.which("wrk") is not None


def query() -> str:
    """A fresh signed query, as the platform writes it."""
    timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
    signature = hashlib.sha1("".join(sorted((TOKEN, timestamp, nonce))).encode()).hexdigest()
    return f"signature={signature}&timestamp={timestamp}&nonce={nonce}"


def ask(server: Server, path: str, text: str, member: str) -> str:
    """One message, and what was answered."""
    number = random.getrandbits(52)
    body = (
        f"<xml><ToUserName>gh_0123456789ab</ToUserName><FromUserName>{member}</FromUserName><CreateTime>"
        f"{int(time.time())}</CreateTime><MsgType>text</MsgType><Content>{text}</Content><MsgId>{number}</MsgId></xml>"
    )
    return fetch(f"{server.base}{path}?{query()}", body.encode())


def press(
    server: Server, path: str, texts: Iterable[str], folder: Path, *, members: int, seconds: float, first: int = 0
) -> Load:
    """Sixteen connections for `seconds`, after a second to get warm. `first`: the number of the first message."""
    (folder / "texts").write_text("\n".join(texts) + "\n", encoding="utf-8")
    (folder / "heads").write_text("".join(f"{path}?{query()}\n" for _ in range(SIGNATURES)), encoding="utf-8")
    (folder / "load.lua").write_text(SCRIPT, encoding="utf-8")
    _wrk(server, folder, 1, members, first + 500_000_000)
    before = server.cpu()
    found = _wrk(server, folder, seconds, members, first)
    requests = max(1, found["requests"])
    return Load(
        found["requests"] / found["microseconds"] * 1e6,
        found["p50"], found["p99"], found["most"], int(found["errors"]), int(found["requests"]),
        (server.cpu() - before) / requests * 1000,
    )  # fmt: skip


def _wrk(server: Server, folder: Path, seconds: float, members: int, first: int) -> dict[str, float]:
    environment = {
        "BENCH_TEXTS": str(folder / "texts"), "BENCH_HEADS": str(folder / "heads"), "BENCH_MEMBERS": str(members),
        "BENCH_FIRST": str(first),
    }  # fmt: skip
    ran = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--timeout", "10s", "-s", "load.lua", server.base],
        cwd=folder, env=environment | {"PATH": "/usr/local/bin:/usr/bin:/bin"}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(ran.stdout.strip().splitlines()[-1])
    return found
