"""`niangjia knowledge add`: documents are taken in, and what was found in each is printed."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bot.app import open_house
from bot.documents import SHOWN, lines, relation, take_in, turned
from bot.settings import Settings

err = Console(stderr=True)


def add(
    settings: Settings, files: Sequence[Path], region: str, replaces: str, ends: str, since: str, *, questions: bool
) -> bool:
    """Whether every file was taken in."""
    relations = relation(replaces, ends, since)
    house = open_house(settings)
    try:
        reports = take_in(settings, house.storage, files, region, relations)
        for report in reports:
            for line in lines(report):
                print(line)
        for each in relations if reports and not reports[0].refused else ():
            what = "代替" if each.replaced else "停止执行"
            print(f"  从 {each.since.isoformat()} 起{what} {each.number}")
        if questions and any(report.outcome != "same" and not report.refused for report in reports):
            err.print("把自带的题做一遍……")
            wrong, answered = turned(house.knowledge, house.editions.load())
            for said in answered[:SHOWN]:
                print(f"  现在引原文来答：{said}")
            for said in wrong[:SHOWN]:
                print(f"  原来答对、现在答错：{said}")
            err.print(f"原来答对、现在答错 {len(wrong)} 题，原来没有、现在引原文来答 {len(answered)} 题。")
    finally:
        asyncio.run(house.dispatch.flush())
        house.storage.close_now()
    return not any(report.refused for report in reports)
