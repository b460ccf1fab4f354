"""Documents taken in: once, their clauses in order, and what replaced what."""

from datetime import UTC, date, datetime

from storage import NewClause, NewDocument, Storage

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
OLD, NEW = "试工发〔2030〕7号", "试工发〔2031〕8号"


def _document(number: str = OLD, sha: str = "a", clauses: int = 3) -> NewDocument:
    texts = [NewClause(f"一.{n}", f"第{n}件事。", 2, n, "一、任务", "") for n in range(1, clauses + 1)]
    return NewDocument(number, "通知", "试点市总工会", "2030-05-06", "营口", "city", sha * 64, "全文", texts)


async def test_the_same_file_twice_changes_nothing(storage: Storage) -> None:
    assert await storage.run(lambda records: records.documents.take(_document(), NOW)) == "new"
    version = await storage.run(lambda records: records.entries.version())
    assert await storage.run(lambda records: records.documents.take(_document(), NOW)) == "same"

    assert await storage.run(lambda records: records.entries.version()) == version
    (row,) = await storage.run(lambda records: records.documents.all())
    assert (row.number, row.issued, row.taken_at, row.ends_at) == (OLD, "2030-05-06", NOW, None)
    clauses = await storage.run(lambda records: list(records.documents.clauses()))
    assert [(clause.document, clause.path, clause.page, clause.line) for clause in clauses] == [
        (row.id, "一.1", 2, 1), (row.id, "一.2", 2, 2), (row.id, "一.3", 2, 3),
    ]  # fmt: skip
    assert await storage.run(lambda records: records.documents.text(OLD)) == "全文"


async def test_a_changed_file_of_the_same_number_takes_the_place_of_the_earlier(storage: Storage) -> None:
    await storage.run(lambda records: records.documents.take(_document(), NOW))
    (before,) = await storage.run(lambda records: records.documents.all())
    version = await storage.run(lambda records: records.entries.version())
    assert await storage.run(lambda records: records.documents.take(_document(sha="b", clauses=1200), NOW)) == "changed"

    (after,) = await storage.run(lambda records: records.documents.all())
    assert after.id > before.id
    assert await storage.run(lambda records: records.documents.count()) == 1200
    assert await storage.run(lambda records: records.entries.version()) > version


async def test_a_document_is_replaced_from_a_day_on(storage: Storage) -> None:
    await storage.run(lambda records: records.documents.take(_document(), NOW))
    await storage.run(lambda records: records.documents.take(_document(NEW, "c"), NOW))
    since = date(2031, 1, 1)
    assert await storage.run(lambda records: records.documents.end(OLD, NEW, since, replaced=True))
    assert not await storage.run(lambda records: records.documents.end(OLD, NEW, since, replaced=True))
    assert await storage.run(lambda records: records.documents.end("别工发〔2015〕1号", NEW, since, replaced=False))

    old, new = await storage.run(lambda records: records.documents.all())
    assert (old.ends_at, new.in_force_from, new.replaces) == (since, since, OLD)
    endings = await storage.run(lambda records: records.documents.endings())
    assert sorted((e.number, e.by_number, e.since, e.replaced) for e in endings) == [
        ("别工发〔2015〕1号", NEW, since, False), (OLD, NEW, since, True),
    ]  # fmt: skip
