"""WeChat's channel: what the platform sends becomes a Message, what we say becomes an answer that it takes."""

import base64
import re
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import MultiDict

from bot.channels.wechat import SUCCESS, TEXT_BYTES, Envelope, WeChat, cut
from bot.errors import BadMessage, BadSetting
from bot.messages import Choice, Image, Location, Message, Reply, Text, say
from tests.wechat import (
    AES_KEY,
    APP_ID,
    OFFICE,
    OLD_KEY,
    OPENID,
    TOKEN,
    Account,
    Inner,
    Request,
    fields_of,
    seal,
    sign,
    text,
    xml,
)

NOW = 1_763_700_000

PLAIN = (Account(), WeChat(TOKEN, APP_ID))
SEALED = (Account(aes_key=AES_KEY), WeChat(TOKEN, APP_ID, AES_KEY))
COMPATIBLE = (Account(aes_key=AES_KEY, compatible=True), WeChat(TOKEN, APP_ID, AES_KEY, plain_too=True))
WITHOUT_KEY = (Account(aes_key=AES_KEY, compatible=True), WeChat(TOKEN, APP_ID))
CHANGING = (Account(aes_key=OLD_KEY), WeChat(TOKEN, APP_ID, AES_KEY, OLD_KEY))
MODES = {"plain": PLAIN, "sealed": SEALED, "compatible": COMPATIBLE, "old key": CHANGING}

ALL_KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "text": (text("大病救助怎么办"), {"kind": "text", "text": "大病救助怎么办"}),
    "text with markup": (text("<b>a & b</b> ]]> <!DOCTYPE x>"), {"text": "<b>a & b</b> ]]> <!DOCTYPE x>"}),
    "emoji": (text("👨‍👩‍👧‍👦🇨🇳/::)[微笑]"), {"text": "👨‍👩‍👧‍👦🇨🇳/::)[微笑]"}),
    "no text": (text(""), {"kind": "text", "text": ""}),
    "image": (xml("image", PicUrl="http://x/", MediaId="m1"), {"kind": "image", "media": "m1"}),
    "voice": (xml("voice", MediaId="m2", Format="amr"), {"kind": "voice", "media": "m2", "text": ""}),
    "voice understood": (xml("voice", MediaId="m2", Recognition="我要报隐患"), {"text": "我要报隐患"}),
    "video": (xml("video", MediaId="m3", ThumbMediaId="t"), {"kind": "video", "media": "m3"}),
    "short video": (xml("shortvideo", MediaId="m4", ThumbMediaId="t"), {"kind": "video", "media": "m4"}),
    "location": (
        xml("location", Location_X=40.667, Location_Y=122.235, Scale=16, Label="站前区"),
        {"kind": "location", "location": Location(40.667, 122.235, "站前区")},
    ),
    "location nowhere": (xml("location", Location_X="nan", Location_Y="1e9"), {"location": None}),
    "link": (xml("link", Title="通知", Description="d", Url="https://x/"), {"kind": "link", "text": "通知"}),
    "a kind of tomorrow": (xml("hologram", MediaId="h"), {"kind": "unknown", "media": "h", "event": ""}),
    "unsupported": (xml("text", MsgType="unsupported", Content="【收到不支持的消息类型】"), {"kind": "unknown"}),
    "follow": (xml("event", Event="subscribe", EventKey=""), {"kind": "event", "event": "subscribe", "event_key": ""}),
    "follow by a code": (
        xml("event", Event="subscribe", EventKey="qrscene_站点-12", Ticket="t"),
        {"event": "subscribe", "event_key": "站点-12"},
    ),
    "unfollow": (xml("event", Event="unsubscribe", EventKey=""), {"event": "unsubscribe"}),
    "scan": (xml("event", Event="SCAN", EventKey="站点-12", Ticket="t"), {"event": "scan", "event_key": "站点-12"}),
    "button": (xml("event", Event="CLICK", EventKey="使用说明"), {"event": "click", "event_key": "使用说明"}),
    "button with an address": (xml("event", Event="VIEW", EventKey="https://x/a?b=1"), {"event": "view"}),
    "scanned from the menu": (
        xml(
            "event",
            Event="scancode_waitmsg",
            EventKey="扫码",
            ScanCodeInfo=Inner("<ScanType>qrcode</ScanType><ScanResult>站点-12</ScanResult>"),
        ),
        {"event": "scancode_waitmsg", "event_key": "扫码", "text": "站点-12"},
    ),
    "place from the menu": (
        xml(
            "event",
            Event="location_select",
            EventKey="k",
            SendLocationInfo=Inner("<Location_X>40.1</Location_X><Location_Y>122.2</Location_Y><Label>老边</Label>"),
        ),
        {"event": "location_select", "location": Location(40.1, 122.2, "老边")},
    ),
    "position of the phone": (
        xml("event", Event="LOCATION", Latitude=40.5, Longitude=122.5, Precision=9),
        {"event": "location", "location": Location(40.5, 122.5, "")},
    ),
    "template delivered": (
        xml("event", Event="TEMPLATESENDJOBFINISH", MsgID=200163836, Status="success"),
        {"event": "templatesendjobfinish"},
    ),
    "an event of tomorrow": (
        xml("event", Event="subscribe_msg_popup_event", List=Inner("<PopupScene>0</PopupScene>")),
        {"kind": "event", "event": "subscribe_msg_popup_event"},
    ),
    "event without a name": (xml("event"), {"kind": "event", "event": ""}),
    "no numbers": (text("你好", MsgId="x", CreateTime="9" * 5000), {"text": "你好"}),
    "leading mark": ("\ufeff" + text("你好"), {"text": "你好"}),
    "declaration": ('<?xml version="1.0" encoding="gbk"?>\n' + text("你好"), {"text": "你好"}),
    "control characters": (text("隐\x00患\x0b在\x1f三号\ufffe车间"), {"text": "隐患在三号车间"}),
}


