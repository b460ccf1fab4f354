"""Calculations: somebody names a figure of his own and hears what the documents make of it, with the working shown.

    工会主席  我们区建了3个市级文化广场，一共能补多少
    机器人   补4.5万元，是给这3个市级职工文化广场的项目补助，不发给个人。3个×1.5万元＝4.5万元。

`work_out` answers only when the matter, the figure and what is asked are all clear; otherwise it says None and the
ordinary search goes on. A figure out of a document (那5000块, 2015年, 300人以上) is nobody's own. Every figure of an
answer is the asker's, a fact of the library, or a result whose working stands beside it. What can be worked out is
data: knowledge/calculations.yaml.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from itertools import pairwise

from bot.reading import numbers
from knowledge import Clause, Entry, Knowledge, Library
from knowledge.calculations import SCALES, Amount, Calculation, Calculations, Part, Reading, Term, Tier, load
from knowledge.words import normal

# Without a number, a missing part or an added child there is nothing to work out.
_MAY_COUNT = re.compile(r"[\d０-９一二三四五六七八九十百千万两俩仨几双龙]|没|缺|少|无|差|都|追加|孩子|姑娘|闺女|儿子")
MOST = Decimal(10) ** 12  # beyond this a figure is a slip of the finger
_FUSED = {"双胞胎": 2, "龙凤胎": 2, "三胞胎": 3}
_SCALES = {"百": 100, "千": 1000, **SCALES}
_FOUND = re.compile(f"(?P<fused>{'|'.join(_FUSED)})|{numbers.NUMBER}")
_ROW = re.compile(r"[一二三四五六七八九两]{2}(?![一二三四五六七八九两])")
_RANGE = {"到", "至", "-", "~", "—", "–"}
_JOINED = re.compile(r"(?:[和跟与及、,，]|还有)*")
_LACK_BEFORE = re.compile(r"(?:没|缺|少|无|差)(?:有|了|个|少|挂|设|配|搞|做|开展|弄|把|过)*$")
_LACK_AFTER = re.compile(r"(?:还|也|都|全|就|啥的)*(?:没|缺|未|空|零分|0分)")
_HELD = re.compile(r"(?:有|挂了|设了|做了|搞了)$")
_HELD_AFTER = re.compile(r"(?:都|也|全)*(?:有|齐|挂|够)")
# Words that make a figure the document's: 300人以上, 不到10人, 每5个, 第三名.
_DOCUMENT_BEFORE = re.compile(
    r"(?:第|每|不到|不足|不满|没到|未满|超过|超|满|至少|最少|最多|最高|起码|不低于|低于|高于|大于|小于|几|数|差)$"
)
_DOCUMENT_AFTER = re.compile(
    r".{0,1}?(?:[及或]?以上|以下|以内|之内|封顶|起步|起评|的?(?:那一?)?档|的?那一?(?:条|线)|的(?:线|标准))"
)
# 一个补多少, 我一个人: no count.
_ONE_BEFORE = re.compile(r"(?:我|自己|本人|就|这|那|哪|每|另|上|下|同|再|第)$")
_ONE_AFTER = re.compile(r"(?:能|就|是|站|广场|书屋)?(?:补|给|奖|多少|拿|多钱)")
_DOCUMENT_MONEY_BEFORE = re.compile(r"(?:那|这|那个|这个|说的|写的|给的|补的|奖|补|给|发|还是)$")
_DOCUMENT_MONEY_AFTER = re.compile(
    r"(?:元|块钱|块|钱)?的?(?:那个|这个|那档|那种|那一档|那块|补助|补贴|奖励|扶持|救助|经费|图书|贷款)"
)
_ABOUT_BEFORE = re.compile(r"(?:大概|差不多|大约|(?<!节)约|将近|接近|近|快|小|估计)$")
_ABOUT_AFTER = re.compile(r".{0,2}?(?:左右|上下)")
_PAIR = re.compile(r"(?:我们|你们|他们|咱|夫妻|夫妇|两口|娘|爷|哥|姐妹|兄弟|人家)$")
_COUNTERS = re.compile(r"[人名张个户条家本册件位次份辆台字分岁年月天级号楼度米吨斤]")


@dataclass(frozen=True, slots=True)
class Working:
    """What was worked out. `answer` gives the result and for whom in its first sentence, then the working; `entry` is
    the rule that it rests on (its region and period hold), `sources` every clause that gave a figure."""

    answer: str
    entry: Entry
    sources: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the asker's. `value` is what he named; what he may have meant lies between `low` and `high`.
    `is_range`: he named both ends (七八个), and both are worked with."""

    value: Decimal
    low: Decimal
    high: Decimal
    said: str
    start: int
    end: int
    is_range: bool = False

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """The counts to work with: both ends of 七八个, the number named of 二十多个."""
        return (self.low, self.high) if self.is_range else (self.value, self.value)

    @property
    def shown(self) -> str:
        low, high = self.ends
        return _plain(low) if low == high else f"{_plain(low)}到{_plain(high)}"


