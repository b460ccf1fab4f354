"""Notices: the wording of what nobody asked for just now, and when it may be said.

An answer that came after all, something new on a matter somebody waits for, a correction. Each is said once; who sends
it is bot/delivery.py.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.messages import Reply, Source, say
from knowledge import Entry

ZONE = ZoneInfo("Asia/Shanghai")
EVENING, MORNING = 21, 8  # nobody hears from us in between, lives apart


def waking(now: datetime) -> datetime:
    """`now`, or the next morning where it is night."""
    local = now.astimezone(ZONE)
    if MORNING <= local.hour < EVENING:
        return now
    day = local.date() + timedelta(days=local.hour >= EVENING)
    return datetime(day.year, day.month, day.day, MORNING, tzinfo=ZONE)


def answered(question: str, entry: Entry) -> Reply:
    """There is an answer to what he asked in vain."""
    return _say(f"您问过的“{question}”，现在有答复了：", entry)


def news(topic: str, entry: Entry) -> Reply:
    """有新规定告诉我."""
    return _say(
        f"您让我留意的“{topic}”有新消息了：",
        entry,
        f"这次告诉过您，就不再主动发了；还想等，再说一次“{topic}有新规定告诉我”。",
    )


def corrected(title: str, entry: Entry) -> Reply:
    """He got an answer that has been corrected."""
    return _say(f"更正：前些天我答过您“{title}”，那个答案改了，请以这次的为准：", entry)


def _say(opening: str, entry: Entry, ending: str = "拿不准就打工会热线12351。") -> Reply:
    sources = tuple(Source(clause.document, clause.clause) for clause in entry.sources)
    basis = "依据：" + "；".join(f"{source.document} {source.clause}" for source in sources)
    return say("\n".join((opening, entry.answer, basis, ending)), answered=True, sources=sources)
