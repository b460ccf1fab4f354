"""The source check: every figure, date, name and period of the library found in the clause that it cites.

    check(library, sources)  → what is wrong, one sentence each, and how many places were looked at

What counts as found:
- A figure stands there with its unit right after it: in digits of either width or in Chinese numerals (一名), with 万
  counted out (2万元 is 20000元), as an end of a range (2000-5000元) or a member of a list (第二、三名). It is never
  found inside a longer figure, nor an ordinal (第一名) for a count, unless the answer says 第 too.
- A date stands there whole or apart: “2015年11月30日、2016年6月30日前”, “10月27日至31日”, “到2016年底”.
- A name stands there letter by letter; spaces, widths and quotation marks do not count. 市总工会 and 市总 are one body,
  and of a list “市总工会宣传教育部、经济技术和劳动保护部” each is 市总工会's.
- A calculated figure is right when each number of its formula is another figure of the entry, stands in the clause,
  turns units (1, 10, 100, 10000) or makes a year of months or quarters (12, 4). A lone number must be said to be an
  example (举例, 假设, 换算), round up a figure of the entry (往上取整), be the number of the cited clause, count what
  `of` names (数“甲、乙、丙” three of them; 数“盖章” as often as it stands there, # in it for any figure), or be seen in
  words that `of` names (见“十大”).
- A clause under `also` says the same in another document: at least one figure or name of the entry stands there too.
- A period's beginning may be the year of the document; an end with a period_note is counted, not read.
And the other way round: a figure of a clause that no entry holds is a fault too, so that a change in the document does
not hide behind the same figure elsewhere in the clause.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from knowledge.documents import CIRCLED, CLOSING, OPENING, Document, Part, canonical, find, plain
from knowledge.library import NAMES, Clause, Entry, Fact, Library, Topic, show

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_PLAIN = r"\d+(?:\.\d+)?"
_FIGURE = re.compile(
    r"(?<![\d.])(?P<arabic>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d])(?P<scale>[百千万亿]*)"
    r"|(?P<han>[零〇一二两三四五六七八九十百千万亿]+)"
)
_JOIN = re.compile(r"(元|年|月|日)?(-|—+|–|~|至|到|和|或|、)")
_MORE = ("多", "余", "几")
_FACTORS = {Decimal(n) for n in (1, 10, 100, 1000, 10000)}
_ASSUMED = ("举例", "假设", "换算")
_RANGE = re.compile(rf"({_PLAIN})[-—~]({_PLAIN})")
_MENTION = re.compile(
    r"(?:(?<!\d)(?P<y>\d{4})年(?:度|末|底)?)?(?:(?<!\d)(?P<m>\d{1,2})月(?:底|末|份)?)?(?:(?<!\d)(?P<d>\d{1,2})日)?"
)
_YEARS = re.compile(r"(?<!\d)(\d{4})(?:年?[-—~至到和、](\d{4}))+年")
_MEASURES = "个家名位"  # 40家 in one document, 40个 in the other
_CALENDAR = {12: "月", 4: "季", 52: "周"}
_SEEN = re.compile(r"见“([^”]+)”")
_COUNTED = re.compile(r"数“([^”]+)”")


class Date(NamedTuple):
    year: int | None
    month: int | None
    day: int | None


class Figure(NamedTuple):
    """A number in a text: its value (万 counted out), and what follows it, where the unit must stand."""

    value: Decimal
    after: str
    ordinal: bool
    more: bool


@dataclass
class _Round:
    """One walk over the library: where it is, what was looked at, what was wrong."""

    documents: dict[str, Document]
    where: str = ""
    faults: list[str] = field(default_factory=list)
    checked: int = 0

    def expect(self, right: bool, otherwise: str) -> None:
        self.checked += 1
        if not right:
            self.faults.append(f"{self.where}：{otherwise}")

    def part(self, cited: Clause, say: bool = False) -> Part | None:
        """The clause cited; where the document lacks it and `say`, that is a fault. A lacking document was said."""
        document = self.documents.get(canonical(cited.document))
        part = document.clause(cited.clause) if document else None
        if document and say:
            self.expect(part is not None, f"{document.number} 里没有“{cited.clause}”这一条。")
        return part


def check(library: Library, sources: Path) -> tuple[list[str], int]:
    """What is wrong between the library and the documents in `sources`, and how many places were checked."""
    documents = find(sources)
    walk = _Round(documents)
    cited = {canonical(clause.document) for entry in library.entries for clause in _cited(entry)}
    cited |= {canonical(topic.document) for topic in library.topics}
    walk.faults += [f"目录 {sources} 里没有 {number} 的原文。" for number in sorted(cited - documents.keys())]
    walk.faults += [f"{number}：{gap}" for number in sorted(cited & documents.keys()) for gap in documents[number].gaps]
    for topic in library.topics:
        walk.where = f"{topic.file}：题目 {topic.name}"
        _check_topic(topic, walk)
        for entry in topic.entries:
            walk.where = f"{topic.file}：条目 {entry.id}"
            _check_entry(entry, walk)
    for number in sorted(cited & documents.keys()):
        walk.where = number
        _check_unsaid(library, documents[number], walk)
    return walk.faults, walk.checked


def check_alone(topics: Iterable[Topic], sources: Path) -> list[str]:
    """What is wrong between entries that are to be added and the documents in `sources`. Other than `check` it does
    not ask whether the documents say more."""
    walk = _Round(find(sources))
    for topic in topics:
        cited = {canonical(topic.document)} | {canonical(c.document) for e in topic.entries for c in _cited(e)}
        walk.faults += [f"目录 {sources} 里没有 {number} 的原文。" for number in sorted(cited - walk.documents.keys())]
        walk.where = f"题目 {topic.name}"
        _check_topic(topic, walk)
        for entry in topic.entries:
            walk.where = f"条目 {entry.id}"
            _check_entry(entry, walk)
    return list(dict.fromkeys(walk.faults))


def _cited(entry: Entry) -> Iterator[Clause]:
    yield from entry.sources
    yield from (fact.source for fact in entry.facts)


def _check_topic(topic: Topic, walk: _Round) -> None:
    """Year, period and department."""
    period, number = topic.period, canonical(topic.document)
    if number not in walk.documents:
        return
    own_year = re.findall(r"\d{4}", number)[0]
    walk.expect(str(topic.year) == own_year, f"年份写成 {topic.year} 年，{number} 是 {own_year} 年的。")
    if period.clause and (part := walk.part(Clause(number, period.clause), say=True)):
        ends = [period.start] if period.start != own_year else []
        ends += [period.written_end] if period.written_end and not period.note else []
        for end in ends:
            walk.expect(_has_date(part.text, end), f"期限“{show(end, '日期')}”不在 {number} {period.clause} 里。")
    if topic.department and (part := walk.part(Clause(number, topic.department.clause), say=True)):
        name, clause = topic.department.name, topic.department.clause
        walk.expect(has_name(part.text, name), f"部门“{name}”不在 {number} {clause} 里。")


def _check_entry(entry: Entry, walk: _Round) -> None:
    for source in dict.fromkeys(_cited(entry)):
        walk.part(source, say=True)
    for fact in entry.facts:
        if (part := walk.part(fact.source)) is None:
            continue
        at = f"{canonical(fact.source.document)} {fact.source.clause}"
        if fact.working:
            unknown = "、".join(sorted(_unknown(fact, entry, part)))
            walk.expect(not unknown, f"{fact.name} 的算式 {fact.working} 里的 {unknown} 没有出处（{at}；{fact.of}）。")
        else:
            walk.expect(_stands(fact, entry, part.text), f"{fact.name}“{fact.shown}”不在 {at} 里（{fact.of}）。")
    same = [fact for fact in entry.facts if not fact.working and fact.source == entry.sources[0]]
    for also in entry.sources[1:]:
        if same and (part := walk.part(also)):
            stands = any(_stands(fact, entry, part.text, _MEASURES) for fact in same)
            at = f"{canonical(also.document)} {also.clause}"
            walk.expect(stands, f"also 所引的 {at} 里，条目的数字一个也没有。")


def _check_unsaid(library: Library, document: Document, walk: _Round) -> None:
    """The figures of a document's clauses that no entry has; cover, signature and the numbers of clauses aside."""
    said: dict[str, set[Decimal]] = {}
    for entry in library.entries:
        for fact in entry.facts:
            numbers = {Decimal(number) for number in re.findall(_PLAIN, fact.working or fact.number)}
            for clause in (fact.source, *entry.sources[1:]):
                part = document.clause(clause.clause) if canonical(clause.document) == document.number else None
                for below in part.walk() if part else ():
                    said.setdefault(below.path, set()).update(numbers)
    for part in document.walk():
        if part.path in (OPENING, CLOSING):
            continue
        own = part.text[: part.text.find(part.parts[0].text)] if part.parts else part.text
        text = re.sub(r"^\d{1,3}[.、]|附件\d+", "", _tidy(own))
        for figure in re.finditer(rf"(?<![\d.]){_PLAIN}", text):
            context = text[max(0, figure.start() - 8) : figure.end() + 4]
            known = Decimal(figure[0]) in said.get(part.path, set())
            walk.expect(known, f"{part.path} 里的 {figure[0]}（“…{context}…”）没有条目说到。")