def work_out(text: str, subject: Entry | None, knowledge: Knowledge) -> Working | None:
    """What `_work_out` finds; asked twice in a turn (what does he want? what is the answer?) it is found once. Keyed by
    the library as it stands: a reloaded one is another object."""
    if not _MAY_COUNT.search(text):
        return None
    return _worked_out(text, subject, _Held(knowledge))


class _Held:
    """A Knowledge as a key: the same object is the same key."""

    __slots__ = ("knowledge",)

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def __hash__(self) -> int:
        return id(self.knowledge)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.knowledge is self.knowledge


@lru_cache(1024)
def _worked_out(text: str, subject: Entry | None, held: _Held) -> Working | None:
    return _work_out(text, subject, held.knowledge)


def _work_out(text: str, subject: Entry | None, knowledge: Knowledge) -> Working | None:
    """What the documents make of the figure in a question, or None where no calculation is clearly meant. `subject` is
    the entry that the talk was about."""
    said = re.sub(r"\s", "", normal(text))
    said = re.sub(r"(?<=\d)w(?![a-z])", "万", said)
    table = _calculations(knowledge.library)
    if table.aside.search(said) and not table.amount.search(said):
        return None
    asked = _Question(said, subject, knowledge)
    answers: list[tuple[tuple[bool, bool, bool], Calculation, str]] = []
    for calculation in table.all:
        if asked.is_for(calculation) and (answer := _KINDS[calculation.kind](calculation, asked)):
            answers.append((asked.distance(calculation), calculation, answer))
    if not answers:
        return None
    nearest = min(distance for distance, _, _ in answers)
    best = [(calculation, answer) for distance, calculation, answer in answers if distance == nearest]
    calculation, answer = best[0]
    if any(other.entry.topic is not calculation.entry.topic for other, _ in best):
        return None  # it may be about either matter
    return Working(asked.lead(calculation) + answer, calculation.entry, calculation.sources)


