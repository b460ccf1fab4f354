"""How people really type: homophones, look-alikes, filler, traditional characters. Seeded: every run the same."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache

import opencc
from pypinyin import Style, lazy_pinyin

_HAN = re.compile(r"[\u4e00-\u9fff]")
ALIKE = [
    "未末",
    "己已",
    "人入",
    "土士",
    "日曰",
    "补朴",
    "助肋",
    "困因",
    "金全",
    "贴帖",
    "工土",
    "千干",
    "午牛",
    "员贝",
    "住往",
    "农衣",
    "处外",
    "报服",
    "师帅",
    "会合",
    "问间",
    "申甲",
    "由田",
    "元无",
    "大太",
    "学字",
    "考老",
    "今令",
    "有冇",
    "买卖",
    "场扬",
    "钱线",
    "标示",
    "评坪",
    "劳荣",
    "职织",
    "技枝",
    "培陪",
    "训川",
    "创刨",
    "业亚",
    "奖桨",
    "检捡",
    "查杳",
    "站战",
    "点占",
    "级极",
    "医匠",
]
FILLER = ("嗯 ", "那个 ", "呃 ", "就是 ", "哎 ", "请问一下 ", "我想问一下 ")
_to_traditional = opencc.OpenCC("s2t").convert


@cache
def _homophones() -> Mapping[str, list[str]]:
    """Common characters (level one of GB 2312) by their toneless sound."""
    found: dict[str, list[str]] = defaultdict(list)
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                character = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            found[_sound(character)].append(character)
    return found


def _sound(character: str) -> str:
    return str(lazy_pinyin(character, style=Style.NORMAL)[0])


def _swapped(text: str, times: int, others: Callable[[str], list[str]]) -> str:
    chance = random.Random(f"{text}{times}")
    letters = list(text)
    places = [n for n, letter in enumerate(letters) if _HAN.match(letter) and others(letter)]
    for place in chance.sample(places, min(times, len(places))):
        letters[place] = chance.choice(others(letters[place]))
    return "".join(letters)


def homophones(text: str, times: int) -> str:
    """`times` characters replaced by others that sound the same."""
    return _swapped(text, times, lambda letter: [o for o in _homophones().get(_sound(letter), ()) if o != letter])


def look_alikes(text: str, times: int) -> str:
    """`times` characters replaced by others that look the same."""
    alike = {a: b for pair in ALIKE for a, b in (tuple(pair), tuple(pair[::-1]))}
    return _swapped(text, times, lambda letter: [alike[letter]] if letter in alike else [])


def filler(text: str) -> str:
    """As it is dictated: breath before and after."""
    chance = random.Random(text)
    return f"{chance.choice(FILLER)}{chance.choice(FILLER)}{text} 啊"


def traditional(text: str) -> str:
    converted: str = _to_traditional(text)
    return converted


NOISES: Mapping[str, Callable[[str], str]] = {
    "原样": str,
    "错 1 个同音字": lambda text: homophones(text, 1),
    "错 2 个同音字": lambda text: homophones(text, 2),
    "错 2 个形近字": lambda text: look_alikes(text, 2),
    "口头话": filler,
    "繁体": traditional,
}
