"""Asked: which questions came how often, for the desk that writes answers; and who waits for one.

Whoever notes has cleaned the question of names and numbers first. Counts say nothing of who asked. Only for a question
that got no answer, or a wrong one, the member stands beside it, sealed, so that he can be told once when there is one;
`take_askers` hands them over and deletes in one statement.

    unanswered or badly rated → open → settled (somebody answered it; asked again and in vain it is open again)
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    LargeBinary,
    String,
    Table,
    case,
    delete,
    func,
    select,
    update,
)

from storage.sealing import Sealing
from storage.tables import METADATA, Moment, insert, replace

LENGTH = 500
KEPT = timedelta(days=180)  # who waits for an answer so long does not wait any more

ASKED = Table(
    "asked",
    METADATA,
    Column("question", String(LENGTH), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("answered", Boolean, primary_key=True),
    Column("entry", String(200), primary_key=True),  # the library's entry that answered; empty: none
    Column("times", Integer, nullable=False),
    Column("bad", Integer, nullable=False, server_default="0"),  # how often somebody said 没答对
    Column("settled_at", Moment),  # somebody answered it since
)
ASKERS = Table(
    "askers",
    METADATA,
    Column("member", LargeBinary, primary_key=True),  # fingerprint
    Column("question", String(LENGTH), primary_key=True),
    Column("name", LargeBinary, nullable=False),  # the member's name, sealed
    Column("at", Moment, nullable=False, index=True),
)

Key = tuple[str, date, bool, str]  # question, day, answered, entry


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that staff should look at: how often it went unanswered, how often its answer (`entry`) was bad."""

    question: str
    entry: str
    unanswered: int
    bad: int
    last: date


class Asked:
    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self._connection = connection
        self._sealing = sealing

    def note(self, question: str, day: date, answered: bool, entry: str | None) -> None:
        """Count this question once more for this day."""
        self.note_many({(question, day, answered, entry or ""): 1})

    def note_many(self, counts: Mapping[Key, int]) -> None:
        """Count each of these questions so often."""
        rows = [
            {"question": question[:LENGTH], "day": day, "answered": answered, "entry": entry, "times": times, "bad": 0}
            for (question, day, answered, entry), times in sorted(
                counts.items()
            )  # one order: no deadlock between processes
        ]
        if not rows:
            return
        new = insert(self._connection, ASKED)
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[ASKED.c.question, ASKED.c.day, ASKED.c.answered, ASKED.c.entry],
                set_={
                    "times": ASKED.c.times + new.excluded.times,
                    # in vain again: it is open again
                    "settled_at": case((new.excluded.answered, ASKED.c.settled_at), else_=None),
                },
            ),
            rows,
        )

    def rate(self, question: str, entry: str) -> bool:
        """Somebody says that this question's answer was wrong or of no use. False: nothing is known of it."""
        same = (ASKED.c.question == question[:LENGTH]) & (ASKED.c.entry == entry)
        latest = select(func.max(ASKED.c.day)).where(same).scalar_subquery()
        changed = self._connection.execute(
            update(ASKED).where(same, ASKED.c.day == latest).values(bad=ASKED.c.bad + 1, settled_at=None)
        )
        return changed.rowcount > 0

    def open(self) -> list[OpenQuestion]:
        """What is unanswered or badly rated and not settled, most often first."""
        unanswered = func.sum(case((ASKED.c.answered, 0), else_=ASKED.c.times))
        bad = func.sum(ASKED.c.bad)
        found = self._connection.execute(
            select(ASKED.c.question, ASKED.c.entry, unanswered, bad, func.max(ASKED.c.day))
            .where(ASKED.c.settled_at.is_(None), ~ASKED.c.answered | (ASKED.c.bad > 0))
            .group_by(ASKED.c.question, ASKED.c.entry)
        )
        rows = [OpenQuestion(question, entry, int(one), int(two), last) for question, entry, one, two, last in found]
        return sorted(rows, key=lambda row: (-row.unanswered - row.bad, row.question))

    def by_entry(self) -> dict[str, int]:
        """How often each entry answered."""
        found = self._connection.execute(
            select(ASKED.c.entry, func.sum(ASKED.c.times))
            .where(ASKED.c.answered, ASKED.c.entry != "")
            .group_by(ASKED.c.entry)
        )
        return {entry: int(times) for entry, times in found}

    def settle(self, questions: Collection[str], at: datetime) -> None:
        """These are answered now."""
        still = ASKED.c.question.in_(list(questions)) & ASKED.c.settled_at.is_(None)
        self._connection.execute(update(ASKED).where(still).values(settled_at=at))

    def wait(self, askers: Collection[tuple[str, str, datetime]]) -> None:
        """Member, question, when: this member waits for an answer to it."""
        rows: dict[tuple[bytes, str], tuple[str, datetime]] = {}
        for member, question, at in askers:
            rows[self._sealing.fingerprint(member), question[:LENGTH]] = member, at
        if rows:
            self._connection.execute(
                replace(self._connection, ASKERS),
                [
                    {
                        "member": key[0],
                        "question": key[1],
                        "name": self._sealing.askers.close(member, b"asked" + key[0]),
                        "at": at,
                    }
                    for key, (member, at) in sorted(rows.items())
                ],
            )

    def take_askers(self, questions: Collection[str]) -> list[tuple[str, str]]:
        """Member and question of all who wait for an answer to one of these; from now on nobody does."""
        taken = self._connection.execute(
            delete(ASKERS)
            .where(ASKERS.c.question.in_(list(questions)))
            .returning(ASKERS.c.member, ASKERS.c.name, ASKERS.c.question)
        )
        return sorted((self._sealing.askers.open(row.name, b"asked" + row.member), row.question) for row in taken)

    def forget_before(self, at: datetime) -> int:
        """Drop those who have waited since before `at`; how many there were."""
        return self._connection.execute(delete(ASKERS).where(ASKERS.c.at < at)).rowcount

    def forget(self, member: str) -> int:
        """Drop all that is kept here of this member."""
        return self._connection.execute(
            delete(ASKERS).where(ASKERS.c.member == self._sealing.fingerprint(member))
        ).rowcount
