"""A stage for the pure conversation: real sentences, rituals and lines; a clock of its own; no sound, no disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Self

from assistant.conversation import Conversation, Memory, Setting
from assistant.conversation.consent import Consent
from assistant.events import (
    Action,
    Agree,
    Asked,
    Due,
    Elapsed,
    Event,
    Forget,
    Forgotten,
    Interrupted,
    Listen,
    Mute,
    Muted,
    NotMuted,
    NoVault,
    Quiet,
    Recall,
    Recalled,
    Remember,
    Remind,
    RemindersKept,
    Save,
    Saved,
    Say,
    Wait,
)
from assistant.household import examples
from assistant.journal.records import CheckIn, Query
from assistant.modes import Mode
from assistant.reminders import KEY, dump, next_due
from assistant.safety import Safety
from assistant.understanding import Understanding
from assistant.weekdays import Weekday
from intents.concerns import load_concerns
from intents.loader import load
from intents.matcher import Sentences
from intents.types import Intent
from prompts.common_words import load_common_words
from prompts.lines import Lines
from prompts.loader import load_rituals
from prompts.types import Ritual
from tests.golden import plain

PARTNERS = ("Sam", "Alex")
CONTACTS = (("a helpline", "1 2 3", ""),)
NO = {"en": "no", "de": "nein"}
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
"""A Wednesday."""


@cache
def rituals(language: str = "en") -> dict[str, Ritual]:
    """Those that come with Hearth; in English also one of a household that uses everything the engine can lead."""
    folders = (Path(__file__).parent / "rituals",) if language == "en" else ()
    return {ritual.id: ritual for ritual in load_rituals(language, folders)}


@cache
def sentences(language: str = "en") -> Sentences:
    known = rituals(language).values()
    return load(
        language,
        lists={
            "ritual": [(name, ritual.id) for ritual in known for name in ritual.called],
            "partner": [(name.lower(), name) for name in PARTNERS],
            "option": [(o, o) for ritual in known for step in ritual.steps for o in step.options],
        },
        triggers={ritual.id: ritual.triggers for ritual in known if ritual.triggers},
    )


@cache
def understanding(language: str = "en") -> Understanding:
    concerns = load_concerns(language, PARTNERS)
    return Understanding(Safety(concerns.topics, concerns.harmless, concerns.sentences), sentences(language))


def setting(seed: int = 1, language: str = "en", **changes: object) -> Setting:
    numbers = count(1)
    values: dict[str, object] = {
        "partners": PARTNERS,
        "rituals": rituals(language),
        "lines": Lines(language),
        "rng": Random(seed),
        "new_id": lambda now: f"id{next(numbers):04}",
        "first_weekday": Weekday.MONDAY,
        "contacts": CONTACTS,
        "emergency_number": "1 1 2",
        "common": load_common_words(language),
        "commands": examples(sentences(language)),
        "meaning": sentences(language).match,
        **changes,
    }
    return Setting(**values)  # type: ignore[arg-type]


class Stage:
    """Plays one conversation and keeps what it did."""

    def __init__(
        self,
        *,
        consent: Consent = Consent.GIVEN,
        memory: Memory | None = None,
        seed: int = 1,
        entries: Iterable[CheckIn] = (),
        now: datetime = NOON,
        language: str = "en",
        vaults: Iterable[str] = PARTNERS,
        ears: bool = True,
        **changes: object,
    ) -> None:
        self.now = now
        self.language = language
        self.consent = consent
        self.entries = list(entries)
        self.ears = ears
        """Whether there is a microphone."""
        self.muted = False
        """Whether it is closed."""
        self.vaults = frozenset(vaults)
        self.facts: dict[str, str] = {KEY: dump(memory.reminders)} if memory else {}
        self.actions: list[Action] = []
        self.listening: Listen | Wait = Listen(Mode.COMMANDS)
        around = setting(seed, language, **changes)
        self.quiet_hours = around.quiet_hours
        self.talk = Conversation(around, memory or Memory(), consent)
        self._do(self.talk.begin(self.now))

    def memory(self) -> Memory:
        """What the next conversation knows of this one."""
        return Memory.load(lambda key: self.facts.get(key, ""))

    def start(self, ritual: str) -> list[Action]:
        """Somebody asks for this ritual, from its beginning; where it is asked who begins, it is Sam."""
        asked = self.happen(Asked(Intent("start_ritual", {"ritual": ritual})))
        if any(isinstance(action, Say) and action.line == "ritual_resume_offer" for action in asked):
            asked += self.say(NO[self.language])
        return asked if self.talk.ritual else [*asked, *self.say(PARTNERS[0])]

    @property
    def kept(self) -> list[CheckIn]:
        """All that is in the journal now."""
        return self.entries

    def as_said(self, line: str) -> str:
        """What is typed is never misheard."""
        return line

    def restart(self) -> Self:
        """A new conversation that knows of this one."""
        again = type(self)(
            memory=self.memory(), now=self.now, entries=self.entries, language=self.language, consent=self.consent
        )
        again.facts = {**self.facts, **again.facts}
        return again

    def say(self, text: str, speaker: str = "") -> list[Action]:
        """Somebody says or types this; the ear does not know who, and neither does the keyboard."""
        mode = self.listening.mode if isinstance(self.listening, Listen) else Mode.CONTROLS
        return self.happen(understanding(self.language).typed(plain(text), mode))

    def quiet(self) -> list[Action]:
        """Nobody says anything for as long as the listening waits."""
        seconds = self.listening.quiet_after if isinstance(self.listening, Listen) else 0.0
        return self.happen(Quiet(seconds))

    def elapse(self) -> list[Action]:
        """A timer runs out."""
        return self.happen(Elapsed())

    def interrupt(self) -> list[Action]:
        """Ctrl-C."""
        return self.happen(Interrupted())

    def press_mute(self) -> list[Action]:
        """The key, or the signal, that closes the microphone and opens it again."""
        self.muted = not self.muted
        return self.happen(Muted(self.muted))

    def pass_time(self, **length: float) -> list[Action]:
        """Nobody speaks while this `timedelta` passes; then what is due rings, each reminder once."""
        self.now += timedelta(**length)
        before = len(self.actions)
        for reminder in self.memory().reminders:
            due = next_due(reminder, self.now, self.quiet_hours)
            if due is not None and due <= self.now:
                self._do(self.talk.react(Due(reminder), self.now))
        return self.actions[before:]

    def happen(self, event: Event) -> list[Action]:
        """One event, and all that follows from it; returns the actions."""
        self.now += timedelta(seconds=5)
        before = len(self.actions)
        self._do(self.talk.react(event, self.now))
        return self.actions[before:]

    def _do(self, actions: list[Action]) -> None:
        todo = deque(actions)
        while todo:
            action = todo.popleft()
            self.actions.append(action)
            follow = self._perform(action)
            if follow is not None:
                todo.extendleft(reversed(self.talk.react(follow, self.now)))

    def _perform(self, action: Action) -> Event | None:
        match action:
            case Listen() | Wait():
                self.listening = action
            case Save(entry=entry) if entry.private and entry.speaker not in self.vaults:
                return NoVault(entry)
            case Save(entry=entry):
                self.entries.append(entry)
                return Saved(entry)
            case Forget(query=query):
                gone = [entry for entry in self.entries if matches(entry, query)]
                self.entries = [entry for entry in self.entries if entry not in gone]
                return Forgotten(len(gone))
            case Recall(query=query, memory=memory):
                return Recalled(action, self._found(query), self._found(memory) if memory else ())
            case Remember(key=key, value=value):
                self.facts[key] = value
            case Remind(reminders=reminders):
                self.facts[KEY] = dump(reminders)
                return RemindersKept()
            case Mute():
                self.muted = self.ears
                return Muted(on=True, aloud=True) if self.ears else NotMuted()
            case Agree(keeps=keeps):
                self.consent = Consent.GIVEN if keeps else Consent.REFUSED
            case _:
                pass
        return None

    def _found(self, query: Query) -> tuple[CheckIn, ...]:
        return tuple(entry for entry in self.entries if matches(entry, query))


def matches(entry: CheckIn, query: Query) -> bool:
    """Whether the entry is meant, as the journal would decide."""
    if query.ids and entry.id not in query.ids:
        return False
    if query.since and entry.time < query.since:
        return False
    if query.until and entry.time >= query.until:
        return False
    named = (
        ("speaker", query.speaker),
        ("practice", query.practice),
        ("ritual", query.ritual),
        ("kind", query.kind),
    )
    return all(not value or getattr(entry, field) == value for field, value in named) and (
        not query.session or entry.session == query.session
    )
