"""Publishing: what staff answer is checked, becomes part of the library, and is told once to those who wait."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot import publishing
from bot.dispatch import Dispatch
from bot.editions import Editions
from bot.examining import Item, examine, judge, own_questions
from bot.messages import Message, Reply, Source, from_data, say
from bot.notices import waking
from bot.publishing import Refused, as_added
from knowledge import Knowledge
from storage import NewEntry, OutboxRow, Storage, Transaction
from tests.knowledge.sources import sources

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)  # half past ten at home
DAY = date(2026, 11, 20)
Command = Callable[..., tuple[int, str, str]]
ASKED = "食堂涨价谁管"
ITEMS: list[Item] = [
    {"id": "sum", "turns": ["金秋助学给多少钱"], "must": [["3000"]], "source": "营工发〔2015〕65号"},
    {
        "id": "how",
        "turns": ["金秋助学怎么申请"],
        "kind": "procedure",
        "must": [["社区工会"]],
        "source": "营工发〔2015〕65号",
    },
    {"id": "no", "turns": [ASKED], "kind": "out_of_scope", "must_not": []},
    {"id": "no-2", "turns": ["加班费怎么算"], "kind": "out_of_scope", "must_not": []},
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.load("营口")


def canteen(
    knowledge: Knowledge,
    text: str = "食堂价格由单位定，先找单位工会主席反映。",
    person: str = "王静",
    replaces: str = "",
) -> NewEntry:
    return publishing.reply(
        knowledge, text, department="市总保障部", person=person, day=DAY, confirmed=(),
        questions=[ASKED, "单位食堂涨价找谁"], replaces=replaces,
    )  # fmt: skip


def scholarship(knowledge: Knowledge, replaces: str = "") -> NewEntry:
    return publishing.reply(
        knowledge, "2026年继续办，每人4000元。", department="市总保障部", person="王静", day=DAY,
        confirmed=["2026年", "4000元"], questions=["金秋助学今年给多少钱"], replaces=replaces,
    )  # fmt: skip


def outbox(storage: Storage, now: datetime) -> list[OutboxRow]:
    """What would be sent at this time; sent."""

    def job(records: Transaction) -> list[OutboxRow]:
        rows = records.outbox.claim("test", "wechat", now, limit=100)
        for row in rows:
            records.outbox.sent(row.id, now)
        return rows

    return storage.run_now(job)


async def hear(dispatch: Dispatch, *talk: tuple[str, str]) -> Reply:
    reply = Reply()
    for number, (sender, text) in enumerate(talk):
        reply = await dispatch.answer(Message("wechat", sender, f"{text}-{number}", NOON, text=text))
    await dispatch.flush()
    return reply


@pytest.fixture
def editions(storage: Storage) -> Editions:
    return Editions(storage, "营口")


async def test_who_asked_in_vain_is_told_once(storage: Storage, knowledge: Knowledge, editions: Editions) -> None:
    dispatch = Dispatch(storage, knowledge, clock=lambda: NOON)
    await hear(dispatch, ("oAn", ASKED), ("oAn", ASKED), ("oBo", "食堂涨价归谁管"), ("oCo", "金秋助学给多少钱"))
    (group,) = storage.run_now(lambda records: publishing.open_questions(records, knowledge))
    assert (group.title, group.unanswered) == (ASKED, 3)

    questions = [question.question for question in group.questions]
    told = publishing.publish(storage, knowledge, [canteen(knowledge)], questions=questions, at=NOON, edition=0)

    assert (told.asked, told.wished, told.corrected) == (2, 0, 0)
    rows = outbox(storage, NOON)
    assert sorted(row.member for row in rows) == ["wechat:oAn", "wechat:oBo"]
    message = from_data(rows[0].reply or {})
    assert "您问过的“食堂涨价" in message.text
    assert "市总保障部 2026年11月20日答复：食堂价格由单位定" in message.text
    assert message.sources == (Source("部门答复", "市总保障部 2026年11月20日"),)
    assert storage.run_now(lambda records: publishing.open_questions(records, knowledge)) == []

    again = publishing.publish(storage, knowledge, [canteen(knowledge)], questions=questions, at=NOON, edition=1)
    assert (again.asked, outbox(storage, NOON)) == (0, [])


async def test_a_running_server_notices_and_answers(storage: Storage, knowledge: Knowledge, editions: Editions) -> None:
    dispatch = Dispatch(storage, knowledge, clock=lambda: NOON)
    assert not await editions.look(dispatch)
    publishing.publish(storage, knowledge, [canteen(knowledge)], questions=[], at=NOON, edition=0)

    watching = asyncio.create_task(editions.watch(dispatch, every=0.05))
    for _ in range(200):
        if dispatch.knowledge is not knowledge:
            break
        await asyncio.sleep(0.05)
    watching.cancel()
    reply = await hear(dispatch, ("oAn", ASKED))
    assert reply.answered
    assert reply.text.startswith("市总保障部 2026年11月20日答复：")
    assert not await editions.look(dispatch)


async def test_a_wish_is_fulfilled_once_and_not_when_withdrawn(storage: Storage, knowledge: Knowledge) -> None:
    dispatch = Dispatch(storage, knowledge, clock=lambda: NOON)
    for sender in ("oAn", "oBo"):
        await hear(dispatch, (sender, "金秋助学给多少钱"), (sender, "有新规定告诉我"))
    await hear(dispatch, ("oBo", "不用告诉我了"))

    told = publishing.publish(storage, knowledge, [scholarship(knowledge)], questions=[], at=NOON, edition=0)
    assert (told.wished, told.asked) == (1, 0)
    (row,) = outbox(storage, NOON)
    assert row.member == "wechat:oAn"
    assert "您让我留意的“金秋助学”有新消息了" in from_data(row.reply or {}).text

    again = publishing.publish(storage, knowledge, [scholarship(knowledge)], questions=[], at=NOON, edition=1)
    assert again.wished == 0


async def test_who_got_the_old_answer_hears_the_correction_once(
    storage: Storage, knowledge: Knowledge, editions: Editions
) -> None:
    dispatch = Dispatch(storage, knowledge, clock=lambda: NOON)
    await hear(dispatch, ("oAn", "金秋助学给多少钱"), ("oAn", "有新规定告诉我"), ("oCo", "两癌救助给多少"))
    old = [("wechat:oOld", "jinqiu-sum", NOON - timedelta(days=31))]
    await storage.run(lambda records: records.given.note(old))

    new = scholarship(knowledge, "jinqiu-sum")
    told = publishing.publish(storage, knowledge, [new], questions=[], at=NOON, edition=0)
    assert (told.corrected, told.wished) == (1, 0)  # one message, though he wished too
    (row,) = outbox(storage, NOON)
    assert row.member == "wechat:oAn"
    assert "更正" in from_data(row.reply or {}).text

    await hear(dispatch, ("oLate", "金秋助学给多少钱"))  # the old library still answered
    await editions.look(dispatch)
    (late,) = outbox(storage, NOON + timedelta(days=1))
    assert late.member == "wechat:oLate"
    assert "4000元" in (await hear(dispatch, ("oNew", "金秋助学给多少钱"))).text

    twice = publishing.reply(
        dispatch.knowledge,
        "今年不办了。",
        department="市总保障部",
        person="王静",
        day=DAY,
        confirmed=(),
        replaces=told.entries[0],
    )
    after = publishing.publish(storage, dispatch.knowledge, [twice], questions=[], at=NOON, edition=1)
    assert after.corrected == 3  # who was told the first correction, who came late, who asked since


async def test_nobody_is_told_at_night(storage: Storage, knowledge: Knowledge) -> None:
    await hear(Dispatch(storage, knowledge, clock=lambda: NOON), ("oAn", ASKED))
    told = publishing.publish(storage, knowledge, [canteen(knowledge)], questions=[ASKED], at=NIGHT, edition=0)

    morning = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # eight o'clock at home
    assert told.not_before == morning
    assert outbox(storage, morning - timedelta(seconds=1)) == []
    assert len(outbox(storage, morning)) == 1


@pytest.mark.parametrize(
    ("at", "then"), [("2026-11-20T20:59", "2026-11-20T20:59"), ("2026-11-20T21:00", "2026-11-21T08:00"),
                     ("2026-11-21T07:59", "2026-11-21T08:00"), ("2026-11-21T08:00", "2026-11-21T08:00")]
)  # fmt: skip
def test_the_night(at: str, then: str) -> None:
    assert waking(datetime.fromisoformat(f"{at}+08:00")) == datetime.fromisoformat(f"{then}+08:00")


async def test_of_two_who_publish_at_once_one_is_asked_to_look_again(storage: Storage, knowledge: Knowledge) -> None:
    publishing.publish(storage, knowledge, [canteen(knowledge)], questions=[], at=NOON, edition=0)
    with pytest.raises(Refused, match="再运行一次"):
        publishing.publish(storage, knowledge, [scholarship(knowledge)], questions=[], at=NOON, edition=0)
    assert len(storage.run_now(lambda records: records.entries.published())) == 1


def test_figures_must_be_repeated(knowledge: Knowledge) -> None:
    with pytest.raises(Refused, match="4000元"):
        publishing.reply(
            knowledge, "每人4000元，9月30日前报。", department="市总保障部", person="王静", day=DAY,
            confirmed=["9月30日"], questions=["助学"],
        )  # fmt: skip
    assert publishing.unconfirmed("每人4,000元", ["4000元"]) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"person": " "}, "谁答的"), ({"text": ""}, "答复要写"), ({"text": "好" * 900}, "最多"), ({"replaces": "no-such"}, "没有 no-such")],
)  # fmt: skip
def test_an_incomplete_reply_is_refused(change: dict[str, str], reason: str, knowledge: Knowledge) -> None:
    with pytest.raises(Refused, match=reason):
        canteen(knowledge, **change)


# The gate


def pass_gate(knowledge: Knowledge, new: NewEntry) -> None:
    added = as_added(new, new.entry or "answer-1")
    publishing.gate(knowledge, Knowledge.load("营口", [added]), [added], ITEMS)


def test_the_gate_lets_a_good_reply_pass(knowledge: Knowledge) -> None:
    pass_gate(knowledge, canteen(knowledge))  # the question was to be declined until somebody answered just that
    pass_gate(knowledge, scholarship(knowledge, "jinqiu-sum"))  # what the correction makes untrue is no fault of it


def test_the_gate_refuses_what_would_answer_for_another(knowledge: Knowledge) -> None:
    greedy = publishing.reply(
        knowledge, "金秋助学怎么申请、给多少钱，都找单位。", department="市总保障部", person="王静", day=DAY, confirmed=(),
        questions=["金秋助学怎么申请", "金秋助学给多少钱"], topic="金秋助学",
    )  # fmt: skip
    with pytest.raises(Refused, match="原来答对的题会答错") as refused:
        pass_gate(knowledge, greedy)
    assert "how 金秋助学怎么申请" in str(refused.value)


def test_the_gate_refuses_what_nobody_would_find(knowledge: Knowledge) -> None:
    hidden = publishing.reply(
        knowledge, "找单位。", department="市总保障部", person="王静", day=DAY, confirmed=(), questions=["你好", "谢谢"]
    )
    with pytest.raises(Refused, match="还是答不到"):
        pass_gate(knowledge, hidden)


ENTRY = """
document: 营工发〔2015〕65号
region: 营口
level: city
year: 2015
topics:
  - topic: 金秋助学
    called: [金秋助学, 助学金]
    period: {from: 2015, to: 2016, clause: 十（一）}
    department: {name: 市总工会保障部, clause: 十}
    entries:
      - id: jinqiu-sum-2
        title: 金秋助学给多少钱
        facet: sum
        clause: 十（一）
        facts:
          each: [3000, 元, 市总给每名考上大专以上院校的在档困难职工子女的救助]
        answer: 每个考上大专以上院校的在档困难职工子女，市总救助{each}，按人给。
        asks: [孩子考上大学工会给多少钱, 助学金一个娃给几千]
        related: [jinqiu-who]
