"""Pictures: the answer just given, in big letters, to hand on or to print.

    职工    （问，得到一个答案）
    职工    发成图片
    机器人   [图]

The turn names the picture and says its words; who fetches it has it drawn (bot/pictures.py). Where this machine has no
letters for it, the words are the answer.
"""

from bot.messages import Image, Reply, Source, Text, say
from bot.pictures import ZONE, can_draw, card_of, key_of, words
from bot.talk import Talk, Turn


def hand_on(talk: Talk) -> Turn:
    entry = talk.knowledge.library.by_id.get(talk.memory.subject)
    if entry is None:
        return talk.say(
            say("您要哪件事的图片？先问我一句，比如“金秋助学给多少钱”，我答了以后再说“发成图片”，就给您一张大字的。")
        )
    today = talk.now.astimezone(ZONE).date()
    said = words(card_of(entry, talk.knowledge, today))
    part: Text | Image = Image(key_of(entry, talk.knowledge, today), said)
    if not can_draw():
        part = Text(f"这台机器没有中文字体，做不了图片；图片里该有的字都在这儿：\n{said}")
    sources = tuple(Source(clause.document, clause.clause) for clause in entry.sources)
    return talk.say(Reply((part,), answered=not entry.silent, sources=sources))
