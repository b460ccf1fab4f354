"""Files: a spreadsheet of any of the usual kinds, as rows of cells.

    read(path) → [Sheet("Sheet1", rows)], row 1 of the sheet is rows[0], as people count them

What a file is, its first bytes say, not its name: an .xls that is a new workbook, a .csv that Excel wrote as UTF-16.
Formulas give the values last worked out. A cell merged over several rows stands in each of them. What cannot be read
is refused with a sentence that says what to do (NotReadable).
"""

import codecs
import csv
import io
import pickle
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.errors import BotError

Cell = str | int | float | bool | date | time | datetime | timedelta
MOST_BYTES = 50 * 1024**2
MOST_ROWS = 200_000
PATIENCE = 120  # seconds for one workbook
READER = Path(__file__).with_name("workbook.py")
WRONG = {
    "password": "加了密码，请先去掉密码再导入。",
    "broken": "不是表格，或者坏了、加了密码。请用 WPS 或 Excel 打开它，另存为 .xlsx 再导入。",
    "large": "太大：有一页超过20万行或500列。请删掉下面和右边没有用的行列再导入。",
}
MAYBE = ("utf-8", "gb18030")  # without a mark in front; GB18030 takes GBK and GB2312 in
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class NotReadable(BotError):
    """A file that is no spreadsheet we can read."""


@dataclass(frozen=True)
class Sheet:
    name: str
    rows: list[list[Cell]]


def read(path: Path) -> list[Sheet]:
    """The visible sheets of a workbook, or the one of a .csv."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotReadable(f"{path.name} 太大了（超过{MOST_BYTES // 1024**2}兆），请分成几个文件。")
        content = path.read_bytes()
    except OSError as wrong:
        raise NotReadable(f"打不开 {path}：{_reason(wrong)}。") from None
    if not content.strip():
        raise NotReadable(f"{path.name} 是空的。")
    if content.startswith((ZIP, OLE)):
        return _workbook(path)
    return [Sheet("", _comma_separated(path.name, content))]


def _reason(wrong: OSError) -> str:
    return {
        FileNotFoundError: "没有这个文件", IsADirectoryError: "这是一个文件夹", PermissionError: "没有权限读它",
    }.get(type(wrong), wrong.strerror or "读不出来")  # fmt: skip


def _workbook(path: Path) -> list[Sheet]:
    """Read by another process: some broken files end the reader's whole process (workbook.py)."""
    try:
        done = subprocess.run(  # our own script, told one path
            [sys.executable, "-I", str(READER), str(path.resolve())], capture_output=True, timeout=PATIENCE, check=True
        )
        found: Any = pickle.loads(done.stdout)
    except (subprocess.SubprocessError, pickle.UnpicklingError, EOFError):
        found = "broken"
    if isinstance(found, str):
        raise NotReadable(f"{path.name} {WRONG[found]}")
    return [_sheet(*each) for each in found]


def _sheet(name: str, rows: list[list[Cell]], merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> Sheet:
    for (top, left), (bottom, _) in merged:
        # down only: a heading or a district over several rows holds for each; a title over several columns is none
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = rows[top][left]
    return Sheet(name, rows)


def _comma_separated(name: str, content: bytes) -> list[list[Cell]]:
    text = _decode(name, content)
    if text.lstrip().startswith(("<", "{\\rtf", "%PDF")):
        raise NotReadable(f"{name} 不是表格，是网页或文档。请用 WPS 或 Excel 打开它，另存为 .xlsx 再导入。")
    first = next(line for line in text.splitlines() if line.strip())
    delimiter = next((mark for mark in ",\t;" if mark in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows: list[list[Cell]] = [list(row) for row in reader]
    except csv.Error:
        raise NotReadable(f"{name} 第 {reader.line_num} 行的引号不成对，或者太长，读不下去。") from None
    if len(rows) > MOST_ROWS:
        raise NotReadable(f"{name} 超过{MOST_ROWS}行，请分成几个文件。")
    return rows


def _decode(name: str, content: bytes) -> str:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            maybe: tuple[str, ...] = (encoding,)
            break
    else:
        half = content[:200]
        wide = half.count(0) > len(half) // 4  # UTF-16 without its mark: every letter and comma has a zero beside it
        maybe = ("utf-16-le" if half[1::2].count(0) > half[::2].count(0) else "utf-16-be",) if wide else MAYBE
    for encoding in maybe:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(char < " " and char not in "\t\r\n\x0b\x0c" for char in text[:10_000]):
            return text
    raise NotReadable(f"{name} 不是表格：要 .xlsx、.xls 或 .csv。")