"""


def test_an_entry_is_checked_against_its_document(knowledge: Knowledge, tmp_path: Path) -> None:
    file = tmp_path / "entry.yaml"
    file.write_text(ENTRY, encoding="utf-8")
    (new,) = publishing.entries(knowledge, file, sources(), person="王静", replaces="jinqiu-sum")
    assert new.answer.startswith("每个考上大专以上院校的在档困难职工子女，市总救助3000元")
    pass_gate(knowledge, new)

    file.write_text(ENTRY.replace("[3000,", "[9000,"), encoding="utf-8")
    with pytest.raises(Refused, match="9000元”不在"):
        publishing.entries(knowledge, file, sources())
    file.write_text(ENTRY.replace("jinqiu-who", "no-such"), encoding="utf-8")
    with pytest.raises(Refused, match="no-such"):
        publishing.entries(knowledge, file, sources())
    with pytest.raises(Refused, match="没有 营工发〔2015〕65号 的原文"):
        publishing.entries(knowledge, file, tmp_path)


# Examining


def test_what_is_right() -> None:
    source = (Source("营工发〔2015〕65号", "十（一）"),)
    good = say("每人3,000元。", answered=True, sources=source)
    item = ITEMS[0]
    assert judge(item, good) == []
    assert judge(item, say("每人3000元。", answered=True)) == ["依据里没有 营工发〔2015〕65号"]
    assert judge(item, say("一" * 200 + "3000元", answered=True, sources=source)) == ["前200字里没有“3000”"]
    assert judge({**item, **{"must_not": ["3000元"]}}, good) == ["说了不该说的“3000元”"]
    assert judge({**item, **{"must_not_re": [r"\d{4}元"]}}, good) == ["说了不该说的“3000元”"]
    assert judge(ITEMS[2], good) == ["文件里没有的却答了"]
    assert judge({**ITEMS[2], **{"kind": "open_detail"}}, good) == []
    assert judge(ITEMS[2], Reply()) == ["没有回答"]


def test_what_was_right_may_not_become_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = say("3000元", answered=True, sources=(Source("营工发〔2015〕65号", "十（一）"),))
    before = tmp_path / "before.json"
    assert examine(ITEMS[:1], [good], 0.9, save=before)
    assert not examine(ITEMS[:1], [say("没有查到")], 0.0, against=before)
    out = capsys.readouterr()
    assert out.out.startswith("sum\t金秋助学给多少钱\t前200字里没有“3000”")
    assert "原来答对、现在答错：sum" in out.err
    assert not examine(ITEMS[:1], [say("没有查到")], 0.5)


def test_the_projects_own_questions_are_there() -> None:
    assert len(own_questions()) > 800


# The command


@pytest.fixture
def run(tmp_path: Path) -> Command:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NIANGJIA_")}
    environment["NIANGJIA_DATA_DIR"] = str(tmp_path / "data")

    def command(*arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", *arguments], env=environment, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, cwd=tmp_path, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return command


def test_a_staff_member_answers_at_the_terminal(run: Command) -> None:
    assert run("knowledge", "answer")[1].strip() == "没有未答的问题。"
    for question in (ASKED, "食堂涨价归谁管", "金秋助学给多少钱"):
        run("ask", question)
    listed = run("knowledge", "answer")[1]
    assert re.search(r"1\. \[\w{6}\] 2次没答上  食堂涨价", listed)
    assert "到期而问得最多：\n   1次  金秋助学给多少钱（jinqiu-sum" in listed

    reply = ("--department", "市总保障部", "--person", "王静", "--day", "2026-11-20")
    text = "由单位定，先找单位工会反映，3天内答复。"
    code, _, wrong = run("knowledge", "answer", "--question", "1", "--text", text)
    assert (code, "缺 --department" in wrong) == (2, True)
    code, _, wrong = run("knowledge", "answer", "--question", "1", *reply, "--text", text)
    assert code == 2
    assert "3天" in wrong
    code, out, wrong = run("knowledge", "answer", "--question", "1", *reply, "--text", text, "--confirm-figures", "3天")
    assert (code, out.splitlines()[0]) == (0, "已发布：answer-1"), wrong
    assert run("ask", ASKED)[1].startswith("市总保障部 2026年11月20日答复：由单位定")

    code, _, wrong = run("knowledge", "answer", "--question", "7", *reply, "--text", "好")
    assert (code, "没有 7 这个问题" in wrong) == (2, True)
    assert "食堂" not in run("knowledge", "answer")[1]
    code, out, wrong = run("knowledge", "answer", "--correct", "answer-1", *reply, "--text", "由单位定，找单位工会。")
    assert (code, out.splitlines()[0]) == (0, "已发布：answer-2"), wrong
    assert "找单位工会。" in run("ask", ASKED)[1]
