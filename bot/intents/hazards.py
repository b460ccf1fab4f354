"""A hazard as a supervisor types it → where, what kind, how bad, and whether somebody is in danger now.

    脚手架没护栏 就在三号楼 工人正在上边砌墙呢
    → {"place": "三号楼", "category": "fall", "level": "major", "person_at_risk_now": True}

The level is a first guess that only decides who hears of it: the machine raises, a person lowers, so what is in doubt
is major. Words and states are data (knowledge/hazards.yaml). A thing is no place (切割机), unless it has a number
(3号机床).
"""

import re
from typing import Any, Literal

from bot.reading import enterprises
from bot.reading.places import Districts
from bot.reading.spans import LONGEST, Span, blank, clauses, plain
from knowledge.hazards import CATEGORIES, Lexicon, load

LIKENESS = 16  # what being like the phrases of a category counts beside the words of the lexicon (one strong word: 18)
Level = Literal["major", "general"]

# Where categories weigh the same, the one that kills first.
_FIRST = {name: n for n, name in enumerate((
    "confined_space", "electric", "special_equipment", "mechanical", "fall", "collapse", "chemical", "fire", "traffic", "ppe",
    "housekeeping", "other",
))}  # fmt: skip
_NUMBERED = (
    r"(?:第?[0-9一二三四五六七八九十两]{1,4}(?:[-—]\d{1,3})?[号#＃]?|[A-Za-z]\d{0,3}[号#座区栋]?|[甲乙丙丁][号]?)"
)
_SIDE = "[东西南北前后新老旧大小上下左右内外中正侧]"
_AT = r"(?:在|到|就在|位于|地点|位置)[:：]?"
_BEFORE_PLACE = re.compile(
    r"(?:.*(?:在|到|从|往|把|给|让|是|有|没|了|着|就|正|还|也|都|被|用|里的|上的|听说|发现|看见|看到|我们?|咱们?|他们|举报|反映|那个|这个|进|去|工人|今天|昨天|昨晚|早上|现在|老是?|已经|下|就在))"
)
_NOW = re.compile(r"差点|昨天|前天|去年|上次|以前")


def read_hazard(text: str, districts: Districts) -> dict[str, Any]:
    """The fields of one hazard."""
    lexicon, said = load(), plain(text[:LONGEST])
    level, exposed = _level(lexicon, said)
    return {
        "place": _place(lexicon, said, districts),
        "category": _category(lexicon, said),
        "level": level,
        "person_at_risk_now": exposed,
    }


def _category(lexicon: Lexicon, said: str) -> str:
    named = [span for rank in ("buildings", "sites") for span in _words(lexicon.spots[rank], said)]
    alone, whole = lexicon.weigh(blank(said, named)), lexicon.weigh(said)
    # 灭火器过期 配电室门口: where it is says less of what it is than the thing itself
    near = lexicon.likeness.weigh(blank(said, named))
    weights = {name: 2 * alone[name] + whole[name] + LIKENESS * near[name] for name in CATEGORIES}
    best = max(CATEGORIES, key=lambda name: (weights[name], -_FIRST[name]))
    return best


def _words(pattern: str, said: str) -> list[Span[str]]:
    return [Span(m.start(), m.end(), m[0], m[0]) for m in re.finditer(pattern, said)]


def _level(lexicon: Lexicon, said: str) -> tuple[Level, bool]:
    """How bad, and whether somebody is in danger at this moment."""
    tests = lexicon.level
    always, acute = bool(tests["always"].search(said)), bool(tests["acute"].search(said))
    named = _words(f"{lexicon.spots['buildings']}|{lexicon.spots['sites']}", said)
    mild = bool(tests["mild"].search(blank(said, named)))  # 更衣室用酒精炉: the room is not what is wrong
    idle, exposed = bool(tests["idle"].search(said)), bool(tests["exposed"].search(said))
    if idle and not exposed:
        lasting = (always or acute) and tests["lasting"].search(said) and not mild
        return ("major" if lasting else "general"), False
    if always:
        return "major", True
    if mild and not acute:
        return "general", exposed
    return "major", exposed or acute