class _Question:
    """A question in normal form without spaces, what the talk was about, and the places that it names."""

    def __init__(self, said: str, subject: Entry | None, knowledge: Knowledge) -> None:
        self.said, self.subject, self._knowledge = said, subject, knowledge
        self.places = self._places()
        self.numbers = list(_numbers(said))

    def _places(self) -> list[str]:
        """The places named. 临沂开发区: a district's everyday name means the named city's, not ours."""
        places, home = self._knowledge.places, self._knowledge.home
        found = places.found(self.said)
        if home not in self.said and any(home not in places.chain(place) for place in found):
            return [place for place in found if home not in places.chain(place)]
        return found

    def is_for(self, calculation: Calculation) -> bool:
        """Whether matter, place and what is asked are the calculation's."""
        said = self.said
        return (
            self._is_its_place(calculation)
            and (self.is_named(calculation) or self._is_talked_of(calculation))
            and all(word.search(said) for word in calculation.also)
            and bool(calculation.wants.search(said))
            and not any(word.search(said) for word in calculation.never)
        )

    def is_named(self, calculation: Calculation) -> bool:
        return all(word.search(self.said) for word in calculation.about)

    def _is_talked_of(self, calculation: Calculation) -> bool:
        """The talk is on its topic, and the question names no other."""
        if self.subject is None or self.subject.topic.name not in calculation.topics:
            return False
        own = {name for topic in self._knowledge.library.topics if topic.name in calculation.topics
               for name in (topic.name, *topic.called)}  # fmt: skip
        return not any(
            name in self.said and not any(name in mine for mine in own)
            for topic in self._knowledge.library.topics
            for name in (topic.name, *topic.called)
            if len(name) > 2 and topic.name not in calculation.topics
        )

    def _is_its_place(self, calculation: Calculation) -> bool:
        topic, places = calculation.entry.topic, self._knowledge.places
        regions = {topic.region, *topic.also_regions}
        if self.places:
            return any(regions & set(places.chain(place)) for place in self.places)
        if topic.region == self._knowledge.home or calculation.unplaced:
            return True
        return self.subject is not None and self.subject.topic.region == topic.region

    def distance(self, calculation: Calculation) -> tuple[bool, bool, bool]:
        """Less is nearer: named in the question, talked of, home's own."""
        talked = self.subject is not None and self.subject.topic.name in calculation.topics
        away = calculation.entry.topic.region != self._knowledge.home
        return (not self.is_named(calculation), not talked, away)

    def lead(self, calculation: Calculation) -> str:
        """Whose rule it is, where it is not home's own."""
        topic, home = calculation.entry.topic, self._knowledge.home
        if topic.region == home:
            return ""
        whose = {"province": f"{topic.region}执行的省总规定：", "report": f"{topic.region}的（报纸报道）："}.get(
            topic.level, f"{topic.region}的规定："
        )
        chains = [self._knowledge.places.chain(place) for place in self.places]
        if any(topic.region in chain for chain in chains):
            return whose
        if any(home not in chain for chain in chains):
            return f"我手里没有{self.places[0]}的文件。{whose}"
        talked = self.subject is not None and self.subject.topic.region == topic.region
        return whose if talked and not chains else f"{home}的文件里没有这一条。{whose}"

    @property
    def place(self) -> str:
        return self.places[0] if self.places else "本地"

    def figures(self, calculation: Calculation, name: str) -> list[Figure]:
        """The asker's own figures of that name, in order."""
        readings = calculation.figures.get(name, ())
        own = (figure for figure in self.numbers if any(_reads(figure, reading, self.said) for reading in readings))
        return [_widened(figure, self.said) for figure in own]

    def figure(self, calculation: Calculation, name: str = "n") -> Figure | None:
        """The one figure of that name (however often it is said), or None where there is none or more than one."""
        found = self.figures(calculation, name)
        return found[0] if len({figure.value for figure in found}) == 1 else None


def _times(calculation: Calculation, asked: _Question) -> str | None:
    """So many, each of which brings so much; several kinds are added up."""
    counted = [f for f in asked.figures(calculation, "n") if f.value == f.value.to_integral() and f.value > 0]
    named, factor, factor_shown = _by(calculation, asked)
    if not counted and named > 1:
        term = calculation.terms[0]
        return _state(calculation, asked, [_Product(term, None, factor, factor_shown, calculation.unit)])
    pairs = _pairs(calculation.terms, counted, asked.said)
    if pairs is None:
        if not calculation.either or len(counted) != 1 or counted[0].value < 2 or _names(calculation.terms, asked.said):
            return None
        products = [_Product(term, counted[0], factor, factor_shown, calculation.unit) for term in calculation.terms]
        shown = "；".join(f"{p.term.what}{p.result}（{p.working}）" for p in products)
        return _fill(calculation.either, calculation, asked, alternatives=shown)
    if sum(figure.value for _, figure in pairs) * factor < 2:
        return None  # one of it: the rule itself says how much
    if calculation.most is not None and any(figure.high > calculation.most.high for _, figure in pairs):
        return None
    products = [_Product(term, figure, factor, factor_shown, calculation.unit) for term, figure in pairs]
    return _state(calculation, asked, products)


