"""Outbox: what is to be said to members unasked, or later. Turns and jobs put rows in, bot/delivery.py sends them.

    put ─────────────┐
    await_answer → fill → waiting ⇄ claimed → sent
                             ↑         ├────→ held → (the member's next message takes it along) sent
                             └─ retry ─┴────→ given_up   (staff see it: 没送到，请打电话)

A claim is a loan for 60 seconds: when the process that holds it dies, the row is free again. So a row may in the worst
case be sent twice, it is never lost. A member hears rows one after the other in the order of their ids.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    and_,
    delete,
    exists,
    or_,
    select,
    update,
)

from storage.sealing import Sealing
from storage.tables import METADATA, Moment, add

CLAIM = timedelta(seconds=60)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("member", LargeBinary, nullable=False),  # fingerprint
    Column("name", LargeBinary, nullable=False),  # the member's name, sealed
    Column("channel", String(20), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("key", LargeBinary),  # fingerprint of the message that a promised row answers
    Column("reply", LargeBinary),  # sealed; null: promised, the answer is not known yet
    Column("state", String(10), nullable=False),  # waiting, held, sent, given_up
    Column("created_at", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("claimed_by", String(100)),
    Column("claimed_at", Moment),
    Column("attempts", Integer, nullable=False),  # how often it was tried in vain
    Column("why", String(500), nullable=False),  # what was in the way the last time; no personal data
    Column("settled_at", Moment),
    Index("outbox_waiting", "state", "channel", "not_before"),
    Index("outbox_member", "member", "state"),
    Index("outbox_promise", "member", "key", unique=True),
    sqlite_autoincrement=True,  # an id is never given again
)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message on its way. `reply` is None as long as it is only promised."""

    id: int
    member: str
    kind: str
    reply: dict[str, Any] | None
    created_at: datetime
    attempts: int
    why: str


