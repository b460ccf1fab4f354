"""A visit as a cadre types it → records: who was visited, where, when, by whom, what was asked and what came of it.

    昨天和李主任去老边区兴达机械厂，职工120人，反映食堂饭菜差，已报区总工会
    → {"kind": "enterprise", "target": "兴达机械厂", "district": "老边区", "date": "2026-11-19", …}

One message may hold several visits: day, companions and district said once hold for all that follow. What is not said
is None: no day is made up for 前几天, no sum for 答应给500. The wording of demands is left as it was said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from bot.intents import demands
from bot.reading import dates, enterprises, goods, headcount, money, people, phones, places
from bot.reading.spans import LONGEST, Span, blank, clauses, plain

Kind = Literal["enterprise", "household"]

_VISIT = re.compile(
    r"走访|看望|慰问|探望|家访|入户|入企|入起|下企业|下厂|进企业|调研|座谈|去了|去到|来到|前往|到|去|看(?!病|不|见|着|了.{0,2}病|孩子|护|来|法|样|好|管|清|书)|访(?!问量)|来了"
)
_TOLD = re.compile(
    r"(?:(?<!被)走访人员?|走访干部|参加人员?|参加|参与人员?|参与|同行人员?|同行|陪同人员?|随行|记录人|填报人|填表人|汇报人|经办人|责任人|带队领导|人员)[:：]\s?|(?:带队|陪同|陪|随同|跟随|跟着|跟|随)(?=(?:市|区|县|省)?总?.{0,6}[㐀-鿿])"
)
_WITH = re.compile(
    r"(?:和|与|跟|同|陪|陪同|陪着|带|带着|带领|领着|随|由|跟着|会同|叫上|拉着|、|及|还有|携|，|,|\s|\+)[㐀-鿿]{0,8}$"
)
_KIN_BEFORE = re.compile(
    r"(?:儿子|女儿|闺女|姑娘|老伴|丈夫|妻子|媳妇|爱人|孙子|孙女|母亲|父亲|妈妈|爸爸|妈|爸|弟弟|妹妹|哥哥|姐姐|邻居|外甥|侄子|侄女|女婿|儿媳|联系人|介绍人|推荐人|对接人|监护人|亲戚|同事|工友)(?:叫|是|名叫|[:：])?\s?$"
)
_COMMUNITY = re.compile(
    r"(?:社区|街道|村|镇|乡|网格|村委会|居委会|屯)(?:的|工会|办|办事处)?(?:书记|主任|主席|干部|网格员|工作人员|专干|民政)?$"
)
_TALKED_TO = re.compile(
    r"^(?:\s|了)?(?:接待|介绍|座谈|交谈|谈|聊|反映|说|讲|表示|提出|答应|同意|要求|希望|在场|见面|汇报|告诉|沟通|接的|出面|负责|不在|承诺|建议|出差|签字)"
)
_TARGET_BEFORE = re.compile(
    r"(?:困难职工|困难户|困难群众|困难家庭|特困户|特困职工|特困|低保户|困难农民工|困难女职工|困难党员|困难|农民工|劳模|老劳模|模范|户主|职工|员工|工人|遗属|家属|病号|居民|村民|走访了?|看望了?|慰问了?|探望了?|看了看?|看|家访|入户|对象|姓名|户|叫|到了?|去了?|给|先到|后到|又去|再到|去看|的是|的|环卫工|教师|司机|女职工|单亲母亲|母亲|退休|下岗|残疾人?|患者|家长|孤老|老人|孤儿|大学生|学生)"
    r"[:：是为\s了]{0,2}(?:患[㐀-鿿]{1,6}的[㐀-鿿]{0,6}|[㐀-鿿]{0,4}(?:职工|员工|工人))?$"
)
_FAMILY = re.compile(
    r"困难(?:职工|户|群众|家庭|农民工|党员)|特困|低保|入户|家访|老伴|患|癌|瘤|病(?!房|虫|床|号脉)|残疾|瘫|中风|脑梗|孤寡|独居|单亲|遗属|劳模|慰问金|救助金|救助款|助学|遗孀|孤儿|尿毒症|透析|手术|术后|住院|下岗|两口子|[他她]家|家里|(?:儿子|女儿|闺女|孙子|孙女|媳妇|丈夫|妻子|爱人)"
)
_WORKS_THERE = re.compile(
    r"^(?:的)?(?:[㐀-鿿]{0,2}困难|退休|下岗|一线|老|女|离退休|在职|外来|派遣|临时)?(?:职工|员工|工人|农民工|劳模|司机|保洁|环卫工|教师|工友|上班|打工|干活|工作(?!人员)|退休|下岗|退下来|当)(?!人?数|总数|[\d一二三四五六七八九十近共约有]|都|们|[反说代想要])"
)
_NOT_VISITED = re.compile(
    r"(?:介绍到|介绍去|安排到|安排去|安置到|联系了?|协调了?|前身是|原名|原是|隶属于|转到?|转给|报到?|上报|找到?了?|向|告|被|请|让|原来?在?|原|曾在|欠|就职于|任职于|由|归|属于|隶属|曾经在|想去|应聘|推荐到|推荐去|毕业于|在读|就读|考上了?|考入|上的?|送到|送进|住进?|住院|转院|转去|督促|通过|介绍给|为)[㐀-鿿]{0,2}$"
)
_COUNTED = re.compile(
    r"(?:^|(?<=[\s，,。；]))(?P<name>[㐀-鿿]{3,7})[\s，,]{1,2}(?=(?:职工|员工|共)?(?:\d+|[一二三四五六七八九十百]+)(?:多|来)?(?:人|名|号人))"
)
_ORDINAL = re.compile(
    r"第[一二三四五六七八九十\d]{1,2}[户家个站]|[一二三四五六]是|(?:^|(?<=[\s。；;，,]))[1-9①②③④⑤⑥]\s?[.、)）]|[①②③④⑤⑥]|另[外一]?(?:[户家]|个|外)?|还有|接着|然后|随后|之后|最后|又|再|先|后|其次|首先|一[家户个](?:是|叫)?|今天|上午|下午"
)
_EACH = re.compile(r"每户|每家|每人|各(?!种|项|位|类|级)|一家一|一户一|都是|均|都给|都送|分别(?:送|给)|人均|户均")
_PADDING = re.compile(
    r"[\s，,。；;、:：!！?？（）()]+|的|了|在|是|去|到|走访|看望|慰问|困难职工|困难户|特困职工|入户|看|家|住|地址|位于|叫|名|区|市|和|与|及|跟|分别|户|给|她|他|个|两|三|还有|另外"
)
_LIST = re.compile(r"[\s、和与及跟，,]*(?:以及|还有)?[\s、和与及]*")
_ROW = re.compile(
    r"[\s、和与及跟，,]*(?:以及|还有)?[\s、和与及]*(?:(?:市|区|县)总)?(?:工会)?(?:[㐀-鿿]{1,5}(?:部|室|科|中心))?的?"
)
_SELF = re.compile(r"(?:我是|我叫|这里是|本人是?|我系)[㐀-鿿\s]{0,12}?(?:的)?$")
_NO_TARGET_WORDS = re.compile(
    r"走访|记录|补|今|昨|前|上午|下午|没|不|有|人|说|给|送|报|转|已|要|想|欠|反映|诉求|要求|问题|诉|困难|职工|员工|慰问|元|病|家|户|了|去|到|我|他|她|谁|啥|哪|答|解决|领导|工资|招|缺|电话|男|女|岁|挺|好|都|和|还|又|条|写|工会|街道|社区|镇$|乡$|村$|路$"
)


@dataclass(slots=True)
class Target:
    """Whom a record is about."""

    kind: Kind
    span: Span[str]


@dataclass(slots=True)
class Reading:
    """What is found once for the whole message, in one text of unchanged length."""

    text: str
    today: date
    districts: places.Districts
    days: list[Span[date | None]] = field(default_factory=list)
    phones: list[Span[str]] = field(default_factory=list)
    regions: list[Span[str]] = field(default_factory=list)
    firms: list[Span[str]] = field(default_factory=list)
    towns: list[Span[str]] = field(default_factory=list)
    persons: list[Span[str]] = field(default_factory=list)
    companions: list[Span[str]] = field(default_factory=list)
    hosts: list[Span[str]] = field(default_factory=list)
    free: str = ""  # without numbers that count nothing, days and hours
    bare: str = ""  # without places, firms and people too


def read_visits(text: str, today: date, districts: places.Districts) -> list[dict[str, Any]]:
    """The records of a message, at least one."""
    reading = _read(text, today, districts)
    groups = _groups(reading)
    if not groups:
        return [_record(reading, 0, len(reading.text), None)]
    starts = [0, *(_start(reading, group[0].span.start, groups[n][-1].span.end) for n, group in enumerate(groups[1:]))]
    ends = [*starts[1:], len(reading.text)]
    records: list[dict[str, Any]] = []
    for group, start, end in zip(groups, starts, ends, strict=True):
        records += [_record(reading, start, end, target) for target in group]
    _carry_over(reading, groups, records)
    return records


def _read(text: str, today: date, districts: places.Districts) -> Reading:
    written = plain(text[:LONGEST])
    reading = Reading(written, today, districts)
    reading.phones = phones.find(written)
    free = blank(blank(written, reading.phones), phones.others(written))
    reading.regions = districts.find(free)
    named = [
        firm
        for firm in enterprises.find(blank(free, reading.regions))
        if re.match(r"[\d一二三四五六七八九十双]", firm.said)
    ]
    # 三八机床厂: before a day is read out of it
    reading.days = dates.find(blank(free, named), today)
    free = blank(free, phones.misspelt(free))
    free = blank(blank(free, reading.days), dates.times(free))
    rest = blank(free, reading.regions)
    reading.firms = enterprises.find(rest)
    rest = blank(rest, reading.firms)
    reading.towns = places.towns(rest)
    rest = blank(rest, reading.towns)
    reading.free = free
    reading.persons = list(people.everyone(rest))
    reading.bare = blank(rest, reading.persons)
    _sort_people(reading)
    return reading


def _sort_people(reading: Reading) -> None:
    """Who came along, and who received them; the others may have been visited."""
    text = blank(reading.free, reading.regions)
    chained: Span[str] | None = None
    for person in reading.persons:
        before, after = text[: person.start], text[person.end :]
        near = re.split(r"[。；;]", before)[-1]
        word = re.split(r"[，,\s]", near.strip())[-1] if near.strip() else ""
        if _is_host(word, near, after, person):
            reading.hosts.append(person)
            continue
        linked = chained is not None and _ROW.fullmatch(text[chained.end : person.start])
        if not _KIN_BEFORE.search(near) and (
            _came_along(reading, near, after, person) or (linked and not _TARGET_BEFORE.search(near))
        ):
            reading.companions.append(person)
            chained = person
        else:
            chained = None
    _link_back(reading, text)


def _link_back(reading: Reading, text: str) -> None:
    """刘洋和韩冰今天去…: who stands in one row with a companion is one too."""
    for person in reversed(reading.persons):
        if person in reading.companions or person in reading.hosts:
            continue
        follows = next((c for c in reading.companions if c.start > person.end), None)
        row = follows is not None and re.fullmatch(r"\s?(?:和|与|跟|、|，|及|\s)\s?", text[person.end : follows.start])
        if (
            row
            and not _TARGET_BEFORE.search(text[: person.start].rstrip())
            and not _KIN_BEFORE.search(text[: person.start])
        ):
            reading.companions.insert(0, person)
    reading.companions.sort(key=lambda span: span.start)


def _is_host(word: str, near: str, after: str, person: Span[str]) -> bool:
    called = re.search(rf"(?:{people.HOSTS.pattern})(?:是|叫|[:：])?\s?$", near)
    if called and not re.search(
        r"(?:总工会|市总|区总|工会)(?:保障部|办公室)?(?:的)?(?:办公室|主管|副?主席)?\s?$", near
    ):
        return True
    if called and re.search(r"(?:厂|公司|企业|单位|他们)[㐀-鿿]{0,3}工会副?主席\s?$|^工会副?主席\s?$", near[-14:]):
        return True
    if re.match(rf"^(?:{people.HOSTS.pattern})", after) or (
        re.search(r"(?:总|厂长|经理|老板)$", person.said) and not re.search(r"市总|区总", person.said)
    ):
        return True
    titled = bool(re.search(rf"{people.TITLES}$", person.said))
    if re.match(r"^\s?(?:接待|出面|在厂里|介绍了?情况|汇报)", after):
        return True
    return (
        titled
        and bool(_TALKED_TO.match(after))
        and not re.match(r"^\s?(?:说下|要求我)", after)
        and not re.search(r"(?:市总|区总|总工会)$", near)
    )


def _came_along(reading: Reading, near: str, after: str, person: Span[str]) -> bool:
    """Told so by a label (走访人：), by 和…一起, by a name before the verb of visiting, or by the sender's own word."""
    if _SELF.search(near) and not re.search(r"走访|看|去", near[-6:]):
        return True
    piece = re.split(r"[。；;]", near)[-1]
    labels = list(_TOLD.finditer(piece))
    label = labels[-1] if labels else None
    if (
        label
        and label[0].rstrip()[-1:] in ":："
        and not re.search(r"[:：]", piece[label.end() :])
        and not re.search(r"走访(?!人)|看望|慰问|困难|对象", piece[label.end() :])
    ):
        return True
    if re.search(r"(?:困难[㐀-鿿]{0,4}|特困|低保户|劳模|被走访人|走访对象|慰问对象)[:：]?\s?$", near):
        return False
    last = max((p for p in reading.persons if p.end <= person.start), key=lambda p: p.end, default=None)
    if (
        last
        and last not in reading.companions
        and re.fullmatch(r"\s*(?:和|与|跟|同|、)\s*", reading.text[last.end : person.start])
    ):
        return False  # 梁艳 崔凤琴 和 杜国文
    familiar = re.fullmatch(rf"[小老].|.*{people.TITLES}|.(?:工|姐|哥)", person.said) is not None
    if (
        label
        and label[0].rstrip()[-1:] not in ":："
        and re.fullmatch(r"(?:我们)?(?:市|区|县|省)?总?(?:工会)?(?:的)?[㐀-鿿]{0,4}", piece[label.end() :])
        and not re.match(r"^\s?(?:座谈|交谈|谈|聊|说|讲|反映)", after)
    ):
        return True
    if re.match(
        r"^(?:主席|部长|主任|书记)?\s?(?:也|都)?(?:带队|陪同|陪着|陪我|陪|带着(?=我|大家|队)|领着(?=我|大家)|开车|一起|一块|同去|同行|跟着|参加|一行|等[一二三四五六七八九十\d]?(?:人|同志))",
        after,
    ):
        return True
    if re.search(
        r"(?:和|与|跟|同|带|带着|会同|叫上|领着|陪|由)(?:了)?(?:市|区|县|省|我们)?(?:总工会|总)?(?:工会)?(?:[㐀-鿿]{1,4}(?:部|办公室|科|中心))?(?:的)?(?:副?(?:主席|部长|主任|书记|科长))?$",
        near.rstrip(),
    ) and not re.match(r"^(?:夫妇|家|两)", after):
        return not _TALKED_TO.match(after) and (
            bool(_VISIT.search(after[:14])) or familiar or bool(re.match(r"^(?:、|和|，|\s|$|一)", after))
        )
    verb = _VISIT.search(after)
    if (
        verb is None
        or _VISIT.search(re.sub(r"(?:市|区|县)总|补录|补记|走访记录[:：]?", "", near))
        or _TARGET_BEFORE.search(near)
    ):
        return False
    between = after[: verb.start()]
    if re.search(r"[。；;]|\d|[一二三四五六七八九十]人|病|送|给|反映|住|患|困难", between):
        return False
    later = [*reading.firms, *reading.persons]
    if not any(other.start > person.end + verb.start() for other in later) and not familiar:
        return False
    return len(between) <= 30 and (familiar or not re.search(r"说|想|要", between))


