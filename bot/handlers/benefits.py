"""Benefits: somebody asks what the union gives, to whom, how and by when, and hears what the documents say.

    职工    孩子考大学工会给钱不
    机器人   考上大专以上院校的在档困难职工子女，市总每人救助3000元。
            【怎么办】每年8月由社区工会向上逐级申报……
            依据：营工发〔2015〕65号 十（一）
            这是2015年到2016年的规定，已到期……找谁：市总工会保障部……
    职工    那找谁
    机器人   ……

The answer comes first and says whose rule it is where that is not the home union's. Figures come out of the library
already filled in; nothing in this file states one. What the library has for a question is found in
knowledge/asking.py; contacts and doors are data in knowledge/.
"""

from collections.abc import Sequence
from datetime import date

from bot.calculations import Working, work_out
from bot.messages import Choice, Reply, Source, say
from bot.pictures import can_draw
from bot.quotations import quoted
from bot.talk import Talk, Turn
from knowledge import Entry, Finding
from knowledge.library import REPLY

MORE = 9  # sides of a matter that 详细 shows at once
FIRST = 12  # characters in which another place must be named
HEAD = 200  # characters a person takes in at a glance on a phone
LONG = 360  # and of a list or a procedure
BESIDE = 2  # neighbours said at once
LISTS = {"how", "papers", "what", "standard"}
LABELS = {
    "sum": "给多少", "who": "条件", "how": "怎么办", "when": "什么时候", "papers": "要什么", "where": "找谁",
    "target": "目标", "standard": "要求", "count": "合计", "what": "内容", "other": "另外",
}  # fmt: skip
CHOICES = 4
PICTURE = Choice("发成图片", "发成图片")  # bot/handlers/pictures.py
NEWS = Choice("有新规定告诉我", "有新规定告诉我")  # kept by bot/handlers/wishes.py


def answer(talk: Talk) -> Turn:
    """Answer a question to the library: work it out where the asker named a figure of his own, else look it up."""
    held = talk.knowledge.library.by_id.get(talk.memory.subject)
    if (working := work_out(talk.text, held, talk.knowledge)) is not None:
        return _state_working(talk, working)
    finding = talk.knowledge.ask(talk.text, talk.memory.subject, talk.memory.region, talk.memory.asked)
    if finding.quote is not None:
        choices = [Choice(e.title, e.title) for e in finding.more] if finding.kind == "choice" else []
        reply = quoted(finding.quote, talk.knowledge.documents, talk.knowledge.home, talk.now.date(), *choices)
        return talk.say(reply, region=finding.place, asked=finding.question)
    match finding.kind:
        case "answer" if finding.others:
            return _state_each(talk, finding)
        case "answer":
            return _state(talk, finding)
        case "choice":
            return _offer(talk, finding)
        case "elsewhere":
            return _say_elsewhere(talk, finding)
        case _:
            return not_found(talk)


def _state(talk: Talk, finding: Finding) -> Turn:
    entry = finding.entry
    assert entry is not None
    lines = [_whose(talk, finding) + entry.answer]
    passed = period(talk, entry, named=finding.about_now)
    if finding.about_now:
        lines.insert(0, passed)
    stated = [entry]
    if finding.elsewhere is not None:
        lines.append(_also_there(finding.elsewhere))
        stated.append(finding.elsewhere)
    for other, line in _beside(entry, finding.more, (LONG if entry.facet in LISTS else HEAD) - len("".join(lines))):
        lines.append(line)
        stated.append(other)
    sources = tuple(dict.fromkeys(Source(c.document, c.clause) for e in stated for c in e.sources))
    lines.append(source_line(sources))
    if not finding.about_now:
        lines.append(passed)
    lines.append(contact(talk, entry, finding.place))
    reply = Reply(
        say("\n".join(lines)).parts, _next(talk, entry, finding.more), answered=not entry.silent, sources=sources
    )
    return talk.say(reply, subject=entry.id, region=finding.place, asked=finding.question)


def _state_working(talk: Talk, working: Working) -> Turn:
    """The asker's own figure put through the documents' rule, with the working shown."""
    entry = working.entry
    sources = tuple(Source(c.document, c.clause) for c in working.sources)
    lines = [working.answer, source_line(sources), period(talk, entry, named=False), contact(talk, entry)]
    reply = Reply(say("\n".join(lines)).parts, _next(talk, entry, ()), answered=True, sources=sources)
    return talk.say(reply, subject=entry.id, asked=talk.text)


