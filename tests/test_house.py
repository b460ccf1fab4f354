"""The house agrees with itself: tables, documents and settings say the same."""

import re
from pathlib import Path

from typer.main import get_command

from bot.cli import app
from bot.handlers import HANDLERS
from bot.intents import named
from bot.settings import Settings
from knowledge import Knowledge

ROOT = Path(__file__).parent.parent
CONTRACT = {
    "ask", "hazard_report", "hazard_status", "card_query", "card_bind", "card_lost", "visit_log", "visit_stats",
    "my_records", "survey", "apply", "human", "cancel", "help", "greeting", "thanks", "complaint", "privacy", "other",
}  # fmt: skip


def test_every_setting_stands_in_the_readme_with_its_default() -> None:
    rows = dict(
        re.findall(r"^\| `NIANGJIA_(\w+)` \| (?:`([^`]*)`)? ?\|", (ROOT / "README.md").read_text("utf-8"), re.M)
    )
    assert set(rows) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else str(field.default)
        assert rows[name.upper()] == default, name


def test_every_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        for under in getattr(command, "commands", {"": None}):
            assert f"niangjia {name} {under}".strip() in readme


def test_every_intent_has_a_handler_and_a_name_of_the_contract() -> None:
    assert {named(name) for name in HANDLERS} <= CONTRACT
    assert set(HANDLERS) >= CONTRACT - {"other"}
    library = Knowledge.load("营口")
    assert {saying.name for saying in library.phrases.sayings if saying.kind == "intent"} <= set(HANDLERS)


def test_every_handler_begins_with_what_it_is_for() -> None:
    for file in (ROOT / "bot" / "handlers").glob("*.py"):
        assert file.read_text("utf-8").startswith('"""'), file.name


def test_nothing_of_this_workplace_stands_in_the_repository() -> None:
    tracked = [
        p for d in ("bot", "knowledge", "storage", "docs", "tests") for p in (ROOT / d).rglob("*") if p.is_file()
    ]
    texts = [p for p in tracked if p.suffix in {".py", ".yaml", ".md", ".toml", ".js", ".css", ".html"}]
    for file in texts:
        assert not re.search(r"(?<![\w./-])/(work|root)/", file.read_text("utf-8")), file
