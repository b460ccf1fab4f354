"""Finding: which texts are nearest to what somebody wrote. Pure arithmetic over arrays, no language model.

    Likeness    rows in groups (phrases, example questions): weighted cosine, the nearest row speaks for its group
    Relevance   documents (an entry with all that belongs to it): BM25, as the share of what the question could score

Both count single characters and pairs, as written or as they sound (knowledge/words.py). What a score means is decided
in asking.py.
"""

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat

import numpy as np
import numpy.typing as npt

from knowledge.words import grams, normal, sounds

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
Cut = Callable[[str], Iterator[str]]
SINGLE = 0.35  # in likeness: how much a single character counts beside a pair
SOUND = 0.35  # in likeness: how much the sound counts beside the writing
K1, B = 0.9, 0.4  # of BM25; measured on our own questions


@lru_cache(64)
def _counts(cut: Cut, text: str) -> Mapping[str, int]:
    """How often each gram stands in a text. The same text goes through several indexes, one after the other."""
    return Counter(cut(text))


def _sums(where: Integers, much: Floats, size: int) -> Floats:
    """The sum of what falls to each of `size` places."""
    return np.bincount(where, much, size).astype(np.float64, copy=False)


class _Counted:
    """Texts as three flat arrays, an item for each gram of each text: the gram's number, the text's, how often."""

    def __init__(self, texts: Iterable[str], cut: Cut) -> None:
        self.number: dict[str, int] = {}
        which, row, times = array("i"), array("i"), array("i")
        size = 0
        for size, text in enumerate(texts, 1):
            counts = Counter(cut(text))
            for gram in counts:
                if gram not in self.number:
                    self.number[gram] = len(self.number)
            which.extend(map(self.number.__getitem__, counts))
            row.extend(repeat(size - 1, len(counts)))
            times.extend(counts.values())
        self.size = size
        self.which: Integers = np.array(which, np.intp)
        self.row: Integers = np.array(row, np.intp)
        self.times: Floats = np.array(times, np.float64)
        self.spread: list[int] = np.bincount(self.which, minlength=len(self.number)).tolist()  # texts with the gram


class _Postings:
    """Where each gram stands and what it weighs there; one pass over flat arrays adds up a question."""

    def __init__(self, counted: _Counted, weights: Floats) -> None:
        self.size, self.number = counted.size, counted.number
        order = np.argsort(counted.which, kind="stable")
        self.rows = counted.row[order]
        self.weights = weights[order]
        self.bounds: list[int] = [0, *np.cumsum(counted.spread, dtype=np.intp).tolist()]

    def add_up(self, wanted: Mapping[str, int]) -> Floats:
        """The sum over grams of their weight in each row times how often they are wanted."""
        number, bounds, rows, weights = self.number, self.bounds, self.rows, self.weights
        where: list[Integers] = []
        much: list[Floats] = []
        for gram, times in wanted.items():
            if (n := number.get(gram)) is not None:
                first, last = bounds[n], bounds[n + 1]
                where.append(rows[first:last])
                much.append(weights[first:last] if times == 1 else weights[first:last] * times)
        if not where:
            return np.zeros(self.size)
        return _sums(np.concatenate(where), np.concatenate(much), self.size)


class _Cosine:
    """Rows compared as written or as they sound."""

    def __init__(self, rows: Sequence[str], cut: Cut) -> None:
        self.cut = cut
        counted = _Counted(rows, cut)
        self.rarest = math.log(1 + len(rows))
        each = zip(counted.number, counted.spread, strict=True)
        self.weight = {g: math.log(1 + len(rows) / times) * self._share(g) for g, times in each}
        weight = np.array(list(self.weight.values()))[counted.which]
        norm = np.sqrt(_sums(counted.row, (weight * counted.times) ** 2, counted.size))
        norm[norm == 0.0] = 1.0
        # the question's own weight of a gram is in here too: what is left to it is how often, and its length
        self.postings = _Postings(counted, weight**2 * counted.times / norm[counted.row])

    def _share(self, gram: str) -> float:
        single = len(gram) == 1 if self.cut is grams else " " not in gram
        return SINGLE if single and not gram[0].isdigit() else 1.0

    def compare(self, text: str) -> Floats:
        counts, known = _counts(self.cut, text), self.weight
        length = 0.0
        for gram, times in counts.items():
            weight = known.get(gram) or self.rarest * self._share(gram)
            length += (times * weight) ** 2
        return self.postings.add_up(counts) / (math.sqrt(length) or 1.0)


class Likeness:
    """Rows of text in groups 0…n-1: how near a text comes to the nearest row of each group."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self.rows: list[str] = []
        starts: list[int] = []
        for group in groups:
            starts.append(len(self.rows))
            self.rows += [normal(row) for row in group] or [""]
        self.starts = np.array(starts, np.intp)
        self._written = _Cosine(self.rows, grams)
        self._heard = _Cosine(self.rows, sounds)

    def of_rows(self, text: str) -> Floats:
        """Likeness of a normal text to every row, 0…1."""
        written, said = self._written.compare(text), self._heard.compare(text)
        written *= 1 - SOUND
        said *= SOUND
        written += said
        return written

    def best(self, text: str) -> Floats:
        """Likeness to the nearest row of each group, 0…1."""
        result: Floats = np.maximum.reduceat(self.of_rows(text), self.starts)
        return result


class Relevance:
    """Documents 0…n-1: BM25 of a question, divided by the most that any document could get for it (0…about 1.5)."""

    def __init__(self, documents: Sequence[str], cut: Cut = grams) -> None:
        self.cut = cut
        counted = _Counted(map(normal, documents), cut)
        size = counted.size
        totals = _sums(counted.row, counted.times, size)
        average = float(totals.sum()) / max(size, 1) or 1.0
        each = zip(counted.number, counted.spread, strict=True)
        self.rarity = {g: math.log(1 + (size - times + 0.5) / (times + 0.5)) for g, times in each}
        self.unknown = math.log(1 + size)
        length = (K1 * (1 - B + B * totals / average))[counted.row]
        rarity = np.array(list(self.rarity.values()))[counted.which]
        self.postings = _Postings(counted, rarity * counted.times * (1 + K1) / (counted.times + length))

    def of(self, text: str) -> Floats:
        """Relevance of every document to a normal text."""
        return self.postings.add_up(dict.fromkeys(_counts(self.cut, text), 1)) / self.most(text)

    def most(self, text: str) -> float:
        """The most that a document could get for a normal text, if each of its grams stood there once."""
        rarity, unknown = self.rarity, self.unknown
        return sum([rarity.get(g, unknown) for g in _counts(self.cut, text)]) or 1.0


def heard(documents: Sequence[str]) -> Relevance:
    """Relevance by sound."""
    return Relevance(documents, sounds)
