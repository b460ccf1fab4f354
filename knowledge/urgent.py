"""What goes before everything: words that speak of a life in danger (urgent.yaml). Patterns, not likeness: a miss
costs more than a needless telephone number, but a question about last year's accident is a question."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.words import normal

FILE = Path(__file__).parent / "urgent.yaml"


@dataclass(frozen=True)
class Matter:
    """One kind of emergency: what is said (all of `needs`, none of `unless`), and the kind line that answers."""

    name: str
    words: re.Pattern[str]
    needs: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    reply: str

    def speaks(self, text: str) -> bool:
        return bool(
            self.words.search(text)
            and all(need.search(text) for need in self.needs)
            and not any(word.search(text) for word in self.unless)
        )


@dataclass(frozen=True)
class Urgent:
    matters: tuple[Matter, ...]

    @classmethod
    def load(cls) -> "Urgent":
        raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        calm = {name: re.compile(words) for name, words in raw["calm"].items()}
        return cls(tuple(_matter(one, calm) for one in raw["matters"]))

    def find(self, written: str) -> Matter | None:
        """The matter that a message speaks of, or None."""
        text = normal(written)
        return next((matter for matter in self.matters if matter.speaks(text)), None)


def _matter(raw: dict[str, Any], calm: dict[str, re.Pattern[str]]) -> Matter:
    """One matter as written: every kind of calm counts unless it names those it heeds."""
    unless = [calm[name] for name in raw.get("heeds", calm)]
    if "not" in raw:
        unless.append(re.compile(raw["not"]))
    needs = tuple(re.compile(raw[key]) for key in ("needs", "now") if key in raw)
    return Matter(raw["name"], re.compile("|".join(raw["words"])), needs, tuple(unless), raw["reply"])
