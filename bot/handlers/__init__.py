"""The table of contents: which handler answers which intent, in menu order. Nothing is discovered; what is not here
does not exist."""

from collections.abc import Mapping
from typing import NamedTuple

from bot.handlers import benefits, greeting, handover, later, pictures, ratings, situations, wishes
from bot.talk import Handler


class Way(NamedTuple):
    """How an intent is answered. `saves`: the turn changes records and runs as one job with a transaction."""

    handler: Handler
    saves: bool = False


HANDLERS: Mapping[str, Way] = {
    "ask": Way(benefits.answer),
    "situation": Way(situations.answer),
    "more": Way(benefits.more),
    "picture": Way(pictures.hand_on),
    "rating": Way(ratings.apologise),
    "wish": Way(wishes.wish, saves=True),
    "unwish": Way(wishes.withdraw, saves=True),
    "urgent": Way(handover.urgent),
    "human": Way(handover.human),
    "complaint": Way(handover.complaint),
    "door": Way(handover.door),
    "greeting": Way(greeting.greet),
    "subscribe": Way(greeting.welcome),
    "help": Way(greeting.explain),
    "thanks": Way(greeting.welcome_thanks),
    "cancel": Way(greeting.cancel),
    "chat": Way(greeting.chat),
    "again": Way(greeting.not_understood),
    "silence": Way(greeting.silence),
    "photo": Way(later.photo),
    "voice": Way(later.voice),
    "place": Way(later.place),
    "film": Way(later.film),
    "link": Way(later.link),
    "hazard_report": Way(later.hazards),
    "hazard_status": Way(later.hazards),
    "card_query": Way(later.cards),
    "card_bind": Way(later.cards),
    "card_lost": Way(later.cards),
    "visit_log": Way(later.visits),
    "visit_stats": Way(later.visits),
    "my_records": Way(later.records),
    "survey": Way(later.surveys),
    "apply": Way(later.applications),
    "privacy": Way(later.privacy),
}
