"""Answers as pictures: what stands on them, how Chinese is wrapped, who gets them and what is said where there is none."""

import io
import os
import random
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from blockbuster import BlockBuster
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image as Opened

from bot import drawing, pictures
from bot.channels.wechat import WeChat
from bot.channels.wechat_api import SharedTokens, WeChatApi
from bot.delivery import Delivery
from bot.dispatch import Dispatch
from bot.drawing import CLOSERS, EDGE, OPENERS, WHOLE, WIDTH, Area, Words, balanced, flowing, pieces, tidy, wrap
from bot.intents import named
from bot.intents.phrases import FIXED
from bot.messages import Image, Message, Reply, Text, as_data, say
from bot.pictures import NoPicture, Pictures, card_of, key_of, words
from bot.web.keys import WEBCHAT
from bot.web.pictures import PICTURES, picture
from bot.web.webhook import NO_PICTURE, PICTURE_COMES, FrontDoor
from knowledge import Ending, Knowledge
from knowledge.contacts import Contact, Contacts
from storage import Storage
from tests.chat_page import chat_app
from tests.conftest import lacking
from tests.wechat import APP_ID, OPENID, SECRET, TOKEN, Account, Platform, text

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.load("营口")


@pytest.fixture(scope="module")
def letters() -> drawing.Fonts:
    found = drawing.fonts()
    if found is None:
        lacking("No Chinese font is installed.")
    assert found
    return found


