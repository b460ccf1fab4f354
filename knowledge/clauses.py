"""The kept index of clauses: built once when documents are taken in, on disk as flat arrays, mapped at start.

    build(folder, clauses)     writes it
    ClauseIndex.open(folder)   ready at once, whatever its size
    index.best(text, allowed)  → the clauses nearest to a question

BM25 over characters and pairs like knowledge/search.py. Among a hundred thousand clauses a common character stands in
most of them and tells little: a question's grams are added up from the rarest on until enough clauses were touched, so
that a question takes the same short time however large the index is. The nearest are then compared exactly.
"""

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.search import K1, B
from knowledge.words import normal

FORMAT = 1  # of the files: others are not read
TOUCHED = 400_000  # places of grams that one question may add up
NEAREST = 32  # clauses that are compared exactly
_CHUNK = 20_000
_TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)?%?")
_LEAST = 2_000  # in fewer clauses than these rarity says nothing: it is reckoned as if there were so many
Codes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]


class ClauseText(NamedTuple):
    """A clause as it is indexed: its words, the headings above it, where it stands, whose it is."""

    document: int
    path: str
    text: str
    page: int
    line: int
    above: str
    region: str


@dataclass(frozen=True, slots=True)
class Near:
    """A clause that came near: how near (0…about 1.5), and its normal form with its headings."""

    clause: ClauseText
    score: float
    plain: str


# ------------------------------------------------------------------------------------------------------------ building


def build(folder: Path, clauses: Iterable[ClauseText]) -> None:
    """Write the index. Whole or not at all: who looks meanwhile finds none; who else builds the same may win."""
    aside = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        _write(aside, clauses)
        os.replace(aside, folder)
    except OSError:
        if not (folder / "about.json").exists():
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(folder: Path, clauses: Iterable[ClauseText]) -> None:
    offsets, regions, lengths = [0], [], []
    names: dict[str, int] = {}
    chunks: list[tuple[Codes, npt.NDArray[np.int32], npt.NDArray[np.uint16]]] = []
    heads: dict[str, str] = {}
    size = 0
    waiting = iter(clauses)
    with (folder / "clauses.jsonl").open("wb") as file:
        while chunk := list(islice(waiting, _CHUNK)):
            plains = []
            for clause in chunk:
                if clause.above not in heads:
                    heads[clause.above] = normal.__wrapped__(clause.above)
                plain = f"{heads[clause.above]}\n{normal.__wrapped__(clause.text)}"
                plains.append(plain)
                record = json.dumps([*clause, plain], ensure_ascii=False).encode()
                file.write(record)
                offsets.append(offsets[-1] + len(record))
                regions.append(names.setdefault(clause.region, len(names)))
            codes, rows, times, totals = _grams_of(plains, size)
            chunks.append((codes, rows, times))
            lengths.append(totals)
            size += len(chunk)
    codes = np.concatenate([chunk[0] for chunk in chunks] or [np.zeros(0, np.uint64)])
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    rows = np.concatenate([chunk[1] for chunk in chunks] or [np.zeros(0, np.int32)])[order]
    times = np.concatenate([chunk[2] for chunk in chunks] or [np.zeros(0, np.uint16)])[order].astype(np.float32)
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]]) if len(codes) else np.zeros(0, np.intp)
    bounds = np.r_[starts, len(codes)].astype(np.int64)
    spread = np.diff(bounds)
    total = np.concatenate(lengths or [np.zeros(0, np.float32)])
    length = K1 * (1 - B + B * total / (float(total.mean()) if size else 1.0))
    weights = np.repeat(rarity(spread, size), spread) * times * (1 + K1) / (times + length[rows])
    np.save(folder / "codes.npy", codes[starts])
    np.save(folder / "bounds.npy", bounds)
    np.save(folder / "rows.npy", rows)
    np.save(folder / "weights.npy", weights.astype(np.float32))
    np.save(folder / "offsets.npy", np.array(offsets, np.int64))
    np.save(folder / "regions.npy", np.array(regions, np.int16))
    about = {"format": FORMAT, "size": size, "regions": list(names)}
    (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")


def rarity(spread: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.float32]:
    """What a gram tells that stands in so many clauses."""
    many = max(size, _LEAST)
    told: npt.NDArray[np.float32] = np.log(1 + (many - spread + 0.5) / (spread + 0.5)).astype(np.float32)
    return told


def _grams_of(
    plains: Sequence[str], first: int
) -> tuple[Codes, npt.NDArray[np.int32], npt.NDArray[np.uint16], npt.NDArray[np.float32]]:
    """Every gram of every text once, with how often; and how many grams each text has."""
    whole = "\n".join(plains) + "\n"
    signs = np.frombuffer(whole.encode("utf-32-le"), np.uint32).astype(np.uint64)
    owner = np.repeat(np.arange(len(plains)), [len(plain) + 1 for plain in plains])
    is_han = (signs >= 0x3400) & (signs <= 0x9FFF)
    two = is_han[:-1] & is_han[1:]
    tokens = [(token_code(match[0]), match.start()) for match in _TOKEN.finditer(whole)]
    where = np.array([start for _, start in tokens], np.intp)
    codes = np.concatenate(
        (signs[is_han], ((signs[:-1] << np.uint64(32)) | signs[1:])[two], np.array([c for c, _ in tokens], np.uint64))
    )
    rows = np.concatenate((owner[is_han], owner[:-1][two], owner[where]))
    totals = np.bincount(rows, minlength=len(plains)).astype(np.float32)
    order = np.lexsort((rows, codes))
    codes, rows = codes[order], rows[order]
    new = np.flatnonzero(np.r_[True, (codes[1:] != codes[:-1]) | (rows[1:] != rows[:-1])]) if len(codes) else order
    times = np.diff(np.r_[new, len(codes)])
    return codes[new], (rows[new] + first).astype(np.int32), np.minimum(times, 60_000).astype(np.uint16), totals


def token_code(token: str) -> int:
    """A number or a Latin word as a number; Chinese characters and pairs are their own."""
    return int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "little") | 1 << 63


