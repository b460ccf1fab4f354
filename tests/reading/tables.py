"""The sentences of visits*.txt and hazards*.txt, and how near a reading comes to what is written under them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from bot.reading.places import Districts
from knowledge.places import Places

ROOM = Path(__file__).parent
TODAY = date(2026, 11, 20)  # a Friday
_NAMES = {
    "d": "district", "t": "date", "p": "participants", "w": "workforce", "x": "demands", "r": "resolution",
    "i": "items_given", "m": "money_given", "ph": "phone", "f": "follow_up",
}  # fmt: skip


@cache
def districts() -> Districts:
    return Districts.of(Places.load("营口"), "营口")


def visits(*names: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each sentence with its records."""
    sentence, records = "", []
    for name in names:
        for line in [*(ROOM / name).read_text(encoding="utf-8").splitlines(), "."]:
            if line.startswith("  "):
                records.append(_record(line))
            elif line.strip() and not line.startswith("#"):
                if records:
                    yield sentence, records
                sentence, records = line, []


def _record(line: str) -> dict[str, Any]:
    (kind, *target), *parts = [part.strip() for part in line.strip().split(";")]
    said = dict(part.split("=", 1) for part in parts if part)
    record: dict[str, Any] = {name: said.get(key) for key, name in _NAMES.items()}
    record |= {"kind": {"E": "enterprise", "H": "household"}[kind], "target": "".join(target).strip()}
    record["date"] = f"2026-{said['t']}" if "t" in said else None
    record["participants"] = said["p"].split(",") if "p" in said else []
    record["demands"] = said["x"].split("/") if "x" in said else []
    record["resolution"] = said.get("r", "pending" if record["demands"] else "none")
    for number in ("workforce", "money_given"):
        record[number] = int(record[number]) if record[number] else None
    return record


def hazards(*names: str) -> Iterator[tuple[str, dict[str, list[str | None]]]]:
    """Each sentence with what counts as right for category, level and place."""
    for name in names:
        for line in (ROOM / name).read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                text, category, level, place = (part.strip() for part in line.split("|"))
                right = {"category": category, "level": level, "place": place}
                yield text, {key: [None if x == "-" else x for x in value.split("/")] for key, value in right.items()}


def same(field: str, right: Any, got: Any) -> bool:
    """Whether a reading says the same: names and goods may be longer or shorter, demands worded otherwise."""
    if not right:
        return not got
    if not got:
        return False
    if field == "participants":
        return set(right) == set(got)
    if field == "demands":
        return len(right) == len(got) and all(any(_alike(a, b) for b in got) for a in right)
    if field in ("target", "items_given", "follow_up", "place"):
        return right in got or got in right
    return bool(right == got)


def _alike(first: str, second: str) -> bool:
    return len(set(first) & set(second)) / min(len(set(first)), len(set(second))) >= 0.6


class Score(Counter[str]):
    """How many were read rightly, of how many, by field."""

    def __init__(self) -> None:
        super().__init__()
        self.of: Counter[str] = Counter()

    def add(self, field: str, right: bool) -> None:
        self.of[field] += 1
        self[field] += right

    def shares(self) -> dict[str, float]:
        return {field: self[field] / self.of[field] for field in self.of}
