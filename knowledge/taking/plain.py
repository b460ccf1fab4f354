"""Plain text and Markdown: whatever the encoding (UTF-8, UTF-16, GB18030), with Word's text tables put into rows.

Word writes a table to text with a tab before each cell, an empty line before each row; two empty lines end it.
"""

import codecs
import re

from knowledge.taking.lines import Line, Taken, TakingError, row

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_COMMON = 0.9  # share of Chinese characters that stand in GB2312, where the encoding was guessed right
FEW_SPOILT, SPOILT = 4, 200  # so many characters may be damaged, and of more text one in so many
_MARKDOWN = re.compile(r"^(#{1,6} \S|\|[\s:|-]+\|$|```)", re.MULTILINE)
_RULER = re.compile(r"^\s*\|?[\s:|-]*--[\s:|-]*\|?\s*$")


def decode(raw: bytes) -> tuple[str, str]:
    """The text of bytes and the encoding's name. Raises TakingError where they are no text we know."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            try:
                return _clean(raw.decode(encoding)), encoding.upper().removesuffix("-SIG")
            except UnicodeDecodeError:
                raise TakingError("文件开头说是 Unicode，里面却是坏的，读不出来。") from None
    for encoding in _guesses(raw):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text, strict=encoding != "utf-8"):
            return _clean(text), encoding.upper()
    for encoding in _guesses(raw):  # a few damaged characters do not cost the rest
        text = raw.decode(encoding, "replace")
        bad = text.count("\ufffd")
        if bad <= max(FEW_SPOILT, len(text) // SPOILT) and _is_text(text, strict=True):
            return _clean(text), f"{encoding.upper()}，有 {bad} 处坏字"
    raise TakingError("认不出文字编码，或者根本不是文字。收 UTF-8、UTF-16、GBK/GB18030 的文本。")


def _guesses(raw: bytes) -> list[str]:
    """UTF-16 without a mark has NULs beside every ASCII sign, all on the same side."""
    even, odd = raw[::2].count(0), raw[1::2].count(0)
    if len(raw) % 2 == 0 and max(even, odd) > len(raw) // 200 and min(even, odd) * 10 < max(even, odd):
        return ["utf-16-be" if even > odd else "utf-16-le"]
    return ["utf-8", "gb18030"]


def _is_text(text: str, strict: bool) -> bool:
    if len(_CONTROL.findall(text[:100_000])) > len(text[:100_000]) // 500:
        return False
    han = _HAN.findall(text[:100_000])
    if strict and han:
        common = sum(len(character.encode("gb2312", "ignore")) == 2 for character in han)
        return common >= _COMMON * len(han)
    return not strict or bool(han)


def _clean(text: str) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    return _CONTROL.sub("", text.replace("\u2028", "\n").replace("\x0b", "\n"))


def read(text: str, encoding: str, name: str) -> Taken:
    notes = () if encoding == "UTF-8" else (f"文字编码是 {encoding}。",)
    lines = text.split("\n")
    if name.lower().endswith((".md", ".markdown")) or len(_MARKDOWN.findall(text)) > 1:
        kept = [
            Line(line.rstrip(), 0, n) for n, line in enumerate(lines, 1) if not _RULER.match(line) or "|" not in line
        ]
        return Taken("Markdown", tuple(kept), notes)
    return Taken("文本", tuple(_with_rows(lines)), notes)


def _with_rows(lines: list[str]) -> list[Line]:
    """The lines, those of tables put together to rows. Other lines keep their place."""
    done: list[Line] = []
    cells: list[list[str]] = []
    began = empty = 0

    def close() -> None:
        if any(any(cell) for cell in cells):
            done.append(Line(row(["".join(cell) for cell in cells]), 0, began))
        cells.clear()

    for number, line in enumerate(lines, 1):
        if line.startswith("\t"):
            if empty or not cells:
                close()
                began = number
            cells.append([line.strip()])
            empty = 0
        elif cells and not line.strip():
            empty += 1
            if empty == 2:
                close()
                empty = 0
                done.append(Line("", 0, number))
        elif cells:
            cells[-1].append(line.strip())
            empty = 0
        else:
            done.append(Line(line.rstrip(), 0, number))
    close()
    return done
