"""Handover: what is for a person. Lives first, then the door to go to, then a human.

    职工    厂里有人从架子上掉下来了
    机器人   先救人：打120……

    职工    老板欠我三个月工资
    机器人   没有查到……这事的门是劳动监察……

The table of doors (归口表) is data: knowledge/doors.yaml, lives: knowledge/urgent.yaml. No legal figures stand there.
Who is on duty (值班表) is not known yet, so the honest word is to call.
"""

from bot.messages import Choice, say
from bot.talk import Talk, Turn


def urgent(talk: Talk) -> Turn:
    """Somebody's life is in danger, or somebody may hurt himself: one kind line with the numbers, before all else."""
    return talk.say(say(f"{talk.intent.fields['reply']}\n现在没有人在线值班，请直接打电话。"))


def door(talk: Talk) -> Turn:
    """Not in our documents, but we know whose door it is."""
    fields = talk.intent.fields
    return talk.say(
        say(
            f"没有查到：{fields['about']}的事，工会这几份文件里没有写。\n{fields['go']}\n拿不准就打工会热线12351，有人帮您指路。",
            Choice("转人工", "转人工"),
        ),
        subject="", asked="", region="", door=f"{fields['about']}\n{fields['go']}",
    )  # fmt: skip


def human(talk: Talk) -> Turn:
    return talk.say(
        say(
            "好，这就告诉您怎么找到人：打工会热线12351，或到您所在社区、街道（乡镇）的工会、帮扶站当面说。\n"
            "这里现在没有人在线值班，您打的字没有人接着看，急事请打电话。"
        )
    )


def complaint(talk: Talk) -> Turn:
    """A grievance. It is not recorded yet, and that is said; one about the union's own people goes higher."""
    return talk.say(
        say(
            "您的意思我听明白了，让您受委屈了。网上登记投诉还没有开通，这段话没有转给任何人。\n"
            "要反映情况：打工会热线12351；说的是工会自己的人，请直接找市总工会或纪检，不用经过本单位、本街道。\n"
            "说清时间、地点、事情就行，可以要求不公开姓名。",
            Choice("转人工", "转人工"),
        )
    )
