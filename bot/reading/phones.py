"""Telephone numbers, and the other long numbers that are none: identity cards, files, bank cards, plates."""

import re

from bot.reading.numbers import DIGITS
from bot.reading.spans import Span

_MOBILE = re.compile(
    r"(?<![\dA-Za-z])(?:\+?86[-\s]?)?(1[3-9]\d(?:[-\s]?\d{4}){2}|1[3-9]\d{5}[-\s]\d{4}|1[3-9]\d{2}[-\s]\d{3}[-\s]\d{4}|1[3-9]\d{4}[-\s]\d{5})(?!\d)"
)
_SPOKEN = re.compile(
    r"(?<![零〇一二三四五六七八九幺])([一幺][三四五六七八九][零〇一二三四五六七八九幺]{9})(?![零〇一二三四五六七八九幺])"
)
_LAND = re.compile(r"(?<!\d)(0\d{2,3}[-\s]?[2-8]\d{6,7})(?!\d)")
_LOCAL = re.compile(r"(?:电话|座机|固话|打|tel|Tel|TEL)[是为:：\s]{0,3}([2-8]\d{6,7})(?!\d)")
_CALLED = re.compile(r"(?:电话|手机|联系方式|号码|联系)[号码是为:：\s]{0,4}(\d[\d\s-]{6,13}\d)(?!\d)")
# 档案号 20261117, 身份证 210802…, 辽H12345: numbers, but nothing that we read
_OTHER = re.compile(
    r"(?:档案号?|编号|证号|卡号|工号|帐号|账号|尾号|学号|房号|车牌号?|病历号?|存折|信用代码|身份证号?码?|邮编)[是为:：\s]{0,3}[A-Za-z]*[\d*\s-]{3,24}[Xx]?"
    r"|(?<!\d)\d{17}[\dXx](?!\d)|[辽吉黑京沪鲁冀]\s?[A-Z][A-Z0-9]{5,6}|(?<!\d)\d{16,19}(?!\d)|[A-Z]{2}-\d{8}-\d{4}"
)
_WRONG = re.compile(r"(?:不是|不对|错的?|作废|换成?了?|停机|打不通|原来的?|以前的?|旧)[^\d，,。；;]{0,4}$")


def find(text: str) -> list[Span[str]]:
    """The telephone numbers of a text, digits only, in order; one that is said to be wrong stands last."""
    found: dict[int, Span[str]] = {}
    for pattern in (_MOBILE, _LAND, _LOCAL, _SPOKEN):
        for match in pattern.finditer(text):
            start, end = match.span(1)
            if any(s.start < end and start < s.end for s in found.values()):
                continue
            digits = re.sub(r"\D", "", _digits(match[1]))
            found[start] = Span(start, end, match[1], digits)
    ordered = [found[start] for start in sorted(found)]
    return sorted(ordered, key=lambda span: bool(_WRONG.search(text[: span.start])))


def others(text: str) -> list[Span[None]]:
    """Long numbers that are no telephone, no date and no sum."""
    return [Span(m.start(), m.end(), m[0], None) for m in _OTHER.finditer(text)]


def misspelt(text: str) -> list[Span[None]]:
    """What is called a telephone number but cannot be one (a digit too few): not to be read as anything else."""
    return [Span(m.start(1), m.end(1), m[1], None) for m in _CALLED.finditer(text)]


def _digits(said: str) -> str:
    return "".join(str(DIGITS[c]) if c in DIGITS else c for c in said)
