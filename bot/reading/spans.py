"""Where something stands in a text, and what it means; texts keep their length so that places stay valid."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
LONGEST = 2000  # characters; what is longer was pasted, not typed, and its beginning says what it is
BREAK = "。；;！!？?\n"
PAUSE = BREAK + "，,、 \t:："


@dataclass(frozen=True, slots=True)
class Span(Generic[T]):
    """`said` stands at text[start:end] and means `value`."""

    start: int
    end: int
    said: str
    value: T


def plain(text: str) -> str:
    """The text with letters and figures of one width, in the same length; signs that are no writing become spaces."""
    return "".join(map(_plain, text))


def _plain(character: str) -> str:
    if character in "，；：！？（）。、\n":
        return character
    simple = unicodedata.normalize("NFKC", character)
    if len(simple) != 1 or unicodedata.category(simple) in {"So", "Cf", "Cc", "Cn", "Co", "Cs", "Zs", "Sk"}:
        return " "
    return simple


def blank(text: str, spans: Iterable[Span[Any]]) -> str:
    """The text with the spans taken out: spaces stand in their place."""
    for span in spans:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text


def clauses(text: str, marks: str = PAUSE) -> Iterator[Span[str]]:
    """The pieces between punctuation and spaces."""
    start = 0
    for at, character in enumerate([*text, marks[0]]):
        if character in marks:
            if at > start:
                yield Span(start, at, text[start:at], text[start:at])
            start = at + 1
