"""Migrations: an empty database becomes ours, whoever starts first."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from psycopg import sql

from storage import Storage
from storage.tables import METADATA
from tests.conftest import KEY, POSTGRESQL
from tests.storage.processes import at_once


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it, not even tables."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/not/there/yet/niangjia.db"
        return
    request.getfixturevalue("postgresql_url")  # is there a server?
    name = f"niangjia_test_{os.getpid()}_empty"
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"postgresql://postgres@127.0.0.1:5432/{name}"
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_an_empty_database_is_not_current_until_it_is_upgraded(empty_url: str) -> None:
    storage = Storage.open(empty_url, KEY)
    assert not storage.is_current()
    storage.upgrade()
    assert storage.is_current()
    storage.upgrade()  # again does no harm
    storage.close_now()


def test_the_migrated_tables_are_the_ones_that_the_parts_describe(empty_url: str) -> None:
    storage = Storage.open(empty_url, KEY)
    storage.upgrade()
    differences = storage.run_now(
        lambda transaction: compare_metadata(MigrationContext.configure(transaction.connection), METADATA)
    )
    assert differences == []
    storage.close_now()


def test_processes_that_start_together_upgrade_once(empty_url: str) -> None:
    assert at_once("upgrade", empty_url, how_many=4) == ["True"] * 4
