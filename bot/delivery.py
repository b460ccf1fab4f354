"""Delivery: hands the outbox to the channels, a member's replies one after the other.

    waiting row → channel.push ─┬─ sent
                                ├─ NotDelivered(again_in)   tried again, later each time, given up after TRIES
                                ├─ NotDelivered(hold)       goes with the member's next message (bot/web/webhook.py)
                                └─ NotDelivered             given up, with the reason: staff see 没送到，请打电话

A promised row whose process died before the answer was there gets a word of excuse. Rows are claimed in one statement,
so several processes may deliver side by side; a process that dies leaves its rows free again after a minute.

Never logs who gets what: the row's number, the channel and the reason, no more.
"""

import asyncio
import contextlib
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from prometheus_client import Counter

from bot.errors import NotDelivered
from bot.messages import Reply, as_data, from_data, say
from storage import OutboxRow, Storage, Transaction

log = structlog.get_logger()

OUTCOMES = Counter("niangjia_deliveries_total", "Replies that were not asked for just now", ["channel", "outcome"])

POLL = 1.0  # seconds; `wake` is faster
AT_ONCE = 20
PUSH_SECONDS = 45.0  # under the minute for which a claim holds
FIRST_WAIT = 5.0  # doubles and more: 5, 15, 45 s … an hour
LONGEST_WAIT = 3600.0
TRIES = 8
CLOSED_FOR = 3600.0  # how long we believe that nobody can be written to
ABANDONED_AFTER = timedelta(minutes=5)
LOOK_FOR_ABANDONED = timedelta(seconds=30)
KNOWN_EMPTY = 60.0
KEPT = 20_000

EXCUSE = say("您刚才发的那条，我这边出了点问题没来得及答。请再发一次；着急就打工会热线 12351。")


class Pusher(Protocol):
    """A channel that can say something first."""

    name: str

    def members(self) -> Collection[str] | None:
        """The members who can be reached now; None: everybody."""

    async def push(self, sender: str, reply: Reply) -> None:
        """Hand it over, or raise NotDelivered."""


class Delivery:
    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Pusher],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._storage, self._clock = storage, clock
        self.channels = dict(channels)
        self._holder = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._woken = asyncio.Event()
        self._closed_until: dict[str, float] = {}
        self._looked_for_abandoned = datetime.min.replace(tzinfo=UTC)
        self._empty: OrderedDict[str, float] = OrderedDict()
        self._holds = 0
        self._nothing_held_at = -1  # the count of holds at which a look found nothing held for anybody

    def wake(self) -> None:
        """There is something to deliver: do not wait for the next round."""
        self._woken.set()

    def can_push(self, channel: str) -> bool:
        """Whether members of the channel can be written to first, as far as we know."""
        pusher = self.channels.get(channel)
        if pusher is None or getattr(pusher, "closed", False):
            return False
        return time.monotonic() >= self._closed_until.get(channel, 0.0)

    def holds_nothing(self, member: str) -> bool:
        """True: no reply waits for this member's next message. False: not known, look. Spares a look at the database
        for each message, as long as no other process writes."""
        if self._nothing_held_at == self._holds and not self._storage.shared:
            return True
        seen = self._empty.get(member)
        return seen is not None and not self._storage.shared and time.monotonic() - seen < KNOWN_EMPTY

    @property
    def holds(self) -> int:
        """How often something was held: take it before looking, give it to `found_empty`."""
        return self._holds

    def found_empty(self, member: str, holds: int) -> None:
        """A look at the database, begun at `holds`, found nothing waiting for this member."""
        if holds == self._holds:
            self._empty[member] = time.monotonic()
            self._empty.move_to_end(member)
            if len(self._empty) > KEPT:
                self._empty.popitem(last=False)

    def held(self, member: str) -> None:
        """Something was held for this member."""
        self._holds += 1
        self._empty.pop(member, None)

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            self._woken.clear()
            try:
                busy = await self.step(self._clock())
            except Exception as fault:  # noqa: BLE001  the database may be away for a while; what waits, waits
                log.warning("delivery round failed", fault=type(fault).__name__)
                busy = 0
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), POLL)

    async def step(self, now: datetime) -> int:
        """One round over all channels; how many rows were tried."""
        if now - self._looked_for_abandoned >= LOOK_FOR_ABANDONED:
            self._looked_for_abandoned = now
            await self._storage.run(lambda records: _excuse(records, now - ABANDONED_AFTER))
        if self._nothing_held_at != (holds := self._holds) and not self._storage.shared:
            held = await self._storage.run(lambda records: records.outbox.holds_any())
            self._nothing_held_at = -1 if held else holds
        rounds = [self._deliver(pusher, now) for pusher in self.channels.values()]
        return sum(await asyncio.gather(*rounds))

    async def _deliver(self, pusher: Pusher, now: datetime) -> int:
        members = pusher.members()
        if members is not None and not members:
            return 0
        rows = await self._storage.run(
            lambda records: records.outbox.claim(self._holder, pusher.name, now, AT_ONCE, members)
        )
        await asyncio.gather(*(self._hand_over(pusher, row, now) for row in rows))
        return len(rows)

    async def _hand_over(self, pusher: Pusher, row: OutboxRow, now: datetime) -> None:
        assert row.reply is not None
        try:
            sender = row.member.removeprefix(f"{pusher.name}:")
            await asyncio.wait_for(pusher.push(sender, from_data(row.reply)), PUSH_SECONDS)
        except NotDelivered as reason:
            wrong = reason
        except TimeoutError:
            wrong = NotDelivered("太慢，没有送完", again_in=0.0)
        except Exception as fault:  # noqa: BLE001  a fault in one channel or row must not stop the others
            log.error("push failed", row=row.id, channel=pusher.name, fault=type(fault).__name__)
            wrong = NotDelivered(f"程序出错（{type(fault).__name__}）", again_in=0.0)
        else:
            await self._storage.run(lambda records: records.outbox.sent(row.id, now))
            self._closed_until.pop(pusher.name, None)
            OUTCOMES.labels(pusher.name, "sent").inc()
            return
        self._holds += wrong.hold  # before it is written: nobody may think meanwhile that nothing is held
        outcome = await self._storage.run(lambda records: _settle(records, row, wrong, now))
        if wrong.closed:
            self._closed_until[pusher.name] = time.monotonic() + CLOSED_FOR
        if outcome == "held":
            self.held(row.member)
        OUTCOMES.labels(pusher.name, outcome).inc()
        log.info("not delivered", row=row.id, channel=pusher.name, outcome=outcome, why=str(wrong))


def _settle(records: Transaction, row: OutboxRow, wrong: NotDelivered, now: datetime) -> str:
    """What becomes of a row that did not go through: held, retry or given_up."""
    why, number, attempts = str(wrong), row.id, row.attempts
    if wrong.rest:  # a part of it was said: that is done, the rest is a row of its own
        records.outbox.sent(row.id, now)
        number = records.outbox.put(row.member, as_data(say(wrong.rest)), now, kind=row.kind)
        attempts = 0
    if wrong.hold:
        records.outbox.hold(number, why)
        return "held"
    if wrong.again_in is None or attempts + 1 >= TRIES:
        records.outbox.give_up(number, why)
        return "given_up"
    wait = max(wrong.again_in, min(LONGEST_WAIT, FIRST_WAIT * 3**attempts))
    records.outbox.retry(number, why, now + timedelta(seconds=wait))
    return "retry"


def _excuse(records: Transaction, before: datetime) -> None:
    for row in records.outbox.abandoned(before):
        records.outbox.fill(row.id, as_data(EXCUSE))
