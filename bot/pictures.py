"""Pictures: an answer to hand on in big letters, for older people, for a group, for the notice board.

    职工    （问金秋助学给多少钱）
    职工    发成图片
    机器人   [图] 给谁、带什么、怎么办、找谁、几点；已到期的写在最上面

A turn draws nothing: it gives the picture's name (`key_of`) and its words. The picture is drawn when a channel fetches
it: the chat page by GET /api/v1/pictures/{key}, WeChat before it uploads it. A name brings always the card as it stands
today: a picture that was corrected, or whose measure has ended meanwhile, is not handed out any more as it was.

`Card` and the drawing itself are in bot/drawing.py. Nothing of the asker stands on a picture.
"""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.drawing import Card, Line, draw, fonts
from knowledge import Entry, Knowledge
from knowledge.library import REPLY

ZONE = ZoneInfo("Asia/Shanghai")  # the union's days
KEPT = 400  # pictures on disk; what is asked for again is drawn again
LONG = 44  # characters of a line; what is longer stops at a sentence
ASK = "先打12351问。"

_KEY = re.compile(r"entry:([\w.-]{1,100}):([0-9a-f]{12})")
_SENTENCE = re.compile(r".*?[。！？!?](?:[”’）」』])?|.+$", re.DOTALL)
_DESK = ThreadPoolExecutor(1, thread_name_prefix="drawing")  # one at a time: letters are not made for two hands


def can_draw() -> bool:
    """Whether this machine has letters for a picture."""
    return fonts() is not None


# what stands on it


def card_of(entry: Entry, knowledge: Knowledge, today: date) -> Card:
    """The card of an entry, as it stands on this day."""
    topic, home = entry.topic, knowledge.home
    first, *others = _SENTENCE.findall(entry.answer.strip())
    period, lapsed = _period(entry, knowledge, today)
    clauses: dict[str, list[str]] = {}
    for source in entry.sources:
        clauses.setdefault(source.document, []).append(source.clause)
    return Card(
        whose=f"{home}市总工会",
        topic="" if topic.name in entry.title else topic.name,
        title=entry.title,
        lead=first,
        rest="".join(others).strip(),
        lines=_lines(entry, knowledge, today),
        period=period,
        lapsed=lapsed,
        away=_away(entry, home),
        basis="依据：" + "；".join(f"{document} {'、'.join(each)}" for document, each in clauses.items()),
        made=f"{today.year}年{today.month}月{today.day}日制作，以经办部门的答复为准",
    )


def words(card: Card) -> str:
    """All that stands on the card, for who cannot see it and where no picture goes through."""
    lines = [f"【{card.topic}：{card.title}】" if card.topic else f"【{card.title}】"]
    if card.away:
        lines.append(card.away)
    lines.append(card.lead + card.rest)
    lines += [f"{line.label}：{f'（{line.about}）' if line.about else ''}{line.text}" for line in card.lines]
    lines += [card.basis, f"已到期：{card.period}" if card.lapsed else card.period, "有事打工会热线12351。"]
    return "\n".join(lines)


def key_of(entry: Entry, knowledge: Knowledge, today: date) -> str:
    """The picture's name: entry, and a hash of what stands on it, so that a changed card has another name."""
    return f"entry:{entry.id}:{_hash(replace(card_of(entry, knowledge, today), made=''))}"


def _hash(card: Card) -> str:
    return hashlib.sha256(repr(card).encode()).hexdigest()[:12]


def _lines(entry: Entry, knowledge: Knowledge, today: date) -> tuple[Line, ...]:
    """给谁, 给多少, 带什么, 怎么办, 时间, 找谁, 几点: as far as they are known, and said where they are not."""
    is_benefit = _is_benefit(entry)
    lines: list[Line] = []
    for label, facet in (("给谁", "who"), ("给多少", "sum"), ("带什么", "papers"), ("怎么办", "how"), ("时间", "when")):
        if facet == entry.facet or (facet in {"who", "sum", "how"} and not is_benefit):
            continue
        line = _line(label, facet, entry)
        if line is not None:
            lines.append(line)
        elif facet == "papers" and is_benefit:
            lines.append(Line(label, f"没有查到，{ASK}", missing=True))
    return (*lines, *_door(entry, knowledge, today))


def _is_benefit(entry: Entry) -> bool:
    """Something that people go and get, and not a target, a marking scheme or a newspaper's report."""
    topic = entry.topic
    is_for_people = "worker" in topic.audience and topic.level not in {"report", REPLY}
    return is_for_people and bool({"who", "sum", "how"} & {other.facet for other in topic.entries})