def read(mode: tuple[Account, WeChat], content: str) -> Envelope | None:
    account, wechat = mode
    request = account.request(content, NOW)
    return wechat.read(request.query, request.body, NOW)


def understood(mode: tuple[Account, WeChat], content: str) -> Message:
    envelope = read(mode, content)
    assert envelope is not None
    return envelope.message


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", ALL_KINDS)
def test_every_kind_is_understood_in_every_mode_and_gets_an_answer(case: str, mode: str) -> None:
    content, expected = ALL_KINDS[case]
    account, wechat = MODES[mode]
    envelope = read((account, wechat), content)
    assert envelope is not None
    message = envelope.message
    assert {name: getattr(message, name) for name in expected} == expected
    assert message.channel == "wechat"
    assert message.sender == OPENID
    answer = wechat.write(envelope, [say("好的]]><MsgType>image</MsgType>\x08，👍")])
    fields = fields_of(account.opened(answer))
    assert fields["ToUserName"] == OPENID
    assert fields["FromUserName"] == OFFICE
    assert fields["MsgType"] == "text"
    assert fields["Content"] == "好的]]><MsgType>image</MsgType>，👍"
    assert wechat.write(envelope, []) == wechat.write(envelope, [Reply()]) == SUCCESS


def test_an_account_without_a_key_reads_the_plain_half_of_a_compatible_message() -> None:
    assert understood(WITHOUT_KEY, text("你好")).text == "你好"


# What is not a message. The platform signed it, so nothing but None may come of it.

