"""Noting: which questions came, what became of them, and who got which answer. Written behind, in batches.

    turn → Note (cheap) → … → write (cleaned of names and numbers, counted)

The desk reads the counts (`niangjia knowledge answer`); who asked in vain and who got which entry is kept sealed, so
that they can be told once when there is an answer or a correction. Nothing of the terminal's visitors is kept but
counts: they cannot be told.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.messages import Reply
from knowledge import Clause, Entry, Knowledge
from knowledge.cleaning import clean
from storage import Transaction

ZONE = ZoneInfo("Asia/Shanghai")  # the union's days
UNREACHABLE = "terminal:"
_LEANS = re.compile(r"^(那|这|它|他|她|还|再|也|具体|另外)|呢[?？。!！]*$")
_clean = lru_cache(4096)(clean)


@dataclass(frozen=True, slots=True)
class Note:
    """A question, and what became of it. `entry`: the one that answered, or ''. `reply`: to see which entries it
    states. `rated`: no question, but the word that the answer to it was of no use."""

    member: str
    at: datetime
    question: str
    answered: bool
    entry: str
    reply: Reply
    counted: bool = True
    rated: bool = False


def whole(text: str, subject: Entry | None) -> str:
    """A question as it can be read alone: 那找谁 gets the matter that it leans on."""
    if subject is None or subject.topic.name in text or not (len(text) <= 4 or _LEANS.search(text)):
        return text
    return f"{subject.topic.name}：{text}"


def write(notes: Iterable[Note], knowledge: Knowledge, records: Transaction) -> None:
    """Count the questions, and keep who waits for an answer and who got which entry."""
    counts: Counter[tuple[str, date, bool, str]] = Counter()
    given: list[tuple[str, str, datetime]] = []
    waiting: list[tuple[str, str, datetime]] = []
    rated: list[tuple[str, str]] = []
    for note in notes:
        question = _clean(note.question)
        reachable = not note.member.startswith(UNREACHABLE)
        if note.rated:
            rated.append((question, note.entry))
        elif note.counted:
            counts[question, note.at.astimezone(ZONE).date(), note.answered, note.entry] += 1
        if reachable and (note.rated or (note.counted and not note.answered)):
            waiting.append((note.member, question, note.at))
        if reachable and note.reply.sources and not note.rated:
            given += [(note.member, name, note.at) for name in stated(note, knowledge)]
    records.asked.note_many(counts)
    for question, entry in rated:
        records.asked.rate(question, entry)
    records.asked.wait(waiting)
    records.given.note(given)


def stated(note: Note, knowledge: Knowledge) -> set[str]:
    """The entries whose answers stand in a reply."""
    clauses = tuple(Clause(source.document, source.clause) for source in note.reply.sources)
    found = knowledge.library.stated(note.reply.text, clauses)
    return {*found, note.entry} if note.entry else set(found)
