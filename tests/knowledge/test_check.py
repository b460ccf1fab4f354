"""The source check: right over the real library, and every kind of slip is found."""

import re
from pathlib import Path

import pytest

from knowledge.check import check, dates, has_figure, has_name
from knowledge.library import BENEFITS, Library, load
from tests.knowledge.sources import DALIAN, LINYI, MEASURES, NEWS, PLAN, change, copies, sources


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def test_the_library_agrees_with_its_sources(library: Library) -> None:
    faults, checked = check(library, sources())
    assert faults == []
    assert checked > 3000


# ------------------------------------------------------------------------------------------------- a slip in an entry


@pytest.mark.parametrize(
    ("file", "before", "after", "fault"),
    [
        ("yingkou-65-10-help", "each: [3000, 元", "each: [3500, 元", "3500元”不在 营工发〔2015〕65号 十（一） 里"),
        ("yingkou-65-10-help", "each: [3000, 元", "each: [300, 元", "300元”不在"),
        ("yingkou-65-3-training", "2015-11-30, 日期", "2015-11-20, 日期", "2015年11月20日”不在"),
        ("yingkou-65-10-help", "name: 市总工会保障部", "name: 市总工会法律部", "部门“市总工会法律部”不在"),
        ("yingkou-65-9-safety", "[80, 个", "[88, 个", "88个”不在"),
        ("newspaper-2017-07-bangfu", "[527, 个", "[257, 个", "257个”不在 2017年7月工会新闻版"),
        ("linyi-24-scores", "[85, 分", "[58, 分", "58分”不在 临会办〔2014〕24号 附件2 里"),
        ("yingkou-65-10-help", "from: 2015, to: 2016, clause", "from: 2015, to: 2018, clause", "期限“2018年”不在"),
        ("yingkou-65-10-help", "        clause: 十（一）\n", "        clause: 十（九）\n", "里没有“十（九）”这一条"),
        ("yingkou-65-10-help", "clause: 二.10}", "clause: 二.99}", "里没有“二.99”这一条"),
        ("yingkou-65-2-innovation", "clause: 二.2}", "clause: 二.7}", "条目的数字一个也没有"),
        ("linyi-24-scores", '"=27-n"', '"=29-n"', "的 29 没有出处"),
        ("linyi-24-stations", '"=32"', '"=33"', "的 33 没有出处"),
        ("yingkou-65-10-help", "year: 2015", "year: 2016", "年份写成 2016 年"),
    ],
)
def test_a_slip_in_an_entry_is_found(tmp_path: Path, file: str, before: str, after: str, fault: str) -> None:
    changed = tmp_path / f"{file}.yaml"
    changed.write_text((BENEFITS / changed.name).read_text(encoding="utf-8"), encoding="utf-8")
    change(changed, before, after)
    library = load([changed if path.name == changed.name else path for path in BENEFITS.glob("*.yaml")])
    faults, _ = check(library, sources())
    assert any(fault in said and said.startswith(changed.name) for said in faults), faults


# ------------------------------------------------------------------------------------------------ a slip in a document


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        (MEASURES, "给予每人3000元救助", "给予每人3500元救助"),  # stands twice: the other one does not hide it
        (MEASURES, "每个补助5000元", "每个补助6000元"),
        (MEASURES, "2015年11月30日、", "2015年10月30日、"),
        (MEASURES, "市总工会民主管理部", "市总工会法律部"),
        (MEASURES, "由一名首席", "由二名首席"),
        (PLAN, "2000元—5000元", "2000元—6000元"),
        (PLAN, "2.2万户", "2.3万户"),
        (LINYI, "10月27日至31日", "10月27日至30日"),
        (LINYI, "明确挂出门牌（3分）", "明确挂出门牌（9分）"),
        (LINYI, "2014年4月9日", "2014年4月8日"),
        (DALIAN, "每年筹集1.3亿元", "每年筹集1.5亿元"),
        (NEWS, "476名持卡会员", "576名持卡会员"),
        (NEWS, "占76.8%。", "占77.8%。"),
    ],
)
def test_a_slip_in_a_document_is_found(library: Library, tmp_path: Path, file: str, before: str, after: str) -> None:
    folder = copies(tmp_path)
    change(folder / file, before, after)
    faults, _ = check(library, folder)
    assert faults


def test_a_missing_document_is_one_fault(library: Library, tmp_path: Path) -> None:
    folder = copies(tmp_path)
    (folder / LINYI).unlink()
    assert check(library, folder)[0] == [f"目录 {folder} 里没有 临会办〔2014〕24号 的原文。"]


def test_file_names_do_not_matter(library: Library, tmp_path: Path) -> None:
    folder = copies(tmp_path)
    for i, file in enumerate(sorted(folder.glob("*.txt"))):
        file.rename(folder / f"{i}.md")
    assert check(library, folder)[0] == []


