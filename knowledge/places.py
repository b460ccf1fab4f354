"""Places: which one a question names, and whether a rule of one place speaks for another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "regions.yaml"


@dataclass(frozen=True)
class Places:
    """Known places. `inside` maps a place to what it lies in: 鲅鱼圈区 → 营口 → 辽宁; `names` what is said → place."""

    inside: Mapping[str, str]
    names: Mapping[str, str]
    pattern: re.Pattern[str]

    @classmethod
    def load(cls, home: str) -> "Places":
        """Read the list. District names without their city (开发区, 高新区) are those of home."""
        data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        inside: dict[str, str] = {}
        names: dict[str, str] = {}
        for province, cities in data["china"].items():
            names[province] = province
            for city in cities.split():
                inside[city] = province
                names[city] = city
        for city, districts in data["districts"].items():
            for district, others in districts.items():
                if city == home or district not in inside:
                    inside[district] = city
                for name in (district, *others):
                    if city == home or name not in names:
                        names[name] = district
        names["吉林市"] = "吉林市"
        stop = data["not_places"]
        words = sorted([*names, *stop], key=len, reverse=True)
        return cls(inside, names, re.compile("|".join(map(re.escape, words))))

    def found(self, text: str) -> list[str]:
        """The places named in a text, in order, each once; the most local of those that follow one another."""
        found: list[str] = []
        for match in self.pattern.finditer(text):
            place = self.names.get(match[0])
            if place is not None and place not in found:
                found.append(place)
        return [p for p in found if not any(p in self.chain(other)[1:] for other in found)]

    def chain(self, place: str) -> list[str]:
        """The place and all it lies in: 鲅鱼圈区, 营口, 辽宁."""
        chain = [place]
        while chain[-1] in self.inside:
            chain.append(self.inside[chain[-1]])
        return chain

    def covers(self, regions: tuple[str, ...], place: str) -> bool:
        """Whether a rule of `regions` may be given for `place`: it is made there or above it, or (for a province
        that is asked about) in one of its cities."""
        return any(region in self.chain(place) or place in self.chain(region) for region in regions)
