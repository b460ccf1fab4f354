"""What a turn sees (Talk) and what it says (Turn).

A talk is rows, not a suspended coroutine: Memory is what is kept of it between two messages, plain data that survives
a restart and reads the same in every process. A turn returns, it never sends, and it never waits: it runs whole on
one thread, with one transaction if it changes records.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.messages import Choice, Message, Reply
from bot.noting import Note
from knowledge import Knowledge
from storage import Transaction

OFFERED = "?"  # in place of an entry: the answer was a choice


@dataclass(frozen=True, slots=True)
class Memory:
    """What stays of a talk. `subject` is the entry last answered (那找谁 refers to it), `choices` what was offered
    last (a bare 2 picks one), `door` the matter of another office last spoken of, `region` the place, `asked` the question
    that a choice was offered for. `heard` is the question of the turn just gone, `got` the entry it was answered with:
    没答对 refers to them; both empty where the last turn was about something else."""

    subject: str = ""
    region: str = ""
    asked: str = ""
    choices: tuple[Choice, ...] = ()
    door: str = ""
    met: bool = False
    heard: str = ""
    got: str = ""

    def as_data(self) -> dict[str, Any]:
        return {
            "subject": self.subject, "region": self.region, "asked": self.asked, "door": self.door, "met": self.met,
            "heard": self.heard, "got": self.got,
            "choices": [[choice.label, choice.says] for choice in self.choices],
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Memory":
        known = {
            name: data[name] for name in ("subject", "region", "asked", "door", "met", "heard", "got") if name in data
        }
        return cls(**known, choices=tuple(Choice(*pair) for pair in data.get("choices", ())))


@dataclass(frozen=True, slots=True)
class Intent:
    """What the sender wants: a name of the contract, what was read out of the text, how sure (0…1), and why."""

    name: str
    score: float = 1.0
    why: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    text: str = ""  # the words to go on with, where they are not the message's own (a choice taken, a button)


@dataclass(frozen=True, slots=True)
class Talk:
    """All that a turn may look at. `records` is there only for handlers that change records."""

    message: Message
    intent: Intent
    memory: Memory
    now: datetime
    knowledge: Knowledge
    records: Transaction | None = None

    @property
    def text(self) -> str:
        """What the person says: the words of the intent, or those of the message."""
        return self.intent.text or self.message.text

    def say(self, reply: Reply, *, offered: bool = False, **remember: Any) -> "Turn":
        """A turn that says `reply` and remembers, beside the choices it offers, what is named. `offered`: the reply
        asks which of its choices is meant."""
        return Turn(reply, replace(self.memory, choices=reply.choices, met=True, **remember), offered)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said, and what stays of the talk; `note`: what is to be counted of it (bot/dispatch.py)."""

    reply: Reply
    memory: Memory
    offered: bool = False
    note: Note | None = None


Handler = Callable[[Talk], Turn]
