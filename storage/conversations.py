"""Conversations: where each member's talk stands. One row a member; what is in `state` only the talk knows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Table, bindparam, func, select

from storage.sealing import Sealing
from storage.tables import METADATA, Moment, replace

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("member", LargeBinary, primary_key=True),  # fingerprint
    Column("state", LargeBinary, nullable=False),  # sealed
    Column("updated_at", Moment, nullable=False),
)

# Built once: it stands in every turn.
_LOAD = select(CONVERSATIONS.c.state, CONVERSATIONS.c.updated_at).where(CONVERSATIONS.c.member == bindparam("member"))


@dataclass(frozen=True, slots=True)
class Conversation:
    member: str
    state: dict[str, Any]
    updated_at: datetime


class Conversations:
    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self._connection = connection
        self._sealing = sealing

    def lock(self, member: str) -> None:
        """Until this transaction ends, nobody else who asks for it has this member's talk.

        Lock first, then look (inbox.seen, load): else a retry, let in a moment later, does not see what the first one
        did. SQLite has one writer, there is nothing to wait for.
        """
        if self._connection.dialect.name == "postgresql":
            number = int.from_bytes(self._sealing.fingerprint(member)[:8], "big", signed=True)
            self._connection.execute(select(func.pg_advisory_xact_lock(number)))

    def load(self, member: str) -> Conversation | None:
        row = self._sealing.fingerprint(member)
        found = self._connection.execute(_LOAD, {"member": row}).one_or_none()
        if found is None:
            return None
        return Conversation(member, self._sealing.conversations.open(found.state, row), found.updated_at)

    def save(self, *conversations: Conversation) -> None:
        """Keep where these talks stand; several in one statement."""
        if conversations:
            rows = [self._row(conversation) for conversation in conversations]
            self._connection.execute(replace(self._connection, CONVERSATIONS), rows)

    def _row(self, conversation: Conversation) -> dict[str, Any]:
        member = self._sealing.fingerprint(conversation.member)
        state = self._sealing.conversations.close(conversation.state, member)
        return {"member": member, "state": state, "updated_at": conversation.updated_at}