def _stands(fact: Fact, entry: Entry, text: str, measures: str = "") -> bool:
    """Whether a fact stands in a clause's text; `measures` are measure words of which one may stand for another."""
    if fact.unit in measures:
        return any(has_figure(text, fact.number, measure) for measure in measures)
    if fact.unit in NAMES:
        return has_name(text, fact.number)
    if fact.unit == "日期":
        return _has_date(text, fact.number)
    if fact.unit == "日" and (match := re.fullmatch(r"(\d+)月(\d+)", fact.number)):
        return any(date[1:] == (int(match[1]), int(match[2])) for date in dates(text))
    if fact.unit == "月":
        return any(date.month == int(fact.number) for date in dates(text)) or has_figure(text, fact.number, "月")
    if fact.unit == "年" and len(fact.number) == 4:
        return _has_date(text, fact.number)
    return has_figure(text, fact.number, fact.unit, ordinal=f"第{fact.shown}" in entry.answer)


# ---------------------------------------------------------------------------------------------------------------- names


def has_name(text: str, name: str) -> bool:
    """Whether a name stands in a text; 市总 and 市总工会 are one, and heads a list of its departments."""
    text, name = _bare(text), _bare(name)
    if name in text:
        return True
    for body in ("省总", "市总"):
        text = text.replace(f"{body}工会", body)
        name = name.replace(f"{body}工会", body)
        if name in text:
            return True
        if name.startswith(body) and re.search(rf"{body}[^、，。；（）:]+、{re.escape(name[len(body) :])}", text):
            return True
    return False


