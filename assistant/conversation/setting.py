"""What a conversation takes place in: who talks, what can be led, how it is said. Nothing here moves by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Protocol

from assistant.events import Say
from assistant.reminders import NEVER_QUIET, QuietHours
from assistant.weekdays import Weekday
from intents.types import Intent
from prompts.common_words import NO_COMMON_WORDS, CommonWords
from prompts.types import Ritual


class Lines(Protocol):
    """Every sentence the assistant can speak, by key."""

    def pick(self, key: str, rng: Random, **values: str | int) -> str:
        """One wording of the line with its placeholders filled, never the same twice in a row."""
        ...

    def every(self, key: str, **values: str | int) -> list[str]:
        """All wordings of the line, with its placeholders filled."""
        ...

    def texts(self) -> list[str]:
        """All wordings, with their placeholders."""
        ...

    def name(self, group: str, item: str) -> str:
        """How an id of a group (`period`, `topic`) is spoken."""
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
    first_weekday: Weekday = Weekday.MONDAY
    """The day on which a week begins."""
    contacts: tuple[tuple[str, str, str], ...] = ()
    """What, number and hours (or empty) of the household's contacts for help."""
    emergency_number: str = ""
    """The number to call in an emergency; empty when the country is not known."""
    commands: tuple[str, ...] = ()
    """Sentences to give as examples between rituals."""
    common: CommonWords = NO_COMMON_WORDS
    """Words that are no theme, and those that are not read out uninvited."""
    quiet_hours: QuietHours = NEVER_QUIET
    """When no reminder is told."""
    meaning: Callable[[str], Intent | None] = field(default=lambda text: None)
    """What a sentence means, for the end of one that was dictated, such as "on friday at nine"."""

    def other(self, name: str) -> str:
        """The partner of `name`; empty when nobody is named."""
        first, second = self.partners
        return {first: second, second: first}.get(name, "")

    def say(self, key: str, **values: str | int) -> Say:
        """A line, ready to be spoken."""
        return Say(self.lines.pick(key, self.rng, **values), key)

    def clock(self, wall: datetime) -> str:
        """A time on the wall's clock as it is spoken, such as "at 9:30 in the evening"."""
        minute = f":{wall.minute:02}" if wall.minute else ""
        return self.lines.name("hour", str(wall.hour)).replace("#", minute)

    def say_of_day(self, key: str, now: datetime, **values: str | int) -> Say:
        """Another wording each day, and each week on one day of it, whether the program was started anew or not."""
        wordings = self.lines.every(key, **values)
        return Say(wordings[now.toordinal() % len(wordings)], key)

    def examples(self, near: tuple[str, ...] = ()) -> dict[str, str | int]:
        """Two sentences that can be said, for the line that gives examples; those that are `near` come first."""
        others = [command for command in self.commands if command not in near]
        chosen = (*near, *(self.rng.sample(others, 2) if len(others) > 1 else ("", "")))
        example, other = chosen[:2]
        return {"example": example, "other": other}

    def say_contacts(self) -> list[Say]:
        """The numbers for help, one after the other."""
        if not self.contacts:
            return [self.say("no_contacts")]
        spoken = [
            self.say("contact_hours", what=what, number=number, hours=hours)
            if hours
            else self.say("contact", what=what, number=number)
            for what, number, hours in self.contacts
        ]
        return [self.say("help_contacts_intro"), *spoken]

    def say_stranger(self) -> Say:
        """Who is known here, for somebody with another name."""
        first, second = self.partners
        return self.say("stranger", first=first, second=second)

    def say_emergency(self) -> Say:
        """The one sentence for an emergency."""
        if not self.emergency_number:
            return self.say("emergency_no_number")
        return self.say("emergency", number=self.emergency_number)
