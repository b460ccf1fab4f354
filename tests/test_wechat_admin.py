"""`niangjia wechat check` and `menu`: each thing that can be wrong between WeChat and this machine has its sentence."""

import copy
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import wechat_admin
from bot.channels.wechat import WeChat
from bot.errors import BadSetting, BotError
from bot.settings import Settings
from bot.web import keys, webhook
from bot.wechat_admin import buttons, check, load_menu, menu_faults, push_menu
from tests.wechat import AES_KEY, APP_ID, SECRET, TOKEN, Platform


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    async with Platform() as platform:
        platform.menu = buttons(load_menu())
        yield platform


@pytest.fixture
async def door() -> AsyncIterator[TestServer]:
    """Our own address, as seen from outside."""
    app = web.Application()
    app[keys.WECHAT] = WeChat(TOKEN, APP_ID, AES_KEY)
    app[keys.SETTINGS] = Settings.model_validate({"wechat_verify": "MP_verify_abc.txt=abc"})
    app.router.add_get("/wechat", webhook.verify)
    app.router.add_get(r"/{name:MP_verify_\w+\.txt}", webhook.proof)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
def right(platform: Platform, door: TestServer) -> dict[str, Any]:
    """Settings with which all is well, but that the stand-in has no certificate."""
    return {
        "wechat_token": TOKEN,
        "wechat_app_id": APP_ID,
        "wechat_app_secret": SECRET,
        "wechat_aes_key": AES_KEY,
        "wechat_api_base": platform.base,
        "wechat_verify": "MP_verify_abc.txt=abc",
        "public_url": str(door.make_url("/")).rstrip("/"),
    }


async def faults(settings: dict[str, Any]) -> list[str]:
    found = await check(Settings.model_validate(settings))
    assert SECRET not in str(found)
    assert AES_KEY not in str(found)
    return [fault for fault in found if "https:// 开头" not in fault]


async def test_where_all_is_well_there_is_nothing_to_say(right: dict[str, Any]) -> None:
    assert await faults(right) == []


async def test_with_nothing_set_every_setting_is_named(platform: Platform) -> None:
    found = "\n".join(await check(Settings.model_validate({"wechat_api_base": platform.base})))
    for name in ("WECHAT_TOKEN", "WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_AES_KEY", "PUBLIC_URL", "WECHAT_VERIFY"):
        assert f"NIANGJIA_{name} 没有写" in found
    assert not platform.calls


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (("stable_token", 40164, "invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist"), "IP 1.2.3.4 不在"),
        (("stable_token", 40013, ""), "NIANGJIA_WECHAT_APP_ID"),
        (("stable_token", 40125, ""), "NIANGJIA_WECHAT_APP_SECRET"),
        (("stable_token", 40001, ""), "NIANGJIA_WECHAT_APP_SECRET"),
        (("getcallbackip", 50002, ""), "50002"),
        (("customservice/getkflist", 48001, ""), "没有客服消息的权限"),
        (("menu/get", 46003, ""), "还没有菜单"),
        (("menu/get", 48001, ""), "查不到公众号的菜单"),
    ],
)
async def test_what_the_platform_refuses_has_its_sentence(
    right: dict[str, Any], platform: Platform, refusal: tuple[str, int, str], words: str
) -> None:
    path, code, message = refusal
    platform.fail(path, code, message=message)
    (found,) = await faults(right)
    assert words in found


async def test_a_menu_that_is_not_ours_is_noticed(right: dict[str, Any], platform: Platform) -> None:
    platform.menu = platform.menu[:1]
    (found,) = await faults(right)
    assert "niangjia wechat menu" in found


async def test_no_way_out_is_one_sentence(right: dict[str, Any]) -> None:
    (found,) = await faults(right | {"wechat_api_base": "http://127.0.0.1:1"})
    assert "连不上 127.0.0.1:1" in found


