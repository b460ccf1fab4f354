"""Contacts: the phones, addresses and hours that departments gave, as they were imported or edited at the desk.

Which departments there are and how the library names them is not known here (knowledge/contacts.py). Every change
makes the library's version grow, so that running servers take it in (bot/editions.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Column, Connection, Date, String, Table, delete, select

from storage.entries import LIBRARY, VERSIONS
from storage.tables import METADATA, insert, replace

CONTACTS = Table(
    "contacts",
    METADATA,
    Column("department", String(100), primary_key=True),
    Column("district", String(50), primary_key=True),  # empty: the city's
    Column("phone", String(200), nullable=False),
    Column("address", String(200), nullable=False),
    Column("hours", String(200), nullable=False),
    Column("checked", Date),  # the day somebody made sure that the number is right
    Column("source", String(100), nullable=False),
)


@dataclass(frozen=True, slots=True)
class ContactRow:
    """How one department is reached."""

    department: str
    district: str = ""
    phone: str = ""
    address: str = ""
    hours: str = ""
    checked: date | None = None
    source: str = "部门提供"

    @property
    def key(self) -> tuple[str, str]:
        return self.department, self.district


@dataclass(frozen=True, slots=True)
class Changes:
    """What putting rows in did to the table."""

    new: int = 0
    changed: int = 0
    same: int = 0


class Contacts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def upsert(self, rows: Iterable[ContactRow]) -> Changes:
        """Put these in, each in the place of the one of the same department and district; the others stay."""
        return self._put(rows, self._held())

    def replace_all(self, rows: Iterable[ContactRow]) -> Changes:
        """Put these in; no others stay."""
        rows, held = list(rows), self._held()
        gone = set(held) - {row.key for row in rows}
        for department, district in gone:
            here = (CONTACTS.c.department == department) & (CONTACTS.c.district == district)
            self._connection.execute(delete(CONTACTS).where(here))
        if gone:
            self._changed()
        return self._put(rows, held)

    def all(self) -> list[ContactRow]:
        """All of them, by department, the city's before the districts'."""
        found = self._connection.execute(select(CONTACTS).order_by(CONTACTS.c.department, CONTACTS.c.district))
        return [ContactRow(**row._mapping) for row in found]

    def _held(self) -> dict[tuple[str, str], ContactRow]:
        return {row.key: row for row in self.all()}

    def _put(self, rows: Iterable[ContactRow], held: Mapping[tuple[str, str], ContactRow]) -> Changes:
        last = {row.key: row for row in rows}
        other = [row for key, row in sorted(last.items()) if held.get(key) != row]
        if other:
            self._connection.execute(replace(self._connection, CONTACTS), [asdict(row) for row in other])
            self._changed()
        new = sum(row.key not in held for row in other)
        return Changes(new, len(other) - new, len(last) - len(other))

    def _changed(self) -> None:
        new = insert(self._connection, VERSIONS).values(name=LIBRARY, number=1)
        self._connection.execute(
            new.on_conflict_do_update(index_elements=[VERSIONS.c.name], set_={"number": VERSIONS.c.number + 1})
        )
