"""Leases, tokens and asked questions."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from storage import Storage
from storage.asked import ASKED

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def take(storage: Storage, holder: str, now: datetime) -> bool:
    return await storage.run(lambda transaction: transaction.leases.take("schedule", holder, now, now + MINUTE))


async def test_of_many_who_want_a_lease_one_gets_it(storage: Storage) -> None:
    taken = await asyncio.gather(*(take(storage, f"process {number}", NOW) for number in range(20)))

    assert taken.count(True) == 1


async def test_a_holder_prolongs_its_lease_and_others_wait_until_it_runs_out(storage: Storage) -> None:
    assert await take(storage, "一", NOW)
    assert await take(storage, "一", NOW + MINUTE / 2)
    assert not await take(storage, "二", NOW + MINUTE)
    assert await take(storage, "二", NOW + 2 * MINUTE)
    assert not await take(storage, "一", NOW + 2 * MINUTE)


async def test_a_token_is_there_until_it_expires(storage: Storage) -> None:
    assert await storage.run(lambda transaction: transaction.tokens.get("wechat", NOW)) is None
    await storage.run(lambda transaction: transaction.tokens.put("wechat", "旧", NOW))
    await storage.run(lambda transaction: transaction.tokens.put("wechat", "ACCESS", NOW + MINUTE))

    assert await storage.run(lambda transaction: transaction.tokens.get("wechat", NOW)) == "ACCESS"
    assert await storage.run(lambda transaction: transaction.tokens.get("wechat", NOW + MINUTE)) is None


async def test_questions_are_counted_by_day_and_answer(storage: Storage) -> None:
    day = date(2026, 11, 20)
    for answered, entry in [(True, "大病救助"), (True, "大病救助"), (False, None), (False, None), (False, None)]:
        await storage.run(
            lambda transaction, answered=answered, entry=entry: transaction.asked.note(  # type: ignore[misc]
                "大病能领多少", day, answered, entry
            )
        )

    counted = await storage.run(
        lambda transaction: transaction.connection.execute(
            select(ASKED.c.answered, ASKED.c.entry, ASKED.c.times).order_by(ASKED.c.times)
        ).all()
    )
    assert [tuple(row) for row in counted] == [(True, "大病救助", 2), (False, "", 3)]
