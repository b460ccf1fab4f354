"""The `niangjia` command (shared contract). Standard output holds results only; logs and words about them go to
standard error. A wrong setting or file ends in one sentence, never in a traceback."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, cast, get_args
from zoneinfo import ZoneInfo

import structlog
import typer
from rich.console import Console

from bot.errors import BotError
from bot.messages import Message, Reply, Role, with_numbers
from bot.settings import Settings, load

if TYPE_CHECKING:
    from bot.importing.forms import Form

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="娘家人：工会的微信服务号"
)
db = typer.Typer(no_args_is_help=True, help="数据库")
library = typer.Typer(no_args_is_help=True, help="知识库")
wechat = typer.Typer(no_args_is_help=True, help="公众号")
app.add_typer(db, name="db")
app.add_typer(library, name="knowledge")
app.add_typer(wechat, name="wechat")
imports = typer.Typer(no_args_is_help=True, help="从表格导入")
app.add_typer(imports, name="import")
err = Console(stderr=True)
Sheet = Annotated[Path, typer.Argument(metavar="FILE", help=".xlsx、.xls 或 .csv；--template 时是要写的空白表")]
Blank = Annotated[bool, typer.Option("--template", help="不导入，写一张空白表")]


def _role(written: str) -> Role:
    for role in get_args(Role):
        if written == role:
            return cast(Role, role)
    raise BotError(f"--as（--role）要写 worker（职工）、inspector（群监员）或 cadre（工会干部），不是 {written!r}。")


RoleOption = Annotated[
    Role | None,
    typer.Option("--role", "--as", parser=_role, metavar="ROLE", help="worker 职工、inspector 群监员、cadre 工会干部"),
]


def main() -> None:
    """The command's entry: every refusal is a sentence."""
    try:
        app()
    except BotError as wrong:
        err.print(str(wrong), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)


class _StandardError(io.TextIOBase):
    """Standard error as it is when something is written, not as it was when logging was set up."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure_logs(level: str) -> None:
    """Structured lines on standard error, one per event, without personal data."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )


def _settings() -> Settings:
    settings = load()
    configure_logs(settings.log_level)
    return settings


@app.command()
def serve(
    workers: Annotated[int, typer.Option(min=1, max=64, help="几个进程")] = 1,
) -> None:
    """起服务：网页、微信回调和后台任务。"""
    from bot.serving import run

    run(_settings(), workers)


@app.command()
def ask(question: Annotated[str, typer.Argument(help="问一句")]) -> None:
    """在终端里问一句。"""
    settings = _settings()
    (reply,) = asyncio.run(_talks(settings, [[question]], None, counted=True))
    print(with_numbers(reply))


@app.command()
def chat(role: RoleOption = "worker") -> None:
    """在终端里聊天；空行或 Ctrl-D 结束。"""
    asyncio.run(_chat(_settings(), role))


@app.command()
def answer(jsonl: Annotated[str, typer.Option(help="文件，- 是标准输入")]) -> None:
    """成批地答：每行 {"id", "turns": […]}，每行一个新的人。先看完所有行，有一行不对就说是哪一行，一条也不答。"""
    settings = _settings()
    items = _talks_of(jsonl)
    replies = asyncio.run(_talks(settings, [item["turns"] for item in items], None))
    for item, reply in zip(items, replies, strict=True):
        sources = [{"document": s.document, "clause": s.clause} for s in reply.sources]
        _print({"id": item.get("id"), "reply": with_numbers(reply), "answered": reply.answered, "sources": sources})


@app.command()
def understand(
    jsonl: Annotated[str, typer.Option(help="文件，- 是标准输入")],
    role: RoleOption = None,
    today: Annotated[str | None, typer.Option(help="今天是哪天，YYYY-MM-DD")] = None,
) -> None:
    """读懂一句话：要干什么、说了哪些事；什么也不存。先看完所有行，有一行不对就说是哪一行，一条也不写。"""
    from bot.intents import named, recognise
    from bot.intents.fields import fields
    from bot.talk import Memory
    from knowledge import Knowledge

    settings = _settings()
    try:
        now = datetime.fromisoformat(today).replace(tzinfo=UTC) if today else datetime.now(UTC)
    except ValueError:
        raise BotError(f"--today 要写成 YYYY-MM-DD，不是 {today!r}。") from None
    day = now.date() if today else now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    items = _lines(jsonl, "text，是一句话", lambda item: isinstance(item.get("text"), str))
    known = Knowledge.load(settings.home_region)
    for number, item in enumerate(items):
        message = Message("terminal", "understand", str(number), now, text=item["text"], role=role)
        intent = recognise(message, Memory(), known)
        first, more = fields(named(intent.name), item["text"], day, known, role)
        read = {"id": item.get("id"), "intent": named(intent.name), "score": round(intent.score, 3), "fields": first}
        _print(read | ({"more": more} if more else {}))


