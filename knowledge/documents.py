"""Official documents: a text becomes a Document with its clauses.

    structure(text)            the text of a numbered document → number, title, issuer, date, tree of clauses
    newspaper(text, articles)  the newspaper page → one clause an article, put together as articles.yaml says
    find(directory)            every source in a directory by its number, whatever its file is called

Levels are 一、 (or 第一条) / （一） / 1. / （1） / ①, in full or half width. The clauses carry paths as docs/library.md writes
them: 十（一）, 二（一）5（2）, 二.10, 附件2; what stands before 一、 is 开头, the signature at the end 落款. A clause's
text holds all below it. A line like （项目推进牵头部门：…） closes what it stands under: the chapter, or its （一）
where the chapter has several such lines. Reading bytes is apart from structure: docx, pdf and html only need a text.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import yaml

NEWSPAPER = "2017年7月工会新闻版"
ARTICLES = Path(__file__).parent / "articles.yaml"
OPENING, CLOSING = "开头", "落款"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_HAN = "一二三四五六七八九十"
_NUMBER = re.compile(r"([\u4e00-\u9fff]{2,10})[〔\[(【﹝](\d{4})[〕\])】﹞]第?(\d+)号")
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_LEVELS = (
    re.compile(rf"(?P<value>[{_HAN}]+)、|第(?P<article>[{_HAN}百零]{{1,6}})条(?=\s|$)"),
    re.compile(rf"[（(]\s*(?P<value>[{_HAN}]+)\s*[）)]"),
    re.compile(r"(?P<value>[0-9０-９]{1,3})\s*(?:、|[.．](?![0-9０-９]))"),
    re.compile(r"[（(]\s*(?P<value>[0-9０-９]{1,2})\s*[）)]"),
    re.compile(rf"(?P<value>[{CIRCLED}])"),
)
_CHAPTER = re.compile(rf"第[{_HAN}百零]{{1,5}}章(\s.*|\s*)")  # a heading over articles (第一条), whose numbers run on
_INLINE = re.compile(r"(?<=[。；;：:])\s*[（(]\s*(?P<value>[0-9０-９]{1,2})\s*[）)]")
_TAIL = re.compile(r"[（(][^（()）]*(牵头部门|责任单位|责任部门)[:：].*[）)]")
_ATTACHMENT = re.compile(rf"附\s*件\s*(?P<value>[0-9０-９]{{1,2}}|[{_HAN}]{{1,2}})?\s*[:：]?")
_ATTACHMENTS = re.compile(r"附\s*件\s*[:：]\s*\S")
_FOOTER = re.compile(r"^[ \t]*(PAGE\b.*|[—\-－]+ *\d+ *[—\-－]+)[ \t]*$", re.MULTILINE)
_STEP = re.compile(rf"附件\d*|{OPENING}|{CLOSING}|\([{_HAN}]+\)|[{_HAN}百零]+|\(\d+\)|\d+|[{CIRCLED}]")
_BETWEEN = re.compile(r"[第章节条款项、.．·,，/]*")


class DocumentError(ValueError):
    """A text that is no document we can read; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A clause: `text` with all that stands below it, `places` its lines (first, last), counted from 1."""

    path: str
    text: str
    places: tuple[tuple[int, int], ...]
    parts: tuple["Part", ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def walk(self) -> Iterator["Part"]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Document:
    """A source. `date` is ISO or empty; `gaps` say what of it could not be put together."""

    number: str
    title: str
    issuer: str
    date: str
    clauses: tuple[Part, ...]
    gaps: tuple[str, ...] = ()

    def walk(self) -> Iterator[Part]:
        for clause in self.clauses:
            yield from clause.walk()

    def clause(self, cited: str) -> Part | None:
        """The clause that a citation names, however its dots, brackets and spaces are written."""
        if self.number == NEWSPAPER:
            wanted: object = squeeze(cited)
            return next((part for part in self.clauses if squeeze(part.path) == wanted), None)
        wanted = steps(cited)
        return next((part for part in self.walk() if wanted and steps(part.path) == wanted), None)


def plain(text: str) -> str:
    """Full-width signs as half-width; circled numbers and the full-width comma stay what they are."""
    return "".join(c if c in CIRCLED or c == "，" else unicodedata.normalize("NFKC", c) for c in text)


def squeeze(text: str) -> str:
    """A text without spaces and widths, for comparing names."""
    return re.sub(r"\s+", "", plain(text)).replace("，", ",")


def canonical(number: str) -> str:
    """A document's number as everybody writes it: 营工发〔2015〕65号. What is no number stays as it is."""
    match = _NUMBER.fullmatch(squeeze(number))
    return f"{match[1]}〔{match[2]}〕{int(match[3])}号" if match else number.strip()


