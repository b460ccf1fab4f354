"""Drawing: a card of big letters as a picture, for phones, groups and the printer.

    Card → lay_out → Sheet (what stands where; plain data) → paint → PNG

1080 pixels wide: a phone's width, and 144 dots an inch on A4. A long card gets smaller letters, down to SMALLEST (on a
phone's glass still larger than its own), before it outgrows the page. Chinese is wrapped by its own
rules (`wrap`): no stop begins a line, no bracket ends one, numbers, dates and document numbers stay whole.

No font is ours: one of the machine's is taken, or what NIANGJIA_FONT names. Without one there is no picture
(`fonts()` is None), and whoever wanted one says so. Pillow is imported when the first picture is drawn: the start and
the terminal do without. Knows nothing of the library; bot/pictures.py says what stands on a card.
"""

import io
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageFont import FreeTypeFont

log = structlog.get_logger()

WIDTH = 1080
LEADING = 1.36
PAGE = 1900  # pixels: the whole card on A4 at four fifths, its body letters still as high as a newspaper's headings
EDGE = 64
LABEL = 188  # width of the column of labels
SIZES = (52, 48, 44)  # of the body
SMALLEST = SIZES[-1]
STRONG = frozenset({"带什么", "找谁", "几点"})  # what is looked for first on the way out of the door

RED, DEEP, GOLD = (181, 27, 18), (140, 16, 10), (255, 226, 173)
INK, SOFT, PAPER, WHITE = (34, 28, 26), (98, 88, 82), (255, 252, 247), (255, 255, 255)
PALE, PALE_RED, LINE = (250, 241, 229), (251, 235, 230), (232, 221, 208)
AMBER, PALE_AMBER = (138, 74, 0), (255, 240, 209)
BLUE, PALE_BLUE = (23, 78, 122), (228, 239, 248)

