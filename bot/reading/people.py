"""People: full names, and names with a title (孙副主席, 小周, 老李, 蒋大爷).

A name is told from other words by three things: it begins with a surname, its other characters are ones that people
are called by, and what stands before and after it leaves it free. Who of the people came along, was visited or
received the visitors is not decided here (bot/intents/visits.py).
"""

import re
from collections.abc import Iterator

from bot.reading.spans import Span

COMPOUND = tuple(
    re.findall(
        "..",
        "欧阳太史端木上官司马东方独孤南宫夏侯诸葛尉迟皇甫公孙慕容司徒司空令狐宇文长孙闻人澹台轩辕完颜呼延申屠拓跋赫连",
    )
)
# Common surnames, and those that are everyday words too and therefore want more evidence.
SURNAMES = frozenset(
    "王李张刘陈马杨赵黄周吴徐孙胡朱林何郭罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱付"
    "侯邹熊孟秦白江阎阂薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳"
    "甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑"
    "景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢"
    "劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母"
    "高方闫赖洪鄂历腾逄矫綦仉佀裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由修谯"
)
_WEAK = (
    frozenset(
        "于向常时白关安左路应明边全党农司古车连项管单解包简房游米花区国平计相来都元原公但那海满危玉银利干居信由支官封谈查强权位战印况初门云容"
        "南班储商师水乐修展幸富宿普豆盖羊母师池麻席楼皮南闻井郎祖巴练荣尚冶智植呼"
    )
    & SURNAMES
)
SURNAMES |= {"高", "方"}
# Characters of given names. Not all there are: a name of others is taken where its place leaves no doubt.
_GIVEN = frozenset(
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国文玉红梅玲志海春荣燕萍鹏辉宇波斌飞龙金凤云庆祥福德贵财有才发生成林东南北中山川江河湖"
    "洪水清泉松柏竹菊莲香花芬芝芹蓉茹莉琳琴琪瑶珍珠宝玺璐瑞瑜瑾璇珊珂佩佳嘉家慧惠美娇婷婉娴媛嫣娥姣妍妮姗姝姿淑贤雅洁贞素青翠碧红丹紫彩虹晴雨雪"
    "露霜冰冬秋夏晓晨旭阳光亮星月辰曦曙昕旺昌盛兴隆永长久恒远达通顺利吉安康宁健全安平和谐睦友善良忠孝仁义礼智信勤俭朴诚实正直刚毅坚强勇敢武威猛"
    "立新民兵卫锋战胜凯旋功勋业绩伟大宏博学文章书画诗词科技思维敬尊崇尚守道理克俊彦杰豪雄英才俊哲睿聪颖敏捷飞翔鹏程万里千百广厚宽世代传承继先祖宗"
    "根本树森木叶枝茂奎魁元亨利君臣子孙儿男女梓轩浩然泽润涵博子墨一诺依心怡欣悦乐喜欢笑开朗朝旗帆航舟船海滨岩峰岭岳峻巍石磊玉琢钢铁铜银鑫鼎锐钊铭"
    "铎钧锦锋镇镜震雷霆风云雁鸿鹤鹭凤凰麟骏马骥驰腾跃进步登攀升高超群众社会廷栋梁柱础基业权振奋起宝连璧双全满堂增寿延年岁松龄彭祖贻贞宪法政治本义"
    "尧舜禹汤文武周公振声启迪启明庭延树存占奇可可冠冕绍先光耀景仰行健志远得胜有余培植育栽耕田耘粟丰登臻至善上善若水怀瑾握瑜润德泽惠恩慈爱莹萱"
    "菲薇蕾芷若兰芸芙蓉茜荷蕊蕙薰馨艺苑芯彤形彬杉楠榕桐梧椿槐桦桥楼阁厅堂殿宫娟娅妹姐嫂婵婕巧巾帼宜室玄真如意冉晋昊昆仑昂旻易晏昱景晖智暄曼曾"
    "朋望期杏村来楚榆欢歌正武毓水汉沛沐沁泓泊波泰洛津洲活浦浪涌淇渊深渤溪源滔滢漫澄澜炎炜炳烁烨焕煜照熙熹爽牧特犇玄率王玫玮玥环珀珏珑珺琦琛琨瑄"
    "田申甲畅登皓盈益盼相真石碧磐祖祯禄禹秉科程稳穗立童端笛策简粤红纪纯纲绪维绮缘罡羽翎翔翠耀联聪肖育胤能自致舒良艾芮苏苗茵范荔荣莎莫菁营萌葆葳"
    "蒙蔚蕴虎融行衍裕西言训诗语诚谦谨豪贝贞贤赋赫起超越路轩辉辰运近迎远进连迪途逸道邦郁都采里重野量钰锡镕长门闻阔阳际陆雄雅集雍震霄霖霏青靖静非韬"
    "韵音顺颂领频颖风飒香驰骁高魁鸣鹰麒麟黎默齐龙库升卓友革会凡义之乃久习书二云亚交亦亭仁仕代令以仪仲任伍优会伦伯佑作侠倩倪健偲傲儒元兆先克全公"
    "六共关其典军农冲准凌凝凡凯刊列利前力加劲励劭勋勤化千升协南博印厚原双发受变口古句召可台史叶司合同名向君吾周呈和品哲唐善喆喜嘉器回固圣在坤城培"
    "基堂塘增士声夏夕天太夫央奇奕契好如妙姬媚孔存季学安宏宗官定宛宝实宣室宪家容宾寅密富寒察寿封将小少尔尚尤层居展岐岚崇川州工巨己市布帅师常平年"
    "广庄序庚康廉廷建开弘张弛强当彦彪彭征得微徵志忆念怀思恒恩恬悟悠情惜惠想意愉慕慈憬成我戎戈所才扬承抒拓持振排掌提插播操支攸放政敏文斐方旋日早时"
    "显普暖曲更曹有服朔本朴权材来松果柏柯柔柱柳树校株格桂桃根栋概榜样森植楷榄欣歆武毅比毕毛水求汝池沙治泉法泽洁济涛清游湛湘溢满漪潇潜潮炯点烈热然"
    "煌熠燃爱父爽版牛物犀狄献玛理珈琼瑛璋璞璟瓒甘生用由甫男界留畔略番疆登白百皎盛目直省看睛督知矫砚研磨示社神祈祎祺福秀秋种积穆空章竞笑第笙筠筱简"
    "米精系素紫红绅绍经绘绣继绿编缤罗群翁老考耐聘胜胡能臣自至舜舫舵航船色艳花芃芊芒芝芦芮芳苇英茂茉莘莱莲菊萃萧落葵蒲蓓蓝蔓薪藏藩虞虬虹蜜行街表袁"
    "裴西见观解言誉计让议许论识译诠详语说课谊谋谷象豫财货贡费贺贻资赐赞赢走赵越足跃践车轩轮辅辛辞达迅过迈返远迪通逢造道遥邓邹郎郑部里重金鉴钟钢铃银"
    "铿锐锴键镛长门闯闻队阮防阳陆陵陶隆雁雄集雨零雷霁露青韦音韶顶项须顾颁领题颜风飘食首馥马驹驾驿骄骅骆骏骐骞高魏鱼鲁鲜鸥鸽鹃鹂鹄鹏鹿麒麦黄黎黛鼎齐"
)
_NEVER = frozenset(
    "的了是我你他她它们这那哪谁什么吗呢吧啊呀哦嘛不没别很也又还就才把被让给送拿带去到看访慰问找说讲反映要求想希盼欠患病瘫痪残疾癌瘤死伤痛药院"
    "元块钱斤袋桶箱床个位名户岁月日号第几多少两三四五七八九十零怎为因所但而且与及或等对于从向往在住跟和同陪接待厂店司企业企街道社区乡县工资"
    "职困难助救补贴费款房屋病低保医疗孩儿闺婆媳妇爸妈爷奶叔婶姨舅哥弟孙丈夫妻伴俺咱请帮介绍联系解决办理答应已经正刚曾下午晚走跑吃穿用做干打"
) - frozenset("才希映社保和同业正刚因为位理经元孙夫儿用从道所对向多介与保医等日月")
# Words that begin like a name.
_NOT_NAMES = re.compile(
    r"金[一二两三四五六七八九十百千]|周[一二三四五六日天末边转年期围到]|于是|于[今昨前明]|高[兴中校考温压空血危档速层新薪度]|方[便面法式案向]|万[元块一多余份]|金额|金桥|金秋|金融|石桥|石[油材化墨]|江[边苏西]|水[果电泥费管]|白[天班血内酒面糖酒障]|"
    r"黄[金瓜豆酒]|马[上路桶达]|温[暖度馨饱]|任[务何职]|单[位亲身独据价子]|安[全排装置慰家心康静]|成[本立功年绩交果了人]|常[年常见委用态规]|关[于系心节注照爱怀键门怀]|路[上面费边灯南]|时[间候常]|"
    r"文[化体件艺明]|全[厂家部年体员国区市县矿勤职]|和[家睦谐他她我气]|应[该急届当]|明[天年确显白]|边[城上远]|农[民村业忙药场]|司[机法炉令]|古[稀]|车[间位费子队主祸站辆上]|连[续锁夜队]|项[目链]|管[理道委工区]|"
    r"解[决释除放困]|包[括扶装户子间]|简[单历直]|房[子屋租顶间东贷产]|游[乐艇客戏]|米[面油一两二三袋粉]|花[费了钱生园甲季]|区[总里委工域直级]|国[家营企庆有]|平[时均安房稳常日台]|计[划件生算时]|相[关对亲当信]|来[了自访回的电]|"
    r"都[是没有好挺说在不要想比]|元[左以的现整]|原[来因籍料有本是单]|公[司里会办寓交积共示安]|但[是他她没还]|那[个边家些里时]|海[边港鲜上水]|满[意足了]|危[房险重]|利[息润]|居[民住家委]|信[息用访任]|由[于]|支[持付部援架]|"
    r"官[网屯]|谈[了话心到]|查[看出体]|强[烈调]|权[益利]|位[于置]|印[刷发]|况[且]|初[步中次级]|门[口市诊卫]|云[南]|容[易]|南[楼边方]|班[组长车次]|商[场店会量城户业品]|师[傅范生]|毛[病]|武[汉]|何[时况]|余[下款额]|"
    r"叶[片]|夏[天季令]|钱[款财]|康[复]|严[重格]|华[为北东]|乐[意]|修[理车好路房补]|展[开示]|富[余裕]|宿[舍费]|普[通及法遍惠]|盖[州房的县章]|母[亲女子]|席[位]|皮[肤]|劳[动务保模资]|景[区观]|盛[大]|冷[库水藏]|齐[全了]|"
    r"阳[光台]|童[年装]|牛[奶肉仔]|党[员委组支群费]|家[里中属人庭]|施[工]|汤[池药]|焦[急虑炭]|毕[业竟]|季[度节]|尚[未无可]|纪[念检委律录]|古[玩]|曾[经在]|许[多可愿久]|向[他她我企厂公工市区上社民总]|左[右手腿眼边]|沙[发石子]|"
    r"巴[望不]|戴[着眼]|宁[可愿]|丰[富收]|林[业场]|荣[誉获]|梅[雨]|桂[圆]|江[水]|孔|苗[木圃]|谷[物]|曲[线折]|卫[生计健视星]|席|储[备蓄]|伏[天]|鹿[茸]|薄[弱]|雷[电]|龙[头骨]|史[上]|段[时路]|广|韩[国]|唐[突]|孟[买]|"
    r"庄[稼]|章[程]|申[请报办诉]|欧[洲美]|左|符[合]|易[燃爆]|甘[愿]|祝[福愿]|柳[树]|干[活了部净着完脆的过]|植[物树]|呼[吸吁]|楼[上下道梯里房层]|井[下盖]|麻[烦木醉]|池[子]|冶[金]|豆[油包腐浆]|粟|索[赔要取]|宣[传教]|银[行]|"
    r"战[略士友]|勾|隆重|敬[老业]|祖[国传]|智[能力障]|衡|衣[服物柜]|束|阴[雨天暗]|练[习]|强[行制]|练|帅|银|哈|印|支|斯|由|那|都|但|况|位|那[天次回年]|老边|江北|路过|东方|于洪|边缘|孙[子女主儿媳]|儿|毛巾|常务|曹操"
)
TITLES = (
    "(?:常务)?副?(?:主席|部长|主任|书记|局长|科长|处长|会长|站长|秘书长|组长|队长|所长|院长|校长|镇长|乡长|村长|区长|市长|县长|理事长|委员|干事|"
    "专干|科员|股长|调研员|巡视员|秘书|指导员|联络员|干部|同志|老师|律师|医生|大夫|记者|班长|组织委员|主管)"
)
_FIRM = "厂长|经理|老板|老总|总经理|董事长|总监|总裁|店长|车间主任|法人|法定代表人|负责人|人事|HR|会计|财务|出纳|保安|门卫|更夫|厂办|办公室主任|工长|工头|班组长|段长|矿长|船长|园长|场长|行长|馆长|站长|董事|业主|房东|翻译|掌柜|老板娘|主管|厂工会|公司工会|总务|后勤|党委书记|党支部书记|工会主席|工会副主席|工会干部|企业主席|副厂长|副总|副总经理|生产部长|人力资源部|人力"
_KIN = "大爷|大娘|大妈|大叔|大婶|大姨|大哥|大姐|大嫂|大伯|阿姨|叔叔|师傅|奶奶|爷爷|老太太|老爷子|老汉|老人|姐|哥|姨|叔|婶|嫂|嫂子|女士|先生|娘"
HOSTS = re.compile(rf"(?:{_FIRM})")
_SUR = "(?:" + "|".join(COMPOUND) + "|[" + "".join(sorted(SURNAMES)) + "])"
_TITLED = re.compile(
    rf"(?P<sur>(?![和由于向从给对为来到去与同跟陪区位]){_SUR})(?P<given>[㐀-鿿]{{1,2}}?)?(?P<title>{TITLES}|工|总(?![工会公部共计体务是]))"
)
_FAMILIAR = re.compile(
    rf"(?:小|老)(?P<sur>{_SUR})(?=$|[^㐀-鿿]|[入下慰调访跑赶坐开过前走小老头和跟与同及等一俩陪去到说开的他她家我带在来又先也都是走])"
)
_KINNED = re.compile(
    rf"(?P<sur>(?![和由于向从给对为来到去与同跟陪]){_SUR})(?P<given>[㐀-鿿]{{1,2}}?)?(?P<title>{_KIN})"
)

