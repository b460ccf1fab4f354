"""Word files (.docx): paragraphs, tables and automatic numbers, in order.

Read straight from the archive: python-docx does not count automatic numbers, and whatever unpacks first and measures
after falls to a zip bomb. Only the parts that are needed are unpacked, and counted while they are.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from knowledge.taking.lines import LONGEST, Line, Taken, TakingError, row
from knowledge.taking.numerals import counted

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_SKIPPED = {"del", "moveFrom", "pPr", "rPr", "instrText", "delText", "Fallback", "sectPr", "tblPr", "tcPr", "trPr"}
UNPACKED = 96 * 1024**2  # bytes of one part
RATIO, FREE = 200, 8 * 1024**2  # a part may not swell more than so many times, beyond a few megabytes
PARTS = 20_000
_CHUNK = 1 << 18
_BROKEN = "Word 文件里面是坏的，或者动过手脚，读不出来。"


def read(raw: bytes) -> Taken:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _check(archive)
            numbers = _Numbers(archive)
            found = _Found()
            lines = tuple(_lines(_elements(archive, "word/document.xml"), numbers, found))
    except TakingError:
        raise
    except NotImplementedError:
        raise TakingError("Word 文件用了不认识的压缩办法，打不开。") from None
    except zipfile.BadZipFile:
        raise TakingError("文件坏了（不完整的 Word 文件或压缩包），打不开。") from None
    except RuntimeError as wrong:
        if "password" in str(wrong) or "encrypted" in str(wrong):
            raise TakingError("文件有密码，打不开。请去掉密码再交。") from None
        raise TakingError(_BROKEN) from None
    except (DefusedXmlException, LookupError, OSError, ParseError, ValueError, struct.error, zlib.error):
        raise TakingError(_BROKEN) from None  # a damaged archive fails in many ways
    if not any(line.text.strip() for line in lines) and found.pictures:
        raise TakingError("文件里只有图片，没有文字，读不出来。请要文字版，或先做文字识别（OCR）。")
    return Taken("Word", lines, tuple(found.notes()))


def _check(archive: zipfile.ZipFile) -> None:
    """What kind of archive this is. Raises TakingError where it is no Word file without macros."""
    infos = archive.infolist()
    if len(infos) > PARTS:
        raise TakingError("压缩包里的东西多得不正常（像压缩炸弹），不收。")
    if any(info.flag_bits & 1 for info in infos):
        raise TakingError("文件有密码，打不开。请去掉密码再交。")
    names = {info.filename.lower() for info in infos}
    kinds = _unpacked(archive, "[Content_Types].xml") if "[Content_Types].xml" in archive.namelist() else b""
    if b"macroEnabled" in kinds or any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise TakingError("文件带宏（里面有程序），不收。请另存为不带宏的 .docx 再交。")
    if "word/document.xml" in archive.namelist():
        return
    if any(name.startswith("xl/") for name in names):
        raise TakingError("这是 Excel 表格，不是公文。表格请放在 Word 或 PDF 里交。")
    if any(name.startswith("ppt/") for name in names):
        raise TakingError("这是演示文稿（PPT），不是公文。请另存为 PDF 再交。")
    if "ofd.xml" in names:
        raise TakingError("这是 OFD 版式文件，请另存为 PDF 再交。")
    if "content.xml" in names and "mimetype" in names:
        raise TakingError("这是 ODT 文件，请另存为 .docx 再交。")
    raise TakingError("这是压缩包，请解开，把里面的文件一份一份交。")


class _Counted(io.RawIOBase):
    """A part of the archive that stops where it swells beyond measure."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        info = archive.getinfo(name)
        self._from = archive.open(info)
        self._most = min(UNPACKED, max(FREE, RATIO * max(info.compress_size, 1)))
        self._count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._from.read(_CHUNK if size < 0 else min(size, _CHUNK))
        self._count += len(data)
        if self._count > self._most:
            raise TakingError("文件解开后大得不正常（像压缩炸弹），不收。")
        return data


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    part, chunks = _Counted(archive, name), []
    while chunk := part.read():
        chunks.append(chunk)
    return b"".join(chunks)


