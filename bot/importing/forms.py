"""Forms: which columns a spreadsheet must have, and which of its rows can be taken.

    sort_out(form, sheets) → Sorted: the records of the good rows, the number and reason of every refused one

A heading may stand below a title, with spaces, in full width, with a star or a remark in brackets, or by another name
that the form knows. A row is taken whole or not at all. Nothing is stored here.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bot.errors import BotError
from bot.importing.files import Cell, Sheet
from bot.importing.kinds import Reader, Wrong, is_empty, narrow, shown
from storage import Transaction

T = TypeVar("T")
HEADINGS_WITHIN = 20  # rows from the top: titles and remarks may stand above the headings


class WrongHeadings(BotError):
    """Not the headings of this form; the sentence names them."""


@dataclass(frozen=True)
class Column:
    """A column. `needed`: every row has it filled; the heading of a column that is not needed may be missing too."""

    name: str
    heading: str
    read: Reader
    also: tuple[str, ...] = ()  # other words for the heading
    needed: bool = False
    choices: tuple[str, ...] = ()  # offered in the blank file
    remark: str = ""  # said in the blank file
    width: int = 14


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving did."""

    new: int = 0
    changed: int = 0
    same: int = 0


@dataclass(frozen=True)
class Form(Generic[T]):
    """What one kind of import holds. `build` makes a record of a row's values, or raises Wrong; `key` is what no two
    rows share; `save` keeps the records, all or none; `hint` may say something of a row that is taken all the same."""

    name: str  # as in the command
    title: str
    columns: tuple[Column, ...]
    build: Callable[[Mapping[str, Any]], T]
    key: Callable[[T], Hashable]
    save: Callable[[Transaction, list[T]], Saved]
    hint: Callable[[T], str] = lambda record: ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """A row as people find it."""

    number: int
    sheet: str = ""  # empty where only one sheet was read

    def __str__(self) -> str:
        return f"“{self.sheet}”第 {self.number} 行" if self.sheet else f"第 {self.number} 行"


@dataclass
class Sorted(Generic[T]):
    records: list[T] = field(default_factory=list)
    refused: list[tuple[Where, str]] = field(default_factory=list)
    hints: list[tuple[Where, str]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)  # headings that the form does not have

    @property
    def count(self) -> int:
        return len(self.records) + len(self.refused)


@dataclass(frozen=True)
class _Part:
    """A sheet of the form: its heading row (from 0) and where each column is."""

    sheet: Sheet
    row: int
    places: Mapping[str, int]

    def filled(self) -> Iterator[tuple[int, list[Cell]]]:
        """The rows below the headings that hold anything of the form, numbered as people count; headings that are
        written again (on every page) are none."""
        headings = [shown(self.sheet.rows[self.row][at]) for at in self.places.values()]
        for number, row in enumerate(self.sheet.rows[self.row + 1 :], self.row + 2):
            cells = [shown(row[at]) if at < len(row) else "" for at in self.places.values()]
            if any(cells) and cells != headings:
                yield number, row


def sort_out(
    form: Form[T], sheets: Sequence[Sheet], file: str, step: Callable[[int, int], None] = lambda done, whole: None
) -> Sorted[T]:
    """Read all rows. `step` hears how many of how many are done. Raises WrongHeadings where no sheet has the form's
    columns or none has a row below them."""
    parts = _parts(form, sheets, file)
    rows = [(part, number, row) for part in parts for number, row in part.filled()]
    if not rows:
        raise WrongHeadings(f"{file} 只有表头，下面没有内容。")
    result: Sorted[T] = Sorted(unused=_unused(form, parts))
    seen: dict[Hashable, Where] = {}
    for done, (part, number, row) in enumerate(rows, 1):
        where = Where(number, part.sheet.name if len(parts) > 1 else "")
        try:
            record = _record(form, part, row)
            if (earlier := seen.setdefault(form.key(record), where)) is not where:
                raise Wrong(f"和{earlier}说的是同一个，重复了")
        except Wrong as wrong:
            result.refused.append((where, f"{wrong}。"))
        else:
            result.records.append(record)
            if hint := form.hint(record):
                result.hints.append((where, hint))
        step(done, len(rows))
    return result


def _record(form: Form[T], part: _Part, row: Sequence[Cell]) -> T:
    values: dict[str, Any] = {}
    faults: list[str] = []
    for column in form.columns:
        at = part.places.get(column.name, len(row))
        cell = row[at] if at < len(row) else ""
        if is_empty(cell):
            values[column.name] = None
            if column.needed:
                faults.append(f"{column.heading}没有填")
            continue
        try:
            values[column.name] = column.read(cell)
        except Wrong as wrong:
            faults.append(f"{column.heading}{wrong}")
    if faults:
        raise Wrong("；".join(faults))
    return form.build(values)


# headings


def _parts(form: Form[Any], sheets: Sequence[Sheet], file: str) -> list[_Part]:
    nearest = [part for sheet in sheets if (part := _headings(form, sheet)) is not None]
    whole = [part for part in nearest if not _missing(form, part)]
    if whole:
        return whole
    blank = f"空白表：niangjia import {form.name} --template 空白表.xlsx"
    if not nearest:
        raise WrongHeadings(f"{file} 里没有内容。{blank}。")
    part = max(nearest, key=lambda part: len(part.places))
    there = [shown(cell) for cell in part.sheet.rows[part.row] if shown(cell)]
    raise WrongHeadings(
        f"{file} 第 {part.row + 1} 行没有“{'”“'.join(_missing(form, part))}”这样的表头；"
        f"那里写的是：{'、'.join(there)[:200]}。{blank}。"
    )


def _missing(form: Form[Any], part: _Part) -> list[str]:
    return [column.heading for column in form.columns if column.needed and column.name not in part.places]


def _headings(form: Form[Any], sheet: Sheet) -> _Part | None:
    """The row of a sheet's top that has most of the headings; None where the sheet is empty."""
    known = {_plain(word): column.name for column in form.columns for word in (column.heading, *column.also)}
    best, most = 0, -1
    for number, row in enumerate(sheet.rows[:HEADINGS_WITHIN]):
        matched = len({_plain(shown(cell)) for cell in row} & set(known))
        if matched > most and any(shown(cell) for cell in row):
            best, most = number, matched
    if most < 0:
        return None
    columns: dict[str, list[int]] = {}
    for at, cell in enumerate(sheet.rows[best]):
        if (name := known.get(_plain(shown(cell)))) is not None:
            columns.setdefault(name, []).append(at)
    places: dict[str, int] = {}
    for name, each in columns.items():
        used = [at for at in each if any(at < len(row) and shown(row[at]) for row in sheet.rows[best + 1 :])]
        if len(used) > 1:
            heading = "”“".join(shown(sheet.rows[best][at]) for at in used)
            raise WrongHeadings(f"表头“{heading}”说的是同一列，不知道用哪一列，请删掉一列。")
        places[name] = (used or each)[0]
    return _Part(sheet, best, places)


def _plain(heading: str) -> str:
    """A heading without what people add to it: 联 系 电 话*（必填） → 联系电话."""
    return re.sub(r"\(.*?\)|\[.*?\]|【.*?】|[*::#]", "", narrow(heading)).lower()


def _unused(form: Form[Any], parts: Sequence[_Part]) -> list[str]:
    found: dict[str, None] = {}
    for part in parts:
        used = set(part.places.values())
        for at, cell in enumerate(part.sheet.rows[part.row]):
            if at not in used and shown(cell) and _plain(shown(cell)) not in {"序号", "编号", "no", "no."}:
                found[shown(cell)] = None
    return list(found)