def steps(cited: str) -> tuple[str, ...]:
    """A citation as its steps: 二（一）5（2） → 二 (一) 5 (2). Empty where it is not written like one."""
    rest, found = squeeze(cited), []
    while rest:
        rest = rest[len(gap[0]) :] if (gap := _BETWEEN.match(rest)) else rest
        if not rest:
            break
        if (step := _STEP.match(rest)) is None:
            return ()
        found.append(step[0])
        rest = rest[step.end() :]
    return tuple(found)


# ------------------------------------------------------------------------------------------------- numbered documents


class _Mark(NamedTuple):
    """Where a clause begins. Level -1: attachments and signature; x.5: a line that closes what is below level x."""

    start: int
    level: float
    token: str


def structure(text: str, called: str = "") -> Document:
    """The document that a text holds, `called` so where that is known. Raises DocumentError where it has no number or
    no clause."""
    text = _FOOTER.sub(lambda match: " " * len(match[0]), text.removeprefix("\ufeff"))
    if (number := called or number_of(text)) is None:
        raise DocumentError("开头没有文号。")
    marks = _tails(list(_marks(text)))
    if not any(mark.level >= 0 for mark in marks):
        raise DocumentError(f"{number} 里没有认出条款。")
    line_starts = [match.start() for match in re.finditer(r"^", text, re.MULTILINE)]

    def part(path: str, start: int, end: int, parts: tuple[Part, ...] = ()) -> Part:
        body = text[start:end]
        last = start + max(len(body.rstrip()) - 1, 0)
        place = (bisect_right(line_starts, start), bisect_right(line_starts, last))
        return Part(path, body.strip("\n"), (place,), parts, _rows(body) if path.startswith("附件") else ())

    def parts(first: int, end: int, path: str) -> tuple[Part, ...]:
        """The parts that begin at marks `first` and after, before the offset `end`."""
        found, i = [], first
        while i < len(marks) and marks[i].start < end:
            start, level, token = marks[i]
            if level != int(level):  # a closing line belongs to the part around it
                i += 1
                continue
            after = next((j for j in range(i + 1, len(marks)) if marks[j].level <= level), len(marks))
            stop = min(marks[after].start if after < len(marks) else len(text), end)
            own = _join(path, token)
            found.append(part(own, start, stop, parts(i + 1, stop, own)))
            i = after
        return tuple(found)

    opening = part(OPENING, 0, marks[0].start)
    title, issuer, day = _head(text)
    return Document(number, title, issuer, day, (opening, *parts(0, len(text), "")))


def number_of(text: str) -> str | None:
    """The document's own number: a line of its own near the top, or else the first number near the top."""
    top = [squeeze(line) for line in text.splitlines() if line.strip()][:20]
    for line in top:
        if _NUMBER.fullmatch(line):
            return canonical(line)
    for line in top:
        if line.startswith(("|", "#", "-", "*")):
            continue
        if match := _NUMBER.search(line):
            return canonical(match[0])
    return None


