"""What a document is and says: number, title, issuing body, date, places, attachments, clauses with their positions.

    describe(taken, places, name)  → Description

A numbered document is put in order by knowledge/documents.py. The newspaper page is put together as articles.yaml says;
a page that it does not know is cut at its headlines. A text with neither number nor numbered clauses is cited by its
title and its paragraphs. What could not be found or put together is said in `gaps`, in words.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import PurePath

from knowledge.documents import (
    CLOSING,
    OPENING,
    Document,
    DocumentError,
    Part,
    canonical,
    is_newspaper,
    newspaper,
    number_of,
    plain,
    read_articles,
    squeeze,
    structure,
)
from knowledge.places import Places
from knowledge.taking.lines import Taken, TakingError
from knowledge.taking.numerals import arabic_date

NATION = "全国"
SMALL_TABLE = 400  # characters of a table that is quoted whole; of a longer one a row is, under its head
_NUMBER_LINE = re.compile(
    r"(?:文号|发文字号|发文号|文件编号)?[:：]?([\u4e00-\u9fff]{2,10}[〔\[(【﹝]\d{4}[〕\])】﹞]第?\d+号)"
)
_TITLE_END = re.compile(
    r"(通知|方案|办法|意见|决定|通报|函|规定|细则|公告|通告|条例|规则|章程|标准|制度|措施|批复|报告|纪要|规划|计划|要点|公报|倡议书|决议)(（.*）|\(.*\))?$"
)
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_FROM = re.compile(r"自(?:(\d{4}年\d{1,2}月\d{1,2}日)|发布|印发|公布|下发|颁布)(?:之日)?起(?:施行|实施|执行|试行|生效)")
_UNTIL = re.compile(r"(?:有效期(?:至|到)|执行(?:至|到)|施行(?:至|到))(\d{4}年\d{1,2}月\d{1,2}日)")
_YEARS = re.compile(r"有效期(?:限)?(?:为)?([0-9一二三四五六七八九十两]{1,2})年")
_BODY = re.compile(r"[\u4e00-\u9fff]{2,20}?(?:总工会|委员会|人民政府|工会|办公室|办公厅|局|厅|部)")
_LISTED = re.compile(r"(?:附\s*件\s*[:：]?)?\s*(\d{1,2})\s*[、.．]\s*(\S.*)")
_MENTIONED = re.compile(r"附件\s*(\d{1,2})")
_HEADLINE = re.compile(r"^#{1,6}\s+(.*\S)")
_MARKUP = re.compile(r"^#{1,6}\s+|^>\s?|\*\*|__(?=\S)|(?<=\S)__|`|!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_END = re.compile(r"[。！？!?…”」』）)：:；;]\s*$")
_REPORT = re.compile(r"(本报讯|本报记者|通讯员|新华社|记者)")
_FEW = 12  # characters of a paragraph that can be the same twice by chance


@dataclass(frozen=True, slots=True)
class TakenClause:
    """A clause as it will be quoted: its own words (those of clauses below it are theirs), where it stands, and the
    headings above it. `region`: whose it is, where it is not the document's (an article of a newspaper)."""

    path: str
    text: str
    page: int
    line: int
    above: str = ""
    region: str = ""


@dataclass(frozen=True)
class Description:
    """What a document is. `in_force_from` and `ends_at` where the document itself says so."""

    number: str
    title: str
    issuer: str
    issued: str  # ISO, may lack the day; empty where the file has none
    region: str
    regions: tuple[str, ...]
    level: str  # city | province | nation | report
    clauses: tuple[TakenClause, ...]
    attachments: tuple[str, ...]
    gaps: tuple[str, ...]
    in_force_from: date | None = None
    ends_at: date | None = None

    @property
    def count(self) -> int:
        """How many clauses there are, rows of tables not counted apart."""
        return len({clause.path for clause in self.clauses})


def describe(taken: Taken, places: Places, name: str = "", region: str = "") -> Description:
    """What the lines of a file hold. `region`, where somebody said it, goes before what the text says. Raises
    TakingError where the text is no document."""
    articles = read_articles()
    if is_newspaper(taken.text, articles):
        document = newspaper(taken.text, articles)
        where = {squeeze(each["headline"]): str(each["region"]) for each in articles}
        gaps = [*document.gaps, *_told(articles), *_left_over(taken, document)]
        return _reported(
            taken, document, gaps, lambda part: where.get(squeeze(part.path), ""), region=region, places=places
        )
    if number_of(taken.text) is None and _is_unknown_page(taken):
        document = _cut_at_headlines(taken, name)
        return _reported(
            taken, document, list(document.gaps), lambda part: _place_of(part, places), region=region, places=places
        )
    return _numbered(taken, places, name, region)


