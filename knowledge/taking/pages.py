"""PDF files: text line by line with its page, tables as rows. Read by pdfplumber: it finds tables, ruled and plain.

A PDF is read in a process of its own with bounded memory and time, because one made to harm can swell without end
inside the libraries. This file is that process too (`python pages.py < file`), so it imports nothing of ours at first.

Lines that reach the right margin go on in the next one, unless that is indented: official documents indent paragraphs.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.taking.lines import Taken

MEMORY = 2 * 1024**3  # bytes
SECONDS = 240
PAGES = 2_000
CHARACTERS = 5_000_000
FEW = 8  # characters of a page that has no text of its own, only a stamp or a number
_PAGE_NUMBER = re.compile(r"[-—–－·\s]*(第?\s*\d{1,4}\s*页?(\s*[/共]\s*\d{1,4}\s*页?)?)[-—–－·\s]*")
_MARK = re.compile(
    r"([一二三四五六七八九十]+、|[（(]\s*[一二三四五六七八九十\d]{1,3}\s*[）)]|\d{1,2}\s*[、.．](?!\d)|[①-⑳]|第[一二三四五六七八九十百]+[章条]|附\s*件)"
)
_SENTENCES = {
    "password": "文件有密码，打不开。请去掉密码再交。",
    "broken": "PDF 文件坏了，打不开。",
    "scan": "这是扫描件：只有图，没有文字，读不出来。请要文字版，或先做文字识别（OCR）。",
    "empty": "PDF 里没有文字。",
    "garbled": "PDF 里的字取不出来（字体没有编码）。请要 Word 版。",
    "pages": f"PDF 超过 {PAGES} 页，不收。请拆开交。",
    "long": f"文件的字数超过 {CHARACTERS // 10_000} 万，不像一份公文，不收。",
    "memory": "PDF 解开后大得不正常，不收。",
}


def read(raw: bytes) -> "Taken":
    from knowledge.taking.lines import Line, Taken, TakingError

    try:
        ran = subprocess.run(
            [sys.executable, "-I", __file__], input=raw, capture_output=True, timeout=SECONDS + 30, check=False
        )
    except subprocess.TimeoutExpired:
        raise TakingError(f"PDF 读了 {SECONDS} 秒还没读完，不收。请拆开交，或另存一份再试。") from None
    if ran.returncode != 0:
        slow = ran.returncode in (-24, -9)  # the kernel ends what takes too long
        raise TakingError(f"PDF 读了 {SECONDS} 秒还没读完，不收。请拆开交。" if slow else _SENTENCES["broken"])
    told: dict[str, Any] = json.loads(ran.stdout)
    if error := told.get("error"):
        raise TakingError(_SENTENCES[error])
    lines = tuple(Line(text, page, at) for page, at, text in told["lines"])
    return Taken("PDF", lines, tuple(told["notes"]), told["title"])


# ---------------------------------------------------------------------------------------------- the process of its own


class _Refused(Exception):
    pass


def _main() -> None:
    try:
        told = _told(sys.stdin.buffer)
    except _Refused as refusal:
        told = {"error": str(refusal)}
    except MemoryError:
        told = {"error": "memory"}
    sys.stdout.write(json.dumps(told))


def _bound() -> None:
    try:
        import resource
    except ImportError:  # not on this system: the timeout alone holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 10))


def _told(file: Any) -> dict[str, Any]:
    import io
    import logging

    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfparser import PDFSyntaxError
    from pdfplumber.utils.exceptions import PdfminerException

    logging.disable(logging.CRITICAL)
    _bound()
    try:
        pdf = pdfplumber.open(io.BytesIO(file.read()))
        count = len(pdf.pages)
    except (PdfminerException, PDFSyntaxError, PDFPasswordIncorrect) as wrong:
        inner = wrong.args[0] if wrong.args else wrong
        raise _Refused("password" if "Password" in type(inner).__name__ or "Password" in repr(wrong) else "broken") from None  # fmt: skip
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  a parser of the world's PDFs fails in a hundred ways; each means: broken
        raise _Refused("broken") from None
    if count > PAGES:
        raise _Refused("pages")
    rows: list[_Row] = []
    bare: list[int] = []
    unread: list[int] = []
    length = pictures = 0
    for number, page in enumerate(pdf.pages, 1):
        try:
            found = list(_page(page, number))
            pictures += len(page.images)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  one page that cannot be read does not cost the others
            unread.append(number)
            continue
        finally:
            page.close()
        if sum(len(row.text) for row in found) < FEW and (page.images or not found):
            bare.append(number)
        rows += found
        length += sum(len(row.text) for row in found)
        if length > CHARACTERS:
            raise _Refused("long")
    title = str((pdf.metadata or {}).get("Title") or "")
    return _finished(rows, count, bare, unread, pictures=pictures, title=title)


def _finished(
    rows: "list[_Row]", count: int, bare: list[int], unread: list[int], *, pictures: int, title: str
) -> dict[str, Any]:
    text = "".join(row.text for row in rows)
    if len(unread) == count:
        raise _Refused("broken")
    if len(text.strip()) < FEW or len(bare) == count:
        raise _Refused("scan" if pictures else "empty")
    if 4 * (text.count("(cid:") * 7 + text.count("\ufffd")) > len(text):
        raise _Refused("garbled")
    notes = []
    if bare:
        notes.append(f"第{_listed(bare)}页没有文字（空白或扫描的图），没有读。")
    if unread:
        notes.append(f"第{_listed(unread)}页是坏的，没有读。")
    return {"lines": list(_paragraphs(rows)), "notes": notes, "title": title}


def _listed(pages: list[int]) -> str:
    return "、".join(map(str, pages[:12])) + ("等" if len(pages) > 12 else "")


@dataclass(slots=True)
class _Row:
    """A line on a page: whether it reaches the right margin, is indented, is a table's row."""

    page: int
    at: int
    text: str
    full: bool
    indented: bool
    table: bool = False