def _bare(text: str) -> str:
    return re.sub(r"[\s“”‘’\"'《》*]+", "", plain(text)).replace("(", "（").replace(")", "）")


# ------------------------------------------------------------------------------------------------------------ figures


@cache
def _figures(text: str) -> tuple[Figure, ...]:
    """Every number of a text with what follows it. A number without a unit of its own takes that of the next in its
    list or range: 2000-5000元, 第二、三名."""
    text = _tidy(text)
    found = list(_FIGURE.finditer(text))
    figures: list[Figure] = []
    for i, match in enumerate(found):
        value, scale = _read(match)
        ordinal = text[: match.start()].endswith("第")
        figures.append(_figure(value * scale, text[match.end() :], ordinal))
        last = match
        for after in found[i + 1 :]:  # what the list or range after it lends
            if (join := _JOIN.fullmatch(text[last.end() : after.start()])) is None:
                break
            _, other = _read(after)
            rest = text[after.end() :]
            figures.append(_figure(value * scale, rest, ordinal))
            if scale == 1 and other != 1 and not join[1]:
                figures.append(_figure(value * other, rest, ordinal))
            last = after
        before = found[i - 1] if i else None
        listed = before and text[before.end() : match.start()] in ("、", "和", "至")
        if before and listed and text[: before.start()].endswith("第"):
            figures[-1] = figures[-1]._replace(ordinal=True)
    return tuple(figures)


def _figure(value: Decimal, rest: str, ordinal: bool) -> Figure:
    more = rest.startswith(_MORE)
    rest = rest[1:] if more else rest
    if more and rest[:1] in ("万", "亿"):  # 360多万人
        return Figure(value * _SCALES[rest[0]], rest[1:81], ordinal, True)
    return Figure(value, rest[:80], ordinal, more)


def _read(match: re.Match[str]) -> tuple[Decimal, Decimal]:
    """Value and scale of a number: 2.5万 → 2.5, 10000; 三千 → 3000, 1."""
    if match["arabic"]:
        scale = math.prod(_SCALES[c] for c in match["scale"])
        return Decimal(match["arabic"].replace(",", "")), Decimal(scale)
    return Decimal(_han(match["han"])), Decimal(1)


def _han(written: str) -> int:
    """The value of Chinese numerals: 十二 12, 两百 200, 一百零五 105, 二〇一五 2015."""
    if not any(c in _SCALES for c in written):
        return int("".join(str(_DIGITS[c]) for c in written))
    total = section = digit = 0
    for c in written:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif _SCALES[c] < 10**4:
            section, digit = section + (digit or 1) * _SCALES[c], 0
        else:
            total, section, digit = total + (section + digit or 1) * _SCALES[c], 0, 0
    return total + section + digit


def _tidy(text: str) -> str:
    """A text without spaces, in half width; circled numbers are no numbers, nor are the marks （1） and （一）."""
    text = "".join("；" if c in CIRCLED else c for c in plain(text))
    text = re.sub(r"(?<=\d)\s+(?=\d)", "；", text)
    text = re.sub(r"\s+", "", text)
    return re.sub(r"\((\d{1,2}|[一二三四五六七八九十]+)\)", "；", text)


