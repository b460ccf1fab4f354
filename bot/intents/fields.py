"""What a message says beside its intent: the fields of the contract for a hazard or a visit, nothing for the others.

The role helps where the intent is not clear: what a cadre types is read as a visit and what an inspector types as a
hazard, unless it plainly is another kind of record.
"""

from datetime import date
from functools import lru_cache
from typing import Any

from bot.intents.hazards import read_hazard
from bot.intents.visits import read_visits
from bot.messages import Role
from bot.reading.places import Districts
from knowledge import Knowledge

Fields = dict[str, Any]


def fields(
    intent_name: str, text: str, today: date, knowledge: Knowledge, role: Role | None = None
) -> tuple[Fields, list[Fields]]:
    """The fields of the (first) record and those of the others that the message holds."""
    districts = _districts(knowledge)
    if intent_name == "visit_log" or role == "cadre":
        visits = read_visits(text, today, districts)
        if (intent_name == "visit_log" and role != "inspector") or _has_shape(visits):
            return visits[0], visits[1:]
    if intent_name == "hazard_report" or role == "inspector":
        return read_hazard(text, districts), []
    return {}, []


def _has_shape(visits: list[Fields]) -> bool:
    """Whether somebody was visited: a name, or how many work there, or what was brought."""
    return any(visit[name] for visit in visits for name in ("target", "workforce", "money_given", "items_given"))


def _districts(knowledge: Knowledge) -> Districts:
    return _of(knowledge.home, tuple((said, full) for said, full in knowledge.places.names.items()
                                     if knowledge.places.inside.get(full) == knowledge.home))  # fmt: skip


@lru_cache(8)
def _of(home: str, names: tuple[tuple[str, str], ...]) -> Districts:
    return Districts.of_names(dict(names))
