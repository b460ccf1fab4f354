"""Greeting, help, thanks, small talk, and what the platform reports by itself."""

import pytest

from tests.dialogues.conftest import Chat


async def test_hello_help_and_thanks(chat: Chat) -> None:
    await chat("你好", "您好")
    await chat("你能干啥", "问政策")
    await chat("谢谢", "不客气")
    await chat("算了", "好的")


async def test_whoever_follows_is_welcomed_with_examples(chat: Chat) -> None:
    reply = await chat("", "欢迎", "12351", kind="event", event="subscribe")
    assert len(reply.choices) >= 3


@pytest.mark.parametrize("event", ["unsubscribe", "view", "location", "templatesendjobfinish", "something_new"])
async def test_events_that_want_no_word_get_none(chat: Chat, event: str) -> None:
    assert (await chat("", kind="event", event=event)).parts == ()


@pytest.mark.parametrize("kind", ["image", "voice", "video", "location", "link", "unknown"])
async def test_every_kind_of_message_gets_an_answer(chat: Chat, kind: str) -> None:
    reply = await chat("", kind=kind)
    assert reply.text
    assert not reply.answered
