"""Numbers as they are said: 三万二, 一百二十八, 1.5万, 8百多, 二十来个, 仨, 百十来. About-numbers give the number named."""

import re

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3, "幺": 1}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
# What a number looks like in a text; 几 and 好几 alone say nothing.
NUMBER = (
    rf"(?:(?:上)?(?:{_ARABIC})(?:多|来|余|几)?(?:\s?[百千万亿]+(?:\d{{1,4}}(?!\d))?)?(?:多|来|余|几)?"
    r"|[上小近]?(?:[零〇一二三四五六七八九两百千万十][零〇一二三四五六七八九十百千万亿两]*|[俩仨])(?:多|来|余|几)?)"
)
_ROUND = re.compile(r"(?:百八十|百十|千八百|百十来)$")


def value(said: str) -> int | None:
    """The whole number that is said, or None. About-numbers (来, 多, 近) give the number named."""
    text = re.sub(r"[\s,多来余几上近小整]", "", said)
    if not text:
        return None
    if text in ("百八十", "百十"):
        return 100
    if text == "千八百":
        return 1000
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)([百千万亿]*)(\d*)", text):
        return _arabic(*match.groups())
    if all(c in DIGITS for c in text):
        return _row(text)
    return _chinese(text) if len(text) <= 20 else None


def _arabic(number: str, units: str, rest: str) -> int | None:
    if len(number) > 15 or len(units) > 3:
        return None  # no sum and no count that anybody says
    scale = 1
    for unit in units:
        scale *= UNITS[unit]
    found = round(float(number) * scale)
    if rest:  # 3万2: the next smaller unit
        found += int(rest) * (scale // 10 ** len(rest)) if scale > 1 else 0
    return found if found < 10**12 else None


def _row(text: str) -> int | None:
    """Digits one after another: 二零二六. Two rising neighbours (三四个) are an about-number: the smaller."""
    if len(text) == 1:
        return DIGITS[text]
    if len(text) == 2 and DIGITS[text[1]] - DIGITS[text[0]] == 1:
        return DIGITS[text[0]]
    return int("".join(str(DIGITS[c]) for c in text)) if len(text) < 12 else None


def _chinese(text: str) -> int | None:
    total = part = digit = 0
    last = 1
    for at, c in enumerate(text):
        if c in DIGITS:
            if digit and at and text[at - 1] in DIGITS and text[at - 1] not in "零〇":
                if DIGITS[c] - digit == 1:  # 三四十: the smaller
                    continue
                return None
            digit = DIGITS[c]
            if c in "零〇":
                last = 10
        elif c in UNITS:
            unit = UNITS[c]
            if unit >= 10_000:
                total = (total + part + (digit or (0 if part or total else 1))) * unit
                part = 0
            else:
                part += (digit or 1) * unit
            digit, last = 0, unit
        else:
            return None
    if digit:  # 三万二, 一百二: the next smaller unit; 一百零二: ones
        after_unit = len(text) > 1 and text[-2] in UNITS
        part += digit * (last // 10 if after_unit and last >= 100 else 1)
    return total + part
