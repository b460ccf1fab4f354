"""How people write: one normal form for typed, dictated and dialect Chinese, and the grams it is compared by.

No word list decides what a word is: single characters and pairs did best on our questions (docs/design.md, figures).
Pairs of toneless syllables beside them let homophones (普会卡, 农名工) and typed pinyin find their way.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from operator import add

import opencc

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # we ask it for single characters: half a second and 40 MB less
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
from pypinyin.constants import PINYIN_DICT

# Said one way, whatever the province: questions and entries both pass through this table.
SAME = {
    "啥时候": "什么时候", "啥时侯": "什么时候", "啥时": "什么时候", "多咱": "什么时候", "多暂": "什么时候", "多会儿": "什么时候",
    "几时": "什么时候", "什么时侯": "什么时候", "何时": "什么时候", "啥地方": "哪里", "哪儿": "哪里", "哪疙瘩": "哪里", "哪嘎达": "哪里",
    "什么地方": "哪里", "啥人": "什么人", "咋个": "怎么", "咋样": "怎么样", "咋整": "怎么办", "咋办": "怎么办", "咋": "怎么",
    "如何": "怎么", "怎样": "怎么", "啥": "什么", "俺们": "我们", "咱们": "我们", "俺": "我", "咱": "我", "娃儿": "孩子", "娃": "孩子",
    "小孩": "孩子", "子女": "孩子", "公会": "工会", "工汇": "工会", "整个": "弄个", "整": "弄", "中不中": "行不行", "中不": "行不行",
    "能不能": "能不", "可不可以": "能不", "可以不": "能不", "行不行": "能不", "行不": "能不", "行吗": "能不", "可以吗": "能不", "能吗": "能不",
    "给不给": "给不", "有没有": "有没", "是不是": "是不", "多钱": "多少钱", "几块钱": "多少钱", "金额": "多少钱", "钱数": "多少钱",
    "哪个部门": "哪部门", "什么部门": "哪部门", "哪个部": "哪部门", "哪部分": "哪部门", "归哪管": "归谁管", "谁管": "归谁管", "歸": "归",
}  # fmt: skip
_SAME = re.compile("|".join(sorted(map(re.escape, SAME), key=len, reverse=True)))
# Breath between words: dictated sentences are full of it. Only where it cannot carry meaning.
_FILLER = re.compile(
    r"(?:^|(?<=[\s,，。!?！？、]))(?:嗯+|呃+|额+|啊+|哎+|哦+|喂|那个|就是|就是说|那啥|内个|请问一?下?|我?想?问一?下|问问|打听一?下|麻烦问下|同志)"
    r"(?=[\s,，。!?！？、])|请问一?下?|我?想问一?下|麻烦问一?下|跟你打听一?下|打听一?下|咨询一?下|嗯+|呃+"
)
_MARKUP = re.compile(r"<[/!a-z][^<>]{0,300}>")
_KEEP = re.compile(r"[a-z]+|\d+(?:\.\d+)?%?|[㐀-鿿]+")
_to_simple = opencc.OpenCC("t2s").convert


@lru_cache(8192)
def normal(text: str) -> str:
    """One form for all ways of writing: NFKC, simplified, lower case, everyday words for dialect, no filler."""
    text = unicodedata.normalize("NFKC", text).lower()
    if not text.isascii():
        text = _to_simple(text)
    text = _FILLER.sub(" ", _MARKUP.sub(" ", text))
    return _SAME.sub(lambda match: SAME[match[0]], text)


def runs(text: str) -> list[str]:
    """The pieces of a normal text that carry meaning: runs of Chinese, words in Latin letters, numbers."""
    return _KEEP.findall(text)


def has_characters(text: str) -> bool:
    """Whether a normal text holds any Chinese character."""
    return any(run[0] >= "㐀" for run in runs(text))


def grams(text: str) -> Iterator[str]:
    """Characters and pairs of a normal text; numbers and Latin words whole. Pairs do not cross a gap."""
    for run in runs(text):
        if run[0] < "㐀":
            yield run
            continue
        yield from run
        yield from map(add, run, run[1:])


@cache
def syllable(character: str) -> str:
    """The toneless pinyin of one character, its commonest reading."""
    readings: str | None = PINYIN_DICT.get(ord(character))
    if readings is None:
        return character
    letters = unicodedata.normalize("NFD", readings.partition(",")[0]).replace("u\u0308", "v")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(1 << 16)
def _two(pair: str) -> str:
    """The syllables of a pair of characters."""
    return f"{syllable(pair[0])} {syllable(pair[1])}"


def sounds(text: str) -> Iterator[str]:
    """Syllables and pairs of them: what a normal text sounds like. Typed pinyin counts as if written in characters."""
    for run in runs(text):
        if run[0] >= "㐀":
            yield from map(syllable, run)
            yield from map(_two, map(add, run, run[1:]))
        elif run[0].isalpha():
            said = _spelt(run)
            yield from said
            for first, second in pairwise(said):
                yield f"{first} {second}"
        else:
            yield run


def pairs(text: str) -> list[str]:
    """The pairs of Chinese characters of a normal text."""
    return [run[i : i + 2] for run in runs(text) if run[0] >= "㐀" for i in range(len(run) - 1)]


def syllables(text: str) -> list[str]:
    """The sound of a normal text, syllable by syllable, gaps left out."""
    return [syllable(character) for run in runs(text) if run[0] >= "㐀" for character in run]


@lru_cache(1024)
def _spelt(word: str) -> list[str]:
    """A Latin word cut into pinyin syllables, or itself where it is none."""
    known = _syllables()
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            if before is not None and word[start:end] in known:
                way = [*before, word[start:end]]
                if best[end] is None or len(way) < len(best[end] or ()):
                    best[end] = way
    return best[-1] or [word]


@cache
def _syllables() -> frozenset[str]:
    """All syllables of Mandarin, read off the common characters."""
    return frozenset(syllable(chr(code)) for code in range(0x4E00, 0x9FA6))