def _groups(reading: Reading) -> list[list[Target]]:
    """Those visited, in order; names in one row (张淑华、李玉梅、王凤英三户) are one group."""
    targets = _targets(reading)
    groups: list[list[Target]] = []
    for target in targets:
        if groups and groups[-1][-1].kind == target.kind == "household":
            between = blank(reading.free, [*reading.regions, *reading.towns])[
                groups[-1][-1].span.end : target.span.start
            ]
            if _LIST.fullmatch(between):
                groups[-1].append(target)
                continue
        groups.append([target])
    return groups


def _targets(reading: Reading) -> list[Target]:
    text = reading.free
    taken = {id(person) for person in (*reading.companions, *reading.hosts)}
    homes = [
        p
        for p in reading.persons
        if id(p) not in taken and not _KIN_BEFORE.search(text[: p.start]) and not _is_colleague(p)
    ]
    sure = [p for p in homes if _surely_visited(text, p)]
    named = sorted([*reading.firms, *_beside_headcount(reading)], key=lambda span: span.start)
    firms = [firm for firm in named if _is_visited(reading, firm, homes)]
    if not sure and firms:
        homes = []
    elif sure:
        homes = [p for p in homes if p in sure or _stands_alone(reading, p)]
    if homes and firms and not sure:
        firms = []
    found = [Target("household", p) for p in homes] + [Target("enterprise", f) for f in firms]
    found.sort(key=lambda target: target.span.start)
    return _once(reading, found) or _nameless(reading)


