"""Tokens: what the platform gave us for a while (access_token), shared by all processes: none spoils another's."""

from datetime import datetime

from sqlalchemy import Column, Connection, LargeBinary, String, Table, select

from storage.sealing import Sealing
from storage.tables import METADATA, Moment, replace

TOKENS = Table(
    "tokens",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("value", LargeBinary, nullable=False),  # sealed
    Column("expires_at", Moment, nullable=False),
)


class Tokens:
    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self._connection = connection
        self._sealing = sealing

    def get(self, name: str, now: datetime) -> str | None:
        """The token, None when there is none that still holds."""
        sealed = self._connection.execute(
            select(TOKENS.c.value).where(TOKENS.c.name == name, TOKENS.c.expires_at > now)
        ).scalar_one_or_none()
        return None if sealed is None else str(self._sealing.tokens.open(sealed, name.encode()))

    def put(self, name: str, value: str, expires_at: datetime) -> None:
        """Keep the token in place of the earlier one."""
        sealed = self._sealing.tokens.close(value, name.encode())
        self._connection.execute(
            replace(self._connection, TOKENS), {"name": name, "value": sealed, "expires_at": expires_at}
        )
