"""Kinds: how a cell is read, by what it must be. A reader takes a cell that is not empty and gives its value, or
raises Wrong with the end of a sentence that begins with the column's heading: 电话“12”不像电话号码.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.importing.files import Cell

Reader = Callable[[Cell], Any]
_EMPTY = {"", "无", "暂无", "没有", "未填", "待定", "-", "--", "—", "——", "/", "\\", "空"}
_FIRST_DAY = date(1899, 12, 30)  # of the numbers that spreadsheets count days with
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|\s*月?)(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_AREA = r"(?:010|02\d|0[3-9]\d{2})"
_PHONES = (
    re.compile(r"1[3-9]\d{9}"),
    re.compile(r"(?:400|800)\d{7}"),
    re.compile(rf"(?P<area>{_AREA})(?P<number>[2-9]\d{{6,7}})"),
    re.compile(r"[2-9]\d{6,7}"),
    re.compile(r"1[12]\d{3}"),
)
_EXTENSION = re.compile(r"(?:转|分机|[Ee]xt\.?)(\d{1,6})$")


class Wrong(ValueError):
    """A cell, or a row, that cannot be taken; the sentence says why."""


def shown(cell: Cell) -> str:
    """A cell as text: 3 and not 3.0, days as 2026-11-20, no spaces or line breaks around it."""
    match cell:
        case bool():
            return "是" if cell else "否"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}"
        case _:
            return re.sub(r"\s+", " ", re.sub(r"[\x00-\x08\x0e-\x1f\u200b\ufeff]", "", str(cell))).strip()


def narrow(text: str) -> str:
    """Full width made half width, without any space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def is_empty(cell: Cell) -> bool:
    return shown(cell) in _EMPTY


def text(most: int) -> Reader:
    """Words, at most so many characters."""

    def reader(cell: Cell) -> str:
        words = shown(cell)
        if len(words) > most:
            raise Wrong(f"太长了：有{len(words)}个字，最多{most}个")
        return words

    return reader


def phone(cell: Cell) -> str:
    """One telephone number or several, as people write them down: 0417-2833123转8001、13900001111."""
    whole = unicodedata.normalize("NFKC", shown(cell))
    whole = re.sub(r"[—–―‐‑−－一]", "-", whole)
    parts = [part for part in re.split(r"[、,;/]|\s{2,}|或者?", whole) if part.strip()]
    found: list[str] = []
    for part in parts:
        if (number := _one_phone(part)) is not None:
            found.append(number)
        else:  # 13900001111 0417-2833123: two numbers with a space between
            several = [_one_phone(piece) for piece in part.split()]
            found += [piece or "" for piece in several]
    if not found or len(found) > 5 or not all(found):
        raise Wrong(f"“{shown(cell)}”不像电话号码，要写成 0417-2830000 或手机号")
    return "、".join(dict.fromkeys(found))


def _one_phone(part: str) -> str | None:
    bare = re.sub(r"[\s()+.-]|^电话[::]?", "", part)
    extension = _EXTENSION.search(bare)
    digits = bare[: extension.start()] if extension else bare
    digits = re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$|0?[1-9]\d{8,}$)", "", digits)
    if re.fullmatch(r"[3-9]\d{9}", digits) and not digits.startswith(("400", "800")):
        digits = "0" + digits  # a spreadsheet that took it for a number dropped the 0 in front
    for pattern in _PHONES:
        if match := pattern.fullmatch(digits):
            groups = match.groupdict()
            number = f"{groups['area']}-{groups['number']}" if groups else digits
            return f"{number}转{extension[1]}" if extension else number
    return None


def day(latest: date | None = None) -> Reader:
    """A day, not after `latest`; a month alone is its first day."""

    def reader(cell: Cell) -> date:
        found = _day(cell)
        if found is None or not date(1900, 1, 1) <= found <= date(2100, 12, 31):
            raise Wrong(f"“{shown(cell)}”不是日期，要写成 2026-11-20")
        if latest is not None and found > latest:
            raise Wrong(f"“{found.isoformat()}”还没有到")
        return found

    return reader


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | time | timedelta):
        return None
    if isinstance(cell, int | float) and 20_000 < cell < 80_000:  # 1954 to 2119, a day that lost its format
        return _FIRST_DAY + timedelta(days=int(cell))
    written = unicodedata.normalize("NFKC", shown(cell))
    match = _DATE.fullmatch(written) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", written)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None


def whole_number(least: int = 0, most: int = 10**9) -> Reader:
    """A count."""

    def reader(cell: Cell) -> int:
        written = unicodedata.normalize("NFKC", shown(cell)).replace(",", "")
        if isinstance(cell, bool) or not re.fullmatch(r"-?\d+", written):
            raise Wrong(f"“{shown(cell)}”不是整数")
        if not least <= int(written) <= most:
            raise Wrong(f"“{int(written)}”不在{least}到{most}之间")
        return int(written)

    return reader


def one_of(choices: Mapping[str, Any]) -> Reader:
    """One of a few words. The mapping has every way of writing it, the best way of each value first."""
    known = {narrow(word): value for word, value in choices.items()}
    best: dict[Any, str] = {}
    for word, value in choices.items():
        best.setdefault(value, word)

    def reader(cell: Cell) -> Any:
        word = narrow(shown(cell))
        if word not in known:
            raise Wrong(f"“{shown(cell)}”认不出，可以写：{'、'.join(best.values())}")
        return known[word]

    return reader
