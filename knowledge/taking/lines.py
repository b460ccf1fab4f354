"""What reading gives: lines with their places; and the refusal."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["文本", "Markdown", "网页", "Word", "PDF"]
LONGEST = 5_000_000  # characters of a document: ten times what 500 pages hold


class TakingError(ValueError):
    """A file that is not taken in; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. `page` from 1 where the file has pages, else 0; `at` its line or paragraph in the file."""

    text: str
    page: int = 0
    at: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was read. `notes`: what of it could not be read, and other things worth saying, in sentences."""

    kind: Kind
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    title: str = ""  # what the file itself calls its title

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def row(cells: list[str]) -> str:
    """A table's row as one line."""
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "｜") for cell in cells) + " |"
