"""What makes the library grow: wishes, given answers, open questions and who waits, entries of staff."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from storage import NewEntry, Storage

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
AN, BO = "wechat:oAn", "wechat:oBo"


async def test_a_wish_stands_once_and_is_fulfilled_once(storage: Storage) -> None:
    assert await storage.run(lambda records: records.wishes.wish(AN, "金秋助学", NOW))
    assert not await storage.run(lambda records: records.wishes.wish(AN, "金秋助学", NOW + DAY))
    await storage.run(lambda records: records.wishes.wish(BO, "金秋助学", NOW))
    await storage.run(lambda records: records.wishes.wish(BO, "两癌救助", NOW))

    assert await storage.run(lambda records: records.wishes.counts()) == {"金秋助学": 2, "两癌救助": 1}
    assert await storage.run(lambda records: records.wishes.fulfil("金秋助学")) == [AN, BO]
    assert await storage.run(lambda records: records.wishes.fulfil("金秋助学")) == []
    assert await storage.run(lambda records: records.wishes.of(BO)) == ["两癌救助"]


async def test_a_withdrawn_wish_is_not_fulfilled(storage: Storage) -> None:
    await storage.run(lambda records: records.wishes.wish(AN, "金秋助学", NOW))
    await storage.run(lambda records: records.wishes.withdraw(AN, "金秋助学"))

    assert await storage.run(lambda records: records.wishes.fulfil("金秋助学")) == []


async def test_who_got_an_entry_lately_is_handed_over_once(storage: Storage) -> None:
    given = [(AN, "jinqiu-sum", NOW), (BO, "jinqiu-sum", NOW - 40 * DAY), (AN, "jinqiu-who", NOW)]
    await storage.run(lambda records: records.given.note(given))
    await storage.run(lambda records: records.given.note([(AN, "jinqiu-sum", NOW + DAY)]))

    assert await storage.run(lambda records: records.given.take("jinqiu-sum", NOW - 30 * DAY)) == [AN]
    assert await storage.run(lambda records: records.given.take("jinqiu-sum", NOW - 30 * DAY)) == []
    assert await storage.run(lambda records: records.given.forget_before(NOW + DAY)) == 1


async def test_open_questions_are_counted_until_they_are_settled(storage: Storage) -> None:
    day = date(2026, 11, 20)

    def note(times: int, question: str, answered: bool, entry: str = "") -> None:
        storage.run_now(lambda records: records.asked.note_many({(question, day, answered, entry): times}))

    note(3, "殡葬补贴有吗", False)
    note(2, "殡葬补贴有吗", False)
    note(7, "金秋助学给多少", True, "jinqiu-sum")
    note(1, "助学多少", True, "jinqiu-who")
    assert storage.run_now(lambda records: records.asked.rate("助学多少", "jinqiu-who"))
    assert not storage.run_now(lambda records: records.asked.rate("没问过的", "jinqiu-who"))

    seen = [(q.question, q.entry, q.unanswered, q.bad) for q in storage.run_now(lambda records: records.asked.open())]
    assert seen == [("殡葬补贴有吗", "", 5, 0), ("助学多少", "jinqiu-who", 0, 1)]
    assert storage.run_now(lambda records: records.asked.by_entry()) == {"jinqiu-sum": 7, "jinqiu-who": 1}

    storage.run_now(lambda records: records.asked.settle(["殡葬补贴有吗", "助学多少"], NOW))
    assert storage.run_now(lambda records: records.asked.open()) == []
    note(1, "殡葬补贴有吗", False)  # in vain once more
    assert [q.question for q in storage.run_now(lambda records: records.asked.open())] == ["殡葬补贴有吗"]


async def test_who_waits_for_an_answer_is_handed_over_once(storage: Storage) -> None:
    waiting = [
        (AN, "殡葬补贴有吗", NOW),
        (AN, "殡葬补贴有吗", NOW + DAY),
        (BO, "殡葬补贴给不给", NOW),
        (BO, "别的", NOW),
    ]
    await storage.run(lambda records: records.asked.wait(waiting))
    asked = ["殡葬补贴有吗", "殡葬补贴给不给"]

    assert await storage.run(lambda records: records.asked.take_askers(asked)) == [(AN, asked[0]), (BO, asked[1])]
    assert await storage.run(lambda records: records.asked.take_askers(asked)) == []
    assert await storage.run(lambda records: records.asked.forget(BO)) == 1


async def test_nobody_reads_in_the_tables_who_asked(storage: Storage) -> None:
    await storage.run(lambda records: records.wishes.wish(AN, "金秋助学", NOW))
    await storage.run(lambda records: records.given.note([(AN, "jinqiu-sum", NOW)]))
    await storage.run(lambda records: records.asked.wait([(AN, "殡葬补贴有吗", NOW)]))

    for table in ("wishes", "given", "askers"):
        whole = text(f"SELECT * FROM {table}")
        (row,) = storage.run_now(lambda records, whole=whole: records.connection.execute(whole).all())  # type: ignore[misc]
        assert not any("oAn" in str(value) or b"oAn" in bytes(value) for value in row if isinstance(value, bytes))


def _new(**changes: object) -> NewEntry:
    plain = NewEntry(
        "department", "", "殡葬补贴", "殡葬补贴", "营口", "没有这项补贴。", ["殡葬补贴有吗"], [],
        [["部门答复", "市总保障部 2026年11月20日"]], {}, "市总保障部", "王静", date(2026, 11, 20),
    )  # fmt: skip
    return plain._replace(**changes)  # type: ignore[arg-type]


async def test_a_correction_takes_the_place_of_what_was_published(storage: Storage) -> None:
    before = await storage.run(lambda records: records.entries.version())
    first = await storage.run(lambda records: records.entries.publish(_new(replaces="old"), NOW))
    second = await storage.run(lambda records: records.entries.publish(_new(replaces=first, answer="有。"), NOW + DAY))
    assert first != second

    published = await storage.run(lambda records: records.entries.published())
    assert [(row.entry, row.answer, row.replaces) for row in published] == [(second, "有。", (first, "old"))]
    assert await storage.run(lambda records: records.entries.version()) > before + 1
    assert await storage.run(lambda records: records.entries.withdraw(second, NOW))
    assert not await storage.run(lambda records: records.entries.withdraw(second, NOW))
    assert await storage.run(lambda records: records.entries.published()) == []
