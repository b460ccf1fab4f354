"""Words: what people say for each intent, weighed against the questions of the library.

Three looks, in this order: fixed forms that mean one thing (再见, 挂失, 取消), then likeness to the phrases of
knowledge/phrases.yaml, doors.yaml and chat.yaml against likeness to the library, helped by what gives a kind of
message away – a question asks, a finished visit tells who, where and what was given, a hazard names a thing in a
dangerous state.
"""

import re

from bot.messages import Message, Role
from bot.talk import Intent, Memory
from knowledge import Knowledge
from knowledge.phrases import Saying
from knowledge.words import normal, runs

FIXED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("cancel", r"(取消|算了|不弄了|不办了|退出|停|拉倒|不要了|不填了|不报了|不问了|作废|撤销|撤回)(吧|了|呗|啦)*"),
        ("human", r"(转|找|要|换)?(人工|真人|活人)(客服|服务)?(吧|呢)?"),
        ("help", r"(帮助|菜单|使用说明|说明|怎么用|功能|help|你能干什么|你会什么|你都能干什么|你能做什么)"),
        ("thanks", r"(谢谢|多谢|感谢|谢了|谢谢啊|谢谢你|辛苦了|麻烦了|3q|thx|thanks)(啊|了|您|你|娘家人)*"),
        ("greeting", r"(你好|您好|在吗|在不|在么|在不在|早上好|早|下午好|晚上好|hi|hello|哈喽|嗨|喂|有人吗|有人没)(啊|呀|哈|吗)*"),
        ("hazard_report", r"(我要)?(随手拍|报隐患|隐患上报|上报隐患|举报隐患|拍隐患|隐患)"),
        ("visit_log", r"(我要)?(登记|录入|记录|补录|记|录)(一下)?走访(记录)?"),
        ("card_bind", r"(我要)?(绑卡|绑定|绑定会员卡|解绑|开卡|卡绑定)"),
        ("card_lost", r"(我要)?(挂失|卡丢了|卡丢|补卡)"),
        ("card_query", r"(我的卡|查卡|查会员卡|查我的卡|我的会员卡)"),
        ("my_records", r"我的(记录|登记|申请|上报|办件|隐患|走访)(单|记录)?"),
        ("survey", r"(我要)?(填|做)?(问卷|调查问卷)"),
    )
)
ASKING = re.compile(
    r"多少|什么|怎么|哪|谁|几|吗|能不|给不|有没|是不|行不|可不|算不|要不|钱不|呢$|不$|么$|没$|[?？]|为什么|多久|条件|标准|流程|请问|介绍"
)
DONE = re.compile(r"今天|昨天|上午|下午|刚才|刚去|去了|走访|慰问|看望|入户|下厂|到.{1,6}家|送了|给了|反映|诉求|已(转|报|解决|签字)|人数|职工\d|\d+人")
GIVEN = re.compile(r"慰问金|米.{0,4}油|一袋|一桶|送了|给了\S{0,3}(元|块|百|千)|已签字|困难(职工|户)|走访|家访|入户|入企|包扶|诉求")
DANGER = re.compile(
    r"没(戴|系|带|挂|装|盖|关|锁|接地|防护|护栏|护罩|人看|人管)|不(戴|系|带)|坏了|断了?|裂|漏|锈|松了?|掉|歪|塌|鼓|冒(烟|火)|打火|火星|裸露|破(皮|了|损)|"
    r"过期|堵(了|着|死)|占(了|用|道)|乱(拉|扯|堆|放|接)|失灵|失效|超载|缺|拆了|绑(上|着|住)|短接|晃|卡住|滑|没(水|电|气|灯|护)|违章|三违|飞线|翘"
)


def read(message: Message, memory: Memory, knowledge: Knowledge) -> Intent | None:
    text = message.text.strip()
    return of_words(text, message, knowledge, memory) if text else Intent("again", 1.0, "nothing said")


def of_words(written: str, message: Message, knowledge: Knowledge, memory: Memory | None = None) -> Intent:
    """The intent of words, whoever said them and how (typed, picked, a menu button)."""
    text = normal(written)
    plain = re.sub(r"[\s,，。.!！?？~、]+", "", text)
    for name, pattern in FIXED:
        if pattern.fullmatch(plain):
            return Intent(name, 1.0, "fixed form")
    if not runs(text):
        return _wordless(written)
    nearest = knowledge.phrases.nearest(text)
    weighed = [(_weight(saying, likeness, text, message.role), saying) for saying, likeness in nearest]
    score, saying = max(weighed, key=lambda pair: pair[0])
    library = knowledge.asker.likeness(text) + (0.10 if ASKING.search(text) else 0.0)
    if memory is not None and memory.subject and len(plain) <= 12 and ASKING.search(text):
        library += 0.15  # 那找谁: a short question leans on what was just answered
    if library >= score:
        return Intent("ask", min(library, 1.0), "nearer to the library")
    return _named(saying, score)


def _wordless(written: str) -> Intent:
    """Emoji and punctuation: thanks and greetings are understood, the rest is asked again."""
    if re.search(r"\[(抱拳|合十|强|鲜花|爱心|OK|玫瑰)\]|🙏|👍|🌹|❤", written):
        return Intent("thanks", 0.9, "a thankful sign")
    if re.search(r"\[(微笑|挥手)\]|👋", written):
        return Intent("greeting", 0.9, "a wave")
    return Intent("again", 0.5, "no words")


def _weight(saying: Saying, likeness: float, text: str, role: Role | None) -> float:
    """Likeness, helped by what gives a kind of message away."""
    asking = bool(ASKING.search(text))
    if saying.name == "hazard_report":
        likeness += 0.16 * bool(DANGER.search(text)) - 0.10 * asking + 0.05 * (role == "inspector")
    elif saying.name == "visit_log":
        likeness += 0.10 * bool(GIVEN.search(text)) + 0.06 * bool(DONE.search(text)) - 0.08 * asking
        likeness += 0.08 * (role == "cadre")
    return likeness


def _named(saying: Saying, score: float) -> Intent:
    if saying.kind == "door":
        return Intent("door", score, saying.name, {"about": saying.name, "go": saying.go})
    if saying.kind == "chat":
        return Intent("chat", score, saying.name, {"reply": saying.reply})
    return Intent(saying.name, score, "nearest phrase")
