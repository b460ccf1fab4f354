"""Goods that were handed over, as said: 大米两袋豆油一桶 → 大米两袋、豆油一桶; 二斤苹果; 米面油各一.

What is wished for, asked for or bought by the firm for itself is not given (想要轮椅, 要求发棉衣).
"""

import re

from bot.reading import numbers
from bot.reading.spans import Span

_THINGS = (
    "帐篷|药膏|膏药|护膝|护腰|大米|小米|米面油|米面|米油|面粉|白面|挂面|豆油|食用油|花生油|色拉油|大豆油|油|米|面|鸡蛋|鸭蛋|咸鸭蛋|蛋|牛奶|奶粉|奶|酸奶|水果|苹果|桔子|橘子|橙子|香蕉|梨|葡萄|西瓜|柚子|点心|蛋糕|糕点|月饼|粽子|元宵|汤圆|饺子|年货|肉|猪肉|牛肉|羊肉|排骨|鸡|鸭|鱼|带鱼|海鲜|虾|白菜|土豆|大葱|蔬菜|木耳|茶叶|白糖|盐|罐头|饮料|矿泉水|绿豆|"
    "棉被|被子|被褥|毛毯|毯子|褥子|床单|四件套|枕头|棉衣|棉服|羽绒服|棉袄|大衣|军大衣|衣服|衣物|棉鞋|鞋|保暖内衣|内衣|围巾|帽子|手套|袜子|毛衣|雨衣|雨伞|毛巾|香皂|肥皂|洗衣粉|洗衣液|牙膏|洗发水|纸尿裤|尿不湿|成人尿不湿|卫生纸|纸巾|口罩|消毒液|防护服|药品|药|常用药|药箱|急救包|藿香正气水|清凉油|风油精|花露水|"
    "轮椅|拐杖|拐|助听器|血压计|血压仪|血糖仪|制氧机|护理床|坐便椅|按摩仪|体温计|眼镜|老花镜|电褥子|电热毯|电暖气|电暖器|电风扇|风扇|空调|电饭锅|电饭煲|电磁炉|锅|热水壶|暖壶|保温杯|水杯|杯子|电视|电视机|洗衣机|冰箱|冰柜|微波炉|收音机|手机|电脑|平板|台灯|煤|煤球|木炭|柴火|炉子|书包|文具|书|图书|字典|本子|笔|学习用品|玩具|自行车|电动车|"
    "慰问品|慰问物资|物资|生活用品|日用品|生活物资|防暑降温品|防暑用品|劳保用品|大礼包|礼包|爱心包|爱心包裹|慰问包|福袋|春联|对联|福字|鲜花|花篮|果篮|水果篮|营养品|保健品|蛋白粉|购物卡|超市卡|米面油卡|电影票|书籍|奖状|证书|锦旗|体检卡|洗浴票|床|桌椅|书桌|沙发|衣柜|饭盒|工具箱|工具|安全帽|劳保鞋|反光背心|安全带|头盔|钓鱼竿|象棋|乒乓球拍|篮球|跳绳|体育器材"
)
_UNIT = "袋|桶|箱|床|台|盒|件|套|双|条|只|瓶|罐|包|把|本|辆|张|副|提|兜|兜子|篮|筐|盘|板|份|公斤|千克|斤|个|块|升|吨|壶|捆|打|听|筒|支|根|对|顶|身|车|束|批|卷|盆|棵|头|扇|碗|篮子|大袋|小袋|大桶|小桶|L|kg|KG"
_N = rf"(?:{numbers.NUMBER}|几|半|每户一|各一|各)"
_QUALITY = "(?:[东五]?常?[长粒香]{0,3}|成人|防寒|防暑|防滑|加厚|新|旧|儿童|小|大|保暖|冬季|夏季|金龙鱼|鲁花|福临门|纯|全自动|折叠|便携)"
_ONE = (
    rf"(?:{_N}\s?(?:{_UNIT})(?:装)?的?{_QUALITY}?(?:{_THINGS})"  # 二斤苹果
    rf"|{_QUALITY}?(?:{_THINGS})(?:、(?:{_THINGS}))*\s?(?:各|每样)?{_N}\s?(?:{_UNIT})(?:半)?"  # 大米两袋
    rf"|(?:{_THINGS})(?:和|、)?(?:{_THINGS})?(?:和|、)?(?:{_THINGS})?各[一二两三四五\d](?:{_UNIT}|样|份|套)?"  # 米面油各一
    r"|米面油[一二两\d](?:套|份))"
)
_FIRST = re.compile(rf"(?P<what>{_ONE})")
_GIVE = (
    r"(?:送去了?|送上了?|送来了?|送了?|赠送了?|捐赠了?|给了?|给他们?带了?|给她们?带了?|给他们?送了?|给她们?送了?|拎了?|拎着|提了?|提着|带了?|带去了?|带着|发了?|发放了?|拿了?|买了?|慰问品?|扛了?|背了?|捎了?|塞了?|配了?|赠|留下|放下|慰问)"
    r"(?:了|他们?|她们?|他家|她家|老人|家里|孩子|上|去|点儿?|些|一些|的|是|:|：|\s|一点)*"
)
# Things that no list holds: 送…药膏两盒, 带了三十副护膝. Only with units that people carry.
_PACKED = "盒|袋|桶|箱|床|瓶|罐|兜|提|篮|套|副|双|顶|台|条|件|份"
_NO_GIFT = re.compile(r"补充|意见|建议|诉求|要求|再|提|问题|缺|坏|丢|欠|想|要|没")
_ANY = re.compile(
    rf"(?:(?<=送)|(?<=送了)|(?<=送去)|(?<=送上)|(?<=[\s，,、和元块]))(?P<what>[㐀-鿿]{{2,4}}{_N}(?:{_PACKED}))(?=$|[\s，,。、；])"
    rf"|(?:送了?|带了?|送去了?|送上了?|拎了?|给带了)(?P<other>{_N}(?:{_PACKED})[㐀-鿿]{{2,4}})(?=$|[\s，,。、；])"
)
_BARE = re.compile(
    rf"{_GIVE}(?P<what>(?:点|些|桶|箱|袋|兜|篮|盒|床|件)?{_QUALITY}?(?:{_THINGS})(?:[、和及]?{_QUALITY}?(?:{_THINGS}))*)(?![厂难钱病费贵条卡业店机公企品])"
)
_WISH = re.compile(
    r"(?:想要|想|要求|希望|盼|需要|要|缺|没|没有|不|请求|申请|建议|答应|承诺|求|打算|准备|下次|回头|应该|没送|没给|没带|提出|欠|差|换|坏了?|少|卖|丢了?|偷了?|养|死了?|生产|加工|破|不给|没发|装|修|安)(?:企业|公司|厂里|单位|能|给|让|发|配|买|送|个|一|换|点|些|装|职工|工人|他|她|我们|大家|也|再|有|几)*$"
)