def _state_each(talk: Talk, finding: Finding) -> Turn:
    """Two places, or two questions in one message: each gets its line, its source and its period."""
    lines: list[str] = []
    regions = {part.entry.topic.region for part in (finding, *finding.others) if part.entry is not None}
    for number, part in enumerate((finding, *finding.others), 1):
        entry = part.entry
        if entry is None:
            lines.append(f"{number}. 没有查到{part.place}这方面的规定，问{part.place or '当地'}的工会或打12351。")
            continue
        named = entry.topic.region in entry.answer or regions == {talk.knowledge.home}
        lines.append(f"{number}. {'' if named else entry.topic.region + '：'}{entry.answer}")
        twin = next((e for e in part.more if e.facet == entry.facet and not e.silent), None)
        if twin is not None and len(entry.answer) + len(twin.answer) < HEAD // 2:
            lines.append(f"【{twin.title}】{twin.answer}")
    stated = [part.entry for part in (finding, *finding.others) if part.entry is not None]
    sources = tuple(dict.fromkeys(Source(c.document, c.clause) for e in stated for c in e.sources))
    lines.append(source_line(sources))
    several = len({_door(talk, entry) for entry in stated}) > 1
    lines += dict.fromkeys(period(talk, entry, named=several) for entry in stated)
    lines.append(contact(talk, stated[0], finding.place))
    reply = Reply(
        say("\n".join(lines)).parts,
        tuple(Choice(e.title, e.title) for e in stated),
        answered=any(not entry.silent for entry in stated),
        sources=sources,
    )
    return talk.say(reply, subject=stated[0].id, region=finding.place, asked=finding.question)


def more(talk: Talk) -> Turn:
    """详细: all that the library says on the matter just spoken of."""
    entry = talk.knowledge.library.by_id.get(talk.memory.subject)
    if entry is None:
        return not_found(talk)
    sides = [e for e in entry.topic.entries if e is not entry and not e.silent]
    first = {e.facet: e for e in reversed(sides)}.values()  # one of each side before the second of any
    beside = sorted(sides, key=lambda e: (e not in first, list(LABELS).index(e.facet)))
    lines = [f"“{entry.topic.name}”写了这些：", entry.answer]
    lines += [f"· {e.title}：{e.answer}" for e in beside[:MORE]]
    sources = tuple(dict.fromkeys(Source(c.document, c.clause) for e in (entry, *beside[:MORE]) for c in e.sources))
    lines += [source_line(sources), period(talk, entry, named=False), contact(talk, entry)]
    left = tuple(Choice(e.title, e.title) for e in beside[MORE : MORE + 3])
    return talk.say(Reply(say("\n".join(lines)).parts, left, answered=True, sources=sources), subject=entry.id)


def _also_there(other: Entry) -> str:
    """Another place's rule on the same kind of thing, under its name, after home's own."""
    topic = other.topic
    whose = f"{topic.also_regions[0]}省总、{topic.region}" if topic.level == "province" else topic.region
    return f"【{whose}另有规定】{other.answer}"


def _beside(entry: Entry, near: Sequence[Entry], room: int) -> list[tuple[Entry, str]]:
    """Who, how and when: neighbours of the same topic, nearest first, as far as the glance goes."""
    lines: list[tuple[Entry, str]] = []
    used = {entry.facet}
    if entry.facet == "how":
        near = sorted(near, key=lambda other: other.facet not in {"when", "papers"})  # by when belongs to how
    for other in near:
        if other.silent or other.answer in entry.answer or (other.facet == "count" and entry.facet != "count"):
            continue
        line = f"【{other.title if other.facet in used else LABELS[other.facet]}】{other.answer}"
        if lines and len(line) > room:
            continue
        lines.append((other, line))
        used.add(other.facet)
        room -= len(line)
        if room < 25 or len(lines) == BESIDE:
            break
    return lines


def _whose(talk: Talk, finding: Finding) -> str:
    """Whose rule it is, where it is not simply the home union's own: never another place's without its name."""
    entry = finding.entry
    assert entry is not None
    topic, home = entry.topic, talk.knowledge.home
    if topic.region == home:
        return ""
    if finding.from_away:
        if topic.level == "province":
            province = topic.also_regions[0] if topic.also_regions else topic.region
            return f"{home}的文件里没有这一条，{province}省总有（{topic.region}是这样落实的）："
        if topic.level == "report":
            return f"{home}的文件里没有这一条，这是报纸报道的{topic.region}的事："
        return f"{home}的文件里没有这一条。{topic.region}的规定是："
    named = (topic.region, *topic.also_regions)
    return "" if any(name in entry.answer[:FIRST] for name in named) else f"{topic.region}："


