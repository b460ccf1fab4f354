"""Cleaning: a question without what says who asked it, before it is kept for those who write answers.

    clean("我叫王建国 13812345678，得了癌能领3000元吗")  → "我叫〔姓名〕 〔号码〕，得了癌能领3000元吗"

Telephones, identity cards, bank cards, accounts, plates, names and house numbers go; amounts, headcounts, years and
document numbers stay: without them a question cannot be answered. What is in doubt goes.
"""

import re

NAME, NUMBER, ADDRESS, LINK = "〔姓名〕", "〔号码〕", "〔地址〕", "〔网址〕"
LONGEST = 200  # characters: more is no question
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，；：！？（）～"}

_SURNAME = (
    "(?:欧阳|上官|司马|诸葛|皇甫|慕容|司徒|令狐|尉迟|东方|公孙|王|李|张|刘|陈|杨|赵|黄|周|吴|徐|孙|胡|朱|林|何|郭|罗|郑|梁|谢|宋|唐|许|邓|冯|韩|曹|曾|彭|萧|肖|"
    "蔡|潘|田|董|袁|余|叶|蒋|杜|苏|魏|程|吕|丁|沈|任|姚|卢|傅|钟|姜|崔|谭|廖|范|汪|陆|石|戴|贾|韦|夏|邱|付|侯|邹|熊|孟|秦|白|江|阎|薛|尹|段|雷|黎|史|龙|陶|贺|顾|毛|郝|"
    "龚|邵|万|钱|严|覃|武|孔|向|汤|常|温|康|施|文|牛|樊|葛|邢|安|齐|乔|伍|庞|颜|倪|庄|聂|章|鲁|岳|翟|殷|詹|申|耿|关|焦|左|柳|甘|祝|包|宁|尚|符|舒|阮|柯|纪|梅|童|毕|单|裴|"
    "霍|涂|成|苗|曲|翁|骆|路|辛|靳|管|柴|蒙|鲍|华|喻|祁|房|滕|屈|饶|牟|艾|尤|阳|穆|卓|古|吉|缪|车|项|连|褚|娄|窦|戚|岑|党|宫|费|卜|冷|晏|卫|米|柏|宗|桂|佟|应|臧|闵|边|卞|"
    "仇|栾|隋|刁|桑|仲|巩|佘|迟|高|于|马|方|金|闫)"
)
_HAN = "[㐀-鿿]"
# Words that begin like a surname and are none.
_WORD = re.compile(
    r"周[一二三四五六日末围边年转]|万[元块一多人]|金[额秋融牌]|石[油化头]|江[边苏西北]|白[天血班内]|黄[金页]|马[上路]|温[暖度]|任[务何职]|单[位亲独个身程]|安[全排装置康]|成[本立功年绩为了]|"
    r"常[年见委用]|关[于系心节]|路[上面费]|文[化件体艺明]|应[该急届当]|边[上远]|车[间位费工]|连[续锁]|项[目]|管[理道]|包[括扶装]|房[子屋租补贴]|米[面油]|费[用]|钱[款]|康[复]|严[重格]|武[汉]|何[时况]|"
    r"余[下额]|高[温中考龄空血压级]|方[便面式案法]|于[是]|许[多可]|党[员委组支]|向[他她我工上市]|左[右]|毕[业竟]|曾[经]|申[请报领诉]|尚[未]|古[城]|华[为]|汤[池]|叶[片]|夏[天季]|施[工]|丁[点]|程[序度]|"
    r"宁[可]|苗[木]|曲[线]|卫[生计]|冷[库饮]|史[上]|段[时]|牛[奶]|龙[头]|章[程]|纪[念检委]|艾[滋]|阳[光]|宗[教]|柳[树]|祝[福愿]|雷[锋电]|梅[雨]|顾[问]|沈阳|齐齐|宋庆|郑州|温州|徐州|杭州|"
    r"付[款钱费出]|吉林|辽|陆[续]|孔[明]|毛[病巾]|秦皇|唐山|孟[加]|江[湖]|林[业场]|田[地]|贺[卡]|汪汪|钟[头]|谢[谢]|吴江|夏令|鲁[迅]|冯[庸]|韩[国]|邱|舒[服]|古[代]|解"
)
_CLOSE = r"(?=$|[^㐀-鿿]|今年|现年|家|的|是|在|说|问|想|要|得|患|住|同志|师傅|他|她|我|也|能|给|可|怎|这|有|，|男|女|属|电话|手机|身份证)"
_CALLED = re.compile(  # 我叫王建国, 姓名：王建国, 名叫…
    rf"(?P<lead>我(?:的名字)?叫|名叫|他叫|她叫|叫做|名字(?:是|叫)|姓名[:：是为\s]*|本人(?:是)?|困难职工|困难户|户主|患者|申请人[:：]?|联系人[:：]?|对象[:：])"
    rf"\s*(?P<name>{_SURNAME}(?:\s?{_HAN}){{1,2}}?){_CLOSE}"
)
_ANY_CALLED = re.compile(rf"(?P<lead>我(?:的名字)?叫|我名叫|姓名[:：是为\s]+)\s*(?P<name>{_HAN}{{2,4}})(?=$|[^㐀-鿿])")
_IS = re.compile(rf"(?P<lead>(?:^|[，,。；;\s])(?:我是|俺是))(?P<name>{_SURNAME}{_HAN}{{1,2}})(?=$|[，,。；;!！\s])")
_NEVER = re.compile("[不吗呢的了么吧给能领有没和与钱去来到病困难职工是]")  # stands in no given name
_TITLE = "(?:大爷|大娘|大妈|大叔|大婶|大姨|大哥|大姐|大嫂|阿姨|叔叔|师傅|奶奶|爷爷|女士|先生|老师|同志|主席|部长|主任|书记|局长|科长|处长|站长|厂长|经理|老板|队长|班长|会计|医生|大夫|姐|哥|姨|叔|婶|嫂|工程师)"
_TITLED = re.compile(rf"(?P<name>{_SURNAME}{_HAN}{{0,2}}?)(?P<title>{_TITLE})")
_BEFORE_TITLED = re.compile(
    r"(?:^|[^㐀-鿿]|找|给|问|是|和|跟|与|同|向|对|为|叫|请|替|帮|的|站|厂|社区|公司|工会|单位|邻居|我们|咱们|俺们|咱|我|俺|部|科|有个|里|上|下)$"
)
_FAMILIAR = re.compile(
    rf"(?<![养古元敬到月年几多这六五四三二一第最])(?:小|老|大)(?!金|项|方|万|白|米|石|边|高|于|安|常|程|路|江|车)(?P<sur>{_SURNAME})(?=$|[^㐀-鿿]|[和跟与同说家去到在是给让叫问的他她也])"
)
_NOT_FAMILIAR = {"大连", "老史", "大史", "大夏", "大田", "小康", "大武", "大钱", "小钱", "大伍", "大龙", "小龙", "大钟"}
_ROLE_NAMED = re.compile(
    rf"(?P<lead>(?:同事|工友|邻居|老伴|丈夫|妻子|爱人|儿子|女儿|闺女|媳妇|父亲|母亲|职工|劳模|朋友|领导|主席)(?:叫|是)?)(?P<name>{_SURNAME}{_HAN}{{1,2}}){_CLOSE}"
)

