"""Phrases: what people say who do not ask the library: report a hazard, look up a card, greet, joke, or ask what is
another office's business.

    phrases.yaml   intent → what people say           (hazard_report: [灭火器过期了没人管, …])
    doors.yaml     归口表: matter → whose door it is  (欠薪: 劳动监察 …), with what people say
    chat.yaml      small talk and nonsense, with the word for it

All three are rows of one list; nearest wins. Likeness is compared with the library's by the reader of intents.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml

from knowledge.search import Likeness

ROOM = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Saying:
    """What a group of phrases stands for. `intent`: its name; `door`: about + go; `chat`: reply."""

    kind: Literal["intent", "door", "chat"]
    name: str
    go: str = ""
    reply: str = ""


@dataclass(frozen=True)
class Phrases:
    sayings: tuple[Saying, ...]
    index: Likeness

    @classmethod
    def load(cls) -> "Phrases":
        groups: list[tuple[Saying, list[str]]] = []
        for intent, asks in _read("phrases.yaml").items():
            groups.append((Saying("intent", intent), asks))
        for door in _read("doors.yaml"):
            groups.append((Saying("door", door["about"], go=door["go"]), door["asks"]))
        for chat in _read("chat.yaml"):
            groups.append((Saying("chat", chat["about"], reply=chat["reply"]), chat["asks"]))
        return cls(tuple(saying for saying, _ in groups), Likeness([[str(a) for a in asks] for _, asks in groups]))

    def nearest(self, text: str) -> list[tuple[Saying, float]]:
        """The three nearest sayings to a normal text, nearest first, each with its likeness 0…1."""
        scores = self.index.best(text)
        return [(self.sayings[int(n)], float(scores[n])) for n in np.argsort(-scores)[:3]]


def _read(name: str) -> Any:
    return yaml.safe_load((ROOM / name).read_text(encoding="utf-8"))
