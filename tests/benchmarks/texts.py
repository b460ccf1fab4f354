"""What the crowd asks: questions out of the library, as they stand, or each in a member's own words."""

import random
from collections.abc import Iterator

from knowledge.library import load

WORK = "焊工 瓦工 护士 司机 保洁 钳工 电工 快递员 保安 教师 厨师 车工 库管 收银员 环卫工 装卸工 钢筋工 架子工"
WHERE = "厂里 工地上 医院 车队 物业 商场 学校 码头 仓库 车间 饭店 快递站 矿上 镇上 社区 园区 公司 超市 供热站 冷库"
END = "麻烦你了 急着用 等你回话 家里等着呢 我头一回问 听工友说的 在线等 老师傅让我问的 谢谢啊 班长也想知道"


def questions(count: int = 400) -> list[str]:
    """Different questions: titles of the library's entries and ways in which people ask, drawn at random (seeded)."""
    known = list(dict.fromkeys(text for entry in load().entries for text in (entry.title, *entry.asks)))
    random.Random(2026).shuffle(known)
    return known[:count]


def in_own_words(count: int) -> Iterator[str]:
    """`count` texts no two of which are alike: a question with what the member says about himself."""
    asked = questions()
    whoever = [(work, where, end) for work in WORK.split() for where in WHERE.split() for end in END.split()]
    random.Random(2027).shuffle(whoever)
    for number in range(count):
        trade, place, last = whoever[number // len(asked) % len(whoever)]
        yield f"我是{place}的{trade} {asked[number % len(asked)]} {last}"
