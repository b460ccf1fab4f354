"""`niangjia knowledge answer`: the unanswered questions, and answering one.

    without options     what members asked in vain or rated badly, the same together, counted and numbered; what has
                        lapsed and is still asked for
    --question N …      a 部门答复 to it
    --entry FILE …      entries of a document, checked against it
    --correct ID …      in place of an entry; who got the old answer hears it

What is missing is asked for where somebody sits at the terminal. Results go to standard output.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import typer
from rich.console import Console

from bot import publishing
from bot.app import House, open_house
from bot.errors import BotError
from bot.notices import ZONE
from bot.publishing import Group, Refused, Told
from bot.settings import Settings
from knowledge import Knowledge
from knowledge.added import figures
from storage import NewEntry

err = Console(stderr=True, highlight=False, soft_wrap=True)
MOST = 30  # groups listed
ALSO = 4  # further questions of a group


@dataclass
class Answer:
    """What was given as options; what is missing is asked for."""

    question: str = ""
    department: str = ""
    person: str = ""
    day: str = ""
    text: str = ""
    asks: list[str] = field(default_factory=list)
    title: str = ""
    topic: str = ""
    confirmed: str = ""
    entry: Path | None = None
    sources: Path | None = None
    correct: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Answer()


def answer(settings: Settings, given: Answer) -> None:
    """List, or publish."""
    house = open_house(settings)
    try:
        groups = house.storage.run_now(lambda records: publishing.open_questions(records, house.knowledge))
        if given.is_empty:
            _list(house, groups)
            if not (groups and _somebody_is_there()):
                return
            given.question = _ask("答哪一个？写编号，直接回车就不答", "")
            if not given.question:
                return
        _publish(house, groups, given)
    finally:
        house.storage.close_now()


def _list(house: House, groups: Sequence[Group]) -> None:
    knowledge, today = house.knowledge, datetime.now(ZONE).date()
    if not groups:
        print("没有未答的问题。")
    for number, one in enumerate(groups[:MOST], 1):
        times = [f"{one.unanswered}次没答上"] * bool(one.unanswered) + [f"{one.bad}次说没答对"] * bool(one.bad)
        print(f"{number}. [{one.id}] {'、'.join(times)}  {one.title}")
        if also := [question.question for question in one.questions[1 : 1 + ALSO]]:
            print(f"   还这样问：{'；'.join(dict.fromkeys(also))}")
        if (entry := knowledge.library.by_id.get(one.entry)) is not None:
            print(f"   现在答的是：{entry.title}（{entry.id}）")
    if len(groups) > MOST:
        print(f"……还有 {len(groups) - MOST} 个。")
    over = house.storage.run_now(lambda records: publishing.lapsed(records, knowledge, today))
    if over:
        print("到期而问得最多：")
    for still in over[:10]:
        waits = f"，{still.waiting} 人等新规定" if still.waiting else ""
        print(f"   {still.times}次  {still.entry.title}（{still.entry.id}，{still.entry.topic.period.shown}{waits}）")


def _publish(house: House, groups: Sequence[Group], given: Answer) -> None:
    now, knowledge = datetime.now(UTC), house.knowledge
    group = _find(groups, given.question) if given.question else None
    questions = [question.question for question in group.questions] if group else []
    if given.entry is not None:
        news = _entries(knowledge, given)
    else:
        news = [_reply(knowledge, group, given, now.astimezone(ZONE).date())]
    _pass_gate(house, news)
    told = publishing.publish(
        house.storage, knowledge, news, questions=questions, at=now, edition=house.editions.number
    )
    _report(knowledge, news, told, now)


def _find(groups: Sequence[Group], wanted: str) -> Group:
    wanted = wanted.strip()
    if wanted.isdigit() and 1 <= int(wanted) <= len(groups):
        return groups[int(wanted) - 1]
    for one in groups:
        if one.id == wanted.strip("[]"):
            return one
    raise Refused(f"没有 {wanted} 这个问题；niangjia knowledge answer 列出没答的（可能已经答过了）。")


def _entries(knowledge: Knowledge, given: Answer) -> list[NewEntry]:
    assert given.entry is not None
    if given.text:
        raise BotError("--entry 和 --text 只能写一个：条目的答案写在文件里。")
    sources = given.sources or (Path(_needed("", "--sources", "原文放在哪个目录")))
    news = publishing.entries(
        knowledge, given.entry, sources, department=given.department, person=given.person, replaces=given.correct
    )
    err.print(f"{len(news)} 条，数字都在原文里找到了。")
    return news


def _reply(knowledge: Knowledge, group: Group | None, given: Answer, today: date) -> NewEntry:
    if not (group or given.asks or given.correct):
        raise BotError('要写明答的是什么：--question 编号、--ask "问法"，或 --correct 条目。')
    if group is not None:
        err.print(f"问题：{group.title}")
    asks = [question.question for question in group.questions] if group else []
    given.text = _needed(given.text, "--text", "答复（一句话说清）")
    given.department = _needed(given.department, "--department", "哪个部门答的")
    given.person = _needed(given.person, "--person", "谁答的（姓名，不发给问的人）")
    day = _day(_needed(given.day, "--day", "哪天答的", today.isoformat()))
    confirmed = _split(given.confirmed)
    if publishing.unconfirmed(given.text, confirmed) and _somebody_is_there():
        err.print(f"答复里有 {len(figures(given.text))} 个数字，请对着依据核一遍，再照样写一遍（空格隔开）。")
        confirmed = _split(_ask("数字", ""))
    return publishing.reply(
        knowledge, given.text, department=given.department, person=given.person, day=day, confirmed=confirmed,
        questions=[*given.asks, *asks], title=given.title, topic=given.topic, replaces=given.correct, today=today,
    )  # fmt: skip


def _split(written: str) -> list[str]:
    return [figure for figure in re.split(r"[\s、；;，]+|,(?!\d{3})", written) if figure]


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BotError(f"--day 要写成 YYYY-MM-DD，不是 {written!r}。") from None


def _pass_gate(house: House, news: Sequence[NewEntry]) -> None:
    err.print("用题库核对，要几秒钟……")
    added = [publishing.as_added(new, new.entry or f"new-{number}") for number, new in enumerate(news)]
    after = house.editions.with_more(added)
    publishing.gate(house.knowledge, after, added)


def _report(knowledge: Knowledge, news: Sequence[NewEntry], told: Told, now: datetime) -> None:
    print(f"已发布：{'、'.join(told.entries)}")
    whom = [
        f"{count} 个{who}"
        for count, who in ((told.asked, "问过的人"), (told.wished, "等新规定的人"), (told.corrected, "得过旧答案的人"))
        if count
    ]
    if not whom:
        print("没有人要告诉。")
    elif told.not_before > now:
        print(f"要告诉 {'、'.join(whom)}；夜里不打扰，{told.not_before.astimezone(ZONE):%m月%d日 %H:%M} 起发。")
    else:
        print(f"正在告诉 {'、'.join(whom)}。")
    for new in news:
        if new.replaces and (beside := publishing.same_figures(knowledge, new.replaces)):
            names = "、".join(f"{entry.title}（{entry.id}）" for entry in beside)
            print(f"同一题目里还有条目用着旧条目的数字，请一并核对：{names}")


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


def _needed(value: str, option: str, what: str, usual: str = "") -> str:
    if value:
        return value
    if not _somebody_is_there():
        raise BotError(f"缺 {option}：{what}。")
    return _ask(what, usual)


def _ask(what: str, usual: str) -> str:
    return str(typer.prompt(what, default=usual, show_default=bool(usual), err=True)).strip()