def _by(calculation: Calculation, asked: _Question) -> tuple[Decimal, Decimal, str]:
    """The second figure, where it is named, with the factor that it stands for: 2次, or 1年 of two times."""
    for by in calculation.by:
        figure = asked.figure(calculation, by.figure)
        if figure is None:
            continue
        if by.per is None:
            return figure.value, figure.value, f"×{_plain(figure.value)}{by.unit}"
        years = f"×{_plain(figure.value)}{by.unit}" if figure.value > 1 else ""
        return figure.value, figure.value * by.per.low, f"×{by.per.fact.shown}{years}"
    return Decimal(0), Decimal(1), ""


@dataclass(frozen=True, slots=True)
class _Product:
    """So many of a term, with what they bring and how that was worked out."""

    term: Term
    figure: Figure | None
    factor: Decimal
    factor_shown: str
    unit: str

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        each, (low, high) = self.term.each, self._counts()
        return low * each.low * self.factor, high * each.high * self.factor

    @property
    def result(self) -> str:
        return _between(*self.ends, self.term.each.unit)

    @property
    def working(self) -> str:
        (low, high), each = self._counts(), self.term.each
        first = self._line(low, each.low, self.ends[0])
        return first if self.ends[0] == self.ends[1] else f"{first}，{self._line(high, each.high, self.ends[1])}"

    @property
    def whose(self) -> str:
        if self.figure is None:
            return f"填报的{self.term.what}"
        return f"{self.figure.shown}{self.unit}{self.term.what}"

    def factors(self) -> str:
        """The left side of the working: 3个×1.5万元."""
        return self._left(self._counts()[0], self.term.each.low)

    def _counts(self) -> tuple[Decimal, Decimal]:
        if self.figure is None:
            return Decimal(1), Decimal(1)
        return self.figure.ends

    def _left(self, count: Decimal, each: Decimal) -> str:
        shown = (
            self.term.each.fact.shown if self.term.each.low == self.term.each.high else _as_fact(each, self.term.each)
        )
        if self.figure is None:
            return f"{self.factor_shown.removeprefix('×')}×{shown}"
        return f"{_plain(count)}{self.unit}{self.factor_shown}×{shown}"

    def _line(self, count: Decimal, each: Decimal, result: Decimal) -> str:
        return f"{self._left(count, each)}＝{_as_fact(result, self.term.each)}"


def _state(calculation: Calculation, asked: _Question, products: Sequence[_Product]) -> str:
    unit = products[0].term.each.unit
    low, high = (sum((p.ends[end] for p in products), Decimal(0)) for end in (0, 1))
    if len(products) > 1 and low == high:
        working = "＋".join(p.factors() for p in products) + f"＝{_shown(low, unit)}"
    else:
        working = "；".join(p.working for p in products)
    whose = "和".join(p.whose for p in products)
    if len(products) == 1 and products[0].figure is not None:
        whose = f"这{whose}"
    result = _between(low, high, unit)
    answer = _fill(calculation.answer, calculation, asked, result=result, whose=whose, working=working)
    figures = [product.figure for product in products if product.figure is not None]
    return answer + "".join(_about(figure, figure.shown + products[0].unit) for figure in figures)


def _about(figure: Figure, shown: str) -> str:
    """A word on what an about-number was taken for."""
    return "" if figure.is_exact or figure.is_range else f"您说的是约数，这里按{shown}算。"


def _pairs(terms: Sequence[Term], figures: Sequence[Figure], said: str) -> list[tuple[Term, Figure]] | None:
    """Which figure counts which term: the one beside whose name it stands, all before or all after."""
    if len(terms) == 1:
        return [(terms[0], figures[0])] if len({figure.value for figure in figures}) == 1 else None
    names = _names(terms, said)
    if len(names) != len(figures) or len({id(term) for _, term in names}) != len(names):
        return None
    marks = sorted([(at, "name") for at, _ in names] + [(figure.start, "figure") for figure in figures])
    if any(one == two for (_, one), (_, two) in pairwise(marks)):
        return None
    return [(term, figure) for (_, term), figure in zip(names, figures, strict=True)]