def has_figure(text: str, number: str, unit: str, ordinal: bool = False) -> bool:
    """Whether a number with its unit stands in a text."""
    if match := _RANGE.fullmatch(number):
        return has_figure(text, match[1], unit) and has_figure(text, match[2], unit) and _ranges(text, match, unit)
    if not re.fullmatch(_PLAIN, number):
        return _bare(number + unit) in _bare(text)
    more = unit.startswith(_MORE)
    unit = unit[1:] if more else unit
    scale = Decimal(1)
    while unit[:1] in ("万", "亿"):
        scale, unit = scale * _SCALES[unit[0]], unit[1:]
    if unit.startswith(_MORE):
        more, unit = True, unit[1:]
    wanted = Decimal(number) * scale
    return any(
        figure.value == wanted
        and figure.more == more
        and _unit_follows(figure.after, unit)
        and (ordinal or not figure.ordinal or unit == "届")
        for figure in _figures(text)
    )


def _unit_follows(after: str, unit: str) -> bool:
    """The unit right after the number; 六部门 for 6个部门, but 一次性 is no 一次."""
    unit = plain(unit)
    if after.startswith(unit):
        return not (unit == "次" and after.startswith("次性"))
    return len(unit) > 1 and unit[0] == "个" and after.startswith(unit[1:])


def _ranges(text: str, match: re.Match[str], unit: str) -> bool:
    """Whether both ends stand there as one range, whatever its sign."""
    scaled = re.sub(r"^[万亿]+", "", plain(unit))
    between = rf"(?:[万亿])?(?:{re.escape(scaled)})?(?:-|—+|–|~|至|到|或)"
    both = rf"(?<![\d.]){re.escape(match[1])}{between}{re.escape(match[2])}(?![\d.])"
    return re.search(both, _tidy(text)) is not None


def _unknown(fact: Fact, entry: Entry, part: Part) -> set[str]:
    """The numbers of a formula that come from nowhere. A lone number is no calculation: it must say why it holds."""
    if any(word in fact.of for word in _ASSUMED):
        return set()
    known = _counts(fact, part)
    others = [other for other in entry.facts if other.name != fact.name]
    if "往上取整" in fact.of:
        known |= {Decimal(math.ceil(Decimal(other.number))) for other in others if other.working}
    if last := re.search(r"\d+$", part.path):
        known.add(Decimal(last[0]))
    if not re.fullmatch(r"[\d.]+", fact.working):
        known |= _FACTORS | {figure.value for figure in _figures(part.text)}
        known |= {Decimal(times) for times, each in _CALENDAR.items() if each in part.text and "年" in fact.of}
        for other in others:
            known |= {Decimal(number) for number in re.findall(_PLAIN, other.number)}
    return {number for number in re.findall(_PLAIN, fact.working) if Decimal(number) not in known}


def _counts(fact: Fact, part: Part) -> set[Decimal]:
    """What `of` counts: the names in 数“甲、乙” that stand in the clause, how often 数“盖章” stands there; or where it
    is seen: 见“十大”."""
    text, counts = _bare(part.text), set()
    for counted in _COUNTED.findall(fact.of):
        names = [_bare(name) for name in counted.split("、")]
        if len(names) > 1:
            counts.add(Decimal(sum(name in text for name in names)))
        else:
            pattern = re.escape(names[0]).replace(r"\#", _PLAIN)
            counts.add(Decimal(len(re.findall(pattern, text))))
    for seen in _SEEN.findall(fact.of):
        if _bare(seen) in text:
            counts |= {figure.value for figure in _figures(seen)}
    return counts


# -------------------------------------------------------------------------------------------------------------- dates


@cache
def dates(text: str) -> frozenset[Date]:
    """Every date of a text. Within a sentence a month takes the year before it, a day the month before it."""
    found: set[Date] = set()
    for sentence in re.split(r"[。；;]", _tidy(text)):
        year = month = None
        for match in _YEARS.finditer(sentence):
            found |= {Date(int(one), None, None) for one in re.findall(r"\d{4}", match[0])}
        for match in _MENTION.finditer(sentence):
            y, m, d = (int(match[part]) if match[part] else None for part in "ymd")
            if y is None and m is None and d is None:
                continue
            if y is not None:
                year, month = y, None
                if "底" in match[0] or "末" in match[0]:
                    found.add(Date(y, m or 12, None))
            month = m if m is not None else month
            found.add(Date(y, m, d))
            found.add(Date(year, month, d))
    return frozenset(found)


def _has_date(text: str, iso: str) -> bool:
    """Whether a year, a month or a day (2015, 2015-11, 2015-11-30) stands in a text."""
    wanted = [int(part) for part in iso.split("-")]
    return any(list(date[: len(wanted)]) == wanted for date in dates(text))