BAD_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b"  \n",
    "not xml": b"hello",
    "json": b'{"FromUserName": "o", "MsgType": "text"}',
    "another root": b"<html><body/></html>",
    "empty root": b"<xml/>",
    "empty root with an end": b"<xml></xml>",
    "words in the root": b"<xml>hello</xml>",
    "cut off": text("你好").encode()[:-9],
    "cut inside a character": text("你好").encode()[:-17],
    "gbk": text("你好").encode("gbk"),
    "utf-16": text("你好").encode("utf-16"),
    "lone surrogate": text("x").encode().replace(b"[x]", b"[\xed\xa0\x80]"),
    "no kind": xml("text", MsgType=None).encode(),
    "empty kind": xml("text", MsgType="").encode(),
    "kind twice": xml("text", MsgType=Inner("<MsgType>a</MsgType>")).encode(),
    "kind with an attribute": text("x").replace("<MsgType>", '<MsgType a="b">').encode(),
    "empty event": xml("event", Event="").encode(),
    "nested key": xml("event", Event="subscribe", EventKey=Inner("<a>b</a>")).encode(),
    "nobody": xml("text", FromUserName="").encode(),
    "two senders": text("x").replace("</xml>", "<FromUserName>b</FromUserName></xml>").encode(),
    "nested sender": xml("text", FromUserName=Inner("<a>b</a>")).encode(),
    "endless sender": xml("text", FromUserName="o" * 1000).encode(),
    "doctype": b"<!DOCTYPE xml>" + text("x").encode(),
    "doctype in small letters": b"<!doctype xml>" + text("x").encode(),
    "doctype from elsewhere": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd">' + text("x").encode(),
    "entity": b'<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "b">]>' + text("x").replace("[x]", "[&a;]").encode(),
    "doctype behind a comment": b"<!-- <![CDATA[ --><!DOCTYPE xml [<!ENTITY a 'b'>]><!-- ]]> -->" + text("x").encode(),
    "doctype inside": text("x").replace("<xml>", "<xml><!DOCTYPE xml>").encode(),
    "unknown entity": xml("text", Content=Inner("<a>&b;</a>")).encode(),
    "laughs": b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml>&b;</xml>',
    "deep": b"<xml>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</xml>",
    "wide": b"<xml>" + b"<a/>" * 200_000 + b"</xml>",
}


@pytest.mark.parametrize("case", BAD_BODIES)
def test_a_signed_body_that_holds_no_message_is_nothing_and_takes_no_time(case: str) -> None:
    account, wechat = PLAIN
    query = account.request("", NOW).query
    began = time.perf_counter()
    assert wechat.read(query, BAD_BODIES[case], NOW) is None
    assert time.perf_counter() - began < 0.2


NO_TEXT = {"gbk", "utf-16", "lone surrogate", "cut inside a character"}


@pytest.mark.parametrize("case", sorted(BAD_BODIES.keys() - NO_TEXT))
def test_the_same_bodies_sealed_are_nothing_either(case: str) -> None:
    account, wechat = SEALED
    request = account.request(BAD_BODIES[case].decode(), NOW)
    assert wechat.read(request.query, request.body, NOW) is None


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: f"<xml>{t}</xml>".encode()))
def test_whatever_the_body_is_reading_it_raises_nothing(body: bytes) -> None:
    account, wechat = PLAIN
    wechat.read(account.request("", NOW).query, body, NOW)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
@settings(max_examples=60)
def test_whatever_a_member_writes_comes_back_unharmed(words: str) -> None:
    account, wechat = SEALED
    envelope = read(SEALED, text("x"))
    assert envelope is not None
    answer = wechat.write(envelope, [say("您说：" + words)])
    clean = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", words)
    assert account.said(answer) == ("您说：" + clean.replace("\r\n", "\n")).strip()


# Who may speak


def test_the_address_check_gets_its_echo() -> None:
    account, wechat = PLAIN
    query = account.request("", NOW).query | {"echostr": "5838479218127813673"}
    assert wechat.echo(query, NOW) == "5838479218127813673"


@pytest.mark.parametrize("wrong", ["", "<script>", "a b\n", "x" * 2000])
def test_an_echo_that_is_not_the_platforms_is_not_said(wrong: str) -> None:
    account, wechat = PLAIN
    wechat.echo(account.request("", NOW).query | {"echostr": "1"}, NOW)
    if wrong == "<script>":
        return  # printable, and said as text/plain
    with pytest.raises(BadMessage):
        wechat.echo(account.request("", NOW).query | {"echostr": wrong}, NOW)


