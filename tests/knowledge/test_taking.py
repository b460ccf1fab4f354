"""Taking in files: whatever they are called and however they are written, and every one that is refused."""

import io
import time
import zipfile
from pathlib import Path

import pytest

from knowledge.documents import NEWSPAPER
from knowledge.places import Places
from knowledge.taking import TakingError, take
from knowledge.taking.describe import Description, describe
from tests.knowledge import papers
from tests.knowledge.sources import DALIAN, LINYI, MEASURES, NEWS, PLAN, sources

PLACES = Places.load("营口")


def read(raw: bytes, name: str = "a.txt", region: str = "") -> Description:
    return describe(take(name, raw), PLACES, name, region)


def paths(found: Description) -> list[str]:
    return list(dict.fromkeys(clause.path for clause in found.clauses))


def text_of(found: Description, path: str) -> str:
    return "\n".join(clause.text for clause in found.clauses if clause.path == path)


# ----------------------------------------------------------------------------------------------------- every kind


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_in_any_encoding(encoding: str) -> None:
    found = read(papers.TEXT.replace("\n", "\r\n").encode(encoding))
    assert (found.number, found.title) == ("试工发〔2031〕8号", papers.TITLE)
    assert (found.issuer, found.issued, found.region, found.level) == ("营口市总工会", "2030-12-06", "营口", "city")
    assert paths(found) == ["开头", "一", "一（一）", "一（二）", "二", "二.1", "二.2", "落款", "附件1"]
    assert found.attachments == ("附件1 名额分配表",)
    assert any("附件2" in gap for gap in found.gaps)
    assert str(found.in_force_from) == "2031-01-01"
    assert str(found.ends_at) == "2034-01-01"
    place = next(clause for clause in found.clauses if clause.path == "二.2")
    assert (place.line, place.page, place.above) == (17, 0, f"{papers.TITLE}\n二、殡葬慰问")


def test_a_few_damaged_characters_do_not_cost_the_rest() -> None:
    raw = papers.TEXT.encode()
    at = raw.index("职工个人".encode()) + 1
    taken = take("a.txt", raw[:at] + b"\xff" + raw[at + 1 :])
    assert taken.notes[0].startswith("文字编码是 UTF-8，有 ")
    assert describe(taken, PLACES).count == 9


def test_a_markdown_file_with_a_table() -> None:
    found = read(papers.marked().encode(), "a.md")
    assert found.title == papers.TITLE
    assert text_of(found, "一") == "一、疗休养"
    assert "| 盖州市总工会 | 45 | 熊岳温泉疗养院 |" in text_of(found, "附件1")
    assert "---" not in text_of(found, "附件1")


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_web_page_is_what_a_reader_sees(charset: str) -> None:
    taken = take("a.html", papers.page(charset))
    assert taken.kind == "网页"
    assert "看不见" not in taken.text
    assert "color" not in taken.text
    found = describe(taken, PLACES)
    assert (found.number, found.title, found.issued) == ("试工发〔2031〕8号", papers.TITLE, "2030-12-06")
    assert "一（二）" in paths(found)
    assert "| 大石桥市总工会 | 60 | 兴城疗养院 |" in text_of(found, "附件1")


def test_numbers_of_a_list_on_a_web_page_are_read() -> None:
    page = "<html><body><p>试工发〔2031〕9号</p><p>一、任务</p><ol><li>办一件事。<li>办两件事。</ol></body></html>"
    assert paths(read(page.encode(), "a.html", "营口")) == ["开头", "一", "一.1", "一.2"]


def test_a_word_file_whose_numbers_word_counts(tmp_path: Path) -> None:
    found = read(papers.word(tmp_path / "a.docx").read_bytes(), "a.docx")
    assert (found.number, found.title, found.issued) == ("试工发〔2031〕8号", papers.TITLE, "2030-12-06")
    assert paths(found)[1:7] == ["一", "一（一）", "一（二）", "二", "二.1", "二.2"]
    assert text_of(found, "二.2") == "2. 2015年以前去世的不补。"
    assert "| 盖州市总工会 | 45 | 熊岳温泉疗养院 |" in text_of(found, "附件1")


def test_a_pdf_with_pages_and_a_table() -> None:
    before, after = papers.TEXT.split("二、殡葬慰问")
    raw = papers.pdf([before.splitlines(), ["二、殡葬慰问", *after.splitlines()[1:]]], papers.ROWS)
    found = read(raw, "a.pdf")
    assert (found.number, found.title, found.issuer) == ("试工发〔2031〕8号", papers.TITLE, "营口市总工会")
    assert paths(found) == ["开头", "一", "一（一）", "一（二）", "二", "二.1", "二.2", "落款", "附件1"]
    assert [clause.page for clause in found.clauses if clause.path in {"一（二）", "二.1"}] == [1, 2]
    assert "| 大石桥市总工会 | 60 | 兴城疗养院 |" in text_of(found, "附件1")
    assert "— 2 —" not in "".join(clause.text for clause in found.clauses)


