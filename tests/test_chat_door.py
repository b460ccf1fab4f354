"""The chat page's door, through HTTP: who speaks, what is said, pictures, late replies, and who is refused."""

import asyncio
import io
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar, FormData
from aiohttp.test_utils import BaseTestServer, TestServer
from aiohttp.web import Application
from blockbuster import BlockBuster
from PIL import Image

from bot.channels.webchat import COOKIE, KEPT_EVENTS, KEPT_SECONDS, LISTENERS, Visitor, WebChat
from bot.errors import BadMessage, BadSetting, NotDelivered
from bot.messages import Reply, say
from bot.web import chat
from bot.web.keys import SETTINGS, WEBCHAT
from tests.chat_page import MENU, SECRET, chat_app, desk_of


@pytest.fixture
def app(tmp_path: Path) -> Application:
    return chat_app(tmp_path)


@pytest.fixture
async def server(app: Application) -> AsyncIterator[BaseTestServer]:
    async with TestServer(app) as running:
        yield running


@pytest.fixture
async def client(server: BaseTestServer) -> AsyncIterator[ClientSession]:
    async with visitor(server) as somebody:
        yield somebody


def visitor(server: BaseTestServer) -> ClientSession:
    """A browser of its own; the server speaks plain HTTP on an address without a name."""
    return ClientSession(server.make_url("/"), cookie_jar=CookieJar(unsafe=True))


async def said(client: ClientSession, **body: object) -> ClientResponse:
    return await client.post("/api/v1/messages", json={"id": "m-1"} | body)


async def replies(client: ClientSession, **body: object) -> list[dict[str, Any]]:
    response = await said(client, **body)
    assert response.status == 200, await response.text()
    answer: dict[str, list[dict[str, Any]]] = await response.json()
    return answer["replies"]


async def sentence(response: ClientResponse) -> str:
    """The one Chinese sentence of a refusal."""
    data = await response.json()
    assert list(data) == ["error"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in data["error"])
    return str(data["error"])


def picture(size: tuple[int, int] = (60, 40), kind: str = "JPEG", **extra: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind, **extra)
    return out.getvalue()


async def sent(client: ClientSession, data: bytes, name: str = "photo.jpg", **headers: str) -> ClientResponse:
    form = FormData()
    form.add_field("photo", io.BytesIO(data), filename=name, content_type="image/jpeg")
    return await client.post("/api/v1/photos", data=form, headers=headers)


# what is said


async def test_a_question_is_answered_and_what_can_be_chosen_hangs_on_the_last_part(client: ClientSession) -> None:
    [reply] = await replies(client, text="孩子考上大学工会给钱吗")
    assert reply["kind"] == "text"
    assert reply["text"].startswith("考上大专以上院校的在档困难职工子女")
    assert reply["choices"][1] == {"label": "大病能救助吗", "says": "得了大病工会有啥救助"}

    first, last = await replies(client, id="m-2", text="图abc")
    assert "choices" not in first
    assert last == {"kind": "image", "media": "abc", "text": "带什么、找谁、几点"}


async def test_a_reply_without_parts_says_nothing() -> None:
    assert WebChat(SECRET, demo=False).write(Reply()) == {"replies": []}


async def test_the_cookie_decides_who_speaks_never_the_body(
    app: Application, server: BaseTestServer, client: ClientSession
) -> None:
    async with visitor(server) as other:
        await said(client, text="卡", sender="somebody", role="cadre", persona="cadre", channel="wechat")
        await said(client, id="m-2", text="卡")
        await said(other, text="卡")
    first, second, third = desk_of(app).asked
    assert first.sender == second.sender != third.sender
    assert (first.channel, first.role) == ("webchat", "worker")
    assert first.member == f"webchat:{first.sender}"


async def test_a_forged_cookie_is_somebody_new(app: Application, server: BaseTestServer, client: ClientSession) -> None:
    await said(client, text="卡")
    mine = {cookie.key: cookie.value for cookie in client.cookie_jar}[COOKIE]
    for value in (mine[:-2], mine + "x", "", "x" * 5000, WebChat("another key", demo=True).cookie(Visitor("me"))):
        async with visitor(server) as other:
            await other.post(
                "/api/v1/messages", json={"id": "a", "text": "卡"}, headers={"Cookie": f"{COOKIE}={value}"}
            )
    senders = [message.sender for message in desk_of(app).asked]
    assert len(set(senders)) == len(senders) == 6


