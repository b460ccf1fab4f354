"""The chat page's own small house: the real page, door and channel, with a front desk of a few lines behind it.

It answers in the shape and length of the real one, and remembers what it was asked, so that a test can look.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.channels.webchat import WebChat
from bot.messages import Choice, Image, Message, Reply, Source, Text, say
from bot.settings import Settings
from bot.web import chat
from bot.web.keys import DISPATCH, SETTINGS, WEBCHAT
from bot.web.middlewares import MIDDLEWARES

SECRET = "a key for tests, long enough to sign with"

MENU: chat.Menu = [
    {
        "name": "问政策",
        "items": [
            {"name": "金秋助学", "says": "金秋助学怎么补助"},
            {"name": "大病和两癌", "says": "得了大病或者两癌工会有什么救助"},
            {"name": "技能竞赛", "says": "技能竞赛获奖怎么奖励"},
            {"name": "创业扶持", "says": "创业有什么扶持"},
            {"name": "普惠卡", "says": "普惠卡有什么用"},
        ],
    },
    {
        "name": "找工会",
        "items": [{"name": "这事归谁管", "says": "转人工"}, {"name": "急事电话", "says": "急事打什么电话"}],
    },
    {"name": "使用说明", "says": "使用说明"},
]

SCHOOL = say(
    "考上大专以上院校的在档困难职工子女，市总工会每人救助3000元。\n"
    "【谁能领】困难职工在档，孩子当年考上大专以上院校。\n"
    "【怎么办】每年8月由社区工会往上逐级申报，市和区县工会验收，合格的发到银行卡。\n"
    "依据：营工发〔2015〕65号 十（一）\n"
    "这是2015年到2016年的规定，已到期；现在还有没有，要问市总工会保障部。\n"
    "找谁：市总工会保障部（电话还没有录入），或先打工会热线12351。",
    Choice("什么时候申报", "金秋助学什么时候申报"),
    Choice("大病能救助吗", "得了大病工会有啥救助"),
    Choice("有新规定告诉我", "金秋助学有新规定告诉我"),
    answered=True,
    sources=(Source("营工发〔2015〕65号", "十（一）"),),
)
CARD = say(
    "普惠卡是发给工会会员的银行卡，看病、购物、坐车有优惠。\n"
    "【要什么】本人身份证原件，填一张申请表，到单位工会或社区工会办。\n"
    "依据：营工发〔2015〕65号 七（二）\n"
    "文件没有写到什么时候为止；这是2015年的文件，现在是否还执行，要问市总工会保障部确认。\n"
    "找谁：市总工会保障部（电话还没有录入），或先打工会热线12351。",
    Choice("普惠卡归谁管", "普惠卡归哪个部门管"),
    answered=True,
)
DUTY = say(
    "急事先打：\n110 报警　120 急救　119 火警\n12356 心里难受想找人说说\n12351 工会热线\n"
    "市总工会保障部 0417-2812351（示例），手机 13804170000，编号 YH-20261120-0001。\n"
    "每人救助12000元，名额120名；网上填问卷：www.ykszgh.com",
)
LONG = say(
    "申请创业带头人扶持，一共六步，按下面的顺序办就行。\n"
    + "\n".join(
        f"{number}. {step}"
        for number, step in enumerate(
            (
                "先看条件：2015年以来第一次创业，是转岗、下岗职工、农民工或高校毕业生。",
                "再看带动了几个人就业：带动10人以上给2万元，带动3人以上给1万元。",
                "到所在市（县）区工会说明情况，领项目书的样子，问清要写哪几项。",
                "项目书写明扶持内容、方式、带动就业人数、资金怎么用、为什么做得成。",
                "市（县）区工会汇总，2015年12月31日、2016年6月30日前分两次报市总工会。",
                "市总工会审定以后拨钱，会定期抽查，钱要用在招人、培训、开工上。",
            ),
            1,
        )
    )
    + "\n【谁优先】安置10人以上的、农民工创业的重点扶持；经工会再就业培训后创业、安置3人以上的优先。\n"
    "依据：营工发〔2015〕65号 四（二）；营工发〔2015〕64号 二\n"
    "这是2015年到2016年的规定，已到期；现在还有没有，要问市总工会保障部。\n"
    "找谁：市总工会保障部（电话还没有录入），或先打工会热线12351。",
    Choice("项目书写什么", "创业项目书写什么"),
    Choice("培训给补助吗", "再就业培训给补助吗"),
    answered=True,
)
NOT_FOUND = say(
    "没有查到这方面的规定，我手里的文件里没有写。\n您可以换个说法再问，或打工会热线12351，有人接。",
    Choice("孩子考大学给钱吗", "孩子考上大学工会给钱吗"),
)


@dataclass
class FrontDesk:
    """Stands in for bot.dispatch.Dispatch: the same message gets the same reply."""

    asked: list[Message] = field(default_factory=list)
    slow: float = 0.0

    async def answer(self, message: Message) -> Reply:
        """A reply in the manner of the real desk."""
        self.asked.append(message)
        if self.slow:
            await asyncio.sleep(self.slow)
        text = message.text
        if message.media:
            return say("照片收到了。请用一句话说说是什么事、在哪里。")
        if message.location:
            return say("位置收到了，没有保存。想找哪里请打工会热线12351。")
        if "图" in text:
            return Reply((Text("给您一张图，可以转给工友。"), Image(text.removeprefix("图"), "带什么、找谁、几点")))
        for word, reply in (("扶持", LONG), ("考", SCHOOL), ("助学", SCHOOL), ("卡", CARD), ("急事", DUTY)):
            if word in text:
                return reply
        return NOT_FOUND


def chat_app(folder: Path, *, demo: bool = True, menu: chat.Menu = MENU) -> web.Application:
    """The app around the page; `desk_of` gives its front desk."""
    app = web.Application(middlewares=MIDDLEWARES)
    app[SETTINGS] = Settings(_env_file=None, data_dir=folder, demo=demo)
    app[DISPATCH] = FrontDesk()  # type: ignore[misc]
    app[WEBCHAT] = WebChat(SECRET, demo=demo)
    app[chat.MENU] = menu
    app.add_routes(
        [
            web.get("/", chat.page),
            web.get("/static/{name}", chat.static),
            web.get("/api/v1/me", chat.me),
            web.post("/api/v1/persona", chat.persona),
            web.post("/api/v1/messages", chat.messages),
            web.post("/api/v1/photos", chat.photos),
            web.get("/api/v1/photos/{id}", chat.photo),
            web.get("/api/v1/events", chat.events),
        ]
    )
    app.on_shutdown.append(chat.hang_up)
    return app


def desk_of(app: web.Application) -> FrontDesk:
    """The stand-in behind this app."""
    desk = app[DISPATCH]
    assert isinstance(desk, FrontDesk)
    return desk
