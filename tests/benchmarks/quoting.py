"""A hundred thousand clauses of documents taken in: how long the index takes to build and a server to start, and how
long a whole answer takes, the quoted ones apart.

The clauses are made by recombining: sentences of the library's own answers (and of the sources, where they are there)
put together anew, under document numbers that do not exist.
"""

import asyncio
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from bot.app import House, open_house
from bot.documents import held, index_folder
from bot.messages import Message
from bot.settings import Settings
from knowledge.library import load
from storage import NewClause, NewDocument
from tests.benchmarks import texts
from tests.benchmarks.processes import ROOT
from tests.benchmarks.table import percentile, show, skipped

CLAUSES, EACH = 100_000, 100
TIMED = 3_000
MATTERS = "殡葬慰问 疗休养 互助保障 大病救助 婚恋交友 工间操 女职工休息室 爱心驿站 法律援助 心理咨询 职工夜校 托管班 体育比赛 书画展 技师津贴 安全培训 集体合同 工资协商 会员卡 职工宿舍"  # fmt: skip
START = """
import json, sys, time
begun = time.perf_counter()
from bot.app import open_house
from bot.settings import Settings
from pathlib import Path
house = open_house(Settings(data_dir=Path(sys.argv[1]), database_url="", _env_file=None))
spent = time.perf_counter() - begun
pages = int(Path('/proc/self/statm').read_text().split()[1])
print(json.dumps([spent, pages * 4096 / 1e6]))
house.storage.close_now()
"""


def main(sources: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="niangjia-bench-") as name:
        settings = Settings(data_dir=Path(name), database_url="", _env_file=None)
        empty = _start(settings)
        house = open_house(settings)
        begun = time.perf_counter()
        known = _fill(house, sources)
        stored = time.perf_counter() - begun
        begun = time.perf_counter()
        documents = held(house.storage, index_folder(settings))
        built = time.perf_counter() - begun
        house.storage.close_now()
        assert documents.index is not None
        size = sum(file.stat().st_size for file in documents.index.iterdir()) / 1e6
        full = _start(settings)
        rows = [
            ("存进数据库", f"{stored:.1f} s", ""), ("建索引（knowledge add 时）", f"{built:.1f} s", f"{size:.0f} MB 磁盘"),
            ("起（一份文件也没有收）", f"{empty[0]:.2f} s", f"{empty[1]:.0f} MB"),
            (f"起（{CLAUSES:,} 条）", f"{full[0]:.2f} s", f"{full[1]:.0f} MB"),
        ]  # fmt: skip
        show(f"{CLAUSES:,} 条条款", ("", "用时", "内存"), rows)
        asyncio.run(_answers(settings, known))


def _start(settings: Settings) -> tuple[float, float]:
    """Seconds and megabytes from an empty process to a house that answers."""
    import json

    ran = subprocess.run(
        [sys.executable, "-c", START, str(settings.data_dir)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seconds, memory = json.loads(ran.stdout)
    return seconds, memory


def _fill(house: House, sources: Path) -> list[str]:
    """Documents of recombined sentences; questions that some of them answer."""
    dice, matters = random.Random(2031), MATTERS.split()
    sentences = list(_sentences(sources))
    asked: list[str] = []

    def texts_of(number: int) -> Iterator[NewClause]:
        for clause in range(EACH):
            matter = dice.choice(matters)
            amount = dice.randrange(1, 900) * 10
            said = f"{matter}每人每年{amount}元。" + "".join(dice.sample(sentences, dice.randrange(2, 5)))
            if len(asked) < TIMED and clause == 0:
                asked.append(f"{matter}{dice.choice(sentences)[:8]}每人多少钱")
            yield NewClause(
                f"{'一二三四五六七八九十'[clause // 10]}.{clause % 10 + 1}",
                said,
                clause // 8 + 1,
                clause,
                f"关于{matter}的通知",
                "",
            )

    for number in range(CLAUSES // EACH):
        new = NewDocument(
            f"试工发〔2031〕{number + 1}号", f"关于{dice.choice(matters)}的通知", "试点市总工会", "2031-01-01",
            dice.choice(["营口", "营口", "大连", "沈阳", "辽宁"]), "city", sha256(str(number).encode()).hexdigest(), "",
            list(texts_of(number)),
        )  # fmt: skip
        house.storage.run_now(lambda records, new=new: records.documents.take(new, datetime.now(UTC)))  # type: ignore[misc]
    return asked


def _sentences(sources: Path) -> Iterator[str]:
    if sources.is_dir():
        for file in sorted(sources.glob("*.txt")):
            yield from _cut(file.read_text(encoding="utf-8"))
    else:
        skipped(f"{sources} 里没有文件原文，只用知识库自己的句子来拼。")
    for entry in load().entries:
        yield from _cut(entry.answer)


def _cut(text: str) -> list[str]:
    return [said for said in re.findall(r"[^。；\n|#*]{8,80}[。；]", text) if said.strip()]


async def _answers(settings: Settings, known: Sequence[str]) -> None:
    house = open_house(settings)
    house.dispatch.rate = (10**9, 1.0)
    rows = []
    chatty = list(texts.in_own_words(TIMED))
    mixed = [f"{one}，{other[:30]}" for one, other in zip([*known] * 10, chatty, strict=False)]
    try:
        for name, asked in (
            ("人们的话（条目答得上的多）", chatty),
            ("条目没有、条款里有的", known),
            ("两样混在一起的长句", mixed),
        ):
            spent, quoted = [], 0
            for number, text in enumerate(asked):
                message = Message("terminal", f"{name}-{number}", "0", datetime.now(UTC), text=text)
                begun = time.perf_counter()
                reply = await house.dispatch.answer(message)
                spent.append((time.perf_counter() - begun) * 1000)
                quoted += "（原文）" in reply.text
            await house.dispatch.flush()
            rows.append((name, f"{len(asked):,}", f"{quoted:,}", f"{percentile(spent, 0.5):.1f}", f"{percentile(spent, 0.99):.1f}", f"{max(spent):.0f}"))  # fmt: skip
    finally:
        await house.storage.close()
    show(f"一问一答，整条路，新人，{CLAUSES:,} 条条款", ("", "句", "引原文", "p50 ms", "p99 ms", "最长 ms"), rows)