# ------------------------------------------------------------------------------------------------- numbered documents


def _numbered(taken: Taken, places: Places, name: str, region: str) -> Description:
    lines = [_bare(line.text) if taken.kind == "Markdown" else arabic_date(line.text) for line in taken.lines]
    skipped, number = _beginning(lines)
    if skipped:
        lines[:skipped] = [""] * skipped
    title = _title(lines, number) or (_bare(taken.title) if _TITLE_END.search(squeeze(taken.title)) else "")
    gaps: list[str] = []
    if skipped:
        gaps.append(f"文号前面的 {skipped} 行是网页栏目或眉头，没有收。")
    if not number:
        if not title:
            raise TakingError("既没有文号，也没有“关于……的通知”这样的标题，不像一份公文，没有收。")
        number = f"《{title.strip('《》')}》"
        gaps.append(f"没有文号，用标题{number}来称呼。")
    try:
        document = structure("\n".join(lines), number)
    except DocumentError:
        document = _by_paragraphs("\n".join(lines), number, title)
        if not document.clauses:
            raise TakingError(f"{number} 只有标题，没有正文，没有收。") from None
        gaps.append("没有“一、（一）1.”这样的编号，按自然段收的。")
    text = "\n".join(lines)
    day = document.date or _last_day(text)
    issuer = _issuer(document, text, title, day)
    if not document.date and day:
        gaps.append("落款没有单独一行日期，日期取自正文。" if not _own_line(lines, day) else "")
    if not day:
        gaps.append("没有找到成文日期。")
    if not issuer:
        gaps.append("没有找到发文单位。")
    found = places.found(f"{issuer} {title} {number}") or places.found(text[:400])
    own = region or (found[0] if found else "")
    if not own and re.search(r"中华全国总工会|全国总工会|国务院", f"{issuer} {text[:400]}"):
        own = NATION
    if not own:
        raise TakingError(f"看不出 {number} 是哪里的文件，请写明：--region 营口。")
    attachments, missing = _attachments(document, text)
    gaps += [*missing, *_broken(document), *_repeated(document)]
    since, until = _force(text, day)
    return Description(
        number, title or document.title, issuer, day, own, tuple(_regions(own, places, text)),
        _level(own, places), tuple(_clauses(taken, document, title)), attachments,
        tuple(gap for gap in gaps if gap), since, until,
    )  # fmt: skip


def _bare(line: str) -> str:
    """A line of Markdown without its markup."""
    return arabic_date(_LINK.sub(r"\1", _MARKUP.sub("", line)).replace("\\", ""))


def _beginning(lines: list[str]) -> tuple[int, str]:
    """How many lines stand before the document (a web page's menu), and its number."""
    if number := number_of("\n".join(lines)):
        return 0, number
    for at, line in enumerate(lines[:400]):
        if match := _NUMBER_LINE.fullmatch(squeeze(line)):
            return sum(1 for each in lines[:at] if each.strip()) and _first_of_head(lines, at), canonical(match[1])
    return 0, ""


def _first_of_head(lines: list[str], at: int) -> int:
    """Where the head begins whose number stands in line `at`: the title may stand just before it."""
    for back in range(at - 1, max(at - 6, -1), -1):
        if squeeze(lines[back]).startswith("关于") or _TITLE_END.search(squeeze(lines[back])):
            return back
    return at


def _title(lines: list[str], number: str) -> str:
    """关于……的通知, as many lines as it takes; else the line near the top that ends like a title."""
    top = [re.sub(r"\s+", "", line) for line in lines if line.strip() and not line.startswith("|")][:40]
    for at, line in enumerate(top):
        if "关于" in line[:30] and not line.endswith(("：", "。", ":")):
            title = ""
            for each in top[at : at + 6]:
                title += each
                if _TITLE_END.search(title):
                    return title[:200]
    for at, line in enumerate(top[:15]):
        if len(line) <= 60 and _TITLE_END.search(line) and not _NUMBER_LINE.fullmatch(line):
            before = top[at - 1] if at else ""
            is_half = bool(before) and len(line) < 8 and not _NUMBER_LINE.fullmatch(before) and not _END.search(before)
            return f"{before}{line}" if is_half else line
    return ""


