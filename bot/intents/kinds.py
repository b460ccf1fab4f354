"""Messages that are not words: pictures, sounds, places, and the platform's events."""

from bot.messages import Message
from bot.talk import Intent, Memory
from knowledge import Knowledge

BY_KIND = {"image": "photo", "video": "film", "location": "place", "link": "link"}
# What the platform reports without the person having said anything: no word, or the same welcome.
BY_EVENT = {"subscribe": "subscribe", "subscribe_scan": "subscribe", "scan": "greeting"}


def read(message: Message, memory: Memory, knowledge: Knowledge) -> Intent | None:
    if message.kind == "event":
        if message.event == "click" and message.event_key:
            return None  # a menu button: read as if its words had been typed
        return Intent(BY_EVENT.get(message.event, "silence"), 1.0, f"event {message.event}")
    if message.kind == "voice" and not message.text:
        return Intent("voice", 1.0, "voice without text")
    if message.kind in BY_KIND:
        return Intent(BY_KIND[message.kind], 1.0, f"a {message.kind}")
    if message.kind == "unknown":
        return Intent("again", 1.0, "a kind of message we do not know")
    return None
