"""Quoting: an answer word for word out of a document that was taken in, where no curated entry answers.

    Quoting(documents, places, home).find(text, places)  → Quote or None

A quotation must earn it. Rules come before scores, as in asking.py: the words that carry the question stand in the
clause or its headings, its heaviest one above all; who asks for a sum gets a clause with a sum in it, who asks for a
day one with a time; and the document speaks for the place asked about. Home's documents go first (its province's and
the nation's are home's too); another place's is marked `away` and goes under its name. Nothing is put in other words.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from knowledge.clauses import FORMAT, ClauseIndex, Flags, Near, token_code
from knowledge.places import Places
from knowledge.words import normal

NATION = "全国"
LONG = 260  # characters of a quotation that a person reads on a phone


@dataclass(frozen=True, slots=True)
class TakenDocument:
    """A document that was taken in."""

    id: int
    number: str
    title: str
    issuer: str
    issued: str
    region: str
    level: str
    sha256: str
    in_force_from: date | None = None
    ends_at: date | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """From `since` on the document `number` is replaced by another, or only ended by it."""

    number: str
    by: str
    since: date
    replaced: bool

    def says(self, today: date) -> str:
        """What is said of an answer out of the document that ends."""
        since = f"{self.since.year}年{self.since.month}月{self.since.day}日"
        if self.since <= today:
            what = f"已被{self.by}代替" if self.replaced else f"已由{self.by}停止执行"
            return f"{self.number}从{since}起{what}，上面的是老规定。"
        return f"{self.number}到{since}为止，从那天起{'由' + self.by + '代替' if self.replaced else '按' + self.by + '停止执行'}。"


@dataclass(frozen=True)
class Documents:
    """What was taken in, as storage keeps it, and where the index of its clauses stands."""

    taken: tuple[TakenDocument, ...] = ()
    endings: tuple[Ending, ...] = ()
    index: Path | None = None

    def ending(self, number: str, today: date) -> Ending | None:
        """What ended a document: the latest that counts today, or else what comes."""
        known = [ending for ending in self.endings if ending.number == number]
        past = [ending for ending in known if ending.since <= today]
        return max(past, key=lambda e: e.since) if past else min(known, key=lambda e: e.since, default=None)

    @cached_property
    def by_number(self) -> dict[str, TakenDocument]:
        return {document.number: document for document in self.taken}


def index_name(taken: Sequence[TakenDocument]) -> str:
    """The name of the index over these documents: another one for every other set of them."""
    told = "\n".join(f"{document.id} {document.sha256}" for document in taken)
    return sha256(f"{FORMAT}\n{told}".encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage as it stands in a document. `whole`: nothing was left out. `away`: another place's, home has none."""

    document: TakenDocument
    path: str
    text: str
    page: int
    region: str
    whole: bool
    away: bool
    share: float  # of the question's weight that stands in it, 0…1


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a passage answers. Measured on our own questions over the five sources, and on those that must be
    refused (tests/knowledge/test_quoting.py)."""

    share: float = 0.66  # of the weight of the question's words
    heaviest: float = 0.5  # and of its heaviest word
    near: float = 0.24  # and the nearness of the whole question
    report: float = 0.45  # of a newspaper's article that no place was named for
    size: int = 3  # characters that a question's words have at least


# Words that ask, link or fill; what is left of a question between them carries it.
_EMPTY = re.compile(
    r"什么时候|什么样的?|什么人|为什么|什么|怎么[办样弄报领申定发]?|怎么|多少钱|多少|多久|多长时间|多长|多大|多高|几个|几次|几天|几月|几号|几年|"
    r"哪部门|哪里|哪些|哪个|哪天|哪年|能不|能拿|能领|参加|享受|掏钱|花钱|可以|会不会|有没|有吗|给不给|给不|发不|归谁管|是不是|是不|算不|行不|要不要|要求|需要|"
    r"帮我|告诉|知道|我们|我家|你们|他们|工会|单位|问问|一下|一个|一共|到底|具体|现在|这个|那个|规定|文件|政策|有关|关于|应该|应当"
)
_PARTICLES = "的了吗呢啊吧呀么着过和跟与在把被让我你他她咱这那都也还就得不没怎啥咋归给要想说请是有能可谁哪几多"
_FILLING = frozenset(_PARTICLES + "会问对用上下里个一家从钱")  # pairs with these tell little
FILLING = 0.3  # of a pair's weight
_HAN = re.compile(r"[㐀-鿿]+")
_WORD = re.compile(r"[a-z]{2,}|\d+(?:\.\d+)?")
_MONEY = re.compile(
    r"\d\s*[百千万亿]*元|[一二三四五六七八九十百千万]+元|\d(?:\.\d+)?\s*%|百分之|[一二三四五六七八九]折"
)
_TIME = re.compile(
    r"\d+\s*(年|月|日|天|个工作日|小时|季度|周)|[一二三四五六七八九十两]+(年|个月|月|日|天|周|个工作日|小时)|每年|每月|每季|年底|月底|期限|之日"
)
_DIGITS = re.compile(r"\d|[一二三四五六七八九十百千两]+(名|人|个|次|户|家|分|项|件|所|条)")
_TELEPHONE = re.compile(r"\d{7,}|\d{3,4}-\d{7,8}|12351")
_BODY = re.compile(r"部门?|局|厅|会|办|中心|科|处|站|组|院|人民政府")
DEMANDS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"电话|手机号|联系方式|号码"), _TELEPHONE),
    (
        re.compile(r"多少钱|几千|几百|几万|多少元|报销多少|补多少|奖多少|给多少|发多少|补几|奖几|标准是多|打几折|比例"),
        _MONEY,
    ),
    (re.compile(r"什么时候|几月|几号|截止|哪天|日期|期限|多久|多长时间|哪年|几天|最晚"), _TIME),
    (re.compile(r"多少人|多少个|几个|几次|几人|多少分|几分|名额|多少"), _DIGITS),
    (re.compile(r"一个月|每个?月|按月|月月"), re.compile(r"月")),
    (re.compile(r"哪部门|归谁管|找谁|牵头|谁负责|哪个单位"), _BODY),
)
_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]+[”』）]?|[^。；！？\n]+$")


class Quoting:
    """Finds the passage that answers a question. `home` is the region whose union runs the bot."""

    def __init__(self, documents: Documents, places: Places, home: str, limits: Limits | None = None) -> None:
        self.documents, self.places, self.home = documents, places, home
        self.limits = limits or Limits()
        self._index = ClauseIndex.open(documents.index) if documents.index is not None else None
        self._documents = {document.id: document for document in documents.taken}
        self._allowed: dict[tuple[tuple[str, ...], bool], Flags] = {}
        self.find = lru_cache(1024)(self._find)

    def _find(self, text: str, places: tuple[str, ...] = (), plain: str = "") -> Quote | None:
        """The passage for a normal question about `places`; `plain`: the question without their names."""
        if self._index is None or not self._index.size:
            return None
        words = carrying(plain or text)
        if sum(len(word) for word in words if _HAN.fullmatch(word)) < self.limits.size:
            return None
        for away in (False, True):
            if places and away:
                return None
            allowed = self._speak(places, away)
            if not allowed.any():
                continue
            passed = []
            for near in self._index.best(plain or text, allowed):
                if near.score < self.limits.near:
                    break
                share, heaviest = self._share(near.plain, words)
                if share and self._has_what_is_asked(text, near, heaviest) and not self._is_far_report(near, places):
                    passed.append((share + near.score, share, near))
            if passed:
                _, share, near = max(passed, key=lambda one: one[0])
                return self._quote(near, share, words, away)
        return None

    def _speak(self, places: tuple[str, ...], away: bool) -> Flags:
        """Which clauses may answer: those of the places named; else home's, or (away) all others."""
        key = (places, away)
        if key not in self._allowed:
            assert self._index is not None
            speaks: Callable[[str], bool]
            if places:
                speaks = lambda region: region == NATION or any(self.places.covers((region,), p) for p in places)  # noqa: E731
            else:
                speaks = lambda region: self._is_home(region) != away  # noqa: E731
            self._allowed[key] = self._index.allowed({name: speaks(name) for name in self._index.regions})
        return self._allowed[key]

    def _is_home(self, region: str) -> bool:
        return region == NATION or region in self.places.chain(self.home) or self.home in self.places.chain(region)

    def _share(self, plain: str, words: Sequence[str]) -> tuple[float, str]:
        """How much of the question's weight stands in a clause, and its heaviest word; 0 where it is too little or the
        heaviest word is not there."""
        there = total = most = kept = 0.0
        heaviest = ""
        for word in words:
            pieces = _pieces(word)
            weights = self._weights(tuple(pieces))
            stands = [piece in plain for piece in pieces]
            found = sum(w for w, here in zip(weights, stands, strict=True) if here)
            # a pair across two words need not stand there where both words do
            gaps = [0 < n < len(stands) - 1 and stands[n - 1] and stands[n + 1] for n in range(len(stands))]
            whole = sum(w for w, here, gap in zip(weights, stands, gaps, strict=True) if here or not gap)
            there, total = there + found, total + whole
            if whole > most:
                heaviest, most, kept = word, whole, found / whole
        share = there / total if total else 0.0
        return (share if share >= self.limits.share and kept >= self.limits.heaviest else 0.0), heaviest

    @lru_cache(4096)  # noqa: B019  one of these lives as long as what is known
    def _weights(self, pieces: tuple[str, ...]) -> tuple[float, ...]:
        assert self._index is not None
        codes = [
            token_code(p) if not _HAN.fullmatch(p) else ord(p) if len(p) == 1 else ord(p[0]) << 32 | ord(p[1])
            for p in pieces
        ]
        weights = zip(pieces, self._index.weight(codes), strict=True)
        return tuple(weight * (FILLING if _FILLING.intersection(piece) else 1.0) for piece, weight in weights)

    @staticmethod
    def _has_what_is_asked(text: str, near: Near, heaviest: str) -> bool:
        """Whether a sum, a day, a count stands where the matter is spoken of: in the sentences that say most of the
        heaviest word, or anywhere in the clause where it is in the heading."""
        wanted = [has for asks, has in DEMANDS if asks.search(text)]
        if not wanted:
            return True
        sentences = [match[0] for match in _SENTENCE.finditer(near.clause.text)]
        pieces = _pieces(heaviest)
        counts = [sum(piece in said for piece in pieces) for said in map(normal, sentences)]
        if not any(counts):  # the document's title is over everything in it, and tells nothing of this clause
            heading = normal(near.clause.above.partition("\n")[2])
            counts = [int(any(piece in heading for piece in pieces))] * len(sentences)
        telling = [each for each, count in zip(sentences, counts, strict=True) if count and count == max(counts)]
        return all(any(has.search(each) for each in telling) for has in wanted)

    def _is_far_report(self, near: Near, places: tuple[str, ...]) -> bool:
        """A newspaper tells what others did: quoted for the place that is named, else only where it is near indeed."""
        document = self._documents.get(near.clause.document)
        return document is not None and document.level == "report" and not places and near.score < self.limits.report

    def _quote(self, near: Near, share: float, words: Sequence[str], away: bool) -> Quote | None:
        document = self._documents.get(near.clause.document)
        if document is None:
            return None
        text, whole = cut(near.clause.text, words)
        return Quote(
            document,
            near.clause.path,
            text,
            near.clause.page,
            near.clause.region or document.region,
            whole,
            away,
            share,
        )