def _beside_headcount(reading: Reading) -> list[Span[str]]:
    """蓝盾安防 60人: a piece by itself before a number of people is a firm, whatever its trade."""
    found = []
    for match in _COUNTED.finditer(reading.bare):
        said = match["name"]
        if not _NO_TARGET_WORDS.search(said) and not demands.speaks(said) and not places.towns(said):
            found.append(Span(match.start("name"), match.end("name"), said, said))
    # One piece before a number may be anything (三班倒 60人); in a row of such pieces each is a firm.
    return found if len(found) + len(reading.firms) > 1 and len(headcount.find(reading.bare)) > 1 else []


def _is_colleague(person: Span[str]) -> bool:
    return bool(re.search(rf"(?:{people.TITLES}|工|总)$", person.said)) and not person.said.endswith(
        ("老师", "同志", "大夫")
    )


def _surely_visited(text: str, person: Span[str]) -> bool:
    before, after = text[max(0, person.start - 14) : person.start], text[person.end : person.end + 6]
    return bool(
        (_TARGET_BEFORE.search(before.rstrip()) and not re.search(r"(?:厂|公司|店)的$", before))
        or re.match(r"\s?(?:家(?!电|具|装|属楼)|一家|夫妇|两口|老人|同志家|户)", after)
    )


