"""`niangjia import contacts`: good and bad files of every kind, the report, the blank file."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import load_workbook
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import BotError
from bot.importing import files, templates
from bot.importing.contacts import form
from bot.importing.files import NotReadable, Sheet
from bot.importing.forms import Sorted, WrongHeadings, sort_out
from storage import ContactRow, Storage
from tests.conftest import KEY

HOME, TODAY = "营口", date(2026, 11, 21)
FORM = form(HOME, TODAY)
HEADINGS = ["部门", "区县", "电话", "地址", "时间", "核对日期"]
AID = ["市总工会保障部", "", "0417-2830001", "市府路1号", "工作日8:30-17:00", "2026-11-01"]
TABLE = ",".join(HEADINGS) + "\r\n" + ",".join(AID) + "\r\n"
AID_ROW = ContactRow("市总工会保障部", "", "0417-2830001", "市府路1号", "工作日8:30-17:00", date(2026, 11, 1))


def taken(path: Path) -> Sorted[ContactRow]:
    return sort_out(FORM, files.read(path), path.name)


def rows(*rows: list[Any], headings: list[str] | None = None) -> Sorted[ContactRow]:
    return sort_out(FORM, [Sheet("", [list(headings or HEADINGS), *rows])], "表.xlsx")


def refusals(*given: list[Any]) -> list[str]:
    return [f"{where}{why}" for where, why in rows(*given).refused]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[Callable[[Any, Any], None]], Path]:
    """An .xlsx that the test writes itself."""

    def write(fill: Callable[[Any, Any], None]) -> Path:
        path = tmp_path / "联系方式.xlsx"
        book = xlsxwriter.Workbook(path)
        fill(book, book.add_worksheet("联系方式"))
        book.close()
        return path

    return write


# files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_is_read_however_it_was_written(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(TABLE.encode(encoding))
    assert taken(file).records == [AID_ROW]


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_other_marks_than_commas_will_do(tmp_path: Path, mark: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(TABLE.replace(",", mark), encoding="utf-8")
    assert taken(file).records == [AID_ROW]


def test_an_xlsx_with_a_title_merged_cells_formulas_and_real_dates(workbook: Any) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 5, "各区工会联系方式")
        sheet.merge_range(1, 0, 2, 0, "序号")
        sheet.merge_range(1, 1, 2, 1, "区 县")
        sheet.merge_range(1, 2, 2, 2, "部门＊（必填）")
        sheet.merge_range(1, 3, 1, 4, "怎么找")
        sheet.write_row(2, 3, ["联系电话", "办公地址"])
        sheet.merge_range(1, 5, 2, 5, "核对\n日期")
        sheet.merge_range(3, 1, 4, 1, "老边区")
        sheet.write_row(3, 2, ["保障部", 4173800001, "老边路2号"])
        sheet.write_datetime(3, 5, datetime(2026, 11, 2), book.add_format({"num_format": "yyyy年m月d日"}))
        sheet.write(4, 2, "法律部")
        sheet.write_formula(4, 3, '="0417-380"&"0002"', None, "0417-3800002")
        sheet.write_number(4, 5, 46328)  # a day that lost its format

    result = taken(workbook(fill))
    assert result.refused == []
    assert result.records == [
        ContactRow("市总工会保障部", "老边区", "0417-3800001", "老边路2号", "", date(2026, 11, 2)),
        ContactRow("市总工会法律部", "老边区", "0417-3800002", "", "", date(2026, 11, 2)),
    ]


def test_an_old_xls_is_read_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "named.xlsx"
    file.write_bytes((Path(__file__).parent / "old.xls").read_bytes())
    assert taken(file).records == [
        ContactRow("市总工会保障部", "", "0417-2830001", "市府路1号", "", date(2026, 11, 1)),
        ContactRow("老边区总工会", "", "0417-3800001"),
    ]


def test_sheets_side_by_side_are_all_read_and_hidden_ones_are_not(workbook: Any) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, AID)
        other, hidden = book.add_worksheet("老边"), book.add_worksheet("旧的")
        for each in (other, hidden):
            each.write_row(0, 0, ["部门", "电话"])
            each.write_row(1, 0, ["老边区总工会", "1"])
        hidden.hide()

    result = taken(workbook(fill))
    assert result.records == [AID_ROW]
    assert [str(where) for where, _ in result.refused] == ["“老边”第 2 行"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "是空的"),
        (b"\n\n  \n", "是空的"),
        (b"%PDF-1.7 \xe2\xe3\xcf\xd3", "不是表格"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "不是表格"),
        (b"PK\x03\x04 and then nothing of a workbook", "不是表格，或者坏了"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "不是表格，或者坏了"),
        ("<html><table><tr><td>部门</td></tr></table>".encode(), "是网页或文档"),
        ('部门,电话\n"保障部,0417-2830001\n'.encode(), "引号不成对"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_with_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    with pytest.raises(NotReadable, match=words):
        files.read(file)


def test_a_broken_off_workbook_and_no_file_at_all(tmp_path: Path) -> None:
    whole = tmp_path / "blank.xlsx"
    templates.write(FORM, whole)
    for length in (100, 3000):
        broken = tmp_path / f"{length}.xlsx"
        broken.write_bytes(whole.read_bytes()[:length])
        with pytest.raises(NotReadable):
            files.read(broken)
    with pytest.raises(NotReadable, match="没有这个文件"):
        files.read(tmp_path / "no.csv")
    with pytest.raises(NotReadable, match="文件夹"):
        files.read(tmp_path)


def test_a_file_that_kills_its_reader_is_refused_like_any_broken_one(tmp_path: Path) -> None:
    content = bytearray((Path(__file__).parent / "old.xls").read_bytes())
    content[1739] = 25  # a length in it becomes 800 GB: the reader aborts
    file = tmp_path / "a.xls"
    file.write_bytes(content)
    with pytest.raises(NotReadable, match="不是表格，或者坏了"):
        files.read(file)


# headings


def test_headings_may_have_spaces_full_width_brackets_and_other_names() -> None:
    headings = ["序号", "部 门：", "县（市）区", "联系电话*", "办公地址", "办公时间", "核实日期（必填）", "备注"]
    result = rows([1, *AID, "x"], headings=headings)
    assert result.records == [AID_ROW]
    assert result.unused == ["备注"]


def test_a_heading_that_is_missing_is_named_with_what_is_there() -> None:
    with pytest.raises(WrongHeadings, match="第 1 行没有“电话”这样的表头；那里写的是：部门、号儿"):
        rows(["保障部", "1"], headings=["部门", "号儿"])


def test_a_heading_that_stands_twice_is_refused_unless_one_is_empty() -> None:
    with pytest.raises(WrongHeadings, match="电话”“手机"):
        rows(["保障部", "0417-2830001", "13900001111"], headings=["部门", "电话", "手机"])
    assert rows(["保障部", "", "13900001111"], headings=["部门", "电话", "手机"]).records[0].phone == "13900001111"


def test_only_headings_is_not_enough() -> None:
    with pytest.raises(WrongHeadings, match="下面没有内容"):
        rows()
    with pytest.raises(WrongHeadings, match="没有内容"):
        sort_out(FORM, [Sheet("", [])], "表.xlsx")


def test_headings_written_again_on_every_page_are_no_rows() -> None:
    result = rows(AID, ["", "", "", "", "", ""], HEADINGS, ["法律部", "", "0417-2830005"])
    assert [row.department for row in result.records] == ["市总工会保障部", "市总工会法律部"]
    assert result.refused == []


# rows


def test_a_bad_row_is_refused_whole_with_its_number_and_every_reason() -> None:
    assert refusals(
        AID,
        ["法律部", "海城", "12", "", "", "2027-01-01"],
        ["", "老边区", "", "", "", ""],
        ["鲅鱼圈区总工会", "老边区", "0417-6250001"],
        ["组织部", "", "0417-2830002", "路" * 101, "", "2026-02-30"],
    ) == [
        "第 3 行区县“海城”不是营口的区县，可以写：站前区、西市区、鲅鱼圈区、老边区、大石桥市、盖州市、沿海产业基地、高新区；"
        "电话“12”不像电话号码，要写成 0417-2830000 或手机号；核对日期“2027-01-01”还没有到。",
        "第 4 行部门没有填；电话没有填。",
        "第 5 行区县写的是老边区，和部门“鲅鱼圈区总工会”对不上。",
        "第 6 行地址太长了：有101个字，最多100个；核对日期“2026-02-30”不是日期，要写成 2026-11-20。",
    ]


def test_one_department_twice_is_taken_once_however_it_is_written() -> None:
    result = rows(AID, ["保障工作部", "营口市", "0417-2830009"], ["老边区总工会保障部", "", "0417-3800001"],
                  ["保障部", "老边", "0417-3800002"])  # fmt: skip
    assert [(row.department, row.district, row.phone) for row in result.records] == [
        ("市总工会保障部", "", "0417-2830001"),
        ("市总工会保障部", "老边区", "0417-3800001"),
    ]
    assert [f"{where}{why}" for where, why in result.refused] == [
        "第 3 行和第 2 行说的是同一个，重复了。",
        "第 5 行和第 4 行说的是同一个，重复了。",
    ]


def test_a_department_that_the_library_does_not_name_is_taken_and_said() -> None:
    result = rows(["权益保障部", "", "0417-2830007"])
    assert [row.department for row in result.records] == ["权益保障部"]
    assert "不在知识库" in result.hints[0][1]


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("0417-2830001", "0417-2830001"),
        ("（0417）2830001", "0417-2830001"),
        ("０４１７－２８３０００１", "0417-2830001"),
        ("0417 2830001", "0417-2830001"),
        ("04172830001", "0417-2830001"),
        (4172830001.0, "0417-2830001"),
        ("+86 417 2830001", "0417-2830001"),
        (13900001111.0, "13900001111"),
        ("139 0000 1111", "13900001111"),
        ("024-23456789转8001", "024-23456789转8001"),
        ("0417-2830001、2830002/13900001111", "0417-2830001、2830002、13900001111"),
        ("13900001111 0417-2830001", "13900001111、0417-2830001"),
        ("400-810-1234", "4008101234"),
        ("12351", "12351"),
    ],
)
def test_a_phone_is_read_as_people_write_it(written: Any, phone: str) -> None:
    assert rows(["保障部", "", written]).records[0].phone == phone


@pytest.mark.parametrize("written", ["110", "0417-283", "1390000111", "见通讯录", "0417-2830001、无此号", "=1+1", True])
def test_what_is_no_phone_is_refused(written: Any) -> None:
    assert "不像电话号码" in refusals(["保障部", "", written])[0]


@pytest.mark.parametrize(
    "written",
    ["2026-11-01", "2026/11/1", "2026.11.1", "2026年11月1日", "2026年11月", "20261101", "2026-11-01 00:00:00",
     date(2026, 11, 1), datetime(2026, 11, 1, 9), 46327.0],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(written: Any) -> None:
    assert rows(["保障部", "", "12351", "", "", written]).records[0].checked == date(2026, 11, 1)


# the command


@pytest.fixture
def niangjia(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("NIANGJIA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NIANGJIA_SECRET_KEY", "k" * 32)
    monkeypatch.delenv("NIANGJIA_DATABASE_URL", raising=False)
    return lambda *words: CliRunner().invoke(app, ["import", "contacts", *map(str, words)])


def kept(tmp_path: Path) -> tuple[list[ContactRow], int]:
    storage = Storage.open(f"sqlite:///{tmp_path}/data/niangjia.db", KEY)
    try:
        return storage.run_now(lambda records: (records.contacts.all(), records.entries.version()))
    finally:
        storage.close_now()


def test_the_good_rows_are_in_and_a_second_run_changes_nothing(tmp_path: Path, niangjia: Any) -> None:
    file = tmp_path / "a.csv"
    file.write_text(TABLE + "法律部,,12,,,\n组织部,,0417-2830003,,,\n", encoding="utf-8")

    first = niangjia(file)
    assert first.exit_code == 0
    assert "第 3 行没有导入：电话“12”不像电话号码" in first.stdout
    assert "共 3 行：新增 2，更新 0，没有变化 0，没有导入 1。" in first.stdout
    assert "3/3" in first.stderr
    rows, version = kept(tmp_path)
    assert rows == [AID_ROW, ContactRow("市总工会组织部", "", "0417-2830003")]
    assert version > 0  # running servers take it in

    assert "新增 0，更新 0，没有变化 2，没有导入 1。" in niangjia(file).stdout
    assert kept(tmp_path) == (rows, version)

    file.write_text(TABLE.replace("2830001", "2830009"), encoding="utf-8")
    assert "新增 0，更新 1，没有变化 0，没有导入 0。" in niangjia(file).stdout
    assert [row.phone for row in kept(tmp_path)[0]] == ["0417-2830009", "0417-2830003"]


def test_where_no_row_is_good_the_command_says_so_and_fails(tmp_path: Path, niangjia: Any) -> None:
    file = tmp_path / "a.csv"
    file.write_text("部门,电话\n保障部,12\n", encoding="utf-8")
    result = niangjia(file)
    assert result.exit_code == 1
    assert "没有导入 1。" in result.stdout


def test_a_run_that_breaks_leaves_nothing(tmp_path: Path, niangjia: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage.contacts import Contacts

    file = tmp_path / "a.csv"
    file.write_text(TABLE, encoding="utf-8")
    whole = Contacts.upsert

    def break_off(self: Contacts, rows: Any) -> Any:
        whole(self, rows)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Contacts, "upsert", break_off)
        assert niangjia(file).exit_code != 0
    assert kept(tmp_path) == ([], 0)


@pytest.mark.parametrize("name", ["空白表.xlsx", "空白表.csv"])
def test_the_blank_file_can_be_filled_in_and_imported(tmp_path: Path, niangjia: Any, name: str) -> None:
    blank, filled = tmp_path / name, tmp_path / f"filled-{name}"
    assert niangjia("--template", blank).exit_code == 0
    with pytest.raises(WrongHeadings, match="下面没有内容"):
        taken(blank)

    headings = [str(cell) for cell in files.read(blank)[0].rows[0]]
    row = dict(zip(HEADINGS, AID, strict=True))
    line = [row.get(heading, "") for heading in headings]
    if name.endswith(".csv"):
        written = io.StringIO()
        csv.writer(written).writerow(line)
        filled.write_bytes(blank.read_bytes() + written.getvalue().encode())
    else:
        assert load_workbook(blank).sheet_names == ["联系方式", "填表说明"]
        book = xlsxwriter.Workbook(filled)
        for at, each in enumerate((headings, line)):
            book.get_worksheet_by_name("联系方式") or book.add_worksheet("联系方式")
            book.get_worksheet_by_name("联系方式").write_row(at, 0, each)
        book.close()
    assert "新增 1" in niangjia(filled).stdout
    assert kept(tmp_path)[0] == [AID_ROW]


def test_a_filled_file_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"mine")
    with pytest.raises(BotError, match="已经有了"):
        templates.write(FORM, file)
    with pytest.raises(BotError, match=r"\.xlsx 或 \.csv"):
        templates.write(FORM, tmp_path / "a.docx")
    assert file.read_bytes() == b"mine"