_WEB = re.compile(r"(?:https?://|www\.)[^\s，。；！？、）)]+|[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"(?P<lead>(?:微信号?|QQ|抖音号?|快手号?|账号|帐号)[号是为:：\s]{0,3})(?P<name>[A-Za-z0-9][\w-]{4,})", re.IGNORECASE
)
_IDENTITY = re.compile(r"(?<!\d)\d{6}[\s-]?(?:\d[\s-]?){8}(?:\d[\s-]?){3}[\dXx](?!\d)")
_LABELLED = re.compile(
    r"(?P<lead>(?:身份证|档案|卡|证|工|学|病历|社保|手机|电话|联系|登记|存折|医保|会员|银行卡)(?:号码?|编号|方式)?|编号|座机|邮编)(?:[是为:：\s]|号)*(?P<name>[A-Za-z]*\d[\d*\s-]{4,}[\dXx])(?![元块名人%年])"
    r"|(?P<tail>尾号(?:是|为)?\s?)\d{3,}"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}(?![A-Z0-9])"
)
_LONG = re.compile(r"(?<![\d.])\+?(?:\d{2,}[\s-]?\d{3,}(?:[\s-]?\d{3,})*|\d(?:[\s-]\d){6,})(?![\d.])")
_SUM = re.compile(r"\d{7,9}(?=\s*(?:元|块|人|名|万|户|家|个|吨|斤|度|公里))")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}$|\d{4}-\d{4}$")
_SPOKEN = re.compile(r"[零〇幺一二三四五六七八九](?:\s?[零〇幺一二三四五六七八九]){6,}")
_HOUSE = re.compile(
    rf"{_HAN}{{0,8}}?(?:路|街|巷|胡同|大道|里|小区|花园|家园|新村|屯|村)[东西南北中]?\s?第?\d{{1,5}}\s?(?:号院?|栋|幢|组)(?:\s?\d{{1,4}}\s?(?:号楼|栋|幢|楼|单元|门|层|室|号))*"
    rf"|(?:{_HAN}{{1,8}}(?:小区|花园|家园|新村|家属院))?\s?\d{{1,4}}\s?(?:号楼|栋|幢)(?:\s?\d{{1,4}}\s?(?:单元|门|层|楼|室|号))*"
    r"|\d{1,3}\s?单元\s?\d{0,4}\s?(?:室|号)?|\d{1,3}-\d{1,2}-\d{3,4}(?!\d)"
)