def _stands_alone(reading: Reading, person: Span[str]) -> bool:
    before = reading.text[: person.start]
    return (
        not before.strip()
        or before[-1] in " ，,。；;、:：\n)）"
        or bool(re.search(r"(?:区|市|镇|乡|村|街道|社区|和|及|是|叫)$", before))
    )


def _is_visited(reading: Reading, firm: Span[str], homes: Sequence[Span[str]]) -> bool:
    text = reading.free
    before, after = text[: firm.start].rstrip(" "), text[firm.end :]
    if _NOT_VISITED.search(before[-6:]) and not re.search(r"走访|企业|去|到$", before[-3:]):
        return False
    works = _WORKS_THERE.match(after)
    if works and (homes or re.match(r"的?(?:上班|打工)", after)):
        return False
    return not (re.match(r"的", after) and any(firm.end <= p.start <= firm.end + 10 for p in homes))


def _once(reading: Reading, found: list[Target]) -> list[Target]:
    """Each only once: 韩振东 after 老韩, 昌顺 after 昌顺机械厂; a firm in the middle of a sentence is no new visit."""
    kept: list[Target] = []
    for target in found:
        said = target.span.said
        double = next((k for k in kept if _same_one(k.span.said, said)), None)
        if double is not None:
            if len(said) > len(double.span.said) or (double.span.said[0] in "老小" and target.kind == "household"):
                double.span = Span(double.span.start, double.span.end, said, said)
            continue
        if kept and target.kind == "enterprise" and not _begins_anew(reading, target):
            continue
        if (
            kept
            and target.kind == "household"
            and kept[-1].kind == "enterprise"
            and not _surely_visited(reading.free, target.span)
        ):
            continue
        if kept and target.kind == kept[-1].kind == "household" and _is_address(reading, kept[-1].span, target.span):
            continue
        kept.append(target)
    return kept