async def _talks(settings: Settings, talks: list[list[str]], role: Role | None, counted: bool = False) -> list[Reply]:
    """The last reply of each talk, each by a new member, the same way a chat message goes."""
    from bot.app import open_house

    house = open_house(settings)
    house.dispatch.rate = (10**9, 1.0)
    house.dispatch.notes = counted  # a batch is no demand
    replies = []
    try:
        for number, turns in enumerate(talks):
            sender = f"{datetime.now(UTC).timestamp()}-{number}"
            for turn, text in enumerate(turns):
                message = Message("terminal", sender, str(turn), datetime.now(UTC), text=text, role=role)
                reply = await house.dispatch.answer(message)
            replies.append(reply)
    finally:
        await house.dispatch.flush()
        await house.storage.close()
    return replies


async def _chat(settings: Settings, role: Role | None) -> None:
    from bot.app import open_house

    house = open_house(settings)
    out = Console()
    try:
        for number in range(10**6):
            try:
                text = (await asyncio.to_thread(out.input, "[green]我：[/green]")).strip()
            except (EOFError, KeyboardInterrupt):
                break
            if not text:
                break
            reply = await house.dispatch.answer(
                Message("terminal", f"chat-{role}", f"{datetime.now(UTC).timestamp()}-{number}", datetime.now(UTC),
                        text=text, role=role)
            )  # fmt: skip
            out.print(f"[red]娘家人：[/red]{with_numbers(reply)}\n", highlight=False)
    finally:
        await house.dispatch.flush()
        await house.storage.close()


def _talks_of(name: str) -> list[dict[str, Any]]:
    def is_good(item: dict[str, Any]) -> bool:
        turns = item.get("turns")
        return isinstance(turns, list) and bool(turns) and all(isinstance(t, str) for t in turns)

    return _lines(name, "turns，是一句或几句话的列表", is_good)


