"""Another process at the same database: `python -m tests.storage.other_process WHAT URL`.

It says "ready", waits for a line, does its work and prints what came of it, a line each.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from functools import partial
from itertools import count

from storage import OutboxRow, Storage, Transaction
from tests.conftest import KEY

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CALLERS = 8


async def claim(storage: Storage) -> None:
    """Claim until nothing is left."""

    async def one(caller: int) -> None:
        def some(transaction: Transaction) -> list[OutboxRow]:
            return transaction.outbox.claim(f"{os.getpid()}-{caller}", "wechat", NOW, limit=7)

        while rows := await storage.run(some):
            for row in rows:
                print(row.id)

    await asyncio.gather(*(one(caller) for caller in range(CALLERS)))


async def answer(storage: Storage) -> None:
    """Get the same 20 messages as everybody else, from the same member; answer those that nobody has answered."""

    async def one(caller: int) -> None:
        for number in range(20):
            print(number, await storage.run(partial(reply, caller, number)))

    def reply(caller: int, number: int, transaction: Transaction) -> str:
        transaction.conversations.lock("wechat:小明")
        earlier = transaction.inbox.seen("wechat:小明", str(number))
        if earlier is None:
            earlier = {"text": f"{os.getpid()}-{caller}"}
            transaction.inbox.remember("wechat:小明", str(number), earlier, NOW)
        return str(earlier["text"])

    await asyncio.gather(*(one(caller) for caller in range(CALLERS)))


async def write(storage: Storage) -> None:
    """Remember messages until killed; print each key once it is saved."""

    async def one(caller: int) -> None:
        for number in count():
            key = f"{caller}-{number}"
            await storage.run(partial(remember, key))
            print(key, flush=True)

    def remember(key: str, transaction: Transaction) -> None:
        transaction.inbox.remember("wechat:小明", key, {"text": key}, NOW)

    await asyncio.gather(*(one(caller) for caller in range(CALLERS)))


async def upgrade(storage: Storage) -> None:
    """Upgrade."""
    await asyncio.to_thread(storage.upgrade)
    print(await asyncio.to_thread(storage.is_current))


WORK = {"claim": claim, "answer": answer, "write": write, "upgrade": upgrade}


async def main(what: str, url: str) -> None:
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    storage = Storage.open(url, KEY)
    await WORK[what](storage)
    await storage.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
