"""Quotations: word for word, of the right place, only where the question's own words stand."""

from datetime import date
from pathlib import Path

import pytest

from knowledge import Documents, Ending, Knowledge, TakenDocument
from knowledge.clauses import ClauseIndex, ClauseText, build
from knowledge.places import Places
from knowledge.quoting import Quote, Quoting, cut
from knowledge.words import normal

NUMBER, AWAY, WIDE = "营工发〔2031〕8号", "大工发〔2031〕3号", "辽工发〔2031〕1号"
PLACES = Places.load("营口")
TAKEN = (
    TakenDocument(1, NUMBER, "疗休养和殡葬慰问办法", "营口市总工会", "2030-12-06", "营口", "city", "a"),
    TakenDocument(2, AWAY, "疗休养和托管班办法", "大连市总工会", "2031-02-06", "大连", "city", "b"),
    TakenDocument(3, WIDE, "职工驿站办法", "辽宁省总工会", "2031-02-06", "辽宁", "province", "c"),
)
CLAUSES = (
    ClauseText(1, "一.1", "1.连续工龄满5年的一线职工可以报名疗休养，每年5月报名，每批不超过7天。", 2, 9, "疗休养和殡葬慰问办法\n一、疗休养", "营口"),
    ClauseText(1, "一.2", "2.疗休养费用由市总工会和单位各承担一半，职工个人不花钱。", 2, 10, "疗休养和殡葬慰问办法\n一、疗休养", "营口"),
    ClauseText(1, "二.1", "1.职工去世的，基层工会给家属殡葬慰问金2000元。", 3, 11, "疗休养和殡葬慰问办法\n二、殡葬慰问", "营口"),
    ClauseText(2, "一", "一、疗休养每人补助1800元。", 0, 4, "疗休养和托管班办法", "大连"),
    ClauseText(2, "二", "二、暑期托管班每班补助3万元，由区县总工会申报。", 0, 5, "疗休养和托管班办法", "大连"),
    ClauseText(3, "一", "一、职工驿站免费热饭、充电，每个驿站省总补助5000元。", 0, 4, "职工驿站办法", "辽宁"),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clauses") / "index"
    build(folder, CLAUSES)
    return folder


@pytest.fixture(scope="module")
def knowledge(folder: Path) -> Knowledge:
    endings = (Ending("营工发〔2015〕65号", NUMBER, date(2032, 1, 1), True),)
    return Knowledge.load("营口", documents=Documents(TAKEN, endings, folder))


def find(folder: Path, question: str) -> Quote | None:
    text = normal(question)
    return Quoting(Documents(TAKEN, (), folder), PLACES, "营口").find(text, tuple(PLACES.found(text)))


@pytest.mark.parametrize(
    ("question", "number", "path"),
    [
        ("疗休养每批几天", NUMBER, "一.1"),
        ("疗休养要不要个人花钱", NUMBER, "一.2"),
        ("职工去世殡葬慰问金给多少钱", NUMBER, "二.1"),
        ("大连疗休养每人补多少钱", AWAY, "一"),
        ("暑期托管班给补助多少钱", AWAY, "二"),
        ("职工驿站能热饭充电不", WIDE, "一"),
    ],
)
def test_a_passage_is_found_for_the_place(folder: Path, question: str, number: str, path: str) -> None:
    quote = find(folder, question)
    assert quote is not None
    assert (quote.document.number, quote.path) == (number, path)
    assert quote.text in {clause.text for clause in CLAUSES}
    assert quote.away == (number == AWAY and "大连" not in question)


@pytest.mark.parametrize(
    "question",
    [
        "公积金怎么提取",  # another matter
        "沈阳疗休养每人补多少钱",  # another place, and its province says nothing on it
        "疗休养报名电话多少",  # a detail that no clause has
        "殡葬慰问几月申报",  # likewise
        "一次能报几个人",  # nothing that carries it
        "给多少钱",
        "",
    ],
)
def test_where_the_words_do_not_stand_nothing_is_quoted(folder: Path, question: str) -> None:
    assert find(folder, question) is None


def test_a_quotation_never_goes_before_an_entry(knowledge: Knowledge) -> None:
    assert knowledge.ask("金秋助学给多少钱").quote is None
    assert knowledge.ask("疗休养每批几天").quote is not None


def test_what_ends_a_document_is_said_from_the_day_on(knowledge: Knowledge) -> None:
    ending = knowledge.documents.ending("营工发〔2015〕65号", date(2031, 6, 1))
    assert ending is not None
    assert ending.says(date(2031, 12, 31)) == f"营工发〔2015〕65号到2032年1月1日为止，从那天起由{NUMBER}代替。"
    assert f"已被{NUMBER}代替" in ending.says(date(2032, 1, 1))
    assert "停止执行" in Ending("甲", "乙", date(2032, 1, 1), False).says(date(2032, 1, 1))
    assert knowledge.documents.ending("营工发〔2015〕64号", date(2033, 1, 1)) is None


def test_a_long_passage_is_cut_at_ends_of_sentences() -> None:
    text = (
        "".join(f"第{n}项工作由第{n}组负责，年底以前办完并且报告。" for n in range(40))
        + "殡葬慰问金每人2000元。后面还有一句。"
    )
    passage, whole = cut(text, ["殡葬慰问金"])
    assert not whole
    assert "殡葬慰问金每人2000元。" in passage
    assert passage in text
    assert passage.endswith("。")
    assert len(passage) <= 260


def test_an_index_that_is_not_there_or_broken_quotes_nothing(tmp_path: Path) -> None:
    assert ClauseIndex.open(tmp_path) is None
    (tmp_path / "about.json").write_text("{}", encoding="utf-8")
    assert ClauseIndex.open(tmp_path) is None
    build(tmp_path / "empty", [])
    assert Quoting(Documents(TAKEN, (), tmp_path / "empty"), PLACES, "营口").find("疗休养每批几天") is None


def test_an_index_built_twice_at_once_stays_whole(tmp_path: Path) -> None:
    build(tmp_path / "one", CLAUSES)
    build(tmp_path / "one", CLAUSES)
    index = ClauseIndex.open(tmp_path / "one")
    assert index is not None
    assert index.size == len(CLAUSES)
    assert [each.name for each in tmp_path.iterdir()] == ["one"]