async def test_no_way_in_is_said_with_the_address(right: dict[str, Any]) -> None:
    found = await faults(right | {"public_url": "http://127.0.0.1:1"})
    assert len(found) == 2
    assert "访问不到 http://127.0.0.1:1/wechat" in found[0]


async def test_another_token_on_the_running_server_is_noticed(right: dict[str, Any]) -> None:
    (found,) = await faults(right | {"wechat_token": "another1"})
    assert "不认这里的签名" in found


async def test_something_else_behind_the_address_is_noticed(right: dict[str, Any], platform: Platform) -> None:
    found = await faults(right | {"public_url": platform.base})
    assert "没有照样回 echostr" in found[0]
    assert "域名验证过不了" in found[1]


async def test_a_wrong_clock_is_noticed(right: dict[str, Any], platform: Platform) -> None:
    platform.clock = time.time() + 250
    (found,) = await faults(right)
    assert "对时" in found


async def test_a_key_beside_plain_messages_and_a_wrong_id_are_noticed(right: dict[str, Any]) -> None:
    found = await faults(right | {"wechat_plain": True})
    assert ["NIANGJIA_WECHAT_PLAIN" in fault for fault in found] == [True]
    found = await faults(right | {"wechat_app_id": "gh_0123456789ab"})
    assert "不像 AppID" in found[0]


# The menu


async def test_the_menu_is_pushed_as_buttons_that_say_their_words(right: dict[str, Any], platform: Platform) -> None:
    platform.menu = []
    told = await push_menu(Settings.model_validate(right))
    assert "问政策" in told
    assert [button["name"] for button in platform.menu] == ["问政策", "找工会", "更多"]
    first = platform.menu[0]["sub_button"][0]
    assert first == {"type": "click", "name": "金秋助学", "key": "金秋助学怎么补助"}
    assert "问政策".encode() in platform.bodies[-1]
    assert await faults(right) == []


def test_our_own_menu_keeps_to_the_limits() -> None:
    assert menu_faults(load_menu()) == []


def test_what_the_platform_would_refuse_is_said_before() -> None:
    right = load_menu()
    cases: list[tuple[str, Any]] = [
        ("1 到 3 个", [*right, *right]),
        ("1 到 3 个", []),
        ("最多 4 个汉字", [{"name": "五个字菜单", "says": "x"}]),
        ("最多 8 个汉字", [{"name": "问", "items": [{"name": "这个名字有九个汉字", "says": "x"}]}]),
        ("1 到 5 项", [{"name": "问", "items": [{"name": "x", "says": "x"}] * 6}]),
        ("1 到 5 项", [{"name": "问", "items": []}]),
        ("最多 128 字节", [{"name": "问", "says": "长" * 43}]),
        ("要么写 says", [{"name": "问"}]),
        ("要么写 says", [{"name": "问", "says": "x", "items": [{"name": "x", "says": "x"}]}]),
        ("没有写 name", [{"says": "x"}]),
        ("只写 name 和 says", [{"name": "问", "items": [{"name": "x", "items": []}]}]),
        ("要写 name", ["问"]),
    ]
    for words, menu in cases:
        assert words in "\n".join(menu_faults(copy.deepcopy(menu))), menu


async def test_a_menu_over_the_limits_is_not_pushed(right: dict[str, Any], platform: Platform) -> None:
    with pytest.raises(BotError):
        await push_menu(Settings.model_validate(right), [])
    assert not platform.calls
    with pytest.raises(BadSetting):
        await push_menu(Settings.model_validate(right | {"wechat_app_secret": ""}))


async def test_a_refused_menu_says_what_to_do(right: dict[str, Any], platform: Platform) -> None:
    platform.fail("menu/create", 48001)
    with pytest.raises(BotError, match="没有这个接口的权限"):
        await push_menu(Settings.model_validate(right))


def test_reasons_hold_no_address() -> None:
    assert wechat_admin._reason(TimeoutError()) == "超时"
    assert wechat_admin._reason(aiohttp.ClientPayloadError("http://secret")) == "ClientPayloadError"