def test_lines_of_a_pdf_become_paragraphs_again() -> None:
    lines = ["试工发〔2031〕9号", "一、任务", "（一）" + "各市县区总工会和产业工会都要在年底以前把这件事办完" , "并且写成报告报给市总工会办公室。", "（二）另一件事。"]  # fmt: skip
    found = read(papers.pdf([lines]), "a.pdf", "营口")
    assert text_of(found, "一（一）").endswith("办完并且写成报告报给市总工会办公室。")


def test_a_wrong_ending_is_said(tmp_path: Path) -> None:
    raw = papers.word(tmp_path / "a.docx").read_bytes()
    taken = take("通知.txt", raw)
    assert taken.kind == "Word"
    assert taken.notes[0] == "文件名写的是 .txt，内容其实是Word，按Word读的。"
    assert take("通知.docx", papers.TEXT.encode()).notes[0].startswith("文件名写的是 .docx，内容其实是文本")


def test_five_hundred_pages_are_read_in_bounded_time() -> None:
    head = papers.TEXT.split("二、殡葬慰问")[0].splitlines()
    more = [[f"{n % 20 + 1}.第{n}页写的事情办{n}件，由各市县区总工会负责。"] * 12 for n in range(499)]
    begun = time.perf_counter()
    found = read(papers.pdf([head, *more]), "a.pdf")
    assert time.perf_counter() - begun < 120
    assert max(clause.page for clause in found.clauses) == 500


# ------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "是空的"),
        (b"\xef\xbb\xbf \r\n\n", "是空的"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "是图片"),
        (b"MZ" + bytes(range(256)) * 4, "不是文件"),
        (b"{\\rtf1 abc}", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "有密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "老格式"),
        (bytes(range(1, 256)) * 40, "认不出文字编码"),
        ("買賣關係經營許可證書類別編號說明應當辦理登記".encode("big5"), "认不出文字编码"),
        (b"%PDF-1.7\nnothing", "坏了"),
        (papers.archive(a___txt=b"hello"), "是压缩包"),
        (papers.archive(xl__workbook___xml=b"<a/>"), "Excel"),
        (papers.archive(OFD___xml=b"<a/>"), "OFD"),
        (b"PK\x03\x04" + bytes(50), "坏了"),
        ("今天天气不错，一起去公园。".encode(), "不像一份公文"),
        (b"<html><body><img src='a.png'></body></html>", "只有图片"),
        (b"<html><body><script>var a = 1;</script></body></html>", "没有看得见的文字"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused_with_a_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(TakingError, match=sentence):
        read(raw)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (papers.scan, "扫描件"),
        (lambda: papers.pdf([["试工发〔2031〕9号", "一、任务"]], password="1234"), "有密码"),
        (lambda: papers.pdf([[] for _ in range(3)]), "扫描件|没有文字"),
    ],
)  # fmt: skip
def test_a_pdf_that_gives_no_text_is_refused(make, sentence: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TakingError, match=sentence):
        read(make(), "a.pdf")


def _word_with(**parts: bytes) -> bytes:
    return papers.archive(**{"[Content_Types]___xml": b"<Types/>", **parts})


DEEP = b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (_word_with(word__document___xml=b"<a/>", word__vbaProject___bin=b"x"), "带宏"),
        (
            papers.archive(
                **{"[Content_Types]___xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"},
                word__document___xml=b"<a/>",
            ),
            "带宏",
        ),
        (_word_with(word__document___xml=DEEP + b" " * 60_000_000), "压缩炸弹"),
        (_word_with(word__document___xml=DEEP + b"<w:p>" * 100_000), "一层套一层|坏的"),
        (
            _word_with(
                word__document___xml=b"<!DOCTYPE a [<!ENTITY b 'cc'><!ENTITY d '&b;&b;&b;&b;'>]><a>&d;</a>",
            ),
            "动过手脚",
        ),
        (_word_with(word__document___xml=b"<w:document"), "坏的"),
        (_word_with(word__document___xml=DEEP + b"</w:body></w:document>"), "没有文字"),
    ],
)  # fmt: skip
def test_a_word_file_made_to_harm_is_refused(raw: bytes, sentence: str) -> None:
    with pytest.raises(TakingError, match=sentence):
        read(raw, "a.docx")