def _marks(text: str) -> Iterator[_Mark]:
    """Every place where a clause begins, in reading order."""
    open_values: dict[int, int] = {}
    in_body, closed, offset, previous = False, False, 0, 0
    for line in text.splitlines(keepends=True):
        content = line.strip()
        start = offset + len(line) - len(line.lstrip())
        offset += len(line)
        if not content or content.startswith("|"):  # a table's row
            continue
        closing = _is_closing(content) if in_body and not closed else None
        if (match := _ATTACHMENT.fullmatch(content)) is not None and in_body:
            open_values.clear()
            closed = False
            yield _Mark(start, -1, "附件" + plain(match["value"] or ""))
        elif closing is not None:
            closed = True
            yield _Mark(previous if closing == "date" else start, -1, CLOSING)
        elif _TAIL.fullmatch(content):
            yield _Mark(start, 0.5, "")
        elif _CHAPTER.fullmatch(content) and not closed:
            open_values.clear()
            yield _Mark(start, -0.5, "")
        elif not closed:
            for at, level, token in _in_line(content, open_values):
                in_body = True
                yield _Mark(start + at, level, token)
        previous = start


def _is_closing(content: str) -> str | None:
    """Whether the line begins the signature: a list of attachments, a date of its own, or …印发."""
    squeezed = squeeze(content)
    if _ATTACHMENTS.match(content) or re.search(r"\d日印发$", squeezed):
        return "line"
    return "date" if _DATE.fullmatch(squeezed) else None


def _in_line(content: str, open_values: dict[int, int]) -> Iterator[tuple[int, int, str]]:
    """The clauses that begin in a line: at its start, and further （2）, ② in it where they go on counting."""
    found: list[tuple[int, int, int, str]] = []
    for level, pattern in enumerate(_LEVELS[:4]):
        if match := pattern.match(content):
            article = match.groupdict().get("article")
            written = article or match["value"]
            found.append((0, level, _value(written), f"第{article}条" if article else _token(level, written)))
            break
    for match in _INLINE.finditer(content):
        found.append((match.start(), 3, _value(match["value"]), _token(3, match["value"])))
    for match in _LEVELS[4].finditer(content):
        found.append((match.start(), 4, CIRCLED.index(match["value"]) + 1, match["value"]))
    for at, written_level, value, written in sorted(found):
        level, token = written_level, written
        if level == 3 and at == 0 and 1 < value == open_values.get(1, 0) + 1 and 3 not in open_values:
            level, token = 1, f"（{_HAN[value - 1]}）"  # “（2） 扶持对象” between （一） and （三）
        if at and value != open_values.get(level, 0) + 1:
            continue  # a bracketed number in a sentence, not the next clause
        for below in [other for other in open_values if other > level]:
            del open_values[below]
        open_values[level] = value
        yield at, level, token


def _value(written: str) -> int:
    written = plain(written)
    if written.isdigit():
        return int(written)
    hundreds, hundred, written = written.rpartition("百")
    if hundred:
        rest = written.removeprefix("零")
        return (_HAN.index(hundreds) + 1 if hundreds else 1) * 100 + (_value(rest) if rest else 0)
    tens, _, ones = written.rpartition("十")
    if "十" not in written:
        return _HAN.index(written[-1]) + 1
    return (_HAN.index(tens) + 1 if tens else 1) * 10 + (_HAN.index(ones) + 1 if ones else 0)


def _token(level: int, written: str) -> str:
    return {0: written, 1: f"（{written}）", 2: plain(written), 3: f"（{plain(written)}）"}.get(level, written)


def _join(path: str, token: str) -> str:
    """Path and step as docs/library.md writes them: a dot only between 二 and 10."""
    return f"{path}.{token}" if path and path[-1] not in "）" and token[0] not in "（" + CIRCLED else path + token


def _tails(marks: list[_Mark]) -> list[_Mark]:
    """Each closing line with what it closes: the chapter if it is the only one there, else the （一） before it."""
    chapters = [mark.start for mark in marks if mark.level <= 0] or [0]
    owner = [bisect_right(chapters, mark.start) for mark in marks if mark.level == 0.5]
    return [
        mark._replace(level=1.5) if mark.level == 0.5 and owner.count(bisect_right(chapters, mark.start)) > 1 else mark
        for mark in marks
    ]


