"""The command as a stranger finds it: what is wrong ends in one Chinese sentence and 2, never in a traceback."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from bot import serving
from bot.errors import BadSetting
from bot.settings import Settings, load

Run = Callable[..., "subprocess.CompletedProcess[str]"]
GOOD = '{"id": "1", "turns": ["普惠卡是啥"], "text": "普惠卡是啥"}'
NOWHERE = "postgresql+asyncpg://postgres:secret@127.0.0.1:{}/x"


@pytest.fixture
def niangjia(tmp_path: Path) -> Run:
    """The command in a process of its own, with an empty DATA_DIR."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NIANGJIA_")}

    def run(*words: str, given: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
        environment = clean | {"NIANGJIA_DATA_DIR": str(tmp_path / "data")}
        environment |= {f"NIANGJIA_{name}": value for name, value in settings.items()}
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *words], env=environment, input=given, capture_output=True,
            text=True, encoding="utf-8", timeout=120, check=False, cwd=Path(__file__).parent.parent,
        )  # fmt: skip

    return run


def sentence(ended: "subprocess.CompletedProcess[str]") -> str:
    """The one line of a refusal."""
    assert (ended.returncode, ended.stdout) == (2, ""), ended.stderr
    *bar, line = ended.stderr.splitlines()
    assert all("━" in drawn for drawn in bar)  # an import shows how far it came
    assert line.endswith("。")
    return line


COMMANDS = [
    ("serve",),
    ("serve", "--workers", "2"),
    ("ask", "普惠卡是啥"),
    ("chat",),
    ("answer", "--jsonl", "-"),
    ("db", "upgrade"),
    ("knowledge", "answer"),
    ("knowledge", "add", "README.md"),
    ("import", "contacts", "{table}"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_database_that_is_none_is_named(niangjia: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    table = tmp_path / "a.csv"
    table.write_text("部门,区县,电话,地址,时间,备注\n法律部,,0417-2830003,,,\n", encoding="utf-8")
    line = [word.format(table=table) for word in words]
    port = {"PORT": str(unused_port())}

    gone = unused_port()
    refused = sentence(niangjia(*line, given=GOOD, DATABASE_URL=NOWHERE.format(gone), **port))
    assert "NIANGJIA_DATABASE_URL" in refused
    assert f"127.0.0.1:{gone}/x" in refused
    assert "没有数据库服务" in refused
    assert "secret" not in refused

    file = tmp_path / "data" / "niangjia.db"
    file.write_text("这不是数据库" * 100, encoding="utf-8")
    refused = sentence(niangjia(*line, given=GOOD, **port))
    assert str(file) in refused
    assert "不是 SQLite 数据库文件" in refused


def test_an_address_that_is_none_is_named(niangjia: Run) -> None:
    assert "NIANGJIA_DATABASE_URL" in sentence(niangjia("db", "upgrade", DATABASE_URL="postgresql://a:b:c@d:e/x"))


@pytest.mark.parametrize("host", ["999.1.1.1", "192.0.2.1", "a..b"])
def test_a_wrong_host_is_not_blamed_on_the_port(host: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, host=host, port=unused_port(), database_url="")
    with pytest.raises(BadSetting, match=f"^NIANGJIA_HOST={host} 不是") as wrong:
        serving.run(settings, 1)
    assert "NIANGJIA_PORT" not in str(wrong.value)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(_env_file=None, data_dir=tmp_path, port=taken.getsockname()[1], database_url="")
        with pytest.raises(BadSetting, match=r"^NIANGJIA_PORT=.*已经有程序在用"):
            serving.run(settings, 1)


@pytest.mark.parametrize(("home", "hint"), [("火星", "例如 营口"), ("营口市", "营口")])
def test_a_home_that_nobody_knows_stops_the_start(monkeypatch: pytest.MonkeyPatch, home: str, hint: str) -> None:
    monkeypatch.setenv("NIANGJIA_HOME_REGION", home)
    with pytest.raises(BadSetting, match=f"NIANGJIA_HOME_REGION={home} 不是知识库里的地方") as wrong:
        load()
    assert hint in str(wrong.value)


@pytest.mark.parametrize("home", ["营口", "大连", "临沂", "鲅鱼圈区", "辽宁"])
def test_a_home_of_the_list_is_taken(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    monkeypatch.setenv("NIANGJIA_HOME_REGION", home)
    monkeypatch.setenv("NIANGJIA_NOBODY_KNOWS", "x")
    assert load().home_region == home


@pytest.mark.parametrize("command", ["answer", "understand"])
@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ('{"id": "2"}', "第 3 行（id '2'）要有"),
        ('{"id": "2", "turns": [], "text": 7}', "第 3 行（id '2'）要有"),
        ("{", "第 3 行不是 JSON"),
        ("[]", "第 3 行要是一个对象"),
    ],
)
def test_one_bad_line_is_named_and_nothing_is_printed(niangjia: Run, command: str, bad: str, why: str) -> None:
    refused = sentence(niangjia(command, "--jsonl", "-", given=f"{GOOD}\n\n{bad}\n{{\n"))
    assert f"标准输入 {why}" in refused


@pytest.mark.parametrize("command", ["answer", "understand"])
def test_good_lines_are_answered_in_their_order(niangjia: Run, command: str) -> None:
    ended = niangjia(command, "--jsonl", "-", given=f"{GOOD}\n{GOOD.replace('1', '2')}\n")
    assert ended.returncode == 0, ended.stderr
    assert [json.loads(line)["id"] for line in ended.stdout.splitlines()] == ["1", "2"]


@pytest.mark.parametrize("words", [("chat", "--as", "boss"), ("understand", "--jsonl", "-", "--role", "boss")])
def test_a_role_that_is_none_is_refused_in_chinese(niangjia: Run, words: tuple[str, ...]) -> None:
    refused = sentence(niangjia(*words, given=GOOD))
    assert "'boss'" in refused
    assert "worker（职工）" in refused


def test_a_role_is_taken(niangjia: Run) -> None:
    assert niangjia("chat", "--as", "cadre").returncode == 0
    assert niangjia("understand", "--jsonl", "-", "--role", "worker", given=GOOD).returncode == 0


def test_make_begins_with_a_friendly_line() -> None:
    ended = subprocess.run(
        ["make", "-n", "-B", "install"], capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent
    )
    lines = ended.stdout.splitlines()
    assert next(n for n, line in enumerate(lines) if "第一次要一两分钟" in line) < next(
        n for n, line in enumerate(lines) if "pip install" in line
    )
