"""Sealing: who holds only the database reads nothing in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from storage import Conversation, Storage, Transaction, WrongKey
from storage.conversations import CONVERSATIONS
from storage.sealing import Sealing
from storage.tables import METADATA
from tests.conftest import KEY

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SECRETS = ["oOpenIdOfSomebody", "王小明", "13812345678", "message-key-77", "ACCESS-TOKEN-9"]


def tell_everything(transaction: Transaction) -> None:
    member, words = "wechat:oOpenIdOfSomebody", {"text": "王小明 13812345678"}
    transaction.conversations.save(Conversation(member, words, NOW))
    transaction.inbox.remember(member, "message-key-77", words, NOW)
    transaction.outbox.put(member, words, NOW)
    transaction.outbox.fill(transaction.outbox.await_answer(member, "message-key-77", NOW), words)
    transaction.tokens.put("wechat", "ACCESS-TOKEN-9", NOW + timedelta(hours=2))


async def test_the_rows_hold_no_plain_text_of_what_identifies(storage: Storage, database_url: str) -> None:
    await storage.run(tell_everything)

    def raw(transaction: Transaction) -> bytes:
        rows = [row for table in METADATA.sorted_tables for row in transaction.connection.execute(select(table))]
        assert len(rows) == 5
        return b"|".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for r in rows for v in r)

    everything = await storage.run(raw)
    if database_url.startswith("sqlite"):
        file = Path(database_url.partition("///")[2])
        everything += b"".join(part.read_bytes() for part in file.parent.glob(file.name + "*"))
    for secret in SECRETS:
        assert secret.encode() not in everything
        assert secret.encode("unicode_escape") not in everything


async def test_another_key_opens_nothing(storage: Storage) -> None:
    await storage.run(tell_everything)
    stranger = Sealing(bytes(32))

    def open_with_another_key(transaction: Transaction) -> None:
        row = transaction.connection.execute(select(CONVERSATIONS)).one()
        stranger.conversations.open(row.state, row.member)

    with pytest.raises(WrongKey, match="NIANGJIA_SECRET_KEY"):
        await storage.run(open_with_another_key)


async def test_a_sealed_value_moved_to_another_members_row_does_not_open(storage: Storage) -> None:
    def swap(transaction: Transaction) -> None:
        for member in ("wechat:小明", "wechat:小红"):
            transaction.conversations.save(Conversation(member, {"who": member}, NOW))
        prints = [Sealing(KEY).fingerprint(member) for member in ("wechat:小明", "wechat:小红")]
        stolen = select(CONVERSATIONS.c.state).where(CONVERSATIONS.c.member == prints[0]).scalar_subquery()
        transaction.connection.execute(
            update(CONVERSATIONS).where(CONVERSATIONS.c.member == prints[1]).values(state=stolen)
        )

    await storage.run(swap)

    with pytest.raises(WrongKey):
        await storage.run(lambda transaction: transaction.conversations.load("wechat:小红"))


def test_the_same_content_sealed_twice_looks_different() -> None:
    seal = Sealing(KEY).inbox
    assert seal.close("一", b"row") != seal.close("一", b"row")
    assert seal.open(seal.close({"a": ["一"]}, b"row"), b"row") == {"a": ["一"]}


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="not 32"):
        Sealing(b"short")
