"""Wishes: somebody wants to hear when there is something new on a matter.

    职工    （问金秋助学，答案说已到期）
    职工    有新规定告诉我
    机器人   好，记下了：“金秋助学”有了新规定或部门答复，我告诉您一次……不想等了就说“不用告诉我了”。
    职工    不用告诉我了
    机器人   好，“金秋助学”不再告诉您了。

Kept in storage/wishes.py, fulfilled when staff publish (bot/publishing.py): once, and not at night.
"""

import re

from bot.messages import Message, say
from bot.talk import Talk, Turn
from knowledge.words import normal

# What of a wish names the matter: 金秋助学有新规定告诉我
_WISH = re.compile(r"^(?P<about>.*?)(?:要是|如果|以后|等|再|一)*(?:有|出|下来|来)(?:了|啥|什么)*新")


def wish(talk: Talk) -> Turn:
    topic = _topic(talk)
    if topic is None:
        return talk.say(
            say("好。您要等哪件事的新规定？先问我一句那件事，比如“金秋助学给多少钱”，再说“有新规定告诉我”。")
        )
    assert talk.records is not None
    new = talk.records.wishes.wish(talk.message.member, topic, talk.now)
    how = _how(talk.message)
    if not new:
        return talk.say(
            say(f"“{topic}”我已经替您记着呢，有了新规定或部门答复就告诉您一次。{how}\n不想等了就说“不用告诉我了”。")
        )
    return talk.say(
        say(
            f"好，记下了：“{topic}”有了新规定或部门答复，我告诉您一次。{how}\n"
            "什么时候有，我说不准；急着办请先打工会热线12351问。不想等了就说“不用告诉我了”。"
        )
    )


def withdraw(talk: Talk) -> Turn:
    """The matter just spoken of, where he waits for it; else all."""
    assert talk.records is not None
    wishes, member = talk.records.wishes, talk.message.member
    waiting = wishes.of(member)
    if not waiting:
        return talk.say(say("好的。您没有让我等着告诉您的事，我不会主动发消息。"))
    topic = _topic(talk)
    gone = [topic] if topic in waiting and "都" not in talk.text else waiting
    for name in gone:
        wishes.withdraw(member, name)
    left = [name for name in waiting if name not in gone]
    rest = f"还替您记着：{'、'.join(left)}；也不要了就再说一次“都不用告诉我了”。" if left else ""
    return talk.say(say(f"好，“{'”“'.join(gone)}”不再告诉您了。{rest}"))


def _topic(talk: Talk) -> str | None:
    """The matter that is named, or the one just spoken of."""
    match = _WISH.match(normal(talk.text))
    about = re.sub(r"[\s,，。、的]+$", "", match["about"]) if match else ""
    if len(about) > 1 and (found := talk.knowledge.ask(about)).entry is not None:
        return found.entry.topic.name
    entry = talk.knowledge.library.by_id.get(talk.memory.subject)
    return entry.topic.name if entry else None


def _how(message: Message) -> str:
    """How he will hear of it, as it is."""
    if message.channel == "wechat":
        return "我先发消息给您；您好久没来说话时微信不让我发，那就等您下次来说一句，我一并告诉您。"
    if message.channel == "webchat":
        return "您用这个浏览器再打开这个网页时就能看到。"
    return "等您下次从公众号来说话时告诉您。"