def test_a_bomb_is_stopped_while_it_unpacks() -> None:
    """A gigabyte of nothing in a megabyte: refused long before it is unpacked."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file,
        file.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(64):
            part.write(DEEP + b" " * 16_000_000)
    begun = time.perf_counter()
    with pytest.raises(TakingError, match=r"压缩炸弹|坏的"):
        read(out.getvalue(), "a.docx")
    assert time.perf_counter() - begun < 5


def test_a_password_on_the_archive_is_seen(tmp_path: Path) -> None:
    raw = bytearray(papers.word(tmp_path / "a.docx").read_bytes())
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 8] |= 1
    with pytest.raises(TakingError, match="有密码"):
        read(bytes(raw), "a.docx")


def test_a_document_of_nowhere_asks_for_its_region() -> None:
    text = "试工发〔2031〕9号\n关于某事的通知\n一、任务\n办一件事。"
    with pytest.raises(TakingError, match="--region"):
        read(text.encode())
    assert read(text.encode(), region="辽宁").level == "province"


def test_a_letter_without_number_and_clauses_goes_by_its_title() -> None:
    text = "关于做好防暑降温工作的通知\n\n盖州市总工会：\n高温天气每天给露天作业职工发放饮料。\n由单位承担费用，不从工资里扣。\n\n营口市总工会\n二〇三〇年七月一日\n"  # fmt: skip
    found = read(text.encode())
    assert (found.number, found.issued, found.issuer) == (
        "《关于做好防暑降温工作的通知》",
        "2030-07-01",
        "营口市总工会",
    )
    assert any("没有文号" in gap for gap in found.gaps)
    assert any("自然段" in gap for gap in found.gaps)
    assert any("露天作业" in clause.text for clause in found.clauses)


def test_broken_and_double_numbers_are_said() -> None:
    text = "营工发〔2031〕9号\n关于某事的通知\n一、任务\n（一）甲。\n（三）乙。\n二、要求\n1.丙。\n1.丁。\n"
    gaps = read(text.encode(), region="营口").gaps
    assert "编号不连：一（一） 后面是 一（三）。" in gaps
    assert any(gap.startswith("同一个编号出现两次：二.1") for gap in gaps)


def test_articles_of_a_regulation_are_clauses() -> None:
    text = "营口市职工互助办法\n营工发〔2030〕9号\n\n第一章 总则\n第一条 为了互助，制定本办法。\n第二条 下列人员可以参加：\n（一）在职职工；\n（二）农民工。\n第二章 给付\n第十一条 住院的给付1000元。\n"  # fmt: skip
    found = read(text.encode())
    assert paths(found) == ["开头", "第一条", "第二条", "第二条（一）", "第二条（二）", "第十一条"]
    assert found.title == "营口市职工互助办法"
    assert text_of(found, "第二条（二）") == "（二）农民工。"


def test_an_unknown_newspaper_page_is_cut_at_its_headlines() -> None:
    page = """# 盘锦市总发放夏季清凉包

**本报讯**（记者张三）盘锦市总工会日前给一线职工发放清凉包3000份，覆盖全市120家企业和工地，职工连声说好。

## 沈阳建成职工驿站

**本报讯**（记者李四）沈阳今年建成户外劳动者驿站200个，全天开放，可以喝水、热饭、充电，户外职工有了歇脚的地方。这里的每个驿站

**本报讯**（通讯员王五）抚顺市总工会举办技能大赛，来自全市的400名职工参加了焊工、钳工两个工种的比赛，场面热烈。

盘锦市总工会日前给一线职工发放清凉包3000份，覆盖全市120家企业和工地，职工连声说好，这是第二遍。
"""
    found = read(page.encode(), "版面.md")
    assert found.level == "report"
    assert [clause.path for clause in found.clauses][:2] == ["盘锦市总发放夏季清凉包", "沈阳建成职工驿站"]
    assert found.clauses[2].path.startswith("（无标题）")
    assert [clause.region for clause in found.clauses] == ["盘锦", "沈阳", "抚顺"]
    assert any("没有标题" in gap for gap in found.gaps)
    assert any("断在“……" in gap and "每个驿站" in gap for gap in found.gaps)


# ---------------------------------------------------------------------------------------------------- the real ones


@pytest.mark.parametrize(
    ("file", "number", "said", "count"),
    [
        (MEASURES, "营工发〔2015〕65号", ("营口市总工会", "2015-11-03", "营口"), 108),
        (PLAN, "营工发〔2015〕64号", ("营口市总工会", "2015-11-03", "营口"), 26),
        (LINYI, "临会办〔2014〕24号", ("临沂市总工会", "2014-04-09", "临沂"), 20),
        (DALIAN, "大工办发〔2017〕28号", ("大连市总工会办公室", "2017-09-29", "大连"), 27),
        (NEWS, NEWSPAPER, ("", "2017-07", "报纸"), 16),
    ],
)
def test_the_sources_are_read(file: str, number: str, said: tuple[str, str, str], count: int) -> None:
    found = read((sources() / file).read_bytes(), file)
    assert (found.number, (found.issuer, found.issued, found.region)) == (number, said)
    assert found.count == count


def test_what_the_sources_lack_is_said() -> None:
    measures = read((sources() / MEASURES).read_bytes(), MEASURES)
    assert measures.gaps == ("提到附件1、2、3、4，文件里没有附上。",)
    linyi = read((sources() / LINYI).read_bytes(), LINYI)
    assert linyi.gaps == ()
    assert [name.split(" ")[0] for name in linyi.attachments] == ["附件1", "附件2"]
    funds = next(clause for clause in linyi.clauses if "有帮扶资金（6分）" in clause.text)
    assert funds.text.startswith("| 考评内容 | 考核形式 |")
    news = read((sources() / NEWS).read_bytes(), NEWS)
    assert any("23笔" in gap for gap in news.gaps)
    assert any("又排了一遍" in gap for gap in news.gaps)
    assert {"上海", "甘肃", "吉林", "温州"} <= set(news.regions)
    assert "**" not in "".join(clause.text for clause in news.clauses)
