"""Finding: which rows of text are nearest to what somebody wrote.

An Index holds rows (example questions, entries, phrases), each under a label, and compares by weighted cosine over
characters and pairs, once as written and once as it sounds. Pure arithmetic over arrays: no language model, no score
threshold; what a score means is decided in asking.py.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from knowledge.words import grams, normal, sounds

Floats = npt.NDArray[np.float32]
SINGLE = 0.35  # how much a single character or syllable counts beside a pair
SOUND = 0.35  # how much the sound counts beside the writing


class _Side:
    """One way of looking at the rows (as written, or as they sound): postings and norms."""

    def __init__(self, rows: Sequence[str], cut: Callable[[str], Iterator[str]]) -> None:
        self.cut = cut
        self.size = len(rows)
        counted = [Counter(cut(row)) for row in rows]
        spread = Counter(gram for counts in counted for gram in counts)
        self.rarest = math.log(1 + self.size)
        self.weight = {gram: self._rarity(gram, times) for gram, times in spread.items()}
        postings: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for number, counts in enumerate(counted):
            norm = math.sqrt(sum((self.weight[g] * t) ** 2 for g, t in counts.items())) or 1.0
            for gram, times in counts.items():
                postings[gram][0].append(number)
                postings[gram][1].append(self.weight[gram] * times / norm)
        self.postings = {
            gram: (np.array(where, np.int32), np.array(much, np.float64)) for gram, (where, much) in postings.items()
        }

    def _rarity(self, gram: str, times: int) -> float:
        return math.log(1 + self.size / times) * self._share(gram)

    def _share(self, gram: str) -> float:
        single = " " not in gram and (len(gram) == 1 or (self.cut is sounds and gram.isalpha()))
        return SINGLE if single else 1.0

    def compare(self, text: str) -> Floats:
        """Cosine of the text with every row."""
        where: list[npt.NDArray[np.int32]] = []
        much: list[npt.NDArray[np.float64]] = []
        length = 0.0
        for gram, times in Counter(self.cut(text)).items():
            known = self.weight.get(gram)
            weight = times * (known if known is not None else self.rarest * self._share(gram))
            length += weight * weight
            if known is not None:
                rows, weights = self.postings[gram]
                where.append(rows)
                much.append(weights * weight)
        if not where:
            return np.zeros(self.size, np.float32)
        totals = np.bincount(np.concatenate(where), np.concatenate(much), self.size)
        result: Floats = (totals / math.sqrt(length)).astype(np.float32)
        return result


class Index:
    """Rows under labels 0…n-1; rows of one label stand together."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self.rows: list[str] = []
        starts: list[int] = []
        for group in groups:
            starts.append(len(self.rows))
            self.rows += [normal(row) for row in group] or [""]
        self.starts = np.array(starts, np.intp)
        self._written = _Side(self.rows, grams)
        self._heard = _Side(self.rows, sounds)

    def __len__(self) -> int:
        return len(self.starts)

    def rows_like(self, text: str) -> Floats:
        """How near each row is to a normal text, 0…1."""
        return (1 - SOUND) * self._written.compare(text) + SOUND * self._heard.compare(text)

    def best(self, text: str) -> Floats:
        """For each label, how near its nearest row is."""
        return np.maximum.reduceat(self.rows_like(text), self.starts)
