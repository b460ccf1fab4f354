"""What a benchmark prints: tables, and one line for what was skipped."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

out = Console(width=128, highlight=False)


def show(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table; the first column holds names, the others figures."""
    table = Table()
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    out.print(f"\n[bold]{title}[/bold]")
    out.print(table)


def skipped(what: str) -> None:
    """One line that says what is missing here."""
    out.print(f"（跳过）{what}", style="yellow")


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
