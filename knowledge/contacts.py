"""Contacts: whom to ask, by department and district, and how to reach him.

    contacts = Contacts.load("营口", rows)
    contacts.find("市总工会保障部", "鲅鱼圈区")  → the district's own, else the city's; phone may still be empty

Which departments and unions there are, what each does and how documents write it is data: contacts.yaml. Their phones
stand in no document: the departments give them, staff import them (bot/importing/contacts.py), storage keeps them
(storage/contacts.py) and they are handed in as rows.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from knowledge.library import LibraryError

FILE = Path(__file__).parent / "contacts.yaml"
EVERYWHERE = "各地"  # the region of what every city has
HOTLINE = "工会热线"
UNION = "市总工会"
FRESH = timedelta(days=366)  # what was checked longer ago may have changed


@dataclass(frozen=True, slots=True)
class Contact:
    """A department of the city's union (`district` empty) or of a district's, or a district's union itself. `name` is
    how people are told of it, `checked` the day somebody made sure that the number is right."""

    department: str
    district: str = ""
    phone: str = ""
    address: str = ""
    hours: str = ""
    checked: date | None = None
    source: str = ""
    name: str = ""
    duties: str = ""

    def reached(self, today: date) -> str:
        """How to reach it, in one clause, with the day of the check. Empty where there is no phone yet."""
        if not self.phone:
            return ""
        parts = [f"电话{self.phone}"]
        if self.address:
            parts.append(f"地址{self.address}")
        if self.hours:
            parts.append(f"时间{self.hours}")
        return "，".join(parts) + self._checked(today)

    def _checked(self, today: date) -> str:
        if self.checked is None:
            return ""
        month = f"{self.checked.year}年{self.checked.month}月"
        if today - self.checked > FRESH:
            return f"（号码是{month}核对的，可能变了）"
        return f"（{month}核对）"


@dataclass(frozen=True)
class Contacts:
    """All of the home region. `names`: as written → department; `unions`: district → its union."""

    home: str
    known: Mapping[tuple[str, str], Contact]
    names: Mapping[str, str]
    unions: Mapping[str, str]

    @classmethod
    def load(cls, home: str, rows: Iterable[Contact] = ()) -> "Contacts":
        """The departments of contacts.yaml with what was imported. Raises LibraryError where the file is wrong."""
        names: dict[str, str] = {}
        names[f"{home}{UNION}"] = UNION
        unions: dict[str, str] = {}
        known: dict[tuple[str, str], Contact] = {}
        for body in _bodies(home):
            known[body["name"], ""] = Contact(
                body["name"], phone=body.get("phone", ""), name=body["name"], duties=body["duties"]
            )
            for written in (body["name"], *body["written"]):
                names[_bare(written, home)] = body["name"]
            if district := body.get("district"):
                unions[district] = body["name"]
        contacts = cls(home, known, names, unions)
        for row in rows:
            department, district = contacts.settle(row.department, row.district)
            before = known.get((department, "")) or Contact(department)
            name = contacts._name(department, district)
            known[department, district] = replace(
                row, department=department, district=district, name=name, duties=before.duties
            )
            names.setdefault(_bare(department, home), department)
        return contacts

    def settle(self, department: str, district: str = "") -> tuple[str, str]:
        """One way to write it: 保障工作部 → 市总工会保障部; 老边区总工会保障部 → 市总工会保障部 in 老边区."""
        bare = _bare(department, self.home)
        if (name := self.names.get(bare)) is not None:
            return name, "" if self.unions.get(district) == name else district
        for place, union in self.unions.items():
            for written in (name for name, own in self.names.items() if own == union):
                if bare.startswith(written) and len(bare) > len(written):
                    rest = bare.removeprefix(written)
                    return self.names.get(rest, rest), place
        return department.strip(), district

    def is_known(self, department: str) -> bool:
        """Whether the library knows this department, so that answers can name it."""
        return (department, "") in self.known

    @property
    def hotline(self) -> str:
        """The number to call where no other is known."""
        return self.known[HOTLINE, ""].phone

    def find(self, department: str, district: str = "") -> Contact | None:
        """Whom to ask: the district's own department, its union, then the city's department, the first with a phone;
        without any phone the department itself. None: nobody knows this department."""
        department, own = self.settle(department, district)
        steps = [(department, own or district), (self.unions.get(district, ""), ""), (department, "")]
        found = [self.known[step] for step in steps if step in self.known]
        return next((one for one in found if one.phone), self.known.get((department, "")) or next(iter(found), None))

    def _name(self, department: str, district: str) -> str:
        if not district:
            return department
        union = self.unions.get(district, f"{district}总工会")
        if department == UNION:
            return union
        return department if department.startswith(district) else union + _bare(department, self.home)


def _bare(written: str, home: str) -> str:
    """A department's name without spaces and without the union in front of it: 市总工会保障部 → 保障部."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", written))
    return re.sub(rf"^(?:{re.escape(home)})?(?:市总工会|市总(?!工会))(?=.)", "", text)


def _bodies(home: str) -> list[dict[str, Any]]:
    try:
        data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        bodies = [body for body in data if body["region"] in (home, EVERYWHERE)]
        for body in bodies:
            if not (body["name"] and body["duties"] and isinstance(body["written"], list)):
                raise LibraryError(f"contacts.yaml 的 {body['name']} 没有写全。")
    except (yaml.YAMLError, KeyError, TypeError) as wrong:
        raise LibraryError(f"contacts.yaml 写得不对：{wrong}") from None
    return bodies
