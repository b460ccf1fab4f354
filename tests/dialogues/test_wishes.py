"""Wishes and ratings, as they are said."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dispatch import Dispatch
from bot.intents import recognise
from bot.messages import Message, Reply
from bot.talk import Memory
from knowledge import Asker, Knowledge
from knowledge.asking import Weights
from storage import Storage

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
Say = Callable[..., Awaitable[Reply]]


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return Knowledge.load("营口")


@pytest.fixture
def dispatch(storage: Storage, knowledge: Knowledge) -> Dispatch:
    return Dispatch(storage, knowledge, rate=(10**6, 1.0), clock=lambda: NOON)


@pytest.fixture
def say(dispatch: Dispatch) -> Say:
    count = 0

    async def said(text: str, sender: str = "oAn") -> Reply:
        nonlocal count
        count += 1
        return await dispatch.answer(Message("wechat", sender, str(count), NOON, text=text))

    return said


async def test_a_wish_is_kept_once_and_taken_back(say: Say, storage: Storage) -> None:
    answer = await say("金秋助学给多少钱")
    assert "已到期" in answer.text
    assert "有新规定告诉我" in [choice.says for choice in answer.choices]

    assert "记下了：“金秋助学”" in (await say("有新规定告诉我")).text
    assert "已经替您记着" in (await say("有新规定告诉我")).text
    assert storage.run_now(lambda records: records.wishes.counts()) == {"金秋助学": 1}

    assert "“金秋助学”不再告诉您" in (await say("不用告诉我了")).text
    assert "没有让我等着" in (await say("不用告诉我了")).text
    assert storage.run_now(lambda records: records.wishes.counts()) == {}


async def test_the_chip_can_be_picked_by_its_number(say: Say, storage: Storage) -> None:
    answer = await say("金秋助学给多少钱")
    number = [choice.says for choice in answer.choices].index("有新规定告诉我") + 1
    await say(str(number))

    assert storage.run_now(lambda records: records.wishes.counts()) == {"金秋助学": 1}


async def test_a_wish_names_its_matter_or_asks_for_it(say: Say, storage: Storage) -> None:
    assert "您要等哪件事" in (await say("有新政策通知我")).text
    assert "记下了" in (await say("两癌救助有新规定告诉我一声")).text
    assert len(storage.run_now(lambda records: records.wishes.counts())) == 1


async def test_all_wishes_are_taken_back_at_once(say: Say, storage: Storage) -> None:
    await say("金秋助学有新规定告诉我")
    await say("两癌救助有新规定告诉我")
    await say("都不用告诉我了")

    assert storage.run_now(lambda records: records.wishes.counts()) == {}


async def test_the_same_wish_three_times_at_once_is_one(dispatch: Dispatch, storage: Storage, say: Say) -> None:
    await say("金秋助学给多少钱")
    message = Message("wechat", "oAn", "same", NOON, text="有新规定告诉我")
    first, *others = [await dispatch.answer(message) for _ in range(3)]

    assert all(other == first for other in others)
    assert storage.run_now(lambda records: records.wishes.counts()) == {"金秋助学": 1}


@pytest.mark.parametrize("text", ["没答对", "答错了", "不对", "没用", "不是这个", "你答得不对啊", "答非所问"])
async def test_a_bad_rating_counts_on_the_question(text: str, say: Say, dispatch: Dispatch, storage: Storage) -> None:
    await say("金秋助学给多少钱")
    reply = await say(text)
    again = await say(text)
    await dispatch.flush()

    assert "我记下了" in reply.text
    assert [choice.says for choice in reply.choices][-1] == "转人工"
    assert len(reply.choices) == 3
    assert "12351" in again.text
    (row,) = storage.run_now(lambda records: records.asked.open())
    assert (row.question, row.entry, row.unanswered, row.bad) == ("金秋助学给多少钱", "jinqiu-sum", 0, 1)
    assert storage.run_now(lambda records: records.asked.take_askers([row.question])) == [("wechat:oAn", row.question)]


@pytest.mark.parametrize("text", ["不是 我问的是大连", "不对，我问的是条件", "没用完的钱怎么办", "不是职工能领不"])
def test_a_correction_that_goes_on_asking_is_no_rating(text: str, knowledge: Knowledge) -> None:
    memory = Memory(
        subject="jinqiu-sum", met=True, heard="金秋助学给多少钱", got="jinqiu-sum", asked="金秋助学给多少钱"
    )
    message = Message("wechat", "oAn", "1", NOON, text=text)

    assert recognise(message, memory, knowledge).name != "rating"


async def test_questions_are_noted_clean_and_who_waits_is_known(say: Say, dispatch: Dispatch, storage: Storage) -> None:
    await say("我叫王建国 13812345678，食堂涨价谁管")
    await say("金秋助学给多少钱")
    await say("那找谁")
    await dispatch.flush()

    (row,) = storage.run_now(lambda records: records.asked.open())
    assert row.question == "我叫〔姓名〕 〔号码〕，食堂涨价谁管"
    assert storage.run_now(lambda records: records.asked.by_entry())["jinqiu-sum"] == 1
    assert storage.run_now(lambda records: records.given.take("jinqiu-sum", NOON)) == ["wechat:oAn"]


async def test_a_choice_is_no_unanswered_question_until_none_of_it_fits(
    say: Say, dispatch: Dispatch, storage: Storage, knowledge: Knowledge
) -> None:
    unsure = Asker(knowledge.library, knowledge.places, "营口", Weights(accept=99.0))
    dispatch.knowledge = replace(knowledge, asker=unsure)
    assert "您问的是下面哪一件" in (await say("金秋助学给多少钱")).text
    await dispatch.flush()
    assert storage.run_now(lambda records: records.asked.open()) == []

    await say("都不是")
    await dispatch.flush()
    assert [q.question for q in storage.run_now(lambda records: records.asked.open())] == ["金秋助学给多少钱"]


async def test_the_terminal_is_counted_but_waits_for_nothing(dispatch: Dispatch, storage: Storage) -> None:
    await dispatch.answer(Message("terminal", "a", "1", NOON, text="食堂涨价谁管"))
    dispatch.notes = False
    await dispatch.answer(Message("terminal", "a", "2", NOON, text="食堂又涨价谁管"))
    await dispatch.flush()

    assert [q.question for q in storage.run_now(lambda records: records.asked.open())] == ["食堂涨价谁管"]
    assert storage.run_now(lambda records: records.asked.take_askers(["食堂涨价谁管"])) == []