def _names(terms: Sequence[Term], said: str) -> list[tuple[int, Term]]:
    """Where each term is named, in order; a name inside another and one said twice running do not count."""
    hits = [(m.start(), -m.end(), term) for term in terms if term.named for m in term.named.finditer(said) if m[0]]
    found: list[tuple[int, Term]] = []
    reached = 0
    for start, negative_end, term in sorted(hits, key=lambda hit: hit[:2]):
        if start < reached:
            continue
        reached = -negative_end
        if not found or found[-1][1] is not term:
            found.append((start, term))
    return found


def _tiers(calculation: Calculation, asked: _Question) -> str | None:
    """Which threshold the figure reaches, and what follows."""
    figure = asked.figure(calculation)
    if figure is None:
        return None
    low, high = (_reached(calculation.tiers, end) for end in (figure.low, figure.high))
    upper, lower = calculation.tiers[high], calculation.tiers[low]
    if low == high:
        return _tier(calculation, asked, low, figure) if lower.answer else None
    if low - high > 1 or upper.at is None or not (upper.brief and lower.brief):
        return None
    line = upper.at.fact.shown
    briefs = [_fill(tier.brief, calculation, asked) for tier in (upper, lower)]
    return f"要看准数，{line}是条线：够{line}，{briefs[0]}；不够{line}，{briefs[1]}。"


def _reached(tiers: Sequence[Tier], value: Decimal) -> int:
    """The number of the first tier, from the top, that a value reaches."""
    for number, tier in enumerate(tiers):
        if tier.at is None or value > tier.at.high or (not tier.over and value >= tier.at.low):
            return number
    return len(tiers) - 1


def _tier(calculation: Calculation, asked: _Question, number: int, figure: Figure) -> str:
    next_up = calculation.tiers[number - 1].at if number else None
    short = ""
    if next_up is not None and next_up.low > figure.value:
        short = _shown(next_up.low - figure.value, next_up.unit)
    money = calculation.figures["n"][0].money
    n = _shown(figure.value, "元") if money else f"{_plain(figure.value)}{calculation.unit}"
    if not figure.is_exact:
        n, short = f"{figure.said}{'元' if money else calculation.unit}", short and f"大约{short}"
    return _fill(calculation.tiers[number].answer, calculation, asked, n=n, short=short)


def _share(calculation: Calculation, asked: _Question) -> str | None:
    """Percentages of an amount, one after another."""
    figure = asked.figure(calculation)
    if figure is None or figure.value < 2:
        return None
    money = calculation.figures["n"][0].money
    unit = "元" if money else calculation.unit
    shown: dict[str, str] = {}
    lines: list[str] = []
    for name, rates in calculation.shares.items():
        exact = figure.value
        for rate in rates:
            exact = exact * rate.low / 100
        result = _rounded(exact, calculation.rounding)
        shown[name] = _shown(result, unit)
        left = "×".join([_shown(figure.value, unit), *(rate.fact.shown for rate in rates)])
        line = f"{left}＝{_shown(exact, unit)}"
        if result != exact:
            line += f"，{'往上' if calculation.rounding == 'up' else '往下'}取整是{shown[name]}"
        lines.append(line)
    answer = _fill(calculation.answer, calculation, asked, working="；".join(lines), **shown)
    return answer + _about(figure, _shown(figure.value, unit))


def _score(calculation: Calculation, asked: _Question) -> str | None:
    """The full score less what is missing, against the line and the rule that nothing may be missing."""
    missing = _missing(calculation.parts, asked.said)
    if not missing:
        return None
    full, line = calculation.facts["full"], calculation.facts["line"]
    left = full.low - sum(part.amount.low for part in missing)
    working = f"{full.fact.shown}－" + "－".join(f"{part.amount.fact.shown}（{part.what}）" for part in missing)
    filled = {"result": _shown(left, full.unit), "working": f"{working}＝{_shown(left, full.unit)}"}
    if any(part.whole for part in missing):
        return _fill(calculation.either, calculation, asked, **filled)
    return _fill(calculation.tiers[0 if left >= line.low else 1].answer, calculation, asked, **filled)


