"""Asking: from what somebody wrote to the entries that answer it, or to why none does.

    written → normal form → places named → nearness of every entry → rules → Finding

Rules come before scores, because likeness cannot see them: a place that no entry speaks for, a matter the library has
never heard of, another matter that sounds alike. Only then the score decides between answer, choice and nothing.
Wording is not made here; the handler does that.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import yaml

from knowledge.library import Entry, Library, LibraryError, Topic
from knowledge.places import Places
from knowledge.quoting import Quote
from knowledge.search import Floats, Relevance, heard
from knowledge.words import has_characters, normal, pairs, runs, syllables

REMEMBERED = 4096  # questions whose findings are kept
KIN = Path(__file__).parent / "kin.yaml"
Mask = npt.NDArray[np.bool_]
KEPT = 512  # texts whose scores are held for when they come again, 18 KB each
BARE = 4  # characters that name no topic and have nothing to lean on: 补多少
NEIGHBOURS = 10  # of the same topic, handed on with the answer
NEAREST = 80  # entries looked at for neighbours of the one that answers
Kind = Literal["answer", "choice", "elsewhere", "nothing"]

# What a question word asks for. The first pattern that matches names the facet; order is by how telling it is.
FACETS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (facet, re.compile(pattern))
    for facet, pattern in (
        ("where", r"哪部门|归谁管|找谁|牵头|谁负责|哪个单位|归哪|跟谁|问谁|谁任命|谁审|谁定|谁组织|联系谁|哪家管|去哪"),
        ("papers", r"材料|才料|带什么|交什么|报什么|什么表|要什么手续|证明"),
        ("when", r"什么时候|几月|几号|截止|哪天|日期|到期|期限|多久|多长时间|哪年|哪一年|几天|之前|啥前|时间|最晚"),
        ("count", r"一共|总共|合计|加起来|加一块|加一起|都.{0,8}(达标|评上)|平均|还剩"),
        (
            "sum",
            r"多少钱|几千|几万|几百|给钱|钱不|补多少|奖多少|给多少|发多少|补几|奖几|多少元|奖金|补贴|补助|奖励|报销|给什么|打几折|优惠",
        ),
        ("how", r"怎么办|怎么申|怎么报|怎么领|怎么弄|怎么发|流程|程序|步骤|怎么评|怎么定|手续"),
        ("who", r"谁能|什么人|哪些人|条件|符合|资格|能不|算不|够不|也能|可不|能拿|能报|能申|能参加|门槛|起步"),
        ("target", r"多少人|多少个|几个|目标|任务|指标|多少家|多少户|计划|几期|几次|名额"),
        ("standard", r"标准|要求|几分|多少分|分数|得分|达到|率要"),
        ("what", r"是什么|什么意思|干什么|做什么|内容|有哪些|都有什么|包括|介绍|什么用|什么好处"),
    )
)
NOW = re.compile(
    r"现在还|还有没|还有效|有效没|还能领|还给不|还发不|还评|还办|还搞|还执行|还算数|过期|到期|今年|明年|20(1[89]|2\d)年?|作废|还在不|还有不|还有吗|还能"
)
_FIGURE = re.compile(r"\d{2,}(?:\.\d+)?")
_YEAR = re.compile(r"20\d\d")
_BREAK = re.compile(r"[?？;；。!！\n]+|顺便(?:再?问|打听|说)?一?下?|对了|再问一?下?|还想问一?下?|另外")
_PROVINCE = re.compile(r"省[里总级职劳十]|全省")  # the province's rule is asked for, not home's
_STUDIES = re.compile(
    r"(孩子|姑娘|闺女|儿子|女儿|丫头|小子|老大|老二).{0,4}(在|去|到|考上|考到)了?\S{2,5}?(念|读|上大?学|上大|大学)"
)
SHORT = 8  # characters of a question that leans on what was said before
_PERSON = re.compile(
    r"(那|那么|要是|如果)*(我|我家|我们|他|她)?(的)?(媳妇|老婆|对象|爱人|老公|丈夫|老伴|妈|爸|父母|老人|孩子|儿子|闺女|女儿|姑娘|哥|姐|弟|妹|"
    r"同事|工友|家里人|家属|自己|徒弟)(呢|能不|也能不|也行不|算不|也给不|给不)[?？呀啊吧]*"
)
_COMPARED = re.compile(r"分别|区别|差别|不同|一样|哪个多|对比|比|和营口|跟营口|营口和|营口跟|呢")
_LEAN = re.compile(r"^(那|这个|这|它|他|她|还有|另外|再|然后|也|具体|详细)|呢[?？。!！]*$")
_REGION_ONLY = re.compile(r"(的|那边|那里|这边|市)?(呢|怎么样|怎么说|也有不|有没|有吗)?[?？。!！吧呀啊]*")


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each look at an entry counts, and where the score says yes. Fitted by tests/benchmarks/fit.py on our
    own questions, half of them hidden from the entries; never on a set that is kept aside."""

    whole: float = 7.0  # the entry with all its questions, as written
    sound: float = 3.0  # the same as it sounds
    title: float = 6.5  # topic and title
    answer: float = 1.8
    topic: float = 2.0  # the best entry of the same topic
    called: float = 1.0  # a name of the topic stands in the question
    facet: float = 1.6  # the question word asks for this side
    figure: float = 1.7  # a figure of the question stands in the answer
    other_sum: float = -4.0  # a sum worked out from other figures than the asker's
    year: float = 0.6
    place: float = 2.0  # the place named is the entry's own
    away: float = -2.2  # another place's, and none is named
    cling: float = 14.0  # the topic talked of, when a few words lean on it
    follow: float = 8.0  # the topic talked of, when the words lean on it
    silent: float = -2.0  # what a document leaves open, when the words only lean on the topic
    unheard: float = -3.0  # what another place's document leaves open
    side: float = 3.0  # the side asked for, when the words lean on what was said
    stay: float = 0.5  # the topic talked of, when they do not
    score: float = 9.0  # evidence is the score in these units …
    weight: float = 60.0  # … and the bare sum of BM25 in these: a long chatty question may still be clear
    accept: float = 1.45
    choose: float = 1.2
    strange: float = 0.5  # half of what was said is foreign to the topic …
    doubtful: float = 11.0  # … and the score is no better than this: asked back rather than answered
    beside: float = 0.75  # the province's rule this near to home's is told with it
    nearer: float = 0.95  # a place's own entry on another kind of thing must come this near to the best of any
    home: float = 0.5  # and home's own on the same kind of thing this near to go first


