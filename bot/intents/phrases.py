"""Words: fixed forms that mean one thing (再见, 挂失, 取消), then what the words most likely are
(knowledge/phrases.py), helped by who speaks and by what was just talked of."""

import re
from dataclasses import replace

from bot.calculations import work_out
from bot.messages import Message
from bot.talk import Intent, Memory
from knowledge import Knowledge
from knowledge.asking import facet_of
from knowledge.phrases import Guess, is_asking
from knowledge.words import has_characters, normal, runs

FIXED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("cancel", r"(取消|算了|不弄了|不办了|退出|停|拉倒|不要了|不填了|不报了|不问了|作废|撤销|撤回)(吧|了|呗|啦)*"),
        ("human", r"(转|找|要|换)?(人工|真人|活人)(客服|服务)?(吧|呢)?"),
        ("help", r"(帮助|菜单|使用说明|说明|怎么用|功能|help|你能干什么|你会什么|你都能干什么|你能做什么)"),
        (
            "unwish",
            r"(都|以后|再也|也)*(不用|不要|别|不必|不需要|甭)(再)?(告诉|通知|提醒)(我|俺)?(了|啦|吧)*(有)?(新规定|新政策)?(的事)?",
        ),
        (
            "wish",
            r".{0,16}?(要是|如果|以后|等|再|一)*(有|出|下来|来)(了|什么)*新的?(规定|政策|办法|文件|消息|通知|变化|说法|答复)(了|的话|时|的时候|以后|后)*"
            r"(就|请|麻烦|记得|一定|要|能|可以|再|你|您|能不)*(告诉|通知|提醒|叫|喊|知会|跟)(一下|一声|给)?(我|俺|我们)(说)?(一下|一声|吧|吗|呗|啊|哈|呀)*",
        ),
        (
            "picture",
            r"(能不能|能不|能|可以|可不可以|可不|请|麻烦|帮忙|帮我|帮俺|给我|给俺|我想|我要|俺要|你){0,4}(把|将)?(它|这个|这条|这件事|这些|上面的|刚才的|刚才那个|答案|答复|内容){0,4}(给我|给俺|帮我)?"
            r"(发|做|转|弄|整|生成|出|画|变|来|要|换){0,4}(成|个|一个|张|一张|给我|我){0,4}"
            r"(大字图片|大字图|大字版|大图|大字的?图片|图片版|图片|图|能转发的图片?)(形式|格式)?(吧|呗|吗|行吗|行不|好吗|可以吗|看看|给我|发我|发给我|一下|啊|呀|哈){0,4}"
            r"|(能不能|能不|能|可以|请|帮我|帮俺|给我|我想|我要|俺要|怎么){0,4}(把)?(它|这个|这条|上面的)?(给我)?(打印|打出来)(一下|一份|一张|出来|版|件){0,4}(吧|呗|吗|行吗|可以吗|看看){0,4}",
        ),
        ("thanks", r"(谢谢|多谢|感谢|谢了|谢谢啊|谢谢你|辛苦了|麻烦了|3q|thx|thanks)(啊|了|您|你|娘家人)*"),
        (
            "greeting",
            r"(你好|您好|在吗|在不|在么|在不在|早上好|早|下午好|晚上好|hi|hello|哈喽|嗨|喂|有人吗|有人没)(啊|呀|哈|吗)*",
        ),
        ("hazard_report", r"(我要)?(随手拍|报隐患|隐患上报|上报隐患|举报隐患|拍隐患|隐患)"),
        ("visit_log", r"(我要)?(登记|录入|记录|补录|记|录)(一下)?走访(记录)?"),
        ("card_bind", r"(我要)?(绑卡|绑定|绑定会员卡|解绑|开卡|卡绑定)"),
        ("card_lost", r"(我要)?(挂失|卡丢了|卡丢|补卡)"),
        ("card_query", r"(我的卡|查卡|查会员卡|查我的卡|我的会员卡)"),
        ("my_records", r"我的(记录|登记|申请|上报|办件|隐患|走访)(单|记录)?"),
        ("survey", r"(我要)?(填|做)?(问卷|调查问卷)"),
    )
)
KNOWN, ENOUGH, KNOWN_MOST = 2.0, 7.0, 15.0  # nats for a point of the library's score above enough, and at most
_PINYIN = re.compile(r"[a-z]{2,}")
_SIGN = re.compile(r"\[[^\[\]]{1,4}\]")  # [抱拳], [微笑]: what WeChat sends for its own signs
SPELT = {
    "ask",
    "apply",
    "card_lost",
    "card_query",
    "survey",
    "visit_stats",
}  # go on with what was meant; records keep what was said
SHORT = 12  # characters of a question that cannot stand alone
NAMED_MOST = 24.0  # nats, where the question names a matter of the library
FOLLOWING = 6.0  # nats
QUOTED = 8.0  # nats: a document that was taken in says something on it
WORKED_OUT = 12.0  # nats: the asker's own figure makes sense under a rule of the library
ROLE = {"inspector": {"hazard_report": 2.0}, "cadre": {"visit_log": 3.0}}  # nats: who speaks leans a little