def _place(lexicon: Lexicon, said: str, districts: Districts) -> str | None:
    """The place, its parts from the large to the small as far as they are said: 老边汽修, 商场三楼, 3号机床."""
    regions = districts.find(said)
    found = _firms(said, regions)
    found += _spots(lexicon, blank(said, [*regions, *found]))
    found = _apart(sorted(found, key=lambda span: span.value[0]))
    if not found:
        return regions[0].said if regions else None
    chosen: list[Span[tuple[int, str]]] = []
    for span in _joined(found):
        if all(span.value[0] != other.value[0] for other in chosen):
            chosen.append(span)
    chosen.sort(key=lambda span: (span.value[0], span.start))
    place = "".join(span.value[1] for span in chosen)
    first = chosen[0]
    for region in regions:
        if region.end == first.start or not said[region.end : first.start].strip():
            return region.said + place
    return place


def _firms(said: str, regions: list[Span[str]]) -> list[Span[tuple[int, str]]]:
    return [
        Span(firm.start, firm.end, firm.said, (0, firm.said))
        for firm in enterprises.find(blank(said, regions))
        if not re.search(r"工地|车间|食堂|冷库|油库|码头|宿舍|[没不缺漏坏断]", firm.said)
        and 3 <= len(firm.said) <= 14
        and (re.search(rf"(?:{enterprises.KINDS})$", firm.said) or _is_whole_clause(said, firm, regions))
    ]


def _spots(lexicon: Lexicon, said: str) -> list[Span[tuple[int, str]]]:
    """Places by their centre word with what stands before it in the same clause (二号库门口, 厂区北门)."""
    found: list[Span[tuple[int, str]]] = []
    for rank, kind in ((1, "sites"), (2, "buildings"), (3, "spots")):
        pattern = re.compile(
            rf"(?P<before>[㐀-鿿A-Za-z0-9#＃—-]{{0,12}}?)(?P<centre>{lexicon.spots[kind]})(?P<after>(?:{_NUMBERED}楼|[一二三四五六七八九十\d]{{1,2}}[楼层])?(?:门口|旁边?|角落|后面|前面|北侧|南侧|东侧|西侧|西北角|东北角|西南角|东南角|里间|跟前|入口|出口处)?)"
        )
        for clause in clauses(said, "。；;！!？?\n，, \t、:："):
            for match in pattern.finditer(clause.said):
                before = _BEFORE_PLACE.sub("", match["before"])
                before = re.sub(
                    r"^.*(?:坏|断|漏|堵|锁|裂|掉|松|歪|滑|响|过期|敞着|开着|堆|泡|晃|不亮|的)(?=[㐀-鿿\d])", "", before
                )
                if len(before) > 7 or re.search(r"[没不缺无未拆乱戴]|干活|作业", before):
                    before = match_tail(before)
                name = before + match["centre"] + match["after"]
                if _is_thing(match["centre"], clause.said, match.end(), before):
                    continue
                end = clause.start + match.end()
                found.append(Span(end - len(name), end, name, (rank, name)))
    found += _levels(said) + _machines(lexicon, said)
    return found or _by_ending(said)


def _is_whole_clause(said: str, firm: Span[str], regions: list[Span[str]]) -> bool:
    """A trade alone (机械, 钢管) names a firm only where nothing else is said with it."""
    start = next((region.start for region in regions if region.end == firm.start), firm.start)
    return (not said[:start].strip() or said[start - 1] in " ，,。；;、:：在\n") and (
        firm.end == len(said) or said[firm.end] in " ，,。；;、\n"
    )


# Any word that ends like a place (蓄电池室, 收粮点, 养生馆), as a piece of its own or before what is wrong there.
_ENDING = "室|间|房|台|处|点|部|馆|店|库|棚|班|区|段|站|院|园|厅|池|塔|洞|道|桥|港|场|沟|坡|矿|所|铺|坊|厂|廊|亭|坝|口|边|边上|旁边|旁|里|上|底下|下面|附近|门前|那边|那侧|那头|一侧|这边|跟前|后身"
_OWN_PIECE = re.compile(rf"^(?:在|就在|位置|地点)?[:：]?(?P<name>[㐀-鿿A-Za-z0-9]{{1,6}}(?:{_ENDING}))$")
_LEADING = re.compile(
    r"^(?:在)?(?P<name>[㐀-鿿]{1,5}(?:室|间|房|台|馆|厅|塔|棚|站|库|场|区|池|坝|洞|院|园|部|班|沟|坡))(?=[里外内上下有的门地玻墙顶没漏冒烧着边旁口电水灯太到满堆])"
)
_NO_PLACE = re.compile(
    r"顶棚|天棚|电梯|楼梯|[没不在了着的被把让过就还都又很太人有是]|时间|中间|期间|晚间|夜间|[一二两三四五六七八九十\d](?:台|班|部|场|间|处|点|口)|[上下加值倒换夜晚白]班|大部|全部|当场|地上|身上|手上|头上|脚上|路上|早上|晚上|马上|往下|往上|底下$|掉|坏|断|裂|漏|晃|滑|缺|破|松"
)