def _rows(text: str) -> tuple[tuple[str, ...], ...]:
    """The tables of an attachment as rows of cells, from the form in which Word writes tables to text: each cell
    begins with a tab, each row after an empty line; two empty lines without a tab after them end the table."""
    if piped := [line for line in text.splitlines() if line.startswith("| ")]:
        return tuple(tuple(squeeze(cell) for cell in line[1:].rstrip(" |").split("|")) for line in piped)
    rows: list[list[list[str]]] = []
    empty, in_table = 0, False
    for line in text.splitlines():
        if line.startswith("\t"):
            if empty or not in_table:
                rows.append([])
            rows[-1].append([line.strip()])
            in_table, empty = True, 0
        elif not line.strip():
            empty += 1
        else:
            in_table = in_table and empty < 2
            if in_table:
                rows[-1][-1].append(line.strip())
            empty = 0
    cells = (tuple(squeeze("".join(cell)) for cell in row) for row in rows)
    return tuple(row for row in cells if any(row))


def _head(text: str) -> tuple[str, str, str]:
    """Title, issuer and date as the cover has them."""
    lines = [squeeze(line) for line in text.splitlines() if line.strip()]
    title, collecting = "", False
    for line in lines[:30]:
        collecting = collecting or line.startswith("关于")
        if collecting:
            title += line
            if re.search(r"(通知|方案|办法|意见|决定|通报|函|规定|细则|公告)$", line):
                break
    for before, line in pairwise(lines):
        if match := _DATE.fullmatch(line):
            return title, before, f"{int(match[1]):04}-{int(match[2]):02}-{int(match[3]):02}"
    return title, "", ""


# -------------------------------------------------------------------------------------------------- the newspaper page


def newspaper(text: str, articles: Iterable[Mapping[str, Any]]) -> Document:
    """The newspaper page, one clause an article. What cannot be found of an article is a gap."""
    clauses: list[Part] = []
    gaps: list[str] = []
    for article in articles:
        pieces: list[str] = []
        places: list[tuple[int, int]] = []
        for opening, ending in article["fragments"]:
            start = _anchor(opening).search(text)
            end = _anchor(ending).search(text, start.start()) if start else None
            if start is None or end is None:
                gaps.append(f"文章“{article['headline']}”里找不到“{ending if start else opening}”这一段。")
                continue
            pieces.append(text[start.start() : end.end()])
            places.append((text.count("\n", 0, start.start()) + 1, text.count("\n", 0, end.end()) + 1))
        clauses.append(Part(article["headline"], "".join(pieces), tuple(places)))
    return Document(NEWSPAPER, "工会新闻版", "", "2017-07", tuple(clauses), tuple(gaps))


def _anchor(written: str) -> re.Pattern[str]:
    """An anchor of articles.yaml, found also where its figure is another: that is for the check to say."""
    return re.compile(re.sub(r"\d+(\\\.\d+)?", r"\\d+(\\.\\d+)?", re.escape(written)))


def is_newspaper(text: str, articles: Iterable[Mapping[str, Any]]) -> bool:
    """Whether most headlines stand in the text, and with them the articles."""
    squeezed = squeeze(text)
    headlines = [squeeze(article["headline"]) for article in articles]
    return 2 * sum(headline in squeezed for headline in headlines) > len(headlines)


def read_articles() -> list[dict[str, Any]]:
    articles: list[dict[str, Any]] = yaml.safe_load(ARTICLES.read_text(encoding="utf-8"))
    return articles


# --------------------------------------------------------------------------------------------------------- directories


def text_of(path: Path) -> str | None:
    """The text of a file, or None where it is none that we read."""
    if path.suffix.lower() not in {".txt", ".md"}:
        return None
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    return None


def find(directory: Path) -> dict[str, Document]:
    """Every source in the directory by its number. A README is no source, nor is a text without number and clauses."""
    articles = read_articles()
    found: dict[str, Document] = {}
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        text = None if path.stem.lower() == "readme" else text_of(path)
        if text is None:
            continue
        if is_newspaper(text, articles):
            document = newspaper(text, articles)
        else:
            try:
                document = structure(text)
            except DocumentError:
                continue
        found.setdefault(document.number, document)
    return found