def read(message: Message, memory: Memory, knowledge: Knowledge) -> Intent | None:
    text = message.text.strip()
    return of_words(text, message, knowledge, memory) if text else Intent("again", 1.0, "nothing said")


def of_words(said: str, message: Message, knowledge: Knowledge, memory: Memory | None = None) -> Intent:
    """The intent of words, whoever said them and how (typed, picked, a menu button); goes on with slips put right."""
    meant = knowledge.spelt(said)
    if meant == normal(said):
        return _of_text(said, message, knowledge, memory)
    intent = _of_text(meant, message, knowledge, memory)
    return replace(intent, text=meant) if intent.name in SPELT else intent


def _of_text(written: str, message: Message, knowledge: Knowledge, memory: Memory | None) -> Intent:
    text = normal(written)
    plain = re.sub(r"[\s,，。.!！?？~、]+", "", text)
    for name, pattern in FIXED:
        if pattern.fullmatch(plain):
            return Intent(name, 1.0, "fixed form")
    if not runs(_SIGN.sub("", text)):
        return _wordless(written)
    lean = dict(ROLE.get(message.role or "", {}))
    held = memory.subject if memory is not None else ""
    found = knowledge.ask(written, held, memory.region, memory.asked) if memory else knowledge.ask(written)
    if knowledge.was_answered(written, found):
        return Intent("ask", 0.9, "staff answered just this")
    if not has_characters(text):
        known = found.kind in {"answer", "choice"} and _PINYIN.search(text)
        return Intent("ask", 0.8, "typed in pinyin") if known else Intent("again", 0.5, "no words we know")
    if memory is not None and memory.door and not held and len(plain) <= SHORT and facet_of(text) in {"where", "how"}:
        about, go = memory.door.split("\n", 1)
        return Intent("door", 0.9, about, {"about": about, "go": go})  # 那找谁, after another office's matter
    most = NAMED_MOST if found.kind == "answer" and knowledge.asker.stands_alone(text) else KNOWN_MOST
    lean["ask"] = min(max(KNOWN * (found.score - ENOUGH), -KNOWN_MOST), most)
    if found.quote is not None:
        lean["ask"] = max(lean["ask"], QUOTED)
    if held and len(plain) <= SHORT:
        # 那找谁, 怎么发: a short question leans on what was just answered
        lean["ask"] += 3 * FOLLOWING if is_asking(text) else FOLLOWING
        if knowledge.asker.is_about_a_person(text) or knowledge.asker.is_about_a_place(text):
            return Intent("ask", 0.9, "the same for somebody else, or elsewhere")
    if work_out(written, knowledge.library.by_id.get(held), knowledge) is not None:
        lean["ask"] += WORKED_OUT
    guess = knowledge.phrases.guess(text, lean)
    if found.quote is not None and guess.label in {"door", "chat", "again"}:
        return Intent("ask", guess.share, "a document that was taken in says it")
    return _named(guess)


def _wordless(written: str) -> Intent:
    """Emoji and punctuation: thanks and greetings are understood, the rest is asked again."""
    if re.search(r"\[(抱拳|合十|强|鲜花|爱心|OK|玫瑰)\]|🙏|👍|🌹|❤", written):
        return Intent("thanks", 0.9, "a thankful sign")
    if re.search(r"\[(微笑|挥手)\]|👋", written):
        return Intent("greeting", 0.9, "a wave")
    return Intent("again", 0.5, "no words")


def _named(guess: Guess) -> Intent:
    saying = guess.saying
    if guess.label == "door" and saying is not None:
        return Intent("door", guess.share, saying.name, {"about": saying.name, "go": saying.go})
    if guess.label == "chat" and saying is not None:
        return Intent("chat", guess.share, saying.name, {"reply": saying.reply})
    return Intent(guess.label, guess.share, "words")
