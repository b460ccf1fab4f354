"""Numbers as Word writes them before paragraphs, and Chinese numerals of dates."""

import re

_DIGITS = "零一二三四五六七八九"
_YEAR = {**{d: str(n) for n, d in enumerate(_DIGITS)}, "〇": "0", "○": "0", "Ｏ": "0", "O": "0", "０": "0", "◯": "0"}


def chinese(number: int) -> str:
    """12 → 十二. Up to 9999."""
    if number < 10:
        return _DIGITS[number]
    written, zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            written += ("零" if zero else "") + _DIGITS[digit] + unit
            zero = False
        elif written:
            zero = True
    return written.removeprefix("一") if written.startswith("一十") else written


def roman(number: int) -> str:
    written = ""
    for value, sign in ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):  # fmt: skip
        while number >= value:
            written, number = written + sign, number - value
    return written


def letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def counted(number: int, form: str) -> str:
    """A number in one of Word's forms (w:numFmt)."""
    if form in {"bullet", "none"}:
        return ""
    if "hinese" in form or "ideograph" in form or form in {"japaneseCounting", "koreanCounting"}:
        return chinese(number) if number < 10_000 else str(number)
    if form.startswith("decimalEnclosedCircle") and number <= 20:
        return chr(0x245F + number)
    if form.startswith("decimalEnclosedParen"):
        return f"（{number}）"
    if form.startswith("decimalEnclosedFullstop"):
        return f"{number}."
    match form:
        case "decimalZero":
            return f"{number:02}"
        case "lowerLetter":
            return letter(number)
        case "upperLetter":
            return letter(number).upper()
        case "lowerRoman":
            return roman(number)
        case "upperRoman":
            return roman(number).upper()
        case _:
            return str(number)


def arabic_date(text: str) -> str:
    """二〇一五年十一月三日 → 2015年11月3日; everything else stays."""

    def turn(match: re.Match[str]) -> str:
        year = "".join(_YEAR[c] for c in match[1])
        return f"{year}年{_small(match[2])}月{_small(match[3])}日"

    return re.sub(
        r"([〇○ＯO０◯零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日",
        turn,
        text,
    )


def _small(written: str) -> int:
    """The value of 三, 十, 十二, 二十, 三十一."""
    tens, ten, ones = written.rpartition("十")
    return (_DIGITS.index(tens) if tens else 1) * 10 * bool(ten) + (_DIGITS.index(ones) if ones else 0)
