"""Situations: somebody tells how things stand with him and hears all that fits, what is missing, and the next step.

    职工    我是下岗的 带了五个人开店 孩子今年考上大专
    机器人   照您说的，这几样可能占得上：
            1. 金秋助学：每人3000元……还要看：在档困难职工……下一步：……
            2. 创业带头人扶持：……

Fits are read out of knowledge/situations.yaml; sums and steps come from the library's entries.
"""

import re

from bot.calculations import work_out
from bot.handlers.benefits import contact, period, source_line
from bot.messages import Choice, Reply, Source, say
from bot.talk import Talk, Turn
from knowledge import Fit


def answer(talk: Talk) -> Turn:
    """All that fits what was told; with nothing told, what to tell."""
    fits = talk.knowledge.situations.fits(talk.intent.fields["told"])
    if not fits:
        return _ask_for_more(talk)
    sources = tuple(dict.fromkeys(Source(c.document, c.clause) for fit in fits for c in fit.measure.gives.sources))
    lines = ["照您说的，这几样可能占得上，最后以工会审核为准："]
    lines += [f"{number}. {_line(talk, fit)}" for number, fit in enumerate(fits, 1)]
    lines.append(source_line(sources))
    lines += dict.fromkeys(period(talk, fit.measure.gives) for fit in fits)
    lines.append(contact(talk, fits[0].measure.gives))
    chips = tuple(Choice(fit.measure.gives.title, fit.measure.gives.title) for fit in fits[:3])
    reply = Reply(say("\n".join(lines)).parts, chips, answered=True, sources=sources)
    return talk.say(reply, subject=fits[0].measure.gives.id, asked=talk.text)


def _line(talk: Talk, fit: Fit) -> str:
    measure = fit.measure
    gives = measure.gives.answer
    if measure.headcount:
        for told in re.split(r"[\s,，。;；]+", talk.text):
            if (working := work_out(f"{told} 创业扶持给多少", measure.gives, talk.knowledge)) is not None:
                gives = working.answer
    missing = f"还要看：是不是{'、'.join(fit.missing)}。" if fit.missing else ""
    return f"{measure.name}：{_first(gives)}{missing}下一步：{measure.next}。"


def _first(text: str) -> str:
    return re.split(r"(?<=。)", text)[0]


def _ask_for_more(talk: Talk) -> Turn:
    says = "、".join(talk.knowledge.situations.says.values())
    return talk.say(
        say(
            f"说说您的情况，我帮您对一对能占上哪几样。比如：{says}。\n"
            "一句话说几样都行：“我下岗了，自己开店雇了五个人，孩子今年考上大专”。这些话不存档。",
            Choice("孩子考上大学", "孩子考上大学工会给多少钱"),
            Choice("下岗想培训", "下岗了能参加工会培训吗"),
            Choice("自己创业", "创业扶持给多少钱"),
        )
    )
