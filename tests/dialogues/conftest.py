"""What the transcripts share: a real dispatch over a real store, and somebody to talk to it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import count

import pytest

from bot.dispatch import Dispatch
from bot.messages import Kind, Message, Reply, with_numbers
from knowledge import Knowledge
from storage import Storage

Chat = Callable[..., Awaitable[Reply]]
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def library() -> Knowledge:
    return Knowledge.load("营口")


@pytest.fixture
def chat(storage: Storage, library: Knowledge) -> Chat:
    """Say something and see that each of the given words stands in the answer. A new talk for each test."""
    desk = Dispatch(storage, library, rate=(10**6, 1.0), clock=lambda: NOON)
    numbers = count()

    async def say(text: str, *expected: str, kind: Kind = "text", event: str = "", sender: str = "oWorker") -> Reply:
        message = Message("wechat", sender, str(next(numbers)), NOON, kind=kind, text=text, event=event)
        reply = await desk.answer(message)
        for words in expected:
            assert words in with_numbers(reply), f"{text} → {with_numbers(reply)}"
        return reply

    return say
