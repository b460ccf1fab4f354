"""Editions: the library as it is now, with what staff have published; and how a running server notices.

load     read at start
watch    every two seconds one small look at the edition's number; where it grew, the library is read anew on
         another thread and takes the old one's place between two turns
"""

import asyncio
from datetime import UTC, datetime

import structlog

from bot.dispatch import Dispatch
from bot.errors import place
from bot.publishing import as_added, correct_late
from knowledge import Added, Knowledge
from storage import Storage, Transaction

log = structlog.get_logger()
EVERY = 2.0  # seconds


class Editions:
    """The library of one process, and the number of its edition."""

    def __init__(self, storage: Storage, home: str) -> None:
        self._storage, self._home = storage, home
        self.number = 0

    def load(self) -> Knowledge:
        """The library as it is now. Blocks for a second or two. Raises LibraryError where a file of ours is wrong."""
        number, added = self._storage.run_now(_read)
        known = Knowledge.load(self._home, added)
        for fault in known.faults:
            log.warning("an entry of staff cannot be used", fault=fault)
        self.number = number
        return known

    async def watch(self, dispatch: Dispatch, every: float = EVERY) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(every)
            try:
                await self.look(dispatch)
            except Exception as fault:  # noqa: BLE001  the old library goes on answering; the next look tries again
                log.warning("no new edition", fault=type(fault).__name__, at=place(fault))

    async def look(self, dispatch: Dispatch) -> bool:
        """Whether there is a new edition; then it answers from now on."""
        number = await self._storage.run(lambda records: records.entries.version())
        if number == self.number:
            return False
        dispatch.knowledge = await asyncio.to_thread(self.load)
        await dispatch.flush()  # who got an answer of the old one is known now
        late = await self._storage.run(lambda records: correct_late(records, datetime.now(UTC)))
        log.info("new edition", number=self.number, told_late=late)
        return True


def _read(records: Transaction) -> tuple[int, list[Added]]:
    return records.entries.version(), [as_added(row) for row in records.entries.published()]