def _by_ending(said: str) -> list[Span[tuple[int, str]]]:
    for clause in clauses(said, "。；;！!？?\n，, \t、:："):
        for pattern in (_OWN_PIECE, _LEADING):
            match = pattern.match(clause.said)
            if match and not _NO_PLACE.search(match["name"]):
                start = clause.start + match.start("name")
                return [Span(start, start + len(match["name"]), match["name"], (3, match["name"]))]
    return []


def match_tail(before: str) -> str:
    """What of a long run before a place still belongs to it: a number or a side."""
    tail = re.search(rf"(?:{_NUMBERED}|{_SIDE})$", before)
    return tail[0] if tail else ""


def _levels(said: str) -> list[Span[tuple[int, str]]]:
    """三楼, 四号楼二层: a storey, when no building's name holds it already."""
    return [
        Span(m.start(), m.end(), m[0], (4, m[0]))
        for m in re.finditer(
            r"(?<![\d一二三四五六七八九十共约第])(?:地下|负)?[一二三四五六七八九十\d]{1,2}[楼层](?:走廊|楼道|平台|阳台|楼梯口)?(?!高|楼|的?高)",
            said,
        )
    ]


def _machines(lexicon: Lexicon, said: str) -> list[Span[tuple[int, str]]]:
    """Numbered things: 3号机床; also 机床 … 3号, the number said after."""
    words = lexicon.spots["machines"]
    found = [
        Span(m.start(), m.end(), m[0], (5, m[0]))
        for m in re.finditer(rf"[0-9一二三四五六七八九十]{{1,3}}[号#＃](?:{words})", said)
    ]
    if not found:
        thing = re.search(rf"(?:{words})", said)
        number = re.search(
            r"(?<![\d一二三四五六七八九十月])([0-9一二三四五六七八九十]{1,3})号(?![楼院门库线仓\d]|车间)(?=$|[\s，,。])",
            said,
        )
        if thing and number and len(thing[0]) >= 2:
            found = [Span(number.start(), number.end(), number[0], (5, f"{number[0]}{thing[0]}"))]
    return found


def _is_thing(centre: str, clause: str, end: int, before: str) -> bool:
    """A word of place that is the thing complained of, or no place at all here."""
    after = clause[end:]
    if centre in ("厂", "公司", "集团") and (not before or before in ("全", "本", "我", "工", "老")):
        return True
    if centre in ("车站", "楼", "库") and not before:
        return True
    if centre in ("门口", "办公室") and not before and re.match(r"主任", after):
        return True
    if centre in ("楼梯", "平台", "窗户", "围墙", "外墙", "阳台", "过道", "通道口") and not before:
        return bool(re.match(r"(?:扶手|玻璃|往外|歪|要倒|裂|没护栏|护栏|坏|塌)", after))
    return centre == "基坑" and bool(re.match(r"支护|作业", after))


def _joined(found: list[Span[tuple[int, str]]]) -> list[Span[tuple[int, str]]]:
    """Places that stand directly one after another are one: 厂里专用线, 仓库二层平台."""
    joined: list[Span[tuple[int, str]]] = []
    for span in sorted(found, key=lambda s: s.start):
        if joined and joined[-1].end == span.start and joined[-1].value[0] != 5:
            before = joined.pop()
            name = before.value[1] + span.value[1]
            joined.append(Span(before.start, span.end, name, (before.value[0], name)))
        else:
            joined.append(span)
    return sorted(joined, key=lambda s: (s.value[0], s.start))


def _apart(found: list[Span[tuple[int, str]]]) -> list[Span[tuple[int, str]]]:
    """Of readings of the same words the longest, then the larger place."""
    kept: list[Span[tuple[int, str]]] = []
    for span in sorted(found, key=lambda s: (-(s.end - s.start), s.value[0])):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: (span.value[0], span.start))