async def test_the_cookie_is_out_of_reach_of_scripts_and_secure_over_https(
    client: ClientSession,
) -> None:
    plain = (await client.get("/")).cookies[COOKIE]
    assert plain["httponly"]
    assert plain["samesite"] == "Lax"
    assert not plain["secure"]
    assert (await client.get("/", headers={"X-Forwarded-Proto": "https"})).cookies[COOKIE]["secure"]


async def test_photo_and_place_come_as_what_they_are(app: Application, client: ClientSession) -> None:
    name = (await (await sent(client, picture())).json())["id"]
    await said(client, id="p", photo=name)
    await said(client, id="q", location={"lat": 40.667, "lon": 122, "label": "三号车间\x00北门"})
    await said(client, id="r", text="吊车\r\n断股\x07", photo=name)
    photo, place, both = desk_of(app).asked
    assert (photo.kind, photo.media, photo.text) == ("image", name, "")
    assert place.kind == "location"
    assert place.location is not None
    assert (place.location.latitude, place.location.longitude, place.location.label) == (40.667, 122.0, "三号车间北门")
    assert (both.kind, both.text) == ("image", "吊车\n断股")


@pytest.mark.parametrize(
    "body",
    [
        {"text": "卡", "id": None},
        {"text": "卡", "id": 7},
        {"text": "卡", "id": ""},
        {"text": "卡", "id": "a" * 65},
        {"text": "卡", "id": "a b"},
        {"text": "卡", "id": "编号"},
        {"text": "卡", "id": "a\n"},
        {},
        {"text": ""},
        {"text": " \n\u3000 "},
        {"text": 7},
        {"text": ["卡"]},
        {"text": "字" * 2001},
        {"photo": "../../secret.key"},
        {"photo": "0" * 64},
        {"photo": 7},
        {"location": "here"},
        {"location": {}},
        {"location": {"lat": 91, "lon": 0}},
        {"location": {"lat": 0, "lon": -181}},
        {"location": {"lat": True, "lon": 0}},
        {"location": {"lat": "40", "lon": 0}},
        {"location": {"lat": 10**400, "lon": 0}},
        {"location": {"lat": 1, "lon": 1, "label": "长" * 101}},
        {"location": {"lat": 1, "lon": 1, "label": 3}},
    ],
)
async def test_what_is_no_message_is_refused_with_a_sentence(
    app: Application, client: ClientSession, body: dict[str, object]
) -> None:
    response = await said(client, **body)
    assert response.status == 400
    await sentence(response)
    assert not desk_of(app).asked


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"id": "a", "text": "\\ud83d"}',
        b'{"id": "a", "location": {"lat": NaN, "lon": 1}}',
        b'{"id": "a", "location": {"lat": Infinity, "lon": 1}}',
        b'{"id": "a", "location": {"lat": ' + b"9" * 5000 + b', "lon": 1}}',
    ],
)
async def test_bytes_that_are_no_message_are_refused_too(client: ClientSession, raw: bytes) -> None:
    response = await client.post("/api/v1/messages", data=raw, headers={"Content-Type": "application/json"})
    assert response.status == 400
    await sentence(response)


async def test_two_thousand_characters_are_not_too_many(app: Application, client: ClientSession) -> None:
    await replies(client, text="字" * 2000)
    assert len(desk_of(app).asked[0].text) == 2000


async def test_a_body_over_a_megabyte_is_too_large(client: ClientSession) -> None:
    body = io.BytesIO(json.dumps({"id": "m-1", "text": "卡", "more": "x" * chat.MAX_BODY}).encode())
    response = await client.post("/api/v1/messages", data=body, headers={"Content-Type": "application/json"})
    assert response.status == 413
    await sentence(response)


# who is refused