def _is_address(reading: Reading, before: Span[str], span: Span[str]) -> bool:
    """高振海 大石桥黄土岭: what stands right after a district and right after a name is where he lives."""
    region = next((r for r in reading.regions if r.end == span.start and r.start >= before.end), None)
    return region is not None and not reading.text[before.end : region.start].strip()


def _same_one(first: str, second: str) -> bool:
    if first in second or second in first:
        return True
    if first[0] in "老小" and len(first) == 2:
        return first[1] == second[0]
    if people.names(first) and not people.names(second) and first[0] == second[0]:
        return True  # 王桂兰 … 王大娘
    if not people.names(first) and people.names(second) and first[0] == second[0] and len(first) <= 3:
        return bool(re.search(r"[爷娘妈姨叔婶哥姐嫂]|师傅|奶奶|女士|先生", first))
    return False


def _begins_anew(reading: Reading, target: Target) -> bool:
    before = blank(reading.free, reading.regions)[: target.span.start].rstrip(" ")
    raw = reading.text[: target.span.start]
    at_start = (
        not raw.strip() or raw[-1] in " ，,。；;\n、:：)）" or any(r.end == target.span.start for r in reading.regions)
    )
    before = re.sub(r"[\s的]+$", "", before)
    verb = re.search(r"(?:走访了?|去了?|到了?|看了?|来到|是|家|另一家|还有|然后|接着|再|又|和|与|、)$", before)
    return bool(
        at_start
        and not re.search(r"联系|协调|转|报|介绍", re.split(r"[，,。；;\s]", before)[-1] if verb is None else "")
    ) or bool(verb)


