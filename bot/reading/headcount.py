"""How many people work somewhere: 职工86人, 员工51, 百十来人, 全厂55人 – not 涉及7个人, 农民工180人, 女工90人, 一行5人."""

import re
from typing import Literal

from bot.reading import numbers
from bot.reading.spans import Span

Whose = Literal["all", "people", "part"]

_WORKERS = r"(?:在册职工|在职职工|职工总数|职工人数|职工|员工总数|员工|工人|人数|用工|从业人员|从业|在岗|在编|总人数|总数|总共|一共|共有|合计|共计|全厂|全公司|全店|全院|全校|全员|规模|厂里|店里|公司|企业|在册|编制|全部|上班的|干活的|现有|现在有|现在剩|现在|目前|连老板|司机|店员|导购|营业员|收银员|销售|教职工|医护|技工|缝纫工|教师|老师|护士|医生|驾驶员|快递员|骑手|保安|保洁员?|养路工|服务员|环卫工|队员|船员|装卸工|工友|正式工|实际到岗|到岗|实有|共|有|大概有|大约)"
_COUNT = re.compile(
    rf"(?P<label>{_WORKERS}(?:[:：是为有约近大概共不到得也了在个总数人数的才就仅只剩\s]|左右|大约|差不多|将近|上下|减到|降到|还剩){{0,6}})?(?P<n>{numbers.NUMBER})(?:\s?(?P<unit>(?:来|多|余)?(?:个|号|名|位|口)?(?:来|多)?(?P<noun>(?:在册|在职|固定|正式|在岗)?(?:职工|员工|工人|人(?!民|次|份|均|工|家|事|社|行|保|才|力|参|大|寿|都?[涉是]|受)|驾驶员|司机|店员|老师|教师|骑手|快递员|护士|保安|船员|服务员|队员|环卫工|养路工|装卸工|保洁员?|工友|从业人员|小?姑娘|小伙子?|女工|师傅))(?:号)?(?!数|家)|来个|多个|多号|来号|个来(?!月)|号人|口子|(?<=[来多余])个|(?<=[来多余])号))?(?P<about>左右|上下)?"
)
_PART = re.compile(
    r"(?:涉及|其中|包括|含|农民工|女职工|女工|男工|女|男|困难职工|困难|特困|党员|会员|工会会员|退休|离退休|残疾|受伤|伤了?|死了?|欠|拖欠|裁|裁员|裁了|招|招聘|想招|要招|缺|还缺|差|少|一行|我们|咱们|来了|去了|参加|参与|慰问|慰问了|走访|看望|新招|实习|派遣|劳务派遣|外包|临时工|季节工|住|住宿|宿舍住?|每屋|一屋|一间|家里|家中|全家|供养|抚养|带着|原来?|以前|之前|从|辞|辞退|走了|跑了|离职|培训|体检|大学生|技术工|焊工|电工|高管|管理人员|管理|代表|骨干|班组|未签|没签|没上|没交|不够|只签|病|感染|中毒|旺季|淡季|兼职|签了|入会|加入|发展|吸收|帮助|解决|安置|就业|招工|招了|报名|组织|一桌|一车|拉|载|挤|用)(?:了|着|的|有|是|约|达|职工|员工|工人|人数|会员|:|：)*\s?$"
)
_ALL = re.compile(
    r"全[厂公店院校员部]|总数|总人数|一共|共有|合计|共计|总共|共|人数|在册|规模|现在剩|现在|还剩|目前|减到|降到|职工总数|加一起|加起来|合起来|正式工|到岗|实有"
)


def find(text: str) -> list[Span[tuple[int, Whose]]]:
    """Numbers of people, in order: all who work there, people of whom nothing is said, or a part of them."""
    found: list[Span[tuple[int, Whose]]] = []
    for match in _COUNT.finditer(text):
        label, unit = match["label"] or "", match["unit"] or ""
        number = numbers.value(match["n"])
        labelled = bool(
            re.match(
                r"(?:在册|在职|职工|员工|工人|人数|用工|从业|在岗|总人数|全厂|全公司|司机|店员|教师|老师|驾驶员|正式工|实际到岗|到岗|实有|现在剩|导购|营业员|教职工|医护|快递员|骑手|服务员|保安|保洁)",
                label,
            )
        )
        if not number or (not unit and not labelled):
            continue
        after = text[match.end() :]
        if not unit and re.match(
            r"(?:[元块万岁天年月日号点楼层家户台套间层%.％/]|米|斤|多?(?:元|块|岁|年|天)|个(?:月|小时|班|车间|厂|点)|小时|次)",
            after,
        ):
            continue
        before = text[max(0, match.start() - 10) : match.start()]
        near = re.split(r"[，,。；;、]", before + label)[-1]
        part = _PART.search(re.split(r"[，,。；;、]", before)[-1] if labelled or label else near) or re.search(
            r"^其中|农民工|女职工|女工|困难", near
        )
        if part and not re.search(r"全[厂公店院校]|总数|一共|共", label):
            whose: Whose = "part"
        elif re.match(
            r"\s?(?:没|不)?(?:受伤|中毒|没签|没上|没交|没领|报名|参加|住院|被|病|得病|下岗|辞职|离职|走了)", after
        ):
            whose = "part"
        else:
            whose = "all" if _ALL.search(near + label + after[:3]) or labelled else "people"
        found.append(Span(match.start("n"), match.end(), match[0], (number, whose)))
    return found


def workforce(found: list[Span[tuple[int, Whose]]], text: str) -> int | None:
    """The one that counts all who work there. A total goes before a number that just stands there."""
    for whose in ("all", "people"):
        counts = [span for span in found if span.value[1] == whose]
        if counts:
            total = [s for s in counts if _ALL.search(text[max(0, s.start - 6) : s.start])]
            return (total or counts)[0].value[0]
    return None
