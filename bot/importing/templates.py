"""Templates: the blank file of a form, to be filled in and imported as it is.

An .xlsx has the headings, lists to choose from, and a second sheet that says what goes where; a .csv has the headings.
XlsxWriter and not openpyxl: it writes only, which is all we need (calamine reads), and the exports will want it for
large files.
"""

import csv
import io
from pathlib import Path
from typing import Any

import xlsxwriter

from bot.errors import BotError
from bot.importing.forms import Form

ROWS = 2000  # that have lists to choose from
TEXT = {"num_format": "@", "valign": "top", "text_wrap": True}  # so that 0417… keeps its 0


def write(form: Form[Any], path: Path) -> None:
    """Write the blank file. A file that is there already is left alone."""
    if path.suffix.lower() not in {".xlsx", ".csv"}:
        raise BotError(f"空白表要写成 .xlsx 或 .csv，不能写成 {path.name}。")
    try:
        with path.open("xb") as file:
            if path.suffix.lower() == ".xlsx":
                _write_workbook(form, file)
            else:
                file.write(_comma_separated([column.heading for column in form.columns]))
    except FileExistsError:
        raise BotError(f"{path} 已经有了，没有动它；请换个名字。") from None
    except OSError as wrong:
        raise BotError(f"写不了 {path}：{wrong.strerror}。") from None


def _comma_separated(headings: list[str]) -> bytes:
    """The headings as a .csv that Excel and WPS open rightly."""
    line = io.StringIO()
    csv.writer(line).writerow(headings)
    return line.getvalue().encode("utf-8-sig")


def _write_workbook(form: Form[Any], file: Any) -> None:
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet(form.title)
    lists = book.add_worksheet("填表说明")
    plain = book.add_format(TEXT)
    needed = book.add_format({"bold": True, "bg_color": "#F8D7D0", "border": 1, "num_format": "@"})
    free = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "num_format": "@"})
    wrapped = book.add_format({"valign": "top", "text_wrap": True})
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(form.columns):
        sheet.set_column(at, at, column.width, plain)
        sheet.write_string(0, at, column.heading, needed if column.needed else free)
    lists.set_column(0, 0, 14)
    lists.set_column(1, 1, 60, wrapped)
    lists.write_row(0, 0, ["列", "怎么填"], bold)
    row = 1
    for column in form.columns:
        lists.write_string(row, 0, column.heading)
        lists.write_string(row, 1, ("必填。" if column.needed else "可以不填。") + column.remark)
        row += 1
    for remark in form.remarks:
        lists.write_string(row, 1, remark)
        row += 1
    for number, (at, column) in enumerate((at, c) for at, c in enumerate(form.columns) if c.choices):
        place = 3 + number
        lists.set_column(place, place, 30)
        lists.write_string(0, place, f"{column.heading}可以选", bold)
        lists.write_column(1, place, column.choices)
        letter = xlsxwriter.utility.xl_col_to_name(place)
        sheet.data_validation(
            1, at, ROWS, at,
            {
                "validate": "list",
                "source": f"=填表说明!${letter}$2:${letter}${1 + len(column.choices)}",
                "error_type": "warning",  # a department that is not in the list may be written
                "error_title": "不在列表里",
                "error_message": "列表里没有这一个，确定要写吗？",
            },
        )  # fmt: skip
    sheet.activate()
    book.close()
