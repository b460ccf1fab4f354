"""The front desk: one message in, one reply out, whatever happens.

    answer(message)
      a retry still being answered?   wait for the same answer
      answered before?                the same reply again
      too many at once?               a friendly word
      recognise → handler → Turn      a question in the process; a turn that changes records as one job, one transaction
      remember                        with the records, or written behind within a second where only the talk moved on

One member's messages are answered one after the other. Where several processes share the database every turn locks
the member's talk first and looks then whether the message was seen (design, decision 1).
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from bot.errors import Sorry, place
from bot.handlers import HANDLERS, Way
from bot.intents import recognise
from bot.messages import Message, Reply, as_data, from_data, say
from bot.metrics import ANSWERED, FAULTS, SECONDS
from bot.noting import Note, whole
from bot.noting import write as write_notes
from bot.talk import OFFERED, Intent, Memory, Talk, Turn
from knowledge import Knowledge
from storage import Conversation, Storage, Transaction

log = structlog.get_logger()
T = TypeVar("T")

KEPT = 20_000  # talks and replies held in the process
GOES_ON = {"more", "rating", "picture"}  # turns about the question before
ASKS = {"ask", "door"}  # a question, also where nothing is found
APOLOGY = say("抱歉，刚才出了点问题，您的话我没处理好。请再发一次；还不行就打工会热线 12351，有人接。")
TOO_FAST = say("您发得有点快，我一句一句来。请稍等几秒再发，刚才没答上的再发一遍就行。")


class Remembered(OrderedDict[str, T]):
    """A dict that forgets what was used longest ago."""

    def take(self, key: str) -> T | None:
        value = self.get(key)
        if value is not None:
            self.move_to_end(key)
        return value

    def keep(self, key: str, value: T) -> None:
        self[key] = value
        self.move_to_end(key)
        if len(self) > KEPT:
            self.popitem(last=False)


@dataclass(slots=True)
class Lane:
    """Where one member's messages wait for one another."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