def _nameless(reading: Reading) -> list[Target]:
    """No trade and no surname tells: the first short piece that says nothing else (昌顺 86人 欠薪)."""
    if _FAMILY.search(reading.text) and not re.search(r"\d人|员工|企业", reading.text):
        return []
    rest = blank(reading.bare, reading.companions)
    rest = blank(rest, headcount.find(rest))
    for clause in clauses(rest):
        said = re.sub(r"^(?:走访了?|去了?|到了?|企业|访|补录|看了?|在|跑了?|跑)+", "", clause.said)
        start = clause.end - len(said)
        if (
            re.fullmatch(r"[㐀-鿿A-Za-z0-9]{2,7}", said)
            and not said.isdigit()
            and not _NO_TARGET_WORDS.search(said)
            and not demands.speaks(said)
        ):
            return [Target("enterprise", Span(start, clause.end, said, said))]
    return []


def _start(reading: Reading, at: int, after: int) -> int:
    """Where the record of the target at `at` begins: back over district, day, ordinal and verb, not over content."""
    text = reading.bare
    pieces = [piece for piece in clauses(text[:at], " ，,。；;\n") if piece.end > after]
    start = at
    for piece in reversed(pieces):
        light = _PADDING.sub("", _ORDINAL.sub("", piece.said))
        if light and piece.end < at:
            break
        start = max(piece.start, after)
        if light:
            break
    light_ones: list[Span[Any]] = [*reading.regions, *reading.days, *reading.towns]
    for span in light_ones:
        gap = reading.bare[span.end : start]
        if after <= span.start < start and not _PADDING.sub("", _ORDINAL.sub("", gap)):
            start = span.start
    return start