WRONG_QUERIES: dict[str, dict[str, str]] = {
    "wrong signature": {"signature": "0" * 40},
    "no hex": {"signature": "签" * 40},
    "capitals": {"signature": Account().request("", NOW).query["signature"].upper()},
    "empty signature": {"signature": ""},
    "other nonce": {"nonce": "2"},
    "strange nonce": {"nonce": "]]>"},
    "endless nonce": {"nonce": "1" * 500},
    "no time": {"timestamp": "yesterday"},
    "negative time": {"timestamp": "-1"},
    "endless time": {"timestamp": "9" * 5000},
    "Arabic digits": {"timestamp": "١٢٣"},
}


@pytest.mark.parametrize("case", WRONG_QUERIES)
def test_a_request_that_the_platform_did_not_sign_is_refused(case: str) -> None:
    account, wechat = PLAIN
    request = account.request(text("x"), NOW)
    with pytest.raises(BadMessage) as refused:
        wechat.read(request.query | WRONG_QUERIES[case], request.body, NOW)
    assert refused.value.status == 403


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce"])
def test_each_parameter_stands_there_exactly_once(name: str) -> None:
    account, wechat = PLAIN
    request = account.request(text("x"), NOW)
    without = {key: value for key, value in request.query.items() if key != name}
    with pytest.raises(BadMessage):
        wechat.read(without, request.body, NOW)
    twice = MultiDict(request.query)
    assert wechat.read(twice, request.body, NOW)
    twice.add(name, request.query[name])
    with pytest.raises(BadMessage):
        wechat.read(twice, request.body, NOW)


@pytest.mark.parametrize("off", [-301, 301, 86_400])
def test_an_old_signature_does_not_open_the_door(off: int) -> None:
    account, wechat = PLAIN
    request = account.request(text("x"), NOW)
    assert wechat.read(request.query, request.body, NOW + 299)
    with pytest.raises(BadMessage):
        wechat.read(request.query, request.body, NOW + off)


def test_an_empty_token_is_refused_for_with_it_everybody_could_sign() -> None:
    for token in ("", "ab", "x" * 33, "有汉字的", "a b c"):
        with pytest.raises(BadSetting):
            WeChat(token, APP_ID)


@pytest.mark.parametrize("key", ["short", "x" * 44, "!" * 43])
def test_a_wrong_key_is_refused_at_the_start(key: str) -> None:
    with pytest.raises(BadSetting):
        WeChat(TOKEN, APP_ID, key)
    with pytest.raises(BadSetting):
        WeChat(TOKEN, "", AES_KEY)


# Sealed


def test_nobody_gets_round_the_key_by_leaving_it_out() -> None:
    account, wechat = SEALED
    plain = Account().request(text("x"), NOW)
    sealed = account.request(text("x"), NOW)
    for query in (
        plain.query,
        plain.query | {"encrypt_type": "raw"},
        plain.query | {"encrypt_type": "AES"},
        plain.query | {"encrypt_type": "aes"},
        {name: value for name, value in sealed.query.items() if name != "msg_signature"},
        sealed.query | {"msg_signature": sealed.query["signature"]},  # the commonest mistake
        sealed.query | {"signature": sealed.query["msg_signature"]},
    ):
        for body in (plain.body, sealed.body):
            with pytest.raises(BadMessage) as refused:
                wechat.read(query, body, NOW)
            assert refused.value.status == 403


def test_plain_messages_are_taken_beside_a_key_only_where_the_setting_says_so() -> None:
    _, wechat = COMPATIBLE
    request = Account().request(text("x"), NOW)
    envelope = wechat.read(request.query, request.body, NOW)
    assert envelope is not None
    assert Account().said(wechat.write(envelope, [say("好")])) == "好"


def test_a_body_without_cipher_is_refused_in_encrypted_mode() -> None:
    account, wechat = SEALED
    request = account.request(text("x"), NOW)
    for body in (text("x").encode(), b"", b"<xml><Encrypt></Encrypt></xml>", b"{}"):
        with pytest.raises(BadMessage):
            wechat.read(request.query, body, NOW)