def codes_of(plain: str) -> Iterator[int]:
    """The grams of a normal text, as numbers."""
    for run in re.findall(r"[㐀-鿿]+", plain):
        yield from map(ord, run)
        for one, two in pairwise(run):
            yield ord(one) << 32 | ord(two)
    for token in _TOKEN.findall(plain):
        yield token_code(token)


# ------------------------------------------------------------------------------------------------------------- looking


class ClauseIndex:
    """An index on disk, mapped into memory: what is not asked for is not read."""

    def __init__(self, folder: Path) -> None:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise OSError(f"{folder} is of another format")
        self.size: int = about["size"]
        self.regions: tuple[str, ...] = tuple(about["regions"])
        self._codes: Codes = np.load(folder / "codes.npy")  # looked through for every gram: kept whole
        self._bounds: npt.NDArray[np.int64] = np.load(folder / "bounds.npy")
        self._rows = np.load(folder / "rows.npy", mmap_mode="r")
        self._weights = np.load(folder / "weights.npy", mmap_mode="r")
        self._offsets = np.load(folder / "offsets.npy", mmap_mode="r")
        self._region: npt.NDArray[np.int16] = np.load(folder / "regions.npy")
        self._texts = np.memmap(folder / "clauses.jsonl", np.uint8, "r") if self.size else np.zeros(0, np.uint8)

    @classmethod
    def open(cls, folder: Path) -> "ClauseIndex | None":
        """The index in a folder, or None where there is none that can be read."""
        try:
            return cls(folder)
        except (OSError, ValueError, KeyError):
            return None

    def spread(self, codes: Sequence[int]) -> list[int]:
        """In how many clauses each gram stands."""
        return [int(last - first) for first, last in self._found(codes)]

    def weight(self, codes: Sequence[int]) -> list[float]:
        """What each gram tells: much where it stands in few clauses or none."""
        return rarity(np.array(self.spread(codes), np.int64), self.size).tolist()  # type: ignore[no-any-return]

    def _found(self, codes: Sequence[int]) -> list[tuple[int, int]]:
        if not len(self._codes):
            return [(0, 0)] * len(codes)
        wanted = np.array(codes, np.uint64)
        at = np.minimum(np.searchsorted(self._codes, wanted), len(self._codes) - 1)
        hit = self._codes[at] == wanted
        return [
            (int(self._bounds[n]), int(self._bounds[n + 1])) if there else (0, 0)
            for n, there in zip(at.tolist(), hit.tolist(), strict=True)
        ]

    def allowed(self, speaks: Mapping[str, bool]) -> Flags:
        """Which clauses are of a region that speaks."""
        table = np.array([speaks[name] for name in self.regions] or [False])
        return table[self._region]

    def best(self, plain: str, allowed: Flags, count: int = NEAREST) -> list[Near]:
        """The clauses nearest to a normal text, the nearest first."""
        codes = list(dict.fromkeys(codes_of(plain)))
        if not codes or not self.size:
            return []
        found = sorted((bounds for bounds in self._found(codes) if bounds[1] > bounds[0]), key=lambda b: b[1] - b[0])
        most = sum(self.weight(codes)) or 1.0
        scores = np.zeros(self.size, np.float32)
        touched = 0
        for first, last in found:
            touched += last - first
            if touched > TOUCHED and touched > last - first:
                break
            scores[self._rows[first:last]] += self._weights[first:last]
        scores *= allowed
        count = min(count, self.size)
        near = np.argpartition(-scores, count - 1)[:count]
        near = near[scores[near] > 0]
        return [self._near(int(n), float(scores[n]) / most) for n in near[np.argsort(-scores[near])]]

    def _near(self, number: int, score: float) -> Near:
        first, last = int(self._offsets[number]), int(self._offsets[number + 1])
        *clause, plain = json.loads(self._texts[first:last].tobytes())
        return Near(ClauseText(*clause), score, plain)