def _record(reading: Reading, start: int, end: int, target: Target | None) -> dict[str, Any]:
    """One record from text[start:end]."""
    bare = " " * start + reading.bare[start:end]
    said = " " * start + reading.text[start:end]
    kind = target.kind if target else ("household" if _FAMILY.search(said) else "enterprise")
    if target is not None:
        bare = blank(bare, [target.span])
    gifts = goods.find(bare)
    heads = headcount.find(bare)
    sums = money.find(blank(blank(bare, gifts), heads if kind == "enterprise" else []))
    outcome = demands.read(
        said,
        blank(blank(bare, gifts), [s for s in sums if s.value[1] in ("given", "bare", "promised", "returned")]),
        kind == "household",
    )
    inside = [span for span in reading.phones if start <= span.start < end]
    regions = [span for span in reading.regions if start <= span.start < end]
    return {
        "kind": kind,
        "target": target.span.value if target else None,
        "district": regions[0].value if regions else None,
        "date": _day(reading, start, end),
        "participants": [_called(person) for person in _each_once(reading.companions) if start <= person.start < end],
        "workforce": headcount.workforce(heads, bare) if kind == "enterprise" else None,
        "demands": outcome.demands,
        "resolution": outcome.resolution,
        "items_given": goods.joined(gifts),
        "money_given": money.given(sums, bare_counts=kind == "household"),
        "phone": inside[0].value if inside else None,
        "follow_up": outcome.follow_up,
    }


def _day(reading: Reading, start: int, end: int) -> str | None:
    """The day of the visit: past, and not the day of something else (从8月起欠薪, 周五再去)."""
    for span in reading.days:
        if not start <= span.start < end or span.value is None or span.value > reading.today:
            continue
        before, after = reading.text[max(0, span.start - 6) : span.start], reading.text[span.end : span.end + 8]
        if re.search(
            r"(?:改|约|等|到|从|自|生于|出生|欠|截至|截止|改到|约到|推到|定在|约在|约好|下次|有效期|合同|签于|再约|改成|入职|退休|去世于|病于|计划|打算|准备)\s?$",
            before,
        ) and not re.search(r"(?:补)到$", before):
            continue
        if re.match(
            r"\s?(?:起|以来|开始|之前(?!走|去|看)|前(?!走|去|看|往)|到期|再|还|出生|生(?![病产])|做的?手术|住院|出院|去世|走的?(?!访|那|家)人|没的|下岗|的工资|发工资|才|支付|想|要|能|放假|放半天|放一天|的药|刚(?:做|出|手)|确诊|就(?:能|可以|换|修|发)|摔|出事|出的|受伤|发生)",
            after,
        ):
            continue
        return span.value.isoformat()
    return None


def _called(person: Span[str]) -> str:
    return person.value


def _each_once(found: Sequence[Span[str]]) -> list[Span[str]]:
    kept: list[Span[str]] = []
    for span in found:
        if all(span.value != other.value for other in kept):
            kept.append(span)
    return kept


def _carry_over(reading: Reading, groups: list[list[Target]], records: list[dict[str, Any]]) -> None:
    """Said once, meant for all: day, companions and district for those that follow, gifts where each had the same."""
    for before, record in pairwise(records):
        for name in ("date", "participants", "district"):
            if not record[name]:
                record[name] = before[name]
    if len(records) < 2:
        return
    for record in records[:-1]:  # 分别看望A、B、C，今天: said at the end
        for name in ("date", "participants", "district"):
            if not record[name] and record["district"] is None and name == "district" and len(groups) > 1:
                continue
            if not record[name] and name != "participants":
                record[name] = records[-1][name] if name == "date" else record[name]
    head = groups[0][0].span.start
    if len(groups) > 1:
        shared = _record(reading, 0, head, None)
        gift_first = bool(shared["money_given"] or shared["items_given"])
        each = _EACH.search(reading.text) is not None
        if gift_first or each:
            whole = next((r for r in records if r["money_given"] or r["items_given"]), None)
            for record in records:
                if whole and not record["money_given"] and not record["items_given"]:
                    record["money_given"], record["items_given"] = whole["money_given"], whole["items_given"]
