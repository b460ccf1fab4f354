"""Buttons and numbers: a menu button says its words; a bare 2, 第二个 or 对 picks from what was offered last."""

import re

from bot.messages import Message
from bot.talk import Intent, Memory
from knowledge import Knowledge
from knowledge.words import normal

_NUMBER = re.compile(r"(?:选|要|看)?第?([1-9一二三四五六七八九])(?:个|条|项|号|吧|呗|、|\.)*")
_YES = re.compile(r"对+|对的|是|是的|是啊|嗯+|行|好|好的|要|可以|就是|没错|ok|对对对")
_MORE = re.compile(r"(看|要)?(详细|详情|全部|更多|展开|还有呢|说全)(点|些|说说|一点)?")


def read(message: Message, memory: Memory, knowledge: Knowledge) -> Intent | None:
    """The words to go on with, or None where nothing was picked."""
    pressed = message.event_key if message.kind == "event" else ""
    said = (pressed or message.text).strip()
    plain = re.sub(r"[\s,，。.!！?？~]+$", "", said).lower()
    if memory.choices:
        if match := _NUMBER.fullmatch(plain):
            number = int(match[1]) if match[1].isdigit() else "一二三四五六七八九".index(match[1]) + 1
            if number <= len(memory.choices):
                return _go_on(memory.choices[number - 1].says, message, knowledge)
        if len(memory.choices) == 1 and _YES.fullmatch(plain):
            return _go_on(memory.choices[0].says, message, knowledge)
    if _MORE.fullmatch(normal(plain)):
        return Intent("more" if memory.subject else "again", 1.0, "wants it in full")
    if not pressed and (_NUMBER.fullmatch(plain) or _YES.fullmatch(plain)):
        return Intent("again", 0.5, "a number or a yes to nothing that was offered")
    return _go_on(pressed, message, knowledge) if pressed else None


def _go_on(says: str, message: Message, knowledge: Knowledge) -> Intent:
    from bot.intents import phrases

    intent = phrases.of_words(says, message, knowledge)
    return Intent(intent.name, 1.0, "picked", intent.fields, says)
