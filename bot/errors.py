"""The house's own errors.

BotError
  Sorry          refuses a member's wish: rolled back, its sentence is said word for word
  BadSetting     a setting is wrong: stops the start with a sentence that names it
  BadMessage     bytes from outside that are not a message; the channel answers with a status, no traceback
  NotDelivered   a channel could not hand over a reply; delivery tries again, holds it or gives it up
"""

import traceback
from pathlib import Path


class BotError(Exception):
    """Everything this software raises on purpose. Its text is a Chinese sentence for a person."""


class Sorry(BotError):
    """A refusal that the member hears as it stands."""


class BadSetting(BotError):
    """A wrong setting; the sentence names it."""


class BadMessage(BotError):
    """Bytes that cannot be taken in. `status` is the HTTP status to answer with."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class NotDelivered(BotError):
    """A channel could not hand a reply to the member. The sentence is for staff and holds nothing of the member.

    `again_in`: worth another try after so many seconds. `hold`: it can go with the member's next message.
    Neither: it will not go through any more. `rest`: what of the text is still to be said, where a part went through.
    `closed`: nobody can be written to on this channel for now, not only this member.
    """

    def __init__(
        self, why: str, again_in: float | None = None, hold: bool = False, rest: str = "", closed: bool = False
    ) -> None:
        super().__init__(why)
        self.again_in, self.hold, self.rest, self.closed = again_in, hold, rest, closed


def place(fault: BaseException) -> str:
    """Where a fault happened, for the log: file, line and function of the last three steps, never a value of it
    (the text of a database error holds what a member wrote)."""
    steps = traceback.extract_tb(fault.__traceback__)[-3:]
    return " < ".join(f"{Path(s.filename).name}:{s.lineno} {s.name}" for s in reversed(steps))