class Outbox:
    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self._connection = connection
        self._sealing = sealing

    def put(
        self, member: str, reply: dict[str, Any], at: datetime, not_before: datetime | None = None, kind: str = "late"
    ) -> int:
        """Say `reply` to `member`, at once or from `not_before` on. The row's id."""
        new = self._new(member, at) | {
            "reply": self._sealing.outbox.close(reply, b"reply" + self._sealing.fingerprint(member)),
            "not_before": not_before or at,
            "kind": kind,
        }
        id: int = self._connection.execute(OUTBOX.insert().values(new).returning(OUTBOX.c.id)).scalar_one()
        return id

    def await_answer(self, member: str, key: str, at: datetime) -> int:
        """Promise the answer to the message `key`. The same message promised again is the same row."""
        key_print = self._sealing.fingerprint(key)
        new = self._new(member, at) | {"key": key_print, "kind": "late"}
        self._connection.execute(add(self._connection, OUTBOX), new)
        promised = select(OUTBOX.c.id).where(
            OUTBOX.c.member == self._sealing.fingerprint(member), OUTBOX.c.key == key_print
        )
        id: int = self._connection.execute(promised).scalar_one()
        return id

    def fill(self, id: int, reply: dict[str, Any]) -> None:
        """The promised answer is there. What the row already holds stands."""
        promised = (OUTBOX.c.id == id) & OUTBOX.c.reply.is_(None)
        member = self._connection.execute(select(OUTBOX.c.member).where(promised)).scalar_one_or_none()
        if member is not None:
            sealed = self._sealing.outbox.close(reply, b"reply" + member)
            self._connection.execute(update(OUTBOX).where(promised).values(reply=sealed))

    def claim(
        self, holder: str, channel: str, now: datetime, limit: int = 20, members: Collection[str] | None = None
    ) -> list[OutboxRow]:
        """Lend up to `limit` rows that can be sent now to `holder`: at most one a member, in the order of their ids.

        One statement, the same on both engines. That the row is free is asked twice on purpose: in PostgreSQL the inner
        question is answered as of the statement's start, only the outer one looks again once a competitor let go of the
        row. SKIP LOCKED (SQLite has no need of it and leaves it out) lets two processes take different rows at once.
        """
        earlier = OUTBOX.alias("earlier")
        ready = _is_free(OUTBOX, now) & OUTBOX.c.reply.is_not(None) & (OUTBOX.c.not_before <= now)
        goes_first = and_(
            earlier.c.member == OUTBOX.c.member,
            earlier.c.state == "waiting",
            earlier.c.id != OUTBOX.c.id,
            earlier.c.reply.is_not(None),
            or_(
                earlier.c.claimed_at > now - CLAIM,  # being sent at this moment
                and_(  # due before this one, or was due and is to be tried again
                    earlier.c.id < OUTBOX.c.id,
                    or_(earlier.c.not_before <= now, earlier.c.attempts > 0),
                ),
            ),
        )
        choice = select(OUTBOX.c.id).where(OUTBOX.c.channel == channel, ready, ~exists().where(goes_first))
        if members is not None:
            choice = choice.where(OUTBOX.c.member.in_([self._sealing.fingerprint(member) for member in members]))
        chosen = choice.order_by(OUTBOX.c.id).limit(limit).with_for_update(skip_locked=True).cte("chosen")
        claimed = self._connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id.in_(select(chosen.c.id)), _is_free(OUTBOX, now))
            .values(claimed_by=holder, claimed_at=now)
            .returning(OUTBOX)
        )
        return self._rows(claimed)

    def sent(self, id: int, at: datetime) -> None:
        """The channel took it."""
        self._change(id, state="sent", settled_at=at)

    def retry(self, id: int, why: str, not_before: datetime) -> None:
        """It did not go through; try again from `not_before` on."""
        self._change(id, state="waiting", why=why[:500], not_before=not_before, attempts=OUTBOX.c.attempts + 1)

    def give_up(self, id: int, why: str) -> None:
        """It will not go through any more: `undelivered` shows it to staff."""
        self._change(id, state="given_up", why=why[:500], attempts=OUTBOX.c.attempts + 1)

    def hold(self, id: int, why: str) -> None:
        """The channel may not write first: the row waits for the member's next message."""
        self._change(id, state="held", why=why[:500])

    def take_held(self, member: str, at: datetime) -> list[dict[str, Any]]:
        """The replies that waited for this member's next message, to be handed over with its answer."""
        taken = self._connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.member == self._sealing.fingerprint(member), OUTBOX.c.state == "held")
            .values(state="sent", settled_at=at)
            .returning(OUTBOX)
        )
        return [row.reply for row in self._rows(taken) if row.reply is not None]

    def holds_any(self) -> bool:
        """Whether any reply waits for its member's next message."""
        held = select(OUTBOX.c.id).where(OUTBOX.c.state == "held").limit(1)
        return self._connection.execute(held).first() is not None

    def abandoned(self, before: datetime) -> list[OutboxRow]:
        """Promises older than `before` that nobody kept: the process that made them died."""
        found = select(OUTBOX).where(
            OUTBOX.c.state == "waiting", OUTBOX.c.reply.is_(None), OUTBOX.c.created_at < before
        )
        return self._rows(self._connection.execute(found))

    def undelivered(self) -> list[OutboxRow]:
        """What was given up."""
        return self._rows(self._connection.execute(select(OUTBOX).where(OUTBOX.c.state == "given_up")))

    def forget_before(self, at: datetime) -> int:
        """Drop the rows sent before `at`; how many there were. What was not delivered stays until staff settle it."""
        return self._connection.execute(
            delete(OUTBOX).where(OUTBOX.c.state == "sent", OUTBOX.c.settled_at < at)
        ).rowcount

    def _new(self, member: str, at: datetime) -> dict[str, Any]:
        member_print = self._sealing.fingerprint(member)
        return {
            "member": member_print,
            "name": self._sealing.outbox.close(member, b"name" + member_print),
            "channel": member.partition(":")[0],
            "state": "waiting",
            "created_at": at,
            "not_before": at,
            "attempts": 0,
            "why": "",
        }

    def _change(self, id: int, **values: Any) -> None:
        """A step of the row's life; each of them ends the claim. Who comes late (his claim ran out, another sent it)
        changes nothing."""
        here = (OUTBOX.c.id == id) & (OUTBOX.c.state == "waiting")
        self._connection.execute(update(OUTBOX).where(here).values(claimed_by=None, claimed_at=None, **values))

    def _rows(self, found: Iterable[Row[Any]]) -> list[OutboxRow]:
        """In the order of their ids, which RETURNING does not promise."""
        return sorted((self._row(row) for row in found), key=lambda row: row.id)

    def _row(self, row: Row[Any]) -> OutboxRow:
        seal = self._sealing.outbox
        return OutboxRow(
            id=row.id,
            member=seal.open(row.name, b"name" + row.member),
            kind=row.kind,
            reply=None if row.reply is None else seal.open(row.reply, b"reply" + row.member),
            created_at=row.created_at,
            attempts=row.attempts,
            why=row.why,
        )


def _is_free(outbox: Table, now: datetime) -> ColumnElement[bool]:
    """Waiting, and no living claim on it."""
    return and_(
        outbox.c.state == "waiting",
        or_(outbox.c.claimed_by.is_(None), outbox.c.claimed_at <= now - CLAIM),
    )
