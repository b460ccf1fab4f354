"""knowledge add: a document is taken in and answers at once, in its own words.

niangjia knowledge add 办法.docx → 文号、标题、单位、日期、条款
niangjia ask 疗休养每批几天      → 文件里有这一段（原文）：「…」 依据：…
"""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.app import House, open_house
from bot.documents import Relation, lines, relation, take_in
from bot.errors import BotError
from bot.messages import Message, Reply, Source
from bot.settings import Settings
from tests.knowledge import papers

NEW = papers.TEXT.replace("试工发", "营工发")
MEASURES = "营工发〔2015〕65号"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url="", _env_file=None)


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    house = open_house(settings)
    house.dispatch.rate = (10**9, 1.0)
    yield house
    await house.storage.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "办法.txt"
    file.write_text(NEW, encoding="utf-8")
    return file


async def asked(house: House, text: str, on: date = date(2026, 11, 20)) -> Reply:
    house.dispatch.clock = lambda: datetime(on.year, on.month, on.day, 8, tzinfo=UTC)
    number = str(datetime.now(UTC).timestamp())
    return await house.dispatch.answer(Message("terminal", number, text, datetime.now(UTC), text=text))


async def test_a_document_answers_in_its_own_words(house: House, settings: Settings, file: Path) -> None:
    assert "（原文）" not in (await asked(house, "疗休养每批几天")).text
    (report,) = take_in(settings, house.storage, [file])
    assert not report.refused
    assert await house.editions.look(house.dispatch)  # a running server notices

    reply = await asked(house, "疗休养每批几天")
    assert (
        "文件里有这一段（原文）：「（一）连续工龄满5年的一线职工可以报名，每年5月报名，每批不超过7天。」" in reply.text
    )
    assert "依据：营工发〔2031〕8号 一（一）" in reply.text
    assert "从2031年1月1日起执行，现在还没有开始" in reply.text
    assert reply.answered
    assert reply.sources == (Source("营工发〔2031〕8号", "一（一）"),)
    assert "现在是否还执行" in (await asked(house, "疗休养每批几天", date(2032, 1, 1))).text
    assert "已到期" in (await asked(house, "疗休养每批几天", date(2035, 1, 1))).text


