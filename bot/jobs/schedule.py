"""The schedule: what runs when. It stands in code; who holds the lease runs it, so several processes do it once.

Every job is safe to run twice and says what it did (counts, never people).
"""

import asyncio
import os
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from prometheus_client import Gauge

from bot.errors import place
from bot.jobs import cleanup
from storage import Storage

log = structlog.get_logger()
LAST = Gauge("niangjia_job_last_success_timestamp", "When a job last ended well", ["job"])
ZONE = "Asia/Shanghai"
Job = Callable[[Storage, datetime], Awaitable[dict[str, int]]]


class Due(NamedTuple):
    """A job and when it runs (local time of the union)."""

    name: str
    when: CronTrigger
    run: Job


SCHEDULE: tuple[Due, ...] = (Due("cleanup", CronTrigger(hour=3, minute=20, timezone=ZONE), cleanup.run),)


class Schedule:
    """Runs SCHEDULE in this process while it holds the lease."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.holder = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.beat = time.monotonic()  # when the schedule was last seen alive; /readyz looks here

    async def run(self) -> None:
        """Until cancelled."""
        scheduler = AsyncIOScheduler(timezone=ZONE, job_defaults={"coalesce": True, "misfire_grace_time": 600})
        for due in SCHEDULE:
            scheduler.add_job(self._once, due.when, args=[due], id=due.name)
        scheduler.start()
        try:
            while True:
                self.beat = time.monotonic()
                await asyncio.sleep(5)
        finally:
            scheduler.shutdown(wait=False)

    async def _once(self, due: Due) -> None:
        now = datetime.now(UTC)
        held = await self.storage.run(
            lambda records: records.leases.take(f"job:{due.name}", self.holder, now, now + timedelta(seconds=50))
        )
        if not held:
            return
        try:
            done = await due.run(self.storage, now)
        except Exception as fault:  # noqa: BLE001  one failing job must not end the others
            log.error("job failed", job=due.name, fault=type(fault).__name__, at=place(fault))
            return
        LAST.labels(due.name).set_to_current_time()
        if any(done.values()):
            log.info("job done", job=due.name, **done)