def _line(label: str, facet: str, entry: Entry) -> Line | None:
    """What the matter's other sides say. One that the entry is not related to is said under its own title: a topic may
    hold several things, and what is needed for one is not what is needed for the other."""
    same = [other for other in entry.topic.entries if other.facet == facet and other is not entry]
    written = [other for other in same if not other.silent and other.answer not in entry.answer]
    if facet == "sum":  # a sum rather than an honour
        written.sort(key=lambda other: re.search(r"\d万?元", other.answer) is None)
    related = [other for other in written if other.id in entry.related]
    if related:
        return Line(label, _short(related[0].answer))
    if written:
        return Line(label, _short(written[0].answer), about=written[0].title if len(written) > 1 else "")
    silent = next((other for other in same if facet == "papers" or other.id in entry.related), None)
    return Line(label, _short(silent.answer), missing=True) if silent is not None else None


def _short(answer: str) -> str:
    """The answer, or as many of its sentences as a line takes."""
    text = ""
    for sentence in _SENTENCE.findall(answer.strip()):
        if text and len(text + sentence) > LONG:
            break
        text += sentence
    return text


def _door(entry: Entry, knowledge: Knowledge, today: date) -> tuple[Line, ...]:
    """找谁 and 几点."""
    topic, home = entry.topic, knowledge.home
    if topic.region != home:
        whom = f"{topic.region}的工会" if topic.region in knowledge.places.names else "当地的工会"
        return (Line("找谁", f"外地的事问{whom}，或打12351，各地通用。"),)
    whom = topic.department.name if topic.department is not None else "市总工会"
    contact = knowledge.contacts.find(whom)
    if contact is None or not contact.phone:
        return (Line("找谁", f"{whom}。电话还没有录入，{ASK}"), Line("几点", f"没有写，{ASK}", missing=True))
    reached = replace(contact, hours="").reached(today)
    hours = Line("几点", contact.hours) if contact.hours else Line("几点", f"没有写，{ASK}", missing=True)
    return (Line("找谁", f"{contact.name}，{reached}"), hours)


def _period(entry: Entry, knowledge: Knowledge, today: date) -> tuple[str, bool]:
    """Until when it runs, and whether that is over."""
    topic = entry.topic
    ending = knowledge.documents.ending(entry.document, today)
    if ending is not None and ending.since <= today:
        return f"{ending.says(today).replace('上面的', '下面的')}现在怎么办，{ASK}", True
    coming = ending.says(today) if ending is not None else ""
    if topic.period.has_passed(today):
        return f"这是{topic.period.shown}的规定。现在还有没有，{ASK}", True
    if topic.period.end is not None:
        return f"这项规定从{topic.period.shown}。{coming}", False
    kind = {"report": "报道", REPLY: "答复"}.get(topic.level, "文件")
    return f"这是{topic.year}年的{kind}，没有写到什么时候为止；现在是否还执行，{ASK}{coming}", False


def _away(entry: Entry, home: str) -> str:
    topic = entry.topic
    if topic.region == home:
        return ""
    if topic.level == "report":
        return (
            f"这是报纸报道的{topic.region}的事，不是{home}的规定。"
            if topic.region != "未写明"
            else "这是报纸报道的事。"
        )
    if topic.level == "province":
        province = topic.also_regions[0] if topic.also_regions else topic.region
        return f"这是{province}省总的，{topic.region}这样落实；{home}怎么办，要问{home}的工会。"
    return f"这是{topic.region}的规定，{home}不能照着算。"


# fetching it


class NoPicture(LookupError):
    """There is no such picture, or this machine cannot draw it; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    tag: str
    title: str


class Pictures:
    """The pictures of the library as it is now, drawn when they are fetched, kept in `folder`."""

    def __init__(
        self,
        folder: Path,
        knowledge: Callable[[], Knowledge],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._folder, self._knowledge, self._clock = folder, knowledge, clock

    async def fetch(self, key: str) -> Picture:
        """The picture of this name as it stands today. Raises NoPicture."""
        match = _KEY.fullmatch(key)
        knowledge = self._knowledge()
        entry = knowledge.library.by_id.get(match[1]) if match else None
        if entry is None:
            raise NoPicture("没有这张图片。")
        card = card_of(entry, knowledge, self._clock().astimezone(ZONE).date())
        content = await asyncio.get_running_loop().run_in_executor(_DESK, self._drawn, card)
        return Picture(content, _hash(card), entry.title)

    async def make_ready(self) -> None:
        """Look for the font before somebody waits for it."""
        await asyncio.to_thread(fonts)

    def _drawn(self, card: Card) -> bytes:
        path = self._folder / f"{_hash(card)}.png"
        with suppress(OSError):
            return path.read_bytes()
        try:
            content = draw(card)
        except LookupError:
            raise NoPicture("这台机器没有中文字体，做不了图片。") from None
        with suppress(OSError):  # a full disk: then it is drawn anew each time
            self._keep(path, content)
        return content

    def _keep(self, path: Path, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.stem}-{secrets.token_hex(4)}")
        try:
            aside.write_bytes(content)
            os.replace(aside, path)
        finally:
            aside.unlink(missing_ok=True)
        pictures = sorted(self._folder.glob("*.png"), key=lambda file: file.stat().st_mtime)
        for oldest in pictures[:-KEPT]:
            oldest.unlink(missing_ok=True)
