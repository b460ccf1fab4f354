"""Ratings: 没答对, 没用, 不是这个, said right after an answer. A correction that goes on asking (不是 我问的是大连)
is a question."""

import re

from bot.messages import Message
from bot.talk import Intent, Memory
from knowledge import Knowledge
from knowledge.words import normal

_BAD = re.compile(
    r"(你|您|这|那|这个|还是|都|根本|完全|好像|真|也|答的|说的|回答的?)*"
    r"(没答对|没有答对|答错|答得?不对|答的不对|不对|不太对|错|说错|搞错|没用|没什么用|没有用|没帮助|没有帮助|不管用|不是|不是这个|不是这件事?|不是这意思|不是这个意思|"
    r"不是我问的|不是我要的|不是我想问的|我问的不是这个|没答到点子上|答非所问|所答非所问|没回答我|没答我的?问题|文不对题|瞎说|胡说|胡说八道|看不懂|没看懂|听不懂)"
    r"(了|啊|吧|呀|的|嘛|呢|哦|哈|问题|我问的|你答的)*"
)


def read(message: Message, memory: Memory, knowledge: Knowledge) -> Intent | None:
    """A bad rating of what was just said, or None."""
    if not memory.met or not message.text or len(message.text) > 20:
        return None
    plain = re.sub(r"[\s,，。.!！?？~、]+", "", normal(message.text))
    return Intent("rating", 1.0, "said of the last reply") if _BAD.fullmatch(plain) else None