def period(talk: Talk, entry: Entry, named: bool = True) -> str:
    """Whether the measure still runs, in the contract's words. Not `named`: the line on whom to ask comes next."""
    today, whom = talk.now.date(), _door(talk, entry) if named else "一声"
    ending = talk.knowledge.documents.ending(entry.document, today)
    if ending is not None and ending.since <= today:
        return f"{ending.says(today)}现在怎么规定，要问{whom}。"
    return _written_period(entry, today, whom) + (ending.says(today) if ending is not None else "")


def _written_period(entry: Entry, today: date, whom: str) -> str:
    """What the document itself says of its time."""
    topic = entry.topic
    if topic.period.has_passed(today) and topic.period.note:
        return f"{topic.period.note}，已到期；现在还有没有，要问{whom}。"  # an end that we reckoned says how
    if topic.period.has_passed(today):
        return f"这是{topic.period.shown}的规定，已到期；现在还有没有，要问{whom}。"
    if topic.period.end is not None:
        return f"这项规定从{topic.period.shown}。"
    kind = {"report": "报道", REPLY: "答复"}.get(topic.level, "文件")
    return f"这是{topic.year}年的{kind}，文件没有写到什么时候为止；现在是否还执行，要问{whom}。"


def _door(talk: Talk, entry: Entry) -> str:
    topic = entry.topic
    if topic.department is not None:
        name = topic.department.name
        return name if topic.region == talk.knowledge.home or topic.region in name else topic.region + name
    return "市总工会" if topic.region == talk.knowledge.home else f"{topic.region}的工会"


def source_line(sources: Sequence[Source]) -> str:
    """The source line: each document once, with its clauses."""
    clauses: dict[str, list[str]] = {}
    for source in sources:
        clauses.setdefault(source.document, []).append(source.clause)
    return "依据：" + "；".join(f"{document} {'、'.join(each)}" for document, each in clauses.items())


def contact(talk: Talk, entry: Entry, place: str | None = None) -> str:
    """Whom to ask and how: the union of the district asked about (or else spoken of last), where its phone is known,
    otherwise the city's department."""
    whom, contacts = _door(talk, entry), talk.knowledge.contacts
    if entry.topic.region != talk.knowledge.home:
        return f"找谁：{whom}；外地的事要向当地工会核实。"
    found = contacts.find(whom, talk.memory.region if place is None else place)
    if found is None or not found.phone:
        return f"找谁：{whom}（电话还没有录入），或先打工会热线{contacts.hotline}。"
    return f"找谁：{found.name}，{found.reached(talk.now.date())}。"


def _next(talk: Talk, entry: Entry, more: Sequence[Entry]) -> tuple[Choice, ...]:
    """What people ask next: what the entry is related to, then its neighbours."""
    near = [*(talk.knowledge.library.by_id[name] for name in entry.related), *more]
    picked = list(dict.fromkeys(e for e in near if e is not entry))[:3]
    last = [NEWS] if entry.topic.period.has_passed(talk.now.date()) else []
    if can_draw():
        last.append(PICTURE)
    return (*(Choice(e.title, e.title) for e in picked[: CHOICES - len(last)]), *last)


def _offer(talk: Talk, finding: Finding) -> Turn:
    """Close to several: at most three to choose from rather than a guess."""
    choices = tuple(Choice(e.title, e.title) for e in finding.more)
    return talk.say(
        say("您问的是下面哪一件？点一下，或者回个数字就行。", *choices), offered=True, asked=finding.question
    )


def _say_elsewhere(talk: Talk, finding: Finding) -> Turn:
    place, home = finding.place, talk.knowledge.home
    lines = [f"没有查到{place}这方面的规定，我手里的文件里没有写。"]
    if finding.more:
        other = finding.more[0].topic
        lines.append(f"{other.region}有“{other.name}”这一项，那是{other.region}的，{place}不能照着算。")
    where = f"{place}的事请问{place}的工会" if place != home else "请问市总工会"
    lines.append(f"{where}，或打工会热线12351（各地通用）。")
    choices = tuple(Choice(f"看{e.topic.region}的：{e.title}", e.title) for e in finding.more[:1])
    return talk.say(say("\n".join(lines), *choices))


def not_found(talk: Talk) -> Turn:
    """Nothing in the library: said so, with the door to go to."""
    return talk.say(
        say(
            "没有查到。我这里只有工会的几份文件，您问的这件事里面没有写，不能乱说。\n"
            "可以打工会热线12351问一问，或者换个说法再问我，比如“金秋助学给多少钱”。",
            Choice("你都能答什么", "你能干啥"),
        )
    )
