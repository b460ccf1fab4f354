"""Somebody tells his situation instead of asking for one measure: 我是下岗的 带了五个人开店 孩子今年考上大专."""

from bot.messages import Message
from bot.talk import Intent, Memory
from knowledge import Knowledge
from knowledge.phrases import CLUES
from knowledge.words import normal


def read(message: Message, memory: Memory, knowledge: Knowledge) -> Intent | None:
    """`situation` where several of one's own conditions are told, or where all one may get is asked for."""
    if not message.text or message.role == "cadre":
        return None
    situations = knowledge.situations
    told = situations.told(message.text)
    if situations.asks_for_all(message.text):
        return Intent("situation", 0.9, "asks for all", {"told": told})
    if len(situations.fits(told)) < 2 or not situations.speaks_of_oneself(message.text):
        return None
    if CLUES["#given"].search(normal(message.text)):
        return None  # a visit report tells of somebody else
    if knowledge.ask(message.text).score >= CLEAR:
        return None  # one clear question with its circumstances
    return Intent("situation", 0.8, "tells several conditions", {"told": told})


CLEAR = 11.0  # the library's score from which a message is one question
