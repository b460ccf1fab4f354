"""Finding: which texts are nearest to what somebody wrote. Pure arithmetic over arrays, no language model.

    Likeness    rows in groups (phrases, example questions): weighted cosine, the nearest row speaks for its group
    Relevance   documents (an entry with all that belongs to it): BM25, as the share of what the question could score

Both count single characters and pairs, as written or as they sound (knowledge/words.py). What a score means is decided
in asking.py.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from knowledge.words import grams, normal, sounds

Floats = npt.NDArray[np.float64]
Cut = Callable[[str], Iterator[str]]
SINGLE = 0.35  # in likeness: how much a single character counts beside a pair
SOUND = 0.35  # in likeness: how much the sound counts beside the writing
K1, B = 0.9, 0.4  # of BM25; measured on our own questions


class _Postings:
    """Where each gram stands and what it weighs there; one pass over flat arrays adds up a question."""

    def __init__(self, size: int, weighed: Iterable[Iterable[tuple[str, float]]]) -> None:
        self.size = size
        found: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for number, pairs in enumerate(weighed):
            for gram, weight in pairs:
                found[gram][0].append(number)
                found[gram][1].append(weight)
        self.rows = {gram: np.array(where, np.int32) for gram, (where, _) in found.items()}
        self.weights = {gram: np.array(much, np.float64) for gram, (_, much) in found.items()}

    def add_up(self, wanted: Iterable[tuple[str, float]]) -> Floats:
        """The sum over grams of their weight in each row times their weight in the question."""
        where: list[npt.NDArray[np.int32]] = []
        much: list[Floats] = []
        for gram, weight in wanted:
            if gram in self.rows:
                where.append(self.rows[gram])
                much.append(self.weights[gram] * weight)
        if not where:
            return np.zeros(self.size)
        result: Floats = np.bincount(np.concatenate(where), np.concatenate(much), self.size)
        return result


class _Cosine:
    """Rows compared as written or as they sound."""

    def __init__(self, rows: Sequence[str], cut: Cut) -> None:
        self.cut = cut
        counted = [Counter(cut(row)) for row in rows]
        spread = Counter(gram for counts in counted for gram in counts)
        self.rarest = math.log(1 + len(rows))
        self.weight = {g: math.log(1 + len(rows) / times) * self._share(g) for g, times in spread.items()}
        self.postings = _Postings(len(rows), (self._row(counts) for counts in counted))

    def _row(self, counts: Counter[str]) -> list[tuple[str, float]]:
        norm = math.sqrt(sum((self.weight[g] * t) ** 2 for g, t in counts.items())) or 1.0
        return [(g, self.weight[g] * t / norm) for g, t in counts.items()]

    def _share(self, gram: str) -> float:
        single = len(gram) == 1 if self.cut is grams else " " not in gram
        return SINGLE if single and not gram[0].isdigit() else 1.0

    def compare(self, text: str) -> Floats:
        counts = Counter(self.cut(text))
        wanted = [(g, t * (self.weight[g] if g in self.weight else self.rarest * self._share(g))) for g, t in counts.items()]
        norm = math.sqrt(sum(w * w for _, w in wanted)) or 1.0
        return self.postings.add_up((g, w / norm) for g, w in wanted)


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
        return (1 - SOUND) * self._written.compare(text) + SOUND * self._heard.compare(text)

    def best(self, text: str) -> Floats:
        """Likeness to the nearest row of each group, 0…1."""
        result: Floats = np.maximum.reduceat(self.of_rows(text), self.starts)
        return result


class Relevance:
    """Documents 0…n-1: BM25 of a question, divided by the most that any document could get for it (0…about 1.5)."""

    def __init__(self, documents: Sequence[str], cut: Cut = grams) -> None:
        self.cut = cut
        counted = [Counter(cut(normal(text))) for text in documents]
        spread = Counter(gram for counts in counted for gram in counts)
        size = len(counted)
        average = sum(counts.total() for counts in counted) / max(size, 1) or 1.0
        self.rarity = {g: math.log(1 + (size - times + 0.5) / (times + 0.5)) for g, times in spread.items()}
        self.unknown = math.log(1 + size)
        self.postings = _Postings(size, (self._document(counts, average) for counts in counted))

    def _document(self, counts: Counter[str], average: float) -> list[tuple[str, float]]:
        length = K1 * (1 - B + B * counts.total() / average)
        return [(g, self.rarity[g] * t * (1 + K1) / (t + length)) for g, t in counts.items()]

    def of(self, text: str) -> Floats:
        """Relevance of every document to a normal text."""
        return self.postings.add_up((g, 1.0) for g in set(self.cut(text))) / self.most(text)

    def most(self, text: str) -> float:
        """The most that a document could get for a normal text, if each of its grams stood there once."""
        return sum(self.rarity.get(g, self.unknown) for g in set(self.cut(text))) or 1.0


def heard(documents: Sequence[str]) -> Relevance:
    """Relevance by sound."""
    return Relevance(documents, sounds)