@dataclass(slots=True)
class _Behind:
    """What is still to be written: the talks that moved on, the replies given; and the questions, apart."""

    talks: dict[str, Memory] = field(default_factory=dict)
    replies: list[tuple[Message, Reply]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def write(self, records: Transaction) -> None:
        now = datetime.now(UTC)
        records.conversations.save(*(Conversation(member, m.as_data(), now) for member, m in self.talks.items()))
        records.inbox.remember_all([(m.member, m.key, as_data(reply), m.at) for m, reply in self.replies])


class Dispatch:
    """Answers messages. `home` is the region whose union runs the bot; `rate` messages per seconds for one member."""

    def __init__(
        self,
        storage: Storage,
        knowledge: Knowledge,
        rate: tuple[int, float] = (20, 10.0),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.storage, self.knowledge, self.rate, self.clock = storage, knowledge, rate, clock
        self._running: dict[str, asyncio.Task[Reply]] = {}
        self._lanes: dict[str, Lane] = {}
        self._replies: Remembered[Reply] = Remembered()
        self._talks: Remembered[Memory] = Remembered()
        self._sent: Remembered[list[float]] = Remembered()
        self._made: Remembered[tuple[Knowledge, str, Turn | None]] = Remembered()
        self._behind = _Behind()
        self.notes = True  # whether questions are counted: not those of a test

    async def answer(self, message: Message) -> Reply:
        """The reply to a message. Never raises; a repeated message gets the same reply once more."""
        identity = f"{message.member}\n{message.key}"
        if earlier := self._replies.take(identity):
            return earlier
        running = self._running.get(identity)
        if running is None and (reply := self._at_once(message)) is not None:
            if reply not in (APOLOGY, TOO_FAST):
                self._replies.keep(identity, reply)
            return reply
        if running is None:
            running = asyncio.create_task(self._answer(message))
            self._running[identity] = running
            running.add_done_callback(lambda _: self._running.pop(identity, None))
        return await asyncio.shield(running)

    def _at_once(self, message: Message) -> Reply | None:
        """The reply where there is nothing to wait for: a question that stands alone, and nothing of this member's
        under way."""
        if self.storage.shared or message.member in self._lanes or not self._stands_alone(message):
            return None
        if self._is_too_fast(message.member):
            return None if self.knowledge.urgent.find(message.text) else TOO_FAST
        started = time.perf_counter()
        try:
            turn = self._standing(message)
        except Exception as fault:  # noqa: BLE001  as in _answer
            return self._apologise(message, fault)
        if turn is None:
            self._sent[message.member].pop()  # counted again on the way through the lane
            return None
        self._move_on(message, turn)
        SECONDS.observe(time.perf_counter() - started)
        return turn.reply

    @staticmethod
    def _apologise(message: Message, fault: Exception) -> Reply:
        FAULTS.inc()
        log.error(
            "turn failed", kind=message.kind, channel=message.channel, fault=type(fault).__name__, at=place(fault)
        )
        return APOLOGY  # not remembered: the same message sent again is a new try

    async def _answer(self, message: Message) -> Reply:
        if self._is_too_fast(message.member) and self.knowledge.urgent.find(message.text) is None:
            return TOO_FAST  # a life in danger is never too fast
        started = time.perf_counter()
        lane = self._lanes.setdefault(message.member, Lane())
        lane.waiting += 1
        try:
            async with lane.lock:
                reply = await self._turn(message)
        except Exception as fault:  # noqa: BLE001  the one place where a fault becomes an apology
            return self._apologise(message, fault)
        finally:
            lane.waiting -= 1
            if not lane.waiting:
                self._lanes.pop(message.member, None)
            SECONDS.observe(time.perf_counter() - started)
        self._replies.keep(f"{message.member}\n{message.key}", reply)
        return reply

    async def _turn(self, message: Message) -> Reply:
        if self.storage.shared:
            turn = await self.storage.run(lambda records: self._recorded(records, message, None))
            self._note(turn)
            return turn.reply
        if self._stands_alone(message) and (standing := self._standing(message)) is not None:
            self._move_on(message, standing)  # it waited for an earlier message of the same member
            return standing.reply
        memory = self._talks.take(message.member) or Memory()
        if message.member not in self._talks:
            earlier, memory = await self.storage.run(lambda records: self._look(records, message))
            if earlier is not None:
                return earlier
        intent = recognise(message, memory, self.knowledge)
        way = HANDLERS[intent.name]
        if way.saves:
            turn = await self.storage.run(lambda records: self._recorded(records, message, intent))
        else:
            turn = self._take(message, intent, memory, None)
            self._move_on(message, turn)
            return turn.reply
        self._talks.keep(message.member, turn.memory)
        self._note(turn)
        return turn.reply

    def _move_on(self, message: Message, turn: Turn) -> None:
        """A turn without records: the talk goes on in the process and is written behind."""
        self._behind.talks[message.member] = turn.memory
        self._behind.replies.append((message, turn.reply))
        self._talks.keep(message.member, turn.memory)
        self._note(turn)

    def _stands_alone(self, message: Message) -> bool:
        return message.kind == "text" and self.knowledge.stands_alone(message.text)

    def _standing(self, message: Message) -> Turn | None:
        """The turn for a question that names its own subject, whatever was talked of before: the same for everybody
        who asks it today, so it is made once. None where the words are no plain question after all."""
        now = self.clock()
        key = f"{message.role}\n{now:%Y%m%d}\n{message.text}"
        made = self._made.take(key)
        if made is None or made[0] is not self.knowledge:
            alone = Memory(met=True)
            intent = recognise(message, alone, self.knowledge)
            turn = self._take(message, intent, alone, None) if intent.name in ASKS else None
            made = (self.knowledge, intent.name, turn)
            self._made.keep(key, made)
        elif made[2] is not None:
            ANSWERED.labels(made[1], "yes" if made[2].reply.answered else "no").inc()
        turn = made[2]
        if turn is None or turn.note is None:
            return turn
        return replace(turn, note=replace(turn.note, member=message.member, at=now))

    def _note(self, turn: Turn) -> None:
        if self.notes and turn.note is not None and len(self._behind.notes) < KEPT:
            self._behind.notes.append(turn.note)

    def _look(self, records: Transaction, message: Message) -> tuple[Reply | None, Memory]:
        """The reply this message got before, and what is known of the talk. Locks first (design, decision 1)."""
        records.conversations.lock(message.member)
        seen = records.inbox.seen(message.member, message.key)
        held = records.conversations.load(message.member)
        return from_data(seen) if seen is not None else None, Memory.from_data(held.state) if held else Memory()

    def _recorded(self, records: Transaction, message: Message, intent: Intent | None) -> Turn:
        """A turn with its records: one job, one transaction."""
        earlier, memory = self._look(records, message)
        if earlier is not None:
            return Turn(earlier, memory)
        if not self.storage.shared:
            memory = self._talks.get(message.member, memory)
        turn = self._take(message, intent or recognise(message, memory, self.knowledge), memory, records)
        records.conversations.save(Conversation(message.member, turn.memory.as_data(), self.clock()))
        records.inbox.remember(message.member, message.key, as_data(turn.reply), message.at)
        return turn

    def _take(self, message: Message, intent: Intent, memory: Memory, records: Transaction | None) -> Turn:
        way: Way = HANDLERS[intent.name]
        talk = Talk(message, intent, memory, self.clock(), self.knowledge, records)
        try:
            turn = way.handler(talk)
        except Sorry as refusal:
            turn = talk.say(say(str(refusal)))
        ANSWERED.labels(intent.name, "yes" if turn.reply.answered else "no").inc()
        return self._with_note(talk, turn)

    @staticmethod
    def _with_note(talk: Talk, turn: Turn) -> Turn:
        """The turn with what is to be counted of it, and what a word on its answer would refer to."""
        name, reply, member = talk.intent.name, turn.reply, talk.message.member
        if name in GOES_ON:
            rated, got = name == "rating", talk.memory.got
            if not (reply.sources or (rated and got)):
                return turn
            if got == OFFERED:  # 都不是: it was a question without an answer
                return replace(turn, note=Note(member, talk.now, talk.memory.heard, False, "", reply))
            note = Note(member, talk.now, talk.memory.heard, reply.answered, got, reply, counted=False, rated=rated)
            return replace(turn, note=note)
        if not reply.sources and name not in ASKS:
            return replace(turn, memory=replace(turn.memory, heard="", got=""))
        question = whole(talk.text, talk.knowledge.library.by_id.get(talk.memory.subject))
        got = turn.memory.subject if reply.sources else OFFERED if turn.offered else ""
        note = Note(
            member, talk.now, question, reply.answered, "" if turn.offered else got, reply, counted=not turn.offered
        )
        return replace(turn, memory=replace(turn.memory, heard=question, got=got), note=note)

    def _is_too_fast(self, member: str) -> bool:
        count, seconds = self.rate
        now = time.monotonic()
        times = self._sent.take(member) or []
        while times and times[0] <= now - seconds:
            times.pop(0)
        if len(times) >= count:
            return True
        times.append(now)
        self._sent.keep(member, times)
        return False

    async def write_behind(self, every: float = 0.5) -> None:
        """Write what moved on, until cancelled; then once more."""
        try:
            while True:
                await asyncio.sleep(every)
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> None:
        behind, self._behind = self._behind, _Behind()
        if behind.notes:
            await self._write_notes(behind.notes)
        if not behind.talks and not behind.replies:
            return
        try:
            await self.storage.run(behind.write)
        except Exception as fault:  # noqa: BLE001  kept and tried again: nothing of a talk is lost to a busy disk
            log.warning("write behind failed", fault=type(fault).__name__, at=place(fault))
            behind.talks.update(self._behind.talks)
            behind.replies += self._behind.replies
            self._behind = behind

    async def _write_notes(self, notes: list[Note]) -> None:
        """Apart from the talks: counts must not hold them up."""
        try:
            await self.storage.run(lambda records: write_notes(notes, self.knowledge, records))
        except Exception as fault:  # noqa: BLE001  tried again, as long as there is room
            log.warning("noting questions failed", fault=type(fault).__name__, at=place(fault))
            self._behind.notes = [*notes, *self._behind.notes][-KEPT:]
