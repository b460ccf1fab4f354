"""Peers of finding: plain search over the clauses of the sources, each quoting the best clause that it finds.

BM25 over words (bm25s with jieba) and over characters and pairs of them (bm25s), and SQLite FTS5 (trigram).
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from tests.benchmarks.scoring import DECLINED, Said

_RUN = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[\u4e00-\u9fff]+")


class Clause(NamedTuple):
    document: str
    path: str
    headings: str
    text: str

    @property
    def whole(self) -> str:
        return f"{self.headings}\n{self.text}"


class Peer(Protocol):
    def best(self, text: str) -> Said: ...


def clauses(directory: Path) -> list[Clause]:
    """Every clause that holds no others, under the headings that it stands under; the newspaper's articles whole."""
    from knowledge.documents import Part, find

    def leaves(document: str, part: Part, above: str) -> Iterator[Clause]:
        if not part.parts:
            yield Clause(document, part.path, above, part.text)
        for each in part.parts:
            heading = part.text.strip().split("\n")[0][:40]
            yield from leaves(document, each, above if heading in above else f"{above}{heading}\n")

    return [leaf for document in find(directory).values() for part in document.clauses
            for leaf in leaves(document.number, part, "")]  # fmt: skip


def pairs(text: str) -> list[str]:
    """Characters and pairs of them."""
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        if run[0] < "\u4e00":
            found.append(run)
        else:
            found += [*run, *(run[n : n + 2] for n in range(len(run) - 1))]
    return found


def words(text: str) -> list[str]:
    """Words as jieba cuts them."""
    import jieba

    jieba.setLogLevel(60)
    return [word for word in jieba.lcut(text.lower()) if word.strip()]


class BM25:
    """bm25s with its default weights."""

    def __init__(self, known: Sequence[Clause], cut: Callable[[str], list[str]]) -> None:
        import bm25s

        self._known, self._cut = known, cut
        self._index: Any = bm25s.BM25()
        self._index.index([cut(clause.whole) for clause in known], show_progress=False)

    def best(self, text: str) -> Said:
        asked = [token for token in self._cut(text) if token in self._index.vocab_dict]
        if not asked:
            return DECLINED
        numbers, scores = self._index.retrieve([asked], k=1, show_progress=False)
        return _quoted(self._known[int(numbers[0][0])], float(scores[0][0]))


class FTS5:
    """SQLite's own full-text search, over trigrams."""

    def __init__(self, known: Sequence[Clause]) -> None:
        self._known = known
        self._base = sqlite3.connect(":memory:")
        self._base.execute("CREATE VIRTUAL TABLE clauses USING fts5(text, tokenize='trigram')")
        self._base.executemany("INSERT INTO clauses(rowid, text) VALUES (?, ?)", enumerate(c.whole for c in known))

    def best(self, text: str) -> Said:
        runs = _RUN.findall(text.lower())
        asked = {run[n : n + 3] for run in runs for n in range(len(run) - 2)}
        if not asked:
            return DECLINED
        found = self._base.execute(
            "SELECT rowid, -bm25(clauses) FROM clauses WHERE clauses MATCH ? ORDER BY 2 DESC LIMIT 1",
            (" OR ".join(f'"{each}"' for each in sorted(asked)),),
        ).fetchone()
        return _quoted(self._known[found[0]], float(found[1])) if found else DECLINED


def _quoted(clause: Clause, score: float) -> Said:
    """The clause itself, headings left out: what counts stands early."""
    return Said(clause.text, True, (clause.document,), score)


def peers(known: Sequence[Clause]) -> Mapping[str, Peer]:
    return {
        "bm25s，jieba 分词": BM25(known, words),
        "bm25s，单字和双字": BM25(known, pairs),
        "SQLite FTS5，三字": FTS5(known),
    }
