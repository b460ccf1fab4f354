"""`python -m tests.benchmarks [NAMES] [--seconds N] [--sets FILES] [--sources DIR]`"""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import finding, quoting, start, storage, wechat
from tests.benchmarks.table import out

ROOT = Path(__file__).parents[2]


class Benchmark(NamedTuple):
    about: str
    run: Callable[[argparse.Namespace], None]


BENCHMARKS: Mapping[str, Benchmark] = {
    "wechat": Benchmark("微信文本消息，每秒多少条", lambda given: wechat.main(given.seconds)),
    "start": Benchmark("起服务要多久，占多少内存", lambda given: start.main()),
    "finding": Benchmark("答得对不对，和 BM25、FTS5 比", lambda given: finding.main(given.sets, given.sources)),
    "quoting": Benchmark("收了十万条条款，起得多快、答得多快", lambda given: quoting.main(given.sources)),
    "storage": Benchmark("每秒存多少轮", lambda given: storage.main()),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="跑分。" + "；".join(f"{name}：{benchmark.about}" for name, benchmark in BENCHMARKS.items()),
    )
    parser.add_argument("names", nargs="*", metavar="NAMES", help=f"{'、'.join(BENCHMARKS)}；不写就全跑")
    parser.add_argument("--seconds", type=float, default=10.0, help="每一项压多少秒")
    parser.add_argument("--sets", nargs="+", type=Path, default=[], help="另外的题目（jsonl）")
    parser.add_argument("--sources", type=Path, default=ROOT.parent / "shared" / "documents", help="文件原文的目录")
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in BENCHMARKS]:
        parser.error(f"没有 {'、'.join(unknown)} 这一项，有：{'、'.join(BENCHMARKS)}。")
    for name in given.names or BENCHMARKS:
        out.rule(f"{name}　{BENCHMARKS[name].about}")
        BENCHMARKS[name].run(given)


if __name__ == "__main__":
    main()
