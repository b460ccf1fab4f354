"""Leases: which process does what only one may do (run the schedule). Who dies lets it run out."""

from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, or_

from storage.tables import METADATA, Moment, insert

LEASES = Table(
    "leases",
    METADATA,
    Column("name", String(50), primary_key=True),
    Column("holder", String(100), nullable=False),
    Column("until", Moment, nullable=False),
)


class Leases:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take or prolong the lease; False while another holder's has not run out."""
        new = insert(self._connection, LEASES).values(name=name, holder=holder, until=until)
        taken = self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[LEASES.c.name],
                set_={"holder": new.excluded.holder, "until": new.excluded.until},
                where=or_(LEASES.c.holder == holder, LEASES.c.until <= now),
            ).returning(LEASES.c.name)
        )
        return taken.one_or_none() is not None
