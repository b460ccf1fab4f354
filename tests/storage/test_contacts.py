"""How departments are reached: put in, changed, and noticed by running servers."""

from datetime import date

from storage import ContactRow, Storage

AID = ContactRow("市总工会保障部", "", "0417-2833001", "市府路1号", "周一到周五", date(2026, 11, 1))
LAOBIAN = ContactRow("市总工会保障部", "老边区", "0417-3800001")


async def test_what_is_put_in_twice_changes_once(storage: Storage) -> None:
    before = await storage.run(lambda records: records.entries.version())
    first = await storage.run(lambda records: records.contacts.upsert([AID, LAOBIAN]))
    after = await storage.run(lambda records: records.entries.version())
    second = await storage.run(lambda records: records.contacts.upsert([AID, LAOBIAN]))

    assert (first.new, first.changed, first.same) == (2, 0, 0)
    assert (second.new, second.changed, second.same) == (0, 0, 2)
    assert after > before  # running servers notice
    assert await storage.run(lambda records: records.entries.version()) == after
    assert await storage.run(lambda records: records.contacts.all()) == [AID, LAOBIAN]


async def test_a_new_number_takes_the_place_of_the_old_one(storage: Storage) -> None:
    await storage.run(lambda records: records.contacts.upsert([AID, LAOBIAN]))
    moved = ContactRow("市总工会保障部", "", "0417-2833009")
    changes = await storage.run(lambda records: records.contacts.upsert([moved]))

    assert (changes.new, changes.changed, changes.same) == (0, 1, 0)
    assert await storage.run(lambda records: records.contacts.all()) == [moved, LAOBIAN]


async def test_what_a_whole_new_list_lacks_is_gone(storage: Storage) -> None:
    await storage.run(lambda records: records.contacts.upsert([AID, LAOBIAN]))
    before = await storage.run(lambda records: records.entries.version())
    changes = await storage.run(lambda records: records.contacts.replace_all([LAOBIAN]))

    assert (changes.new, changes.changed, changes.same) == (0, 0, 1)
    assert await storage.run(lambda records: records.contacts.all()) == [LAOBIAN]
    assert await storage.run(lambda records: records.entries.version()) > before
