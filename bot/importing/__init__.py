"""Importing: what people have in spreadsheets becomes records.

    file → files.read → rows → forms.sort_out → records, refused rows → save, all in one transaction

A form (contacts.py …) names the columns and how each is read (kinds.py); `take_in` does the rest alike for every
import. All rows are looked at before the first is saved: a run that breaks leaves nothing.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.importing.files import read
from bot.importing.forms import Form, Saved, sort_out
from storage import Storage

T = TypeVar("T")


def take_in(form: Form[T], path: Path, opened: Callable[[], Storage]) -> bool:
    """Import a file: progress on standard error, the report on standard output. False: not one row was good.
    Raises BotError where the file cannot be used at all; the storage is not even opened then."""
    sheets = read(path)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True)
    ) as bar:
        task = bar.add_task(f"读 {path.name}", total=None)
        result = sort_out(form, sheets, path.name, lambda done, whole: bar.update(task, completed=done, total=whole))
        bar.update(task, description=f"存 {path.name}")
        saved = _save(form, result.records, opened) if result.records else Saved()
        bar.update(task, description=f"导入 {path.name}")
    for where, why in result.refused:
        print(f"{where}没有导入：{why}")
    for where, hint in result.hints:
        print(f"{where}：{hint}")
    if result.unused:
        print(f"没有用到的列：{'、'.join(result.unused)}。")
    print(
        f"共 {result.count} 行：新增 {saved.new}，更新 {saved.changed}，没有变化 {saved.same}，"
        f"没有导入 {len(result.refused)}。"
    )
    return bool(result.records)


def _save(form: Form[T], records: list[T], opened: Callable[[], Storage]) -> Saved:
    storage = opened()
    try:
        return storage.run_now(lambda transaction: form.save(transaction, records))
    finally:
        storage.close_now()
