"""The engine: runs jobs, each in a transaction of its own, and returns when what they wrote is safe on disk.

SQLite has one writer at a time, so one thread runs all jobs. Those that wait share one commit, each in a SAVEPOINT: a
commit waits for the disk, and sixteen members pay for it once. PostgreSQL gets a pool of threads, a connection each.

A job that raises is rolled back alone and its caller gets the exception. A commit that fails, fails every job that
shared it. Jobs are plain functions: a whole turn runs as one of them (one await a statement was five times slower).
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError

from storage import migrations
from storage.asked import Asked
from storage.contacts import Contacts
from storage.conversations import Conversations
from storage.documents import Documents
from storage.entries import Entries
from storage.given import Given
from storage.inbox import Inbox
from storage.leases import Leases
from storage.outbox import Outbox
from storage.sealing import Sealing
from storage.tokens import Tokens
from storage.wishes import Wishes

T = TypeVar("T")

BUSY_MS = 10_000  # how long SQLite waits for another process that writes
MOST_PER_COMMIT = 64  # so that the first of a batch is not kept waiting by a crowd
CONNECTIONS = 8


class CannotOpen(Exception):
    """The database is not there, or is none. `why` is the driver's first line, `where` the file or the server and
    its database, never a password."""

    def __init__(self, why: str, where: str) -> None:
        super().__init__(f"{where}: {why}")
        self.why, self.where = why, where


@contextmanager
def _opening(where: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).strip() or type(error.orig).__name__
        raise CannotOpen(said.splitlines()[0], where) from error
    except OSError as error:
        raise CannotOpen(error.strerror or str(error), where) from error


def _where(address: URL) -> str:
    if address.get_backend_name() == "sqlite":
        return address.database or ":memory:"
    return f"{address.host or 'localhost'}:{address.port or 5432}/{address.database or ''}"


class Transaction:
    """What a job sees: all parts of the storage, in one transaction."""

    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self.connection = connection
        self.conversations = Conversations(connection, sealing)
        self.inbox = Inbox(connection, sealing)
        self.outbox = Outbox(connection, sealing)
        self.leases = Leases(connection)
        self.tokens = Tokens(connection, sealing)
        self.asked = Asked(connection, sealing)
        self.wishes = Wishes(connection, sealing)
        self.given = Given(connection, sealing)
        self.entries = Entries(connection)
        self.contacts = Contacts(connection)
        self.documents = Documents(connection)


class Storage:
    """The storage of one process. Open it in the process that uses it: threads do not survive a fork."""

    def __init__(self, runner: "_Runner", where: str, shared: bool) -> None:
        self._runner, self._where = runner, where
        self.shared = shared  # other processes write too

    @classmethod
    def open(cls, url: str, key: bytes) -> "Storage":
        """Open the database at `url`; `key` (32 bytes) seals what identifies people. CannotOpen says why it is not
        one; a server is called only with the first job."""
        sealing = Sealing(key)
        try:
            address = make_url(url)
        except (ArgumentError, ValueError):
            raise CannotOpen("not an address", "") from None
        where = _where(address)
        with _opening(where):
            if address.get_backend_name() == "sqlite":
                return cls(_OneWriter(_sqlite(address), sealing), where, shared=False)
            return cls(_Pool(_postgresql(address), sealing), where, shared=True)

    async def run(self, job: Callable[[Transaction], T]) -> T:
        """Run `job` in one transaction, committed when this returns.

        A caller that is cancelled takes its job along if it has not begun; else the job ends and is committed.
        """
        return await asyncio.wrap_future(self._runner.submit(job))

    def run_now(self, job: Callable[[Transaction], T]) -> T:
        """The same, blocking: for the command line, never in the event loop."""
        return self._runner.submit(job).result()

    def upgrade(self) -> None:
        """Bring the tables to the newest version. Several processes may do it at once: one does, the others wait.
        CannotOpen where the database is not there or does not let us."""
        with _opening(self._where):
            self.run_now(lambda transaction: migrations.upgrade(transaction.connection))

    def is_current(self) -> bool:
        """Whether the tables are of the newest version. CannotOpen as with upgrade."""
        with _opening(self._where):
            return self.run_now(lambda transaction: migrations.is_current(transaction.connection))

    async def close(self) -> None:
        """Take no more jobs, finish those that wait."""
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """The same, blocking."""
        self._runner.close()


class _Runner(Protocol):
    """Runs jobs on threads. What a job logs carries its caller's context (message id)."""

    def submit(self, job: Callable[[Transaction], T]) -> Future[T]: ...
    def close(self) -> None: ...


# SQLite


