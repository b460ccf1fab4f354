"""Given: which member got which entry's answer when. When an entry is corrected, those who got the old one are told.

Kept for 30 days (KEPT), then nobody relies on it any more and the rows go (bot/jobs/cleanup.py). `take` hands the
members over and deletes in one statement: they are told once.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, LargeBinary, String, Table, delete

from storage.sealing import Sealing
from storage.tables import METADATA, Moment, replace

KEPT = timedelta(days=30)

GIVEN = Table(
    "given",
    METADATA,
    Column("member", LargeBinary, primary_key=True),  # fingerprint
    Column("entry", String(200), primary_key=True),
    Column("name", LargeBinary, nullable=False),  # the member's name, sealed
    Column("at", Moment, nullable=False, index=True),
)


class Given:
    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self._connection = connection
        self._sealing = sealing

    def note(self, given: Collection[tuple[str, str, datetime]]) -> None:
        """Member, entry, when: the latest time stands."""
        latest: dict[tuple[bytes, str], tuple[str, datetime]] = {}
        prints = {member: self._sealing.fingerprint(member) for member in {member for member, _, _ in given}}
        for member, entry, at in given:
            latest[prints[member], entry] = member, at
        if latest:
            rows = [
                {
                    "member": key[0],
                    "entry": key[1],
                    "name": self._sealing.askers.close(member, b"given" + key[0]),
                    "at": at,
                }
                for key, (member, at) in sorted(latest.items())  # one order: processes that write at once do not block
            ]
            self._connection.execute(replace(self._connection, GIVEN), rows)

    def take(self, entry: str, since: datetime) -> list[str]:
        """Everybody who got this entry since then; from now on nobody did."""
        taken = self._connection.execute(
            delete(GIVEN).where(GIVEN.c.entry == entry).returning(GIVEN.c.member, GIVEN.c.name, GIVEN.c.at)
        )
        return sorted(self._sealing.askers.open(row.name, b"given" + row.member) for row in taken if row.at >= since)

    def forget_before(self, at: datetime) -> int:
        """Drop the rows older than `at`; how many there were."""
        return self._connection.execute(delete(GIVEN).where(GIVEN.c.at < at)).rowcount

    def forget(self, member: str) -> int:
        """Drop all that is kept here of this member."""
        return self._connection.execute(
            delete(GIVEN).where(GIVEN.c.member == self._sealing.fingerprint(member))
        ).rowcount
