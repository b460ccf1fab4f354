"""Later: what people rightly expect of the union's account and what is not built yet. Said honestly, with whom to ask.

    群监员   吊车钢丝绳断股了
    机器人   这里还不能登记隐患……先让人离开……告诉首席群监员、工监站……

Nothing is kept here and no number is given out: a number means saved for good.
"""

from bot.handlers.benefits import answer
from bot.messages import Choice, say
from bot.talk import Talk, Turn
from knowledge.phrases import is_asking


def hazards(talk: Talk) -> Turn:
    return talk.say(
        say(
            "先顾人：有危险就先停下、先让人离开，有人受伤打120，着火打119。\n"
            "隐患随手拍还没有开通，您这条我没有登记上。请马上告诉本站首席群监员、工监站，或街道（乡镇）工会，也可以打工会热线12351；"
            "怕本厂知道，可以直接找上一级工会。",
            Choice("工监站管什么", "工监站是干什么的"),
            Choice("举报隐患有奖吗", "举报隐患有奖励吗"),
        )
    )


def _asked(talk: Talk) -> Turn | None:
    """What the library answers, where the words ask something and it has it; else None."""
    if not is_asking(talk.text):
        return None
    turn = answer(talk)
    return turn if turn.reply.sources else None


def cards(talk: Talk) -> Turn:
    """Card matters: what the library says of the card is given; looking up, binding and blocking are not built."""
    return _asked(talk) or talk.say(
        say(
            "查卡、绑卡、挂失在这里还没有开通。卡丢了先打发卡银行的客服挂失，再告诉所在单位工会；"
            "别的卡务问单位工会、社区工会或工会热线12351。请不要把身份证号、银行卡号发在聊天里。",
            Choice("普惠卡是啥", "普惠卡是干什么的"),
            Choice("普惠卡归谁管", "普惠卡归哪个部门管"),
        )
    )


def visits(talk: Talk) -> Turn:
    return _asked(talk) or talk.say(
        say(
            "走访登记和统计在这里还没有开通，这条没有存下来。请先照旧填纸质走访表，开通后会通知；"
            "有急需解决的诉求，请直接报市总保障部或打12351。",
            Choice("入企包扶干什么", "入企包扶的工会干部干什么"),
        )
    )


def records(talk: Talk) -> Turn:
    return talk.say(
        say(
            "您在这里还没有登记过东西：随手拍、走访、申请都还没开通，所以没有记录可查。要查纸上报过的事，请问经办的工会或打12351。"
        )
    )


def surveys(talk: Talk) -> Turn:
    return _asked(talk) or talk.say(
        say(
            "问卷在这里还不能填。监测点职工的问卷，按文件是到营口市总工会网（www.ykszgh.com）的调查问卷栏目填；打不开就问单位工会。",
            Choice("填问卷给钱吗", "填一份问卷给多少钱"),
            Choice("问卷什么时候填", "调查问卷每年什么时候填"),
        )
    )


def applications(talk: Talk) -> Turn:
    """There is no application here yet; what the library says of how to apply is the useful answer."""
    turn = answer(talk)
    if not turn.reply.sources:
        return talk.say(
            say(
                "网上申请还没有开通。要申请帮扶、入会，请找所在单位工会或社区工会，由工会逐级报；问清要什么材料可以打12351。"
            )
        )
    return turn


def privacy(talk: Talk) -> Turn:
    return talk.say(
        say(
            "您放心：这里不要您的姓名、身份证号。我记着咱们刚才说到哪件事（加密），好接着答；没关系的话不留。\n"
            "您问的话，去掉姓名、号码以后给工会的人看，好补上答案；没答上的和答错的，记着是谁问的（加密），有了答案告诉您一次。\n"
            "看我的数据、删除我的数据的功能还没开通；想现在就清掉，请打12351说明，或取消关注本号。"
        )
    )


def photo(talk: Talk) -> Turn:
    return talk.say(
        say(
            "照片看到了，可我还看不懂照片，也还不能登记隐患，这张没有转给任何人。\n"
            "要报隐患请找首席群监员、工监站或打12351，急事先打119、120；要问政策，打几个字告诉我就行。"
        )
    )


def voice(talk: Talk) -> Turn:
    return talk.say(
        say("这条语音我听不了（微信没给出文字）。请用手机键盘上的话筒说，会变成字；或者打几个字，写错了也不要紧。")
    )


def place(talk: Talk) -> Turn:
    return talk.say(say("位置收到了，没有保存。附近的工会、帮扶站地址还没录进来，想找哪里请打工会热线12351。"))


def film(talk: Talk) -> Turn:
    return talk.say(say("视频我还看不了，也没有保存。请用几个字说说是什么事。"))


def link(talk: Talk) -> Turn:
    return talk.say(say("网页链接我打不开。想问哪件工会的事，直接打字告诉我。"))
