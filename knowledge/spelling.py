"""Spelling: typed by sound, the right syllable often comes as the wrong character (助学近 for 助学金, 工监战 for 工监站).

A character is doubted only where it makes no pair that our own texts know, and is replaced only by one of the same
sound that does. What the library and the phrases never say at all is left as it stands: it may be a name.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from math import log

from knowledge.words import normal, runs, syllable

CANDIDATES = 8  # characters of one sound that are tried, commonest first
CHANGE = 1.0  # what a replaced character must bring in, in pairs that are known
REMEMBERED = 4096


class Speller:
    """Knows the characters and pairs of the texts it was made from."""

    def __init__(self, texts: Iterable[str]) -> None:
        pairs: Counter[str] = Counter()
        singles: Counter[str] = Counter()
        for text in texts:
            for run in runs(normal(text)):
                if run[0] >= "㐀":
                    singles.update(run)
                    pairs.update(run[i : i + 2] for i in range(len(run) - 1))
        # a pair seen once may be somebody's slip; from two on it counts fully
        self._worth = {pair: min(1.0, 0.4 + 0.3 * log(times, 2)) for pair, times in pairs.items()}
        alike: dict[str, list[str]] = defaultdict(list)
        for character, _ in singles.most_common():
            if len(alike[syllable(character)]) < CANDIDATES:
                alike[syllable(character)].append(character)
        self._alike = dict(alike)
        self._known = frozenset(singles)
        self.spell = lru_cache(REMEMBERED)(self._spell)

    def _spell(self, text: str) -> str:
        """A normal text with its slips of sound put right."""
        for run in runs(text):
            if len(run) > 1 and run[0] >= "㐀" and (doubted := self._doubted(run)):
                better = self._best(run, doubted)
                if better != run:
                    text = text.replace(run, better, 1)
        return text

    def _doubted(self, run: str) -> set[int]:
        """Places whose character makes no known pair with either neighbour."""
        known = [run[i : i + 2] in self._worth for i in range(len(run) - 1)]
        return {i for i in range(len(run)) if not (i > 0 and known[i - 1]) and not (i < len(run) - 1 and known[i])}

    def _best(self, run: str, doubted: set[int]) -> str:
        """The way through the candidates that makes the most known pairs, each change paid for (Viterbi)."""
        ways: dict[str, tuple[float, str]] = {"": (0.0, "")}
        for place, character in enumerate(run):
            # a neighbour of a doubted place may be the slip as well: 助学近 against 竹学金
            open_here = bool({place - 1, place, place + 1} & doubted)
            others = [c for c in self._alike.get(syllable(character), ()) if c != character] if open_here else []
            found: dict[str, tuple[float, str]] = {}
            for candidate in (character, *others):
                cost = 0.0 if candidate == character else CHANGE if place in doubted else CHANGE + 0.6
                score, way = max(
                    (before + self._worth.get(last + candidate, 0.0) if last else before, path)
                    for last, (before, path) in ways.items()
                )
                found[candidate] = (score - cost, way + candidate)
            ways = found
        return max(ways.values())[1]
