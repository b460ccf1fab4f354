"""How a hazard is heard: what thing in what state is of which category, how bad, and where (hazards.yaml), ready to
be searched. What is made of it is bot/intents/hazards.py's."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path

import yaml

from knowledge.words import grams

FILE = Path(__file__).parent / "hazards.yaml"
PHRASES = Path(__file__).parent / "hazard_phrases.yaml"
CATEGORIES = (
    "fall", "electric", "fire", "mechanical", "chemical", "collapse", "traffic", "special_equipment", "confined_space",
    "ppe", "housekeeping", "other",
)  # fmt: skip


@dataclass(frozen=True)
class Lexicon:
    """`categories`: category → (weight, pattern) …; `level`: name of a test → pattern; `spots`: kind of place → words."""

    categories: Mapping[str, tuple[tuple[int, re.Pattern[str]], ...]]
    level: Mapping[str, re.Pattern[str]]
    spots: Mapping[str, str]

    likeness: "Likeness"

    def weigh(self, text: str) -> dict[str, int]:
        """How much speaks for each category: every different thing said counts once."""
        weights = {}
        for category, rows in self.categories.items():
            weights[category] = sum(weight * len({m[0] for m in pattern.finditer(text)}) for weight, pattern in rows)
        return weights


@dataclass(frozen=True)
class Likeness:
    """How near a text is to what people say of each category: naive Bayes over characters and pairs."""

    counts: Mapping[str, Mapping[str, int]]
    totals: Mapping[str, int]
    known: int

    @classmethod
    def of(cls, phrases: Mapping[str, str]) -> "Likeness":
        counts = {
            name: Counter(gram for phrase in words.split() for gram in grams(phrase)) for name, words in phrases.items()
        }
        return cls(
            counts, {name: sum(c.values()) for name, c in counts.items()}, len({g for c in counts.values() for g in c})
        )

    def weigh(self, text: str) -> dict[str, float]:
        """The share of each category, 0…1 in all; even shares where nothing is known."""
        said = [gram for gram in grams(text) if any(gram in counts for counts in self.counts.values())]
        logs = {
            name: sum(log((counts.get(gram, 0) + 0.3) / (self.totals[name] + 0.3 * self.known)) for gram in said)
            for name, counts in self.counts.items()
        }
        top = max(logs.values())
        shares = {name: exp((value - top) / max(1.0, len(said) ** 0.5)) for name, value in logs.items()}
        whole = sum(shares.values())
        return {name: share / whole for name, share in shares.items()}


@cache
def load() -> Lexicon:
    """Read the file. Wrong names in it stop the start (KeyError, re.error): it is reviewed like code."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    categories = {
        name: tuple(
            (int(weight), re.compile("|".join(words.split()))) for weight, words in raw["categories"][name].items()
        )
        for name in CATEGORIES
    }
    level = {name: re.compile("|".join(f"(?:{row})" for row in rows)) for name, rows in raw["level"].items()}
    spots = {name: "|".join(sorted(words.split(), key=len, reverse=True)) for name, words in raw["spots"].items()}
    phrases = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))
    return Lexicon(categories, level, spots, Likeness.of(phrases))
