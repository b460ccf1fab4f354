"""Documents: official documents that were taken in, their clauses, and which of them replaced or ended which.

The same file twice changes nothing; a changed file of the same number takes the place of the earlier one. What replaced
or ended a document holds for documents of the library's own files too, so it stands apart (endings). Every change
raises the library's version (storage/entries.py), so that running servers notice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)

from storage.entries import LIBRARY, VERSIONS
from storage.tables import METADATA, Moment, insert, replace

_ID = BigInteger().with_variant(Integer, "sqlite")
_AT_ONCE = 500  # clauses in one statement

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("number", String(300), nullable=False, unique=True),
    Column("title", String(500), nullable=False),
    Column("issuer", String(200), nullable=False),
    Column("issued", String(10), nullable=False),  # ISO, may lack the day
    Column("region", String(50), nullable=False),
    Column("level", String(20), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("taken_at", Moment, nullable=False),
    Column("in_force_from", Date),
    Column("ends_at", Date),
    Column("replaces", String(300), nullable=False),
    Column("text", Text, nullable=False),  # as it was read: entries are checked against it
    sqlite_autoincrement=True,  # an id is never given again: kept indexes go by it
)
CLAUSES = Table(
    "clauses",
    METADATA,
    Column(
        "document", _ID, ForeignKey("documents.id", name="fk_clauses_document", ondelete="CASCADE"), primary_key=True
    ),
    Column("position", Integer, primary_key=True),
    Column("path", String(300), nullable=False),
    Column("text", Text, nullable=False),
    Column("page", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("above", Text, nullable=False),  # the headings over it
    Column("region", String(50), nullable=False),  # empty: the document's
)
ENDINGS = Table(
    "endings",
    METADATA,
    Column("number", String(300), primary_key=True),  # of the document that ends
    Column("by_number", String(300), primary_key=True),
    Column("since", Date, nullable=False),
    Column("replaced", Boolean, nullable=False),  # else only ended
)

Outcome = Literal["new", "same", "changed"]


class NewClause(NamedTuple):
    path: str
    text: str
    page: int
    line: int
    above: str
    region: str


class NewDocument(NamedTuple):
    """A document as it was read. `replaces`: the number of the one whose place it takes, or empty."""

    number: str
    title: str
    issuer: str
    issued: str
    region: str
    level: str
    sha256: str
    text: str
    clauses: Sequence[NewClause]
    in_force_from: date | None = None
    ends_at: date | None = None
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    id: int
    number: str
    title: str
    issuer: str
    issued: str
    region: str
    level: str
    sha256: str
    taken_at: datetime
    in_force_from: date | None
    ends_at: date | None
    replaces: str


@dataclass(frozen=True, slots=True)
class ClauseRow:
    document: int
    path: str
    text: str
    page: int
    line: int
    above: str
    region: str


@dataclass(frozen=True, slots=True)
class EndingRow:
    """From `since` on the document `number` is replaced, or only ended, by another."""

    number: str
    by_number: str
    since: date
    replaced: bool


class Documents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, new: NewDocument, at: datetime) -> Outcome:
        """Take in a document with its clauses."""
        same = select(DOCUMENTS.c.id).where(DOCUMENTS.c.sha256 == new.sha256)
        if self._connection.execute(same).scalar_one_or_none() is not None:
            return "same"
        gone = self._connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.number == new.number)).rowcount
        values: dict[str, Any] = {name: value for name, value in new._asdict().items() if name != "clauses"}
        added = self._connection.execute(
            DOCUMENTS.insert().values(**values, taken_at=at).returning(DOCUMENTS.c.id)
        ).scalar_one()
        rows = [
            {"document": added, "position": position, **clause._asdict()} for position, clause in enumerate(new.clauses)
        ]
        for first in range(0, len(rows), _AT_ONCE):
            self._connection.execute(CLAUSES.insert(), rows[first : first + _AT_ONCE])
        self._changed()
        return "changed" if gone else "new"

    def end(self, number: str, by_number: str, since: date, *, replaced: bool) -> bool:
        """From `since` on this document is replaced or ended by another. False: that was known."""
        ending = EndingRow(number, by_number, since, replaced)
        if ending in self.endings():
            return False
        self._connection.execute(
            replace(self._connection, ENDINGS),
            {"number": number, "by_number": by_number, "since": since, "replaced": replaced},
        )
        self._connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.number == number).values(ends_at=since))
        if replaced:
            successor = update(DOCUMENTS).where(DOCUMENTS.c.number == by_number)
            self._connection.execute(successor.values(replaces=number, in_force_from=since))
        self._changed()
        return True

    def all(self) -> list[DocumentRow]:
        """Every document taken in, the oldest first."""
        columns = [column for column in DOCUMENTS.c if column.name != "text"]
        rows = self._connection.execute(select(*columns).order_by(DOCUMENTS.c.id))
        return [DocumentRow(**row._mapping) for row in rows]

    def endings(self) -> list[EndingRow]:
        rows = self._connection.execute(select(ENDINGS).order_by(ENDINGS.c.since, ENDINGS.c.by_number))
        return [EndingRow(**row._mapping) for row in rows]

    def text(self, number: str) -> str | None:
        """The whole text of a document as it was read."""
        found = select(DOCUMENTS.c.text).where(DOCUMENTS.c.number == number)
        return self._connection.execute(found).scalar_one_or_none()

    def clauses(self) -> Iterator[ClauseRow]:
        """All clauses of all documents, in order."""
        columns = [column for column in CLAUSES.c if column.name != "position"]
        found = self._connection.execute(
            select(*columns).order_by(CLAUSES.c.document, CLAUSES.c.position),
            execution_options={"yield_per": 2_000},
        )
        for row in found:
            yield ClauseRow(*row)

    def count(self) -> int:
        return self._connection.execute(select(func.count()).select_from(CLAUSES)).scalar_one()

    def _changed(self) -> None:
        new = insert(self._connection, VERSIONS).values(name=LIBRARY, number=1)
        self._connection.execute(
            new.on_conflict_do_update(index_elements=[VERSIONS.c.name], set_={"number": VERSIONS.c.number + 1})
        )
