"""Sums of money, and whether they were given: 慰问金500元, 给了五百, 救助款两千元已打卡 – not 欠薪三万二, 药费七万多, 答应给500.

`find` returns every sum with what became of it: given, promised, returned, or something else (owed, earned, spent).
"""

import re
from typing import Literal

from bot.reading import numbers
from bot.reading.spans import Span

Fate = Literal["given", "promised", "returned", "bare", "other"]

_MARK = r"(?:元钱?|块钱?|圆|万元|rmb|RMB|￥|¥|大洋|现金)"
_SUM = re.compile(
    rf"(?:[￥¥]\s?)?(?P<n>{numbers.NUMBER})(?:\s?(?P<mark>(?:多|来)?(?:万|千|百)?(?:多|来)?{_MARK}))?(?:整|左右)?"
)
_GIFT_NOUN = r"(?:慰问金|慰问款|慰问|救助金|救助款|救助|补助金|补助款|补助|帮扶金|帮扶款|助学金|助学款|善款|捐款|爱心款|抚慰金|互助金|红包|现金|慰问费|困难补助|临时救助|关爱金|医疗补助|两癌救助金|生活补助|金秋助学款?|金秋助学金|奖励|奖金|礼金|钱)"
_GIVE = r"(?:送去了?|送上了?|送了?|给了?|给予了?|给他了?|给她了?|发了?|发放了?|拿了?|掏了?|塞了?|留下了?|留了?|放下了?|交给|捐了?|资助了?|补助了?|救助了?|慰问了?|打了?|打给|转了?|垫了?|随了?|奖励了?|带去了?|带了?|递上|奉上|封了?|包了?|先给了?|又给了?|各给了?|每户给?|每人给?|每家给?|各|每户|一家|一户|每人|都给了?|支援)"
_GIVEN_BEFORE = re.compile(
    rf"(?:{_GIVE}(?:他|她|他们|他家|她家|家属|老人|孩子|其|老两口|户主|了)?(?:{_GIFT_NOUN})?(?:是|为|:|：|共|共计|合计|人民币|现|的)?|{_GIFT_NOUN}(?:是|为|:|：|共|共计|合计|人民币|每户|各|每人)?|和|及|、|加|另|还有|外加|以及)[\s,，:：]*$"
)
_OTHER_BEFORE = re.compile(
    r"(?:欠薪|欠款|欠|拖欠|压了?|扣了?|罚款?|罚了?|医药费|医疗费|药费|看病|治病|治疗费?|手术费|住院费?|住院花了?|透析|花了?|花|花费|自费|自己[还又也]?掏了?|还掏了?|又掏了?|费用|外债|债|饥荒|借了?|贷款?|贷了?|房租|租金|学费|工资|薪资|月薪|底薪|工钱|退休金|低保金|养老金|收入|挣|赚|补贴|单价|涨到?|涨了?|降到?|损失|亏了?|赔了?|赔偿|卖了?|骗了?|被骗|价值|值|投资|产值|利润|税|交了?|缴了?|存款?|押金|定金|保证金|工程款|货款|尾款|电费|取暖费|水费|燃气费|彩礼|罚|退了|要回来?|追回|讨回|每月|一个月|月|一年|年|一天|一个月才|餐补|餐标|标准|申请了?|申领|经费|预算|共需|需要?|要|差|缺|还差)"
    r"(?:了|着|他|她|他们|工人|大家|职工|医院|外债|两人|总共|共计?|大概|大约|将近|近|已经|就|才|只有?|到|为|是|也?得|都|快|:|：|不到|有|、|没报销的)*[\s,，]*$"
)
_PROMISED_BEFORE = re.compile(
    r"(?:答应|承诺|准备|打算|计划|想|要|拟|将|下次|下月|月底|回头|等|申请|争取|协调|说好|过几天|春节|年底|年前|本来|原来|原本|应该|可以|能|能给|会|再)[^\d，,。；;\s]{0,8}$"
)
_RETURNED_AFTER = re.compile(
    r"^[^。；;]{0,12}(?:没要|没收|不要|不收|退回|退了|退还|推辞|谢绝|婉拒|拒收|拒绝|没留|死活|没给成|没送成|没送出去|带回|未收|没接)"
)
_NOT_GIVEN_BEFORE = re.compile(r"(?:没给|没送|没有给|未给|没发|还没给|没带|不给|没拿|未发)[^\d，,。；;\s]{0,6}$")
_OTHER_AFTER = re.compile(
    r"^\s?(?:外债|饥荒|债|欠款|工钱|工资|欠薪|工程款|货款|贷款|医药费|药费|学费|罚款|低保|退休金|一个月|/月|每月|一年|一天|一小时|一斤|的(?:药费|医药费|外债|债|工资|学费|贷款|缺口|损失|工钱|手术费|单)|没报|没还|没给|没发|要不回|没着落|左右的(?:债|外债))"
)
_CLASSIFIER = re.compile(
    r"^(?:多|来|余)?(?:个|人|名|位|口|户|家|斤|袋|桶|箱|床|台|盒|件|套|双|条|只|瓶|罐|包|块(?:香皂|肥皂|毛毯|地|豆腐|表)|把|本|辆|张(?!罚)|副|提|兜|筐|盘|板|份|公斤|千克|克|升|吨|米|亩|平|年|月|天|日|号|岁|周|点|时|分|楼|层|栋|单元|室|组|次|趟|回|期|班|间|座|条|项|级|度|[%％]|GB|G|w|小时|多(?:个|人|名|岁|户|年|天|斤|里)|来(?:个|人|岁|户)|[号]?(?:楼|线)|头|筒|听|板|打|孔|里地|公里|级|支|根|车|批|届|胎|成|倍|线|队|厂|院|矿|中|小|附|五|被服|机床)"
)


