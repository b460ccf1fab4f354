"""What goes before everything: words that speak of a life in danger (urgent.yaml). Patterns, not likeness: a miss
costs more than a needless telephone number, but a question about last year's accident is a question."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.words import normal

FILE = Path(__file__).parent / "urgent.yaml"


@dataclass(frozen=True)
class Matter:
    """One kind of emergency: what is said (all of `needs`, none of `unless`), and the kind line that answers."""

    name: str
    words: re.Pattern[str]
    needs: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    reply: str

    def speaks(self, text: str) -> bool:
        return bool(
            self.words.search(text)
            and all(need.search(text) for need in self.needs)
            and not (self.unless and self.unless.search(text))
        )


@dataclass(frozen=True)
class Urgent:
    matters: tuple[Matter, ...]

    @classmethod
    def load(cls) -> "Urgent":
        matters = []
        for raw in yaml.safe_load(FILE.read_text(encoding="utf-8")):
            needs = tuple(re.compile(raw[key]) for key in ("needs", "now") if key in raw)
            unless = re.compile(raw["not"]) if "not" in raw else None
            matters.append(Matter(raw["name"], re.compile("|".join(raw["words"])), needs, unless, raw["reply"]))
        return cls(tuple(matters))

    def find(self, written: str) -> Matter | None:
        """The matter that a message speaks of, or None."""
        text = normal(written)
        return next((matter for matter in self.matters if matter.speaks(text)), None)
