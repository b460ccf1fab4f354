"""Editions: the library as it is now, with what staff have published and imported; and how a running server notices.

load     read at start
watch    every two seconds one small look at the edition's number; where it grew, the library is read anew on
         another thread and takes the old one's place between two turns
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import structlog

from bot.dispatch import Dispatch
from bot.documents import held
from bot.errors import place
from bot.publishing import as_added, correct_late
from knowledge import Added, Contact, Documents, Knowledge
from storage import Storage, Transaction

log = structlog.get_logger()
EVERY = 2.0  # seconds


class Editions:
    """The library of one process, and the number of its edition."""

    def __init__(self, storage: Storage, home: str, clauses: Path = Path("data/clauses")) -> None:
        self._storage, self._home, self._clauses = storage, home, clauses
        self._documents = Documents()
        self._added: list[Added] = []
        self._contacts: list[Contact] = []
        self.number = 0

    def load(self) -> Knowledge:
        """The library as it is now. Blocks for a second or two. Raises LibraryError where a file of ours is wrong."""
        number, self._added, self._contacts = self._storage.run_now(_read)
        self._documents = held(self._storage, self._clauses)
        known = Knowledge.load(self._home, self._added, self._documents, self._contacts)
        for fault in known.faults:
            log.warning("an entry of staff cannot be used", fault=fault)
        self.number = number
        return known

    def with_more(self, news: Sequence[Added]) -> Knowledge:
        """The library as it would be with these, nothing changed."""
        gone = {name for one in news for name in one.replaces}
        kept = [one for one in self._added if one.entry not in gone]
        before = {one.entry: one.replaces for one in self._added}
        full = [
            replace(one, replaces=(*one.replaces, *(b for n in one.replaces for b in before.get(n, ()))))
            for one in news
        ]
        return Knowledge.load(self._home, [*kept, *full], self._documents, self._contacts)

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
        late = await self._storage.run(lambda records: correct_late(records, dispatch.clock()))
        log.info("new edition", number=self.number, told_late=late)
        return True


def _read(records: Transaction) -> tuple[int, list[Added], list[Contact]]:
    published = [as_added(row) for row in records.entries.published()]
    return records.entries.version(), published, [Contact(**asdict(row)) for row in records.contacts.all()]