def carrying(plain: str) -> list[str]:
    """The words of a normal question that carry it: what is left between words that ask, link or fill."""
    left = _EMPTY.sub(" ", plain)
    words = (word.strip(_PARTICLES) for word in _HAN.findall(left))
    return list(dict.fromkeys([*(word for word in words if not _FILLING.issuperset(word)), *_WORD.findall(left)]))


def _pieces(word: str) -> list[str]:
    """A word as the pairs by which it is looked for; a lone character or a number is itself."""
    return [one + two for one, two in pairwise(word)] if len(word) > 1 and _HAN.fullmatch(word) else [word]


def cut(text: str, words: Sequence[str], most: int = LONG) -> tuple[str, bool]:
    """A passage that fits: whole sentences, as they follow one another, round what the question asks for."""
    text = text.strip()
    if len(text) <= most:
        return text, True
    sentences = [match[0] for match in _SENTENCE.finditer(text) if match[0].strip()]
    pairs = {piece for word in words for piece in _pieces(word)}
    worth = [sum(pair in normal(sentence) for pair in pairs) for sentence in sentences]
    first = last = max(range(len(sentences)), key=lambda n: (worth[n], -n))
    size = len(sentences[first])
    while True:
        before = worth[first - 1] if first and size + len(sentences[first - 1]) <= most else -1
        after = worth[last + 1] if last + 1 < len(sentences) and size + len(sentences[last + 1]) <= most else -1
        if before < 0 and after < 0:
            break
        if after >= before:
            last += 1
            size += len(sentences[last])
        else:
            first -= 1
            size += len(sentences[first])
    return "".join(sentences[first : last + 1]).strip(), False