def test_a_message_sealed_for_another_account_is_nothing() -> None:
    _, wechat = SEALED
    request = Account(aes_key=AES_KEY, app_id="wxffffffffffffffff").request(text("x"), NOW)
    assert wechat.read(request.query, request.body, NOW) is None


def test_a_message_under_an_unknown_key_is_nothing_whatever_its_bytes_turn_into() -> None:
    _, wechat = CHANGING
    for number in range(50):
        other = base64.b64encode(bytes([number + 100]) * 32).decode()[:43]
        request = Account(aes_key=other).request(text("x"), NOW)
        assert wechat.read(request.query, request.body, NOW) is None


@pytest.mark.parametrize("cipher", ["x", "====", "AAAA", base64.b64encode(bytes(33)).decode(), "汉"])
def test_cipher_that_is_none_is_nothing(cipher: str) -> None:
    _, wechat = SEALED
    stamp = str(NOW)
    query = {"timestamp": stamp, "nonce": "1", "signature": sign(TOKEN, stamp, "1"), "encrypt_type": "aes"}
    query["msg_signature"] = sign(TOKEN, stamp, "1", cipher)
    assert wechat.read(query, f"<xml><Encrypt>{cipher}</Encrypt></xml>".encode(), NOW) is None


def test_blanks_round_the_cipher_do_no_harm() -> None:
    account, wechat = SEALED
    request = account.request(text("x"), NOW)
    body = request.body.replace(b"<![CDATA[", b"<![CDATA[ \n").replace(b"]]>", b" ]]>")
    assert wechat.read(request.query, body, NOW)


def test_the_answer_goes_out_under_the_key_that_worked() -> None:
    account, wechat = CHANGING
    envelope = read(CHANGING, text("x"))
    assert envelope is not None
    assert account.said(wechat.write(envelope, [say("旧钥匙")])) == "旧钥匙"
    new = Account(aes_key=AES_KEY)
    request = new.request(text("x"), NOW)
    envelope = wechat.read(request.query, request.body, NOW)
    assert envelope is not None
    assert new.said(wechat.write(envelope, [say("新钥匙")])) == "新钥匙"


def test_the_helper_seals_as_the_platform_does() -> None:
    assert len(base64.b64decode(seal("x", AES_KEY, APP_ID))) % 32 == 0


# Which message is it


def test_a_repeat_carries_the_same_key_and_another_message_another() -> None:
    first = text("你好", created=NOW)
    assert understood(PLAIN, first).key == understood(SEALED, first).key == understood(CHANGING, first).key
    others = [
        xml("text", created=NOW, MsgId=1, Content="a"),
        xml("text", created=NOW, MsgId=1, Content="a", sender="oOther"),  # numbers repeat across people
        xml("text", created=NOW + 1, MsgId=1, Content="a"),
        xml("voice", created=NOW, MsgId=1),
        xml("event", created=NOW, Event="LOCATION"),
        xml("event", created=NOW, Event="CLICK", EventKey="a"),  # times repeat across events
        xml("event", created=NOW, Event="CLICK", EventKey="b"),
        xml("event", created=NOW, Event="subscribe"),
        xml("event", created=NOW, Event="subscribe", EventKey="qrscene_1"),
        xml("event", created=NOW, Event="MASSSENDJOBFINISH", MsgID=1),
        xml("event", created=NOW, Event="MASSSENDJOBFINISH", MsgID=2),
    ]
    keys = {understood(PLAIN, each).key for each in others}
    assert len(keys) == len(others)
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys), "a key holds nobody's name"


def test_a_message_is_from_when_the_platform_says_unless_that_cannot_be() -> None:
    assert understood(PLAIN, text("x", created=NOW - 60)).at.timestamp() == NOW - 60
    assert understood(PLAIN, text("x", created=0)).at.timestamp() == NOW
    assert understood(PLAIN, xml("text", CreateTime="1e400", Content="x")).at.timestamp() == NOW


def test_the_answer_to_a_repeat_is_the_same_to_the_byte() -> None:
    _, wechat = PLAIN
    content = text("你好", created=NOW)
    first, second = read(PLAIN, content), read(PLAIN, content)
    assert first is not None
    assert second is not None
    assert wechat.write(first, [say("好")]) == wechat.write(second, [say("好")])


