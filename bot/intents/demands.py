"""What was asked of the visitors, what came of it, and what is to be done next.

Clause by clause: 没诉求 says there is none; 报区总, 转民政, 已修好 say what came of it; 改天再去 is the next step; a
wish (想, 要求, 希望), a complaint (欠薪, 漏雨, 招人难) or what follows 反映 and 诉求 is a demand, kept in its own words.
An illness or a hard life is the family's state, not yet a demand.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.reading.spans import clauses

Resolution = Literal["resolved", "escalated_union", "escalated_government", "pending", "none"]

_NOTHING = re.compile(
    r"(?:没|无|没有|暂无|未提|未反映|没提|没说|没啥|没什么|无任何|没提出|没反映|没有提|没有反映|未提出|也没|都没|都无|并无)(?:出|啥|什么|任何|有|其[他它]|别的|大|特别的?|特殊|具体|新|事儿?|过|提出?|反映)*(?:诉求|要求|问题|困难|意见|事儿?|难处|说的|特别的?|情况|需求|需要|想法|毛病|要说的|说啥)(?:的|啊|了|儿)*$"
    r"|^(?:一切|都|各方面|生产|经营|情况|运转|职工|队伍|身体|大家|目前|还|整体|也|都挺|状态|现在|家里|工人|员工|企业|恢复得?|他们|厂里|说|翻译说|表示)*(?:正常|稳定|平稳|挺好|很好|都好|还行|还好|不错|良好|满意|没毛病|没事儿?|没问题|顺利|硬朗|可以|没意见)(?:的|了|啊)*$"
    r"|(?:啥|什么|任何|一点|别的)(?:诉求|要求|问题|困难|意见|事儿?)(?:都|也)?(?:没有?|无)$|^(?:没事儿?|没啥|没说啥|没有|无|暂无|没问题|平安|没有问题|没什么|都好|挺好|OK|ok|没困难|没诉求|没要求|啥也不要|没啥事儿?|没别的|没啥说的|不需要|不用帮|没毛病|暂时没有?)(?:了|啊|吧)?$"
)
_UNION = r"(?:区总|市总|县总|省总|总工会|上级工会|(?<!厂)(?<!公司)(?<!他们)(?<!企业)(?<!医院)(?<!学校)(?<!单位)(?<!商场)(?<!酒店)(?<!宾馆)工会(?!主席|干部|小组|委员)|保障(?:工作)?部|经济(?:工作)?部|权益部|法律(?:工作)?部|维权(?:中心|部)?|帮扶中心|帮扶站|女工部|女职工部|宣教部|组织部|基层(?:组织|工作)?部|劳动保护部|劳保部|生产保护部|生产部(?=了|$)|经审|财务部|职工服务中心|服务中心|领导|上级|上面)"
_GOVERNMENT = r"(?:人社|劳动(?:监察|局|仲裁|部门|保障|大队|站)|民政|住建|医保局?|社保局|街道|社区|镇政府|乡政府|镇里|乡里|村委|村里|政府|教育局|残联|信访|法院|司法|法援|法律援助|公安|派出所|交通局|交警|城管|环保局|生态环境|卫健|卫生局|疾控|就业|供热办|应急|安监|市场监管|工商局?|税务|妇联|团委|仲裁|房产局|房管|12345|管委会|发改|工信|招商|水利局|水务局|农业局|消防|供电局|公积金|区里|市里|县里|居委会|有关部门|相关部门|职能部门|主管部门|劳务市场|人才市场|公交公司|学校)"
_TO_UNION = re.compile(
    rf"(?:上?报(?!销|名|了?警|道|纸|修)|转(?!了.{{0,2}}圈)|转交|转给|移交|反馈|汇报|递交|提交|交给|交(?!不|费|通|的|社)|呈报|报送|联系|对接|找了?|反映给|提请|请示|反映到|带回|推送)[㐀-鿿\s]{{0,8}}?{_UNION}|{_UNION}(?:[㐀-鿿]{{0,2}})(?:受理|跟进|协调|帮助解决|研究|接手|接了|处理|介入|在办)|帮[㐀-鿿]{{0,4}}申请(?:了)?(?:市总|区总|工会)"
)
_TO_GOVERNMENT = re.compile(
    rf"(?:上?报(?!销|名|道|纸)|转(?!了.{{0,2}}圈)|转交|转给|移交|联系|找|反馈|反映(?:给|到)|协调|沟通|对接|介绍到|递交|提交|交给|函告|通知|督请|送到|呈|告诉|带(?:他|她)去|建议(?:他|她)?(?:去)?找|推荐(?:到|给))(?:了|过|给|上|到|的)?[㐀-鿿\s]{{0,7}}?{_GOVERNMENT}"
    rf"|(?:向|跟|和|与|同|给|请|打)(?:了)?[㐀-鿿\s]{{0,5}}?{_GOVERNMENT}[㐀-鿿]{{0,4}}(?:联系|沟通|协调|反映|汇报|说|电话|对接|申请|提|解决|帮|修|来)"
    rf"|打(?:了)?12345|{_GOVERNMENT}[㐀-鿿]{{0,3}}(?:受理|介入|在办|立案|协调|处理(?!费|慢)|答应|答复|给办|上门|来人|接手|跟进)"
)
_DONE = re.compile(
    r"解决(?:了|完|好|掉)|(?:已|已经|当场|当时|马上|现场|都|全部|全|当天|立即|当日|随后|就|又|给|也)(?:经|就|给|都|被|由[㐀-鿿]{1,5}|让[㐀-鿿]{1,4})*(?:解决|买|修|安排|发(?!现|愁|生)|换|装|补|配|整改|到账|报销|签|安装|通|建(?!议)|更换|落实|处理|开通|加开|办|加|改|退|付|结清|兑现|给(?=了|$)|交(?=了|$)|拉|送|搬|清|加装|通气|恢复|答复|划|体检|调整|涨|录用|上岗|入职|入园|协商|拿到)(?!.{0,3}(?:申请|记录|登记|反映))"
    r"|(?:修|换|装|补|办|搞|安|配|弄|谈|协调|改|结|发放|落实|处理|整改|安排|安置|发|退|买|建|签|要)(?:好|上|妥|成|完|齐|到位|清|回来|下来)了?(?:$|[^难])|要回来|要来(?=[\d了钱])|讨回|追回|已解决|办结|办妥|搞定|到位了|说明白|讲明白|说清楚|讲清楚|解释(?:清楚|明白|通|了|说明|完)|说通|讲通|做通|宣传了?政策|讲了?政策|满意而归|答疑|给(?:她|他|他们|工人|职工|大家|厂里)?[㐀-鿿]{0,3}(?:装|修|买|换|发|补|安|建|配|划|办|解决|退|结|交|要)(?:上|好|完|齐)?了"
    r"|(?:介绍|安排|推荐)(?:到|去|进|在)[㐀-鿿]{2,10}(?:了|上班|就业|工作|干活)|(?:厂里|公司|企业|老板|店长|单位|厂长|后勤|物业)[㐀-鿿]{0,6}(?:装|修|买|换|发|补|安|建|配|划|办|退|结|付|加)了|结了|涨了工资|解释过|劝住|劝好|调解(?:成|好|完)|达成|签了?协议|撤诉|已(?:平息|消除|排除|销号)|(?:^|就)(?:解决|修上|补发)$"
)
_UNDONE = re.compile(
    r"没(?:有)?(?:解决|修|办|给|发|答应|落实|装|买|换|补|签)|未(?:解决|落实|发|补|修)|还没|没着落|不同意|没同意|答应|承诺|准备|打算|计划|争取|研究|考虑|协商中|正在|尽快|下[周月]|明天|月底|年底|过几天|等|要求|想(?!通)|希望|没成|没谈拢|解决不了|没法|说[㐀-鿿]{0,3}就|今天就"
)
_NEXT = re.compile(
    r"(?:再|还得|还要|还会|继续)(?:去|来|跑|走访|看|访|登门|上门|联系|跟进|跟踪|谈|补|了解|核实|送)|回访|跟进|跟踪|改(?:天|日|到|期|成|在|下|周|明|后|星期|礼拜)|约(?:好|定|了|在)[㐀-鿿\d]{0,8}(?:去|来|见|谈|再|[周月天号])|下次(?:来|去|带|走访|再|给|送)|回头(?:再|给|带|问|帮|去|送|跟)|(?:我|我们)(?:答应|承诺|说)?(?:给|帮|替|为)(?:他|她|其|他们|她们|老人|家里)?(?:问|打听|申请|联系|协调|办|找|跑|反映|争取|看看)|答应(?:给|帮|替|为)?(?:他|她|其|着|他们|她们)?(?:帮着|帮忙|去)?(?:问|打听|申请|联系|协调|办|找|跑|反映|争取|看看)|(?:下周|下月|下星期|下礼拜|明天|后天|过两天|过几天|月底前?|年前|节前|[近尽]快|三天内|一周内|本周内)[㐀-鿿]{0,3}(?:给)?(?:答复|回话|回复|回信|再去|再来|上门|送去|送来|带|去(?!$)|反馈)|待(?:核实|回访|跟进|落实|补)|(?:需|要|得)(?:要)?(?:跟进|回访|再)|后续|过后(?:再|给)|等(?:回来|[他她]们?回来|春节|有空|出院|通知)[㐀-鿿]{0,6}(?:再|去|来|看)"
)
_STATE = re.compile(
    r"没(?:去成|找到|见着|见到|在家|人(?:在|开门|应))|不在家|停电了|关门|搬家|锁门|出差|外出|没敲开|放假|没开门|扑空"
)
_LABEL = re.compile(
    r"(?:主要|职工|工人|员工|企业|厂里|大家|重点|他们|本人|都|集中|普遍|老板|工会主席|厂工会|老两口|有人|还|又|她|他|家属|也|就)*(?:反映了?|诉求(?:是|为|有)?|需求(?:是|为)?|提出了?|意见(?:是)?|问题(?:是|有)|困难(?:是|有)|主要问题|存在问题|呼声|吐槽|抱怨|投诉|嫌弃?|愁|发愁|诉苦|存在(?=[㐀-鿿]))(?:说|的是|的|了|是|为|：|:|过)*"
)
_WISH = re.compile(
    r"(?<!本来)(?<!原本)(?<!我)(?<!我们)想(?!得|给[\d一二两三四五六七八九十]|起|通|不开|法|象|说的)|要求|希望|盼(?:着|望)?|请求|求(?!职)|申请(?!了|过|经费)|需要(?!回访)|恳请|建议|申办|渴望|能不能|能否|可不可以|^要(?!是|不|么|好|回|紧)|要(?=个|凳|椅|装|建|给|发|涨|加|换|修|办|买|[一二两三\d]|工资|说法|赔|低保|救助|帮)|打算(?=学|办|建)|愿意|惦记|担心|怕(?=下岗|失业|裁|厂|丢|没|拆|倒|有毒|孩子|冬)|愁(?=[㐀-鿿])|嫌(?=[㐀-鿿])|缺(?!席|勤)"
)
_COMPLAINT = re.compile(
    # pay and contracts
    r"欠薪|发不[出了]工资|欠(?!医院|饥荒|外债|银行|亲|别人|信用)[㐀-鿿]{0,4}(?:工资|工钱|薪|社保|保险|加班费|[一二三四五六七八九十两\d]+[个块万千百])|拖欠|拖着不发|压(?:着)?工资|拖(?:了|着|欠)[㐀-鿿\d]{0,4}(?:工资|工钱|薪)|讨薪|(?:工资|薪水|奖金|补贴|补助|加班费|高温费|取暖费|津贴|提成|绩效|抚恤金|丧葬费|补偿金|误工费|生育津贴|产假工资|工龄钱|买断)[㐀-鿿]{0,6}(?:低|少|没发|没给|不发|不给|没到位|没涨|停发|停了|拖|扣|没兑现|没着落|迟迟|没领|不够|没有|没拿到|晚|还差|差[\d一二两三四五六七八九十])|(?:口罩|手套|工具|人手|床位|座位|桌子|饭|经费|名额|药|设备|车辆|班次)(?:不够|不足|太少|短缺)|不给(?:误工费|报销|假|钱)|(?:没|无|不给|不发|没给|没发|没有|不足额)(?:加班费|补助|补贴|奖金|年终奖|高温费|取暖费|夜班费|高温津贴|降温费|防寒服|工作服|手套|口罩|劳保|工装|防护|棉衣|福利|产假|年休假|年假|休息|双休|体检)|待遇(?:低|差)|收入低|单价低|涨工资|同工不同酬|份子钱|罚款(?:太?多|重)|乱扣|扣钱|被扣"
    r"|没(?:有|人)?(?:签|订)(?:劳动)?合同|没合同|(?:没|不|未)(?:给)?(?:上|交|缴|买|参)(?:社保|保险|五险|养老|医保|工伤|公积金|一金|全)|没(?:有)?(?:社保|保险|五险|五险一金|医保|公积金|工伤保险|养老保险)|(?:社保|保险|五险|医保|公积金|养老|工伤保险|养老保险)[㐀-鿿]{0,4}(?:没交|没上|断|未缴|没缴|不交|不上|补缴|没有|基数低|不给)|断缴|劳务派遣"
    # hours, work, safety
    r"|加班(?:太|多|严重|时间|到)|太累|很累|累(?:死|垮|坏|得)|超时|休息(?:少|不好|时间)|没(?:有)?(?:休息室|哺乳室|母婴室|妇女活动室|活动室|食堂|澡堂|浴室|厕所|更衣室|阅览室|书屋|空调|风扇|暖气|热水|班车|停车|地方|场地|球场|车位|工会|职代会|厂务公开|俱乐部|健身|文体活动|文化活动|活动场|通勤|宿舍|医务室|托管)|粉尘(?:大|重|多)|噪[音声](?:大|太)|(?:车间|厂房|宿舍|岗亭|岗位|后厨|库房|教室|办公室|驾驶室|屋里?|家里|房子|锅炉房)[㐀-鿿]{0,4}(?:太?热|太?冷|闷|漏|不通风|没暖气|没空调|温度低|潮|差|破|旧|太小|挤|脏|太暗|高温|不暖|没热水|蚊子)|漏雨|漏水|房顶漏|屋漏|透风|没暖气|暖气(?:不热|不好|坏|凉)|不热|供暖(?:温度低|不)|温度低|停暖|停水|没水(?!果)|断电|有毒|味儿?大|呛|尘肺|职业病|(?:体检|检查)(?:没做|走形式|没安排)|没(?:做)?体检|(?:设备|机器|设施|报警器|澡堂子?|浴室|路灯|厕所|电梯|厂房|水管|路|雨衣|手套|被褥|锅炉|热水器|空调)[㐀-鿿]{0,3}(?:坏|老化|老|旧|破|堵|不好|差|难走|烂|不亮)"
    # life at work
    r"|食堂[㐀-鿿]{0,4}(?:差|贵|不好|难吃|油大|涨价|少|单一|凉|不卫生|咸|没肉|太)|(?:伙食|饭菜|菜|盒饭|饭)[㐀-鿿]{0,3}(?:差|贵|不好|难吃|油大|少|凉|单一|不卫生|咸|没油水)|宿舍[㐀-鿿a-zA-Z]{0,5}(?:差|少|挤|没|不|慢|破|冷|热|潮|小|蚊子|紧张)|wifi|网(?:慢|速|不好)|班车(?:少|没|晚|停|不)|通勤(?:难|不便|不方便|远)|(?:上下班|交通|出行|坐车)[㐀-鿿]{0,3}(?:难|不便|不方便|远)|停车难|车位(?:少|不够)|看病难|(?:孩子|小孩|子女|孙子|孙女|儿女)(?:没人|没地方|放学|放假|上学|入托|入园|上幼儿园|没着落|托管|看护|上不了|入学|转学|借读|就学|就业|没工作|失业|辍学|待业)[㐀-鿿]{0,6}|单身(?:多|青年|职工)|找对象难|对象难找|婚恋|相亲"
    # the firm
    r"|招(?:人|工|不[到着上])(?:难|不到|不着|不上|太难|困难)?|缺(?:人|工|[一二三四五六七八九十两\d]|电工|焊工|技|钱|资金|少|熟练|操作|普工)|用工(?:难|荒|紧|缺)|留不住人?|人手(?:不足|不够|紧|少)|流动(?:大|性)|年轻人少|贷款难|融资难|资金(?:紧|周转|链|困难|短缺|不足)|回款(?:慢|难)|订单(?:少|不足|没|不够|下滑|减)|销路|卖不动|产品积压|滞销|活(?:少|不多|不够)|没活|没订单|成本高|(?:电费|水费|气费|油价|原料|税费|税|运费|租金|房租|管理费|摊位费)[㐀-鿿]{0,3}(?:高|贵|涨|重|交不起)|[㐀-鿿]{1,3}费(?:太|很|偏)?(?:高|贵|重)|断水|环保[㐀-鿿]{0,3}(?:严|压力|停)|停产|开工不足|亏损|经营(?:困难|不好)|审批慢|手续(?:难|慢|多|繁|办)|办得慢|办证|报批|证[㐀-鿿]{0,2}(?:办不|没办|下不来)|下岗(?=难|问题|安置)|裁员|转岗|安置费|遗留问题|托管|疗养|疗休养"
    # families
    r"|工伤[㐀-鿿]{0,6}(?:没赔|不赔|没认定|认不|不认|没给|没人管|赔偿|待遇|没下来|难|没处理|没着落|纠纷)|不给?认工伤|没(?:有)?赔|不赔|赔偿(?:没|不|少|低)|失业|没(?:有)?(?:工作|收入|活干|地方住|房住|医保|学费|路费|着落|人(?:照顾|管|照看|照料|看|带|帮|接送))|没活干|待业|找不[到着](?:工作|活|人)|就业(?:难|困难)|无业(?!游)|学费(?:凑|没|交|不|贵|难|高|缺|发愁)|上不起学|上学(?:难|困难|没钱|费)|念书没|辍学|交不起|看不起病|没钱(?:看|治|手术|买药|交|吃|上|做)|治不起|吃不起|买不起|付不起|还不[起上]|报销(?:慢|难|太慢|不了|比例低|少|不及时|没下来|没办)|报不了|医药费(?:高|没|报|贵|凑|太|付|欠|还|没报)|药(?:费|钱)?(?:太)?贵|自费(?:药)?(?:多|高)|低保(?:没|办不|被停|取消|停|下不来|没批|少|低)|(?:没|不给|办不下来?|取消了?)低保|危房|房子(?:漏|要塌|破|裂|没|小|塌|冷|透风|冬天冷|老)|拆迁|(?:房租|房贷)(?:交不|还不|高|贵|没)|(?:下水|管道|厕所|烟道)(?:堵|不通)|孤独|(?<!就想)没人(?:管|理|问)|医保(?:断|没|停|不)|退休(?:金|手续|证)[㐀-鿿]{0,4}(?:少|低|没|慢|办|难|不)|养老金(?:低|少|没)|年龄(?:不够|大)[㐀-鿿]{0,3}(?:招|找)|档案(?:丢|找不)|被骗|纠纷|打官司|维权|要不[回着到]|讨不|老赖|夜班(?:没|多)|职工书屋|劳模疗养|停车"
)
# What a firm lacks or finds bad, whatever it is: 没有更衣柜, 停车太远, 夜班费二十年没动.
_LACK = re.compile(
    r"(?:没有?|缺|少|不够)(?!事|啥|什么|问题|去|来|见|找|在|人在|说|听|懂|答应|同意|必要)[㐀-鿿]{2,6}$|[㐀-鿿]{2,}(?:难|太慢|太差|太贵|太远|不足|不够|坏了|不便|不方便|没动|没涨|没人修|没人管|受不了)$"
)
_NO_UNION = re.compile(r"没(?:有|成立|建)(?:立)?工会|没困难|没诉求")
_ILLNESS_ONLY = re.compile(
    r"^(?:本人|他|她|老伴|丈夫|妻子|媳妇|儿子|女儿|母亲|父亲|老母亲|老父亲|孩子|孙子|孙女|家里|老人|患有?|得了?|查出|有|因|是|又|还|都|双)*[㐀-鿿]{0,5}(?:病|癌|瘤|残疾|偏瘫|瘫痪|瘫在床|瘫了|瘫|手术|术后|晚期|透析|尿毒症|中风|脑梗|骨折|失明|脑出血|肝硬化|低保|单亲|独居|去世|住院)[㐀-鿿]{0,4}$"
)
_SMALL_TALK = re.compile(
    r"感谢|谢谢|高兴|激动|哭|合影|拍照|满意|表扬|挺乐|乐呵|聊|唠(?!嗑)|热情|配合|下雨|堵车|天冷|就这么|说了|谁$|啥来着|叫啥|不能写|都写过"
)
_NOT_ASKED = re.compile(
    r"^(?:我们?|工会(?!主席)|已|已经|咱|帮|答应|承诺|建议|给(?:他|她)|找老板|跟老板|跟厂|和[㐀-鿿]{1,4}说|企业(?:说|答应|同意|承诺|表示)|公司(?:说|答应|同意|承诺|表示)|厂里?(?:说|答应|同意|长|工会(?:说|答|同))|老板(?:说没|答应|同意|不吭|承诺|付|当场|说这)|店里|店长|商场(?:答应|同意)|他们说(?:年底|下|过|研究|考虑|没)|项目经理|记(?:下|录|了)|登记|怕麻烦|说研究|说考虑|解释|说明|讲明|做了?工作|让(?:老板|厂|企业|公司)|督促)"
)
_FIRM_SAYS = re.compile(
    r"(?:企业|公司|厂里|厂长|厂工会|老板|店长|商场|单位|经理|负责人|他们|物业|后勤|厂方|项目经理|园区|社区)(?:当场|也|都|已|已经|马上|表示|说|就)*(?:答应|同意|承诺|研究|考虑|表示|不同意|说研究|说考虑|说没|说下|说年|说今|说明|说等|说月|说这|说过|不吭|说尽快|没答应|说不|答复)|(?:企业|公司|老板|厂长|经理|店长)[㐀-鿿]{0,10}(?:没法|涨不了|办不了|利润薄|没钱)"
)
_MORE = re.compile(
    r"、|(?:，|,)|(?<=[㐀-鿿]{3})(?:和|以及|还有|及|并且|还(?=[想要没嫌说缺]))(?=[㐀-鿿]{2})|[一二三四五]是|[①②③④]|\d[.、)）]|；"
)
_ADDRESS = re.compile(
    r"^(?:地址|区|时间|日期|人数|企业|单位|对象|姓名|电话|联系电话|走访人|参加|同行|慰问|情况|基本情况|处理|处理结果|结果|备注|家庭情况|人员|职工|员工|职务|性别|年龄|户主)$"
)


_INTENDED = re.compile(r"(?:答应|准备|打算|承诺|计划|争取|我去|下周|回头|明天)(?!.*已)")
_OFFICE_AGREED = re.compile(r"(?:政府|街道|社区|村里|镇里|局|部|工会)答应")


@dataclass(slots=True)
class Outcome:
    demands: list[str] = field(default_factory=list)
    resolution: Resolution = "none"
    follow_up: str | None = None


def speaks(clause: str) -> bool:
    """Whether a clause is about a demand or what came of it (and hence no name)."""
    return any(
        p.search(clause)
        for p in (_NOTHING, _WISH, _COMPLAINT, _DONE, _TO_UNION, _TO_GOVERNMENT, _LABEL, _NEXT, _STATE, _SMALL_TALK)
    )


def read(said: str, bare: str, household: bool) -> Outcome:
    """Demands and outcome of one record. `bare` is `said` without what was read as something else, same length."""
    hearing = _Hearing(household)
    for clause in clauses(said, "。；;！!？?\n，, \t"):
        rest = re.sub(r"\s+", " ", bare[clause.start : clause.end]).strip(" 、:：")
        if clause.start and said[clause.start - 1] in " \t":
            hearing.labelled = hearing.listing  # 反映… holds up to a space, 诉求： up to the outcome
        if rest or any(pattern.search(clause.said) for pattern in (_TO_UNION, _TO_GOVERNMENT, _DONE)):
            hearing.take(clause.said, rest)
    return hearing.outcome()


@dataclass(slots=True)
class _Hearing:
    """What has been heard so far, clause by clause."""

    household: bool
    demands: list[str] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)  # demands named only in the clause that tells the outcome
    follow_up: str | None = None
    union: bool = False
    government: bool = False
    done: bool = False
    labelled: bool = False  # inside 反映…, everything up to an outcome is a demand
    listing: bool = False  # after 诉求：

    def take(self, text: str, rest: str) -> None:
        text = self._under_label(text)
        if not text:
            return
        if _NOTHING.search(text.strip()) and not _WISH.search(re.sub(r"没(?:有)?[㐀-鿿]{0,4}要求|没诉求", "", text)):
            self.labelled = False
        elif not (self._came_of_it(text) or self._told(text) or self._not_theirs(text)):
            self.demands += _parts(text if rest else "", self.household, self.labelled, rest)

    def _under_label(self, text: str) -> str:
        """What stands after 诉求： or 处理：; the label says how to take it."""
        head, colon, tail = _colon(text)
        if colon and re.search(r"诉求|反映|问题|需求|困难$|意见|愿望", head):
            self.labelled = self.listing = True
            return tail
        if colon and _ADDRESS.match(head):
            self.labelled = self.listing = False
            self.done = self.done or (head in ("处理", "处理结果", "结果") and tail in ("解决", "办结"))
            return tail
        return text

    def _came_of_it(self, text: str) -> bool:
        """报区总, 转民政, 修好了, 改天再去: what came of it, or what comes next."""
        follow = _NEXT.search(text)
        to_union, to_government = bool(_TO_UNION.search(text)), bool(_TO_GOVERNMENT.search(text))
        if _INTENDED.search(text) and not _OFFICE_AGREED.search(text):
            to_union = to_government = False  # not done yet
        finished = bool(_DONE.search(text)) and not _UNDONE.search(text)
        self.union = self.union or to_union
        self.government = self.government or (to_government and not to_union)
        self.done = self.done or finished
        if not (to_union or to_government or finished or follow):
            return False
        self.labelled = self.listing = False
        if follow and self.follow_up is None and not _wishes(text, follow.start()):
            self.follow_up = _follow_up(text)
        self.spare += _asked_in(text, self.household)
        return True

    def _told(self, text: str) -> bool:
        """反映…, 诉求是…: what follows is a demand whatever it says."""
        label = _LABEL.search(text)
        if label is None or _NOT_ASKED.match(text):
            return False
        self.labelled = True
        lead, asked = text[: label.start()], text[label.end() :]
        self.demands += _parts(asked, self.household, True) or ([asked] if asked else [])
        if not asked and re.search(r"反映|诉求", text) and _COMPLAINT.search(lead) and not _SMALL_TALK.search(lead):
            self.demands.append(lead)
        return True

    def _not_theirs(self, text: str) -> bool:
        """What the firm or the visitors say is no demand."""
        if not (_FIRM_SAYS.search(text) or _NOT_ASKED.match(text)):
            return False
        self.labelled = False
        if _WISH.search(text) and _COMPLAINT.search(text) and not _FIRM_SAYS.search(text):
            self.spare += _asked_in(text, self.household)
        return True

    def outcome(self) -> Outcome:
        demands = _tidy(_without_reasons(self.demands))
        if not demands and (self.union or self.government or self.done):
            demands = _tidy(self.spare)
        resolution: Resolution = "none"
        if self.union:
            resolution = "escalated_union"
        elif self.government:
            resolution = "escalated_government"
        elif demands:
            resolution = "resolved" if self.done else "pending"
        return Outcome(demands, resolution, self.follow_up)


def _colon(text: str) -> tuple[str, str, str]:
    match = re.search(r"[:：]", text)
    if not match:
        return "", "", text
    return text[: match.start()], match[0], text[match.end() :]


def _wishes(text: str, at: int) -> bool:
    return bool(re.search(r"(?:想|要求|希望)[㐀-鿿]{0,3}$", text[:at]))


def _follow_up(text: str) -> str:
    cut = re.sub(r"^(?:我们?|就|说|先|那就|只能|只好|咱们?)+", "", text)
    return cut.strip("、 ")


def _asked_in(text: str, household: bool) -> list[str]:
    """A demand inside the clause that tells what came of it: 欠薪问题已报区总."""
    for pattern in (_TO_UNION, _TO_GOVERNMENT, _DONE, _NEXT):
        match = pattern.search(text)
        if match:
            lead = re.sub(
                r"(?:的?(?:问题|事儿?|诉求|情况|那个)|已经?|我们?|帮[他她忙]?|给[他她]?|把|将|正在|当场|都|也|就|[他她]们?|答应)+$",
                "",
                text[: match.start()].strip("、 "),
            )
            if re.search(r"申请|救助|低保|补助", text) and not lead:
                found = re.search(r"(?:申请|办理?)(?:了)?(?:市总|区总|工会)?(?P<what>[㐀-鿿]{2,8})", text)
                return [found["what"]] if found else []
            if len(lead) >= 2 and (_COMPLAINT.search(lead) or _WISH.search(lead) or re.search(r"反映|诉求|问题", text)):
                return _parts(lead, household, True)
            tail = text[match.end() :]
            if _COMPLAINT.search(tail):
                return _parts(tail, household, False)
            return []
    return []


def _parts(text: str, household: bool, labelled: bool, rest: str | None = None) -> list[str]:
    """The demands of a clause; inside 反映… each part is one, elsewhere only wishes and complaints."""
    found = []
    for piece in _MORE.split(text):
        part = piece.strip(" 、:：。()（）")
        part = re.sub(
            r"^(?:说|都说|就是说?|主要是|是|也|还|就|又|但|但是|不过|他们|她说|他说|工人说?|职工说?|员工说?|大家说?|老板说?|有人|他们工会主席|工会主席说|厂工会|老工人说|兼职说|保洁员说|护工说|客房部大姐说|司机说)+(?=[㐀-鿿]{2})",
            "",
            part,
        )
        if len(part) < 2 or _NOTHING.search(part) or (_SMALL_TALK.search(part) and not _WISH.search(part)):
            continue
        if _STATE.search(part) or (_ILLNESS_ONLY.match(part) and not _WISH.search(part)):
            continue
        said_so = labelled and (rest is None or len(rest) >= 2)
        generic = not household and _LACK.search(part) and not _NO_UNION.search(part)
        if said_so or generic or _WISH.search(part) or _COMPLAINT.search(part):
            if (
                household
                and not labelled
                and not _WISH.search(part)
                and re.search(r"(?:病|瘫|残)[㐀-鿿]{0,2}没(?:有)?收入$", part)
            ):
                continue
            found.append(_short(part))
    return found


def _short(part: str) -> str:
    """The demand without who says it: 锅炉工嫌补贴低 → 补贴低."""
    if match := re.match(r"^[㐀-鿿]{1,8}?(?:反映|嫌|抱怨|提出|说)(?=[㐀-鿿]{2})", part):
        return part[match.end() :]
    return part


# Said as the reason for the wish that follows: 没路费 is why, 想去沈阳看病 is what.
_REASON = re.compile(
    r"^(?:怕|没路费|没收入|[㐀-鿿]{0,2}活少|[㐀-鿿]{0,2}没活|爆仓|[㐀-鿿]{0,4}累|[㐀-鿿]{0,2}冷|站|医药费|药费|没钱|自费|[㐀-鿿]{0,4}太贵)"
)


def _without_reasons(found: Sequence[str]) -> list[str]:
    return [
        d for n, d in enumerate(found) if not (_REASON.match(d) and n + 1 < len(found) and _WISH.match(found[n + 1]))
    ]


def _tidy(found: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for demand in found:
        if any(demand in other or other in demand for other in kept):
            continue
        kept.append(demand)
    return kept
