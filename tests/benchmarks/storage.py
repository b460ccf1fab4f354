"""Turns a second that are saved for good: sixteen members at once, each turn one transaction on its own member's talk.

A turn locks the talk, looks whether the message was seen, loads, saves and remembers the reply: what a turn that saves
records does, without the record. Beside it the same rows by plain sqlite3, a commit each.
"""

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from storage import Conversation, Storage, Transaction
from tests.benchmarks.load import CONNECTIONS
from tests.benchmarks.table import percentile, show, skipped

SERVER = os.environ.get("NIANGJIA_BENCH_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
SECONDS = 3.0
STATE = {"subject": "ka-what", "region": "", "asked": "普惠卡是啥", "more": "", "met": True, "choices": []}
REPLY = {
    "parts": [{"kind": "text", "text": "就是工会给会员办的服务卡。" * 12}], "choices": [], "answered": True, "sources": [],
}  # fmt: skip


def main() -> None:
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory(prefix="niangjia-bench-") as name:
        raw = _raw(Path(name) / "raw.db")
        rows.append(("sqlite3 裸写，一轮一次提交，一个线程", f"{raw:,.0f}", "", "", "1.00"))
        url = f"sqlite+aiosqlite:///{Path(name) / 'niangjia.db'}"
        rows.append(_measured("娘家人，SQLite", url, raw))
    try:
        server = psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        skipped(f"连不上 PostgreSQL（{SERVER}），只测 SQLite。")
    else:
        base = f"niangjia_bench_{os.getpid()}"
        with closing(server):
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(base)))
            try:
                rows.append(_measured("娘家人，PostgreSQL", f"{SERVER}/{base}", raw))
            finally:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(base)))
    show("存好的轮数，16 人同时", ("", "轮/秒", "p50 ms", "p99 ms", "÷裸写"), rows)


def _measured(name: str, url: str, raw: float) -> tuple[str, ...]:
    per_second, spent = asyncio.run(_saved(url))
    return (
        name, f"{per_second:,.0f}", f"{percentile(spent, 0.5):.1f}", f"{percentile(spent, 0.99):.1f}",
        f"{per_second / raw:.2f}",
    )  # fmt: skip


async def _saved(url: str) -> tuple[float, list[float]]:
    storage = Storage.open(url, bytes(32))
    storage.upgrade()
    spent: list[float] = []
    until = time.perf_counter() + SECONDS

    async def member(number: int) -> None:
        turn = 0
        while (started := time.perf_counter()) < until:
            await storage.run(_turn(f"bench:{number}-{turn % 500}", f"{number}-{turn}"))
            spent.append((time.perf_counter() - started) * 1000)
            turn += 1

    started = time.perf_counter()
    await asyncio.gather(*(member(number) for number in range(CONNECTIONS)))
    taken = time.perf_counter() - started
    await storage.close()
    return len(spent) / taken, spent


def _turn(member: str, key: str) -> Callable[[Transaction], None]:
    def job(records: Transaction) -> None:
        records.conversations.lock(member)
        records.inbox.seen(member, key)
        records.conversations.load(member)
        now = datetime.now(UTC)
        records.conversations.save(Conversation(member, STATE, now))
        records.inbox.remember(member, key, REPLY, now)

    return job


def _raw(file: Path) -> float:
    """The same rows without sealing, threads or sharing a commit."""
    with closing(sqlite3.connect(file, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = FULL")
        base.execute("CREATE TABLE talks (member BLOB PRIMARY KEY, state BLOB, at TEXT)")
        base.execute("CREATE TABLE inbox (member BLOB, key BLOB, reply BLOB, at TEXT, PRIMARY KEY (member, key))")
        state, reply, turns, started = os.urandom(160), os.urandom(600), 0, time.perf_counter()
        while time.perf_counter() - started < SECONDS:
            member, key, now = os.urandom(16), os.urandom(16), datetime.now(UTC).isoformat()
            base.execute("BEGIN IMMEDIATE")
            base.execute("SELECT reply FROM inbox WHERE member = ? AND key = ?", (member, key)).fetchone()
            base.execute("SELECT state, at FROM talks WHERE member = ?", (member,)).fetchone()
            base.execute("INSERT OR REPLACE INTO talks VALUES (?, ?, ?)", (member, state, now))
            base.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?, ?, ?)", (member, key, reply, now))
            base.execute("COMMIT")
            turns += 1
        return turns / (time.perf_counter() - started)
