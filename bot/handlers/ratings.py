"""Ratings: somebody says that an answer was wrong or of no use.

    职工    （问，得到一个答案）
    职工    没答对
    机器人   对不住……我记下了，工会的人会看到……您问的是不是：1 … 2 …

The question is counted, cleaned of names and numbers, for those who write answers (bot/noting.py does that); here is
said what else it may have been, and where a person is. Said again, the person is all that is left.
"""

from bot.messages import Choice, say
from bot.talk import OFFERED, Talk, Turn


def apologise(talk: Talk) -> Turn:
    memory = talk.memory
    person = Choice("转人工", "转人工")
    if not memory.heard:
        return talk.say(say("对不住，没帮上您。您换个说法再问一遍，一句话说一件事就行；或者打工会热线12351。", person))
    if memory.got in {"", OFFERED}:
        return talk.say(
            say(
                "对不住，没帮上您。这个问题我记下了，工会的人会看到。想马上问明白，请打工会热线12351，有人接。", person
            ),
            got="",
        )
    near = talk.knowledge.nearest(memory.heard, {memory.got})
    choices = tuple(Choice(entry.title, entry.title) for entry in near)
    text = (
        "对不住，没答到您心上。我记下了，工会的人会看到；有了准确的答复，我告诉您一次。\n"
        "您问的是不是下面这件？都不是就换个说法，或者打工会热线12351。"
    )
    return talk.say(say(text, *choices, person), got="")