def _page(page: Any, number: int) -> Iterator[_Row]:
    """The lines and tables of a page, from top to bottom."""
    tables = []
    if len(page.rects) + len(page.lines) + len(page.curves) > 3:  # no ruled table without some lines
        tables = [table for table in page.find_tables() if len(table.rows) > 1 or len(table.columns) > 1]
    boxes = [table.bbox for table in tables]

    def is_outside(thing: dict[str, Any]) -> bool:
        if thing.get("object_type") != "char":
            return True
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)

    rest = page.filter(is_outside) if boxes else page
    lines = [line for line in rest.extract_text_lines(return_chars=True, x_tolerance=2) if line["text"].strip()]
    if lines and _PAGE_NUMBER.fullmatch(lines[-1]["text"].strip()):
        lines.pop()
    if lines and _PAGE_NUMBER.fullmatch(lines[0]["text"].strip()):
        lines.pop(0)
    left = min((line["x0"] for line in lines), default=0)
    right = max((line["x1"] for line in lines), default=0)
    found: list[tuple[float, _Row]] = []
    for line in lines:
        size = line["chars"][0]["size"] if line["chars"] else 12
        text = re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", line["text"].strip())
        full, indented = line["x1"] > right - 2.2 * size, line["x0"] > left + 1.2 * size
        found.append((line["top"], _Row(number, 0, text, full and right - left > 12 * size, indented)))
    for table in tables:
        for row, cells in zip(table.rows, table.extract(), strict=False):
            said = ["".join((cell or "").split("\n")) for cell in cells]
            if any(said):
                text = "| " + " | ".join(cell.replace("|", "｜").strip() for cell in said) + " |"
                found.append((row.bbox[1], _Row(number, 0, text, False, False, True)))
    for at, (_, each) in enumerate(sorted(found, key=lambda pair: pair[0]), 1):
        each.at = at
        yield each


def _paragraphs(rows: list[_Row]) -> Iterator[tuple[int, int, str]]:
    """Lines put together to paragraphs: page and line where each begins, and its text."""
    before: _Row | None = None
    page = at = 0
    text = ""
    for row in rows:
        goes_on = (
            before is not None
            and before.full
            and not (row.table or before.table or row.indented)
            and not (before.text.endswith(("。", "；", "：", ";", ":", "！", "？")) and _MARK.match(row.text))
        )
        if goes_on and before is not None:
            gap = " " if before.text[-1:].isascii() and before.text[-1:].isalnum() and row.text[:1].isalpha() and row.text[:1].isascii() else ""  # fmt: skip
            text += gap + row.text
        else:
            if text:
                yield page, at, text
            page, at, text = row.page, row.at, row.text
        before = row
    if text:
        yield page, at, text


if __name__ == "__main__":
    _main()
