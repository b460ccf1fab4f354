"""Publishing: what staff answer becomes part of the library, and those who wait for it are told once.

    open_questions      what members asked in vain or rated badly, the same questions together, most often first
    reply, entries      a 部门答复, or entries of a document, ready to be published: figures confirmed or checked
    gate                the project's question set before and after: nothing right may become wrong; the new one is found
    publish             one transaction: the entry, the outbox rows, the settled questions

Used by `niangjia knowledge answer` (bot/library_admin.py) and by the desk. All of it blocks; in a server it belongs on
a thread of its own.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot import notices
from bot.errors import BotError
from bot.examining import Item, judge, own_questions, rehearse
from bot.messages import Reply, as_data
from knowledge import Added, Clause, Entry, Knowledge, LibraryError, calculations
from knowledge.added import Published, figures, reply_source, topic_of
from knowledge.asking import facet_of
from knowledge.check import check_alone
from knowledge.grouping import group
from knowledge.library import each_written
from knowledge.words import normal
from storage import EntryRow, NewEntry, OpenQuestion, Storage, Transaction
from storage.given import KEPT

LONGEST = 800  # characters of an answer: more nobody reads in a chat
MOST_ASKS = 40
SHOWN = 40  # characters of a question as a title
NO_FIGURES = {"部门", "名称", "人名", "日期", "年", "月", "日"}  # units of facts that many entries share
_MARK = re.compile(r"〔(?:姓名|号码|地址|网址)〕")


class Refused(BotError):
    """It is not published; the sentence says why."""


# ----------------------------------------------------------------------------------------------------- open questions


@dataclass(frozen=True)
class Group:
    """Questions that ask the same. `id` stays the same as long as its first question does."""

    id: str
    questions: tuple[OpenQuestion, ...]

    @property
    def title(self) -> str:
        return self.questions[0].question

    @property
    def unanswered(self) -> int:
        return sum(question.unanswered for question in self.questions)

    @property
    def bad(self) -> int:
        return sum(question.bad for question in self.questions)

    @property
    def entry(self) -> str:
        """The entry that was rated badly, or ''."""
        return next((question.entry for question in self.questions if question.entry), "")


def open_questions(records: Transaction, knowledge: Knowledge) -> list[Group]:
    """What members asked in vain, or got a bad answer to; the most frequent first."""
    rows = records.asked.open()
    usual = [ask for entry in knowledge.library.entries for ask in entry.asks]
    together = group([row.question for row in rows], [row.entry for row in rows], usual)
    groups = [
        Group(hashlib.sha256(rows[numbers[0]].question.encode()).hexdigest()[:6], tuple(rows[n] for n in numbers))
        for numbers in together
    ]
    return sorted(groups, key=lambda one: -(one.unanswered + one.bad))


@dataclass(frozen=True)
class Lapsed:
    """An entry whose period is over and that is still asked for."""

    entry: Entry
    times: int
    waiting: int


def lapsed(records: Transaction, knowledge: Knowledge, today: date) -> list[Lapsed]:
    """到期而问得最多, and how many wait for something new on its topic."""
    waiting = records.wishes.counts()
    found = [
        Lapsed(entry, times, waiting.get(entry.topic.name, 0))
        for name, times in records.asked.by_entry().items()
        if (entry := knowledge.library.by_id.get(name)) is not None and entry.topic.period.has_passed(today)
    ]
    return sorted(found, key=lambda one: (-one.times, one.entry.id))


# -------------------------------------------------------------------------------------------------------- what is new


def unconfirmed(text: str, confirmed: Collection[str]) -> list[str]:
    """The figures of a text that nobody stands for yet."""
    known = {_figure(figure) for figure in confirmed}
    return [figure for figure in figures(text) if _figure(figure) not in known]


def _figure(written: str) -> str:
    return re.sub(r"[\s,，]", "", unicodedata.normalize("NFKC", written))


def as_added(row: EntryRow | NewEntry, name: str = "") -> Added:
    """A row of storage as the library takes it."""
    replaces = row.replaces if isinstance(row.replaces, tuple) else (row.replaces,)
    return Added(
        name or row.entry,
        row.title,
        row.topic,
        row.region,
        row.answer,
        tuple(row.asks),
        row.written,
        row.department,
        row.day,
        tuple(row.facts) if row.kind == "department" else (),
        facet_of(normal(row.title)) or "other",
        tuple(one for one in replaces if one),
    )


def reply(
    knowledge: Knowledge,
    text: str,
    *,
    department: str,
    person: str,
    day: date,
    confirmed: Collection[str],
    questions: Sequence[str] = (),
    title: str = "",
    topic: str = "",
    replaces: str = "",
    today: date | None = None,
) -> NewEntry:
    """A 部门答复, ready to be published. `questions`: what it answers, the most telling first."""
    text, department, person = text.strip(), department.strip(), person.strip()
    asks = list(dict.fromkeys(ask for question in questions if len(ask := _MARK.sub("", question).strip()) > 1))
    old = _replaced(knowledge, replaces)
    if not text or len(text) > LONGEST:
        raise Refused(f"答复要写，最多 {LONGEST} 个字。")
    if not department or not person:
        raise Refused("部门答复要写明哪个部门、谁答的。")
    if today is not None and day > today:
        raise Refused(f"答复的日期 {day} 还没有到。")
    if not asks and old is None:
        raise Refused("要写明答的是哪句话（--question 或 --ask）。")
    if left := unconfirmed(text, confirmed):
        raise Refused(
            f'答复里的数字要核对后再写一遍：{"、".join(left)}（--confirm-figures "{" ".join(figures(text))}"）。'
        )
    title = title.strip() or (asks[0][:SHOWN] if asks else old.title if old else "")
    if old is not None:
        topic = old.topic.name
    elif not topic:
        found = knowledge.ask(asks[0]) if asks else None
        near = found.entry if found and found.kind == "answer" else None
        topic = near.topic.name if near else title
    source = reply_source(department, day)
    return NewEntry(
        "department", "", title, topic.strip(), knowledge.home, text, asks[:MOST_ASKS], figures(text),
        [[source.document, source.clause]], {}, department, person, day, replaces,
    )  # fmt: skip


def entries(
    knowledge: Knowledge, file: Path, sources: Path, *, department: str = "", person: str = "", replaces: str = ""
) -> list[NewEntry]:
    """The entries of a file (docs/library.md), each figure found in its clause of a document in `sources`."""
    if not sources.is_dir():
        raise Refused(f"没有 {sources} 这个目录。")
    _replaced(knowledge, replaces)
    found: list[NewEntry] = []
    faults: list[str] = []
    try:
        for written in each_written(file):
            name = str(written["topics"][0]["entries"][0].get("id", ""))
            topic = topic_of(Added(name, "", "", "", "", (), written))
            faults += check_alone([topic], sources)
            (entry,) = topic.entries
            if strange := [other for other in entry.related if other not in knowledge.library.by_id]:
                faults.append(f"条目 {name} 的 related 里没有 {'、'.join(strange)} 这一条。")
            found.append(
                NewEntry(
                    "entry",
                    name,
                    entry.title,
                    topic.name,
                    topic.region,
                    entry.answer,
                    list(entry.asks),
                    written["topics"][0]["entries"][0].get("facts") or {},
                    [[clause.document, clause.clause] for clause in entry.sources],
                    written,
                    department or (topic.department.name if topic.department else ""),
                    person,
                    None,
                    replaces,
                )
            )
    except LibraryError as wrong:
        raise Refused(f"条目写得不对：{wrong}") from None
    if faults:
        raise Refused("和原文对不上：\n" + "\n".join(faults))
    if replaces and len(found) != 1:
        raise Refused(f"更正一条，文件里就写一条；{file.name} 里有 {len(found)} 条。")
    return found


def _replaced(knowledge: Knowledge, name: str) -> Entry | None:
    """The entry that is to be replaced."""
    if not name:
        return None
    entry = knowledge.library.by_id.get(name)
    if entry is None:
        raise Refused(f"知识库里没有 {name} 这一条。")
    if entry.id != name:
        raise Refused(f"{name} 已经被 {entry.id} 替换了。")
    return entry


def same_figures(knowledge: Knowledge, replaces: str) -> list[Entry]:
    """Neighbours of an entry that state one of its figures: where it changed they want a look."""
    entry = knowledge.library.by_id[replaces]
    shown = {fact.shown for fact in entry.facts if fact.unit not in NO_FIGURES}
    return [e for e in entry.topic.entries if e is not entry and shown & {fact.shown for fact in e.facts}]


# ------------------------------------------------------------------------------------------------------------ the gate


def gate(before: Knowledge, after: Knowledge, news: Sequence[Added], items: Sequence[Item] | None = None) -> None:
    """Refuse what makes a right answer wrong, or would not be found itself."""
    names = {one.entry for one in news}
    for fault in after.faults:
        if any(name in fault for name in names):
            raise Refused(fault)
    try:
        calculations.load(after.library)
    except LibraryError as wrong:
        raise Refused(
            f"有一道计算题要用被替换的条目：{wrong}请把新条目写全（同名的 fact），或请管程序的人改 calculations.yaml。"
        ) from None
    fresh = [after.library.by_id[name] for name in names]
    _is_found(after, fresh)
    asked = own_questions() if items is None else items
    then, now = rehearse(before, asked), rehearse(after, asked)
    gone = [before.library.by_id[name] for one in news for name in one.replaces if name in before.library.by_id]
    published = Published(after.library)
    turned = []
    for item, old, new in zip(asked, then, now, strict=True):
        if judge(item, old) or not (now_wrong := judge(item, new)):
            continue
        corrected = any(_relies_on(old, entry) for entry in gone) and _is_about(new, [*gone, *fresh])
        asked_for = not item.get("must") and any(
            entry.answer in new.text and published.answers(item["turns"][-1], entry) for entry in fresh
        )
        if not corrected and not asked_for:
            turned.append(f"{item.get('id')} {' / '.join(item['turns'])}：{'；'.join(now_wrong)}")
    if turned:
        raise Refused(
            f"没有发布：{len(turned)} 道原来答对的题会答错。请把问法写得更明确，或写明它替换哪一条（--correct）：\n"
            + "\n".join(turned)
        )


def _states(reply: Reply, entries: Sequence[Entry]) -> bool:
    return any(entry.answer in reply.text for entry in entries)


def _relies_on(reply: Reply, entry: Entry) -> bool:
    """Whether a reply states the entry, or one of its figures by its clause: a correction changes what is right."""
    if entry.answer in reply.text:
        return True
    cited = any(Clause(source.document, source.clause) in entry.sources for source in reply.sources)
    return cited and any(fact.shown in reply.text for fact in entry.facts)


def _is_about(reply: Reply, entries: Sequence[Entry]) -> bool:
    """Whether a reply still speaks of the matter of these entries."""
    sources = {source for entry in entries for other in entry.topic.entries for source in other.sources}
    return any(Clause(source.document, source.clause) in sources for source in reply.sources)


def _is_found(after: Knowledge, fresh: Sequence[Entry]) -> None:
    """Those who ask for it must find it: by its title, and by most of the questions written for it."""
    for entry in fresh:
        asks = list(dict.fromkeys((*entry.asks[:MOST_ASKS], entry.title)))
        replies = rehearse(after, [{"turns": [ask]} for ask in asks])
        missed = [ask for ask, answer in zip(asks, replies, strict=True) if not _states(answer, [entry])]
        if len(missed) * 2 > len(asks) or (asks and asks[0] in missed):
            raise Refused(
                f"没有发布：照这样问还是答不到“{entry.title}”：{'；'.join(missed[:5])}。请换更明确的问法（--ask）。"
            )


# ------------------------------------------------------------------------------------------------------------- publish


@dataclass(frozen=True)
class Told:
    """How many are told, and why: who asked, who waited for something new, who got an answer that is corrected."""

    entries: tuple[str, ...]
    asked: int
    wished: int
    corrected: int
    not_before: datetime


def publish(
    storage: Storage,
    knowledge: Knowledge,
    news: Sequence[NewEntry],
    *,
    questions: Collection[str],
    at: datetime,
    edition: int,
) -> Told:
    """Publish and put the messages into the outbox, in one transaction. `edition`: the number of the library that the
    gate saw; `knowledge`: that library, for the titles of what is replaced; `questions`: what is answered by it."""

    def job(records: Transaction) -> Told:
        names = [records.entries.publish(new, at) for new in news]
        if records.entries.version() != edition + len(news):
            raise Refused("别人刚刚也发布了条目，请再运行一次，好按新的知识库核对。")
        fresh = [topic_of(as_added(new, name)).entries[0] for new, name in zip(news, names, strict=True)]
        messages: dict[str, tuple[str, Reply]] = {}  # one for each member, the weightiest: why, and what
        got: list[tuple[str, str, datetime]] = []
        for new, entry in zip(news, fresh, strict=True):
            if new.replaces:
                title = knowledge.library.by_id[new.replaces].title
                for member in records.given.take(new.replaces, at - KEPT):
                    messages.setdefault(member, ("corrected", notices.corrected(title, entry)))
                    got.append((member, entry.id, at))
        for member, question in records.asked.take_askers(questions) if fresh else ():
            messages.setdefault(member, ("asked", notices.answered(question, fresh[0])))
            got.append((member, fresh[0].id, at))
        for new, entry in zip(news, fresh, strict=True):
            for member in records.wishes.fulfil(new.topic):
                messages.setdefault(member, ("wished", notices.news(new.topic, entry)))
                got.append((member, entry.id, at))
        records.asked.settle(questions, at)
        morning = notices.waking(at)
        for member, (_, message) in messages.items():
            records.outbox.put(member, as_data(message), at, not_before=morning, kind="library")
        records.given.note(got)
        why = Counter(reason for reason, _ in messages.values())
        return Told(tuple(names), why["asked"], why["wished"], why["corrected"], morning)

    return storage.run_now(job)


def correct_late(records: Transaction, at: datetime) -> int:
    """Who got the old answer while a correction was on its way is told too. How many."""
    told = 0
    for row in records.entries.published():
        for old in row.replaces:
            if old == row.entry:
                continue
            members = records.given.take(old, at - KEPT)
            (entry,) = topic_of(as_added(row)).entries
            for member in members:
                message = as_data(notices.corrected(row.title, entry))
                records.outbox.put(member, message, at, not_before=notices.waking(at), kind="library")
                told += 1
            records.given.note([(member, row.entry, at) for member in members])
    return told
