"""Lives first: what is urgent and which number comes first; and what only sounds so."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.urgent import Urgent

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
URGENT = Urgent.load()

# The first number that must stand in the reply, and the sentences.
SAID = {
    "120": """我喝了农药/我喝药了/我吃了一瓶安眠药/我吃了一把安眠药 不想醒/我把药都吃了/我吃老鼠药了/孩子喝了农药/媳妇喝农药了
        我喝百草枯了/俺老伴喝敌敌畏了/我吞了半瓶安定/工友误喝了盐酸/娃吞了纽扣电池/一瓶安眠药全吃了/我妈把一瓶降压药都吃了/我割腕了
        俺爹卡住嗓子眼了/孩子噎着了 脸都紫了/老人吃汤圆噎住了咋办/枣核卡喉咙了/要生了 羊水破了/媳妇羊水破了/触电/工友触电了/老王被电打了
        师傅让电麻倒了 手拿不下来/被钢筋扎穿了/脚被钉子扎透了/头磕破了淌血/脑袋砸破了/血止不住/满脸是血/胳膊摔断了/腿骨折了 动不了
        化学品洒身上了/硫酸溅脸上了咋整/铁水烫着人了 快/开水烫孩子了/手卷机器里了/手指头切掉了/冲床压着手了/胳膊绞进皮带了 快来人/
        有人从架子上掉下来了/工友让砖砸了 快/俺爸突然不行了/师傅晕倒了/有人昏迷了/没呼吸了咋办/口吐白沫了/胸口疼得厉害 喘不上来气/孩子抽过去了
        救人阿/救命啊/快来人啊/让毒蛇咬了/叉车撞人了/吊车砸人了/老人摔倒了不动了/孩子烫着了/眼睛溅进碱了/快打120/喝假酒了 看不见了/孩子卡着鱼刺了/车祸 有人卡里头出不来/同事一氧化碳中毒了 叫不醒/昨晚吃了安眠药 现在叫不醒/我爸中风了 嘴歪了""",
    "119": """着火咋办/楼上冒黑烟/仓库起火/烟老大了 跑不出去/着火了/着火拉/厂房着火了 快来/宿舍冒浓烟/电瓶车着火了/车间烧起来了/锅炉爆炸了
        走廊全是烟 下不去/邻居家着火了/有人掉河里了/孩子掉水库里了/有人溺水/工友掉进污水池/俩人下井没上来/掉化粪池里了 我工友/液氨泄漏了
        氯气漏了 快跑/煤气味很大/满屋煤气味/液化气罐漏气了咋办/困电梯里了/电梯夹人了/我们被关电梯里出不来""",
    "110": """老公打我/老公喝多了把我打出血了/老板打我了/有人打我 救命/俺男人又揍我/被老公打了/家暴/工头把我打伤了/班长打我/被保安打了
        有人拿刀/有人要砍人/一帮人打起来了/有人要杀我/把我锁屋里不让走/有人要跳楼/工友站楼顶要跳/他说不想活了 我同事/有人抢劫""",
    "12356": """把遗书都写好了/没啥活头了/我站在楼顶了/我在桥上 不想下来了/不想活了/活够了/活着没意思/我想跳楼/死了算了/真想一死了之/想喝农药
        死了就解脱了/活不下去了/不想再活了""",
}  # fmt: skip

HARMLESS = """孩子学跳楼梯/电视里说有人跳楼/车间昨天着火了 谁管/工友昨天掉下来摔死了 家属能领啥/跳楼价卖房/灭火器过期/怕着火/电梯老往下掉
    消防演练/上个月着火厂里赔多少/脚手架没护栏/安全出口锁着/灭火器压力不够/车间通道堵了/电线老化裸露/配电箱没盖/没系安全绳/井口没盖 怕掉人
    工伤怎么赔/去年手被机器夹了算工伤吗/职业病咋认定/大病救助多少钱/得了大病工会给多少/住院慰问多少钱/孩子上学补助/金秋助学怎么申请
    老板打电话让我回去/老公打工去了/打我卡里的钱啥时候到/工资打我卡了吗/打印机坏了/打疫苗了/材料被打回来了/打官司找谁/老公打麻将
    吃药报销吗/我吃药了/我喝中药了/感冒喝药了/高血压药能报多少/打农药中暑怎么预防/农药跟饭放一起/买药能报不/抽血化验/献血有补助吗
    生孩子补助多少/我要生了产假几天/快要生了 生育津贴咋领/怀孕了能干夜班吗/上火了/大火锅聚餐/生意火了/股票炸了/公司炸锅了/煤气费多少
    煤气报警器坏了/天然气公司电话/演练着火了怎么跑/要是着火了往哪跑/万一触电咋办/防触电培训/触电急救培训在哪/防溺水讲座/看电影里爆炸了
    压力太大/任务压下来了/工资压了三个月/押金压着不退/压工资/手续办完了/我手机掉水里了/手机没电了/我掉队了/头发掉了/成绩掉下来了
    心血来潮/血压高/血汗钱不给/贫血能办不/眼睛不行了 能换岗吗/厂子不行了/晕车/上班累得慌/夏天高温补贴/中暑算工伤吗
    卡怎么办/银行卡卡住了/普惠卡丢了/验证码出不来/公示出不来/你好/谢谢/工会电话/我想入会/劳模待遇/怎么查积分/遗嘱怎么公证/遗书格式
    以前流过血/前年摔断过腿/上回触电的事赔了吗/听说隔壁厂爆炸了/新闻说有人落水/工友去世了能领什么/爸爸去世有慰问吗/被领导骂了
    抢购/抢票/绑定微信/绑卡/绑了银行卡/孩子学游泳/海边疗养/桥上没护栏/楼顶漏雨/我在楼顶干活没系绳/塔吊没检验/我想换岗/想死你了""".replace("\n", "/")  # fmt: skip

# Sentences of the knowledge itself that truly are urgent: 110 or 119 belongs before anything else.
TRULY = {"煤气味大", "老板打人", "厂长打人 没人管", "邻居打我咋报警"}


def _said() -> Iterator[tuple[str, str]]:
    for number, sentences in SAID.items():
        yield from ((number, one.strip()) for one in re.split(r"[/\n]", sentences) if one.strip())


def _calm() -> list[str]:
    return [one.strip() for one in HARMLESS.split("/") if one.strip()]


@pytest.mark.parametrize(("number", "text"), list(_said()))
def test_a_life_in_danger_gets_its_number_first(number: str, text: str) -> None:
    matter = URGENT.find(text)
    assert matter is not None
    first = re.search(r"12356|12351|120|119|110", matter.reply)
    assert first is not None
    assert first[0] == number, matter.name


@pytest.mark.parametrize("text", _calm())
def test_what_only_sounds_so_is_left_alone(text: str) -> None:
    matter = URGENT.find(text)
    assert matter is None, matter and matter.name


def test_there_are_enough() -> None:
    assert len(list(_said())) >= 90
    assert len(_calm()) >= 90


@pytest.mark.parametrize("text", ["我喝了农药", "我把药都吃了", "我喝药了"])
def test_who_took_poison_himself_is_told_of_help_for_the_heart(text: str) -> None:
    matter = URGENT.find(text)
    assert matter is not None
    assert matter.reply.index("120") < matter.reply.index("12356")


@pytest.mark.parametrize("text", ["孩子噎着了", "头磕破了淌血", "有人掉河里了", "羊水破了"])
def test_no_machine_is_stopped_where_there_is_none(text: str) -> None:
    matter = URGENT.find(text)
    assert matter is not None
    assert "停机" not in matter.reply
    assert "断电" not in matter.reply


def _strings(held: Any, keys: set[str]) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, list):
        for one in held:
            yield from _strings(one, keys)
    elif isinstance(held, dict):
        for key, one in held.items():
            if key not in keys:
                yield from _strings(one, keys)


def _known() -> Iterator[str]:
    for path in [KNOWLEDGE / "phrases.yaml", KNOWLEDGE / "doors.yaml", *sorted((KNOWLEDGE / "asks").glob("*.yaml"))]:
        yield from _strings(yaml.safe_load(path.read_text(encoding="utf-8")), {"go"})
    for path in sorted((KNOWLEDGE / "benefits").glob("*.yaml")):
        for entry in _entries(yaml.safe_load(path.read_text(encoding="utf-8"))):
            yield from _strings(entry, set())
    for path in sorted((KNOWLEDGE / "questions").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield from json.loads(line)["turns"]


def _entries(held: Any) -> Iterator[Any]:
    """What stands under `asks`, wherever it stands."""
    if isinstance(held, dict):
        for key, one in held.items():
            if key in ("asks", "ask"):
                yield one
            else:
                yield from _entries(one)
    elif isinstance(held, list):
        for one in held:
            yield from _entries(one)


def test_nothing_we_answer_is_taken_as_urgent() -> None:
    texts = set(_known())
    assert len(texts) > 1000
    taken = {text: matter.name for text in texts if (matter := URGENT.find(text)) and text not in TRULY}
    assert taken == {}