# What may stand right before a name, and right after it.
_BEFORE = re.compile(
    r"(?:^|[^㐀-鿿]|困难职工|困难户|困难群众|特困户|低保户|特困职工|困难农民工|职工|员工|工人|农民工|劳模|模范|标兵|遗属|家属|户主|居民|村民|病号|工友|老工人|环卫工|环卫工人|教师|司机|焊工|护士|"
    r"走访|走访了|看望|看望了|看了|看|慰问|慰问了|探望|家访|访问|入户|去|去了|到|到了|找|找到|给|给了|为|对|向|帮|陪|陪着|同|和|与|跟|及|、|带|带着|带领|是|叫|叫做|姓名|名叫|我叫|我是|"
    r"街道|社区|村|镇|乡|屯|组|路|街|里|小区|家属院|楼|室|号|区|市|县|厂|公司|集团|局|工会|总工会|办公室|部|科|主席|部长|主任|书记|科长|处长|干事|同志|副主席|副部长|副主任|的|住|那个|有个|还有|另外|以及|分别|贫困|单亲|女职工|男职工|下岗|退休|党员|烈属|军属|残疾人|患者|"
    r"老伴|丈夫|妻子|爱人|媳妇|儿子|女儿|闺女|孙子|孙女|母亲|父亲|妈妈|爸爸|邻居|经理|厂长|老板|董事长|负责人|联系人|接待人|队长|站长|店长|园长|矿长|会计|人事|工会主席)$"
)
_STRONG_BEFORE = re.compile(
    r"(?:困难职工|困难户|困难群众|特困户|低保户|特困职工|困难农民工|困难女职工|困难|劳模|户主|走访了?|看望了?|慰问了?|探望了?|看了|姓名|名叫|我叫|叫|入户|病号|农民工|职工|员工|女职工|退休职工|退休工人|下岗职工|家属|遗属|环卫工|工人)[:：是为\s]{0,2}$"
)
_AFTER = re.compile(
    r"$|[^㐀-鿿]|家|同志|师傅|的|等|和|跟|与|同|及|一家|夫妇|夫妻|两口|俩口|患|得|因|送|给|说|反映|讲|今年|现年|住|在|男|女|丈夫|妻子|老伴|儿子|女儿|孙|父|母|户|病|残|去|到|走|看|慰|接待|陪|带|提出|想|要求|希望|"
    r"他|她|主席|部长|主任|书记|科长|副|厂长|经理|一起|一块|身体|腿|腰|眼|本人|老人|大姐|大哥|大爷|大娘|家属|生活|家庭|独居|单亲|低保|收入|电话|手机|已|没|不|还|也|就|是|有|欠|申请|把|被|俩|三|两|二|一|"
    r"问|表示|感|退休|下岗|失业|重病|癌|肺|心|脑|肝|胃|肾|糖|高血压|尿毒|瘫|中风|住院|手术|去世|反|向|从|原|系|属|为|我|跟我|入|下企|调研|这|那|昨|前|上午|下午"
)