def find(text: str) -> list[Span[str]]:
    """Goods given, each as said, in order."""
    found: list[Span[str]] = []
    for pattern in (_FIRST, _ANY, _BARE):
        for match in pattern.finditer(text):
            what = "other" if pattern is _ANY and match["other"] else "what"
            start, end = match.span(what)
            if any(s.start < end and start < s.end for s in found):
                continue
            if pattern is _ANY and _NO_GIFT.search(match[0]):
                continue
            before = re.split(r"[，,。；;\s]", text[max(0, start - 12) : start])[-1]
            if _WISH.search(before) or re.match(r"\s?(?:没要|没收|退|不要|坏|没了|没发|不够)", text[end:]):
                continue
            if pattern is _FIRST and re.search(
                r"(?:每天|月|年|天|一年|养了?|种了?|卖了?|收了?|死了?|损失|吃|喝|生产|加工|花|买不起)$", before
            ):
                continue
            said = re.sub(r"^[点些]", "", match[what]).strip()
            found.append(Span(end - len(match[what].lstrip("点些 ")), end, said, said))
    return sorted(found, key=lambda span: span.start)


def joined(spans: list[Span[str]]) -> str | None:
    """One string, parts joined by 、 as the contract says."""
    return "、".join(span.value for span in spans) or None