def clean(text: str) -> str:
    """The question as staff may see it."""
    text = re.sub(r"[\s\x00-\x1f\ud800-\udfff]+", " ", text.translate(_NARROW)).strip()[: LONGEST * 2]
    text = _WEB.sub(LINK, text)
    text = _ACCOUNT.sub(lambda m: m["lead"] + NUMBER, text)
    text = _IDENTITY.sub(NUMBER, text)
    text = _LABELLED.sub(lambda m: (m["lead"] or m["tail"]) + NUMBER, text)
    text = _PLATE.sub(NUMBER, text)
    text = _HOUSE.sub(ADDRESS, text)
    text = _LONG.sub(_long, text)
    text = _SPOKEN.sub(NUMBER, text)
    for pattern in (_CALLED, _ANY_CALLED, _IS, _ROLE_NAMED):
        text = pattern.sub(_named, text)
    text = _TITLED.sub(_titled, text)
    text = _FAMILIAR.sub(lambda m: m[0] if m[0] in _NOT_FAMILIAR else NAME, text)
    return text[:LONGEST]


def _long(match: re.Match[str]) -> str:
    """A long number, unless it is a sum or a date."""
    said = match[0]
    if sum(character.isdigit() for character in said) < 7:
        return said
    if _DATE.fullmatch(said) or (said.isdigit() and _SUM.match(match.string, match.start())):
        return said
    return NUMBER


def _named(match: re.Match[str]) -> str:
    """What stands where a name is said, unless it is a word."""
    name = match["name"]
    return match[0] if _WORD.match(name) or _NEVER.search(name[1:]) else match["lead"] + NAME


def _titled(match: re.Match[str]) -> str:
    if _WORD.match(match["name"]) or not _BEFORE_TITLED.search(match.string[: match.start()]):
        return match[0]
    return NAME + match["title"]
