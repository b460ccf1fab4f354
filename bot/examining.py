"""Examining: whether replies to a question set are right (`niangjia knowledge test`), and what a change makes wrong.

An item of a set (jsonl) holds
    turns           a talk; the reply to its last turn is examined
    must            groups: of each, one string stands in the first 200 characters (lists and procedures: 400)
    must_not(_re)   stands nowhere in the reply
    cond            where one of `if` stands, one of `then` stands too
    source          the document (or documents, one of which) that the reply names
    kind            what sort of question it is
An item without `must` is to be declined: it counts as wrong when the bot says that it answered; small talk and what a
document leaves open apart. Spaces, full-width figures and commas in numbers make no difference.

The project's own set lies in knowledge/questions. Whatever is published passes it (bot/publishing.py): no question
that was answered rightly may become wrong.
"""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

import knowledge
from bot.dispatch import Dispatch
from bot.errors import BotError
from bot.messages import Message, Reply, with_numbers
from knowledge import Knowledge
from storage import Storage

Item = Mapping[str, Any]
OWN = Path(knowledge.__file__).parent / "questions"
FIRST, FIRST_OF_LISTS = 200, 400
LISTS = {"list", "procedure"}
MAY_ANSWER = {"chitchat", "open_detail"}  # no answer in the documents, but something true to say
_NARROW = str.maketrans("０１２３４５６７８９，：（）％．", "0123456789,:()%.")


def judge(item: Item, reply: Reply) -> list[str]:
    """What is wrong with a reply, nothing where it is right."""
    text = with_numbers(reply)
    whole = _plain(text)
    if not whole:
        return ["没有回答"]
    wrong = [f"说了不该说的“{said}”" for said in item.get("must_not", ()) if _plain(said) in whole]
    for pattern in item.get("must_not_re", ()):
        if found := re.search(pattern, whole):
            wrong.append(f"说了不该说的“{found[0]}”")
    for rule in item.get("cond", ()):
        if _has_one(whole, rule["if"]) and not _has_one(whole, rule["then"]):
            wrong.append(f"说了“{'/'.join(rule['if'])}”却没说“{'/'.join(rule['then'])}”")
    if not item.get("must"):
        if reply.answered and item.get("kind") not in MAY_ANSWER:
            wrong.append("文件里没有的却答了")
        return wrong
    length = FIRST_OF_LISTS if item.get("kind") in LISTS else FIRST
    first = _plain(text[:length])
    wrong += [f"前{length}字里没有“{'/'.join(group)}”" for group in item["must"] if not _has_one(first, group)]
    if not _names(item, reply):
        wrong.append(f"依据里没有 {item['source']}")
    return wrong


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"(?<=\d),(?=\d{3})", "", text.translate(_NARROW)))


def _has_one(text: str, strings: Sequence[str]) -> bool:
    return any(_plain(string) in text for string in strings)


def _names(item: Item, reply: Reply) -> bool:
    source = item.get("source")
    wanted = [each for each in (source if isinstance(source, list) else [source]) if isinstance(each, str) and each]
    have = {source.document for source in reply.sources}
    return not wanted or any(one in other or other in one for one in wanted for other in have if other)


def examine(
    items: Sequence[Item], replies: Sequence[Reply], goal: float, against: Path | None = None, save: Path | None = None
) -> bool:
    """Print what fails and how many are right. False below the goal, or where one that was right before is wrong."""
    err = Console(stderr=True, highlight=False, soft_wrap=True)
    before = _read_results(against) if against else {}
    results: dict[str, bool] = {}
    turned: list[str] = []
    for number, (item, reply) in enumerate(zip(items, replies, strict=True), 1):
        name = str(item.get("id", number))
        wrong = judge(item, reply)
        results[name] = not wrong
        if wrong and before.get(name):
            turned.append(name)
        if wrong:
            print(f"{name}\t{' / '.join(item['turns'])}\t{'；'.join(wrong)}")
    right = sum(results.values())
    share = right / len(results) if results else 1.0
    err.print(f"{len(results)} 题，答对 {right}，{share:.1%}；目标 {goal:.0%}。")
    if turned:
        err.print(f"{len(turned)} 题原来答对、现在答错：{'、'.join(turned)}。")
    if save:
        try:
            save.write_text(
                json.dumps({"share": share, "right": results}, ensure_ascii=False, indent=1), encoding="utf-8"
            )
        except OSError as wrong_path:
            raise BotError(f"写不了 {save}：{wrong_path.strerror}。") from None
    return share >= goal and not turned


def _read_results(path: Path) -> dict[str, bool]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): bool(right) for name, right in data["right"].items()}
    except OSError as wrong:
        raise BotError(f"打不开 {path}：{wrong.strerror}。") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BotError(f"{path} 不是 niangjia knowledge test --save 写的结果。") from None


# ------------------------------------------------------------------------------------------------ the project's own set


def own_questions() -> list[Item]:
    """The questions of knowledge/questions."""
    return [item for path in sorted(OWN.glob("*.jsonl")) for item in _items(path)]


def _items(path: Path) -> Iterator[Item]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and isinstance((item := json.loads(line)).get("turns"), list):
                yield item


def rehearse(known: Knowledge, items: Sequence[Item]) -> list[Reply]:
    """The replies that this knowledge would give, each item a new member, the same way a chat message goes; nothing
    of it is kept. Blocking: not in the event loop."""
    return asyncio.run(_rehearse(known, items))


async def _rehearse(known: Knowledge, items: Sequence[Item]) -> list[Reply]:
    storage = Storage.open("sqlite://", bytes(32))  # in memory
    storage.upgrade()
    dispatch = Dispatch(storage, known, rate=(10**9, 1.0))
    dispatch.notes = False
    replies: list[Reply] = []
    try:
        for number, item in enumerate(items):
            reply = Reply()
            for turn, text in enumerate(item["turns"]):
                at = datetime.now(UTC)
                reply = await dispatch.answer(Message("terminal", str(number), f"{number}-{turn}", at, text=text))
            replies.append(reply)
    finally:
        await storage.close()
    return replies