def _missing(parts: Sequence[Part], said: str) -> list[Part] | None:
    """The parts said to be missing: 缺门牌和工作牌, 档案都没有. None where one is named and it is not clear whether it
    is there."""
    missing: list[Part] = []
    named: list[tuple[int, int, Part]] = []
    for part in parts:
        if part.lacking and (match := part.lacking.search(said)):
            missing.append(part)
            said = said[: match.start()] + "。" * len(match[0]) + said[match.end() :]
    for part in parts:  # a name is read once: 制度上墙 is not 制度
        if part.named and (match := part.named.search(said)):
            named.append((match.start(), match.end(), part))
            said = said[: match.start()] + "＊" * len(match[0]) + said[match.end() :]
    groups: list[list[tuple[int, int, Part]]] = []
    for start, end, part in sorted(named, key=lambda name: name[0]):
        if groups and _JOINED.fullmatch(said[groups[-1][-1][1] : start]):
            groups[-1].append((start, end, part))
        else:
            groups.append([(start, end, part)])
    for group in groups:
        before, after = said[: group[0][0]], said[group[-1][1] :]
        if _LACK_BEFORE.search(before) or (not _HELD.search(before) and _LACK_AFTER.match(after)):
            missing += [part for _, _, part in group]
        elif not _HELD.search(before) and not _HELD_AFTER.match(after):
            return None
    return missing


def _sum(calculation: Calculation, asked: _Question) -> str | None:
    """What applies, added up; a single one is no sum."""
    parts = [part for part in calculation.parts if part.named is None or part.named.search(asked.said)]
    if len(parts) < 2:
        return None
    total = sum((part.amount.low for part in parts), Decimal(0))
    working = "＋".join(f"{part.amount.fact.shown}（{part.what}）" for part in parts)
    result = _shown(total, parts[0].amount.unit)
    return _fill(calculation.answer, calculation, asked, result=result, working=f"{working}＝{result}")


_KINDS: Mapping[str, Callable[[Calculation, _Question], str | None]] = {
    "times": _times, "tiers": _tiers, "share": _share, "score": _score, "sum": _sum,
}  # fmt: skip


def _fill(template: str, calculation: Calculation, asked: _Question, **filled: str) -> str:
    facts = {name: amount.fact.shown for name, amount in calculation.facts.items()}
    return template.format_map({**facts, "place": asked.place, **filled})


# Reading figures


def _numbers(said: str) -> Iterator[Figure]:
    """Every number of a text that has a value; 七八个 and 7到8个 are one with two ends."""
    held: Figure | None = None
    for match in _FOUND.finditer(said):
        figure = _number(match)
        if figure is None:
            continue
        figure = _whole(figure, said)
        if held is not None and said[held.end : figure.start] in _RANGE and held.value < figure.value:
            both = said[held.start : figure.end]
            figure = Figure(held.value, held.value, figure.value, both, held.start, figure.end, is_range=True)
            held = None
        if held is not None:
            yield held
        held = figure
    if held is not None:
        yield held


def _whole(figure: Figure, said: str) -> Figure:
    """The figure with a scale that follows it: 二十多万, 1万2千."""
    scale = _SCALES.get(said[figure.end : figure.end + 1])
    if scale is None:
        return figure
    end = figure.end + 1
    if figure.said[-1] in "多来余几":
        low, high = figure.low * scale, (figure.high + 1) * scale - 1
        return Figure(figure.value * scale, low, high, said[figure.start : end], figure.start, end)
    if match := re.fullmatch(r"(.*[千万亿])(\d)", figure.said):
        value = (_value(match[1]) or 0) + Decimal(match[2]) * scale
        return Figure(value, value, value, said[figure.start : end], figure.start, end)
    return figure


def _number(match: re.Match[str]) -> Figure | None:
    said = match[0]
    if match["fused"]:
        value = Decimal(_FUSED[said])
        return Figure(value, value, value, said, match.start(), match.start())  # the word itself is the unit
    if said[0] in "百千万亿" or (said == "十" and match.string[match.end() : match.end() + 1] in {"佳", "大"}):
        return None
    named = _value(said)
    if named is None or named > MOST:
        return None
    value = low = high = named
    if pair := _ROW.search(said):
        ends = [end for digit in pair[0] if (end := _value(said.replace(pair[0], digit, 1))) is not None]
        if len(ends) < 2 or ends[0] >= ends[1]:
            return None
        return Figure(ends[0], ends[0], ends[1], said, match.start(), match.end(), is_range=True)
    if re.search("[多余几]", said) or said[0] == "上":
        high = value + _step(value) - 1
    elif "来" in said or said[0] in "小近":
        low, high = value * Decimal("0.8"), value * Decimal("1.2")
    return Figure(value, low, high, said, match.start(), match.end())


