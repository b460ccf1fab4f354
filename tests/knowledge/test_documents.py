"""Official documents: clauses as citations name them."""

from pathlib import Path

import pytest

from knowledge.documents import NEWSPAPER, Document, DocumentError, find, steps, structure
from tests.knowledge.sources import sources

INVENTED = """\ufeff 试工发[2030]7号

关于印发《试点办法》的通知

各区总工会：
现将办法印发给你们。

试 点 市 总 工 会

2030年5月6日
试点市总工会办公室      2030年5月6日印发

一、目标任务
（一）指标
1．今年办３件事：（1）第一件。（2）第二件。
2、2030年办完。
（2） 对象
　　职工。①在岗的；②待岗的（见（3）的规定）。
（三）经费
每件2.5万元。

（项目推进牵头部门：市总组织部）
二、组织领导
( 一 ) 领导
1 . 主席负责。
（责任单位：市总办公室）
（二）督导
按月督导。
（责任单位：市总法律部）
附件：1、分配表
2、申报表

试点市总工会
2030年5月6日

附件1
分配表

\t单位
\t件数

\t东区

（沿海）
\t1


 注：合计1件。

— 2 —
附件 2：
申报表
一、填写人
"""


@pytest.fixture(scope="module")
def invented() -> Document:
    return structure(INVENTED)


@pytest.fixture(scope="module")
def real() -> dict[str, Document]:
    return find(sources())


def test_the_cover_says_number_title_issuer_and_date(invented: Document) -> None:
    assert invented.number == "试工发〔2030〕7号"
    assert invented.title == "关于印发《试点办法》的通知"
    assert (invented.issuer, invented.date) == ("试点市总工会", "2030-05-06")


def test_clauses_have_paths_as_citations_write_them(invented: Document) -> None:
    assert [part.path for part in invented.walk()] == [
        "开头",
        "一", "一（一）", "一（一）1", "一（一）1（1）", "一（一）1（2）", "一（一）2",
        "一（二）", "一（二）①", "一（二）②", "一（三）",
        "二", "二（一）", "二（一）1", "二（二）",
        "落款", "附件1", "附件2", "附件2.一",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "cited", ["一（一）1（2）", "一(一)1(2)", "一、（一）1.（2）", "一 （一）1．（２）", "第一章（一）1（2）"]
)
def test_a_citation_is_found_however_it_is_written(invented: Document, cited: str) -> None:
    part = invented.clause(cited)
    assert part is not None
    assert part.text.startswith("（2）第二件。")
    assert part.places == ((15, 15),)


@pytest.mark.parametrize("cited", ["三", "一（四）", "一（一）3", "附件3", "第几条呢", ""])
def test_a_clause_that_is_not_there_is_not_found(invented: Document, cited: str) -> None:
    assert invented.clause(cited) is None


def test_a_clause_holds_all_below_it_and_a_chapter_its_last_line(invented: Document) -> None:
    chapter, money = invented.clause("一"), invented.clause("一（三）")
    assert chapter is not None
    assert money is not None
    assert "待岗的" in chapter.text
    assert "组织部" in chapter.text
    assert "组织部" not in money.text


def test_of_several_such_lines_each_belongs_to_its_own_part(invented: Document) -> None:
    lead, watch, item = (invented.clause(cited) for cited in ("二（一）", "二（二）", "二（一）1"))
    assert lead is not None
    assert watch is not None
    assert item is not None
    assert "市总办公室" in lead.text
    assert "市总法律部" in watch.text
    assert "市总办公室" not in item.text


def test_a_table_is_read_as_rows(invented: Document) -> None:
    attachment = invented.clause("附件1")
    assert attachment is not None
    assert attachment.rows == (("单位", "件数"), ("东区(沿海)", "1"))
    assert "合计1件" in attachment.text
    assert "— 2 —" not in attachment.text


