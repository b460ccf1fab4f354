"""Asked: which questions came how often, for the desk that writes answers. Whoever notes has cleaned the question of
names and numbers first; nothing here says who asked."""

from datetime import date

from sqlalchemy import Boolean, Column, Connection, Date, Integer, String, Table

from storage.tables import METADATA, insert

ASKED = Table(
    "asked",
    METADATA,
    Column("question", String(500), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("answered", Boolean, primary_key=True),
    Column("entry", String(200), primary_key=True),  # the library's entry that answered; empty: none
    Column("times", Integer, nullable=False),
)


class Asked:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, question: str, day: date, answered: bool, entry: str | None) -> None:
        """Count this question once more for this day."""
        new = insert(self._connection, ASKED).values(
            question=question[:500], day=day, answered=answered, entry=entry or "", times=1
        )
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[ASKED.c.question, ASKED.c.day, ASKED.c.answered, ASKED.c.entry],
                set_={"times": ASKED.c.times + 1},
            )
        )
