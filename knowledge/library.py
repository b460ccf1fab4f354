"""The library: entries in plain words, every figure a named fact with its document and clause.

Reads `knowledge/benefits/*.yaml` (format: docs/library.md) into frozen Topics and Entries whose answers are filled in.
Says with file, entry and reason what is wrong in an entry (LibraryError). Whether a figure stands in its clause is
not decided here: knowledge/check.py opens the documents.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

BENEFITS = Path(__file__).parent / "benefits"
ASKS = Path(__file__).parent / "asks"  # more ways of asking, entry by entry, beside those in the entry itself
FACETS = ("sum", "who", "how", "when", "papers", "where", "target", "standard", "what", "count", "other")
LEVELS = ("city", "province", "report")
REPLY = "reply"  # the level of what a department answered (knowledge/added.py); no file has it
NAMES = {"部门", "名称", "人名"}  # units of facts that are names, not figures
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}")


class LibraryError(ValueError):
    """An entry that cannot be used; the sentence says file, entry and why."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Where something stands: document number and clause (docs/library.md says how clauses are written)."""

    document: str
    clause: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure, date or name: `shown` as in answers, `number` as written down, `of` what it is and whose.

    `working` is the calculation for a figure that stands in no clause but follows from others.
    """

    name: str
    number: str
    unit: str
    of: str
    shown: str
    source: Clause
    working: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """The time a measure is written for. `end` None: the document does not say until when."""

    start: str
    end: date | None
    shown: str
    clause: str = ""
    note: str = ""
    written_end: str = ""

    def has_passed(self, today: date) -> bool:
        return self.end is not None and self.end < today


@dataclass(frozen=True, slots=True)
class Department:
    name: str
    clause: str


@dataclass(frozen=True)
class Topic:
    """One matter people ask about; its entries are its sides."""

    name: str
    called: tuple[str, ...]
    audience: tuple[str, ...]
    document: str
    region: str
    also_regions: tuple[str, ...]
    level: str
    year: int
    period: Period
    department: Department | None
    entries: list["Entry"] = field(default_factory=list, compare=False, repr=False)
    file: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True)
class Entry:
    """One side of a topic: the answer to one thing people ask, facts filled in."""

    id: str
    title: str
    facet: str
    silent: bool
    answer: str
    asks: tuple[str, ...]
    related: tuple[str, ...]
    sources: tuple[Clause, ...]
    facts: tuple[Fact, ...]
    topic: Topic = field(compare=False, repr=False)

    def __hash__(self) -> int:
        return hash(self.id)

    @cached_property
    def document(self) -> str:
        return self.sources[0].document


@dataclass(frozen=True)
class Library:
    """All entries, those of a topic side by side. `replaced`: entries that are no more → what took their place."""

    topics: tuple[Topic, ...]
    entries: tuple[Entry, ...]
    replaced: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        """Entries by name; who still knows the name of a replaced one gets its successor."""
        own = {entry.id: entry for entry in self.entries}
        return {old: own[new] for old, new in self.replaced.items() if new in own} | own

    @cached_property
    def by_source(self) -> Mapping[Clause, tuple[Entry, ...]]:
        found: dict[Clause, list[Entry]] = {}
        for entry in self.entries:
            for source in entry.sources:
                found.setdefault(source, []).append(entry)
        return {source: tuple(entries) for source, entries in found.items()}

    @cached_property
    def stated(self) -> Callable[[str, tuple[Clause, ...]], frozenset[str]]:
        """The entries (by id) of some clauses whose answers stand in a text; found once for a reply given often."""

        @lru_cache(4096)
        def find(text: str, clauses: tuple[Clause, ...]) -> frozenset[str]:
            near = (entry for clause in clauses for entry in self.by_source.get(clause, ()))
            return frozenset(entry.id for entry in near if entry.answer in text)

        return find

    @cached_property
    def regions(self) -> frozenset[str]:
        """Every place that has an entry of its own."""
        return frozenset(r for t in self.topics for r in (t.region, *t.also_regions))


def load(paths: Iterable[Path] | None = None) -> Library:
    """Read the library. Raises LibraryError with one sentence for the first entry that is wrong."""
    asks = _more_asks() if paths is None else {}
    topics: list[Topic] = []
    for path in sorted(paths if paths is not None else BENEFITS.glob("*.yaml")):
        topics += _read_file(path, asks)
    if strange := set(asks) - {entry.id for topic in topics for entry in topic.entries}:
        raise LibraryError(f"asks/ 里的 {'、'.join(sorted(strange))} 不是知识库的条目。")
    entries = tuple(entry for topic in topics for entry in topic.entries)
    seen: dict[str, Entry] = {}
    for entry in entries:
        if entry.id in seen:
            raise LibraryError(f"条目 {entry.id} 出现了两次。")
        seen[entry.id] = entry
    for entry in entries:
        for other in entry.related:
            if other not in seen:
                raise LibraryError(f"条目 {entry.id} 的 related 里没有 {other} 这一条。")
    return Library(tuple(topics), entries)


def _more_asks() -> dict[str, tuple[str, ...]]:
    more: dict[str, tuple[str, ...]] = {}
    for path in sorted(ASKS.glob("*.yaml")):
        try:
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
            more |= {name: tuple(str(ask) for ask in asks) for name, asks in (data or {}).items()}
        except (yaml.YAMLError, AttributeError, TypeError) as wrong:
            raise LibraryError(f"asks/{path.name} 写得不对：{wrong}") from None
    return more


def _read_file(path: Path, asks: Mapping[str, tuple[str, ...]]) -> list[Topic]:
    data = _parse(path)
    try:
        return [_topic(data, raw, asks, path.name) for raw in data["topics"]]
    except LibraryError as wrong:
        raise LibraryError(f"{path.name}：{wrong}") from None
    except (KeyError, TypeError) as wrong:
        raise LibraryError(f"{path.name} 缺少 {wrong}。") from None


def _parse(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise LibraryError(f"{path.name} 不是正确的 YAML：{wrong}") from None
    except OSError as wrong:
        raise LibraryError(f"打不开 {path}：{wrong.strerror}。") from None


def each_written(path: Path) -> list[dict[str, Any]]:
    """The entries of a file, each alone with its topic, as docs/library.md writes them: plain data to be kept."""
    data = _parse(path)
    try:
        return [
            data | {"topics": [topic | {"entries": [entry]}]} for topic in data["topics"] for entry in topic["entries"]
        ]
    except (KeyError, TypeError) as wrong:
        raise LibraryError(f"{path.name} 缺少 {wrong}。") from None


def read_written(written: Mapping[str, Any], file: str) -> Topic:
    """The topic of an entry that stands alone (each_written)."""
    try:
        return _topic(written, written["topics"][0], {}, file)
    except (KeyError, TypeError, ValueError) as wrong:
        if isinstance(wrong, LibraryError):
            raise
        raise LibraryError(f"{file} 缺少 {wrong}。") from None


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader without dates: 2015-11-30 stays as it is written."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _topic(data: Mapping[str, Any], raw: Mapping[str, Any], asks: Mapping[str, tuple[str, ...]], file: str) -> Topic:
    name = raw["topic"]
    document = raw.get("document", data["document"])
    level = raw.get("level", data["level"])
    if level not in LEVELS:
        raise LibraryError(f"题目“{name}”的 level 写成了 {level}。")
    department = raw.get("department")
    year = int(raw.get("year", data["year"]))
    topic = Topic(
        name,
        tuple(str(word) for word in raw.get("called", ())),
        tuple(raw.get("audience", ("worker",))),
        document,
        raw.get("region", data["region"]),
        tuple(raw.get("also_region", data.get("also_region", ()))),
        level,
        year,
        _period(raw.get("period") or {}, raw.get("period_note", ""), year),
        Department(department["name"], str(department["clause"])) if department else None,
        file=file,
    )
    for item in raw["entries"]:
        try:
            topic.entries.append(_entry(topic, item, asks.get(item.get("id", ""), ())))
        except LibraryError as wrong:
            raise LibraryError(f"条目 {item.get('id')}：{wrong}") from None
        except (KeyError, TypeError, ValueError) as wrong:
            raise LibraryError(f"条目 {item.get('id')} 写得不对：{wrong!r}。") from None
    return topic


def _entry(topic: Topic, raw: Mapping[str, Any], more: tuple[str, ...]) -> Entry:
    main = Clause(raw.get("document", topic.document), str(raw["clause"]))
    also = tuple(Clause(a["document"], str(a["clause"])) for a in raw.get("also", ()))
    facts = _facts(raw.get("facts") or {}, main)
    if raw["facet"] not in FACETS:
        raise LibraryError(f"没有 {raw['facet']} 这种 facet。")
    return Entry(
        raw["id"],
        raw["title"],
        raw["facet"],
        bool(raw.get("silent", False)),
        _fill(raw["answer"], facts),
        (*(str(ask) for ask in raw["asks"]), *more),
        tuple(raw.get("related", ())),
        (main, *also),
        tuple(facts.values()),
        topic,
    )


def _fill(answer: str, facts: Mapping[str, Fact]) -> str:
    """The answer with its facts filled in. A figure typed by hand is refused: it would stand in no clause."""
    bare = _PLACEHOLDER.sub("", answer)
    if digit := re.search(r"\d+", bare):
        raise LibraryError(f"答案里直接写了数字“{digit[0]}”，要写成 fact。")
    missing = [name for name in _PLACEHOLDER.findall(answer) if name not in facts]
    if missing:
        raise LibraryError(f"答案用了没有写的 fact：{'、'.join(missing)}。")
    return _PLACEHOLDER.sub(lambda match: facts[match[1]].shown, answer).strip()


def _facts(raw: Mapping[str, Any], main: Clause) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for name, value in raw.items():
        if isinstance(value, Mapping):
            number, unit, of = value["number"], value["unit"], value["of"]
            source = Clause(value.get("document", main.document), str(value.get("clause", main.clause)))
        else:
            number, unit, of = value
            source = main
        written, unit = str(number), str(unit)
        if written.startswith("="):
            result = _calculate(written[1:], facts)
            working = _PLACE.sub(lambda m: facts[m[0]].number if m[0] in facts else m[0], written[1:])
            facts[name] = Fact(name, _plain(result), unit, of, _plain(result) + unit, source, working)
        else:
            facts[name] = Fact(name, written, unit, of, show(written, unit), source)
    return facts


def show(number: str, unit: str) -> str:
    """A figure with its unit as people read it: 3000元, 2015年11月30日, 市总工会保障部."""
    if unit in NAMES:
        return number
    if unit == "日期":
        parts = [int(part) for part in number.split("-")]
        return "".join(f"{part}{word}" for part, word in zip(parts, "年月日", strict=False))
    return f"{number}{unit}"


_PLACE = re.compile(r"[A-Za-z_]\w*")
_OPERATORS: Mapping[type[ast.operator], Any] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


def _calculate(formula: str, facts: Mapping[str, Fact]) -> Decimal:
    """The value of a formula of + - * / over numbers and the names of earlier facts."""

    def value(node: ast.expr) -> Decimal:
        match node:
            case ast.Constant(value=int() | float() as number):
                return Decimal(str(number))
            case ast.Name(id=name) if name in facts:
                return Decimal(re.sub(r"[^\d.]", "", facts[name].number))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                result: Decimal = _OPERATORS[type(op)](value(left), value(right))
                return result
            case _:
                raise LibraryError(f"算式“{formula}”只能用加减乘除、数和前面的 fact。")

    return value(ast.parse(formula, mode="eval").body)


def _plain(value: Decimal) -> str:
    """A calculated value without needless zeros, at most two places."""
    rounded = round(value, 2)
    return f"{rounded.normalize():f}" if rounded != rounded.to_integral() else str(int(rounded))


def _period(raw: Mapping[str, Any], note: str, year: int) -> Period:
    start = str(raw.get("from", year))
    if "to" not in raw:
        return Period(start, None, show(start, "日期"), str(raw.get("clause", "")), note)
    end = str(raw["to"])
    shown = show(start, "日期") if start == end else f"{show(start, '日期')}到{show(end, '日期')}"
    return Period(start, _last_day(end), shown, str(raw.get("clause", "")), note, end)


def _last_day(written: str) -> date:
    """The last day of a year, month or day written 2016, 2016-06 or 2016-06-30."""
    parts = [int(part) for part in written.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    if len(parts) > 2:
        return date(year, month, parts[2])
    return date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)
