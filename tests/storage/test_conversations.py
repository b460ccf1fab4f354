"""Conversations: where a talk stands, one member at a time."""

import asyncio
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage import Conversation, Storage, Transaction

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


async def test_a_member_who_never_spoke_has_no_conversation(storage: Storage) -> None:
    assert await storage.run(lambda transaction: transaction.conversations.load("wechat:小明")) is None


async def test_a_conversation_comes_back_as_it_was_saved(storage: Storage) -> None:
    saved = Conversation("wechat:小明", {"step": "hazards.ask_where", "notes": {"what": "钢丝绳断股"}}, NOW)
    await storage.run(lambda transaction: transaction.conversations.save(saved))

    assert await storage.run(lambda transaction: transaction.conversations.load("wechat:小明")) == saved
    assert await storage.run(lambda transaction: transaction.conversations.load("wechat:小红")) is None


async def test_what_is_saved_later_stands(storage: Storage) -> None:
    later = Conversation("wechat:小明", {}, NOW + timedelta(minutes=1))
    await storage.run(lambda transaction: transaction.conversations.save(Conversation("wechat:小明", {"a": 1}, NOW)))
    await storage.run(lambda transaction: transaction.conversations.save(later))

    assert await storage.run(lambda transaction: transaction.conversations.load("wechat:小明")) == later


async def test_times_come_back_in_utc_whatever_their_zone_was(storage: Storage) -> None:
    shanghai = datetime(2026, 11, 20, 16, 0, tzinfo=timezone(timedelta(hours=8)))
    await storage.run(lambda transaction: transaction.conversations.save(Conversation("wechat:小明", {}, shanghai)))

    found = await storage.run(lambda transaction: transaction.conversations.load("wechat:小明"))
    assert found is not None
    assert found.updated_at.isoformat() == "2026-11-20T08:00:00+00:00"


async def test_a_time_without_zone_is_refused(storage: Storage) -> None:
    naive = Conversation("wechat:小明", {}, datetime(2026, 11, 20, 16, 0))
    with pytest.raises(Exception, match="without its time zone"):
        await storage.run(lambda transaction: transaction.conversations.save(naive))


async def test_who_locks_a_talk_sees_what_the_one_before_him_wrote(storage: Storage) -> None:
    def count(transaction: Transaction) -> None:
        transaction.conversations.lock("wechat:小明")
        found = transaction.conversations.load("wechat:小明")
        number = found.state["number"] if found else 0
        time.sleep(0.001)
        transaction.conversations.save(Conversation("wechat:小明", {"number": number + 1}, NOW))

    await asyncio.gather(*(storage.run(count) for _ in range(100)))

    found = await storage.run(lambda transaction: transaction.conversations.load("wechat:小明"))
    assert found is not None
    assert found.state == {"number": 100}