def _elements(archive: zipfile.ZipFile, name: str) -> Iterator[Element]:
    """What stands directly in the body of a part (or its root), one after the other; each is forgotten after."""
    if name not in archive.namelist():
        return
    above: list[Element] = []
    deep = 2 if name.endswith("document.xml") else 1
    for event, element in iterparse(_Counted(archive, name), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            above.append(element)
            if len(above) > 400:
                raise TakingError("Word 文件里一层套一层，多得不正常，不收。")
        else:
            above.pop()
            if len(above) == deep:
                yield element
                above[-1].clear()


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _value(element: Element | None, name: str = "val") -> str:
    if element is None:
        return ""
    return element.get(_W + name) or element.get(_STRICT + name) or ""


def _child(element: Element | None, *names: str) -> Element | None:
    """The first child by this name, then its child, and so on."""
    for name in names:
        if element is None:
            return None
        element = next((child for child in element if _name(child) == name), None)
    return element


class _Numbers:
    """Automatic numbers: what stands before a paragraph that Word counts itself."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._levels: dict[str, dict[int, tuple[int, str, str]]] = {}  # list → level → start, form, text
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}  # numbering → list, its own starts
        self._styles: dict[str, tuple[str, str, str]] = {}  # style → numbering, level, based on
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        for element in _elements(archive, "word/numbering.xml"):
            if _name(element) == "abstractNum":
                self._levels[_value(element, "abstractNumId")] = {
                    int(_value(level, "ilvl") or 0): (
                        int(_value(_child(level, "start")) or 1),
                        _value(_child(level, "numFmt")) or "decimal",
                        _value(_child(level, "lvlText")),
                    )
                    for level in element
                    if _name(level) == "lvl"
                }
            elif _name(element) == "num":
                starts = {
                    int(_value(each, "ilvl") or 0): int(_value(_child(each, "startOverride")) or 1)
                    for each in element
                    if _name(each) == "lvlOverride" and _child(each, "startOverride") is not None
                }
                self._lists[_value(element, "numId")] = _value(_child(element, "abstractNumId")), starts
        for element in _elements(archive, "word/styles.xml"):
            if _name(element) == "style":
                number = _child(element, "pPr", "numPr")
                self._styles[_value(element, "styleId")] = (
                    _value(_child(number, "numId")), _value(_child(number, "ilvl")), _value(_child(element, "basedOn")),
                )  # fmt: skip

    def before(self, paragraph: Element) -> str:
        """The number of this paragraph, counted on; empty where it has none."""
        properties = _child(paragraph, "pPr")
        own = _child(properties, "numPr")
        number, level = _value(_child(own, "numId")), _value(_child(own, "ilvl"))
        style = _value(_child(properties, "pStyle"))
        for _ in range(12):
            if (number and level) or style not in self._styles:
                break
            styled, at, style = self._styles[style]
            number, level = number or styled, level or (at if styled else "")
        if not number or number == "0" or number not in self._lists:
            return ""
        return self._count(number, int(level or 0))

    def _count(self, number: str, level: int) -> str:
        name, starts = self._lists[number]
        levels = self._levels.get(name, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(name, {})
        if number not in self._begun:
            self._begun.add(number)
            if starts:
                counts.clear()
        counts[level] = counts[level] + 1 if level in counts else starts.get(level, levels[level][0])
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        _, form, text = levels[level]
        if form == "bullet":
            return ""
        for each in range(9):
            if f"%{each + 1}" in text:
                start, own_form, _ = levels.get(each, (1, "decimal", ""))
                text = text.replace(f"%{each + 1}", counted(counts.get(each, start), own_form))
        return text if text.endswith(("、", "）", ")")) else f"{text} "


class _Found:
    """What was met and is not text."""

    def __init__(self) -> None:
        self.pictures = self.notes_below = self.formulas = self.deleted = 0

    def notes(self) -> Iterator[str]:
        if self.pictures:
            yield f"有 {self.pictures} 张图片，图里的字没有读。"
        if self.notes_below:
            yield f"有 {self.notes_below} 条脚注或尾注没有读。"
        if self.formulas:
            yield f"有 {self.formulas} 个公式没有读。"
        if self.deleted:
            yield f"有 {self.deleted} 处修订删掉的字没有收。"


def _lines(body: Iterator[Element], numbers: _Numbers, found: _Found) -> Iterator[Line]:
    at = length = 0
    for element in body:
        for block in _blocks(element):
            if _name(block) == "tbl":
                for cells in _rows(block, numbers, found):
                    at += 1
                    if any(cells):
                        yield Line(row(cells), 0, at)
                        length += sum(map(len, cells))
                continue
            at += 1
            for text in _paragraph(block, numbers, found).split("\n"):
                yield Line(text.rstrip(), 0, at)
                length += len(text)
            if length > LONGEST:
                raise TakingError(f"文件的字数超过 {LONGEST // 10_000} 万，不像一份公文，不收。")


def _blocks(element: Element) -> Iterator[Element]:
    """Paragraphs and tables, out of whatever is wrapped around them."""
    if _name(element) in {"p", "tbl"}:
        yield element
    elif _name(element) not in _SKIPPED:
        for child in element:
            yield from _blocks(child)


def _rows(table: Element, numbers: _Numbers, found: _Found) -> Iterator[list[str]]:
    for each in table:
        if _name(each) != "tr":
            continue
        cells = []
        for cell in each.iter():
            if _name(cell) != "tc":
                continue
            merged = _child(cell, "tcPr", "vMerge")
            if merged is not None and _value(merged) != "restart":
                cells.append("")
                continue
            cells.append("".join(_paragraph(p, numbers, found) for p in cell.iter() if _name(p) == "p"))
        yield cells


def _paragraph(paragraph: Element, numbers: _Numbers, found: _Found) -> str:
    text = "".join(_pieces(paragraph, found))
    return numbers.before(paragraph) + text if text.strip() else ""


def _pieces(element: Element, found: _Found) -> Iterator[str]:
    for child in element:
        name = _name(child)
        if name in _SKIPPED:
            found.deleted += name in {"del", "moveFrom"}
        elif name == "t":
            yield child.text or ""
        elif name in {"tab", "ptab"}:
            yield " "
        elif name in {"br", "cr"}:
            if _value(child, "type") not in {"page", "column"}:
                yield "\n"
        elif name == "noBreakHyphen":
            yield "-"
        else:
            found.pictures += name in {"blip", "imagedata"}
            found.notes_below += name in {"footnoteReference", "endnoteReference"}
            found.formulas += name == "oMath"
            if name == "txbxContent":
                yield "\n" + "\n".join("".join(_pieces(p, found)) for p in child if _name(p) == "p")
            elif name not in {"oMath", "tbl"}:
                yield from _pieces(child, found)