def _value(said: str) -> Decimal | None:
    if re.fullmatch(r"\d+\.\d+", said):
        return Decimal(said)
    value = numbers.value(said)
    return None if value is None else Decimal(value)


def _step(value: Decimal) -> Decimal:
    """The last place named: 20 → 10, 300 → 100, 25 → 1."""
    step = Decimal(1)
    while value and value % (step * 10) == 0:
        step *= 10
    return step


def _reads(figure: Figure, reading: Reading, said: str) -> bool:
    """Whether a number is a figure of the asker's by this reading."""
    before, after = said[: figure.start], said[figure.end :]
    if reading.before is not None and not reading.before.search(before):
        return False
    if _DOCUMENT_BEFORE.search(before):
        return False
    unit = reading.units.match(after)
    if unit is None and figure.said in ("俩", "仨") and not reading.money:
        after = "个" + after  # 俩 is 两个
        unit = None if _PAIR.search(before) else reading.units.match(after)
    if unit is None or _DOCUMENT_AFTER.match(after[unit.end() :]):
        return False
    if figure.value == 1 and unit[0] != "年" and (_ONE_BEFORE.search(before) or _ONE_AFTER.match(after[unit.end() :])):
        return False
    if not unit[0] and 1900 <= figure.value < 2100:
        return False  # a year
    if not reading.money:
        return True
    if figure.value < 100:
        return False  # 加一块
    if not (unit[0] or figure.said[-1] in SCALES or re.search("[万亿]", figure.said)):
        return False
    if _COUNTERS.match(after[unit.end() :]) and not re.match(r"年|个", after[unit.end() :]):
        return False
    return not (_DOCUMENT_MONEY_BEFORE.search(before) or _DOCUMENT_MONEY_AFTER.match(after))


def _widened(figure: Figure, said: str) -> Figure:
    """The figure with the room that 大概 and 左右 give it."""
    about = _ABOUT_BEFORE.search(said[: figure.start]) or _ABOUT_AFTER.match(said[figure.end :])
    if not (figure.is_exact and about):
        return figure
    return replace(figure, low=figure.value * Decimal("0.8"), high=figure.value * Decimal("1.2"))


# Showing figures


def _plain(value: Decimal) -> str:
    rounded = round(value, 2)
    return str(int(rounded)) if rounded == rounded.to_integral() else f"{rounded.normalize():f}"


def _shown(value: Decimal, unit: str) -> str:
    """A figure as people read it: 4.5万元, 600元, 12名."""
    if unit == "元":
        for word, scale in (("亿", Decimal(10) ** 8), ("万", Decimal(10) ** 4)):
            if value >= scale and (value / scale * 1000) % 1 == 0:
                return f"{(value / scale).normalize():f}{word}元"
    return f"{_plain(value)}{unit}"


def _between(low: Decimal, high: Decimal, unit: str) -> str:
    return _shown(low, unit) if low == high else f"{_shown(low, unit)}到{_shown(high, unit)}"


def _as_fact(value: Decimal, each: Amount) -> str:
    """A product in the unit of its fact, so that the working can be followed: 3个×5000元＝15000元."""
    scale = SCALES.get(each.fact.unit[:1], 1)
    return f"{_plain(value / scale)}{each.fact.unit}"


def _rounded(value: Decimal, way: str) -> Decimal:
    if way == "up":
        return value.to_integral_value(ROUND_CEILING)
    return value.to_integral_value(ROUND_FLOOR) if way == "down" else value


_READ: dict[int, tuple[Library, Calculations]] = {}


def _calculations(library: Library) -> Calculations:
    """The calculations of a library, read once."""
    if id(library) not in _READ:
        _READ[id(library)] = (library, load(library))
    return _READ[id(library)][1]