def _sqlite(address: URL) -> Engine:
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address.set(drivername="sqlite+pysqlite"),
        # pysqlite would begin transactions by itself, late and not IMMEDIATE; we begin them below.
        connect_args={"isolation_level": None, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what a member was told survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the write lock at once: a later upgrade of it could not wait

    return engine


class _Waiting(Generic[T]):
    """A job in the queue, and what became of it."""

    def __init__(self, job: Callable[[Transaction], T]) -> None:
        self.future: Future[T] = Future()
        self._job = job
        self._context = copy_context()
        self._result: T
        self._error: BaseException | None = None

    def attempt(self, transaction: Transaction) -> None:
        """Run it in a SAVEPOINT. Its exception is its caller's affair alone."""
        try:
            with transaction.connection.begin_nested():
                self._result = self._context.run(self._job, transaction)
        except BaseException as error:
            self._error = error
            if not _is_open(transaction.connection):
                raise  # SQLite gave up the whole transaction (disk full): nobody's job is stored

    def tell(self, commit_error: BaseException | None = None) -> None:
        """The commit is done, or failed: hand over the result, or what was in its way."""
        error = self._error or commit_error
        if error is None:
            self.future.set_result(self._result)
        else:
            self.future.set_exception(error)


class _OneWriter:
    """One thread, one connection; jobs that wait share a commit."""

    def __init__(self, engine: Engine, sealing: Sealing) -> None:
        self._engine = engine
        self._connection = engine.connect()  # here, so that a file that cannot be opened stops the start
        self._transaction = Transaction(self._connection, sealing)
        self._queue: queue.SimpleQueue[_Waiting[Any] | None] = queue.SimpleQueue()  # None: closing, nothing follows
        self._door = threading.Lock()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="storage", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Transaction], T]) -> Future[T]:
        waiting = _Waiting(job)
        with self._door:
            if self._closing:
                raise RuntimeError("The storage is closed.")
            self._queue.put(waiting)
        return waiting.future

    def close(self) -> None:
        with self._door:
            if not self._closing:
                self._closing = True
                self._queue.put(None)
        self._thread.join()
        self._connection.close()
        self._engine.dispose()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            if first.future.set_running_or_notify_cancel():
                self._share_a_commit(first)

    def _share_a_commit(self, first: _Waiting[Any]) -> None:
        batch = [first]
        failed: BaseException | None = None
        try:
            with self._connection.begin():
                first.attempt(self._transaction)
                while len(batch) < MOST_PER_COMMIT and (another := self._next()) is not None:
                    batch.append(another)
                    another.attempt(self._transaction)
        except BaseException as error:  # noqa: BLE001 - every caller gets it; the thread goes on for those who follow
            failed = error
            self._connection.invalidate()  # SQLite leaves the transaction open when its COMMIT fails: begin afresh
        for waiting in batch:
            waiting.tell(failed)

    def _next(self) -> _Waiting[Any] | None:
        """The next job that waits already, None when there is none."""
        while True:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                return None
            if waiting is None:
                self._queue.put(None)  # for _work to find
                return None
            if waiting.future.set_running_or_notify_cancel():
                return waiting


def _is_open(connection: Connection) -> bool:
    """Whether SQLite still has the transaction that we began."""
    return bool(connection.connection.driver_connection.in_transaction)  # type: ignore[union-attr]


# PostgreSQL


def _postgresql(address: URL) -> Engine:
    query = dict(address.query)
    if "ssl" in query:  # asyncpg's word
        query["sslmode"] = query.pop("ssl")
    return create_engine(
        address.set(drivername="postgresql+psycopg", query=query),
        pool_size=CONNECTIONS,
        max_overflow=0,
        connect_args={"connect_timeout": 10, "application_name": "niangjia"},
    )


class _Pool:
    """Threads with a connection each."""

    def __init__(self, engine: Engine, sealing: Sealing) -> None:
        self._engine = engine
        self._sealing = sealing
        self._threads = ThreadPoolExecutor(CONNECTIONS, "storage")

    def submit(self, job: Callable[[Transaction], T]) -> Future[T]:
        return self._threads.submit(copy_context().run, self._run, job)

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self._engine.dispose()

    def _run(self, job: Callable[[Transaction], T], again: bool = True) -> T:
        committing = False
        try:
            with self._engine.connect() as connection, connection.begin():
                result = job(Transaction(connection, self._sealing))
                committing = True
            return result
        except DBAPIError as error:
            # Once the commit is on its way nobody knows whether it arrived; before, the job left no trace.
            if committing or not again or not error.connection_invalidated:
                raise
        return self._run(job, again=False)