async def test_a_page_is_said(house: House, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    before, after = NEW.split("二、殡葬慰问")
    file.write_bytes(papers.pdf([before.splitlines(), ["二、殡葬慰问", *after.splitlines()[1:]]], papers.ROWS))
    take_in(settings, house.storage, [file])
    await house.editions.look(house.dispatch)
    assert "依据：营工发〔2031〕8号 二.2（第2页）" in (await asked(house, "配偶去世慰问金给多少钱")).text


async def test_an_entry_goes_before_a_passage(house: House, settings: Settings, file: Path) -> None:
    before = await asked(house, "金秋助学给多少钱")
    take_in(settings, house.storage, [file])
    await house.editions.look(house.dispatch)
    assert (await asked(house, "金秋助学给多少钱")).text == before.text


async def test_a_document_that_is_replaced_says_so_from_the_day_on(
    house: House, settings: Settings, file: Path
) -> None:
    relations = [Relation("营工发[2015]65号", date(2027, 1, 1), True)]
    take_in(settings, house.storage, [file], relations=relations)
    await house.editions.look(house.dispatch)
    before = (await asked(house, "金秋助学给多少钱", date(2026, 12, 31))).text
    assert "已到期" in before
    assert "从那天起由营工发〔2031〕8号代替" in before
    after = await asked(house, "金秋助学给多少钱", date(2027, 1, 1))
    assert "已被营工发〔2031〕8号代替" in after.text
    assert "3000元" in after.text
    assert after.answered


async def test_a_document_can_only_end_another(house: House, settings: Settings, file: Path) -> None:
    take_in(settings, house.storage, [file], relations=[Relation(MEASURES, date(2027, 1, 1), False)])
    await house.editions.look(house.dispatch)
    assert "已由营工发〔2031〕8号停止执行" in (await asked(house, "金秋助学给多少钱", date(2027, 1, 1))).text


async def test_another_place_is_named(house: House, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(NEW.replace("营工发", "沈工发").replace("营口市", "沈阳市"), encoding="utf-8")
    take_in(settings, house.storage, [file])
    await house.editions.look(house.dispatch)
    reply = await asked(house, "疗休养每批几天")
    assert reply.text.startswith("营口的文件里没有写这件事。沈阳的文件里有这一段（原文）")
    assert (await asked(house, "沈阳疗休养每批几天")).text.startswith("沈阳的文件里有这一段（原文）")
    assert "（原文）" not in (await asked(house, "鞍山疗休养每批几天")).text


def test_the_same_file_twice_changes_nothing(settings: Settings, file: Path) -> None:
    house = open_house(settings)
    take_in(settings, house.storage, [file])
    version = house.storage.run_now(lambda records: records.entries.version())
    (report,) = take_in(settings, house.storage, [file])
    assert "以前收过同一份" in next(lines(report))
    assert house.storage.run_now(lambda records: records.entries.version()) == version
    file.write_text(NEW.replace("7天", "10天"), encoding="utf-8")
    (report,) = take_in(settings, house.storage, [file])
    assert report.outcome == "changed"
    house.storage.close_now()


def test_what_is_refused_does_not_keep_the_others_out(settings: Settings, file: Path, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(papers.scan())
    house = open_house(settings)
    reports = take_in(settings, house.storage, [scan, tmp_path / "none.txt", file])
    assert ["扫描件" in reports[0].refused, "打不开" in reports[1].refused, reports[2].refused] == [True, True, ""]
    assert [row.number for row in house.storage.run_now(lambda records: records.documents.all())] == [
        "营工发〔2031〕8号"
    ]
    house.storage.close_now()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("甲", "", ""), "--from 2027"),
        (("", "", "2027-01-01"), "一起写"),
        (("甲", "", "明年"), "YYYY-MM-DD"),
        (("甲", "", "2027-02-30"), "YYYY-MM-DD"),
    ],
)
def test_a_wrong_relation_is_refused(given: tuple[str, str, str], sentence: str) -> None:
    with pytest.raises(BotError, match=sentence):
        relation(*given)


def test_only_a_known_document_can_be_replaced(settings: Settings, file: Path) -> None:
    house = open_house(settings)
    with pytest.raises(BotError, match="没有 营工发〔1999〕1号 这份文件"):
        take_in(settings, house.storage, [file], relations=relation("营工发〔1999〕1号", "", "2027-01-01"))
    with pytest.raises(BotError, match="一次只能交一份"):
        take_in(settings, house.storage, [file, file], relations=relation(MEASURES, "", "2027-01-01"))
    with pytest.raises(BotError, match="没有这个地方"):
        take_in(settings, house.storage, [file], "火星")
    assert house.storage.run_now(lambda records: records.documents.all()) == []
    house.storage.close_now()


def test_the_commands(settings: Settings, file: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NIANGJIA_")}
    environment = kept | {"NIANGJIA_DATA_DIR": str(settings.data_dir)}

    def niangjia(*said: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *said], env=environment, capture_output=True, text=True, check=False
        )

    added = niangjia("knowledge", "add", str(file), "--no-questions", "--replaces", MEASURES, "--from", "2027-01-01")
    assert added.returncode == 0, added.stderr
    for said in ("文号：营工发〔2031〕8号", f"标题：{papers.TITLE}", "发文单位：营口市总工会　日期：2030-12-06", "条款：9 条",
                 "附件：附件1 名额分配表", "提到附件2，文件里没有附上", f"从 2027-01-01 起代替 {MEASURES}"):  # fmt: skip
        assert said in added.stdout
    assert "（原文）：「（一）连续工龄满5年" in niangjia("ask", "疗休养每批几天").stdout
    refused = niangjia("knowledge", "add", __file__, "--no-questions")
    assert refused.returncode == 1
    assert "没有收。" in refused.stdout
