"""What the bot knows: the library of entries, and how a question finds its way in.

    Knowledge.load(home="营口")      everything from the files of this room
    knowledge.ask("孩子考大学给钱不")  → Finding: which entry answers, or why none does

Imports neither bot nor storage. Content (benefits/, regions.yaml, doors.yaml, phrases.yaml …) is reviewed like code.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from knowledge.added import Added, Published, extend
from knowledge.asking import Asker, Finding
from knowledge.contacts import Contact, Contacts
from knowledge.library import Clause, Department, Entry, Fact, Library, LibraryError, Topic
from knowledge.library import load as load_library
from knowledge.phrases import Phrases
from knowledge.places import Places
from knowledge.quoting import Documents, Ending, Quote, Quoting, TakenDocument
from knowledge.situations import Fit, Situations
from knowledge.spelling import Speller
from knowledge.urgent import Urgent
from knowledge.words import normal

__all__ = [
    "Added",
    "Asker",
    "Clause",
    "Contact",
    "Department",
    "Documents",
    "Ending",
    "Entry",
    "Fact",
    "Finding",
    "Fit",
    "Knowledge",
    "Library",
    "LibraryError",
    "Quote",
    "TakenDocument",
    "Topic",
]


@dataclass(frozen=True)
class Knowledge:
    """All that the bot knows, ready to be asked. Built once at start, read by every turn."""

    library: Library
    places: Places
    asker: Asker
    phrases: Phrases
    urgent: Urgent
    situations: Situations
    speller: Speller
    home: str
    documents: Documents
    quoting: Quoting
    contacts: Contacts
    faults: tuple[str, ...] = ()  # what of the added entries cannot be used

    @classmethod
    def load(
        cls,
        home: str,
        added: Sequence[Added] = (),
        documents: Documents | None = None,
        contacts: Sequence[Contact] = (),
    ) -> "Knowledge":
        """Read the files of this room, and take in what staff added: entries, documents, contacts. Raises LibraryError
        where a file is wrong."""
        own, places = load_library(), Places.load(home)
        library, faults = extend(own, added) if added else (own, [])
        # our own first and whole: what is learned from them does not shift when staff add or replace an entry
        questions = [ask for entry in own.entries for ask in entry.asks] + [ask for one in added for ask in one.asks]
        asker = Asker(library, places, home)
        phrases, situations = Phrases.load(questions), Situations.load(library)
        held = documents or Documents()
        quoting = Quoting(held, places, home)
        speller = Speller([*_texts(library), *phrases.near.rows, *places.names])
        urgent, doors = Urgent.load(), Contacts.load(home, contacts)
        return cls(
            library, places, asker, phrases, urgent, situations, speller, home, held, quoting, doors, tuple(faults)
        )

    @cached_property
    def _curated(self) -> frozenset[str]:
        """The documents that entries are drawn from."""
        return frozenset(source.document for entry in self.library.entries for source in entry.sources)

    @cached_property
    def _published(self) -> Published:
        return Published(self.library)

    def was_answered(self, written: str, found: Finding) -> bool:
        """Whether staff published an answer to just this question: then it is one for the library, whatever it sounds
        like (doors.yaml says whose business it is as long as there is none)."""
        return found.kind == "answer" and found.entry is not None and self._published.answers(written, found.entry)

    def spelt(self, written: str) -> str:
        """What was written in normal form, slips of sound put right."""
        return self.speller.spell(normal(written))

    def stands_alone(self, written: str) -> bool:
        """Whether a question names its own subject, so that nothing said before it matters."""
        return self.asker.stands_alone(self.spelt(written))

    def ask(self, written: str, subject: str = "", region: str = "", before: str = "") -> Finding:
        """What the library has for a question (see Asker.ask); where no entry answers, a passage of a document."""
        finding = self.asker.ask(written, subject, region, before)
        if not self.documents.taken or finding.others:
            return finding
        entry = finding.entry
        if entry is not None and not (entry.silent or finding.from_away):
            return finding
        places = (finding.place,) if finding.place else ()
        quote = self.quoting.find(finding.question, places, self.asker.without_places(finding.question))
        if quote is None or (entry is not None and (quote.away or quote.document.number in self._curated)):
            return finding  # whoever wrote the entries has read that document
        return replace(finding, quote=quote)

    def nearest(self, written: str, besides: Collection[str] = (), count: int = 2) -> list[Entry]:
        """The entries that come nearest to a question, `besides` some: for who was not helped by the first."""
        scores = self.asker.scores(normal(written))
        order = (self.library.entries[int(number)] for number in np.argsort(-scores))
        return [entry for _, entry in zip(range(count), (e for e in order if e.id not in besides), strict=False)]


def _texts(library: Library) -> Iterator[str]:
    """All that the library says and is asked."""
    for entry in library.entries:
        yield from (entry.title, entry.answer, *entry.asks, entry.topic.name, *entry.topic.called)