@pytest.mark.parametrize("address", ["/api/v1/messages", "/api/v1/persona"])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_only_json_is_taken_for_words(client: ClientSession, address: str, kind: str) -> None:
    response = await client.post(address, data=b'{"id":"a","text":"x"}', headers={"Content-Type": kind})
    assert response.status == 415
    await sentence(response)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_page_cannot_speak_for_the_visitor(
    app: Application, client: ClientSession, headers: dict[str, str]
) -> None:
    for address in ("/api/v1/messages", "/api/v1/persona"):
        response = await client.post(address, json={"id": "a", "text": "卡", "persona": "cadre"}, headers=headers)
        assert response.status == 403
        await sentence(response)
    assert (await sent(client, picture(), **headers)).status == 403
    assert not desk_of(app).asked


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[::1", "", "10.0.0.5"]
)
async def test_a_name_turned_to_this_machine_opens_nothing(app: Application, client: ClientSession, host: str) -> None:
    headers = {"Host": host, "Origin": f"http://{host}"}
    refused = await client.post("/api/v1/messages", json={"id": "a", "text": "卡"}, headers=headers)
    assert refused.status == 403
    assert "NIANGJIA_PUBLIC_URL" in await sentence(refused)
    for address in ("/", "/api/v1/me", "/api/v1/events", "/static/chat.js"):
        assert (await client.get(address, headers={"Host": host})).status == 403
    assert not desk_of(app).asked
    for address in ("/wechat", "/healthz", "/readyz", "/metrics"):  # not part of this small house: 404, not 403
        assert (await client.get(address, headers={"Host": host})).status == 404


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080", "工会.example:443"])
async def test_this_machines_names_and_our_address_open_the_door(tmp_path: Path, host: str) -> None:
    app = chat_app(tmp_path)
    app[SETTINGS] = app[SETTINGS].model_copy(update={"public_url": "https://工会.example"})
    async with TestServer(app) as server, visitor(server) as client:
        assert (await client.get("/api/v1/me", headers={"Host": host})).status == 200


async def test_who_serves_others_is_called_by_any_name(tmp_path: Path) -> None:
    app = chat_app(tmp_path, demo=False)
    app[SETTINGS] = app[SETTINGS].model_copy(update={"host": "0.0.0.0"})
    async with TestServer(app) as server, visitor(server) as client:
        assert (await client.get("/api/v1/me", headers={"Host": "anything.example"})).status == 200


async def test_our_own_page_can(server: BaseTestServer, client: ClientSession) -> None:
    origin = str(server.make_url("/")).rstrip("/")
    for headers in ({"Origin": origin}, {"Sec-Fetch-Site": "same-origin", "Origin": "https://behind.a.proxy"}):
        response = await client.post("/api/v1/messages", json={"id": "a", "text": "卡"}, headers=headers)
        assert response.status == 200


async def test_every_answer_forbids_what_the_page_does_not_need(client: ClientSession) -> None:
    for address in ("/", "/static/chat.js", "/static/chat.css", "/static/emblem.svg", "/api/v1/me", "/static/none"):
        headers = (await client.get(address)).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_the_page_asks_nobody_else_for_anything(client: ClientSession) -> None:
    for address in ("/", "/static/chat.js", "/static/chat.css", "/static/emblem.svg"):
        text = await (await client.get(address)).text()
        for words in ("http://", "https://"):
            rest = text.replace("http://www.w3.org/", "").replace('"http://" + match', "")
            assert words not in rest, address
    page = await (await client.get("/")).text()
    assert "<style" not in page
    assert " style=" not in page
    assert "onclick" not in page
    assert "营口市总工会" in page
    assert "{{" not in page


