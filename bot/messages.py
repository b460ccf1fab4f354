"""What travels through the house: Message in, Reply out. Every channel shares these, none adds to them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["text", "image", "voice", "video", "location", "link", "event", "unknown"]
Role = Literal["worker", "inspector", "cadre"]


@dataclass(frozen=True, slots=True)
class Location:
    """A place as a phone sends it: degrees (GCJ-02 on WeChat), and the label the phone gave it."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing a person sent.

    `sender` is unique within `channel`; `key` names this very message (a retry carries the same key).
    `text` is what was typed, or what the platform recognised of a voice message.
    `event` and `event_key` are the platform's words in lower case (subscribe, click, …) and what was pressed or scanned.
    `media` is the channel's own reference to a picture, sound or film.
    """

    channel: str
    sender: str
    key: str
    at: datetime
    kind: Kind = "text"
    text: str = ""
    event: str = ""
    event_key: str = ""
    media: str = ""
    location: Location | None = None
    role: Role | None = None  # None: the sender may be anyone

    @property
    def member(self) -> str:
        """The member's name in our records: ids of different channels never meet."""
        return f"{self.channel}:{self.sender}"


@dataclass(frozen=True, slots=True)
class Choice:
    """A quick reply: what the button shows, and what is said when it is pressed (or its number typed)."""

    label: str
    says: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer stands: 营工发〔2015〕65号, 十（一）."""

    document: str
    clause: str


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    kind: Literal["text"] = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of ours, by its media key; `text` says what it shows to those who cannot see it."""

    media: str
    text: str
    kind: Literal["image"] = field(default="image", init=False)


Part = Text | Image


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says to one message. `answered`: it states something of the library that answers the question.

    No parts: nothing is said (a platform event that wants no answer).
    """

    parts: tuple[Part, ...] = ()
    choices: tuple[Choice, ...] = ()
    answered: bool = False
    sources: tuple[Source, ...] = ()

    @property
    def text(self) -> str:
        """All words of the reply, parts joined by blank lines."""
        return "\n\n".join(part.text for part in self.parts)


def say(text: str, *choices: Choice, answered: bool = False, sources: tuple[Source, ...] = ()) -> Reply:
    """A reply of one text."""
    return Reply((Text(text),), choices, answered, sources)


def with_numbers(reply: Reply) -> str:
    """The reply as one plain text, its choices numbered (WeChat's passive text has no buttons)."""
    lines = [f"{number} {choice.label}" for number, choice in enumerate(reply.choices, 1)]
    if not lines:
        return reply.text
    return "\n".join([reply.text, "", "回复数字接着问：", *lines]).strip()


def as_data(reply: Reply) -> dict[str, object]:
    """The reply as plain data, to be kept; `from_data` brings it back."""
    return {
        "parts": [
            {"kind": p.kind, "text": p.text} | ({"media": p.media} if isinstance(p, Image) else {}) for p in reply.parts
        ],
        "choices": [[c.label, c.says] for c in reply.choices],
        "answered": reply.answered,
        "sources": [[s.document, s.clause] for s in reply.sources],
    }


def from_data(data: dict[str, object]) -> Reply:
    """The inverse of `as_data`."""
    parts: list[Part] = []
    for p in data["parts"]:  # type: ignore[attr-defined]
        parts.append(Image(p["media"], p["text"]) if p["kind"] == "image" else Text(p["text"]))
    return Reply(
        tuple(parts),
        tuple(Choice(*c) for c in data["choices"]),  # type: ignore[attr-defined]
        bool(data["answered"]),
        tuple(Source(*s) for s in data["sources"]),  # type: ignore[attr-defined]
    )