def _by_paragraphs(text: str, number: str, title: str) -> Document:
    """A short letter without numbered clauses: each paragraph is one, counted after the head."""
    parts: list[Part] = []
    head = True
    for at, line in enumerate(text.split("\n"), 1):
        said = squeeze(line)
        if head and (not said or said in squeeze(title) or _NUMBER_LINE.fullmatch(said) or len(said) < _FEW):
            continue
        head = False
        if said and not (len(said) < 30 and _DAY.fullmatch(said)):
            parts.append(Part(f"第{len(parts) + 1}段", line.strip(), ((at, at),)))
    return Document(number, title, "", "", tuple(parts))


def _iso(shown: str) -> str:
    match = _DAY.search(shown)
    return f"{int(match[1]):04}-{int(match[2]):02}-{int(match[3]):02}" if match else ""


def _last_day(text: str) -> str:
    """The last whole date that stands alone in a line, or else before 印发, or in brackets under the title."""
    own = [squeeze(line) for line in text.splitlines()]
    alone = [line for line in own if _DAY.fullmatch(line.strip("（）()"))]
    printed = [line for line in own if re.search(r"日(印发|发布|公布|通过)", line) and _DAY.search(line)]
    stamped = [line for line in own if re.match(r"(发布|成文|发文|印发)(日期|时间)[:：]", line) and _DAY.search(line)]
    found = next(iter([*reversed(alone), *stamped, *printed]), "")
    return _iso(found)


def _own_line(lines: list[str], day: str) -> bool:
    return any(_DAY.fullmatch(squeeze(line).strip("（）()")) and _iso(squeeze(line)) == day for line in lines)


def _issuer(document: Document, text: str, title: str, day: str) -> str:
    """The line before the date, where it is a body's name; else the body that the title begins with."""
    if _BODY.search(document.issuer) and len(document.issuer) < 40:
        return document.issuer
    own = [squeeze(line) for line in text.splitlines() if line.strip()]
    for before, line in pairwise(own):
        if day and _DAY.fullmatch(line) and _iso(line) == day and len(before) < 40 and _BODY.search(before):
            return before
    for line in own:
        if (
            match := re.match(r"(?:发布机构|发文机关|发文单位|来源|信息来源)[:：]([\u4e00-\u9fff]{4,30})", line)
        ) is not None:
            return match[1]
    match = _BODY.match(squeeze(title))
    return match[0] if match else ""


def _force(text: str, day: str) -> tuple[date | None, date | None]:
    """From when and until when, where the document itself says so."""
    said = squeeze(text)
    since: date | None = None
    if match := _FROM.search(said):
        since = _date(_iso(match[1]) if match[1] else day)
    if match := _UNTIL.search(said):
        return since, _date(_iso(match[1]))
    start = since or _date(day)
    if (match := _YEARS.search(said)) and start:
        years = int(match[1]) if match[1].isdigit() else "零一二三四五六七八九十".find(match[1].replace("两", "二"))
        if years > 0:
            try:
                return since, date(start.year + years, start.month, start.day)
            except ValueError:
                return since, date(start.year + years, start.month, 28)
    return since, None


