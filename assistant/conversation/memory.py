"""The small facts a conversation carries across restarts, as JSON texts under a few keys. Pure values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

import msgspec

from assistant.events import Remember
from assistant.reminders import KEY as REMINDERS_KEY
from assistant.reminders import Reminder
from assistant.reminders import load as load_reminders
from prompts.types import Prompt

USED_KEY = "used_prompts"
SITTINGS_KEY = "sittings"
STARTER_KEY = "next_starter"
UNFINISHED_KEY = "unfinished_session"
SEEN_KEY = "last_seen"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A session that was interrupted, to be offered again."""

    ritual: str
    """Id of the ritual."""
    session: str
    """Id of the sitting."""
    starter: str
    """Name of the one who started."""
    beat: int
    """Position in the session to go on from."""
    began: datetime
    """When the sitting began."""
    answers: dict[str, str] = field(default_factory=dict)
    """Answers to yes/no, rating and choice steps so far, by step id; never free words."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Where a ritual of several sittings rests."""

    beat: int
    """Position to go on from."""
    answers: dict[str, str] = field(default_factory=dict)
    """Answers of the sittings so far, as in `Unfinished`."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known from earlier conversations."""

    used: frozenset[str] = frozenset()
    """Ids of prompts that were spoken and whose siblings were not all used yet; see `resting` for the last of all."""
    unwritten: frozenset[str] = frozenset()
    """The same of sessions that keep nothing; it leaves no trace."""
    starter: str = ""
    """Name of the one who starts next; empty before the first session."""
    unfinished: Unfinished | None = None
    """The session to offer again."""
    sittings: dict[str, Rest] = field(default_factory=dict)
    """Where rituals of several sittings rest, by ritual id."""
    seen: datetime | None = None
    """When somebody last spoke with the assistant."""
    reminders: tuple[Reminder, ...] = ()
    """What there is to be reminded of."""

    @classmethod
    def load(cls, recall: Callable[[str], str]) -> Memory:
        """Read the facts back; a fact that cannot be read is as if it had never been kept."""
        return cls(
            used=_decode(recall(USED_KEY), frozenset[str], frozenset()),
            starter=_decode(recall(STARTER_KEY), str, ""),
            unfinished=_decode(recall(UNFINISHED_KEY), Unfinished, None),
            sittings=_sittings(recall(SITTINGS_KEY)),
            seen=_decode(recall(SEEN_KEY), datetime, None),
            reminders=load_reminders(recall(REMINDERS_KEY)),
        )

    def using(self, prompt: Prompt, siblings: Sequence[Prompt], *, kept: bool = True) -> Memory:
        """This prompt was spoken; once all siblings were, they all become free again, but this one not at once."""
        ids = {sibling.id for sibling in siblings}
        used = ((self.used if kept else self.unwritten) | {prompt.id}) - {resting(one) for one in ids}
        if ids <= used:
            used = (used - ids) | {resting(prompt.id)}
        return replace(self, used=frozenset(used)) if kept else replace(self, unwritten=frozenset(used))

    def is_free(self, prompt: Prompt) -> bool:
        """Whether this prompt may be spoken while others of its kind may not."""
        return {prompt.id, resting(prompt.id)}.isdisjoint(self.used | self.unwritten)


def resting(prompt: str) -> str:
    """How the id of a prompt stands in `Memory.used` that was the last of all: the next one is another one."""
    return f"~{prompt}"


def remember(key: str, value: object) -> Remember:
    """Keep a value under a key; None forgets it."""
    return Remember(key, "" if value is None else msgspec.json.encode(value).decode())


def _sittings(text: str) -> dict[str, Rest]:
    """Where rituals rest; once only the beat was written."""
    found: dict[str, Rest | int] = _decode(text, dict[str, Rest | int], {})
    return {ritual: Rest(rest) if isinstance(rest, int) else rest for ritual, rest in found.items()}


def _decode(text: str, kind: type, default: T) -> T:
    if not text:
        return default
    try:
        value: T = msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError:
        return default
    return value
