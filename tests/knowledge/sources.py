"""The five sources, where this machine has them beside the repository."""

from pathlib import Path

from tests.conftest import lacking

SOURCES = Path(__file__).parents[3] / "shared" / "documents"
NEWS = "newspaper-2017-07-union-page.txt"
LINYI = "linyi-2014-24-help-stations.txt"
DALIAN = "dalian-2017-28-ten-measures.txt"
PLAN = "yingkou-2015-64-plan.txt"
MEASURES = "yingkou-2015-65-measures.txt"


def sources() -> Path:
    if not SOURCES.is_dir():
        lacking("The official documents are not there (../shared/documents).")
    return SOURCES


def copies(to: Path) -> Path:
    """A directory with copies of the sources, to be changed."""
    for file in sources().iterdir():
        (to / file.name).write_bytes(file.read_bytes())
    return to


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
