"""Added: what staff publish beside the files of this room, handed in as plain data (it is kept in storage).

    extend(library, added)  → the library with it, and a sentence for each that cannot be used

An entry of a document is written as docs/library.md says and read like any other. A 部门答复 is a department's word of
a day: its text is given as it stands, under the department's name, its source is 部门答复 with department and day, and
its figures are facts that a person confirmed. What it replaces is not found any more.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from knowledge.library import (
    REPLY,
    Clause,
    Department,
    Entry,
    Fact,
    Library,
    LibraryError,
    Period,
    Topic,
    read_written,
)
from knowledge.search import Likeness
from knowledge.words import normal

DOCUMENT = "部门答复"
BY_STAFF = "后来加的"  # in place of a file's name
ALIKE = 0.5  # likeness from which a question is one that an entry was written for
# What of a text is a figure that somebody must stand for: dates, numbers with what they count, in digits or words.
_UNIT = r"(?:万|亿)?(?:元|块钱|块|人|名|个百分点|个工作日|个月|个|家|户|次|天|日|年|月|周岁|岁|折|倍|小时|分钟|分|项|张|份|本|平方米|公里|届|期|级|%|％)?"
_FIGURE = re.compile(
    r"\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2}"
    rf"|\d[\d,，]*(?:\.\d+)?(?:[-—~至到]\d[\d,]*(?:\.\d+)?)?{_UNIT}"
    r"|[零一二两三四五六七八九十百千万半]+(?:万|亿)?(?:元|块钱|块|人|名|个人|个月|个工作日|周岁|岁|天|年|月|倍|成|折|次|户|家|%)"
)
_NO_FIGURE = re.compile(
    r"一次性|一次(?!\d)|一家人|第[一二三四五六七八九十]名?|一天到晚|万一|[一两]人一|十分(?!钟)|百分百|一年一度|一半"
)


@dataclass(frozen=True, slots=True)
class Added:
    """An entry of staff. `written`: of a document, as docs/library.md has it; empty: a 部门答复."""

    entry: str
    title: str
    topic: str
    region: str
    answer: str
    asks: tuple[str, ...]
    written: Mapping[str, Any] = field(default_factory=dict)
    department: str = ""
    day: date | None = None
    figures: tuple[str, ...] = ()
    facet: str = "other"
    replaces: tuple[str, ...] = ()


def figures(text: str) -> list[str]:
    """The figures of a text as they stand there, each once."""
    bare = _NO_FIGURE.sub(lambda match: " " * len(match[0]), text)
    return list(dict.fromkeys(match[0] for match in _FIGURE.finditer(bare)))


def shown(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def reply_source(department: str, day: date) -> Clause:
    """Where a 部门答复 stands."""
    return Clause(DOCUMENT, f"{department} {shown(day)}")


def reply_text(department: str, day: date, answer: str) -> str:
    return f"{department} {shown(day)}答复：{answer}"


def topic_of(added: Added) -> Topic:
    """The entry alone, with its topic. Raises LibraryError where it is wrong."""
    if added.written:
        topic = read_written(added.written, BY_STAFF)
        topic.entries[:] = [replace(entry, id=added.entry) for entry in topic.entries]
        return topic
    if added.day is None or not (added.department and added.answer.strip()):
        raise LibraryError("部门答复要有部门、日期和答复。")
    source = reply_source(added.department, added.day)
    topic = Topic(
        added.topic, (), ("worker",), DOCUMENT, added.region, (), REPLY, added.day.year,
        Period(added.day.isoformat(), None, shown(added.day)), Department(added.department, ""), file=DOCUMENT,
    )  # fmt: skip
    facts = tuple(_fact(number, figure, source) for number, figure in enumerate(added.figures, 1))
    text = reply_text(added.department, added.day, added.answer)
    topic.entries.append(
        Entry(added.entry, added.title, added.facet, False, text, added.asks, (), (source,), facts, topic)
    )
    return topic


def _fact(number: int, figure: str, source: Clause) -> Fact:
    match = re.match(r"[\d.,，\-—~至到]+", figure)
    digits = match[0] if match else figure
    return Fact(f"figure{number}", digits, figure.removeprefix(digits), "部门答复里核对过的数", figure, source)


def extend(library: Library, added: Sequence[Added]) -> tuple[Library, list[str]]:
    """The library with what was added, the oldest first; what cannot be used is left out with a sentence."""
    faults: list[str] = []
    topics = {topic: list(topic.entries) for topic in library.topics}
    replaced = dict(library.replaced)
    for one in added:
        try:
            topic = topic_of(one)
        except LibraryError as wrong:
            faults.append(f"后来加的条目 {one.entry} 用不了：{wrong}")
            continue
        gone = {name for name in one.replaces if name}
        names = {entry.id for entries in topics.values() for entry in entries} - gone
        if one.entry in names:
            faults.append(f"后来加的条目 {one.entry} 用不了：已经有一条叫这个名字。")
            continue
        before = [entry for entries in topics.values() for entry in entries if entry.id in gone]
        topics = {own: [entry for entry in entries if entry.id not in gone] for own, entries in topics.items()}
        replaced |= {name: one.entry for name in gone if name != one.entry}
        called = tuple(dict.fromkeys(word for t in topics if t.name == topic.name for word in t.called))
        if not one.written:
            topic = replace(topic, called=called, entries=topic.entries)
        topics.setdefault(topic, []).extend(_succeed(entry, before) for entry in topic.entries)
    return _together(topics, replaced), faults


def _succeed(entry: Entry, before: Sequence[Entry]) -> Entry:
    """The entry in the place of others: who asks as before finds it, and goes on as before."""
    asks = (ask for old in before for ask in (old.title, *old.asks))
    related = (name for old in before for name in old.related)
    return replace(
        entry,
        asks=tuple(dict.fromkeys((*entry.asks, *asks))),
        related=entry.related or tuple(dict.fromkeys(name for name in related if name != entry.id)),
    )


def _together(topics: Mapping[Topic, Iterable[Entry]], replaced: Mapping[str, str]) -> Library:
    """A library whose topics and entries know one another; topics without entries are gone."""
    whole: list[Topic] = []
    for topic, entries in topics.items():
        if not (entries := list(entries)):
            continue
        if entries == topic.entries and all(entry.topic is topic for entry in entries):
            whole.append(topic)
            continue
        own = replace(topic, entries=[])
        own.entries.extend(replace(entry, topic=own) for entry in entries)
        whole.append(own)
    known = {entry.id for topic in whole for entry in topic.entries} | set(replaced)
    for topic in whole:
        for number, entry in enumerate(topic.entries):
            if not known.issuperset(entry.related):
                topic.entries[number] = replace(entry, related=tuple(name for name in entry.related if name in known))
    return Library(tuple(whole), tuple(entry for topic in whole for entry in topic.entries), replaced)


class Published:
    """The entries that staff added, and how near a question comes to those they were written for."""

    def __init__(self, library: Library) -> None:
        added = [entry for entry in library.entries if entry.topic.file in {DOCUMENT, BY_STAFF}]
        self._group = {entry.id: number for number, entry in enumerate(added)}
        groups = [(entry.title, *entry.asks) for entry in added]
        usual = [ask for entry in library.entries for ask in entry.asks]  # tells a telling word from one that all use
        self._likeness = Likeness([*groups, usual]) if added else None

    def answers(self, written: str, entry: Entry) -> bool:
        """Whether this added entry was written for just this question."""
        if self._likeness is None or entry.id not in self._group:
            return False
        return bool(self._likeness.best(normal(written))[self._group[entry.id]] >= ALIKE)
