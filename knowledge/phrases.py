"""Phrases: what people say who do not ask the library: report a hazard, look up a card, greet, joke, or ask what is
another office's business.

    phrases.yaml   intent → what people say           (hazard_report: [灭火器过期了没人管, …])
    doors.yaml     归口表: matter → whose door it is  (欠薪: 劳动监察 …), with what people say
    chat.yaml      small talk and nonsense, with the word for it

Two looks decide together: how likely the words are under each kind of message (naive Bayes over characters, pairs and
a few clues, learned from these files and from the library's questions at start), and how near the nearest phrase is.
On messages kept aside either alone was clearly worse (docs/design.md, figures).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml

from knowledge.search import Floats, Likeness
from knowledge.words import grams, normal

ROOM = Path(__file__).parent
SMOOTH = 0.03  # of the naive Bayes
NEAR = 20.0  # what full likeness to a phrase is worth, in nats
KEPT = 2_048  # texts whose look is held for when they come again
FEW = 1500  # questions of the library that are enough to tell what a question sounds like

# What gives a kind of message away, beside its words.
CLUES: Mapping[str, re.Pattern[str]] = {
    "#asking": re.compile(
        r"多少|什么|怎么|哪|谁|几|吗|能不|给不|有没|是不|行不|可不|算不|要不|钱不|呢$|不$|么$|没$|[?？]|为什么|多久|条件|标准|流程|请问|介绍"
    ),
    "#danger": re.compile(
        r"没(戴|系|带|挂|装|盖|关|锁|接地|防护|护栏|护罩|人看|人管)|不(戴|系|带)|坏了|断了?|裂|漏|锈|松了?|掉|歪|塌|鼓|冒(烟|火)|打火|火星|"
        r"裸露|破(皮|了|损)|过期|堵(了|着|死)|占(了|用|道)|乱(拉|扯|堆|放|接)|失灵|失效|超载|缺|拆了|绑(上|着|住)|短接|晃|卡住|滑|"
        r"没(水|电|气|灯|护)|违章|三违|飞线|翘"
    ),
    "#given": re.compile(
        r"慰问金|米.{0,4}油|一袋|一桶|送了|给了\S{0,3}(元|块|百|千)|已签字|困难(职工|户)|走访|家访|入户|入企|包扶|诉求"
    ),
    "#done": re.compile(
        r"今天|昨天|上午|下午|刚才|刚去|去了|走访|慰问|看望|入户|下厂|到.{1,6}家|送了|给了|反映|诉求|已(转|报|解决|签字)|人数|职工\d|\d+人"
    ),
    "#heads": re.compile(r"\d+个?人|职工\d"),
    "#me": re.compile("我"),
}


@dataclass(frozen=True, slots=True)
class Saying:
    """What a group of phrases stands for. `intent`: its name; `door`: about + go; `chat`: reply."""

    kind: Literal["intent", "door", "chat"]
    name: str
    go: str = ""
    reply: str = ""

    @property
    def label(self) -> str:
        """The kind of message that its phrases teach."""
        return self.name if self.kind == "intent" else self.kind


class Bayes:
    """Naive Bayes: how likely each label is to have said a text, in nats."""

    def __init__(self, taught: Iterable[tuple[str, str]]) -> None:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        said: Counter[str] = Counter()
        for text, label in taught:
            counts[label].update(tokens(text))
            said[label] += 1
        self.labels = sorted(said)
        known = sorted({token for each in counts.values() for token in each})
        self._row = {token: number for number, token in enumerate(known)}
        table = np.array([[counts[label][token] for label in self.labels] for token in known], np.float64)
        self._weight = np.log((table + SMOOTH) / (table.sum(axis=0) + SMOOTH * len(known)))
        self._prior = 0.3 * np.log(np.array([said[label] for label in self.labels]) / said.total())

    def weigh(self, text: str) -> Floats:
        """Log-likelihood and a mild prior for each of `labels`."""
        rows = [self._row[token] for token in tokens(text) if token in self._row]
        result: Floats = self._prior + self._weight[rows].sum(axis=0)
        return result


def tokens(text: str) -> set[str]:
    """What a normal text is learned by: its characters and pairs, its clues, its length in steps."""
    found = set(grams(text))
    found.update(clue for clue, pattern in CLUES.items() if pattern.search(text))
    found.add(f"#length{min(5, len(text) // 6)}")
    return found


def is_asking(written: str) -> bool:
    """Whether the words ask something."""
    return bool(CLUES["#asking"].search(normal(written)))


@dataclass(frozen=True, slots=True)
class Guess:
    """The label a text most likely has, its share of the belief (0…1), and the nearest group of phrases under it."""

    label: str
    share: float
    saying: Saying | None


class Phrases:
    """All phrases, and the questions of the library as what `ask` sounds like."""

    def __init__(self, groups: Sequence[tuple[Saying, Sequence[str]]], questions: Sequence[str]) -> None:
        self.sayings = tuple(saying for saying, _ in groups)
        self.near = Likeness([list(asks) for _, asks in groups])
        taught = [(normal(ask), saying.label) for saying, asks in groups for ask in asks]
        every = max(1, len(questions) // FEW)
        taught += [(normal(question), "ask") for question in questions[::every]]
        self.bayes = Bayes(taught)
        self._heard = lru_cache(KEPT)(self._hear)
        self._column = np.array([self.bayes.labels.index(saying.label) for saying in self.sayings], np.intp)

    @classmethod
    def load(cls, questions: Sequence[str]) -> "Phrases":
        """Read the three files. `questions`: what people ask the library."""
        groups: list[tuple[Saying, list[str]]] = []
        for intent, asks in _read("phrases.yaml").items():
            groups.append((Saying("intent", intent), [str(ask) for ask in asks]))
        for door in _read("doors.yaml"):
            groups.append((Saying("door", door["about"], go=door["go"]), [str(ask) for ask in door["asks"]]))
        for chat in _read("chat.yaml"):
            groups.append((Saying("chat", chat["about"], reply=chat["reply"]), [str(ask) for ask in chat["asks"]]))
        return cls(groups, questions)

    def _hear(self, text: str) -> tuple[Floats, Floats, Floats]:
        """Likeness to each group of phrases, to the nearest under each label, and what each label's words weigh."""
        likeness = self.near.best(text)
        nearest = np.zeros(len(self.bayes.labels))
        np.maximum.at(nearest, self._column, likeness)
        return likeness, nearest, self.bayes.weigh(text)

    def guess(self, text: str, lean: Mapping[str, float]) -> Guess:
        """What a normal text most likely is. `lean`: nats that speak for a label beside the words (who is speaking,
        what was just talked of, what the library has for it)."""
        likeness, nearest, belief = self._heard(text)
        belief = belief + NEAR * nearest
        for label, nats in lean.items():
            belief[self.bayes.labels.index(label)] += nats
        best = int(np.argmax(belief))
        under = np.where(self._column == best, likeness, -1.0)
        saying = self.sayings[int(np.argmax(under))] if under.max(initial=-1.0) >= 0 else None
        share = 1 / float(np.exp(np.clip(belief - belief[best], -50, 0)).sum())
        return Guess(self.bayes.labels[best], share, saying)


def _read(name: str) -> Any:
    return yaml.safe_load((ROOM / name).read_text(encoding="utf-8"))
