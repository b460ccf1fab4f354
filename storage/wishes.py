"""Wishes: 有新规定告诉我. A member wants to hear, once, when something new is published on a topic.

A wish stands once for a member and topic, however often it is said, until it is fulfilled or taken back; then the row
is gone. `fulfil` hands the members over and deletes in one statement: of two publications at once one tells them.
"""

from datetime import datetime

from sqlalchemy import Column, Connection, LargeBinary, String, Table, delete, func, select

from storage.sealing import Sealing
from storage.tables import METADATA, Moment, add

WISHES = Table(
    "wishes",
    METADATA,
    Column("member", LargeBinary, primary_key=True),  # fingerprint
    Column("topic", String(200), primary_key=True),
    Column("name", LargeBinary, nullable=False),  # the member's name, sealed
    Column("at", Moment, nullable=False),
)


class Wishes:
    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self._connection = connection
        self._sealing = sealing

    def wish(self, member: str, topic: str, at: datetime) -> bool:
        """Remember it. False: it was remembered already."""
        member_print = self._sealing.fingerprint(member)
        row = {
            "member": member_print,
            "topic": topic,
            "name": self._sealing.askers.close(member, b"wish" + member_print),
            "at": at,
        }
        new = add(self._connection, WISHES).returning(WISHES.c.topic)
        return self._connection.execute(new, row).first() is not None

    def of(self, member: str) -> list[str]:
        """The topics that this member waits for, the oldest wish first."""
        mine = select(WISHES.c.topic).where(WISHES.c.member == self._sealing.fingerprint(member))
        return list(self._connection.execute(mine.order_by(WISHES.c.at, WISHES.c.topic)).scalars())

    def withdraw(self, member: str, topic: str) -> None:
        """The member does not want to hear any more."""
        mine = (WISHES.c.member == self._sealing.fingerprint(member)) & (WISHES.c.topic == topic)
        self._connection.execute(delete(WISHES).where(mine))

    def fulfil(self, topic: str) -> list[str]:
        """Everybody who waits for this topic; from now on nobody does."""
        taken = self._connection.execute(
            delete(WISHES).where(WISHES.c.topic == topic).returning(WISHES.c.member, WISHES.c.name)
        )
        return sorted(self._sealing.askers.open(row.name, b"wish" + row.member) for row in taken)

    def counts(self) -> dict[str, int]:
        """How many members wait for each topic."""
        rows = self._connection.execute(select(WISHES.c.topic, func.count()).group_by(WISHES.c.topic))
        return {row[0]: row[1] for row in rows}

    def forget(self, member: str) -> int:
        """Drop all that is kept here of this member."""
        return self._connection.execute(
            delete(WISHES).where(WISHES.c.member == self._sealing.fingerprint(member))
        ).rowcount
