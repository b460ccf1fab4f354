"""Calculations: what the documents make of a figure that the asker names, as data.

`calculations.yaml` says which matter a calculation belongs to, what must stand in the question, what figure of the
asker's it needs and which facts of the library it works with. Read here into frozen values with every fact looked up
(LibraryError where one is missing, a figure is typed by hand or a pattern is wrong). Reading the asker's figure and
working it out is bot/calculations.py's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge.library import REPLY, Clause, Entry, Fact, Library, LibraryError

FILE = Path(__file__).parent / "calculations.yaml"
Kind = Literal["times", "tiers", "share", "score", "sum"]
Pattern = re.Pattern[str]
SCALES = {"万": 10_000, "亿": 100_000_000}
_NAME = re.compile(r"<(\w+)>")
_FILLED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Amount:
    """A fact as a number: 2000-5000元 has two ends, 1.5万元 is 15000 of 元."""

    low: Decimal
    high: Decimal
    unit: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Reading:
    """How a figure of the asker's is recognised: what follows the number, and what stands right before it."""

    units: Pattern
    before: Pattern | None
    money: bool


@dataclass(frozen=True, slots=True)
class Term:
    """One thing counted: the words that name it, what one of it brings, and how it is called in the answer."""

    named: Pattern | None
    each: Amount
    what: str


@dataclass(frozen=True, slots=True)
class By:
    """A second figure that multiplies, where it is named: so many times, so many years (of `per` times each)."""

    figure: str
    unit: str
    per: Amount | None


@dataclass(frozen=True, slots=True)
class Tier:
    """What follows from a figure that reaches `at` (`over`: that lies above it); `answer` may use {n} and {short}, what
    is lacking to the next tier. No answer: the documents do not say, and nothing is worked out. `brief` is for an
    about-number that lies on both sides of a threshold."""

    at: Amount | None
    over: bool
    answer: str
    brief: str


@dataclass(frozen=True, slots=True)
class Part:
    """Something that counts: an addition that applies where `named` is said (or always), or a part of a score, missing
    where it is named with a word of lack or in words of its own (`lacking`); `whole`: a whole section of it."""

    named: Pattern | None
    lacking: Pattern | None
    amount: Amount
    what: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Calculation:
    """One calculation. `about` stands in the question unless the talk is on one of `topics`; `also` stands there
    anyway; `never` does not. `unplaced`: it may be given where no place is named and home has none."""

    id: str
    kind: Kind
    entry: Entry
    topics: frozenset[str]
    about: tuple[Pattern, ...]
    also: tuple[Pattern, ...]
    never: tuple[Pattern, ...]
    wants: Pattern
    unplaced: bool
    figures: Mapping[str, tuple[Reading, ...]]
    unit: str
    facts: Mapping[str, Amount]
    answer: str
    either: str
    terms: tuple[Term, ...]
    by: tuple[By, ...]
    most: Amount | None
    tiers: tuple[Tier, ...]
    shares: Mapping[str, tuple[Amount, ...]]
    rounding: Literal["up", "down", ""]
    parts: tuple[Part, ...]

    @property
    def sources(self) -> tuple[Clause, ...]:
        """The entry's clauses, then those of other facts that the calculation uses."""
        others = [amount.fact.source for amount in self.facts.values()]
        return tuple(dict.fromkeys([*self.entry.sources, *others]))


@dataclass(frozen=True, slots=True)
class Calculations:
    """All of them, and what holds for every question: `amount` asks outright for a sum, `aside` for something else
    (when, where, which papers)."""

    all: tuple[Calculation, ...]
    amount: Pattern
    aside: Pattern