async def test_static_files_are_sent_once(client: ClientSession) -> None:
    first = await client.get("/static/chat.js")
    assert first.content_type == "text/javascript"
    again = await client.get("/static/chat.js", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    for name in ("chat.html", "..%2fchat.py", "nothing.js"):
        assert (await client.get(f"/static/{name}")).status == 404


# personas


async def test_a_demo_lets_the_visitor_choose(app: Application, client: ClientSession) -> None:
    assert await (await client.get("/api/v1/me")).json() == {"persona": "worker", "demo": True, "menu": MENU}
    chosen = await client.post("/api/v1/persona", json={"persona": "cadre"})
    assert (await chosen.json())["persona"] == "cadre"
    assert (await (await client.get("/api/v1/me")).json())["persona"] == "cadre"
    await said(client, text="卡")
    await client.post("/api/v1/persona", json={"persona": "worker"})
    await said(client, text="卡")
    cadre, worker = desk_of(app).asked
    assert (cadre.role, worker.role) == ("cadre", "worker")
    assert cadre.sender != worker.sender


@pytest.mark.parametrize("persona", ["boss", "", None, 7, ["cadre"]])
async def test_there_are_three_personas(client: ClientSession, persona: object) -> None:
    response = await client.post("/api/v1/persona", json={"persona": persona})
    assert response.status == 400
    await sentence(response)


async def test_outside_a_demo_nobody_chooses_and_a_demo_cookie_gives_no_role(tmp_path: Path) -> None:
    app = chat_app(tmp_path, demo=False)
    cookie = WebChat(SECRET, demo=True).cookie(Visitor("somebody", "cadre"))
    async with TestServer(app) as server, visitor(server) as client:
        headers = {"Cookie": f"{COOKIE}={cookie}"}
        response = await client.post("/api/v1/persona", json={"persona": "cadre"}, headers=headers)
        assert response.status == 403
        assert (await (await client.get("/api/v1/me", headers=headers)).json())["persona"] is None
        await client.post("/api/v1/messages", json={"id": "a", "text": "卡"}, headers=headers)
    assert (desk_of(app).asked[0].sender, desk_of(app).asked[0].role) == ("somebody", None)


# pictures


async def test_a_picture_is_kept_without_its_place_and_camera(tmp_path: Path, client: ClientSession) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N"
    data = picture((60, 40), exif=exif, comment=b"hidden words", xmp=b"<x>hidden</x>")
    name = (await (await sent(client, data)).json())["id"]

    [file] = (tmp_path / "media").iterdir()
    assert file.name == f"{name}.jpg"
    assert file.stat().st_mode & 0o777 == 0o600
    kept = file.read_bytes()
    assert b"SecretCamera" not in kept
    assert b"hidden" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.size) == ("JPEG", (40, 60))
        assert not image.getexif()

    response = await client.get(f"/api/v1/photos/{name}")
    assert (response.content_type, await response.read()) == ("image/jpeg", kept)
    assert (await (await sent(client, data)).json())["id"] == name
    assert len(list((tmp_path / "media").iterdir())) == 1


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP"])
async def test_other_kinds_of_pictures_become_jpeg(tmp_path: Path, client: ClientSession, kind: str) -> None:
    response = await sent(client, picture(kind=kind), name="照片.bin")
    assert response.status == 200
    [file] = (tmp_path / "media").iterdir()
    assert file.read_bytes().startswith(b"\xff\xd8")


def test_what_is_see_through_becomes_white() -> None:
    for mode, colour in (("RGBA", (0, 0, 0, 0)), ("LA", (0, 0)), ("P", 0)):
        out = io.BytesIO()
        Image.new(mode, (8, 8), colour).save(out, "PNG", **({"transparency": 0} if mode == "P" else {}))
        with Image.open(io.BytesIO(chat.develop(out.getvalue()))) as image:
            assert image.getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        picture()[:-400],
        picture(kind="PNG")[:60],
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        os.urandom(5000),
    ],
)
async def test_what_is_no_picture_is_refused(tmp_path: Path, client: ClientSession, data: bytes) -> None:
    response = await sent(client, data)
    assert response.status == 415
    await sentence(response)
    assert not (tmp_path / "media").exists()


async def test_a_picture_may_not_be_too_large(client: ClientSession) -> None:
    response = await sent(client, picture() + bytes(chat.MAX_PHOTO))
    assert response.status == 413
    await sentence(response)
    out = io.BytesIO()
    Image.new("1", (10_001, 5_000)).save(out, "PNG")
    response = await sent(client, out.getvalue())
    assert response.status == 413
    out = io.BytesIO()
    Image.new("1", (30_000, 10_000)).save(out, "PNG")  # Pillow itself would warn of it
    assert (await sent(client, out.getvalue())).status == 413


