"""What the sender wants. `recognise` asks each reader in turn; the first that is sure names the intent.

The order is the order of trial: a picture is no question, a life goes before everything, a number picks from what was
offered, words that only greet or thank are no question either, and what is left is weighed between the phrases people
use for the other intents and the questions of the library.
"""

from collections.abc import Callable

from bot.intents import kinds, menu, phrases, ratings, situations, urgent
from bot.messages import Message
from bot.talk import Intent, Memory
from knowledge import Knowledge

Reader = Callable[[Message, Memory, Knowledge], Intent | None]

READERS: tuple[Reader, ...] = (kinds.read, urgent.read, menu.read, ratings.read, situations.read, phrases.read)


def recognise(message: Message, memory: Memory, knowledge: Knowledge) -> Intent:
    """The intent of a message. Every message has one; `again` where nothing can be made of it."""
    for reader in READERS:
        if (intent := reader(message, memory, knowledge)) is not None:
            return intent
    return Intent("again", 0.0, "nothing readable")


# The contract's names. What it does not know by name is one of these for whoever asks `understand`.
CONTRACT = {
    "urgent": "human", "door": "ask", "subscribe": "greeting", "chat": "other", "again": "other", "silence": "other",
    "photo": "hazard_report", "voice": "other", "place": "other", "film": "other", "link": "other", "more": "ask", "situation": "ask",
    "wish": "ask", "unwish": "cancel", "rating": "other", "picture": "ask",
}  # fmt: skip


def named(intent: str) -> str:
    """An intent under the contract's name."""
    return CONTRACT.get(intent, intent)
