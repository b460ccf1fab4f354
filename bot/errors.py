"""The house's own errors.

    BotError
      Sorry          refuses a member's wish: rolled back, its sentence is said word for word
      BadSetting     a setting is wrong: stops the start with a sentence that names it
      BadMessage     bytes from outside that are not a message; the channel answers with a status, no traceback
"""


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