def find(text: str, household: bool = True) -> list[Span[tuple[int, Fate]]]:
    """Sums of money in order. A number without 元 or 块 counts as money only after a word of giving."""
    found: list[Span[tuple[int, Fate]]] = []
    for match in _SUM.finditer(text):
        amount = numbers.value(match["n"])
        mark = match["mark"] or ""
        if mark and (unit := re.search(r"[万千百]", mark)) and amount is not None:
            amount *= numbers.UNITS[unit[0]]
        if not amount or (match.start() and re.match(r"[第A-Za-z.]", text[match.start() - 1])):
            continue
        before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 24]
        if not mark and (
            _CLASSIFIER.match(after)
            or (
                re.match(r"[㐀-鿿A-Za-z]", after)
                and not re.match(
                    r"应急|慰问|救助|补助|多|给|以|过|现金|钱|表示|没|死活|让|另|外加|和|，|先|贴补|看病|买|帮", after
                )
            )
        ):
            continue
        found.append(
            Span(match.start(), match.end(), match[0].strip(), (amount, _fate(before, after, mark, amount, text)))
        )
    return found


def _fate(before: str, after: str, mark: str, amount: int, text: str) -> Fate:
    near = re.split(r"[。；;]", before)[-1]
    if _NOT_GIVEN_BEFORE.search(near):
        return "other"
    if _RETURNED_AFTER.match(after) and re.search(rf"{_GIVE}|{_GIFT_NOUN}", near):
        return "returned"
    last = re.split(r"[，,\s]", near.rstrip(" ，,"))[-1]
    if _PROMISED_BEFORE.search(near) and not re.search(r"了$", last):
        return "promised"
    if _OTHER_AFTER.match(after):
        return "other"
    given = _GIVEN_BEFORE.search(near)
    other = _OTHER_BEFORE.search(near)
    if re.search(
        r"(?:学校|单位|厂里|公司|老板|村里|民政|政府|亲戚|邻居|水滴筹|轻松筹|同事|工友|矿上|对方|保险|医保|社会上?)[㐀-鿿]{0,4}(?:捐|给|补|赔|报|凑)(?:了|销了?|助了?)?\s?$",
        near,
    ):
        return "other"
    if other and not (
        given
        and given.end() - given.start()
        and len(given[0].strip()) >= len(other[0].strip())
        and given[0].strip() not in "、和加"
    ):
        return "other"
    if re.match(
        r"^\s?(?:的)?(?:慰问金|救助金|救助款|补助|慰问|善款|助学金|现金|应急|红包|抚慰金|钱)", after
    ) or re.match(
        r"^[\s,，]?(?:已?打(?:到|进|入|了)?卡|已?打到|已?到账|已?发放|已?送到|已?到位|入卡|打款|转账)", after
    ):
        return "given"
    if given:
        return "given"
    return "bare" if mark else "other"


def given(spans: list[Span[tuple[int, Fate]]], bare_counts: bool) -> int | None:
    """What was handed over in all: sums that were given; else, where it can be nothing else, a sum that just stands there."""
    for fate in ("given", "bare") if bare_counts else ("given",):
        sums = [span.value[0] for span in spans if span.value[1] == fate]
        if sums:
            return sums[0] if fate == "bare" else _total(spans)
    return None


def _total(spans: list[Span[tuple[int, Fate]]]) -> int:
    """The sums given; one that is named a total (共2000) stands for the others."""
    sums = [span.value[0] for span in spans if span.value[1] == "given"]
    return sums[-1] if len(sums) > 1 and sums[-1] == sum(sums[:-1]) else sum(sums)