@dataclass(frozen=True, slots=True)
class Finding:
    """What the library has for a question.

    `answer`: `entry` answers it, `more` are its neighbours of the same topic, nearest first; `from_away`: home has
    no rule on it, this is another place's. `choice`: `more` are the two or three it may be about. `elsewhere`: no
    rule for `place`; `more` are the entries of others on the same matter. `nothing`: not in the library.
    `question` is what was understood, follow-ups completed. `others`: the message asked for more than one place
    or two things at once; these answer the rest. `elsewhere`: home's rule was put first, this is another place's.
    `quote`: no entry answers, but this passage of a document does (put there by Knowledge.ask).
    """

    kind: Kind
    question: str
    entry: Entry | None = None
    more: tuple[Entry, ...] = ()
    place: str = ""
    from_away: bool = False
    about_now: bool = False
    score: float = 0.0
    others: tuple["Finding", ...] = ()
    elsewhere: Entry | None = None
    quote: Quote | None = None


def facet_of(text: str) -> str:
    """The side a normal question asks for, or '' where no word tells."""
    return next((facet for facet, pattern in FACETS if pattern.search(text)), "")


class Asker:
    """Finds the entries of a library that answer a question. `home` is the region whose union runs the bot."""

    def __init__(self, library: Library, places: Places, home: str, weights: Weights | None = None) -> None:
        self.library, self.places, self.home = library, places, home
        self.weights = weights or Weights()
        entries = library.entries
        wholes = [" ".join((e.topic.name, *e.topic.called, e.title, e.answer, *e.asks)) for e in entries]
        self._whole = Relevance(wholes)
        self._sound = heard(wholes)
        self._title = Relevance([f"{e.topic.name} {e.title}" for e in entries])
        self._answer = Relevance([e.answer for e in entries])
        topics = list(dict.fromkeys(e.topic for e in entries))
        numbers = {topic: number for number, topic in enumerate(topics)}
        self._topic_of = np.array([numbers[e.topic] for e in entries], np.intp)
        # what staff add to a matter has its own topic and the matter's name; who talks of one talks of both
        matters: dict[tuple[str, str], int] = {}
        own = [matters.setdefault((e.topic.name, e.topic.region), numbers[e.topic]) for e in entries]
        self._matter_of = np.array(own, np.intp)
        self._topic_starts = np.flatnonzero(np.r_[True, np.diff(self._topic_of) > 0])
        self._called = self._names(topics)
        self._overviews = self._first_sides(topics)
        # three syllables and more: two fall together by chance
        self._heard: dict[tuple[str, str], list[tuple[str, list[str], int]]] = {}
        for names in self._called.values():
            for word, number in names:
                if len(sound := syllables(word)) > 2:
                    self._heard.setdefault((sound[0], sound[1]), []).append((word, sound, number))
        self._facets = {f: np.array([e.facet == f for e in entries]) for f in {e.facet for e in entries}}
        self._away = np.array([self._distance(e, home) for e in entries])
        self._asked = lru_cache(REMEMBERED)(self._ask)
        self._spoken: dict[tuple[str, ...], Mask] = {}
        self._distances: dict[tuple[str, ...], Floats] = {}
        self._silent = np.array([entry.silent for entry in entries])
        # of two topics of one name (staff add to one) the first is the file's
        self._kin = self._read_kin({topic.name: number for number, topic in reversed([*enumerate(topics)])})
        self._position = {entry.id: number for number, entry in enumerate(entries)}
        # what depends on its arguments alone is reckoned once for all who ask the same
        self._nearness = lru_cache(KEPT)(self._reckon)
        self._pairs_of = lru_cache(None)(self._pairs)
        self._found = lru_cache(REMEMBERED)(self._search)

    @staticmethod
    def _read_kin(numbers: dict[str, int]) -> dict[int, frozenset[int]]:
        """For each topic, the topics of other places that are the same kind of matter (kin.yaml)."""
        kin: dict[int, frozenset[int]] = {}
        for group in yaml.safe_load(KIN.read_text(encoding="utf-8")):
            for name in group:
                if name not in numbers:
                    raise LibraryError(f"kin.yaml 里的题目“{name}”不在知识库里。")
            members = frozenset(numbers[name] for name in group)
            for number in members:
                kin[number] = kin.get(number, frozenset()) | members
        return kin

    def _distance(self, entry: Entry, place: str) -> float:
        """0 for a rule of the place's own city, 0.5 for one of its province, 1 for another place's."""
        topic = entry.topic
        if topic.region in self.places.chain(place):
            return 0.0
        return 0.5 if self.places.covers((topic.region, *topic.also_regions), place) else 1.0

    @staticmethod
    def _names(topics: Sequence[Topic]) -> dict[str, list[tuple[str, int]]]:
        """What topics are called, each with its topic's number, by the first two characters."""
        names: dict[str, list[tuple[str, int]]] = {}
        for number, topic in enumerate(topics):
            for name in (topic.name, *topic.called):
                if len(word := normal(name)) > 1:
                    names.setdefault(word[:2], []).append((word, number))
        return names

    def _first_sides(self, topics: Sequence[Topic]) -> dict[str, int]:
        """For each name of a topic the entry that says what it is; of two topics of one name home's own."""
        numbers = {entry.id: number for number, entry in enumerate(self.library.entries)}
        found: dict[str, int] = {}
        for topic in sorted(topics, key=lambda t: t.region != self.home):
            sides = [entry for entry in topic.entries if not entry.silent and entry.id in numbers]
            if sides:
                first = next((entry for entry in sides if entry.facet == "what"), sides[0])
                for name in (topic.name, *topic.called):
                    found.setdefault(normal(name).strip(), numbers[first.id])
        return found

    def scores(self, text: str, places: Sequence[str] = (), subject: Entry | None = None) -> Floats:
        """How well each entry answers a normal question about `places` (their names taken out of it); `subject` is
        what the talk was about."""
        return self._scores(text, tuple(places), self._topic(subject))

    def _topic(self, subject: Entry | None) -> int | None:
        return None if subject is None else int(self._matter_of[self._position[subject.id]])

    def _reckon(self, text: str) -> tuple[Floats, Floats, bool]:
        """What depends on the words alone: how well each entry answers, how much of what was said it shares (not
        divided by how much was said), and whether a topic is named."""
        w = self.weights
        sound = self._sound.of(text)
        whole = self._whole.of(text) if has_characters(text) else sound  # typed pinyin has only its sound
        total = w.whole * whole + w.sound * sound
        total += w.title * self._title.of(text) + w.answer * self._answer.of(text)
        total += w.topic * np.maximum.reduceat(whole, self._topic_starts)[self._topic_of]
        named = np.zeros(len(self._topic_starts))
        for start in range(len(text) - 1):
            for word, number in self._called.get(text[start : start + 2], ()):
                if text.startswith(word, start):
                    named[number] = max(named[number], 1 + 0.1 * len(word))
        if not named.any():
            for number in self._heard_names(text):
                named[number] = 1.0
        total += w.called * named[self._topic_of]
        if (facet := facet_of(text)) in self._facets:
            total += w.facet * self._facets[facet]
        for figure in set(_FIGURE.findall(text)):
            stands = np.array([figure in e.answer for e in self.library.entries])
            total += (w.year if _YEAR.fullmatch(figure) else w.figure) * stands
            if not _YEAR.fullmatch(figure) and "count" in self._facets:
                total += w.other_sum * (self._facets["count"] & ~stands)
        most = (self._whole if has_characters(text) else self._sound).most(text)
        return total, whole * most, bool(named.any())

    def _heard_names(self, text: str) -> set[int]:
        """The topics whose name is heard in a text though written otherwise, with one character at least as it is."""
        said, found = syllables(text), set()
        characters = [c for run in runs(text) if run[0] >= "㐀" for c in run]
        for start in range(len(said) - 2):
            for word, sound, number in self._heard.get((said[start], said[start + 1]), ()):
                if said[start : start + len(sound)] == sound:
                    found |= {number} if any(a == b for a, b in zip(word, characters[start:], strict=False)) else set()
        return found

    def _scores(self, text: str, places: tuple[str, ...], topic: int | None) -> Floats:
        w = self.weights
        near, _, is_named = self._nearness(text)
        if places:
            total = near + (w.place * self._here(places) + w.away * self._far(places))
        else:
            total = near + w.away * self._away
        if topic is not None:
            same = self._matter_of == topic
            leaning = bool(_LEAN.search(text)) or not is_named
            clinging = w.cling if len(text) <= SHORT else w.follow
            total += (clinging if leaning else w.stay) * same
            if leaning and (facet := facet_of(text)) in self._facets:
                total += w.side * self._facets[facet]  # 条件是啥: little else is said
            total += w.silent * self._silent * leaning
        return total

    def ask(self, written: str, subject: str = "", region: str = "", before: str = "") -> Finding:
        """What `_ask` finds; asked twice in a turn (what does he want? what is the answer?) it is found once."""
        return self._asked(written, subject, region, before)

    def _ask(self, written: str, subject: str, region: str, before: str) -> Finding:
        """Find what answers a message. `subject` is the entry last answered, `region` the place then spoken of,
        `before` the question it answered. Two questions, or one for two places, give a Finding with `others`."""
        text = normal(written)
        held = self.library.by_id.get(subject)
        places = self._places(text)
        if held is not None and places and before and self._is_only_place(text):
            # 大连的呢: the earlier question, for that place
            return self._find(f"{self.without_places(before)} {text}", places[-1:], held)
        if held is not None and self.is_about_a_person(text):
            return self._for_whom(text, held, region)
        if held is not None and not places and region and (_LEAN.search(text) or len(text) <= SHORT):
            places = [region]
        if _PROVINCE.search(text) and _COMPARED.search(text) and places in ([], [self.home]):
            places = [self.home, self.places.chain(self.home)[-1]]  # 营口和省里分别说说
        if len(places) > 1:
            found = [self._find(text, [place], held, apart=True) for place in places[:3]]
        else:
            found = [self._find(text, places, held)]
            if found[0].kind == "answer" and len(parts := self._questions(text)) > 1:
                found = self._each(parts, places, held) or found
        first = next((f for f in found if f.kind == "answer"), found[0])
        return replace(first, others=tuple(f for f in found if f is not first))

    def stands_alone(self, text: str) -> bool:
        """Whether a normal text names a topic and leans on nothing said before."""
        return not _LEAN.search(text) and not self._is_only_place(text) and self._nearness(text)[2]

    @staticmethod
    def is_about_a_person(text: str) -> bool:
        """Whether a normal text only asks the same for somebody else: 那我媳妇呢."""
        return bool(_PERSON.fullmatch(text))

    def is_about_a_place(self, text: str) -> bool:
        """Whether a normal text only asks the same for another place: 大连的呢."""
        return bool(self._places(text)) and self._is_only_place(text)

    def _for_whom(self, text: str, held: Entry, region: str) -> Finding:
        """那我媳妇呢: who the measure just spoken of is for; nothing is known of the person but that."""
        sides = [entry for entry in held.topic.entries if not entry.silent]
        who = next((entry for entry in sides if entry.facet == "who"), held)
        rest = tuple(entry for entry in sides if entry is not who)[:6]
        return Finding("answer", text, who, rest, region, score=self.weights.score * 2)

    def _each(self, parts: Sequence[str], places: Sequence[str], held: Entry | None) -> list[Finding]:
        """Two questions answered each, where both have an answer of their own; else nothing: it was one question."""
        found: list[Finding] = []
        for part in parts[:3]:
            finding = self._find(part, self._places(part) or list(places), held)
            if finding.kind != "answer" or any(f.entry is finding.entry for f in found):
                return []
            found.append(finding)
            held = finding.entry
        return found

    @staticmethod
    def _questions(text: str) -> list[str]:
        """The questions of a message: cut at stops, and at gaps where each side asks something."""
        parts: list[str] = []
        told = ""
        for piece in re.split(_BREAK, text):
            for said in re.split(r"[\s,，、]+", piece):
                told = f"{told} {said}".strip()
                if len(said) > 2 and facet_of(said):
                    parts.append(told)
                    told = ""
            if len(told) > 4:
                parts.append(told)
                told = ""
        if told and parts:
            parts[-1] = f"{parts[-1]} {told}"
        return parts

    def _find(self, text: str, places: Sequence[str], held: Entry | None, *, apart: bool = False) -> Finding:
        """What answers one question for `places`. `apart`: one of several places, each with its own rule."""
        return self._found(text, tuple(places), self._topic(held), apart)

    def _search(self, text: str, places: tuple[str, ...], topic: int | None, apart: bool) -> Finding:
        bare = self.without_places(text)
        if not has_characters(bare):
            bare = text
        entries, w = self.library.entries, self.weights
        here = self._here(places)
        plain = self._scores(bare, places, topic) - w.place * here * bool(places) + w.silent * self._silent * apart
        if not places and topic is None:
            plain += w.unheard * self._silent * (self._away > 0)
        place, about_now = places[0] if places else "", bool(NOW.search(text))
        best = nearest = int(np.argmax(plain))
        if places and not here[best]:
            best = self._same_kind_here(best, plain, here)
            if best < 0:
                known = (entries[nearest],)
                return Finding("elsewhere", text, None, known, place, False, about_now, float(plain[nearest]))
        elif topic is None and not _PROVINCE.search(text) and (not place or self.home in self.places.chain(place)):
            best = self._home_first(best, plain)
        if (overview := self._overviews.get(bare.strip())) is not None and here[overview]:
            best = nearest = overview  # the name alone: what it is
        entry, score = entries[best], float(plain[best])
        evidence = score / w.score + float(self._nearness(bare)[1][best]) / w.weight
        away = self._is_away(entry, place) and self._matter_of[best] != topic
        if evidence < w.choose or (entry.silent and away):
            # what another place's document leaves open is no answer to home
            return Finding("nothing", text, place=place, score=score, about_now=about_now)
        near = np.argpartition(-plain, NEAREST)[:NEAREST] if len(plain) > NEAREST else np.arange(len(plain))
        near = near[np.argsort(-plain[near], kind="stable")]
        order = [entries[n] for n in near[here[near]].tolist() if n != best]
        bare_word = topic is None and len(text) <= BARE and not self._nearness(bare)[2]
        if evidence < w.accept or bare_word or (score < w.doubtful and self._strangeness(bare, entry) >= w.strange):
            return Finding("choice", text, None, (entry, *order)[:3], place, False, about_now, score)
        more = tuple(e for e in order if e.topic is entry.topic)[:NEIGHBOURS]
        other = entries[nearest] if best != nearest and not places else None
        if other is None and not places and topic is None:
            other = self._of_the_province(best, plain)
        return Finding("answer", text, entry, more, place, away, about_now, score, elsewhere=other)

    def _strangeness(self, text: str, entry: Entry) -> float:
        """The share of a text's pairs that the topic of an entry never uses."""
        known = self._pairs_of(entry.topic)
        said = pairs(text)
        return sum(pair not in known for pair in said) / len(said) if said else 0.0

    @staticmethod
    def _pairs(topic: Topic) -> frozenset[str]:
        texts = (t for e in topic.entries for t in (e.title, e.answer, *e.asks))
        return frozenset(pair for text in (topic.name, *topic.called, *texts) for pair in pairs(normal(text)))

    def _same_kind_here(self, best: int, plain: Floats, here: Mask) -> int:
        """The entry of a named place that answers, where the matter is best known from another place: one on the
        same kind of thing (kin.yaml), or one nearly as near; -1 where the place has none."""
        own = here & self._kin_of(best)
        if own.any():
            return int(np.argmax(np.where(own, plain, -np.inf)))
        if here.any() and plain[here].max() >= self.weights.nearer * plain[best]:
            return int(np.argmax(np.where(here, plain, -np.inf)))
        return -1

    def _home_first(self, best: int, plain: Floats) -> int:
        """Home's own entry on the same kind of thing, where the best is another place's."""
        if self._away[best] == 0:
            return best
        own = self._kin_of(best) & (self._away == 0)
        if own.any() and plain[own].max() >= self.weights.home * plain[best]:
            return int(np.argmax(np.where(own, plain, -np.inf)))
        return best

    def _of_the_province(self, best: int, plain: Floats) -> Entry | None:
        """The province's rule on the same kind of thing, where it is nearly as near as home's: it holds here too."""
        own = self._kin_of(best) & (self._away == 0.5) & ~self._silent
        if self._away[best] > 0 or not own.any() or plain[own].max() < self.weights.beside * plain[best]:
            return None
        return self.library.entries[int(np.argmax(np.where(own, plain, -np.inf)))]

    def _kin_of(self, number: int) -> Mask:
        """Which entries are on the same kind of thing as this one, in any place."""
        kin: Mask = np.isin(self._topic_of, list(self._kin.get(int(self._topic_of[number]), ())))
        return kin

    def _here(self, places: tuple[str, ...]) -> Mask:
        """Which entries speak for one of the places; all where none is named."""
        if places not in self._spoken:
            topics = [entry.topic for entry in self.library.entries]
            own = np.array([any(p in (t.region, *t.also_regions) for p in places) for t in topics])
            # a province's own rules, where it has any, before those of its cities
            only_own = own.any() and all(p not in self.places.inside for p in places)
            spoken = np.array([self._speaks_for(n, places) for n in range(len(topics))])
            self._spoken[places] = own if only_own else spoken
        return self._spoken[places]

    def _far(self, places: tuple[str, ...]) -> Floats:
        """How far each entry's rule is made from the nearest of the places, 0…0.5."""
        if places not in self._distances:
            rows = ([self._distance(entry, place) for entry in self.library.entries] for place in places)
            self._distances[places] = np.minimum(np.min(list(rows), axis=0), 0.5)
        return self._distances[places]

    def _is_of_home(self, place: str) -> bool:
        """Whether a place is home, lies in it, or home lies in it."""
        return self.home in self.places.chain(place) or place in self.places.chain(self.home)

    def _is_away(self, entry: Entry, place: str) -> bool:
        """Whether the question is home's to answer and the rule is not."""
        asked_of_home = not place or self._is_of_home(place)
        return asked_of_home and entry.topic.region != self.home and place not in entry.topic.also_regions

    def _places(self, text: str) -> list[str]:
        """The places whose rule is asked for: not where a child studies, and 开发区 is home's unless another is named."""
        found = self.places.found(_STUDIES.sub("", text))
        if any(self.home not in self.places.chain(p) for p in found) and self.home not in text:
            # 临沂开发区: a district's everyday name means the named city's, not ours
            return [p for p in found if self.home not in self.places.chain(p)]
        return found

    def _speaks_for(self, number: int, places: Sequence[str]) -> bool:
        topic = self.library.entries[number].topic
        return not places or any(self.places.covers((topic.region, *topic.also_regions), place) for place in places)

    def _is_only_place(self, text: str) -> bool:
        rest = re.sub(r"^(那|那么|换成|我问的是|不是|要是|如果|我是|我在)+\s*", "", self.places.pattern.sub("", text))
        rest = re.sub(r"\s|我问的是|不是", "", rest)
        return bool(_REGION_ONLY.fullmatch(rest)) or len(rest) <= 2

    def without_places(self, text: str) -> str:
        """The text without the names of places, home's own districts apart: entries speak of those."""

        def keep(match: re.Match[str]) -> str:
            place = self.places.names.get(match[0])
            return match[0] if place is None or self.home in self.places.chain(place)[1:] else " "

        return self.places.pattern.sub(keep, text)
