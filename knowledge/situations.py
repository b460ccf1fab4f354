"""My situation: which conditions somebody tells of himself, and which measures of the library fit them
(situations.yaml). What is missing is named; nothing is promised."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.library import Entry, Library, LibraryError
from knowledge.words import normal

FILE = Path(__file__).parent / "situations.yaml"
_SELF = re.compile(r"我|自己|本人|家里")
_ASKS_ALL = re.compile(
    r"我?(都|还)?(能|可以|该|有资格)(领|享受|拿|申请|得)(到|点|些)?(哪些|什么|啥|几样)|(有|够)(哪些|什么)(补助|政策|待遇|帮扶|救助).{0,4}(我|能)|我(符合|够)(哪|什么|啥)"
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure and what makes it fit. `needs` are conditions that must hold as well and may not have been said."""

    name: str
    when: tuple[str, ...]
    not_when: tuple[str, ...]
    needs: tuple[str, ...]
    gives: Entry
    next: str
    headcount: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """A measure that fits what was told; `missing` in words what must be true besides."""

    measure: Measure
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Situations:
    says: Mapping[str, str]
    words: Mapping[str, re.Pattern[str]]
    measures: tuple[Measure, ...]

    @classmethod
    def load(cls, library: Library) -> "Situations":
        """Read the file. Raises LibraryError where it names an entry that is not there."""
        data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        measures = []
        for raw in data["measures"]:
            if raw["gives"] not in library.by_id:
                raise LibraryError(f"situations.yaml 里的“{raw['name']}”引用了没有的条目 {raw['gives']}。")
            if re.search(r"\d", raw["next"]):
                raise LibraryError(f"situations.yaml 里“{raw['name']}”的 next 写了数字，数字要写在条目里。")
            measures.append(
                Measure(
                    raw["name"], tuple(raw["when"]), tuple(raw.get("not_when", ())), tuple(raw.get("needs", ())),
                    library.by_id[raw["gives"]], raw["next"], bool(raw.get("headcount")),
                )
            )  # fmt: skip
        conditions = data["conditions"]
        return cls(
            {name: each["say"] for name, each in conditions.items()},
            {name: re.compile(each["words"]) for name, each in conditions.items()},
            tuple(measures),
        )

    def told(self, written: str) -> list[str]:
        """The conditions that a message tells of."""
        text = normal(written)
        return [name for name, pattern in self.words.items() if pattern.search(text)]

    def asks_for_all(self, written: str) -> bool:
        """Whether the message asks what one may get at all: 我能领什么."""
        return bool(_ASKS_ALL.search(normal(written)))

    def speaks_of_oneself(self, written: str) -> bool:
        return bool(_SELF.search(normal(written)))

    def fits(self, told: list[str]) -> list[Fit]:
        """The measures that fit, in the order of the file."""
        return [
            Fit(measure, tuple(self.says[need] for need in measure.needs if need not in told))
            for measure in self.measures
            if any(name in told for name in measure.when) and not any(name in told for name in measure.not_when)
        ]
