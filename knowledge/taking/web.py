"""Web pages: what a reader sees, tables as rows, lists with their numbers. Scripts, styles and hidden parts are not read.

A table that only lays out the page (tables in tables, one column, long paragraphs) is read as paragraphs.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from knowledge.taking import plain
from knowledge.taking.lines import Line, Taken, TakingError, row
from knowledge.taking.numerals import counted

_PAGE = re.compile(r"<(!doctype\s+html|html|head|body|table|div|p|h[1-6])\b[^>]*>", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_UNSEEN = {"script", "style", "noscript", "template", "svg", "iframe", "object", "select", "textarea", "nav", "math"}
_BLOCKS = {
    "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer",
    "table", "thead", "tbody", "dl", "dt", "dd", "blockquote", "pre", "center", "form", "main", "aside", "address", "hr",
    "caption", "figure", "figcaption", "title", "body",
}  # fmt: skip
_VOID = {"br", "hr", "img", "meta", "link", "input", "col", "area", "base", "embed", "source", "track", "wbr"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
LONG_CELL = 500  # characters: a cell of more is a page's column
DEEP = 2_000


def is_page(text: str) -> bool:
    return len(_PAGE.findall(text[:4_000])) > 1 or bool(re.match(r"\s*<(!doctype\s+html|html|\?xml)\b", text, re.IGNORECASE))  # fmt: skip


def decode(raw: bytes, text: str) -> str:
    """The page by the encoding that it names itself, where it can be read so; else as guessed."""
    if (match := _CHARSET.search(raw[:4_096])) is not None:
        named = match[1].decode("ascii").lower()
        try:
            return raw.decode("gb18030" if named.startswith("gb") else named)
        except (UnicodeDecodeError, LookupError):
            return text
    return text


def read(text: str) -> Taken:
    page = _Page()
    page.feed(plain._clean(text))
    page.close()
    page.end()
    lines = tuple(page.lines)
    if not any(line.text for line in lines):
        what = "只有图片，没有文字" if page.pictures else "没有看得见的文字"
        raise TakingError(f"网页里{what}，读不出来。")
    notes = (f"有 {page.pictures} 张图片，图里的字没有读。",) if page.pictures else ()
    return Taken("网页", lines, notes, page.title)


@dataclass
class _Table:
    rows: list[list[list[Line]]] = field(default_factory=list)  # rows of cells of lines
    nests: bool = False
    at: int = 0


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.title = ""
        self.pictures = 0
        self._open: list[tuple[str, bool]] = []  # elements, and whether they hide what is in them
        self._hidden = 0
        self._said: list[str] = []
        self._at = 1
        self._tables: list[_Table] = []
        self._lists: list[tuple[str, int] | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hides = tag in _UNSEEN or "hidden" in given or bool(_HIDDEN.search(given.get("style") or ""))
        if tag not in _VOID:
            if len(self._open) > DEEP:
                raise TakingError("网页里一层套一层，多得不正常，不收。")
            if tag in {"p", "li", "tr", "td", "th"}:
                self._close_unclosed(tag)
            self._open.append((tag, hides))
            self._hidden += hides
        if not self._hidden:
            self._began(tag, given)

    def _began(self, tag: str, given: dict[str, str | None]) -> None:
        """A visible element begins."""
        if tag == "br" or tag in _BLOCKS:
            self._break()
        if tag == "img":
            self.pictures += 1
        elif tag == "table":
            if self._tables:
                self._tables[-1].nests = True
            self._tables.append(_Table(at=self.getpos()[0]))
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in {"td", "th"} and self._tables:
            self._break()
            rows = self._tables[-1].rows
            if not rows:
                rows.append([])
            rows[-1].append([])
        elif tag in {"ol", "ul"}:
            start = given.get("start") or "1"
            form = _FORMS.get(given.get("type") or "1", "decimal")
            self._lists.append((form, int(start) if start.isdigit() else 1) if tag == "ol" else None)
        elif tag == "li" and self._lists and (here := self._lists[-1]) is not None:
            self._said.append(f"{counted(here[1], here[0])}. ")
            self._lists[-1] = (here[0], here[1] + 1)

    def handle_endtag(self, tag: str) -> None:
        if all(name != tag for name, _ in self._open):
            return
        while self._open:
            name, hid = self._open.pop()
            was_hidden, self._hidden = self._hidden, self._hidden - hid
            if not was_hidden:
                self._ended(name)
            if name == tag:
                break

    def _close_unclosed(self, tag: str) -> None:
        """<p>, <li>, <td> and <tr> need not be closed: the next one of the same table or list ends them."""
        stops = {"p": {"td", "th", "li", "div", "table", "body"}, "li": {"ul", "ol"}}.get(tag, {"table"})
        ends = {"td": {"td", "th"}, "th": {"td", "th"}}.get(tag, {tag})
        for name, _ in reversed(self._open):
            if name in ends:
                self.handle_endtag(name)
                return
            if name in stops:
                return

    def _ended(self, name: str) -> None:
        if name == "title":
            self.title = " ".join("".join(self._said).split())
            self._said.clear()
        elif name in _BLOCKS or name in {"td", "th"}:
            self._break()
        if name == "table" and self._tables:
            self._put(self._tables.pop())
        elif name in {"ol", "ul"} and self._lists:
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            if not self._said:
                self._at = self.getpos()[0]
            inside = any(name == "pre" for name, _ in self._open[-4:])
            if inside and "\n" in data:
                for part in data.split("\n"):
                    self._said.append(part)
                    self._break()
            else:
                self._said.append(data)

    def _break(self) -> None:
        text = re.sub(r"[\s\u00a0]+", " ", "".join(self._said)).strip()
        self._said.clear()
        if text:
            self._write([Line(text, 0, self._at)])

    def _write(self, lines: list[Line]) -> None:
        if self._tables and self._tables[-1].rows and self._tables[-1].rows[-1]:
            self._tables[-1].rows[-1][-1].extend(lines)
        else:
            self.lines.extend(lines)

    def _put(self, table: _Table) -> None:
        """A finished table: rows, or the paragraphs that it only lays out."""
        cells = [cell for each in table.rows for cell in each]
        long = any(sum(len(line.text) for line in cell) > LONG_CELL for cell in cells)
        if table.nests or long or max((len(each) for each in table.rows), default=0) < 2:
            self._write([line for cell in cells for line in cell])
            return
        for each in table.rows:
            texts = ["".join(line.text for line in cell) for cell in each]
            if any(texts):
                at = next((cell[0].at for cell in each if cell), table.at)
                self._write([Line(row(texts), 0, at)])

    def end(self) -> None:
        self._break()
        while self._tables:
            self._put(self._tables.pop())
