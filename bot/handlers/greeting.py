"""Greeting: hello, thanks, help, small talk – as a friendly person from the union would.

    职工    在不在
    机器人   在呢，我是工会的娘家人……
    职工    谢谢啊
    机器人   不客气……

Small talk never states a figure; what to say to it stands in knowledge/chat.yaml.
"""

from bot.messages import Choice, Reply, say
from bot.talk import Talk, Turn

EXAMPLES = (
    Choice("孩子考大学给钱吗", "孩子考上大学工会给多少钱"),
    Choice("得大病能救助吗", "得了大病工会有啥救助"),
    Choice("普惠卡是啥", "普惠卡是干什么的"),
    Choice("创业有扶持吗", "创业扶持给多少钱"),
)


def greet(talk: Talk) -> Turn:
    word = "又见面了。" if talk.memory.met else f"我是{talk.knowledge.home}市总工会的“娘家人”。"
    return talk.say(say(f"您好，在呢！{word}工会的政策、帮扶、找哪个部门，用平常话问我就行。", *EXAMPLES[:3]))


def welcome(talk: Talk) -> Turn:
    """Somebody follows the account."""
    return talk.say(
        say(
            f"欢迎回娘家！我是{talk.knowledge.home}市总工会的“娘家人”。\n"
            "您用平常话问我工会的事：给多少钱、谁能领、怎么办、找谁，我按文件答，每句都有出处；文件没有的我就说没有查到。\n"
            "急事先打：治安报警110，急救120，火警119，工会热线12351。",
            *EXAMPLES,
        )
    )


def explain(talk: Talk) -> Turn:
    return talk.say(
        say(
            "我能做的：\n"
            "· 问政策：直接打字，比如“孩子考大学给多少钱”“帮扶站补助给谁”\n"
            "· 接着问：“那找谁”“什么时候”“大连的呢”，我记得刚才说的是哪件事\n"
            "· 选数字：我给几个选项时，回“2”就行\n"
            "· 字太长：回“详细”看全部\n"
            "隐患随手拍、走访登记、会员卡查询还没开通，要办可以打工会热线12351。",
            *EXAMPLES[:3],
        )
    )


def welcome_thanks(talk: Talk) -> Turn:
    return talk.say(say("不客气，应该的。还有工会的事随时来问，娘家人一直在。"))


def cancel(talk: Talk) -> Turn:
    return talk.say(say("好的，不办了，什么也没有留下。想问别的直接说。"), subject="", asked="", region="")


def chat(talk: Talk) -> Turn:
    """Small talk: the word that knowledge/chat.yaml has for it."""
    return talk.say(say(talk.intent.fields["reply"]))


def not_understood(talk: Talk) -> Turn:
    return talk.say(say("这句我没看明白。您换句话说说？比如“两癌救助给多少钱”“工会热线是多少”。", *EXAMPLES[:2]))


def silence(talk: Talk) -> Turn:
    """A platform event that wants no word (a template's result, a place sent by the phone itself)."""
    return Turn(Reply(), talk.memory)
