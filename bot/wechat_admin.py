"""`niangjia wechat check` and `niangjia wechat menu`: what lies between WeChat and this machine, seen from here.

    check       asks what the platform would ask (our address, from outside) and what we ask of the platform;
                one sentence for each fault, with the place where it is put right
    push_menu   knowledge/menu.yaml, measured against the platform's limits, becomes the buttons under the chat

Changes nothing but the menu. Prints nothing; says no secret.
"""

import asyncio
import hashlib
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import yaml

from bot.channels.wechat_api import OwnTokens, Refused, WeChatApi
from bot.errors import BadSetting, BotError
from bot.settings import Settings

MENU = Path(__file__).parent.parent / "knowledge" / "menu.yaml"
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
CLOCK_OFF = 240  # seconds; at 300 every message is refused

Menu = Sequence[Mapping[str, Any]]


async def check(settings: Settings) -> list[str]:
    """What is missing or wrong, a Chinese sentence each; nothing where all is well."""
    faults = _unset(settings)
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        looks = [_look_at_clock(session, settings)]
        if settings.wechat_app_id and settings.wechat_app_secret:
            looks.append(_look_at_api(session, settings))
        if settings.public_url:
            looks.append(_look_at_callback(session, settings))
            looks.append(_look_at_proof(session, settings))
        for found in await asyncio.gather(*looks):
            faults += found
    return faults


async def push_menu(settings: Settings, menu: Menu | None = None) -> str:
    """Make `menu` (else knowledge/menu.yaml) the account's menu. What happened, as a sentence; BotError refuses."""
    if not (settings.wechat_app_id and settings.wechat_app_secret):
        raise BadSetting("推菜单要先写 NIANGJIA_WECHAT_APP_ID 和 NIANGJIA_WECHAT_APP_SECRET。")
    menu = load_menu() if menu is None else menu
    if faults := menu_faults(menu):
        raise BotError("\n".join(faults))
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        try:
            await _api(session, settings).put_menu(buttons(menu))
        except Refused as refused:
            raise BotError(_refused(refused)) from None
    names = "、".join(str(entry["name"]) for entry in menu)
    return f"菜单推上去了：{names}。手机上五分钟内更新，取消关注再关注马上能看到。"


def load_menu(path: Path = MENU) -> Menu:
    """The menu as it is written down."""
    try:
        menu = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as wrong:
        raise BadSetting(f"菜单 {path.name} 读不出来（{type(wrong).__name__}）。") from None
    if not isinstance(menu, list):
        raise BadSetting(f"菜单 {path.name} 要是一个列表，每项写 name，再写 says 或 items。")
    return menu


def menu_faults(menu: Menu) -> list[str]:
    """What the platform would refuse, or the phone would cut off."""
    faults = []
    if not 1 <= len(menu) <= 3:
        faults.append(f"菜单要有 1 到 3 个，现在是 {len(menu)} 个。")
    for entry in menu:
        if not isinstance(entry, Mapping):
            faults.append(f"菜单项要写 name，再写 says 或 items：{entry!r}。")
            continue
        faults += _entry_faults(entry, characters=4, name_bytes=16)
        items = entry.get("items")
        if items is None:
            continue
        if not isinstance(items, list) or not 1 <= len(items) <= 5:
            faults.append(f"菜单“{entry.get('name')}”下面要有 1 到 5 项。")
            continue
        for item in items:
            if not isinstance(item, Mapping) or "items" in item:
                faults.append(f"菜单“{entry.get('name')}”下面的每一项只写 name 和 says。")
                continue
            faults += _entry_faults(item, characters=8, name_bytes=60)
    return faults


def buttons(menu: Menu) -> list[dict[str, Any]]:
    """The menu in the platform's words."""
    return [
        {"name": entry["name"], "sub_button": buttons(entry["items"])}
        if entry.get("items")
        else {"type": "click", "name": entry["name"], "key": entry["says"]}
        for entry in menu
    ]