# 老师, 小区: they only look like 老李, 小周.
_NOT_FAMILIAR = frozenset(
    re.findall(
        "..",
        "老边小时小米老师老公老党老年老支老门老房老井老楼老家老农老连老皮小车小区小房小楼小农小花小水小路小包小单小池小盘小门小全老全老海老古老封老成小成小文小平小明老居小席小户",
    )
)
_STRONG_AFTER = re.compile(
    r"走访|看望|慰问|探望|入户|下企业|到[㐀-鿿]{2}|去[㐀-鿿]|家(?:里|属)?(?:$|[^㐀-鿿电具装])|同志|师傅|一起|一块|夫妇|两口|等[一二三四五\d]|患|送去|送了|给了|带队|陪同|接待|[一二两三四五六七八九十\d]户|反映|老人|主席|部长|主任|书记"
)


def names(text: str) -> list[Span[str]]:
    """Full names of a text, in order. Nothing in doubt is taken."""
    found: list[Span[str]] = []
    at = 0
    while at < len(text):
        name = _name_at(text, at)
        if name:
            found.append(Span(at, at + len(name), name, name))
            at += len(name)
        else:
            at += 1
    return found


def _name_at(text: str, at: int) -> str | None:
    surname = text[at : at + 2] if text[at : at + 2] in COMPOUND else text[at : at + 1]
    if surname not in COMPOUND and surname not in SURNAMES:
        return None
    if _NOT_NAMES.match(text, at) and surname not in COMPOUND:
        return None
    before = text[max(0, at - 8) : at]
    if not _BEFORE.search(before):
        return None
    strong = bool(_STRONG_BEFORE.search(before))
    best: tuple[float, str] | None = None
    for length in (2, 1):
        given = text[at + len(surname) : at + len(surname) + length]
        if len(given) < length or not all("㐀" <= c <= "鿿" for c in given):
            continue
        score = _score(text, at, surname, given, strong)
        if score > 0 and (best is None or score > best[0]):
            best = score, surname + given
    return best[1] if best else None