def test_an_article_whose_piece_is_gone_is_named(library: Library, tmp_path: Path) -> None:
    folder = copies(tmp_path)
    change(folder / NEWS, "## 威海市总为优秀职工体检", "## 别的标题")
    assert any("威海市总为优秀职工体检" in said for said in check(library, folder)[0])


def test_each_sentence_names_file_entry_fact_figure_clause_and_document(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(
        "{document: 营工发〔2015〕65号, region: 营口, level: city, year: 2015, topics: [{topic: 试, entries: ["
        "{id: one, title: 试, facet: sum, clause: 十（一）, answer: '{each}。', asks: [试],"
        " facts: {each: [3100, 元, 给每名子女]}}]}]}",
        encoding="utf-8",
    )
    faults, _ = check(load([file]), sources())
    assert faults[0] == "one.yaml：条目 one：each“3100元”不在 营工发〔2015〕65号 十（一） 里（给每名子女）。"


# --------------------------------------------------------------------------------------------------------- how it reads


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("每人３０００元", "3000", "元"),
        ("每人3 000 元".replace(" ", ""), "3000", "元"),
        ("补助3,000元", "3000", "元"),
        ("2万元", "20000", "元"),
        ("20000元", "2", "万元"),
        ("三千元", "3000", "元"),
        ("一名首席", "1", "名"),
        ("两个月", "2", "个月"),
        ("十二名职工", "12", "名"),
        ("2000-5000元", "2000", "元"),
        ("2000元—5000元", "2000-5000", "元"),
        ("2000至5000元", "2000-5000", "元"),
        ("2000元或5000元", "2000-5000", "元"),
        ("1-3万元", "1", "万元"),
        ("80%、40%", "80", "%"),
        ("300多名", "300", "多名"),
        ("360多万人", "360", "多万人"),
        ("3000余家", "3000", "余家"),
        ("六部门联合", "6", "个部门"),
        ("第十七届", "17", "届"),
    ],
)
def test_a_figure_is_found(text: str, number: str, unit: str) -> None:
    assert has_figure(text, number, unit)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("13000元", "3000", "元"),
        ("3000.5元", "3000", "元"),
        ("1.5万元", "5", "万元"),
        ("2万元", "2", "元"),
        ("20000人", "2", "万元"),
        ("3000人", "3000", "元"),
        ("第一名", "1", "名"),
        ("第二、三名", "3", "名"),
        ("一次性补助", "1", "次"),
        ("60余名", "60", "名"),
        ("一十五名", "5", "名"),
        ("①名称", "1", "名"),
        ("（1）名称", "1", "名"),
        ("2000元、5000元", "2000-5000", "元"),
    ],
)
def test_a_figure_is_not_found(text: str, number: str, unit: str) -> None:
    assert not has_figure(text, number, unit)


def test_an_ordinal_is_found_where_the_answer_says_so() -> None:
    assert has_figure("第二、三名", "3", "名", ordinal=True)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("于2015年11月30日、2016年6月30日前", (2016, 6, 30)),
        ("每年10月27日至31日", (None, 10, 31)),
        ("2016年４月１日前", (2016, 4, 1)),
        ("到2019年底", (2019, 12, None)),
        ("2015-2017年", (2017, None, None)),
        ("2015年和2016年", (2015, None, None)),
        ("2017年9 月29日印发", (2017, 9, 29)),
    ],
)
def test_dates_are_read_whole_or_apart(text: str, date: tuple[int | None, ...]) -> None:
    assert date in dates(text)


def test_a_date_is_not_made_of_two_sentences() -> None:
    assert (2015, 6, 30) not in dates("2015年开始。6月30日前报。")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("（牵头部门：市总经济技术和劳动保护部）", "市总工会经济技术和劳动保护部"),
        ("市总工会宣传教育部、经济技术和劳动保护部，各区", "市总工会经济技术和劳动保护部"),
        ("营 口 市 总 工 会", "营口市总工会"),
        ("“十佳合理化建议”优秀提案", "十佳合理化建议优秀提案"),
        ("乡镇（街道）工会", "乡镇(街道)工会"),
    ],
)
def test_a_name_is_found(text: str, name: str) -> None:
    assert has_name(text, name)


def test_another_department_is_not_found() -> None:
    assert not has_name("市总工会宣传教育部", "市总工会保障部")


def test_every_lone_number_of_a_formula_says_where_it_comes_from(library: Library) -> None:
    for entry in library.entries:
        for fact in entry.facts:
            if re.fullmatch(r"[\d.]+", fact.working):
                assert re.search("举例|假设|换算|往上取整|数“|见“|编号", fact.of), (entry.id, fact.name)