def _entry_faults(entry: Mapping[str, Any], characters: int, name_bytes: int) -> list[str]:
    name, says, faults = entry.get("name"), entry.get("says"), []
    if not isinstance(name, str) or not name.strip():
        return ["菜单里有一项没有写 name。"]
    width = sum(0.5 if character.isascii() else 1 for character in name)
    if width > characters or len(name.encode()) > name_bytes:
        faults.append(f"菜单“{name}”太长：最多 {characters} 个汉字。")
    if ("items" in entry) == (says is not None):
        faults.append(f"菜单“{name}”要么写 says，要么写 items。")
    if says is not None and (not isinstance(says, str) or not says.strip() or len(says.encode()) > 128):
        faults.append(f"菜单“{name}”的 says 要有字，最多 128 字节（42 个汉字）。")
    return faults


def _unset(settings: Settings) -> list[str]:
    faults = []
    if not settings.wechat_token:
        faults.append("NIANGJIA_WECHAT_TOKEN 没有写：和公众号后台“服务器配置”里的 Token 填成一样。")
    if not settings.wechat_app_id:
        faults.append("NIANGJIA_WECHAT_APP_ID 没有写：公众号后台“基本配置”里的 AppID，wx 开头。")
    elif not re.fullmatch(r"wx[0-9a-f]{16}", settings.wechat_app_id):
        faults.append("NIANGJIA_WECHAT_APP_ID 不像 AppID：要是 wx 开头的 18 位，不是微信号，也不是 gh_ 开头的原始 ID。")
    if not settings.wechat_app_secret:
        faults.append("NIANGJIA_WECHAT_APP_SECRET 没有写：没有它不能推菜单，慢的答复只能等会员下次说话时给。")
    if not settings.wechat_aes_key:
        faults.append(
            "NIANGJIA_WECHAT_AES_KEY 没有写：消息是明文。请在公众号后台选“安全模式”，把 EncodingAESKey 写到这里。"
        )
    elif settings.wechat_plain:
        faults.append("NIANGJIA_WECHAT_PLAIN 开着，明文消息也收：后台换成“安全模式”以后请关掉。")
    if settings.wechat_aes_key_old and not settings.wechat_aes_key:
        faults.append("NIANGJIA_WECHAT_AES_KEY_OLD 写了，新的 NIANGJIA_WECHAT_AES_KEY 却没有写。")
    if not settings.public_url:
        faults.append("NIANGJIA_PUBLIC_URL 没有写：要写外面访问这台机器的网址，https:// 开头，域名要备案。")
    elif not settings.public_url.startswith("https://"):
        faults.append("NIANGJIA_PUBLIC_URL 要以 https:// 开头：表单和手机定位只在 HTTPS 下能用。")
    if not settings.wechat_verify:
        faults.append(
            "NIANGJIA_WECHAT_VERIFY 没有写：在公众号后台“功能设置”下载 MP_verify_….txt，写成 文件名=文件里的内容。"
        )
    return faults


async def _look_at_clock(session: aiohttp.ClientSession, settings: Settings) -> list[str]:
    """Whether the platform can be reached, and whether its clock and ours agree: a signature holds five minutes."""
    host = urlsplit(settings.wechat_api_base).netloc
    try:
        async with session.get(settings.wechat_api_base, allow_redirects=False) as response:
            date = response.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        return [f"这台机器连不上 {host}（{_reason(fault)}）：请网管放开出去的 443 端口。"]
    try:
        off = time.time() - parsedate_to_datetime(date).timestamp()
    except ValueError:
        return []
    if abs(off) < CLOCK_OFF:
        return []
    return [f"这台机器的钟和微信差 {abs(round(off))} 秒：差过 5 分钟消息全收不到，请对时（NTP）。"]


async def _look_at_api(session: aiohttp.ClientSession, settings: Settings) -> list[str]:
    """Whether the platform lets us in, what it lets us do, and whether its menu is ours."""
    api = _api(session, settings)
    try:
        await api.get("getcallbackip")
    except Refused as refused:
        # That it cannot be reached at all is the other look's sentence.
        return [] if refused.code is None else [_refused(refused)]
    faults = []
    try:
        await api.get("customservice/getkflist")
    except Refused as refused:
        if refused.code == 48001:
            faults.append(
                "这个公众号没有客服消息的权限（没有认证的号都没有）：慢的答复和通知要等会员下次说话时才能给。"
            )
    try:
        there = await api.menu()
    except Refused as refused:
        return [*faults, f"查不到公众号的菜单：{refused}。"]
    if not there:
        faults.append("公众号还没有菜单：运行 niangjia wechat menu 推上去。")
    elif _shape(there) != _shape(buttons(load_menu())):
        faults.append("公众号的菜单和 knowledge/menu.yaml 不一样：运行 niangjia wechat menu 推上去。")
    return faults