Colour = tuple[int, int, int]
Measure = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what is said under it; `missing`: that nothing is written. `about`: whose side of the matter it is,
    where it is not the title's own."""

    label: str
    text: str
    missing: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a picture, from top to bottom."""

    whose: str
    topic: str
    title: str
    lead: str
    rest: str
    lines: tuple[Line, ...]
    period: str
    lapsed: bool
    away: str
    basis: str
    made: str


# the wrapping of Chinese

CLOSERS = frozenset("，。、；：！？）》」』】〕”’…—·～.,;:!?)]}%％‰℃〉÷×＝≈＋－+=")
OPENERS = frozenset("（《「『【〔“‘〈([{")
_DIGITS = "0-9０-９A-Za-z"
_NUMERALS = "〇零一二两三四五六七八九十百千万亿"
_UNITS = (
    "(?:多|余)?(?:(?:万|亿)?(?:平方米|工作日|个工作日|个百分点|周岁|小时|分钟|公里|个月|元|块|角|人|名|个|家|户|次|天|"
    "年|月|日|号|时|点|分|秒|岁|折|倍|项|条|张|份|本|届|期|级|米|站|件|周|%|％|‰|℃)|万|亿)?"
)
WHOLE = re.compile(
    rf"[一-鿿]{{2,4}}〔[0-9]{{4}}〕[0-9]+号"  # a document's number
    r"|0\d{2,3}[- －]\d{7,8}|400[- ]\d{3}[- ]\d{4}"
    rf"|[{_DIGITS}]+(?:[.,:：．/\-–—_~～@&?=#%+年月日时点分]+[{_DIGITS}]+)*{_UNITS}"
    r"|[一二三四五六七八九十]{1,3}（[一二三四五六七八九十]{1,3}）(?:\.\d+)?"  # a clause's
    rf"|[{_NUMERALS}]{{2,}}{_UNITS}"
)


def tidy(text: str) -> str:
    """The text in one line, without spaces that would come before a stop."""
    text = re.sub(r"\s+", " ", text).strip()
    stops = re.escape("".join(sorted(CLOSERS)))
    return re.sub(rf" (?=[{stops}])", "", text)


def pieces(text: str) -> list[str]:
    """What is never broken: characters, numbers with their units, each with the stops and brackets that cling to it."""
    found: list[str] = []
    for token in _tokens(text):
        if found and (token in CLOSERS or found[-1][-1] in OPENERS):
            found[-1] += token
        else:
            found.append(token)
    return found


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    for match in WHOLE.finditer(text):
        tokens += text[at : match.start()]
        tokens.append(match[0])
        at = match.end()
    return [*tokens, *text[at:]]


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """The text in lines of at most `width`. Only what alone is wider than a line is broken against the rules."""
    lines: list[str] = []
    line = ""
    for piece in _fitting(tidy(text), width, measure):
        if not line and piece == " ":
            continue
        if line and measure((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _fitting(text: str, width: float, measure: Measure) -> list[str]:
    fitting: list[str] = []
    for piece in pieces(text):
        if measure(piece) <= width:
            fitting.append(piece)
            continue
        for token in _tokens(piece):
            fitting += [token] if measure(token) <= width else list(token)
    return fitting


def balanced(text: str, width: float, measure: Measure) -> list[str]:
    """The same number of lines, of about the same length: no lonely last character under a title. Two lines are
    parted at a stop, if there is one."""
    lines = wrap(text, width, measure)
    if len(lines) == 2:
        parted = [(text[:at], text[at:]) for at in range(1, len(text)) if text[at - 1] in "，、；：？。"]
        parted = [pair for pair in parted if all(len(wrap(part, width, measure)) == 1 for part in pair)]
        if parted:
            first, second = min(parted, key=lambda pair: abs(measure(pair[0]) - measure(pair[1])))
            return [first, second]
    low, high = width / max(1, len(lines)) * 0.9, width
    while len(lines) > 1 and high - low > width / 250:
        middle = (low + high) / 2
        tried = wrap(text, middle, measure)
        fits = len(tried) == len(lines) and max(measure(line) for line in tried) <= middle
        low, high, lines = (low, middle, tried) if fits else (middle, high, lines)
    return lines


def flowing(text: str, width: float, measure: Measure) -> list[str]:
    """Lines of a paragraph; a last line of one or two characters gets company from the line before."""
    lines = wrap(text, width, measure)
    letter = measure("字")
    for narrower in range(1, 4):
        if len(lines) < 2 or measure(lines[-1]) >= 3 * letter:
            break
        tried = wrap(text, width - narrower * letter, measure)
        if len(tried) == len(lines) and all(measure(line) <= width for line in tried):
            lines = tried
    return lines


# fonts


@dataclass(frozen=True, slots=True)
class Face:
    """A font file, and which of its faces."""

    path: str
    index: int = 0


@dataclass(frozen=True, slots=True)
class Fonts:
    """Letters of two weights; `bold` None: the plain ones are drawn thicker."""

    plain: Face
    bold: Face | None = None


# Where systems keep Chinese letters, the best to read first: plain, bold. Noto's collections hold the mainland's
# shapes as their third face.
_FOLDERS = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "win32": ("%WINDIR%/Fonts", "%LOCALAPPDATA%/Microsoft/Windows/Fonts"),
}
_KNOWN: tuple[tuple[Face, Face | None], ...] = (
    (Face("NotoSansCJK-Regular.ttc", 2), Face("NotoSansCJK-Bold.ttc", 2)),
    (Face("NotoSansCJKsc-Regular.otf"), Face("NotoSansCJKsc-Bold.otf")),
    (Face("NotoSansSC-Regular.otf"), Face("NotoSansSC-Bold.otf")),
    (Face("SourceHanSansCN-Regular.otf"), Face("SourceHanSansCN-Bold.otf")),
    (Face("SourceHanSansSC-Regular.otf"), Face("SourceHanSansSC-Bold.otf")),
    (Face("msyh.ttc"), Face("msyhbd.ttc")),
    (Face("msyh.ttf"), Face("msyhbd.ttf")),
    (Face("PingFang.ttc", 2), None),
    (Face("STHeiti Light.ttc", 1), Face("STHeiti Medium.ttc", 1)),
    (Face("Hiragino Sans GB.ttc"), Face("Hiragino Sans GB.ttc", 2)),
    (Face("wqy-microhei.ttc"), None),
    (Face("wqy-zenhei.ttc"), None),
    (Face("DroidSansFallbackFull.ttf"), None),
    (Face("DroidSansFallback.ttf"), None),
    (Face("FZHTK.TTF"), None),
    (Face("simhei.ttf"), None),
    (Face("simsun.ttc"), None),
    (Face("uming.ttc"), None),
)
_chosen = ""


def choose_font(path: str) -> None:
    """The font that the settings name; empty: look for one."""
    global _chosen  # noqa: PLW0603  one machine, one font: the setting is read once at start
    _chosen = path
    fonts.cache_clear()


@lru_cache(1)
def fonts() -> Fonts | None:
    """The letters to draw with; None: this machine has no Chinese font. Looked for once."""
    found = _named(_chosen) if _chosen else _known() or _of_fontconfig()
    if found is None:
        log.warning("no Chinese font for pictures: install fonts-noto-cjk, or set NIANGJIA_FONT")
    return found


def _named(path: str) -> Fonts | None:
    """The font of the setting, with its bold sister where it lies beside it."""
    name = Path(path).name
    for plain, bold in _KNOWN:
        if plain.path == name:
            sister = Path(path).with_name(bold.path) if bold else None
            return Fonts(Face(path, plain.index), Face(str(sister), bold.index) if bold and _is_there(sister) else None)
    return Fonts(Face(path)) if _is_there(Path(path)) else None


def _is_there(path: Path | None) -> bool:
    return path is not None and path.is_file()


def _known() -> Fonts | None:
    files: dict[str, str] = {}
    for folder in _FOLDERS.get(sys.platform, _FOLDERS["linux"]):
        root = os.path.expandvars(os.path.expanduser(folder))
        for parent, _, names in os.walk(root):
            for name in names:
                files.setdefault(name.casefold(), os.path.join(parent, name))
    for plain, bold in _KNOWN:
        if (path := files.get(plain.path.casefold())) is not None:
            sister = files.get(bold.path.casefold()) if bold else None
            return Fonts(Face(path, plain.index), Face(sister, bold.index) if bold and sister else None)
    return None


def _of_fontconfig() -> Fonts | None:
    """Whatever the system knows that holds simplified Chinese (UOS, Kylin and others have fonts of their own)."""
    try:
        listed = subprocess.run(
            ["fc-list", ":lang=zh-cn:scalable=true", "file", "index", "weight", "slant"],
            capture_output=True, text=True, timeout=5, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    faces: list[tuple[float, Face]] = []
    for row in sorted(listed.splitlines()):
        path, _, rest = row.partition(": ")
        index, weight = re.search(r"index=(\d+)", rest), re.search(r"weight=(\d+)", rest)
        if path.lower().endswith((".ttf", ".otf", ".ttc", ".otc")):
            number = int(index[1]) if index else 0
            faces.append((float(weight[1]) if weight else 80.0, Face(path, number & 0xFFFF)))
    if not faces:
        return None
    plain = min(faces, key=lambda face: abs(face[0] - 80))
    bold = min(faces, key=lambda face: abs(face[0] - 200))
    return Fonts(plain[1], bold[1] if bold[0] >= 180 and bold[1] != plain[1] else None)


@lru_cache(64)
def _font(face: Face, size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(face.path, size, face.index, layout_engine=ImageFont.Layout.BASIC)


# what stands where


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text, its left edge and its base line."""

    x: float
    y: float
    text: str
    size: int
    colour: Colour
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A coloured box."""

    x: float
    y: float
    right: float
    bottom: float
    fill: Colour | None
    round: float = 0
    outline: Colour | None = None
    thick: int = 0


@dataclass(frozen=True, slots=True)
class Emblem:
    """The house's sign: a roof over 工."""

    x: float
    y: float
    size: float


