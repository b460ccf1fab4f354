"""Inbox: which messages were answered, and what with. A platform repeats what it thinks lost; it gets the same reply.

Look only after `conversations.lock`. Rows are forgotten after a while (jobs/cleanup.py): a retry comes within seconds.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Table, bindparam, delete, select

from storage.sealing import Sealing
from storage.tables import METADATA, Moment, add

INBOX = Table(
    "inbox",
    METADATA,
    Column("member", LargeBinary, primary_key=True),  # fingerprint
    Column("key", LargeBinary, primary_key=True),  # fingerprint: platforms put the sender into it
    Column("reply", LargeBinary, nullable=False),  # sealed
    Column("at", Moment, nullable=False, index=True),
)

# Built once: it stands in every turn.
_SEEN = select(INBOX.c.reply).where(INBOX.c.member == bindparam("member"), INBOX.c.key == bindparam("key"))


class Inbox:
    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self._connection = connection
        self._sealing = sealing

    def seen(self, member: str, key: str) -> dict[str, Any] | None:
        """The reply that this message got, None when it is new."""
        member_print, key_print = self._sealing.fingerprint(member), self._sealing.fingerprint(key)
        sealed = self._connection.execute(_SEEN, {"member": member_print, "key": key_print}).scalar_one_or_none()
        if sealed is None:
            return None
        reply: dict[str, Any] = self._sealing.inbox.open(sealed, member_print + key_print)
        return reply

    def remember(self, member: str, key: str, reply: dict[str, Any], at: datetime) -> None:
        """Keep what this message was answered; what it was answered earlier stands."""
        self.remember_all([(member, key, reply, at)])

    def remember_all(self, answered: Sequence[tuple[str, str, dict[str, Any], datetime]]) -> None:
        """The same for several messages (member, key, reply, at) in one statement."""
        if answered:
            self._connection.execute(add(self._connection, INBOX), [self._row(*each) for each in answered])

    def _row(self, member: str, key: str, reply: dict[str, Any], at: datetime) -> dict[str, Any]:
        member_print, key_print = self._sealing.fingerprint(member), self._sealing.fingerprint(key)
        sealed = self._sealing.inbox.close(reply, member_print + key_print)
        return {"member": member_print, "key": key_print, "reply": sealed, "at": at}

    def forget_before(self, at: datetime) -> int:
        """Drop the rows older than `at`; how many there were."""
        return self._connection.execute(delete(INBOX).where(INBOX.c.at < at)).rowcount