def load(library: Library, path: Path = FILE) -> Calculations:
    """Read the calculations of a library."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    reader = _Reader(library, data["words"], data["never"])
    return Calculations(
        tuple(calculation for raw in data["calculations"] if (calculation := reader.unless_gone(raw)) is not None),
        reader.pattern(data["amount"]),
        reader.pattern(data["aside"]),
    )


class _Gone(Exception):
    """A calculation needs a figure that was replaced."""


class _Reader:
    """Reads calculations with the words that they share."""

    def __init__(self, library: Library, words: Mapping[str, str], never: Mapping[str, str]) -> None:
        self._library, self._words, self._never = library, words, never
        self._id = ""

    def unless_gone(self, raw: Mapping[str, Any]) -> Calculation | None:
        """The calculation, or None where staff replaced a figure of it by a word that has it no more."""
        try:
            return self.calculation(raw)
        except _Gone:
            return None

    def calculation(self, raw: Mapping[str, Any]) -> Calculation:
        self._id = str(raw["id"])
        entry, kind = self._entry(raw["entry"]), raw["kind"]
        facts = {name: self._amount(reference) for name, reference in (raw.get("facts") or {}).items()}
        shares = {name: tuple(facts[fact] for fact in names) for name, names in raw.get("shares", {}).items()}
        never = [self._never["always"], self._never.get(kind, ""), raw.get("never", "")]
        known = {*facts, *shares, "n", "short", "place", "result", "whose", "working", "alternatives"}
        return Calculation(
            id=self._id,
            kind=kind,
            entry=entry,
            topics=frozenset([entry.topic.name, *raw.get("topics", ())]),
            about=tuple(self.pattern(word) for word in raw["about"]),
            also=tuple(self.pattern(word) for word in raw.get("also", ())),
            never=tuple(self.pattern(word) for word in never if word),
            wants=self.pattern(raw["wants"]),
            unplaced=bool(raw.get("unplaced", False)),
            figures={name: tuple(map(self._reading, readings)) for name, readings in raw.get("figures", {}).items()},
            unit=raw.get("unit", ""),
            facts=facts,
            answer=self._template(raw.get("answer", ""), known),
            either=self._template(raw.get("either", ""), known),
            terms=tuple(Term(self._maybe(t.get("named")), facts[t["fact"]], t["what"]) for t in raw.get("terms", ())),
            by=tuple(By(b["figure"], b["unit"], facts[b["per"]] if "per" in b else None) for b in raw.get("by", ())),
            most=facts[raw["most"]] if "most" in raw else None,
            tiers=tuple(
                Tier(
                    facts[t["at"]] if "at" in t else None,
                    bool(t.get("over")),
                    self._template(t["answer"], known),
                    self._template(t.get("brief", ""), known),
                )
                for t in raw.get("tiers", ())
            ),
            shares=shares,
            rounding=raw.get("rounding", ""),
            parts=tuple(
                Part(
                    self._maybe(p.get("named")),
                    self._maybe(p.get("lacking")),
                    facts[p["fact"]],
                    p["what"],
                    bool(p.get("whole")),
                )
                for p in raw.get("parts", ())
            ),
        )

    def pattern(self, written: str) -> Pattern:
        """A pattern in which <name> stands for a shared list of words."""
        try:
            return re.compile(_NAME.sub(lambda match: f"(?:{self._words[match[1]]})", written))
        except (KeyError, re.error) as wrong:
            raise LibraryError(f"算法 {self._id} 的“{written}”写得不对：{wrong}。") from None

    def _maybe(self, written: str | None) -> Pattern | None:
        return self.pattern(written) if written else None

    def _reading(self, raw: Mapping[str, Any]) -> Reading:
        return Reading(self.pattern(raw.get("units", "")), self._before(raw), bool(raw.get("money", False)))

    def _before(self, raw: Mapping[str, Any]) -> Pattern | None:
        return self.pattern(f"(?:{raw['before']})$") if "before" in raw else None

    def _template(self, written: str, known: set[str]) -> str:
        """A sentence whose figures are all filled in; one typed by hand would stand in no clause."""
        if digit := re.search(r"\d", _FILLED.sub("", written)):
            raise LibraryError(f"算法 {self._id} 的话里直接写了数字“{digit[0]}”，要写成 fact。")
        if missing := set(_FILLED.findall(written)) - known:
            raise LibraryError(f"算法 {self._id} 的话用了没有写的 fact：{'、'.join(sorted(missing))}。")
        return written

    def _entry(self, name: str) -> Entry:
        if name not in self._library.by_id:
            raise LibraryError(f"算法 {self._id} 指的条目 {name} 不在库里。")
        entry = self._library.by_id[name]
        if entry.id != name and entry.topic.level == REPLY:
            raise _Gone
        return entry

    def _amount(self, reference: str) -> Amount:
        name, _, fact_name = reference.partition(".")
        for fact in self._entry(name).facts:
            if fact.name == fact_name:
                return amount(fact)
        if name in self._library.replaced:
            raise _Gone
        raise LibraryError(f"算法 {self._id} 指的 {reference} 不在库里。")


def amount(fact: Fact) -> Amount:
    """A fact as a number of its bare unit. Dates and names are nought: they are only shown."""
    unit, scale = fact.unit, 1
    if unit[:1] in SCALES:
        unit, scale = unit[1:], SCALES[unit[0]]
    ends = [Decimal(part) for part in fact.number.split("-")] if re.fullmatch(r"[\d.]+(-[\d.]+)?", fact.number) else []
    if not ends:
        return Amount(Decimal(0), Decimal(0), unit, fact)
    return Amount(ends[0] * scale, ends[-1] * scale, unit, fact)