Mark = Words | Area | Emblem


@dataclass(slots=True)
class Sheet:
    """What stands where on a card that is `height` pixels high so far."""

    letters: Fonts
    height: float = 0
    marks: list[Mark] = field(default_factory=list)

    def measure(self, size: int, bold: bool = False) -> Measure:
        """How wide words are."""
        return _measure(self.letters, size, bold)

    def write(
        self, x: float, lines: Sequence[str], size: int, colour: Colour, *, bold: bool = False, leading: float = LEADING
    ) -> None:
        """Lines one under the other, from the present height on."""
        for line in lines:
            self.marks.append(Words(x, self.height + size * (leading / 2 + 0.37), line, size, colour, bold))
            self.height += size * leading


@lru_cache(64)
def _measure(letters: Fonts, size: int, bold: bool) -> Measure:
    face, extra = _face(letters, size, bold)
    font = _font(face, size)
    widths: dict[str, float] = {}

    def measure(text: str) -> float:
        total = 0.0
        for letter in text:
            if (width := widths.get(letter)) is None:
                width = widths[letter] = font.getlength(letter) + extra / 2
            total += width
        return total

    return measure


def _face(letters: Fonts, size: int, bold: bool) -> tuple[Face, int]:
    """The face, and by how many pixels its strokes are thickened where there is no bold one."""
    if bold and letters.bold is not None:
        return letters.bold, 0
    return letters.plain, max(1, size // 36) if bold else 0


def lay_out(card: Card, letters: Fonts) -> Sheet:
    """The card with letters as big as the page allows."""
    for size in SIZES:
        sheet = _laid_out(card, letters, size)
        if sheet.height <= PAGE:
            break
    return sheet


def _laid_out(card: Card, letters: Fonts, size: int) -> Sheet:
    sheet = Sheet(letters)
    _head(sheet, card)
    _title(sheet, card)
    if card.away:
        _notice(sheet, "外地", card.away, (BLUE, PALE_BLUE), max(40, size - 8))
    if card.lapsed:
        _notice(sheet, "已到期", card.period, (AMBER, PALE_AMBER), max(40, size - 8))
    _lead(sheet, card, size)
    _lines(sheet, card, size)
    _foot(sheet, card)
    return sheet


def _head(sheet: Sheet, card: Card) -> None:
    band = 172
    sheet.marks += [
        Area(0, 0, WIDTH, band, RED),
        Area(0, band, WIDTH, band + 8, GOLD),
        Emblem(EDGE, 26, 120),
    ]
    measure = sheet.measure(50, True)
    whose = wrap(card.whose, WIDTH - EDGE * 2 - 152, measure)[:1]
    sheet.height = 24
    sheet.write(EDGE + 152, whose, 50, WHITE, bold=True)
    sheet.height = 96
    sheet.write(EDGE + 152, ["娘家人 · 有难处，找娘家人"], 36, GOLD)
    sheet.height = band + 8


def _title(sheet: Sheet, card: Card) -> None:
    sheet.height += 34
    if card.topic:
        sheet.write(EDGE, flowing(card.topic, WIDTH - 2 * EDGE, sheet.measure(48, True)), 48, RED, bold=True)
    room = WIDTH - 2 * EDGE
    one_line = (size for size in (88, 80, 72) if len(wrap(card.title, room, sheet.measure(size, True))) == 1)
    size = next(one_line, 88 if len(wrap(card.title, room, sheet.measure(88, True))) < 3 else 72)
    lines = balanced(card.title, room, sheet.measure(size, True))
    sheet.write(EDGE, lines, size, INK, bold=True, leading=1.26)
    sheet.height += 22


def _notice(sheet: Sheet, word: str, text: str, colours: tuple[Colour, Colour], size: int) -> None:
    """A box over the whole width that nobody overlooks."""
    colour, pale = colours
    tag = sheet.measure(56, True)(word) + 52
    inner = EDGE + tag + 40
    lines = flowing(text, WIDTH - EDGE - 28 - inner, sheet.measure(size))
    top, high = sheet.height, max(112.0, len(lines) * size * LEADING + 36)
    sheet.marks.append(Area(EDGE, top, WIDTH - EDGE, top + high, pale, 18, colour, 4))
    sheet.marks.append(Area(EDGE + 16, top + 16, EDGE + tag, top + high - 16, colour, 10))
    sheet.height = top + (high - 56 * LEADING) / 2
    sheet.write(EDGE + 16 + (tag - 16 - sheet.measure(56, True)(word)) / 2, [word], 56, WHITE, bold=True)
    sheet.height = top + (high - len(lines) * size * LEADING) / 2
    sheet.write(inner - 12, lines, size, colour)
    sheet.height = top + high + 26


def _lead(sheet: Sheet, card: Card, size: int) -> None:
    """The answer: its first sentence in large letters, a list in it point by point, the rest under it."""
    head, points = listed(card.lead)
    big = size + 14 if len(head) < 60 else size + 6
    top, left, room = sheet.height, EDGE + 44, WIDTH - 2 * EDGE - 44 - 32
    index = len(sheet.marks)
    sheet.height += 30
    sheet.write(left, flowing(head, room, sheet.measure(big, True)), big, INK, bold=True)
    for point in points:
        sheet.height += 8
        dot = sheet.height + size * (LEADING / 2) - 7
        sheet.marks.append(Area(left + 6, dot, left + 20, dot + 14, RED, 7))
        sheet.write(left + 44, flowing(point, room - 44, sheet.measure(size)), size, INK)
    if card.rest:
        sheet.height += 12
        sheet.write(left, flowing(card.rest, room, sheet.measure(size)), size, INK)
    sheet.height += 30
    sheet.marks[index:index] = [
        Area(EDGE, top, WIDTH - EDGE, sheet.height, PALE, 18),
        Area(EDGE, top, EDGE + 14, sheet.height, RED, 6),
    ]
    sheet.height += 18


def listed(text: str) -> tuple[str, list[str]]:
    """A sentence that lists things after a colon, as its head and its points; others have no points."""
    head, colon, rest = text.partition("：")
    points = rest.split("；")
    if not colon or len(points) < 3 or len(head) > 40:
        return text, []
    return head + colon, points


def _lines(sheet: Sheet, card: Card, size: int) -> None:
    left, room = EDGE + LABEL + 32, WIDTH - 2 * EDGE - LABEL - 32
    for number, line in enumerate(card.lines):
        if number:
            sheet.marks.append(Area(EDGE, sheet.height + 4, WIDTH - EDGE, sheet.height + 7, LINE))
        sheet.height += 24
        top, label_size, tag = sheet.height, 48, 78.0
        while sheet.measure(label_size, True)(line.label) > LABEL - 20 and label_size > 30:
            label_size -= 2
        measure = sheet.measure(label_size, True)
        colour = SOFT if line.missing else RED
        sheet.marks.append(
            Area(
                EDGE, top, EDGE + LABEL, top + tag, None if line.missing else RED, 14, colour, 4 if line.missing else 0
            )
        )
        sheet.height = top + (tag - label_size * LEADING) / 2
        sheet.write(
            EDGE + (LABEL - measure(line.label)) / 2,
            [line.label],
            label_size,
            SOFT if line.missing else WHITE,
            bold=True,
        )
        bottom = top + tag
        sheet.height = top + max(0.0, (tag - size * LEADING) / 2)
        if line.about:
            small = size - 12
            sheet.write(left, flowing(f"（{line.about}）", room, sheet.measure(small)), small, SOFT)
        bold = line.label in STRONG and not line.missing
        colour = SOFT if line.missing else INK
        sheet.write(left, flowing(line.text, room, sheet.measure(size, bold)), size, colour, bold=bold)
        sheet.height = max(bottom, sheet.height) + 14


def _foot(sheet: Sheet, card: Card) -> None:
    sheet.height += 22
    top = sheet.height
    sheet.marks.append(Area(EDGE, top, WIDTH - EDGE, top + 116, PALE_RED, 18))
    sheet.height = top + (116 - 52 * LEADING) / 2
    sheet.write(EDGE + 36, ["有事打工会热线"], 52, DEEP, bold=True)
    measure = sheet.measure(88, True)
    sheet.height = top + (116 - 88 * LEADING) / 2
    sheet.write(WIDTH - EDGE - 36 - measure("12351"), ["12351"], 88, RED, bold=True)
    sheet.height = top + 116 + 18
    small = 32
    lines = [] if card.lapsed else flowing(card.period, WIDTH - 2 * EDGE, sheet.measure(small))
    lines += flowing(card.basis, WIDTH - 2 * EDGE, sheet.measure(small))
    lines += flowing(card.made, WIDTH - 2 * EDGE, sheet.measure(small))
    sheet.write(EDGE, lines, small, SOFT)
    sheet.height += 30
    sheet.marks.append(Area(0, sheet.height, WIDTH, sheet.height + 14, RED))
    sheet.height += 14


# the picture


def paint(sheet: Sheet) -> bytes:
    """The sheet as a PNG of few colours. 100–300 ms: never on the event loop."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (WIDTH, math.ceil(sheet.height)), PAPER)
    draw = ImageDraw.Draw(picture)
    for mark in sheet.marks:
        match mark:
            case Area():
                _paint_area(picture, mark)
            case Emblem():
                _paint_emblem(picture, mark)
            case Words():
                face, thick = _face(sheet.letters, mark.size, mark.bold)
                draw.text(
                    (mark.x, mark.y), mark.text, mark.colour, _font(face, mark.size), "ls", stroke_width=thick / 2
                )
    few = picture.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", dpi=(144, 144))
    return out.getvalue()


SMOOTH = 4  # corners and slopes are drawn so many times larger, then reduced


def _paint_area(picture: "Picture", area: Area) -> None:
    from PIL import Image, ImageDraw

    left, top = round(area.x), round(area.y)
    width, height = round(area.right) - left, round(area.bottom) - top
    if not area.round:
        picture.paste(area.fill or PAPER, (left, top, left + width, top + height))
        return

    def shape(inset: int, radius: float) -> "Picture":
        mask = Image.new("L", (width * SMOOTH, height * SMOOTH))
        far = (width * SMOOTH - inset - 1, height * SMOOTH - inset - 1)
        ImageDraw.Draw(mask).rounded_rectangle((inset, inset, *far), radius * SMOOTH, 255)
        return mask.resize((width, height), Image.Resampling.BOX)

    if area.outline is not None:
        picture.paste(area.outline, (left, top), shape(0, area.round))
    inset = area.thick if area.outline is not None else 0
    picture.paste(area.fill or PAPER, (left, top), shape(inset * SMOOTH, max(1.0, area.round - inset)))


def _paint_emblem(picture: "Picture", emblem: Emblem) -> None:
    """The shapes of bot/web/static/emblem.svg, in its 48 units."""
    from PIL import Image, ImageDraw

    unit = emblem.size * SMOOTH / 48
    roof = Image.new("L", (round(48 * unit), round(48 * unit)))
    work = roof.copy()
    points = [(8.5 * unit, 21.5 * unit), (24 * unit, 9.5 * unit), (39.5 * unit, 21.5 * unit)]
    pen = ImageDraw.Draw(roof)
    pen.line(points, 255, round(3.4 * unit), joint="curve")
    for x, y in (points[0], points[2]):
        pen.circle((x, y), 1.7 * unit, 255)
    pen = ImageDraw.Draw(work)
    for box in ((15, 21.6, 33, 25.4), (22.1, 23.5, 25.9, 36.7), (11.5, 34.8, 36.5, 38.6)):
        pen.rectangle(tuple(edge * unit for edge in box), 255)
    size = (round(emblem.size), round(emblem.size))
    for mask, colour in ((roof, GOLD), (work, WHITE)):
        picture.paste(colour, (round(emblem.x), round(emblem.y)), mask.resize(size, Image.Resampling.BOX))


def draw(card: Card) -> bytes:
    """The card as a picture; LookupError where this machine has no Chinese font."""
    letters = fonts()
    if letters is None:
        raise LookupError("no Chinese font")
    return paint(lay_out(card, letters))