async def test_a_form_without_a_picture_is_refused(client: ClientSession) -> None:
    assert (await client.post("/api/v1/photos", json={"photo": "x"})).status == 415
    empty = FormData({"words": "no file"})
    empty.add_field("more", "words", content_type="text/plain")
    assert (await client.post("/api/v1/photos", data=empty)).status in {400, 415}
    assert (await sent(client, b"")).status == 400
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await client.post("/api/v1/photos", data=b"--x\r\nnonsense", headers=broken)).status == 400
    nameless = {"Content-Type": "multipart/form-data"}
    assert (await client.post("/api/v1/photos", data=b"nonsense", headers=nameless)).status == 400


async def test_pictures_have_names_that_nobody_guesses(client: ClientSession) -> None:
    for name in ("0" * 64, "..%2f..%2fsecret.key", "x"):
        assert (await client.get(f"/api/v1/photos/{name}")).status == 404


async def test_words_and_pictures_do_not_hold_up_the_house(client: ClientSession, blockbuster: BlockBuster) -> None:
    name = (await (await sent(client, picture((1200, 900)))).json())["id"]
    await replies(client, text="卡")
    await replies(client, id="m-2", photo=name)
    assert (await client.get(f"/api/v1/photos/{name}")).status == 200
    for address in ("/", "/api/v1/me", "/static/chat.js"):
        assert (await client.get(address)).status == 200


# late replies


async def lines(response: ClientResponse, count: int, within: float = 5) -> list[str]:
    """The next so many lines that say something."""
    found: list[str] = []
    async with asyncio.timeout(within):
        while len(found) < count:
            line = (await response.content.readline()).decode().strip()
            if line:
                found.append(line)
    return found


async def test_a_late_reply_reaches_every_open_page_of_its_member_and_nobody_else(
    app: Application, server: BaseTestServer, client: ClientSession
) -> None:
    webchat = app[WEBCHAT]
    await said(client, text="卡")
    sender = desk_of(app).asked[0].sender
    async with visitor(server) as other:
        await other.get("/")
        one, two = await client.get("/api/v1/events"), await client.get("/api/v1/events")
        stranger = await other.get("/api/v1/events")
        for stream in (one, two, stranger):
            assert stream.content_type == "text/event-stream"
            assert await lines(stream, 1) == ["retry: 3000"]
        assert f"webchat:{sender}" in webchat.members()
        assert len(webchat.members()) == 2
        await webchat.push(sender, say("您报的有新进展。"))
        for stream in (one, two):
            number, data = await lines(stream, 2)
            assert number.startswith("id: ")
            assert json.loads(data.removeprefix("data: ")) == {
                "replies": [{"kind": "text", "text": "您报的有新进展。"}]
            }
        with pytest.raises(TimeoutError):
            await lines(stranger, 1, within=0.2)
        one.close()
        two.close()
        stranger.close()


async def test_a_page_that_comes_back_gets_what_it_missed(app: Application, client: ClientSession) -> None:
    webchat = app[WEBCHAT]
    await said(client, text="卡")
    sender = desk_of(app).asked[0].sender
    stream = await client.get("/api/v1/events")
    await lines(stream, 1)
    for words in ("一", "二", "三"):
        await webchat.push(sender, say(words))
    heard = await lines(stream, 6)
    stream.close()
    first = heard[0].removeprefix("id: ")
    for back in (
        await client.get("/api/v1/events", params={"after": first}),
        await client.get("/api/v1/events", headers={"Last-Event-ID": first}),
    ):
        assert (await lines(back, 5))[1:] == heard[2:]
        back.close()
    unknown = await client.get("/api/v1/events", params={"after": "before-the-restart"})
    assert (await lines(unknown, 7))[1:] == heard
    unknown.close()


async def test_who_is_not_here_cannot_be_told(app: Application, client: ClientSession) -> None:
    with pytest.raises(NotDelivered) as wrong:
        await app[WEBCHAT].push("nobody", say("在吗"))
    assert wrong.value.again_in
    response = await client.get("/api/v1/events")
    assert response.status == 401


