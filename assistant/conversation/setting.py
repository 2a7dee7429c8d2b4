"""What a conversation takes place in: who talks, what can be led, how it is said. Nothing here moves by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol

from assistant.events import Say
from prompts.types import Ritual


class Lines(Protocol):
    """Every sentence the assistant can speak, by key."""

    def pick(self, key: str, rng: Random, /, **values: object) -> str:
        """One wording of the line with its placeholders filled, never the same twice in a row."""
        ...

    def name(self, group: str, name_id: str, /) -> str:
        """How something is called in the middle of a sentence, such as `period` `this_week`."""
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """The unchanging surroundings of a conversation."""

    partners: tuple[str, str]
    """Names of the two who live here."""
    rituals: Mapping[str, Ritual]
    """What can be led, by id."""
    lines: Lines
    """How things are said."""
    rng: Random
    """Where chance comes from; seeded in tests."""
    new_id: Callable[[datetime], str]
    """Makes an id for an entry or a sitting."""
    contacts: tuple[str, ...] = ()
    """Spoken sentences with the household's numbers for help."""
    emergency_number: str = ""
    """The number to call in an emergency, as it is spoken."""

    def other(self, name: str) -> str:
        """The partner of `name`; empty when nobody is named."""
        first, second = self.partners
        return {first: second, second: first}.get(name, "")

    def say(self, key: str, **values: object) -> Say:
        """A line, ready to be spoken."""
        return Say(self.lines.pick(key, self.rng, **values), key)
