"""Whether the right answer is found, and how fast: ours beside plain search over the clauses, on the same questions
and under the same rule (scoring.py); then the same questions as people type them (noise.py).

Questions are the project's own (knowledge/questions), and any files given with --sets.
"""

import asyncio
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.app import open_house
from bot.dispatch import Dispatch
from bot.messages import Message, with_numbers
from bot.settings import Settings
from tests.benchmarks import texts
from tests.benchmarks.clauses import Peer, clauses, peers
from tests.benchmarks.noise import NOISES
from tests.benchmarks.processes import ROOT
from tests.benchmarks.scoring import DECLINED, Item, Said, has_answer, is_right, read
from tests.benchmarks.table import percentile, show, skipped

OWN = ROOT / "knowledge" / "questions"
TIMED = 2_000


def main(sets: Sequence[Path], sources: Path) -> None:
    items: dict[str, list[Item]] = {}
    for path in (*sorted(OWN.glob("*.jsonl")), *sets):
        if path.exists():
            items[path.stem if path.stem not in items else f"{path.parent.name}/{path.stem}"] = read(path)
        else:
            skipped(f"没有题目 {path}。")
    others: Mapping[str, Peer] = {}
    known = clauses(sources) if sources.is_dir() else []
    if known:
        others = peers(known)
    else:
        skipped(f"{sources} 里没有文件原文，不和条款检索比（--sources 目录）。")
    asyncio.run(_compare({name: each for name, each in items.items() if each}, others))


async def _compare(items: Mapping[str, list[Item]], others: Mapping[str, Peer]) -> None:
    with tempfile.TemporaryDirectory(prefix="niangjia-bench-") as folder:
        house = open_house(Settings(data_dir=Path(folder), database_url="", _env_file=None))
        house.dispatch.rate = (10**9, 1.0)
        ours = Ours(house.dispatch)
        try:
            if items:
                await _accuracy(items, ours, others)
                await _noise([item for each in items.values() for item in each if has_answer(item)], ours, others)
            await _time(ours, others)
        finally:
            await house.storage.close()


class Ours:
    """The bot as `niangjia answer` runs it: every talk by somebody new, through the front desk."""

    def __init__(self, dispatch: Dispatch) -> None:
        self.dispatch = dispatch
        self._talks = 0

    async def answer(self, turns: Sequence[str]) -> Said:
        self._talks += 1
        for number, text in enumerate(turns):
            message = Message("terminal", f"bench-{self._talks}", str(number), datetime.now(UTC), text=text)
            reply = await self.dispatch.answer(message)
        return Said(with_numbers(reply), reply.answered, tuple(source.document for source in reply.sources))


async def _accuracy(items: Mapping[str, list[Item]], ours: Ours, others: Mapping[str, Peer]) -> None:
    asked = {name: [item for item in each if has_answer(item)] for name, each in items.items()}
    unanswerable = [item for each in items.values() for item in each if not has_answer(item)]
    heads = ["", *(f"{name} {len(each)}" for name, each in asked.items() if each)]
    if unanswerable:
        heads.append(f"该说没有的 {len(unanswerable)}")
    row = ["娘家人"]
    for each in (*asked.values(), unanswerable):
        if each:
            row.append(_share([is_right(await ours.answer(item["turns"]), item) for item in each]))
    rows = [row]
    for name, peer in others.items():
        found = {
            set_name: [(peer.best(_last(item)), item) for item in each] for set_name, each in asked.items() if each
        }
        refused = [(peer.best(_last(item)), item) for item in unanswerable]
        for label, least in ((name, 0.0), (f"{name}，够分才答", _threshold(found, refused))):
            if label != name and not refused:
                continue
            columns = [*found.values(), *([refused] if refused else [])]
            rows.append([label, *(_share([is_right(_above(least, s), item) for s, item in each]) for each in columns)])
    show("答对的占多少（事实全在前 200 字、文件对）；“够分才答”：分数线取两栏平均最高的", heads, rows)
    if unanswerable:
        await _by_kind(unanswerable, ours)


async def _by_kind(unanswerable: Sequence[Item], ours: Ours) -> None:
    kinds: dict[str, list[bool]] = {}
    for item in unanswerable:
        kinds.setdefault(item.get("kind", "?"), []).append(is_right(await ours.answer(item["turns"]), item))
    rows = [(kind, str(len(right)), _share(right)) for kind, right in sorted(kinds.items())]
    show("娘家人：该说没有的，按种类", ("", "题", "对"), rows)


def _last(item: Item) -> str:
    """What a search without memory is asked of a talk: all that was said, so that it knows what 那找谁 is about."""
    return " ".join(item["turns"])


def _above(least: float, said: Said) -> Said:
    return said if said.score >= least else DECLINED


def _threshold(found: Mapping[str, list[tuple[Said, Item]]], refused: list[tuple[Said, Item]]) -> float:
    """The score from which a peer should answer, chosen with the results known: the best it could do."""
    answerable = [pair for each in found.values() for pair in each]
    if not refused or not answerable:
        return 0.0

    def worth(least: float) -> float:
        return sum(
            sum(is_right(_above(least, said), item) for said, item in pairs) / len(pairs)
            for pairs in (answerable, refused)
        )

    scores = sorted(said.score for said, _ in (*answerable, *refused))
    return max(scores[:: max(1, len(scores) // 100)], key=worth)


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right) / len(right):.1%}" if right else "–"


async def _noise(asked: Sequence[Item], ours: Ours, others: Mapping[str, Peer]) -> None:
    rows = []
    for noise, spoil in NOISES.items():
        spoilt = [item | {"turns": [*item["turns"][:-1], spoil(item["turns"][-1])]} for item in asked]
        row = [noise, _share([is_right(await ours.answer(item["turns"]), item) for item in spoilt])]
        row += [_share([is_right(peer.best(_last(item)), item) for item in spoilt]) for peer in others.values()]
        rows.append(row)
    show(f"打错字、口头话（{len(asked)} 题，都该答）", ("", "娘家人", *others), rows)


async def _time(ours: Ours, others: Mapping[str, Peer]) -> None:
    """A question's time in the process: never heard before, and heard before from another member."""
    asked = list(texts.in_own_words(TIMED))
    rows = []
    for name in ("娘家人，没听过的话", "娘家人，听过的话"):
        spent = []
        for text in asked:
            started = time.perf_counter()
            await ours.answer([text])
            spent.append((time.perf_counter() - started) * 1000)
        rows.append(_row(f"{name}（整条路，新人）", spent))
    knowledge, fresh = ours.dispatch.knowledge, [f"{text} 再问" for text in asked]
    spent = []
    for text in fresh:
        started = time.perf_counter()
        knowledge.ask(text)
        spent.append((time.perf_counter() - started) * 1000)
    rows.append(_row("娘家人，只找条目，没听过的话", spent))
    for name, peer in others.items():
        spent = []
        for text in fresh:
            started = time.perf_counter()
            peer.best(text)
            spent.append((time.perf_counter() - started) * 1000)
        rows.append(_row(name, spent))
    show(f"一问要多久，进程里，{len(asked)} 句", ("", "p50 ms", "p99 ms", "最长 ms"), rows)


def _row(name: str, spent: Sequence[float]) -> tuple[str, ...]:
    return name, f"{percentile(spent, 0.5):.2f}", f"{percentile(spent, 0.99):.2f}", f"{max(spent):.1f}"