def _date(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def _level(region: str, places: Places) -> str:
    if region == NATION:
        return "nation"
    return "province" if region in set(places.inside.values()) and region not in places.inside else "city"


def _regions(own: str, places: Places, text: str) -> Iterator[str]:
    """Whose document it is, then the other places that it names; of districts only its own (开发区 is many a city's)."""
    yield own
    for place in places.found(text[:3_000]):
        if place != own and (own in places.chain(place) or len(places.chain(place)) < 3):
            yield place


def _attachments(document: Document, text: str) -> tuple[tuple[str, ...], list[str]]:
    """The attachments that are there, by name where the list gives one; and a sentence for those that are not."""
    listed: dict[str, str] = {}
    closing = next((part.text for part in document.walk() if part.path == CLOSING), "")
    for line in closing.splitlines():
        if match := _LISTED.match(line.strip()):
            listed[plain(match[1])] = match[2].strip()
        elif not re.search(r"附\s*件|\S{2,}", line):
            break
    if (match := re.search(r"附\s*件\s*[:：]\s*(?!\d)(\S.{2,60})", closing)) is not None:
        listed.setdefault("", match[1].strip())
    mentioned = set(_MENTIONED.findall(plain(text))) | set(listed)
    present = [part for part in document.clauses if part.path.startswith("附件")]
    there = {part.path.removeprefix("附件") for part in present}
    names = tuple(f"{part.path} {listed.get(part.path.removeprefix('附件')) or _first_lines(part)}" for part in present)
    absent = sorted((n for n in mentioned - there if n or not present), key=lambda n: int(n) if n.isdigit() else 0)
    if not absent:
        return names, []
    return names, [f"提到附件{'、'.join(absent)}，文件里没有附上。" if absent != [""] else "提到附件，文件里没有附上。"]


def _first_lines(part: Part) -> str:
    said = [line.strip() for line in part.text.splitlines()[1:4] if line.strip() and not line.startswith("|")]
    return (said or [""])[0][:40]


def _broken(document: Document) -> Iterator[str]:
    """Numbers that do not run on, within a clause nor from the one before it."""
    last: dict[int, int] = {}
    for part in document.walk():
        for depth, group in enumerate((part.parts,), part.path.count("（")):
            for before, after in pairwise(group):
                one, two = _order(before.path), _order(after.path)
                if one and two and two not in (one + 1, 1):
                    yield f"编号不连：{before.path} 后面是 {after.path}。"
            if group:
                last[depth] = _order(group[-1].path)
    tops = [part for part in document.clauses if not part.path.startswith(("附件", OPENING, CLOSING))]
    for before, after in pairwise(tops):
        one, two = _order(before.path), _order(after.path)
        if one and two and two not in (one + 1, 1):
            yield f"编号不连：{before.path} 后面是 {after.path}。"


_LAST = re.compile(r"第?([一二三四五六七八九十百零]+)条?$|（([一二三四五六七八九十]+)）$|[.）]?(\d+)$|（(\d+)）$")


def _order(path: str) -> int:
    from knowledge.documents import _value

    match = _LAST.search(path)
    return _value(next(group for group in match.groups() if group)) if match else 0


def _repeated(document: Document) -> Iterator[str]:
    seen: set[str] = set()
    twice: list[str] = []
    for part in document.walk():
        if part.path in seen and part.path not in twice:
            twice.append(part.path)
        seen.add(part.path)
    if twice:
        yield f"同一个编号出现两次：{'、'.join(twice[:6])}{'等' if len(twice) > 6 else ''}（正文和所附办法各编各的），引用时请看页码。"


# ------------------------------------------------------------------------------------------------------- the clauses


def _clauses(taken: Taken, document: Document, title: str) -> Iterator[TakenClause]:
    """Every clause with its own words; table rows apart where the table is long."""

    def walk(part: Part, above: str) -> Iterator[TakenClause]:
        own, heading = _own_words(part), _heading(part)
        at = taken.lines[min(part.places[0][0], len(taken.lines)) - 1] if part.places else None
        page, line = (at.page, at.at) if at else (0, 0)
        for text, offset in _units(own):
            place = _locate(taken, part, offset, text)
            yield TakenClause(part.path, text, *(place or (page, line)), above)
        for below in part.parts:
            yield from walk(below, f"{above}\n{heading}".strip())

    for part in document.clauses:
        yield from walk(part, title)


def _own_words(part: Part) -> str:
    """What stands in a clause before, between and after the clauses below it."""
    rest, own = part.text, ""
    for below in part.parts:
        before, found, after = rest.partition(below.text)
        if not found:
            continue
        own, rest = own + before, after
    return (own + rest).strip()


def _heading(part: Part) -> str:
    """The clause's first line, as far as it is a heading."""
    first = part.text.strip().split("\n")[0]
    return first if len(first) <= 40 else re.split(r"[。：:]", first)[0][:40]


def _units(own: str) -> Iterator[tuple[str, int]]:
    """A clause's words as they will be quoted: prose together, a long table row by row under its first one."""
    rows = [line for line in own.split("\n") if line.startswith("| ")]
    prose = "\n".join(line.strip() for line in own.split("\n") if line.strip() and not line.startswith("| "))
    if not rows or sum(map(len, rows)) <= SMALL_TABLE:
        kept = "\n".join(line.strip() for line in own.split("\n") if line.strip())
        if kept:
            yield kept, 0
        return
    if prose:
        yield prose, 0
    head = rows[0]
    for row in rows[1:]:
        yield f"{head}\n{row}", 1


def _locate(taken: Taken, part: Part, offset: int, text: str) -> tuple[int, int] | None:
    """Page and line of a table's row, which may be pages below the clause's beginning."""
    if not offset or not part.places:
        return None
    row = text.rsplit("\n", 1)[1]
    first, last = part.places[0]
    for line in taken.lines[first - 1 : last]:
        if line.text.strip() == row:
            return line.page, line.at
    return None


# ------------------------------------------------------------------------------------------------------- newspapers


def _reported(
    taken: Taken, document: Document, gaps: list[str], where: Callable[[Part], str], *, region: str, places: Places
) -> Description:
    clauses: list[TakenClause] = []
    for part in document.clauses:
        first = taken.lines[min(part.places[0][0], len(taken.lines)) - 1] if part.places else None
        text = "\n".join(line.strip() for line in _unmarked(part.text).split("\n") if line.strip())
        own = where(part)
        if text:
            page, line = (first.page, first.at) if first else (0, 0)
            clauses.append(TakenClause(part.path, text, page, line, part.path, own if own in places.inside or own in places.names else ""))  # fmt: skip
    regions = tuple(dict.fromkeys(clause.region for clause in clauses if clause.region))
    if not clauses:
        raise TakingError("报纸版面里一篇文章也没有认出来，没有收。")
    return Description(
        document.number, document.title, document.issuer, document.date, region or "报纸", regions, "report",
        tuple(clauses), (), tuple(gaps),
    )  # fmt: skip


def _unmarked(text: str) -> str:
    return re.sub(r"^#{1,6}\s+|\*\*", "", text, flags=re.MULTILINE)


def _told(articles: Iterable[dict[str, object]]) -> Iterator[str]:
    """What articles.yaml says of articles that are not whole."""
    for article in articles:
        note = str(article.get("note", ""))
        if note and not re.fullmatch(r"(全文|图片说明，)?完整。", note):
            yield f"“{article['headline']}”：{note}"


def _left_over(taken: Taken, document: Document) -> Iterator[str]:
    """Lines of the page that belong to no article."""
    covered: set[int] = set()
    for part in document.clauses:
        for first, last in part.places:
            covered.update(range(first, last + 1))
    known = squeeze("".join(part.text for part in document.clauses))
    for number, line in enumerate(taken.lines, 1):
        said = squeeze(line.text)
        if number in covered or len(said) < 6:
            continue
        if said in known:
            if len(said) > _FEW:
                yield f"第{line.at or number}行“{said[:12]}……”在版面上又排了一遍，只收一次。"
        else:
            yield f"第{line.at or number}行“{said[:16]}……”没有归到哪篇文章，没有收。"


def _is_unknown_page(taken: Taken) -> bool:
    """A page of articles under headlines, as a newspaper's text has them."""
    headlines = sum(bool(_HEADLINE.match(line.text)) for line in taken.lines)
    return headlines >= 2 and len(_REPORT.findall(taken.text)) >= 2


def _place_of(part: Part, places: Places) -> str:
    found = places.found(part.path) or places.found(part.text[:200])
    return found[0] if found else ""


def _cut_at_headlines(taken: Taken, name: str) -> Document:
    """An unknown newspaper page: an article from each headline to the next. A report that begins inside another one
    has lost its headline and stands alone. What breaks off, does not join or comes twice is said."""
    found: list[tuple[str, list[int]]] = []
    gaps: list[str] = []
    seen: dict[str, int] = {}
    lines = [line.text.strip() for line in taken.lines]
    for number, line in enumerate(lines):
        said = squeeze(line)
        if not said:
            continue
        if match := _HEADLINE.match(line):
            found.append((match[1], [number]))
            continue
        if len(said) > 3 * _FEW and said in seen:
            gaps.append(f"第{number + 1}行“{said[:12]}……”和第{seen[said]}行一样，只收一次。")
            continue
        seen[said] = number + 1
        starts = bool(re.match(r"(\*\*)?本报讯", line))
        body = found[-1][1][1:] if found else []
        if not found or (starts and any(len(lines[each]) > 3 * _FEW for each in body)):
            found.append((f"（无标题）{_unmarked(line)[:20]}", [number]))
            gaps.append(f"第{number + 1}行起的一篇没有标题：“{_unmarked(line)[:16]}……”。")
        else:
            found[-1][1].append(number)
    parts: list[Part] = []
    for headline, numbers in found:
        gaps += _loose_ends(headline, [lines[number] for number in numbers])
        text = "\n".join(lines[number] for number in numbers)
        parts.append(Part(headline, text, tuple((number + 1, number + 1) for number in numbers)))
    title = f"报纸版面 {PurePath(name).stem}".strip()
    return Document(title, title, "", "", tuple(parts), tuple(gaps))


def _loose_ends(headline: str, lines: list[str]) -> Iterator[str]:
    """Paragraphs of an article that break off."""
    body = [line for line in lines if len(line) > 2 * _FEW and not _HEADLINE.match(line)]
    if not body and not any(len(line) > _FEW for line in lines[1:]):
        yield f"“{headline}”只有标题，没有正文。"
    for number, line in enumerate(body):
        if not _END.search(line):
            where = "最后" if number == len(body) - 1 else f"第{number + 1}段"
            yield f"“{headline}”{where}断在“……{line[-10:]}”，下文没有接上。"
