"""The chat page in a real browser, as somebody on a phone uses it: asks, presses, sends a photo, loses the line.

The system's Chromium through playwright; what it lacks is skipped with one line.
"""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer, unused_port
from aiohttp.web import Application
from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect

from bot.messages import Choice, say
from bot.web.keys import WEBCHAT
from tests.chat_page import FrontDesk, chat_app, desk_of
from tests.conftest import lacking

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PHONE: dict[str, Any] = {
    "viewport": {"width": 375, "height": 812},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
LOCAL: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        lacking("Chromium is not installed.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
        )
        yield browser
        await browser.close()


class House:
    """The app behind the page, which can be stopped and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, unused_port()
        self.app: Application | None = None

    async def start(self, demo: bool = True) -> None:
        self.app = chat_app(self.folder, demo=demo)
        self._server = TestServer(self.app, port=self.port)
        await self._server.start_server(shutdown_timeout=1)

    async def stop(self) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def desk(self) -> FrontDesk:
        assert self.app
        return desk_of(self.app)

    async def say_later(self, words: str, *choices: Choice) -> None:
        """A late reply to whoever spoke last."""
        assert self.app
        await self.app[WEBCHAT].push(self.desk.asked[-1].sender, say(words, *choices))


@pytest_asyncio.fixture(loop_scope="module")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """One fixture builds the app: point it at the whole house here."""
    house = House(tmp_path)
    await house.start()
    yield house
    await house.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(chromium: Browser) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(**PHONE, **LOCAL)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(house: House, visitor: BrowserContext) -> AsyncIterator[Page]:
    """The open page on a phone; a fault in its script or a broken rule of its policy fails the test."""
    page = await open_page(house, visitor)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security" in line.text else None)
    yield page
    assert not wrong


async def open_page(house: House, context: BrowserContext) -> Page:
    page = await context.new_page()
    page.set_default_timeout(8000)
    await page.goto(house.url)
    await expect(page.locator(".cell")).to_have_count(3)
    return page


async def type_and_send(page: Page, words: str) -> None:
    if await page.is_hidden("#text"):
        await page.click("#toType")
    await page.fill("#text", words)
    await page.click("#send")


def said(page: Page, who: str) -> Any:
    return page.locator(f".said.{who}")


async def photo(folder: Path) -> Path:
    path = folder / "crane.jpg"
    await asyncio.to_thread(Image.effect_noise((900, 600), 40).convert("RGB").save, path)
    return path


# asking


async def test_the_first_visit_welcomes_and_offers_four_questions(page: Page, house: House) -> None:
    await expect(page.locator(".bubble")).to_have_count(1)
    await expect(page.locator(".bubble")).to_contain_text("我是娘家人")
    await expect(page.locator(".chips button")).to_have_text(
        ["孩子考上大学工会给钱吗", "得了大病能救助吗", "普惠卡是啥", "我想创业有扶持吗"]
    )
    shown = await page.inner_text(".screen")
    for later in ("随手拍", "走访", "我的卡"):
        assert later not in shown
    assert not house.desk.asked  # nothing is sent before somebody speaks


async def test_a_pressed_example_is_asked_and_answered(page: Page, house: House) -> None:
    await page.click("text=孩子考上大学工会给钱吗")
    await expect(said(page, "me")).to_have_text("我说：孩子考上大学工会给钱吗")
    await expect(said(page, "it").last).to_contain_text("市总工会每人救助3000元")
    await expect(page.locator(".chips button")).to_have_text(["什么时候申报", "大病能救助吗", "有新规定告诉我"])
    await expect(page.locator(".time")).to_have_count(1)
    await page.click("text=大病能救助吗")
    await expect(said(page, "me").last).to_have_text("我说：得了大病工会有啥救助")
    assert [message.text for message in house.desk.asked] == ["孩子考上大学工会给钱吗", "得了大病工会有啥救助"]


async def test_the_answer_is_readable(page: Page) -> None:
    await type_and_send(page, "急事打什么电话")
    last = said(page, "it").last
    await expect(last.locator("a")).to_have_count(8)
    links = await last.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert links == [
        "tel:110", "tel:120", "tel:119", "tel:12356", "tel:12351", "tel:04172812351", "tel:13804170000",
        "http://www.ykszgh.com",
    ]  # fmt: skip
    await type_and_send(page, "孩子考大学")
    last = said(page, "it").last
    await expect(last.locator(".basis")).to_have_text("依据：营工发〔2015〕65号 十（一）")
    await expect(last.locator(".whole", has_text="〔")).to_have_text("营工发〔2015〕65号")
    text = await last.locator(".bubble").evaluate("bubble => bubble.innerText")
    assert text.count("\n") >= 5


async def test_a_long_answer_is_shown_from_its_beginning(page: Page) -> None:
    await type_and_send(page, "我想创业有扶持吗")
    last = said(page, "it").last
    await expect(last).to_contain_text("一共六步")
    box, log = await last.bounding_box(), await page.locator("#log").bounding_box()
    assert box
    assert log
    assert box["height"] > log["height"]
    assert 0 <= box["y"] - log["y"] < 110
    await expect(said(page, "me")).to_be_in_viewport(ratio=1)


async def test_below_a_long_answer_a_button_leads_on_to_what_can_be_chosen(page: Page) -> None:
    await expect(page.locator("#fresh")).to_be_hidden()
    await type_and_send(page, "我想创业有扶持吗")
    more = page.locator("#fresh.below")
    await expect(more).to_be_visible()
    await expect(more).to_have_attribute("aria-label", "下面还有，往下看")
    button, answer = await more.bounding_box(), await said(page, "it").last.locator(".bubble").bounding_box()
    assert button
    assert answer
    assert button["width"] == button["height"] == 44
    assert button["x"] >= answer["x"] + answer["width"]  # hides no word
    await no_serious_faults(page)
    while await more.is_visible():
        before = await page.evaluate("document.getElementById('log').scrollTop")
        await more.click()
        await page.wait_for_function("n => document.getElementById('log').scrollTop > n", arg=before)
        await page.wait_for_timeout(600)
    chip, foot = await page.locator(".chips button").last.bounding_box(), await page.locator("#foot").bounding_box()
    assert chip
    assert foot
    assert foot["y"] - chip["y"] - chip["height"] >= 20


async def test_a_short_answer_stands_whole_above_the_input(page: Page) -> None:
    await type_and_send(page, "谢谢")
    await expect(said(page, "it")).to_have_count(2)
    await expect(page.locator(".chips button").last).to_be_in_viewport(ratio=1)
    await expect(page.locator("#fresh")).to_be_hidden()


async def test_while_it_waits_the_title_says_so(page: Page, house: House) -> None:
    house.desk.slow = 1.0
    await type_and_send(page, "普惠卡是啥")
    await expect(page.locator("#title")).to_have_text("对方正在输入…")
    await expect(page.locator("#title")).to_have_text("娘家人")
    await expect(said(page, "it")).to_have_count(2)


async def test_several_lines_and_the_enter_key(house: House, chromium: Browser) -> None:
    context = await chromium.new_context(**DESK, **LOCAL)
    page = await open_page(house, context)
    await page.keyboard.type("第一行")  # no click needed at a desk
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("第二行")
    height = await page.evaluate("document.getElementById('text').clientHeight")
    assert height > 60
    await page.keyboard.press("Enter")
    await expect(said(page, "me").locator(".bubble")).to_have_text(re.compile(r"第一行\n第二行"), use_inner_text=True)
    assert house.desk.asked[0].text == "第一行\n第二行"
    await expect(page.locator("#text")).to_have_value("")
    await context.close()


async def test_a_page_says_when_something_is_too_long(page: Page, house: House) -> None:
    await type_and_send(page, "字" * 2001)
    await expect(page.locator("#toast")).to_contain_text("2000")
    assert await page.input_value("#text") == "字" * 2001
    assert not house.desk.asked


async def test_markup_is_words(page: Page) -> None:
    await type_and_send(page, "<img src=x onerror=alert(1)><b>卡</b>")
    await expect(said(page, "me").locator(".bubble")).to_contain_text("<img src=x onerror=alert(1)><b>卡</b>")
    assert await page.locator(".bubble img").count() == 0


# the foot


async def test_the_menu_is_the_one_of_a_service_account(page: Page, house: House) -> None:
    await expect(page.locator("#text")).to_be_hidden()
    await page.click(".cell >> nth=0")
    items = page.locator("[role=menuitem]")
    await expect(items).to_have_text(["金秋助学", "大病和两癌", "技能竞赛", "创业扶持", "普惠卡"])
    box = await page.locator(".pop").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375
    await page.keyboard.press("ArrowDown")
    await expect(items.nth(1)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(".pop")).to_have_count(0)
    await page.click(".cell >> nth=1")
    await page.click("text=急事电话")
    await expect(said(page, "it").last).to_contain_text("12356")
    await page.click(".cell >> nth=2")
    await expect(said(page, "me").last).to_contain_text("使用说明")
    assert [message.text for message in house.desk.asked] == ["急事打什么电话", "使用说明"]

    await page.click("#toType")
    await expect(page.locator("#text")).to_be_focused()
    await page.reload()
    await expect(page.locator("#text")).to_be_visible()  # remembered
    await page.click("#toMenu")
    await expect(page.locator("#menus")).to_be_visible()


async def test_big_letters_are_remembered(page: Page) -> None:
    async def size() -> float:
        return float(await page.locator(".bubble").first.evaluate("b => parseFloat(getComputedStyle(b).fontSize)"))

    before = await size()
    await page.click("#toType")
    await page.click("#plus")
    await page.click("#letters")
    assert await size() > before * 1.2
    await page.reload()
    assert await size() > before * 1.2
    await page.click("#more")
    await page.click("text=换回普通字")
    assert await size() == before


@pytest.mark.parametrize("width", [320, 375])
async def test_nothing_hangs_over_the_edge_and_the_input_does_not_zoom(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 568})
    await type_and_send(page, "急事打什么电话 " + "A" * 200)
    await expect(said(page, "it")).to_have_count(2)
    for _ in range(2):
        wide = await page.evaluate("""() => [...document.querySelectorAll('.screen *')].filter(node => {
            const box = node.getBoundingClientRect();
            return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1) && !node.closest('svg, .aloud');
        }).map(node => node.outerHTML.slice(0, 120))""")
        assert wide == []
        await page.evaluate("document.documentElement.classList.add('big')")
    assert await page.locator("#text").evaluate("t => parseFloat(getComputedStyle(t).fontSize)") >= 16


# photos and places


async def test_a_photo_is_shown_first_and_sent_then(page: Page, house: House, tmp_path: Path) -> None:
    await page.click("#toType")
    await page.click("#plus")
    async with page.expect_file_chooser() as choosing:
        await page.click("#pickPhoto")
    await (await choosing.value).set_files(await photo(tmp_path))
    await expect(page.locator(".look img")).to_be_visible()
    await page.click(".look >> text=取消")
    assert not house.desk.asked
    assert await page.get_attribute("#camera", "capture") == "environment"

    seen: list[str] = []

    async def watch(route: Route) -> None:
        bar = page.locator("[role=progressbar]")
        await expect(bar).to_be_visible()
        seen.append(await bar.get_attribute("aria-label") or "")
        await route.continue_()

    await page.route("**/api/v1/photos", watch)
    await page.set_input_files("#gallery", await photo(tmp_path))
    await page.click(".look >> text=发送")
    await expect(said(page, "it").last).to_contain_text("照片收到了")
    await expect(page.locator("[role=progressbar]")).to_have_count(0)
    assert seen == ["照片上传进度"]
    [message] = house.desk.asked
    assert message.kind == "image"
    assert await asyncio.to_thread((tmp_path / "media" / f"{message.media}.jpg").is_file)

    await page.reload()
    await page.click(".me .picture button")  # its small copy lives in the history
    await expect(page.locator(".look img")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".look")).to_have_count(0)


async def test_a_picture_of_ours_is_shown(page: Page, house: House, tmp_path: Path) -> None:
    await page.click("#toType")
    await page.set_input_files("#gallery", await photo(tmp_path))
    await page.click(".look >> text=发送")
    await expect(said(page, "it").last).to_contain_text("照片收到了")
    await type_and_send(page, f"图{house.desk.asked[0].media}")
    image = said(page, "it").last.locator("img")
    await expect(image).to_have_attribute("alt", "带什么、找谁、几点")
    await expect(image).to_have_js_property("naturalWidth", 900)


async def test_what_is_no_picture_is_said_at_once(page: Page, house: House) -> None:
    await page.click("#toType")
    await page.set_input_files("#gallery", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    await expect(page.locator("#toast")).to_contain_text("打不开")
    assert not house.desk.asked


async def test_a_photo_whose_upload_broke_is_sent_again(page: Page, house: House, tmp_path: Path) -> None:
    await page.click("#toType")
    await page.route("**/api/v1/photos", lambda route: route.abort())
    await page.set_input_files("#gallery", await photo(tmp_path))
    await page.click(".look >> text=发送")
    await expect(page.locator(".fail")).to_be_visible()
    await page.unroute("**/api/v1/photos")
    await page.click(".fail")
    await page.click("text=重发 >> nth=-1")
    await expect(said(page, "it").last).to_contain_text("照片收到了")
    await expect(page.locator(".fail")).to_have_count(0)


async def test_a_place_is_sent_with_its_name_once_it_is_allowed(
    page: Page, house: House, visitor: BrowserContext
) -> None:
    await visitor.grant_permissions(["geolocation"])
    await visitor.set_geolocation({"latitude": 40.667, "longitude": 122.235})
    await page.click("#toType")
    await page.click("#plus")
    await page.click("#sharePlace")
    await page.get_by_label("这是什么地方").fill("三号车间北门")
    await page.get_by_role("button", name="发送", exact=True).last.click()
    await expect(said(page, "me").last).to_contain_text("三号车间北门")
    await expect(said(page, "it").last).to_contain_text("位置收到了")
    place = house.desk.asked[0].location
    assert place
    assert (place.latitude, place.longitude, place.label) == (40.667, 122.235, "三号车间北门")


async def test_without_leave_the_page_says_why_there_is_no_place(page: Page, visitor: BrowserContext) -> None:
    await visitor.clear_permissions()
    await page.evaluate("() => { navigator.geolocation.getCurrentPosition = (yes, no) => no({code: 1}); }")
    await page.click("#toType")
    await page.click("#plus")
    await page.click("#sharePlace")
    await page.get_by_role("button", name="发送", exact=True).last.click()
    await expect(page.locator(".ask")).to_contain_text("您没有允许这个网页读位置")
    await page.click("text=去打字")
    await expect(page.locator("#text")).to_be_focused()


async def test_without_https_the_page_says_so(visitor: BrowserContext, house: House) -> None:
    await visitor.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page = await open_page(house, visitor)
    await page.click("#toType")
    await page.click("#plus")
    await page.click("#sharePlace")
    await expect(page.locator(".ask")).to_contain_text("https")


# the line


async def test_a_failed_message_gets_a_red_mark_and_goes_again_under_the_same_id(
    page: Page, house: House, visitor: BrowserContext
) -> None:
    ids: list[str] = []

    async def lost(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "{}")["id"])
        await route.fetch()  # the server hears it, the answer is lost
        await route.abort()

    await page.route("**/api/v1/messages", lost)
    await type_and_send(page, "普惠卡是啥")
    await expect(page.locator(".fail")).to_be_visible()
    await page.unroute("**/api/v1/messages")
    await page.click(".fail")
    await page.click("text=重发 >> nth=-1")
    await expect(said(page, "it").last).to_contain_text("普惠卡是发给")
    await expect(page.locator(".fail")).to_have_count(0)
    assert [message.key for message in house.desk.asked] == ids * 2
    await expect(said(page, "me")).to_have_count(1)


async def test_a_refusal_is_said_in_its_own_words(page: Page) -> None:
    await page.route(
        "**/api/v1/messages",
        lambda route: route.fulfill(status=400, json={"error": "一次最多说 2000 个字，请分几条发。"}),
    )
    await type_and_send(page, "卡")
    await expect(page.locator("#toast")).to_have_text("一次最多说 2000 个字，请分几条发。")
    await expect(page.locator(".fail")).to_be_visible()


async def test_what_was_said_is_still_there_after_a_reload_until_it_is_cleared(page: Page) -> None:
    await type_and_send(page, "普惠卡是啥")
    await expect(said(page, "it")).to_have_count(2)
    await page.reload()
    await expect(said(page, "me")).to_have_count(1)
    await expect(said(page, "it")).to_have_count(2)
    await expect(page.locator(".chips button")).to_have_text(["普惠卡归谁管"])
    await page.click("#more")
    await page.click("text=清空聊天记录")
    await page.get_by_role("button", name="清空", exact=True).click()
    await expect(said(page, "me")).to_have_count(0)
    await page.reload()
    await expect(said(page, "me")).to_have_count(0)
    await expect(page.locator(".chips button")).to_have_count(4)


async def test_only_the_last_two_hundred_are_kept(page: Page) -> None:
    await page.evaluate("""() => {
        const items = [...Array(300).keys()].map(n => ({id: 'x' + n, v: 1, at: Date.now() - 9e6 + n, who: 'me',
            kind: 'text', text: '第' + n, state: 'sent'}));
        localStorage.setItem('niangjia.chat.worker', JSON.stringify({cleared: 0, items}));
    }""")
    await page.reload()
    await expect(said(page, "me")).to_have_count(200)
    await expect(said(page, "me").last).to_contain_text("第299")


async def test_a_message_on_its_way_survives_a_reload(page: Page, house: House) -> None:
    house.desk.slow = 1.5
    await type_and_send(page, "普惠卡是啥")
    await page.wait_for_timeout(300)
    await page.reload()
    await expect(said(page, "it").last).to_contain_text("普惠卡是发给")
    await expect(said(page, "me")).to_have_count(1)
    assert len({message.key for message in house.desk.asked}) == 1


async def test_time_marks_stand_where_five_minutes_passed(page: Page) -> None:
    await page.evaluate("""() => {
        const noon = new Date(); noon.setHours(12, 0, 0, 0); noon.setDate(noon.getDate() - 1);
        const items = [0, 60e3, 420e3].map((gap, n) => ({id: 'x' + n, v: 1, at: noon.getTime() + gap, who: 'me',
            kind: 'text', text: 'x', state: 'sent'}));
        localStorage.setItem('niangjia.chat.worker', JSON.stringify({cleared: 0, items}));
    }""")
    await page.reload()
    await expect(page.locator(".time")).to_have_text(["昨天 12:00", "昨天 12:07"])


async def test_a_late_reply_comes_by_itself_also_after_the_server_was_started_anew(page: Page, house: House) -> None:
    await type_and_send(page, "普惠卡是啥")
    await expect(said(page, "it")).to_have_count(2)
    await house.say_later("您关心的普惠卡有新规定了。", Choice("看一看", "普惠卡新规定"))
    await expect(said(page, "it").last).to_contain_text("有新规定了")
    await expect(page.locator(".chips button")).to_have_text(["看一看"])

    await house.stop()
    await expect(page.locator("#net")).to_be_visible(timeout=15000)
    await house.start()
    await expect(page.locator("#net")).to_be_hidden(timeout=20000)
    await type_and_send(page, "孩子考大学")
    await expect(said(page, "it").last).to_contain_text("3000元")
    await house.say_later("服务器重启以后的消息。")
    await expect(said(page, "it").last).to_contain_text("重启以后")


async def test_who_reads_further_up_is_told_of_news_and_not_torn_away(page: Page, house: House) -> None:
    for _ in range(3):
        await type_and_send(page, "我想创业有扶持吗")
    await expect(said(page, "it")).to_have_count(4)
    await page.evaluate("document.getElementById('log').scrollTop = 0")
    await page.wait_for_timeout(100)
    await house.say_later("有一条新消息。")
    await expect(page.locator("#fresh")).to_be_visible()
    assert await page.evaluate("document.getElementById('log').scrollTop") == 0
    await page.click("#fresh")
    await expect(said(page, "it").last).to_be_in_viewport()
    await expect(page.locator("#fresh")).to_be_hidden()


async def test_two_tabs_of_one_person_stay_in_step(page: Page, house: House, visitor: BrowserContext) -> None:
    other = await open_page(house, visitor)
    await type_and_send(page, "普惠卡是啥")
    await expect(said(other, "me")).to_have_text(["我说：普惠卡是啥"])
    await expect(said(other, "it").last).to_contain_text("普惠卡是发给")
    await type_and_send(other, "孩子考大学")
    await expect(said(page, "it").last).to_contain_text("3000元")
    await house.say_later("一条迟到的消息。")
    for tab in (page, other):
        await expect(said(tab, "it")).to_have_count(4)
        await expect(said(tab, "me")).to_have_count(2)
    assert len(house.desk.asked) == 2
    await page.click("#who")
    await page.click(".sheet >> text=群监员")
    await expect(other.locator("#who")).to_contain_text("群监员")
    await expect(said(other, "me")).to_have_count(0)


# personas


async def test_each_persona_has_a_talk_of_its_own(page: Page, house: House) -> None:
    await type_and_send(page, "普惠卡是啥")
    await page.click("#who")
    await page.click(".sheet >> text=工会干部")
    await expect(page.locator("#who")).to_contain_text("工会干部")
    await expect(said(page, "me")).to_have_count(0)
    await type_and_send(page, "孩子考大学")
    await expect(said(page, "it").last).to_contain_text("3000元")
    await page.reload()
    await expect(page.locator("#who")).to_contain_text("工会干部")
    await expect(said(page, "me")).to_have_count(1)
    worker, cadre = house.desk.asked
    assert (worker.role, cadre.role) == ("worker", "cadre")
    assert worker.sender != cadre.sender


async def test_outside_a_demo_there_is_nobody_to_choose(house: House, chromium: Browser) -> None:
    await house.stop()
    await house.start(demo=False)
    context = await chromium.new_context(**DESK, **LOCAL)
    page = await open_page(house, context)
    await expect(page.locator("#about")).to_be_visible()
    await expect(page.locator("#people")).to_be_hidden()
    await expect(page.locator("#who")).to_be_hidden()
    await page.click("#more")
    await expect(page.locator(".sheet")).not_to_contain_text("身份")
    await context.close()


# for everybody


async def no_serious_faults(page: Page) -> None:
    """What axe calls serious or critical. It runs inside the page, whose policy lets no foreign script in otherwise."""
    results = await Axe().run(page)
    faults = [
        (fault["id"], [node["html"][:120] for node in fault["nodes"]])
        for fault in results.response["violations"]
        if fault["impact"] in {"serious", "critical", "moderate"}
    ]
    assert faults == []


async def test_axe_finds_nothing(page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await no_serious_faults(page)
    await page.click(".cell >> nth=0")
    await no_serious_faults(page)
    await page.keyboard.press("Escape")
    await type_and_send(page, "孩子考大学")
    await expect(said(page, "it")).to_have_count(2)
    await type_and_send(page, "急事打什么电话")
    await expect(said(page, "it")).to_have_count(3)
    await page.route("**/api/v1/messages", lambda route: route.abort())
    await type_and_send(page, "这条发不出去")
    await expect(page.locator(".fail")).to_be_visible()
    await page.click("#plus")
    await no_serious_faults(page)
    await page.click("#more")
    await no_serious_faults(page)
    await page.click("text=关于娘家人")
    await no_serious_faults(page)


async def test_axe_finds_nothing_on_a_desk(house: House, chromium: Browser) -> None:
    context = await chromium.new_context(**DESK, **LOCAL, reduced_motion="reduce")
    page = await open_page(house, context)
    await no_serious_faults(page)
    await page.evaluate("document.documentElement.classList.add('big')")
    await no_serious_faults(page)
    await context.close()


async def test_the_keyboard_reaches_everything_and_comes_back_from_sheets(house: House, chromium: Browser) -> None:
    context = await chromium.new_context(**DESK, **LOCAL)
    page = await open_page(house, context)
    reached = []
    for _ in range(40):
        await page.keyboard.press("Tab")
        reached.append(
            await page.evaluate("document.activeElement.id || document.activeElement.textContent.slice(0, 6)")
        )
    for wanted in ("more", "log", "孩子考上大学", "toMenu", "voice", "text", "plus", "职工问补助、"):
        assert wanted in reached
    await page.focus("#more")
    await page.keyboard.press("Enter")
    await expect(page.locator(".sheet button").first).to_be_focused()
    for _ in range(8):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.querySelector('.sheet').contains(document.activeElement)")
    await page.keyboard.press("Shift+Tab")
    assert await page.evaluate("document.querySelector('.sheet').contains(document.activeElement)")
    await page.keyboard.press("Escape")
    await expect(page.locator("#more")).to_be_focused()
    await context.close()


async def test_the_talk_is_read_aloud_but_not_its_past(page: Page) -> None:
    log = page.get_by_role("log", name="聊天记录")
    await expect(log).to_have_attribute("aria-live", "polite")
    await type_and_send(page, "卡")
    await expect(said(page, "it").last.locator(".aloud")).to_have_text("娘家人说：")


async def test_the_script_is_one_that_an_old_browser_reads() -> None:
    """What Chromium 80 and an old WebView do not know, and a minifier would have hidden."""
    static = Path(__file__).parents[2] / "bot" / "web" / "static"
    script, style = [await asyncio.to_thread((static / name).read_text, "utf-8") for name in ("chat.js", "chat.css")]
    code = re.sub(r"/\*.*?\*/|^\s*//.*$", "", script, flags=re.DOTALL | re.MULTILINE)
    for new in (r"\?\.[a-z(\[]", r"\?\?", r"\(\?<[=!]", r"\.replaceAll\(", r"\.at\(", "structuredClone", "randomUUID"):
        assert not re.search(new, code), new
    rules = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    for new in (r"(?<![\w-])gap:", r"(?<![\w-])inset:", "aspect-ratio:", ":has\\(", ":is\\(", ":where\\(", "color-mix"):
        assert not re.search(new, rules), new
