"""Days as they are said, seen from `today`: 前天, 上上周二, 这周一, 11月10号, 11.10, 25号, 上个月25号, 双十一, 三天前.

A day that is not fixed (前几天, 上周, 月底, 11月) is found with the value None, so that nobody reads it as something
else. Weeks start on Monday. A day without its month or year is the last one that has been reached: 25号 said on the
20th is the 25th of last month.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.reading import numbers
from bot.reading.spans import Span

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_WEEK = r"(?:个)?(?:周|星期|礼拜)"
_WEEKDAYS = (
    {c: n for n, c in enumerate("一二三四五六")} | {"日": 6, "天": 6, "末": None} | {str(n): n - 1 for n in range(1, 7)}
)
_DAYS_AGO = {"大前": 3, "前": 2, "昨": 1, "今": 0, "明": -1, "后": -2, "大后": -3}
# Feasts on a fixed day of the year, and those of the moon for the years that we know.
_FEASTS = {
    "元旦": (1, 1), "三八": (3, 8), "妇女节": (3, 8), "清明": (4, 5), "五一": (5, 1), "劳动节": (5, 1), "五四": (5, 4), "青年节": (5, 4),
    "六一": (6, 1), "儿童节": (6, 1), "七一": (7, 1), "建党节": (7, 1), "八一": (8, 1), "建军节": (8, 1), "教师节": (9, 10),
    "国庆": (10, 1), "十一": (10, 1), "双十一": (11, 11), "双11": (11, 11), "光棍节": (11, 11), "记者节": (11, 8), "消防日": (11, 9),
    "消防宣传日": (11, 9), "双十二": (12, 12), "双12": (12, 12), "立冬": (11, 7), "霜降": (10, 23), "冬至": (12, 22), "圣诞": (12, 25),
    "平安夜": (12, 24), "护士节": (5, 12), "环卫工人节": (10, 26), "宪法日": (12, 4), "植树节": (3, 12),
}  # fmt: skip
_MOON = {
    "春节": {2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3)},
    "除夕": {2025: (1, 28), 2026: (2, 16), 2027: (2, 5), 2028: (1, 25), 2029: (2, 12), 2030: (2, 2)},
    "元宵": {2025: (2, 12), 2026: (3, 3), 2027: (2, 20), 2028: (2, 9), 2029: (2, 27), 2030: (2, 17)},
    "端午": {2025: (5, 31), 2026: (6, 19), 2027: (6, 9), 2028: (5, 28), 2029: (6, 16), 2030: (6, 5)},
    "中秋": {2025: (10, 6), 2026: (9, 25), 2027: (9, 15), 2028: (10, 3), 2029: (9, 22), 2030: (9, 12)},
    "重阳": {2025: (10, 29), 2026: (10, 18), 2027: (10, 8), 2028: (10, 26), 2029: (10, 16), 2030: (10, 5)},
}  # fmt: skip

Rule = Callable[[re.Match[str], date], date | None]


def find(text: str, today: date) -> list[Span[date | None]]:
    """All that speaks of a day, in order. Past days and days to come alike: which is meant is for the reader."""
    found: list[Span[date | None]] = []
    for pattern, rule in _RULES:
        for match in pattern.finditer(text):
            if any(s.start < match.end() and match.start() < s.end for s in found):
                continue
            try:
                day = rule(match, today)
            except (ValueError, OverflowError):
                day = None  # 2月30号: no such day
            found.append(Span(match.start(), match.end(), match[0], day))
    return sorted(found, key=lambda span: span.start)


def times(text: str) -> list[Span[None]]:
    """Hours of the day: 八点半, 9:30, 14点. They are no numbers of anything else."""
    return [Span(m.start(), m.end(), m[0], None) for m in _TIME.finditer(text)]


_TIME = re.compile(
    rf"(?:上午|下午|早上|晚上|中午|凌晨|傍晚)?(?:\d{{1,2}}[:：][0-5]\d(?!\d)|{_N}点(?:半|钟|整|一刻|{_N}分?)?(?!\d|多?的?(?:意见|要求|建议|诉求|问题|困难|情况)))(?:多|左右|来钟)?"
)


def _whole(match: re.Match[str], today: date) -> date | None:
    return date(_number(match["y"]), _number(match["m"]), _number(match["d"]))


def _month_day(match: re.Match[str], today: date) -> date | None:
    """The last such day reached; one of the next weeks is still to come (said in November: 12月1号)."""
    month, day = _number(match["m"]), _number(match["d"])
    years = {"今年": 0, "去年": -1, "前年": -2, "明年": 1}
    said = match.groupdict().get("said")
    if said in years:
        return date(today.year + years[said], month, day)
    this = date(today.year, month, day)
    return this if this <= today + timedelta(45) else date(today.year - 1, month, day)


def _day_of_month(match: re.Match[str], today: date) -> date | None:
    day = _number(match["d"])
    back = {None: 0, "上": 1, "上上": 2, "下": -1}[_only(match["which"] or "", "上下") or None]
    this = _month(today, back)
    if match["which"]:
        return this.replace(day=day)
    if day > today.day:  # not reached yet: last month's
        this = _month(today, 1)
    return this.replace(day=day)


def _weekday(match: re.Match[str], today: date) -> date | None:
    day = _WEEKDAYS[match["d"]]
    if day is None:
        return None
    monday = today - timedelta(today.weekday())
    which = match["which"] or ""
    weeks = which.count("下") - which.count("上")
    this = monday + timedelta(day + 7 * weeks)
    if not which and this > today:  # 周日 said on a Friday: the last one
        this -= timedelta(7)
    return this


def _ago(match: re.Match[str], today: date) -> date | None:
    number = numbers.value(match["n"])
    if number is None:
        return None
    unit = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}[match["unit"]]
    return today - timedelta(number * unit)


def _near(match: re.Match[str], today: date) -> date | None:
    return today - timedelta(_DAYS_AGO[match["which"]])


def _today(match: re.Match[str], today: date) -> date | None:
    return today


def _vague(match: re.Match[str], today: date) -> date | None:
    return None


def _feast(match: re.Match[str], today: date) -> date | None:
    name = match["name"]
    for year in (today.year, today.year - 1):
        month_day = _FEASTS.get(name) or _MOON[name].get(year)
        if month_day and date(year, *month_day) <= today:
            return date(year, *month_day) - timedelta(match[0].endswith("前一天"))
    return None


def _only(text: str, characters: str) -> str:
    return "".join(c for c in text if c in characters)


def _month(day: date, back: int) -> date:
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def _number(said: str) -> int:
    value = numbers.value(said)
    if value is None:
        raise ValueError(said)
    return value


_YEAR = r"(?P<y>20\d\d|二[零〇]二[零〇一二三四五六七八九])"
_PART = r"(?:的?(?:上午|下午|早上|早晨|晚上|中午|傍晚|夜里|晚|一早|一大早|那天|当天))?"
_FEAST = "|".join(sorted([*_FEASTS, *_MOON], key=len, reverse=True))
_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (rf"{_YEAR}年(?P<m>{_N})月(?P<d>{_N})[日号]?{_PART}", _whole),
        (rf"(?<!\d){_YEAR}[-./](?P<m>\d{{1,2}})[-./](?P<d>\d{{1,2}})(?!\d)", _whole),
        (rf"(?<=期)[:：\s]*{_YEAR}(?P<m>\d\d)(?P<d>\d\d)(?!\d)", _whole),
        (rf"(?P<said>今年|去年|前年|明年)(?P<m>{_N})月(?:份)?(?P<d>{_N})[日号]?{_PART}", _month_day),
        (rf"(?<![\d一二三四五六七八九十])(?P<m>{_N})月(?:份)?(?P<d>{_N})[日号]{_PART}", _month_day),
        (r"(?<!\d)(?P<m>1[0-2]|[1-9])月(?P<d>[12]\d|3[01]|[1-9])(?!\d)", _month_day),
        (r"(?:去年|前年|明年|今年)(?:的)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})?(?:月份?)?(?:春天|夏天|秋天|冬天|年初|年底)?", _vague),
        (rf"(?P<which>上上|上|这|本|下)(?:个)?月(?:的)?(?P<d>{_N})[日号]{_PART}", _day_of_month),
        (rf"(?P<which>上上上|上上|上|这|本|下下|下)?{_WEEK}(?P<d>[一二三四五六日天末1-6])(?!\d){_PART}", _weekday),
        (rf"(?P<n>{numbers.NUMBER})个?(?P<unit>天|日|周|星期|礼拜)(?:以前|之前|前)(?!线)", _ago),
        (r"(?P<which>大前|前|昨|今|明|大后|后)(?:天|儿个?|日|个(?!月))" + _PART, _near),
        (r"(?P<which>昨|今|明)(?:早上?|晚上?|晨|夜|(?=去|到|走访|看望|在|入))", _near),
        (r"(?:刚才|刚刚|方才|才刚|刚(?=去|从|到|走访|看))", _today),
        (rf"(?<![双\d])(?P<name>{_FEAST})(?:节|那天|当天|前一天|假期)(?:那天|当天|当日|上午|下午)?", _feast),
        (r"(?P<name>双十一|双11|光棍节|重阳节|国庆节|中秋节|记者节|教师节|立冬|霜降|元旦|除夕)(?=去|到|走|的|看|慰|，|,|\s)", _feast),
        (r"前[几些两]天|前两日|头两天|头几天|这几天|这两天|最近|近期|近日|前阵子?|前段时间|上周|上星期|上礼拜|上个?月|[本这]个?月|月[底初末中]|[上中下]旬|早先|那天", _vague),
        (rf"(?<![\d.一二三四五六七八九十第])(?P<which>)(?P<d>{_N})[日号](?![a-zA-Z]?(?:楼|院|线|车间?|库|门|机|宿舍|厂|店|码头|泊位|井|矿|桥|仓|炉|塔|吊|人|群|公司|工地|[床柜机泵罐池]|单元)){_PART}", _day_of_month),
        (r"(?<![\d.:])(?P<m>1[0-2]|0?[1-9])[./-](?P<d>3[01]|[12]\d|0?[1-9])(?![\d.%％:]|万|元|块|斤|米|吨|千|公里|倍|[A-Za-z])", _month_day),
        (r"(?:今天)?(?:上午|下午|早上|早晨|中午|晚上|傍晚|一早)(?=.{0,3}(?:去|到|走|看|慰|入|在|和|跟|与|陪|我|来|，|,|\s|\d|[一二三四五六七八九十]))", _today),
    )
)  # fmt: skip