def _lines(name: str, needed: str, is_good: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """All items of a file, or BotError that names the first bad line: nothing is done by halves."""
    items = []
    shown = "标准输入" if name == "-" else name
    try:
        text = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as wrong:
        raise BotError(f"打不开 {name}：{wrong.strerror}。") from None
    try:
        lines = text.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise BotError(f"{shown} 不是 UTF-8 的文本。") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                item = json.loads(line)
            except ValueError:
                raise BotError(f"{shown} 第 {number} 行不是 JSON。") from None
            if not isinstance(item, dict):
                raise BotError(f"{shown} 第 {number} 行要是一个对象。")
            if not is_good(item):
                raise BotError(f"{shown} 第 {number} 行（id {item.get('id')!r}）要有 {needed}。")
            items.append(item)
    return items


def _print(item: dict[str, Any]) -> None:
    print(json.dumps(item, ensure_ascii=False))


@db.command()
def upgrade() -> None:
    """把数据库的表建好或升到新版（可以重复运行）。"""
    from bot.app import open_storage

    open_storage(_settings(), upgrade=True).close_now()
    err.print("数据库已是最新。")


@library.command()
def check(sources: Annotated[Path, typer.Option(help="放原文的目录")]) -> None:
    """每个数字、日期、部门都到所引的条款里核一遍。"""
    from knowledge.check import check as check_all
    from knowledge.library import load as load_library

    faults, counted = check_all(load_library(), sources)
    for fault in faults:
        print(fault)
    err.print(f"{counted} 处核过，{len(faults)} 处不对。")
    if faults:
        raise typer.Exit(1)


@library.command("test")
def run_questions(
    file: Annotated[Path, typer.Argument(help="题目，格式同 qa_*.jsonl")],
    goal: Annotated[float, typer.Option(min=0, max=1, help="要答对多少")] = 0.0,
    against: Annotated[Path | None, typer.Option(help="上次的结果：对的不许变错")] = None,
    save: Annotated[Path | None, typer.Option(help="把这次的结果写到哪里")] = None,
) -> None:
    """跑一套题，列出答错的；达不到目标或有题变错就以 1 结束。"""
    from bot.examining import examine

    settings = _settings()
    items = _talks_of(str(file))
    replies = asyncio.run(_talks(settings, [item["turns"] for item in items], None))
    if not examine(items, replies, goal, against, save):
        raise typer.Exit(1)


@library.command("answer")
def answer_question(
    *,
    question: Annotated[str, typer.Option(help="答哪个问题：列表里的编号或方括号里的号")] = "",
    department: Annotated[str, typer.Option(help="哪个部门答的")] = "",
    person: Annotated[str, typer.Option(help="谁答的")] = "",
    day: Annotated[str, typer.Option(help="哪天答的，YYYY-MM-DD")] = "",
    text: Annotated[str, typer.Option(help="答复")] = "",
    ask: Annotated[list[str] | None, typer.Option(help="人们还会怎么问，可以写几个")] = None,
    title: Annotated[str, typer.Option(help="标题，不写就用问题")] = "",
    topic: Annotated[str, typer.Option(help="题目；等这个题目新规定的人会收到")] = "",
    confirm_figures: Annotated[str, typer.Option(help="核过的数字，照答复里的样子写，空格隔开")] = "",
    entry: Annotated[Path | None, typer.Option(help="条目文件（docs/library.md）")] = None,
    sources: Annotated[Path | None, typer.Option(help="放原文的目录，核对条目用")] = None,
    correct: Annotated[str, typer.Option(help="更正：替换哪一条")] = "",
) -> None:
    """没答上的问题；答一个（部门答复，或有原文的条目），核过题库才发布，问过的人收到一次。"""
    from bot.library_admin import Answer, answer

    given = Answer(
        question, department, person, day, text, ask or [], title, topic, confirm_figures, entry, sources, correct
    )
    answer(_settings(), given)


@library.command("add")
def add_documents(
    files: Annotated[list[Path], typer.Argument(help="文件：.txt .docx .pdf .html .md")],
    *,
    region: Annotated[str, typer.Option(help="哪里的文件，看不出来时写，如 营口；全国的写 全国")] = "",
    replaces: Annotated[str, typer.Option(help="它代替哪份文件（文号）")] = "",
    ends: Annotated[str, typer.Option(help="它停止哪份文件（文号）")] = "",
    since: Annotated[str, typer.Option("--from", help="从哪天起代替或停止，YYYY-MM-DD")] = "",
    questions: Annotated[bool, typer.Option(help="收之后把自带的题做一遍，看有没有变化")] = True,
) -> None:
    """收进公文：文号、标题、单位、日期、条款；没有条目答得上的，就引原文。"""
    from bot.library_documents import add

    if not add(_settings(), files, region, replaces, ends, since, questions=questions):
        raise typer.Exit(1)


@imports.command("contacts")
def import_contacts(file: Sheet, template: Blank = False) -> None:
    """各部门、各区县工会的电话、地址、时间；回答里说“找谁”用。"""
    from bot.importing.contacts import form

    _import(form, file, template)


def _import(form: "Callable[[str, date], Form[Any]]", file: Path, template: bool) -> None:
    """Import a file by the form that `form` makes for the home region and today, or write its blank file."""
    from bot.app import open_storage
    from bot.importing import take_in, templates

    settings = _settings()
    wanted = form(settings.home_region, datetime.now(ZoneInfo("Asia/Shanghai")).date())
    if template:
        templates.write(wanted, file)
        print(file)
    elif not take_in(wanted, file, lambda: open_storage(settings)):
        raise typer.Exit(1)


@wechat.command("check")
def wechat_check() -> None:
    """公众号和这台机器之间还缺什么，一处一句。"""
    from bot.wechat_admin import check as check_account

    faults = asyncio.run(check_account(_settings()))
    for fault in faults:
        print(fault)
    if faults:
        raise typer.Exit(1)
    err.print("都通了。")


@wechat.command("menu")
def wechat_menu() -> None:
    """把菜单推到公众号。"""
    from bot.wechat_admin import push_menu

    print(asyncio.run(push_menu(_settings())))


if __name__ == "__main__":
    main()
