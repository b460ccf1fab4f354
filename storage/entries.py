"""Entries: what staff add to the library beside its files: entries checked against a document, and 部门答复.

A published row is never changed: a correction is a new row that names the entry it replaces, and an added one that is
replaced is withdrawn. `version` grows with every publication, so that running servers notice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import JSON, BigInteger, Column, Connection, Date, Integer, String, Table, Text, select, update

from storage.tables import METADATA, Moment, insert

EntryKind = Literal["entry", "department"]
LIBRARY = "library"

ENTRIES = Table(
    "entries",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", String(20), nullable=False),  # entry: of a document, department: a 部门答复
    Column("entry", String(200), nullable=False),  # its id in the library
    Column("title", String(200), nullable=False),
    Column("topic", String(200), nullable=False),
    Column("region", String(50), nullable=False),
    Column("answer", Text, nullable=False),
    Column("asks", JSON, nullable=False),
    Column("facts", JSON, nullable=False),  # department: the figures confirmed; entry: as docs/library.md writes them
    Column("sources", JSON, nullable=False),  # [[document, clause], …]
    Column("written", JSON, nullable=False),  # entry: its topic and itself as docs/library.md writes them
    Column("department", String(100), nullable=False),
    Column("person", String(100), nullable=False),  # who stands for it
    Column("day", Date),
    Column("replaces", String(200), nullable=False),  # the library's entry that it takes the place of; empty: none
    Column("published_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    sqlite_autoincrement=True,  # an id is never given again
)
VERSIONS = Table(
    "versions",
    METADATA,
    Column("name", String(50), primary_key=True),
    Column("number", Integer, nullable=False),
)


class NewEntry(NamedTuple):
    """What is published."""

    kind: EntryKind
    entry: str  # empty: a name is made for it
    title: str
    topic: str
    region: str
    answer: str
    asks: list[str]
    facts: Any
    sources: list[list[str]]
    written: dict[str, Any]
    department: str = ""
    person: str = ""
    day: date | None = None
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A published entry."""

    id: int
    kind: EntryKind
    entry: str
    title: str
    topic: str
    region: str
    answer: str
    asks: list[str]
    facts: Any
    sources: list[list[str]]
    written: dict[str, Any]
    department: str
    person: str
    day: date | None
    replaces: tuple[str, ...]  # what it takes the place of, and what that took the place of before
    published_at: datetime
    withdrawn_at: datetime | None


class Entries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish(self, new: NewEntry, at: datetime) -> str:
        """From now on part of the library; the added entry it replaces is withdrawn. Its id in the library."""
        if new.replaces:
            self._withdraw(new.replaces, at)
        row = self._connection.execute(
            ENTRIES.insert().values(**new._asdict(), published_at=at).returning(ENTRIES.c.id)
        )
        id, name = row.scalar_one(), new.entry
        if not name:
            name = f"answer-{id}"
            self._connection.execute(update(ENTRIES).where(ENTRIES.c.id == id).values(entry=name))
        self._changed()
        return name

    def withdraw(self, entry: str, at: datetime) -> bool:
        """No longer part of the library. False: nothing by this name was."""
        if not self._withdraw(entry, at):
            return False
        self._changed()
        return True

    def published(self) -> list[EntryRow]:
        """All that is part of the library, the oldest first."""
        rows = self._connection.execute(select(ENTRIES).order_by(ENTRIES.c.id)).all()
        before = {row.entry: row.replaces for row in rows if row.withdrawn_at is not None}
        return [
            EntryRow(**(dict(row._mapping) | {"replaces": _chain(row.replaces, before)}))
            for row in rows
            if row.withdrawn_at is None
        ]

    def version(self) -> int:
        """A number that grows with every change."""
        number = select(VERSIONS.c.number).where(VERSIONS.c.name == LIBRARY)
        return self._connection.execute(number).scalar_one_or_none() or 0

    def _withdraw(self, entry: str, at: datetime) -> bool:
        here = (ENTRIES.c.entry == entry) & ENTRIES.c.withdrawn_at.is_(None)
        return self._connection.execute(update(ENTRIES).where(here).values(withdrawn_at=at)).rowcount > 0

    def _changed(self) -> None:
        new = insert(self._connection, VERSIONS).values(name=LIBRARY, number=1)
        self._connection.execute(
            new.on_conflict_do_update(index_elements=[VERSIONS.c.name], set_={"number": VERSIONS.c.number + 1})
        )


def _chain(name: str, before: dict[str, str]) -> tuple[str, ...]:
    names: list[str] = []
    while name and name not in names:
        names.append(name)
        name = before.get(name, "")
    return tuple(names)