async def test_a_page_that_went_away_does_not_count(app: Application, client: ClientSession) -> None:
    await client.get("/")
    stream = await client.get("/api/v1/events")
    await lines(stream, 1)
    assert app[WEBCHAT].members()
    stream.close()
    async with asyncio.timeout(5):
        while app[WEBCHAT].members():  # noqa: ASYNC110  the network says when
            await asyncio.sleep(0.01)


async def test_a_silent_line_is_kept_alive(client: ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "KEEP_ALIVE", 0.05)
    await client.get("/")
    stream = await client.get("/api/v1/events")
    assert await lines(stream, 3) == ["retry: 3000", ": still here", ": still here"]
    stream.close()


async def test_the_server_lets_its_pages_go_when_it_stops(server: BaseTestServer, client: ClientSession) -> None:
    await client.get("/")
    stream = await client.get("/api/v1/events")
    await lines(stream, 1)
    async with asyncio.timeout(5):
        await server.close()
        assert await stream.content.read() == b"\n"


def test_the_hub_keeps_little_and_not_for_long() -> None:
    now = 0.0
    webchat = WebChat(SECRET, demo=False, clock=lambda: now)
    hub = webchat.hub

    async def talk() -> None:
        nonlocal now
        with hub.listen("a", "", now, lambda: True):
            for number in range(KEPT_EVENTS + 5):
                await webchat.push("a", say(str(number)))
        with hub.listen("a", "", now, lambda: True) as back:
            assert back.queue.qsize() == KEPT_EVENTS
        now += KEPT_SECONDS + 1
        with hub.listen("a", "", now, lambda: True) as much_later:
            assert much_later.queue.empty()
        assert not hub.senders()

    asyncio.run(talk())


def test_of_many_pages_the_oldest_gives_way() -> None:
    hub = WebChat(SECRET, demo=False).hub
    with hub.listen("a", "", 0, lambda: True) as oldest:
        with hub.listen("a", "", 0, lambda: True):
            pages = [hub.listen("a", "", 0, lambda: True) for _ in range(LISTENERS - 1)]
            for page in pages:
                page.__enter__()
            assert oldest.queue.get_nowait() is None
            for page in pages:
                page.__exit__(None, None, None)
        assert hub.senders() == {"a"}
    assert not hub.senders()


# the menu


def test_the_menu_is_read_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "menu.yaml"
    file.write_text(
        "- name: 问政策\n  items:\n    - {name: 普惠卡, says: 普惠卡有什么用}\n- {name: 说明, says: 使用说明}\n"
    )
    assert chat.load_menu(file) == [
        {"name": "问政策", "items": [{"name": "普惠卡", "says": "普惠卡有什么用"}]},
        {"name": "说明", "says": "使用说明"},
    ]
    for wrong in (
        "",
        "- name: 问",
        "- {says: x}",
        "- {name: 问, items: []}",
        "- {name: 问, items: [{name: x}]}",
        ": [",
    ):
        file.write_text(wrong)
        with pytest.raises(BadSetting, match="菜单"):
            chat.load_menu(file)
    with pytest.raises(BadSetting, match="菜单"):
        chat.load_menu(tmp_path / "nothing.yaml")


def test_the_menu_of_the_house_is_good() -> None:
    assert 1 <= len(chat.load_menu(Path(chat.__file__).parents[2] / "knowledge" / "menu.yaml")) <= 3


def test_a_refusal_is_a_chinese_sentence() -> None:
    with pytest.raises(BadMessage, match="三种"):
        WebChat(SECRET, demo=True).as_persona(Visitor("a"), "boss")


async def test_a_line_that_breaks_while_sending_is_no_fault_of_ours(
    server: BaseTestServer, app: Application, caplog: pytest.LogCaptureFixture
) -> None:
    for head in (
        "POST /api/v1/messages HTTP/1.1\r\nContent-Type: application/json\r\n",
        "POST /api/v1/photos HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\n",
    ):
        _, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(f"{head}Host: 127.0.0.1\r\nContent-Length: 9000\r\n\r\n".encode())
        writer.write(b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\nhalf')
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()
        await writer.wait_closed()
    await asyncio.sleep(0.05)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert not desk_of(app).asked
