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
from knowledge import Knowledge
from storage import Transaction


@dataclass(frozen=True, slots=True)
class Memory:
    """What stays of a talk. `subject` is the entry last answered (那找谁 refers to it), `choices` what was offered
    last (a bare 2 picks one), `more` what 详细 would show, `region` the place last spoken of, `asked` the question
    that a choice was offered for."""

    subject: str = ""
    region: str = ""
    asked: str = ""
    choices: tuple[Choice, ...] = ()
    more: str = ""
    met: bool = False

    def as_data(self) -> dict[str, Any]:
        return {
            "subject": self.subject, "region": self.region, "asked": self.asked, "more": self.more, "met": self.met,
            "choices": [[choice.label, choice.says] for choice in self.choices],
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Memory":
        known = {name: data[name] for name in ("subject", "region", "asked", "more", "met") if name in data}
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

    def say(self, reply: Reply, **remember: Any) -> "Turn":
        """A turn that says `reply` and remembers, beside the choices it offers, what is named."""
        return Turn(reply, replace(self.memory, choices=reply.choices, met=True, **remember))


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said, and what stays of the talk."""

    reply: Reply
    memory: Memory


Handler = Callable[[Talk], Turn]
