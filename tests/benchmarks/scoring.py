"""When an answer is right. An item of a question set (jsonl) holds

    turns             a talk; the last turn's reply is scored
    must              groups: of each, one string stands in the first 200 characters (lists and procedures: 400)
    must_not(_re)     stands nowhere in the reply
    cond              where one of `if` stands, one of `then` stands too
    source            the document (or documents, one of which) the reply must cite
    kind              list, procedure: longer answers; and in sets of questions without an answer, what they are

Spaces, full-width figures and commas in numbers make no difference.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Item = dict[str, Any]
MAY_ANSWER = {"chitchat", "open_detail"}  # unanswerable, but there is something true to say
_NARROW = str.maketrans("０１２３４５６７８９，：（）％．", "0123456789,:()%.")


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it is scored. `score`: how sure a peer is, for its threshold."""

    text: str
    answered: bool
    documents: tuple[str, ...]
    score: float = 0.0


DECLINED = Said("没有查到。请打工会热线12351。", False, ())


def read(path: Path) -> list[Item]:
    with path.open(encoding="utf-8") as lines:
        return [item for line in lines if line.strip() if isinstance((item := json.loads(line)).get("turns"), list)]


def has_answer(item: Item) -> bool:
    """Whether the documents answer it; else it is to be declined."""
    return "must" in item


def is_right(said: Said, item: Item) -> bool:
    """A question is right with all facts early, nothing wrong and the document named; another is right declined."""
    whole = _plain(said.text)
    if not whole or _breaks(whole, item):
        return False
    if not has_answer(item):
        return not said.answered or item.get("kind") in MAY_ANSWER
    first = _plain(said.text[: 400 if item.get("kind") in {"list", "procedure"} else 200])
    return _names(said.documents, item) and all(_has_one(first, group) for group in item["must"])


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"(?<=\d),(?=\d{3})", "", text.translate(_NARROW)))


def _has_one(text: str, strings: Sequence[str]) -> bool:
    return any(_plain(string) in text for string in strings)


def _breaks(whole: str, item: Item) -> bool:
    if _has_one(whole, item.get("must_not", ())):
        return True
    if any(re.search(pattern, whole) for pattern in item.get("must_not_re", ())):
        return True
    return any(_has_one(whole, rule["if"]) and not _has_one(whole, rule["then"]) for rule in item.get("cond", ()))


def _names(documents: Sequence[str], item: Item) -> bool:
    source = item.get("source")
    wanted = [each for each in (source if isinstance(source, list) else [source]) if isinstance(each, str)]
    return not wanted or any(w in have or have in w for w in wanted for have in documents if have)