async def _look_at_callback(session: aiohttp.ClientSession, settings: Settings) -> list[str]:
    """Ask our own address from outside what the platform asks when the address is saved."""
    if not settings.wechat_token:
        return []
    url = f"{settings.public_url.rstrip('/')}/wechat"
    timestamp, nonce, echo = str(int(time.time())), secrets.token_hex(5), secrets.token_hex(10)
    signature = hashlib.sha1("".join(sorted((settings.wechat_token, timestamp, nonce))).encode()).hexdigest()
    query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    try:
        async with session.get(url, params=query, allow_redirects=False) as response:
            status, body = response.status, await response.content.read(4096)
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        reason = _reason(fault)
        return [f"从外面的网址访问不到 {url}（{reason}）：看域名解析、证书、反向代理，服务（niangjia serve）起来没有。"]
    if status == 403:
        return [f"{url} 不认这里的签名：正在运行的服务用的 Token 不一样，或者反向代理丢了网址后面的参数。"]
    if status != 200 or body.decode(errors="replace") != echo:
        return [f"{url} 没有照样回 echostr（状态 {status}）：这个网址后面不是本服务，或者中间有网页认证、跳转。"]
    return []


async def _look_at_proof(session: aiohttp.ClientSession, settings: Settings) -> list[str]:
    """Whether the file that proves the domain is there."""
    name, _, content = settings.wechat_verify.partition("=")
    if not name:
        return []
    url = f"{settings.public_url.rstrip('/')}/{name}"
    try:
        async with session.get(url, allow_redirects=False) as response:
            status, body = response.status, await response.content.read(4096)
    except (aiohttp.ClientError, TimeoutError, OSError):
        return [f"从外面的网址打不开 {url}：域名验证过不了。"]
    if status == 200 and body.decode(errors="replace").strip() == content:
        return []
    return [f"{url} 里的内容和 NIANGJIA_WECHAT_VERIFY 不一样（状态 {status}）：域名验证过不了。"]


def _api(session: aiohttp.ClientSession, settings: Settings) -> WeChatApi:
    return WeChatApi(session, settings.wechat_api_base, settings.wechat_app_id, settings.wechat_app_secret, OwnTokens())


def _refused(refused: Refused) -> str:
    """What to do about a refusal, in words for the one who sits before the account's page."""
    if refused.code == 40164:
        found = re.search(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:]+", refused.detail)
        address = f" {found[0]}" if found else ""
        return f"这台机器出去的 IP{address} 不在公众号的 IP 白名单里（40164）：到后台“基本配置”里加上。"
    if refused.code in {40013, 40002, 41002}:
        return f"微信不认 NIANGJIA_WECHAT_APP_ID（{refused.code}）：和后台“基本配置”里的 AppID 对一遍。"
    if refused.code in {40125, 40001, 41004}:
        return f"微信不认 NIANGJIA_WECHAT_APP_SECRET（{refused.code}）：在后台重置过就要换成新的。"
    if refused.code == 48001:
        return "公众号没有这个接口的权限（48001）：没有认证的号不能用接口设菜单，请在后台手工填。"
    return f"微信接口不让用：{refused}。"


def _shape(menu: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What matters of buttons, ours or the platform's, to compare them."""
    return [(each.get("name"), each.get("key", ""), _shape(each.get("sub_button") or [])) for each in menu]


def _reason(fault: BaseException) -> str:
    """Why, without the address that the library's own words hold."""
    if isinstance(fault, TimeoutError):
        return "超时"
    if isinstance(fault, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "证书不对"
    if isinstance(fault, aiohttp.ClientConnectorDNSError):
        return "域名解析不了"
    return "连接不上" if isinstance(fault, aiohttp.ClientConnectorError) else type(fault).__name__