@pytest.fixture
def no_letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a Chinese font."""
    monkeypatch.setattr(drawing, "_known", lambda: None)
    monkeypatch.setattr(drawing, "_of_fontconfig", lambda: None)
    drawing.fonts.cache_clear()
    yield
    drawing.fonts.cache_clear()


# the wrapping of Chinese


def broad(said: str) -> float:
    """Like letters: Chinese as wide as high, the rest half as wide."""
    return sum(2.0 if ord(letter) > 0x2000 else 1.0 for letter in said)


chinese = st.text("每人补助元给困难职工的子女，。、；：！？（）《》“”〔〕年月日号0123456789.-% a", max_size=120)


@given(chinese, st.integers(16, 60))
@example("依据：营工发〔2015〕65号十（一）", 30)
@example("，，，，，，，，，，，，，，，，，，", 16)
def test_no_line_is_too_wide_and_nothing_is_lost(said: str, width: int) -> None:
    lines = wrap(said, width, broad)
    assert "".join(lines).replace(" ", "") == tidy(said).replace(" ", "")
    assert all(broad(line) <= width for line in lines)
    assert all(line == line.strip() and line for line in lines)


@given(chinese, st.integers(16, 60))
def test_no_stop_begins_a_line_and_no_bracket_ends_one(said: str, width: int) -> None:
    if any(broad(piece) > width for piece in pieces(tidy(said))):
        return  # a heap of stops wider than a line has to be broken somewhere
    lines = wrap(said, width, broad)
    assert all(line[0] not in CLOSERS for line in lines[1:])
    assert all(line[-1] not in OPENERS for line in lines[:-1])


@given(chinese, st.integers(16, 60))
def test_numbers_and_dates_are_never_broken(said: str, width: int) -> None:
    if any(broad(piece) > width for piece in pieces(tidy(said))):
        return
    lines = wrap(said, width, broad)
    for number in (match[0] for match in WHOLE.finditer(tidy(said))):
        assert any(number in line for line in lines), number


@pytest.mark.parametrize(
    "whole",
    [
        "营工发〔2015〕65号",
        "2015年11月30日",
        "3000元",
        "十（一）",
        "0417-2812351",
        "1-3万元",
        "10个工作日",
        "30%",
        "8:30",
    ],
)
def test_what_belongs_together_stays_together(whole: str) -> None:
    for before in range(30):
        lines = wrap("的" * before + whole + "，给职工", 30, broad)
        assert any(whole in line for line in lines), lines


def test_a_paragraph_does_not_end_with_a_lonely_character_and_a_title_has_even_lines() -> None:
    said = "社区工会按困难职工家里的高考情况逐级往上报，再来验收会。"
    assert len(wrap(said, 26 * 2, broad)[-1]) < 3
    assert len(flowing(said, 26 * 2, broad)[-1]) >= 3
    assert balanced("个人要不要申请、交什么材料", 22, broad) == ["个人要不要申请、", "交什么材料"]
    first, second = balanced("立项要占的条件是哪些呢", 20, broad)
    assert abs(len(first) - len(second)) <= 1


# what stands on a card


def test_a_card_says_who_what_to_bring_how_whom_and_when(knowledge: Knowledge) -> None:
    card = card_of(knowledge.library.by_id["jinqiu-sum"], knowledge, TODAY)
    assert card.title == "金秋助学给多少钱"
    assert card.lead == "每人3000元，给的是考上大专以上院校的在档困难职工子女。"
    assert [line.label for line in card.lines] == ["给谁", "带什么", "怎么办", "时间", "找谁", "几点"]
    bring = card.lines[1]
    assert bring.missing
    assert bring.text.startswith("文件没有写")
    assert card.lapsed
    assert card.basis == "依据：营工发〔2015〕65号 十（一）；营工发〔2015〕64号 二.10"
    said = words(card)
    for part in ("3000元", "已到期", "2015年到2016年", "营工发〔2015〕65号", "12351", "带什么：文件没有写"):
        assert part in said
    assert "3000元" in said[:200]


def test_another_places_rule_goes_under_its_name(knowledge: Knowledge) -> None:
    card = card_of(knowledge.library.by_id["dl-capacity-apply"], knowledge, TODAY)
    assert "辽宁" in card.away
    assert "大连" in card.away
    assert card.away in words(card)
    assert not card_of(knowledge.library.by_id["jinqiu-sum"], knowledge, TODAY).away


def test_a_phone_that_is_known_stands_on_the_card_with_the_day_of_its_check(knowledge: Knowledge) -> None:
    row = Contact(
        "市总工会保障部", phone="0417-2812345", address="站前区公园路1号", hours="周一至周五8:30-11:30",
        checked=date(2026, 9, 1),
    )  # fmt: skip
    known = replace(knowledge, contacts=Contacts.load("营口", [row]))
    whom, hours = card_of(known.library.by_id["jinqiu-sum"], known, TODAY).lines[-2:]
    assert whom.text == "市总工会保障部，电话0417-2812345，地址站前区公园路1号（2026年9月核对）"
    assert (hours.label, hours.text, hours.missing) == ("几点", "周一至周五8:30-11:30", False)
    entry = known.library.by_id["jinqiu-sum"]
    assert key_of(entry, known, TODAY) != key_of(entry, knowledge, TODAY)


def test_a_document_that_was_replaced_makes_its_cards_old(knowledge: Knowledge) -> None:
    ending = Ending("营工发〔2015〕65号", "营工发〔2026〕9号", date(2026, 5, 1), True)
    known = replace(knowledge, documents=replace(knowledge.documents, endings=(ending,)))
    card = card_of(known.library.by_id["chuangxin-sum"], known, TODAY)
    assert card.lapsed
    assert "已被营工发〔2026〕9号代替" in card.period


def test_wishes_that_go_on_for_ever_are_read_at_once() -> None:
    pattern, started = dict(FIXED)["picture"], time.perf_counter()
    for piece in ("能不能", "发成", "给我", "图片给我", "打印"):
        pattern.fullmatch(piece * 600 + "x")
    assert time.perf_counter() - started < 1


def test_a_card_changes_its_name_on_the_day_its_measure_ends(knowledge: Knowledge) -> None:
    entry = knowledge.library.by_id["jinqiu-sum"]
    last, next_day = date(2016, 12, 31), date(2017, 1, 1)
    assert key_of(entry, knowledge, last) != key_of(entry, knowledge, next_day)
    assert key_of(entry, knowledge, next_day) == key_of(entry, knowledge, TODAY)
    assert not card_of(entry, knowledge, last).lapsed


def test_every_entry_fits_its_card(knowledge: Knowledge, letters: drawing.Fonts) -> None:
    entries = list(knowledge.library.entries)
    for entry in random.Random(9).sample(entries, 150):
        sheet = drawing.lay_out(card_of(entry, knowledge, TODAY), letters)
        assert sheet.height < 3600, entry.id
        boxes = [mark for mark in sheet.marks if isinstance(mark, Words)]
        for mark in boxes:
            right = mark.x + sheet.measure(mark.size, mark.bold)(mark.text)
            assert EDGE <= mark.x < right <= WIDTH - EDGE + 1, (entry.id, mark)
            assert mark.size <= mark.y <= sheet.height - 14, (entry.id, mark)
            assert mark.size >= 32, "legible on a phone"
        ends = [mark.bottom for mark in sheet.marks if isinstance(mark, Area)]
        assert max(ends) <= sheet.height + 1


@pytest.mark.parametrize("name", ["jinqiu-sum", "jianyi-standard", "dl-capacity-apply", "bangfu-phone"])
def test_the_picture_is_as_wide_as_a_phone_and_its_edges_are_empty(
    knowledge: Knowledge, letters: drawing.Fonts, name: str
) -> None:
    png = drawing.draw(card_of(knowledge.library.by_id[name], knowledge, TODAY))
    assert len(png) < 1_000_000
    with Opened.open(io.BytesIO(png)) as opened:
        assert opened.format == "PNG"
        assert opened.width == WIDTH
        shown = opened.convert("RGB")
    for left, right in ((0, EDGE - 8), (WIDTH - EDGE + 8, WIDTH)):
        edge = shown.crop((left, 190, right, shown.height - 20))
        assert len(edge.getcolors() or []) == 1, "nothing stands in the margin"
    inside = shown.crop((EDGE, 190, WIDTH - EDGE, shown.height - 20)).getcolors(1 << 20) or []
    assert len(inside) > 8


def test_without_a_bold_font_letters_are_drawn_thicker(knowledge: Knowledge, letters: drawing.Fonts) -> None:
    card = card_of(knowledge.library.by_id["jinqiu-sum"], knowledge, TODAY)
    png = drawing.paint(drawing.lay_out(card, drawing.Fonts(letters.plain)))
    with Opened.open(io.BytesIO(png)) as opened:
        edge = opened.convert("RGB").crop((WIDTH - EDGE + 8, 190, WIDTH, opened.height - 20))
    assert len(edge.getcolors() or []) == 1


# the font


def test_the_font_of_the_setting_is_taken_with_its_bold_sister(tmp_path: Path) -> None:
    plain, bold = tmp_path / "NotoSansCJK-Regular.ttc", tmp_path / "NotoSansCJK-Bold.ttc"
    plain.touch()
    bold.touch()
    try:
        drawing.choose_font(str(plain))
        assert drawing.fonts() == drawing.Fonts(drawing.Face(str(plain), 2), drawing.Face(str(bold), 2))
    finally:
        drawing.choose_font("")


def test_a_machine_without_a_font_says_so_once_in_the_log(no_letters: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert not pictures.can_draw()
    assert not pictures.can_draw()
    said = capsys.readouterr()
    assert (said.out + said.err).count("no Chinese font") == 1


# the talk


class Member:
    def __init__(self, dispatch: Dispatch) -> None:
        self.dispatch, self.number = dispatch, 0

    async def __call__(self, said: str) -> Reply:
        self.number += 1
        return await self.dispatch.answer(Message("webchat", "somebody", f"m{self.number}", NOW, text=said))


@pytest.fixture
async def quick(tmp_path: Path, sqlite_file: Path) -> AsyncIterator[Storage]:
    file = tmp_path / "niangjia.db"
    shutil.copyfile(sqlite_file, file)
    opened = Storage.open(f"sqlite+aiosqlite:///{file}", bytes(range(32)))
    yield opened
    await opened.close()


@pytest.fixture
def dispatch(quick: Storage, knowledge: Knowledge) -> Dispatch:
    return Dispatch(quick, knowledge, clock=lambda: NOW)


@pytest.mark.parametrize(
    "wish", ["发成图片", "做成图", "图片", "发张图", "大字图", "打印", "能不能打印出来？", "把这个发成图片给我"]
)
async def test_after_an_answer_somebody_wants_it_as_a_picture(
    dispatch: Dispatch, letters: drawing.Fonts, wish: str
) -> None:
    say_ = Member(dispatch)
    answer = await say_("金秋助学给多少钱")
    assert answer.choices[-1].says == "发成图片"
    assert len(answer.choices) <= 4
    reply = await say_(wish)
    [part] = reply.parts
    assert isinstance(part, Image)
    assert part.media.startswith("entry:jinqiu-sum:")
    assert "每人3000元" in part.text
    assert reply.sources
    assert reply.answered


async def test_the_chip_is_picked_by_its_number(dispatch: Dispatch, letters: drawing.Fonts) -> None:
    say_ = Member(dispatch)
    answer = await say_("金秋助学给多少钱")
    [part] = (await say_(str(len(answer.choices)))).parts
    assert isinstance(part, Image)


async def test_a_picture_of_nothing_asks_what_it_is_to_show(dispatch: Dispatch) -> None:
    reply = await Member(dispatch)("发成图片")
    assert "哪件事" in reply.text
    assert not any(isinstance(part, Image) for part in reply.parts)


async def test_without_a_font_the_words_are_the_answer(dispatch: Dispatch, no_letters: None) -> None:
    say_ = Member(dispatch)
    answer = await say_("金秋助学给多少钱")
    assert "发成图片" not in [choice.says for choice in answer.choices]
    reply = await say_("发成图片")
    [part] = reply.parts
    assert isinstance(part, Text)
    assert part.text.startswith("这台机器没有中文字体，做不了图片")
    assert "每人3000元" in part.text
    assert "已到期" in part.text


def test_it_is_a_question_to_the_library_for_who_asks_understand() -> None:
    assert named("picture") == "ask"


# the door


@pytest.fixture
def app(tmp_path: Path, knowledge: Knowledge) -> web.Application:
    app = chat_app(tmp_path)
    app[PICTURES] = Pictures(tmp_path / "media" / "pictures", lambda: knowledge, lambda: NOW)
    app.router.add_get("/api/v1/pictures/{key}", picture)
    return app


async def test_the_page_fetches_a_picture_once(
    app: web.Application, knowledge: Knowledge, letters: drawing.Fonts, tmp_path: Path
) -> None:
    key = key_of(knowledge.library.by_id["jinqiu-sum"], knowledge, TODAY)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as client:
        response = await client.get(f"/api/v1/pictures/{key}")
        assert response.status == 200
        assert response.content_type == "image/png"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        body = await response.read()
        with Opened.open(io.BytesIO(body)) as opened:
            assert opened.width == WIDTH
        kept = list((tmp_path / "media" / "pictures").glob("*.png"))
        assert [file.read_bytes() for file in kept] == [body]
        again = await client.get(f"/api/v1/pictures/{key}", headers={"If-None-Match": response.headers["ETag"]})
        assert again.status == 304


@pytest.mark.parametrize("key", ["entry:nobody:000000000000", "entry:jinqiu-sum", "..%2F..%2Fsecret.key", "a" * 300])
async def test_there_is_no_picture_of_what_is_not_in_the_library(app: web.Application, key: str) -> None:
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as client:
        response = await client.get(f"/api/v1/pictures/{key}")
        assert response.status == 404


async def test_an_old_name_brings_the_card_as_it_stands_today(
    knowledge: Knowledge, letters: drawing.Fonts, tmp_path: Path
) -> None:
    shelf = Pictures(tmp_path, lambda: knowledge, lambda: NOW)
    entry = knowledge.library.by_id["jinqiu-sum"]
    before = await shelf.fetch(key_of(entry, knowledge, date(2016, 1, 1)))
    now = await shelf.fetch(key_of(entry, knowledge, TODAY))
    assert before == now


async def test_drawing_leaves_the_event_loop_alone(
    knowledge: Knowledge, letters: drawing.Fonts, tmp_path: Path, blockbuster: BlockBuster
) -> None:
    shelf = Pictures(tmp_path, lambda: knowledge, lambda: NOW)
    await shelf.make_ready()
    await shelf.fetch(key_of(knowledge.library.by_id["jinqiu-sum"], knowledge, TODAY))


async def test_only_the_newest_pictures_are_kept(
    knowledge: Knowledge, letters: drawing.Fonts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "KEPT", 2)
    shelf = Pictures(tmp_path, lambda: knowledge, lambda: NOW)
    for name in ("jinqiu-sum", "jinqiu-who", "bangfu-phone"):
        await shelf.fetch(key_of(knowledge.library.by_id[name], knowledge, TODAY))
    assert len(os.listdir(tmp_path)) == 2


async def test_a_machine_without_a_font_has_no_pictures(knowledge: Knowledge, no_letters: None, tmp_path: Path) -> None:
    with pytest.raises(NoPicture, match="没有中文字体"):
        await Pictures(tmp_path, lambda: knowledge).fetch("entry:jinqiu-sum:000000000000")


def test_the_page_gets_the_recipe_and_the_words(app: web.Application) -> None:
    written = app[WEBCHAT].write(Reply((Image("entry:jinqiu-sum:0123456789ab", "每人3000元"),)))
    assert written == {"replies": [{"kind": "image", "text": "每人3000元", "media": "entry:jinqiu-sum:0123456789ab"}]}


# WeChat


class Office:
    """An account at the stand-in WeChat, its door, its delivery, and the real front desk."""

    def __init__(self, storage: Storage, knowledge: Knowledge, platform: Platform, folder: Path) -> None:
        self.storage, self.platform, self.account = storage, platform, Account()
        self.now = NOW
        self.session = aiohttp.ClientSession()
        self.shelf = Pictures(folder, lambda: knowledge, lambda: NOW)
        self.dispatch = Dispatch(storage, knowledge, clock=lambda: NOW)
        self.wechat = WeChat(TOKEN, APP_ID)
        self.open(SECRET)

    def open(self, secret: str) -> None:
        self.api = WeChatApi(
            self.session, self.platform.base, APP_ID, secret, SharedTokens(self.storage),
            clock=lambda: self.now, pause=0, pictures=self.shelf,
        )  # fmt: skip
        self.delivery = Delivery(self.storage, {"wechat": self.api}, clock=lambda: self.now)
        self.door = FrontDoor(self.wechat, self.dispatch, self.storage, self.delivery, clock=lambda: self.now)

    async def hears(self, said: str) -> str:
        """What the member reads at once."""
        request = self.account.request(text(said))
        envelope = self.wechat.read(request.query, request.body, time.time())
        assert envelope
        return self.account.said(await self.door.reply(envelope, time.monotonic()))

    async def later(self) -> None:
        self.now += timedelta(seconds=5)
        while await self.delivery.step(self.now):
            pass


@pytest.fixture
async def office(quick: Storage, knowledge: Knowledge, tmp_path: Path) -> AsyncIterator[Office]:
    async with Platform() as platform:
        house = Office(quick, knowledge, platform, tmp_path / "pictures")
        yield house
        await house.session.close()


async def test_on_wechat_the_words_come_at_once_and_the_picture_follows(office: Office, letters: drawing.Fonts) -> None:
    await office.hears("金秋助学给多少钱")
    said = await office.hears("发成图片")
    assert "每人3000元" in said
    assert PICTURE_COMES in said
    await office.later()
    [(reader, png)] = office.platform.pictures
    assert reader == OPENID
    assert png.startswith(b"\x89PNG")
    [(kind, uploaded)] = office.platform.files.values()
    assert (kind, uploaded) == ("image/png", png)
    assert office.platform.sent == [], "the words are not said twice"


async def test_an_account_that_cannot_write_first_gives_the_words_and_says_so(
    office: Office, letters: drawing.Fonts
) -> None:
    office.open("")
    await office.hears("金秋助学给多少钱")
    said = await office.hears("发成图片")
    assert "每人3000元" in said
    assert NO_PICTURE in said
    await office.later()
    assert office.platform.pictures == []
    assert "上回没来得及" not in await office.hears("你好")


async def test_where_the_right_is_missing_the_member_hears_it_with_the_next_answer(
    office: Office, letters: drawing.Fonts
) -> None:
    office.platform.fail("message/custom/send", 48001)
    await office.hears("金秋助学给多少钱")
    assert PICTURE_COMES in await office.hears("发成图片")
    await office.later()
    said = await office.hears("谢谢")
    assert "图片没有发成：公众号没有这个接口的权限" in said
    await office.hears("金秋助学给多少钱")
    assert NO_PICTURE in await office.hears("发成图片")


async def test_a_busy_platform_gets_the_picture_later(office: Office, letters: drawing.Fonts) -> None:
    office.platform.fail("media/upload", -1, times=1)
    await office.hears("金秋助学给多少钱")
    await office.hears("发成图片")
    await office.later()
    assert office.platform.pictures == []
    await office.later()
    await office.later()
    assert len(office.platform.pictures) == 1


async def test_a_picture_that_cannot_be_drawn_goes_as_its_words(office: Office, quick: Storage) -> None:
    reply = Reply((Image("entry:nobody:000000000000", "带什么：身份证"), *say("就这些").parts))
    await quick.run(lambda records: records.outbox.put(f"wechat:{OPENID}", as_data(reply), NOW))
    await office.later()
    assert office.platform.sent == [(OPENID, "带什么：身份证\n\n就这些")]
