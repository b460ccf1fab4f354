"""What staff add: found like the rest, in place of what it replaces, and told apart from documents."""

from datetime import date

import pytest

from knowledge import Added, Knowledge
from knowledge.added import extend, figures
from knowledge.asking import facet_of
from knowledge.grouping import group
from knowledge.library import load

DAY = date(2026, 11, 20)
FUNERAL = Added(
    "answer-1", "丧葬补贴有没有", "丧葬补贴", "营口", "没有这项补贴，困难职工可以申请临时救助500元。",
    ("职工去世有丧葬补贴吗", "丧葬费工会给多少"), department="市总保障部", day=DAY, figures=("500元",),
)  # fmt: skip


def test_an_added_reply_is_found_and_says_whose_word_it_is() -> None:
    knowledge = Knowledge.load("营口", [FUNERAL])
    entry = knowledge.ask("职工去世有没有丧葬费").entry

    assert entry is not None
    assert entry.answer == "市总保障部 2026年11月20日答复：没有这项补贴，困难职工可以申请临时救助500元。"
    assert [(source.document, source.clause) for source in entry.sources] == [("部门答复", "市总保障部 2026年11月20日")]
    assert [(fact.shown, fact.source) for fact in entry.facts] == [("500元", entry.sources[0])]
    assert (
        knowledge.ask("孩子考上大学工会给多少钱").entry == Knowledge.load("营口").ask("孩子考上大学工会给多少钱").entry
    )


def test_what_is_replaced_is_not_found_any_more() -> None:
    reply = Added(
        "answer-2", "金秋助学给多少", "金秋助学", "营口", "2026年继续，每人4000元。", ("金秋助学今年给多少",),
        department="市总保障部", day=DAY, figures=("2026年", "4000元"), facet="sum", replaces=("jinqiu-sum",),
    )  # fmt: skip
    knowledge = Knowledge.load("营口", [reply])
    entry = knowledge.ask("孩子考上大学工会给多少钱").entry

    assert entry is not None
    assert entry.id == "answer-2"
    assert "jinqiu-sum" not in {entry.id for entry in knowledge.library.entries}
    assert knowledge.library.by_id["jinqiu-sum"] is entry  # a talk that still holds its name goes on


def test_entries_of_a_topic_stay_side_by_side() -> None:
    own = load()
    library, faults = extend(own, [FUNERAL])

    assert not faults
    names = [entry.topic.name for entry in library.entries]
    assert all(entry.topic.entries[0].topic is entry.topic for entry in library.entries)
    assert len([n for n, name in enumerate(names) if n == 0 or names[n - 1] != name]) == len(library.topics)


def test_what_cannot_be_used_is_left_out_with_a_sentence() -> None:
    twice = Added("jinqiu-sum", "金秋助学", "金秋助学", "营口", "有。", ("有吗",), department="市总", day=DAY)
    wrong = Added("x", "x", "x", "营口", "", (), written={"topics": [{"topic": "x"}]})
    library, faults = extend(load(), [twice, wrong])

    assert len(library.entries) == len(load().entries)
    assert "jinqiu-sum" in faults[0]
    assert "缺少" in faults[1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026年9月30日前申请，每人3000-5000元", ["2026年9月30日", "3000-5000元"]),
        ("一次性发给2万元，第一名也一样", ["2万元"]),
        ("满三年、一万元、10%", ["三年", "一万元", "10%"]),
        ("电话0417-2821234", ["0417-2821234"]),
        ("没有这项补贴", []),
    ],
)
def test_the_figures_that_somebody_must_stand_for(text: str, found: list[str]) -> None:
    assert figures(text) == found


def test_questions_that_ask_the_same_are_one() -> None:
    asked = ["丧葬费工会给多少钱", "食堂涨价谁管", "工会给不给丧葬费", "单位食堂涨价找谁", "丧葬费有吗"]
    usual = [ask for entry in load().entries for ask in entry.asks]

    assert group(asked, [""] * len(asked), usual) == [[0, 2, 4], [1, 3]]
    assert group([], []) == []


def test_facets_of_titles() -> None:
    assert facet_of("金秋助学给多少钱") == "sum"
