"""Jobs: each in a transaction of its own, safe once reported, none spoiled by its neighbour."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from blockbuster import BlockBuster
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import CannotOpen, Storage, Transaction
from tests.conftest import KEY
from tests.storage.processes import start

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
MEMBER = "wechat:小明"


def remember(key: str) -> Callable[[Transaction], None]:
    return lambda transaction: transaction.inbox.remember(MEMBER, key, {"text": key}, NOW)


async def is_saved(storage: Storage, key: str) -> bool:
    return await storage.run(lambda transaction: transaction.inbox.seen(MEMBER, key)) is not None


async def together(storage: Storage, *jobs: Callable[[Transaction], Any]) -> list[Any]:
    """What becomes of jobs that wait in the queue at the same time: on SQLite they share one commit."""
    gate = threading.Event()
    first = asyncio.create_task(storage.run(lambda _: gate.wait(10)))
    others = [asyncio.create_task(storage.run(job)) for job in jobs]
    await asyncio.sleep(0.05)
    gate.set()
    _, *outcomes = await asyncio.gather(first, *others, return_exceptions=True)
    return outcomes


def sql(*statements: str) -> Callable[[Transaction], None]:
    def job(transaction: Transaction) -> None:
        for statement in statements:
            transaction.connection.execute(text(statement))

    return job


async def test_a_job_returns_what_its_function_returns(storage: Storage) -> None:
    assert await storage.run(lambda _: 42) == 42


async def test_a_job_does_not_block_the_event_loop(storage: Storage, blockbuster: BlockBuster) -> None:
    await asyncio.gather(*(storage.run(remember(str(number))) for number in range(50)))


async def test_a_job_that_raises_spoils_none_of_those_that_share_its_commit(storage: Storage) -> None:
    def fails(transaction: Transaction) -> None:
        remember("bad")(transaction)
        raise ValueError("今天不行")

    before, failed, after = await together(storage, remember("before"), fails, remember("after"))

    assert (before, after) == (None, None)
    assert isinstance(failed, ValueError)
    assert await is_saved(storage, "before")
    assert await is_saved(storage, "after")
    assert not await is_saved(storage, "bad")


async def test_a_job_that_breaks_a_rule_of_the_database_spoils_none_either(storage: Storage) -> None:
    null = sql("INSERT INTO tokens (name) VALUES ('wechat')")

    before, failed, after = await together(storage, remember("before"), null, remember("after"))

    assert (before, after) == (None, None)
    assert isinstance(failed, IntegrityError)
    assert await is_saved(storage, "before")
    assert await is_saved(storage, "after")


PROMISES = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
    "CREATE TABLE child (id INTEGER PRIMARY KEY REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
)


async def test_a_commit_that_fails_fails_every_job_that_shared_it(storage: Storage) -> None:
    await storage.run(sql(*PROMISES))
    try:
        fails_at_commit = sql("INSERT INTO child VALUES (1)")

        neighbour, failed = await together(storage, remember("neighbour"), fails_at_commit)

        assert isinstance(failed, IntegrityError)
        assert isinstance(neighbour, IntegrityError) is not await is_saved(storage, "neighbour")
        if not storage.shared:
            assert neighbour is failed
        await storage.run(remember("later"))
        assert await is_saved(storage, "later")
    finally:
        await storage.run(sql("DROP TABLE child", "DROP TABLE parent"))


async def test_when_sqlite_gives_up_the_transaction_nobody_is_told_that_he_is_saved(tmp_path: Path) -> None:
    storage = Storage.open(f"sqlite+aiosqlite:///{tmp_path}/niangjia.db", KEY)
    storage.upgrade()
    gives_up = sql("INSERT OR ROLLBACK INTO tokens (name) VALUES (NULL)")

    before, failed, after = await together(storage, remember("before"), gives_up, remember("after"))

    assert isinstance(before, DBAPIError)
    assert isinstance(failed, DBAPIError)
    assert not await is_saved(storage, "before")
    assert (after is None) is await is_saved(storage, "after")
    await storage.close()


async def test_jobs_carry_the_context_of_their_callers(storage: Storage) -> None:
    message: ContextVar[str] = ContextVar("message")

    async def call(name: str) -> bool:
        message.set(name)
        return await storage.run(lambda _: message.get()) == name

    assert all(await asyncio.gather(call("一"), call("二"), call("三")))


async def test_a_cancelled_caller_takes_its_waiting_job_along_and_nobody_elses(tmp_path: Path) -> None:
    storage = Storage.open(f"sqlite+aiosqlite:///{tmp_path}/niangjia.db", KEY)
    storage.upgrade()
    gate = threading.Event()
    first = asyncio.create_task(storage.run(lambda _: gate.wait(10)))
    impatient = asyncio.create_task(storage.run(remember("impatient")))
    patient = asyncio.create_task(storage.run(remember("patient")))
    await asyncio.sleep(0.05)

    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    gate.set()
    await asyncio.gather(first, patient)

    assert not await is_saved(storage, "impatient")
    assert await is_saved(storage, "patient")
    await storage.close()


async def test_close_finishes_what_waits_and_takes_nothing_more(database_url: str) -> None:
    storage = Storage.open(database_url, KEY)
    waiting = [asyncio.create_task(storage.run(remember(f"close {number}"))) for number in range(100)]
    await asyncio.sleep(0)

    await storage.close()

    assert await asyncio.gather(*waiting) == [None] * 100
    with pytest.raises(RuntimeError):
        await storage.run(remember("too late"))
    await storage.close()  # twice does no harm


async def test_what_was_reported_as_saved_survives_sigkill(database_url: str, storage: Storage) -> None:
    def write_and_die() -> list[str]:
        process = start("write", database_url)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.flush()
        said = [process.stdout.readline().strip() for _ in range(200)]
        process.kill()
        rest, _ = process.communicate()
        complete, _, _ = rest.rpartition("\n")
        return said + complete.splitlines()

    reported = await asyncio.to_thread(write_and_die)

    assert len(reported) >= 200
    assert [key for key in reported if not await is_saved(storage, key)] == []


async def test_two_processes_write_to_the_same_database(database_url: str, storage: Storage) -> None:
    other = await asyncio.to_thread(start, "write", database_url)
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdin.write("\n")
    other.stdin.flush()
    other.stdout.readline()
    try:
        for number in range(50):
            await asyncio.wait_for(storage.run(remember(f"ours {number}")), 5)
    finally:
        other.kill()
        await asyncio.to_thread(other.communicate)

    assert all([await is_saved(storage, f"ours {number}") for number in range(50)])


async def test_a_lost_connection_is_tried_once_more(postgresql_url: str) -> None:
    storage = Storage.open(postgresql_url, KEY)
    tries: list[int] = []

    def loses_it_once(transaction: Transaction) -> None:
        tries.append(1)
        remember("lost once")(transaction)
        if len(tries) == 1:
            transaction.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    await storage.run(loses_it_once)

    assert len(tries) == 2
    assert await is_saved(storage, "lost once")
    await storage.close()


async def test_a_connection_lost_twice_is_an_error(postgresql_url: str) -> None:
    storage = Storage.open(postgresql_url, KEY)
    with pytest.raises(DBAPIError):
        await storage.run(sql("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert await storage.run(lambda _: "well again") == "well again"
    await storage.close()


async def test_a_job_whose_commit_may_have_arrived_is_not_tried_again(postgresql_url: str) -> None:
    storage = Storage.open(postgresql_url, KEY)
    await storage.run(
        sql(
            "CREATE TABLE doomed (id INTEGER)",
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON doomed DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION die()",
        )
    )
    tries: list[int] = []

    def loses_it_at_commit(transaction: Transaction) -> None:
        tries.append(1)
        transaction.connection.execute(text("INSERT INTO doomed VALUES (1)"))

    with pytest.raises(DBAPIError):
        await storage.run(loses_it_at_commit)

    assert len(tries) == 1
    await storage.run(sql("DROP TABLE doomed", "DROP FUNCTION die"))
    await storage.close()


def test_a_file_that_cannot_be_opened_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "niangjia.db").write_text("这不是数据库" * 100)
    with pytest.raises(CannotOpen, match="not a database"):
        Storage.open(f"sqlite+aiosqlite:///{tmp_path}/niangjia.db", KEY)


def test_a_program_that_forgets_to_close_still_ends(tmp_path: Path) -> None:
    program = f"from storage import Storage; Storage.open('sqlite:///{tmp_path}/a.db', bytes(32)).upgrade()"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=20)
