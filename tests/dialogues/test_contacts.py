"""Whom to ask: the end of an answer, with and without a phone, in a district, and in a server that runs on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.dispatch import Dispatch
from bot.editions import Editions
from bot.messages import Message, Reply
from knowledge import Contact, Knowledge
from knowledge.contacts import Contacts
from storage import ContactRow, Storage

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SCHOOL = "金秋助学给多少钱"
AID = Contact("市总工会保障部", "", "0417-2830001", "市府路1号", "工作日8:30-17:00", date(2026, 11, 1))
LAOBIAN = Contact("老边区总工会", "", "0417-3800001", checked=date(2024, 3, 1))


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.load("营口")


def last_lines(reply: Reply) -> list[str]:
    return reply.text.splitlines()[-2:]


class Chat:
    def __init__(self, storage: Storage, knowledge: Knowledge) -> None:
        self.dispatch = Dispatch(storage, knowledge, rate=(10**6, 1.0), clock=lambda: NOON)
        self.count = 0

    def knows(self, contacts: Sequence[Contact]) -> None:
        self.dispatch.knowledge = replace(self.dispatch.knowledge, contacts=Contacts.load("营口", contacts))

    async def __call__(self, text: str, sender: str = "oAn") -> Reply:
        self.count += 1
        return await self.dispatch.answer(Message("wechat", sender, str(self.count), NOON, text=text))


@pytest.fixture
def chat(storage: Storage, knowledge: Knowledge) -> Chat:
    return Chat(storage, knowledge)


async def test_without_a_phone_that_is_said_and_the_hotline_named(chat: Chat) -> None:
    assert last_lines(await chat(SCHOOL)) == [
        "这是2015年到2016年的规定，已到期；现在还有没有，要问一声。",
        "找谁：市总工会保障部（电话还没有录入），或先打工会热线12351。",
    ]


async def test_with_a_phone_it_stands_at_the_end_with_the_day_of_the_check(chat: Chat) -> None:
    chat.knows([AID, LAOBIAN])
    assert last_lines(await chat(SCHOOL)) == [
        "这是2015年到2016年的规定，已到期；现在还有没有，要问一声。",
        "找谁：市总工会保障部，电话0417-2830001，地址市府路1号，时间工作日8:30-17:00（2026年11月核对）。",
    ]


async def test_in_a_district_its_own_union_comes_first(chat: Chat) -> None:
    chat.knows([AID, LAOBIAN])
    ended = last_lines(await chat("老边区金秋助学给多少钱"))[-1]
    assert ended == "找谁：老边区总工会，电话0417-3800001（号码是2024年3月核对的，可能变了）。"
    assert last_lines(await chat("详细"))[-1] == ended
    assert "市总工会保障部，电话" in last_lines(await chat("困难职工得了大病工会能救助多少钱"))[-1]  # no longer of 老边
    assert "市总工会保障部，电话" in last_lines(await chat("盖州金秋助学给多少钱", "oBo"))[-1]  # 盖州 has given none


async def test_another_place_has_no_phone_of_ours(chat: Chat) -> None:
    chat.knows([AID, Contact("生活保障部", "", "0411-80000000")])
    assert "0411" not in (await chat("大连困难职工帮扶给多少钱")).text


def test_a_department_is_found_however_it_is_written(knowledge: Knowledge) -> None:
    contacts = Contacts.load("营口", [Contact("保障工作部", "", "1"), Contact("女职工部", "老边区", "2")])
    for written in ("市总工会保障部", "市总保障部", "营口市总工会保障工作部", "生活保障部"):
        found = contacts.find(written)
        assert found is not None
        assert (found.name, found.phone) == ("市总工会保障部", "1")
    own = contacts.find("市总工会女职工部", "老边区")
    assert own is not None
    assert (own.name, own.phone) == ("老边区总工会女职工部", "2")
    assert contacts.find("没有这个部") is None


def test_every_department_that_the_library_names_at_home_has_its_place(knowledge: Knowledge) -> None:
    for topic in knowledge.library.topics:
        if topic.department is not None and topic.region in {"营口", "大连", "临沂"}:
            found = Contacts.load(topic.region).find(topic.department.name)
            assert found is not None, topic.department.name
            assert found.duties
            assert not found.phone  # the documents hold none


async def test_a_running_server_takes_in_what_is_imported(storage: Storage, tmp_path: Path) -> None:
    editions = Editions(storage, "营口", tmp_path / "clauses")
    dispatch = Dispatch(storage, editions.load())
    assert not await editions.look(dispatch)

    row = ContactRow("市总工会保障部", "", "0417-2830001")
    await storage.run(lambda records: records.contacts.upsert([row]))
    assert await editions.look(dispatch)
    found = dispatch.knowledge.contacts.find("市总工会保障部")
    assert found is not None
    assert found.phone == "0417-2830001"

    await storage.run(lambda records: records.contacts.upsert([row]))
    assert not await editions.look(dispatch)  # nothing new