def _score(text: str, at: int, surname: str, given: str, strong: bool) -> float:
    end = at + len(surname) + len(given)
    score = 0.6 if strong else 0.0
    for c in given:
        score += 0.7 if c in _GIVEN and c not in _NEVER else -0.2 if c not in _NEVER else -2.0
    edge = end == len(text) or not "㐀" <= text[end] <= "鿿"
    if not _AFTER.match(text, end) and not (strong and len(given) == 2 and all(c in _GIVEN - _NEVER for c in given)):
        return -1.0
    score += 0.8 if edge else 0.6 if _STRONG_AFTER.match(text, end) else 0.2
    alone = at == 0 or not "㐀" <= text[at - 1] <= "鿿"
    score += 0.5 if alone else 0.0
    if surname in _WEAK:
        score -= 0.9
    if len(given) == 1:
        score -= 0.1 if edge or _STRONG_AFTER.match(text, end) else 0.5
    return score - 0.9


def titled(text: str) -> list[Span[str]]:
    """People named by surname (or name) and title: 孙副主席, 王建国部长, 赵工."""
    found = []
    for match in _TITLED.finditer(text):
        before = text[max(0, match.start() - 4) : match.start()]
        if match["title"] in ("工", "总") and (match["given"] or (before and not _BEFORE.search(before))):
            continue
        if match["given"] and any(c in _NEVER for c in match["given"]):
            continue
        if re.search(r"(?:市|区|县|省|全)$", before) and match["sur"] in "总工委":
            continue
        if _NOT_NAMES.match(match[0]):
            continue
        found.append(Span(match.start(), match.end(), match[0], match[0]))
    return found


def familiar(text: str) -> list[Span[str]]:
    """小周, 老李: how colleagues are called. 老边 is a district."""
    return [Span(m.start(), m.end(), m[0], m[0]) for m in _FAMILIAR.finditer(text) if m[0] not in _NOT_FAMILIAR]


def kinned(text: str) -> list[Span[str]]:
    """蒋大爷, 王桂芬阿姨, 赵师傅: how the visited are called. The value is as said."""
    found = []
    for match in _KINNED.finditer(text):
        before = text[max(0, match.start() - 8) : match.start()]
        if match["sur"] in _WEAK and before[-1:] >= "㐀" and not before.endswith(("走访", "看望", "慰问", "的", "叫")):
            continue  # 看门大爷
        if _BEFORE.search(before) and not _NOT_NAMES.match(match[0]):
            found.append(Span(match.start(), match.end(), match[0], match[0]))
    return found


def everyone(text: str) -> Iterator[Span[str]]:
    """All people named, in order; where two readings meet the longer one counts."""
    spans = sorted([*titled(text), *names(text), *familiar(text), *kinned(text)], key=lambda s: (s.start, -s.end))
    last = 0
    for span in spans:
        if span.start >= last:
            yield span
            last = span.end
