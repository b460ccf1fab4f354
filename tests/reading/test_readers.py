"""Each reader by itself: sentence → what is found."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading import dates, enterprises, goods, headcount, money, numbers, people, phones, places
from bot.reading.spans import plain
from tests.reading.tables import TODAY, districts


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("86", 86), ("1,200", 1200), ("三万二", 32000), ("三万二千", 32000), ("五百", 500), ("一百二十八", 128), ("一百零六", 106),
        ("一百二", 120), ("两千二", 2200), ("十五", 15), ("二十来", 20), ("100多", 100), ("百十来", 100), ("仨", 3), ("俩", 2),
        ("1.5万", 15000), ("3万2", 32000), ("8百多", 800), ("一千五百", 1500), ("三千二百", 3200), ("三四十", 30), ("上千", 1000),
        ("零", 0), ("一万", 10000), ("十万零五百", 100500), ("几", None), ("", None), ("9" * 400, None), ("万" * 400, None), ("9" + "亿" * 300, None),
    ],
)  # fmt: skip
def test_numbers(said: str, number: int | None) -> None:
    assert numbers.value(said) == number


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("今天走访", "11-20"), ("昨天去的", "11-19"), ("前天", "11-18"), ("大前天", "11-17"), ("昨儿个", "11-19"), ("今早八点半", "11-20"),
        ("上周三", "11-11"), ("上上周二", "11-03"), ("这周一", "11-16"), ("周一下午", "11-16"), ("周日", "11-15"), ("上周日", "11-15"),
        ("礼拜二", "11-17"), ("上个星期五", "11-13"), ("本月8号", "11-08"), ("上个月25号", "10-25"), ("25号", "10-25"), ("8号", "11-08"),
        ("二十号", "11-20"), ("11月10号", "11-10"), ("十一月十号", "11-10"), ("11.10 走访", "11-10"), ("11-18 站前", "11-18"),
        ("2026年11月3日", "11-03"), ("2026-11-03", "11-03"), ("双十一那天", "11-11"), ("双十一前一天", "11-10"), ("国庆那天", "10-01"),
        ("三天前", "11-17"), ("一周前", "11-13"), ("中秋节那天", "09-25"), ("刚才去了", "11-20"),
        ("前几天", None), ("上周去的", None), ("月底", None), ("上个月", None), ("最近", None), ("去年", None),
    ],
)  # fmt: skip
def test_days(said: str, day: str | None) -> None:
    found = [span.value for span in dates.find(said, TODAY)]
    assert found[:1] == [date.fromisoformat(f"2026-{day}") if day else None]


@pytest.mark.parametrize(
    "said", ["三八机床厂", "3521被服厂", "3号车间", "五号楼", "2.5万元", "职工86人", "11.5元", "二号线", "2月30日"]
)
def test_what_is_no_day(said: str) -> None:
    assert not [span.value for span in dates.find(said, TODAY) if span.value]


@pytest.mark.parametrize(
    ("said", "sum_"),
    [
        ("慰问金500元", 500), ("给了五百", 500), ("救助款两千元已打卡", 2000), ("送慰问金一千二百元，鸡蛋两盘", 1200), ("现金1000", 1000),
        ("留了800元", 800), ("给500 想贷款", 500), ("送去米面油和500元", 500), ("慰问金六百", 600), ("给了1500元慰问金", 1500),
        ("欠薪三万二", None), ("药费七万多", None), ("答应给500", None), ("慰问金500元没要", None), ("没给钱", None),
        ("月工资3000元", None), ("学费5000元", None), ("外债20万", None), ("损失四万", None), ("学校捐了三万", None), ("档案号", None),
    ],
)  # fmt: skip
def test_money_given(said: str, sum_: int | None) -> None:
    assert money.given(money.find(said), bare_counts=True) == sum_


@pytest.mark.parametrize(
    ("said", "goods_"),
    [
        ("送大米两袋豆油一桶", "大米两袋、豆油一桶"), ("拎了二斤苹果", "二斤苹果"), ("米面油各一", "米面油各一"), ("送米一袋、油一桶", "米一袋、油一桶"),
        ("一床棉被", "一床棉被"), ("送去米面油", "米面油"), ("赠送轮椅一台", "轮椅一台"), ("送了点水果", "水果"), ("药膏两盒 ", "药膏两盒"),
        ("想要轮椅一台", None), ("要求发棉衣", None), ("没送油", None),
    ],
)  # fmt: skip
def test_goods(said: str, goods_: str | None) -> None:
    assert goods.joined(goods.find(said)) == goods_


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("职工86人", 86), ("员工51", 51), ("人数九十五", 95), ("有个百十来人", 100), ("二十来人", 20), ("年轻人多 90来个 ", 90), ("共2300名职工", 2300),
        ("职工320人，其中农民工180人", 320), ("涉及7个人 全厂55人", 55), ("女工90人 全厂410人", 410), ("原来120人 现在剩50人", 50),
        ("一行5人", None), ("缺焊工10个", None), ("住了3年", None),
    ],
)  # fmt: skip
def test_headcount(said: str, number: int | None) -> None:
    assert headcount.workforce(headcount.find(said), said) == number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("电话13804170001", "13804170001"), ("139 0000 8899", "13900008899"), ("139-0000-8899", "13900008899"), ("0417-2830011", "04172830011"),
        ("幺三九零零零零八八九九", "13900008899"), ("身份证210802196501011234", None), ("档案号 20261117", None), ("工资13800", None),
    ],
)  # fmt: skip
def test_phones(said: str, number: str | None) -> None:
    assert [span.value for span in phones.find(said)][:1] == ([number] if number else [])


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("走访困难职工高振国家", ["高振国"]), ("看谷凤琴 乳腺癌", ["谷凤琴"]), ("盖州 陈国栋 一千五百元", ["陈国栋"]), ("李刚、小周 走访", ["李刚", "小周"]),
        ("孙副主席、刘部长、我", ["孙副主席", "刘部长"]), ("和李主任去", ["李主任"]), ("张淑华、李玉梅、王凤英三户", ["张淑华", "李玉梅", "王凤英"]),
        ("欧阳震华家", ["欧阳震华"]), ("看望蒋大爷", ["蒋大爷"]), ("和老王去", ["老王"]),
        ("高新区", []), ("周一下午", []), ("慰问金一千二百元", []), ("老师说", []), ("施工方", []), ("常年有病", []), ("安全生产", []),
    ],
)  # fmt: skip
def test_people(said: str, names: list[str]) -> None:
    assert [span.value for span in people.everyone(said)] == names


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("走访昌顺机械厂", ["昌顺机械厂"]), ("三八机床厂 没去成", ["三八机床厂"]), ("去了恒源热电", ["恒源热电"]), ("新起点电商园 年轻人多", ["新起点电商园"]),
        ("走访企业：恒通铸造厂", ["恒通铸造厂"]), ("大禾饲料，地址", ["大禾饲料"]), ("3521被服厂", ["3521被服厂"]), ("镁都耐火材料公司", ["镁都耐火材料公司"]),
        ("环卫工老付", []), ("全厂55人", []), ("公司说研究", []), ("他们厂要求发鞋", []), ("儿子上大学", []), ("介绍到就业培训", []),
    ],
)  # fmt: skip
def test_enterprises(said: str, names: list[str]) -> None:
    assert [span.value for span in enterprises.find(said)] == names


@pytest.mark.parametrize(
    ("said", "district"),
    [
        ("老边昌顺", "老边区"), ("开发区的鑫源", "鲅鱼圈区"), ("去沿海金帆", "沿海产业基地"), ("盖州榜式堡", "盖州市"), ("老变区 新宏", "老边区"),
        ("站钱区", "站前区"), ("转西市区人社，老边区昌顺", "老边区"), ("高薪岗位", None), ("老边上的墙", "老边区"), ("沈阳", None),
    ],
)  # fmt: skip
def test_districts(said: str, district: str | None) -> None:
    assert [span.value for span in districts().find(said)][:1] == ([district] if district else [])


@given(
    st.text(
        alphabet=st.one_of(
            st.characters(), st.sampled_from("今昨上周月号十百千万两三厂公司家王李送给元人，。 0123456789")
        )
    )
)
@settings(deadline=None, max_examples=150)
def test_no_reader_ever_raises(said: str) -> None:
    text = plain(said)
    assert len(text) == len(said)
    dates.find(text, TODAY), dates.times(text), money.find(text), goods.find(text), headcount.find(text)
    list(people.everyone(text)), enterprises.find(text), phones.find(text), phones.others(text), places.towns(text)
    districts().find(text)
