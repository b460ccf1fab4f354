"""Districts under their full names, and streets, towns and villages.

`Districts` is made of the regions data that knowledge holds (names of home's districts and what else they are called);
names typed by sound (老变区) find their district too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.reading.spans import Span
from knowledge.places import Places
from knowledge.words import syllable

# An office of the district is not the place that was visited: 报老边区总工会, 转西市人社局
_OFFICE = re.compile(
    r"(?:市|区|县)?(?:总工会|总(?![数共计])|工会|人社|民政|住建|医保|法院|政府|教育局|残联|信访|劳动|就业|卫健|公安|交通局|应急)"
)
_TOWN = re.compile(
    r"(?P<name>[㐀-鿿]{1,4}?)(?P<kind>街道办?|镇政府|镇(?!上|里|痛)|乡(?!亲|下)|管理区|社区|村(?!镇|里|民|委|会)|大街|小区|家属[院楼]|工业园区?|产业园(?!区?管)|园区|(?<!商业)街(?!道)|路(?!上|过|边|灯|面|费)|屯(?!镇|乡|村)|新区|花园|公寓|棚户区|地区|委(?=\d))"
    r"(?:\d+[号栋楼委组](?:楼)?(?:[-\d]+)?(?:单元|室|号)?)*"
)


@dataclass(frozen=True)
class Districts:
    """`names`: what is said → full name."""

    names: Mapping[str, str]

    @classmethod
    def of(cls, places: Places, home: str) -> "Districts":
        """Home's districts. A long name is also said by its first two characters (沿海)."""
        return cls.of_names({said: full for said, full in places.names.items() if places.inside.get(full) == home})

    @classmethod
    def of_names(cls, said: Mapping[str, str]) -> "Districts":
        names = dict(said)
        for full in set(names.values()):
            if len(full) >= 5:
                names.setdefault(full[:2], full)
        return cls(names)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        said = sorted(self.names, key=len, reverse=True)
        return re.compile(
            "|".join(
                f"{re.escape(name)}(?:区|市|县)?" if name[-1] not in "区市县" else re.escape(name) for name in said
            )
            or "(?!)"
        )

    @cached_property
    def _sounds(self) -> Mapping[tuple[str, ...], str]:
        return {tuple(map(syllable, name)): name for name in self.names if len(name) >= 3}

    def find(self, text: str) -> list[Span[str]]:
        """Districts named, in order; those that only say whose office it is come last."""
        found = []
        for match in self._pattern.finditer(text):
            said = match[0]
            full = self.names.get(said) or self.names.get(said[:-1])
            if full:
                found.append(Span(match.start(), match.end(), said, full))
        if not found:
            found = self._by_sound(text)
        return sorted(found, key=lambda span: bool(_OFFICE.match(text, span.end)))

    def _by_sound(self, text: str) -> list[Span[str]]:
        """老变区, 站钱区, 大石乔, 巴鱼圈: sounds like a district, and shares most characters with it."""
        sounds = [syllable(c) if "㐀" <= c <= "鿿" else c for c in text]
        for sound, name in self._sounds.items():
            for start in range(len(text) - len(sound) + 1):
                said = text[start : start + len(sound)]
                if (
                    tuple(sounds[start : start + len(sound)]) == sound
                    and sum(a == b for a, b in zip(said, name, strict=True)) >= len(name) - 1
                ):
                    return [Span(start, start + len(name), said, self.names[name])]
        return []


def is_office(text: str, district: Span[str]) -> bool:
    """Whether the district only says whose office is meant."""
    return bool(_OFFICE.match(text, district.end))


def towns(text: str) -> list[Span[str]]:
    """Streets, towns, villages, housing estates: parts of an address that are neither people nor firms."""
    found = []
    for match in _TOWN.finditer(text):
        name = re.sub(
            r"^.*(?:走访|看望|看|慰问|去了?|到了?|在|住|区|市|县|镇|街道|乡|的)(?=[㐀-鿿])", "", match["name"]
        )
        start = match.start("name") + len(match["name"]) - len(name)
        if name and not re.search(
            r"已|找|联系|转|报|给|说|跟|向|和|请|让|答应|没|不|反映|了|想|要|有|离|住院|修", name
        ):
            found.append(Span(start, match.end(), text[start : match.end()], text[start : match.end()]))
    return found
