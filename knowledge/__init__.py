"""What the bot knows: the library of entries, and how a question finds its way in.

    Knowledge.load(home="营口")      everything from the files of this room
    knowledge.ask("孩子考大学给钱不")  → Finding: which entry answers, or why none does

Imports neither bot nor storage. Content (benefits/, regions.yaml, doors.yaml, phrases.yaml …) is reviewed like code.
"""

from dataclasses import dataclass

from knowledge.asking import Asker, Finding
from knowledge.library import Clause, Department, Entry, Fact, Library, LibraryError, Topic
from knowledge.library import load as load_library
from knowledge.phrases import Phrases
from knowledge.places import Places
from knowledge.urgent import Urgent

__all__ = ["Asker", "Clause", "Department", "Entry", "Fact", "Finding", "Knowledge", "Library", "LibraryError", "Topic"]


@dataclass(frozen=True)
class Knowledge:
    """All that the bot knows, ready to be asked. Built once at start, read by every turn."""

    library: Library
    places: Places
    asker: Asker
    phrases: Phrases
    urgent: Urgent
    home: str

    @classmethod
    def load(cls, home: str) -> "Knowledge":
        """Read the files of this room. Raises LibraryError where one is wrong."""
        library, places = load_library(), Places.load(home)
        phrases = Phrases.load([ask for entry in library.entries for ask in entry.asks])
        return cls(library, places, Asker(library, places, home), phrases, Urgent.load(), home)

    def ask(self, written: str, subject: str = "", region: str = "", before: str = "") -> Finding:
        """What the library has for a question (see Asker.ask)."""
        return self.asker.ask(written, subject, region, before)
