"""Whose words are for them alone. Pure: events in, actions out.

Somebody who says "just for me" keeps what they answer from then on to themselves, until they say otherwise or the
session ends; "that was just for me" takes back from the shared journal what was written last, and keeps it for its
speaker. Nothing that is meant for one alone is ever written for both: where it cannot be sealed, it is not kept.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.conversation.setting import Setting
from assistant.events import Action, Asked, Concern, Event, Forget, Forgotten, Hush, NoVault, Save, Saved, Say
from assistant.journal.records import KEPT, CheckIn, Query
from intents.types import Intent
from prompts.types import Step

NOBODY = ""
"""Stands for whoever speaks while nobody is named."""


class Discretion:
    """Marks what is private before it is written."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._alone: set[str] = set()
        self._advised: set[str] = set()
        self._latest: CheckIn | None = None
        self._becoming: CheckIn | None = None

    def covers(self, step: Step, person: str) -> bool:
        """Whether what this person answers to the step is theirs alone."""
        return step.private or self._keeps_to_themselves(person)

    def marked(self, entry: CheckIn) -> CheckIn:
        """The entry as it is to be kept."""
        return replace(entry, private=True) if self._keeps_to_themselves(entry.speaker) else entry

    def react(self, event: Event, person: str, *, leading: bool) -> list[Action] | None:
        """What to do about an event that is about privacy; None for all others. `person` has the turn in a session."""
        match event:
            case Asked(intent=Intent(name="just_for_me" | "share_again") as intent):
                return self._asked(intent, person, leading=leading)
            case Concern():
                self._latest = self._becoming = None
                return None
            case _:
                return self._settled(event)

    def _asked(self, intent: Intent, person: str, *, leading: bool) -> list[Action]:
        if intent.name == "share_again":
            self._alone.clear()
            return [Hush(), self._setting.say("private_off")]
        if intent.slots["which"] == "that" or not leading:
            return self._take_back()
        self._alone.add(person)
        if not person:
            first, second = self._setting.partners
            return [Hush(), self._setting.say("private_who", first=first, second=second)]
        return [Hush(), self._setting.say("private_on", name=person)]

    def _settled(self, event: Event) -> list[Action] | None:
        """What follows while written words become private; None for everything else, which is only noted."""
        becoming = self._becoming
        match event:
            case Forgotten() if becoming is not None:
                self._latest = None
                return [Save(replace(becoming, private=True))]
            case Saved(entry=entry) if becoming is not None and entry.id == becoming.id:
                self._becoming = None
                return [self._setting.say("private_now", name=entry.speaker)]
            case NoVault(entry=entry) if becoming is not None and entry.id == becoming.id:
                self._becoming = None
                return [self.unkept(entry)]
            case Saved(entry=entry) if entry.kind != KEPT:
                self._latest = None if entry.private else entry
            case Forgotten():
                self._latest = None
        return None

    def unkept(self, entry: CheckIn) -> Say:
        """That the words are gone, and, once for each, what would keep them."""
        if not entry.speaker:
            return self._setting.say("private_nobody")
        if entry.speaker in self._advised:
            return self._setting.say("not_kept")
        self._advised.add(entry.speaker)
        return self._setting.say("private_unkept", name=entry.speaker)

    def end(self) -> None:
        """The session is over."""
        self._alone.clear()

    def _keeps_to_themselves(self, person: str) -> bool:
        """Somebody who was not named may be anybody."""
        return NOBODY in self._alone or person in self._alone

    def _take_back(self) -> list[Action]:
        if self._latest is None:
            return [Hush(), self._setting.say("private_nothing")]
        self._becoming = self._latest
        return [Hush(), Forget(Query(ids=(self._latest.id,)))]
