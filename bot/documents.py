"""Documents: official documents are taken in, and what was taken in is handed to the library.

    held(storage, folder)       what storage keeps, as knowledge wants it; the index of the clauses is built if it is
                                not there yet (another machine took them in)
    take_in(...)                files → documents, clauses, index; one report a file. `niangjia knowledge add`

The index stands in DATA_DIR/clauses, one folder for each set of documents. All of it blocks; in a server it belongs on
a thread of its own.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from bot.errors import BotError
from bot.examining import judge, own_questions, rehearse
from bot.settings import Settings
from knowledge import Documents, Ending, Knowledge, TakenDocument
from knowledge.clauses import ClauseText, build
from knowledge.documents import canonical
from knowledge.library import load as load_library
from knowledge.places import Places
from knowledge.quoting import index_name
from knowledge.taking import BIGGEST, Taken, TakingError, take
from knowledge.taking.describe import NATION, Description, describe
from storage import DocumentRow, NewClause, NewDocument, Storage, Transaction
from storage.documents import Outcome

KEPT = 3  # indexes: servers that have not noticed yet still read the one before
LEVELS = {"city": "市里的", "province": "省里的", "nation": "全国的", "report": "报纸报道"}
SHOWN = 12  # names in a list


@dataclass(frozen=True)
class Relation:
    """What the documents taken in now do to an earlier one."""

    number: str
    since: date
    replaced: bool


@dataclass(frozen=True)
class Report:
    """What became of one file. `refused`: why it was not taken in."""

    file: str
    refused: str = ""
    outcome: Outcome = "new"
    taken: Taken | None = None
    found: Description | None = None
    since: date | None = None


# ------------------------------------------------------------------------------------------- handed to the library


def held(storage: Storage, folder: Path) -> Documents:
    """What was taken in."""
    rows, endings = storage.run_now(lambda records: (records.documents.all(), records.documents.endings()))
    ends = tuple(Ending(row.number, row.by_number, row.since, row.replaced) for row in endings)
    if not rows:
        return Documents((), ends)
    taken = tuple(_as_taken(row) for row in rows)
    index = folder / index_name(taken)
    if not (index / "about.json").exists():
        regions = {row.id: row.region for row in rows}
        storage.run_now(lambda records: build(index, _texts(records, regions)))
        _forget_old(folder, index)
    return Documents(taken, ends, index)


def _as_taken(row: DocumentRow) -> TakenDocument:
    return TakenDocument(
        row.id, row.number, row.title, row.issuer, row.issued, row.region, row.level, row.sha256, row.in_force_from,
        row.ends_at,
    )  # fmt: skip


def _texts(records: Transaction, regions: dict[int, str]) -> Iterator[ClauseText]:
    for row in records.documents.clauses():
        region = row.region or regions[row.document]
        yield ClauseText(row.document, row.path, row.text, row.page, row.line, row.above, region)


def _forget_old(folder: Path, kept: Path) -> None:
    others = [each for each in folder.iterdir() if each.is_dir() and each != kept and not each.name.startswith(".")]
    for each in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        shutil.rmtree(each, ignore_errors=True)


# -------------------------------------------------------------------------------------------------------- taken in


def take_in(
    settings: Settings, storage: Storage, files: Sequence[Path], region: str = "", relations: Sequence[Relation] = ()
) -> list[Report]:
    """Take in each file that can be; the others are reported. What the documents replace or end is set down with the
    last of them."""
    places = Places.load(settings.home_region)
    if region and region != NATION and region not in places.names and region not in places.inside:
        raise BotError(f"--region {region}：没有这个地方。写地市或省的名字，如 营口、辽宁；全国的写 全国。")
    own = places.names.get(region, region)
    relations = _known(storage, relations)
    if relations and len(files) != 1:
        raise BotError("写了 --replaces 或 --ends 时，一次只能交一份文件。")
    reports = [_one(storage, file, places, own, relations) for file in files]
    if any(not report.refused and report.outcome != "same" for report in reports):
        held(storage, index_folder(settings))
    return reports


def index_folder(settings: Settings) -> Path:
    return settings.data_dir / "clauses"


def _one(storage: Storage, file: Path, places: Places, region: str, relations: Sequence[Relation]) -> Report:
    try:
        raw = _bytes(file)
        taken = take(file.name, raw)
        found = describe(taken, places, file.name, region)
    except TakingError as refusal:
        return Report(str(file), str(refusal))
    except OSError as wrong:
        return Report(str(file), f"打不开：{wrong.strerror}。")
    if any(relation.number == found.number for relation in relations):
        return Report(str(file), f"{found.number} 不能代替或停止它自己。", taken=taken, found=found)
    since = next((relation.since for relation in relations if relation.replaced), found.in_force_from)
    clauses = [
        NewClause(clause.path[:300], clause.text, clause.page, clause.line, clause.above, clause.region)
        for clause in found.clauses
    ]
    new = NewDocument(
        found.number[:300], found.title[:500], found.issuer[:200], found.issued, found.region, found.level,
        sha256(raw).hexdigest(), taken.text, clauses, since, found.ends_at,
    )  # fmt: skip

    def write(records: Transaction) -> Outcome:
        now = datetime.now(UTC)
        outcome = records.documents.take(new, now)
        for relation in relations:
            changed = records.documents.end(relation.number, found.number, relation.since, replaced=relation.replaced)
            outcome = "changed" if changed and outcome == "same" else outcome
        return outcome

    return Report(str(file), "", storage.run_now(write), taken, found, since)


def _bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        raw = opened.read(BIGGEST + 1)
    if len(raw) > BIGGEST:
        raise TakingError(f"文件超过 {BIGGEST // 1024**2} MB，不收。")
    return raw


def _known(storage: Storage, relations: Sequence[Relation]) -> list[Relation]:
    """The relations with their numbers as they are written here. Raises BotError for a document that nobody knows."""
    numbers = {row.number for row in storage.run_now(lambda records: records.documents.all())}
    numbers |= {canonical(clause.document) for entry in load_library().entries for clause in entry.sources}
    known = []
    for relation in relations:
        number = canonical(relation.number)
        if number not in numbers:
            raise BotError(f"没有 {relation.number} 这份文件。库里有：{'、'.join(sorted(numbers)[:SHOWN])}。")
        known.append(Relation(number, relation.since, relation.replaced))
    return known


def relation(replaces: str, ends: str, since: str) -> list[Relation]:
    """What the command line said. Raises BotError."""
    if not (replaces or ends):
        if since:
            raise BotError("--from 要和 --replaces 或 --ends 一起写。")
        return []
    if not since:
        raise BotError("写了 --replaces 或 --ends，还要写从哪天起：--from 2027-01-01。")
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", since):
            raise ValueError
        day = date.fromisoformat(since)
    except ValueError:
        raise BotError(f"--from 要写成 YYYY-MM-DD，不是 {since!r}。") from None
    return [Relation(number, day, number is replaces) for number in (replaces, ends) if number]


# ----------------------------------------------------------------------------------------------------- said of it


def lines(report: Report) -> Iterator[str]:
    """What is printed of one file."""
    if report.refused:
        yield f"{report.file}：没有收。{report.refused}"
        return
    found, taken = report.found, report.taken
    assert found is not None
    assert taken is not None
    how = {"new": "收下了", "same": "以前收过同一份，没有变", "changed": "收下了，换掉了以前的"}[report.outcome]
    yield f"{report.file}：{how}（{taken.kind}）"
    yield f"  文号：{found.number}"
    yield f"  标题：{found.title}"
    yield f"  发文单位：{found.issuer or '没有找到'}　日期：{found.issued or '没有找到'}"
    others = "、".join(place for place in found.regions if place != found.region)
    yield f"  地方：{found.region}（{LEVELS[found.level]}）" + (f"；还说到 {others}" if others else "")
    pages = max((clause.page for clause in found.clauses), default=0)
    yield f"  条款：{found.count} 条" + (f"，{pages} 页" if pages else "")
    if found.attachments:
        yield f"  附件：{'；'.join(found.attachments)}"
    if report.since and report.outcome != "same":
        yield f"  从 {report.since.isoformat()} 起执行" + (f"，到 {found.ends_at.isoformat()}" if found.ends_at else "")
    for note in (*taken.notes, *found.gaps):
        yield f"  注意：{note}"


def turned(before: Knowledge, after: Knowledge) -> tuple[list[str], list[str]]:
    """Of the project's own questions: those that were right and are wrong now, and those that had no answer and are
    answered with a quotation now (which may be what the document is for)."""
    asked = own_questions()
    wrong, answered = [], []
    for item, old, new in zip(asked, rehearse(before, asked), rehearse(after, asked), strict=True):
        if judge(item, old) or not judge(item, new):
            continue
        said = " / ".join(item["turns"])
        if item.get("must") or not new.answered:
            wrong.append(said)
        else:
            answered.append(f"{said} → {'；'.join(f'{s.document} {s.clause}' for s in new.sources)}")
    return wrong, answered
