"""What tests share. `storage` is real: SQLite always, PostgreSQL when the machine has it (CI must have it)."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from blockbuster import BlockBuster, blockbuster_ctx
from psycopg import sql
from sqlalchemy import text

from storage import Storage
from storage.tables import METADATA

KEY = bytes(range(32))
POSTGRESQL = "postgresql://postgres@127.0.0.1:5432"


def lacking(what: str) -> None:
    """Skip with one line that says what this machine has not; where everything must be there, fail."""
    if os.environ.get("NIANGJIA_TEST_ALL") == "1":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture
def blockbuster() -> Iterator[BlockBuster]:
    """A test that asks for it fails when anything blocks the event loop."""
    with blockbuster_ctx() as guard:
        yield guard


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty database, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "empty.db"
    _upgrade(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """An upgraded database of this test run alone, dropped at its end."""
    try:
        server = psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        lacking("PostgreSQL is not reachable at 127.0.0.1:5432.")
        raise
    name = sql.Identifier(f"niangjia_test_{os.getpid()}")
    with server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        url = f"postgresql+asyncpg://postgres@127.0.0.1:5432/niangjia_test_{os.getpid()}"
        _upgrade(url)
        yield url
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an upgraded, empty database; a test that uses it runs on both engines."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    file = tmp_path / "niangjia.db"
    shutil.copyfile(request.getfixturevalue("sqlite_file"), file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    """An open storage with nothing in it, on both engines."""
    opened = Storage.open(database_url, KEY)
    yield opened
    await opened.close()
    if database_url.startswith("postgresql"):
        _empty(database_url)


def _upgrade(url: str) -> None:
    storage = Storage.open(url, KEY)
    storage.upgrade()
    storage.close_now()


def _empty(url: str) -> None:
    storage = Storage.open(url, KEY)
    tables = ", ".join(METADATA.tables)
    storage.run_now(lambda transaction: transaction.connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY")))
    storage.close_now()
