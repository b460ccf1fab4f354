"""The library: what an entry may not be, each with its sentence."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.library import Library, LibraryError, load

ENTRY: dict[str, Any] = {
    "id": "one",
    "title": "试给多少钱",
    "facet": "sum",
    "clause": "十（一）",
    "facts": {"each": [3000, "元", "给每人的"]},
    "answer": "每人{each}。",
    "asks": ["给多少"],
}


def library(tmp_path: Path, *entries: dict[str, Any], **topic: Any) -> Library:
    """A library of one topic with these entries."""
    data = {
        "document": "试工发〔2030〕7号", "region": "营口", "level": "city", "year": 2030,
        "topics": [{"topic": "试", "entries": list(entries), **topic}],
    }  # fmt: skip
    file = tmp_path / "one.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return load([file])


def test_an_entry_is_filled_in(tmp_path: Path) -> None:
    facts = {
        "each": [3000, "元", "给每人的"], "n": [2, "人", "人数"], "sum": ["=each*n/10000", "万元", "合计"],
        "day": ["2030-05-06", "日期", "截止"], "who": ["市总工会组织部", "部门", "牵头"],
        "far": {"number": 1.5, "unit": "万元", "of": "另一条", "clause": "二.1", "document": "试工发〔2030〕6号"},
    }  # fmt: skip
    entry = library(tmp_path, {**ENTRY, "facts": facts, "answer": "{each}×{n}＝{sum}，{day}，{who}，{far}"}).entries[0]
    assert entry.answer == "3000元×2人＝0.6万元，2030年5月6日，市总工会组织部，1.5万元"
    assert (entry.topic.file, entry.facts[2].working) == ("one.yaml", "3000*2/10000")
    assert (entry.facts[5].source.document, entry.facts[5].source.clause) == ("试工发〔2030〕6号", "二.1")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"answer": "每人3000元。"}, "one.yaml：条目 one：答案里直接写了数字“3000”，要写成 fact。"),
        ({"answer": "每人{sum}。"}, "one.yaml：条目 one：答案用了没有写的 fact：sum。"),
        ({"facet": "price"}, "one.yaml：条目 one：没有 price 这种 facet。"),
        ({"facts": {"each": ["=2**3", "元", "坏"]}}, "one.yaml：条目 one：算式“2**3”只能用加减乘除、数和前面的 fact。"),
        ({"facts": {"each": ["=other*2", "元", "坏"]}}, "one.yaml：条目 one：算式“other*2”只能用加减乘除"),
        ({"facts": {"each": [3000, "元"]}}, "one.yaml：条目 one 写得不对："),
        ({"related": ["two"]}, "条目 one 的 related 里没有 two 这一条。"),
    ],
)
def test_an_entry_that_is_wrong_is_refused_with_a_sentence(
    tmp_path: Path, changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(LibraryError) as refused:
        library(tmp_path, {**ENTRY, **changed})
    assert str(refused.value).startswith(sentence)


def test_an_id_may_stand_only_once(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"^条目 one 出现了两次。$"):
        library(tmp_path, ENTRY, ENTRY)


def test_a_level_must_be_known(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="题目“试”的 level 写成了 village。"):
        library(tmp_path, ENTRY, level="village")


def test_a_topic_without_entries_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("{document: 试, region: 营口, level: city, year: 2030, topics: [{topic: 试}]}", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"^bad.yaml 缺少 'entries'。$"):
        load([file])


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("topics: [", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"^bad.yaml 不是正确的 YAML："):
        load([file])


@pytest.mark.parametrize(
    ("period", "shown", "end"),
    [
        ({"from": 2030, "to": 2031}, "2030年到2031年", "2031-12-31"),
        ({"from": "2030-01", "to": "2032-02"}, "2030年1月到2032年2月", "2032-02-29"),
        ({"to": "2030-06-30"}, "2030年到2030年6月30日", "2030-06-30"),
        ({}, "2030年", "None"),
    ],
)
def test_a_period_ends_on_its_last_day(tmp_path: Path, period: dict[str, Any], shown: str, end: str) -> None:
    read = library(tmp_path, ENTRY, period=period).topics[0].period
    assert (read.shown, str(read.end)) == (shown, end)