# What fits one message


def test_choices_are_numbered_and_pictures_told_in_words() -> None:
    _, wechat = PLAIN
    reply = Reply((Text("选一个"), Image("m", "一张图")), (Choice("条件", "什么条件"), Choice("材料", "带什么")))
    assert wechat.split(reply) == ["选一个\n\n一张图\n\n回复数字接着问：\n1 条件\n2 材料"]
    assert wechat.split(Reply()) == []


def test_a_long_answer_is_cut_where_a_sentence_ends() -> None:
    sentence = "困难职工家庭子女考上大学的，给予一次性助学金。"
    pieces = cut(sentence * 60)
    assert len(pieces) == 3
    assert all(piece.endswith("。") and len(piece.encode()) <= TEXT_BYTES for piece in pieces)
    assert "".join(pieces) == sentence * 60


def test_a_line_end_is_better_than_a_sentence_end() -> None:
    assert cut("甲。乙。\n丙。丁。", 20) == ["甲。乙。", "丙。丁。"]


def test_a_cut_never_goes_through_a_number() -> None:
    for number in (
        "0417-2812351",
        "12,345.67元",
        "〔2015〕65号",
        "2026年11月20日",
        "三千五百元",
        "YH-20261120-0001",
        "３５％",
    ):
        for before in range(1, 30):
            words = "字" * before + number + "字" * 30
            assert any(number in piece for piece in cut(words, 60)), (number, before)


def test_a_cut_never_goes_through_what_people_see_as_one_character() -> None:
    for shown in ("👨‍👩‍👧‍👦", "🇨🇳", "👍🏽", "é", "1️⃣", "❤️‍🔥"):
        for before in range(20):
            words = "字" * before + shown + "字" * 20
            assert any(shown in piece for piece in cut(words, 40)), (shown, before)


ANYTHING = st.text(st.characters(codec="utf-8"), max_size=120) | st.text(
    "0123456789,.-。，\n 字👍\u200d🇨", max_size=200
)


@given(ANYTHING, st.integers(min_value=30, max_value=120))
@settings(max_examples=300, deadline=None)
def test_pieces_are_small_enough_and_nothing_is_lost(words: str, limit: int) -> None:
    pieces = cut(words, limit)
    assert all(piece.strip() and len(piece.encode()) <= limit for piece in pieces)
    clean = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", words)
    assert "".join("".join(pieces).split()) == "".join(clean.split())


@given(st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=60))
@settings(max_examples=100, deadline=None)
def test_numbers_stay_whole_wherever_they_stand(numbers: list[int]) -> None:
    words = "元，".join(f"给{number}" for number in numbers)
    whole = set(re.findall(r"\d+", "\n".join(cut(words, 60))))
    assert whole == {str(number) for number in numbers}


def test_what_does_not_fit_is_left_out_of_the_passive_answer() -> None:
    account, wechat = PLAIN
    envelope = read(PLAIN, text("x"))
    assert envelope is not None
    said = account.said(wechat.write(envelope, [say("答。" * 400), say("又答。" * 400)]))
    assert len(said.encode()) <= TEXT_BYTES
    assert said == wechat.split(say("答。" * 400))[0]


def test_a_sender_that_would_break_out_of_the_answer_cannot() -> None:
    account, wechat = PLAIN
    sender = "o]]></ToUserName><MsgType>image"
    envelope = read(PLAIN, text("x", sender=sender))
    assert envelope is not None
    answer = wechat.write(replace(envelope, account="gh_]]>"), [say("好")])
    assert fields_of(account.opened(answer))["ToUserName"] == sender


def test_a_request_is_read_in_a_millisecond() -> None:
    account, wechat = SEALED
    request: Request = account.request(text("你好" * 50), NOW)
    began = time.perf_counter()
    for _ in range(200):
        envelope = wechat.read(request.query, request.body, NOW)
        assert envelope is not None
        wechat.write(envelope, [say("好" * 300)])
    assert time.perf_counter() - began < 0.4
