"""What all tables share: the list of them, moments in time, and inserts that may meet a row already there."""

from datetime import UTC, datetime
from functools import cache
from typing import cast

from sqlalchemy import Connection, DateTime, Dialect, MetaData, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator

METADATA = MetaData()


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite keeps no zone, so it is put back when the row is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A moment without its time zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert(connection: Connection, table: Table) -> postgresql.Insert:
    """An INSERT that takes ON CONFLICT. Both engines say it alike, SQLAlchemy has a class for each."""
    return _insert(connection.dialect.name, table)


def replace(connection: Connection, table: Table) -> postgresql.Insert:
    """An INSERT whose row takes the place of the one with the same key."""
    return _replace(connection.dialect.name, table)


def add(connection: Connection, table: Table) -> postgresql.Insert:
    """An INSERT that leaves a row with the same key as it is."""
    return _add(connection.dialect.name, table)


def _insert(engine: str, table: Table) -> postgresql.Insert:
    if engine == "postgresql":
        return postgresql.insert(table)
    return cast(postgresql.Insert, sqlite.insert(table))


@cache  # these stand in every turn, and building them costs as much as running them
def _replace(engine: str, table: Table) -> postgresql.Insert:
    new = _insert(engine, table)
    rest = {column.name: new.excluded[column.name] for column in table.columns if not column.primary_key}
    return new.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)


@cache
def _add(engine: str, table: Table) -> postgresql.Insert:
    return _insert(engine, table).on_conflict_do_nothing()