@pytest.mark.parametrize(
    ("text", "reason"), [("一、没有文号", "没有文号"), ("试工发〔2030〕7号\n没有条款", "没有认出条款")]
)
def test_a_text_that_is_no_document_is_refused(text: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        structure(text)


def test_sources_are_found_by_their_number_in_any_encoding_and_a_readme_is_none(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_bytes(INVENTED.replace("\n", "\r\n").encode("gb18030", "ignore"))
    (tmp_path / "README.md").write_text(INVENTED.replace("7号", "8号"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("没有文号", encoding="utf-8")
    (tmp_path / "page.png").write_bytes(b"\x89PNG")
    assert list(find(tmp_path)) == ["试工发〔2030〕7号"]


def test_steps_of_citations() -> None:
    assert steps("二（一）5（2）") == ("二", "(一)", "5", "(2)")
    assert steps("二.10") == steps("二、10") == ("二", "10")
    assert steps("附件2") == ("附件2",)


# ------------------------------------------------------------------------------------------------------- the real ones


@pytest.mark.parametrize(
    ("number", "clauses", "date"),
    [
        ("营工发〔2015〕65号", 108, "2015-11-03"),
        ("营工发〔2015〕64号", 26, "2015-11-03"),
        ("临会办〔2014〕24号", 20, "2014-04-09"),
        ("大工办发〔2017〕28号", 27, "2017-09-29"),
        (NEWSPAPER, 16, "2017-07"),
    ],
)
def test_each_source_has_its_clauses(real: dict[str, Document], number: str, clauses: int, date: str) -> None:
    document = real[number]
    assert len([part.path for part in document.walk()]) == len({part.path for part in document.walk()}) == clauses
    assert document.date == date
    assert document.gaps == ()
    assert len(real) == 5


@pytest.mark.parametrize(
    ("number", "cited", "begins", "ends"),
    [
        ("营工发〔2015〕65号", "十（一）", "（一）“金秋助学行动”", "银行卡的形式发放。"),
        ("营工发〔2015〕65号", "二（一）5（2）", "（2）在年创价值10万元", "每个奖励1万元。"),
        ("营工发〔2015〕65号", "四（二）", "（2） 扶持对象", "优先扶持。"),
        ("营工发〔2015〕65号", "八（一）4（2）", "（2）问卷调查", "采集费补贴。"),
        ("营工发〔2015〕65号", "二（一）", "（一）职工经济技术创新成果", "市总工会经济技术和劳动保护部）"),
        ("营工发〔2015〕65号", "九", "九、安全生产", "（项目推进牵头部门：市总工会经济技术和劳动保护部）"),
        ("营工发〔2015〕64号", "二.10", "10.工会经常性", "所有在档困难职工。"),
        ("营工发〔2015〕64号", "四.4", "4、严肃工作纪律", "考察干部的过程。"),
        ("大工办发〔2017〕28号", "一.1", "1. 做好基层工会", "开放先导区总工会）"),
        ("大工办发〔2017〕28号", "十.15", "15. 培育和践行", "各产业工会）"),
        ("临会办〔2014〕24号", "五（三）", "（三）统筹安排", "不断创新发展。"),
        ("临会办〔2014〕24号", "附件2", "附件2", "最后累加。"),
        (NEWSPAPER, "“卡卡”这5年", "如今，上海持卡", "工会组织温度。"),
    ],
)  # fmt: skip
def test_a_citation_brings_its_text(real: dict[str, Document], number: str, cited: str, begins: str, ends: str) -> None:
    part = real[number].clause(cited)
    assert part is not None
    assert part.text.startswith(begins)
    assert part.text.rstrip().endswith(ends)


def test_the_scores_of_linyi_are_rows(real: dict[str, Document]) -> None:
    scores = real["临会办〔2014〕24号"].clause("附件2")
    assert scores is not None
    assert len(scores.rows) == 7
    assert scores.rows[4][:2] == ("有帮扶资金(11分)", "有帮扶工作经费(5分);有帮扶资金(6分)。")


def test_an_article_is_put_together_from_its_pieces(real: dict[str, Document]) -> None:
    gansu = real[NEWSPAPER].clause("以奖代补促提升分类帮扶增效力 甘肃省总精准升级百家职工帮扶中心")
    assert gansu is not None
    assert "矛盾纠纷在一线解决" in gansu.text
    assert "“卡卡”" not in gansu.text
    assert len(gansu.places) == 3
