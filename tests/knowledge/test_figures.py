"""No figure without a source: every figure of every reply to every question we have stands in a fact of a clause that
the reply cites, in a calculation shown (tests/test_calculations.py works those out again), or in the asker's own words."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.calculations import work_out
from bot.handlers import HANDLERS
from bot.intents import recognise
from bot.messages import Message, Reply
from bot.talk import Memory, Talk
from knowledge import Clause, Knowledge
from tests.benchmarks.scoring import Item, read
from tests.conftest import lacking

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
OWN = Path(__file__).parents[2] / "knowledge" / "questions"
SHARED = Path(__file__).parents[3] / "shared" / "evaluation"
TELEPHONES = {"12351", "12333", "12345", "12393", "12348", "12356", "110", "119", "120", "122"}
DOCUMENTS = re.compile(r"“2”|〔\d+〕\d+号|\d+年\d+月工会新闻版|依据：.*|www\.\S+")
# 回“2”就行: how to pick, no figure of a document
MARKS = re.compile(r"^\d+[. 、](?!\d)", re.MULTILINE)
FIGURE = re.compile(r"\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.load("营口")


def replies(knowledge: Knowledge, item: Item) -> Iterator[tuple[str, Memory, Reply]]:
    """What each turn of a talk is answered, with what was remembered before it."""
    memory = Memory()
    for number, text in enumerate(item["turns"]):
        message = Message("test", "somebody", str(number), NOW, text=text)
        intent = recognise(message, memory, knowledge)
        turn = HANDLERS[intent.name].handler(Talk(message, intent, memory, NOW, knowledge))
        yield text, memory, turn.reply
        memory = turn.memory


def sourced(knowledge: Knowledge, reply: Reply) -> set[str]:
    """The figures that stand in the facts of the clauses cited, and in their periods."""
    found: set[str] = set()
    for source in reply.sources:
        for entry in knowledge.library.by_source.get(Clause(source.document, source.clause), ()):
            for fact in entry.facts:
                found.update(FIGURE.findall(f"{fact.shown} {fact.number} {fact.working}"))
            found.update(FIGURE.findall(f"{entry.topic.period.shown} {entry.topic.period.note} {entry.topic.year}"))
    return found


def without_source(knowledge: Knowledge, text: str, memory: Memory, reply: Reply) -> list[str]:
    held = knowledge.library.by_id.get(memory.subject)
    pieces = [text, *re.split(r"[\s,，。;；]+", text)]
    worked = [
        w.answer
        for p in pieces
        for q in (p, f"{p} 创业扶持给多少")
        if (w := work_out(knowledge.spelt(q), held, knowledge))
    ]
    allowed = sourced(knowledge, reply) | TELEPHONES | set(FIGURE.findall(knowledge.spelt(text)))
    allowed |= {figure for answer in worked for figure in FIGURE.findall(answer)}
    plain = MARKS.sub("", DOCUMENTS.sub("", reply.text))
    return [figure for figure in FIGURE.findall(plain) if figure not in allowed]


@pytest.mark.parametrize("name", ["answers", "answers_more", "refuse", "region"])
def test_no_reply_to_our_questions_has_a_figure_without_a_source(knowledge: Knowledge, name: str) -> None:
    _check(knowledge, OWN / f"{name}.jsonl")


@pytest.mark.parametrize("name", ["qa_yingkou", "qa_others", "refuse", "region"])
def test_no_reply_to_the_labelled_questions_has_one_either(knowledge: Knowledge, name: str) -> None:
    if not SHARED.is_dir():
        lacking("../shared/evaluation is not here.")
    _check(knowledge, SHARED / f"{name}.jsonl")


def _check(knowledge: Knowledge, file: Path) -> None:
    faults = [
        (text, figures, reply.text)
        for item in read(file)
        for text, memory, reply in replies(knowledge, item)
        if (figures := without_source(knowledge, text, memory, reply))
    ]
    assert not faults, "\n".join(f"{text} → {figures}: {said[:120]}" for text, figures, said in faults[:20])
