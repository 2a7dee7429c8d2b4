"""One conversation over the network: a text in, the answer out. The conversation itself is the one held at home."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from assistant.conversation import Conversation, Setting
from assistant.conversation.consent import Consent
from assistant.errors import JournalError, NoVaultError
from assistant.events import (
    Action,
    Agree,
    AgreementNotKept,
    Asked,
    Chime,
    Elapsed,
    End,
    Event,
    Forget,
    Forgotten,
    Hush,
    Interrupted,
    Listen,
    Mute,
    NotMuted,
    NotSaved,
    NotUnderstood,
    NoVault,
    Recall,
    Recalled,
    Remember,
    Remind,
    RemindersNotKept,
    Save,
    Saved,
    Say,
    Wait,
)
from assistant.modes import Mode
from assistant.service.allowance import Allowance
from assistant.service.shelf import Shelf
from assistant.understanding import Understanding
from intents.types import Intent

READING = frozenset({"recall", "summary", "what_do_you_hold", "more", "who_said_that"})
"""Sentences that ask what the journal holds."""

ALL_MY_WORDS = frozenset({"today", "mine"})
"""What "forget" can mean beyond the last words of this very conversation."""

AT_HOME = frozenset({"remind", "list_reminders", "cancel_reminder", "snooze", "keep_words", "withdraw"})
"""Sentences about reminders, which are told, and therefore made, where somebody can be spoken to at any time, and about
what both agree to, which is asked where both can be heard."""

GO_ON = frozenset({"go_on", "skip", "done", "yes"})
"""Sentences that end a time of quiet; when it is over already, nothing is skipped by them."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to one text."""

    text: str
    """To be spoken; never empty."""
    understood: bool
    """Whether the text meant anything."""
    over: bool = False
    """Whether the conversation has ended with it."""


class Talk:
    """Leads one conversation. Nobody is hurried: between two texts no time passes but that of a timed quiet."""

    def __init__(
        self,
        setting: Setting,
        understanding: Understanding,
        consent: Consent,
        shelf: Shelf,
        saves: Allowance,
        *,
        may_read: bool,
    ) -> None:
        """`saves`: how much all conversations together may write; `may_read`: whether the journal is read out, and
        words of earlier conversations are deleted."""
        self._setting = setting
        self._understanding = understanding
        self._shelf = shelf
        self._saves = saves
        self._may_read = may_read
        self._talk = Conversation(setting, shelf.memory(), consent)
        self._awaited: Listen | Wait = Listen(Mode.COMMANDS)
        self._wait_over: datetime | None = None
        self._own: set[str] = set()
        self._said: list[str] = []

    @property
    def leads(self) -> bool:
        """Whether a ritual is under way."""
        return bool(self._talk.ritual)

    def begin(self, now: datetime) -> None:
        """Get ready; whoever writes first is not greeted but answered."""
        self._act(self._talk.begin(now), now)
        self._said.clear()

    def hear(self, text: str, now: datetime) -> Reply:
        """The answer to what somebody said."""
        event = self._event(text, now)
        refused = self._refused(event)
        if refused:
            return Reply(self._setting.say(refused).text, understood=True)
        try:
            self._act(self._talk.react(event, now), now)
        except JournalError:
            self._say(self._setting.say("journal_trouble"))
        finally:
            self._shelf.put_back()
        return self._reply(event)

    def end(self, now: datetime) -> None:
        """Nobody will write any more: words that wait for their speaker's name are kept without one."""
        try:
            self._act(self._talk.react(Interrupted(), now), now)
        finally:
            self._shelf.put_back()

    def _refused(self, event: Event) -> str:
        """The line that says why a sentence is not acted upon; empty when it is."""
        if not self._may_read and _asks_the_journal(event):
            return "journal_stays_home"
        match event:
            case Asked(intent=Intent(name=name)) if name in AT_HOME:
                return "only_at_home"
            case _:
                return ""

    def _event(self, text: str, now: datetime) -> Event:
        mode = self._awaited.mode if isinstance(self._awaited, Listen) else Mode.CONTROLS
        event = self._understanding.typed(text, mode)
        if self._wait_over is not None and now >= self._wait_over and _goes_on(event):
            return Elapsed()
        return event

    def _reply(self, event: Event) -> Reply:
        said = " ".join(self._said)
        self._said.clear()
        if said:
            return Reply(said, not isinstance(event, NotUnderstood), self._talk.over)
        line = "take_your_time" if self.leads else "first_not_understood"
        return Reply(self._setting.say(line).text, understood=self.leads, over=self._talk.over)

    def _act(self, actions: Sequence[Action], now: datetime) -> None:
        """Carry the actions out in their order; what follows from one is decided before the next."""
        todo = deque(actions)
        while todo:
            follows = self._perform(todo.popleft(), now)
            if follows is not None:
                todo.extendleft(reversed(self._talk.react(follows, now)))

    def _perform(self, action: Action, now: datetime) -> Event | None:
        match action:
            case Say():
                self._say(action)
            case Listen():
                self._awaited, self._wait_over = action, None
            case Wait(goes_on=True) if self._wait_over is not None:
                pass
            case Wait(seconds=seconds):
                self._awaited, self._wait_over = action, now + timedelta(seconds=seconds)
            case Save():
                return self._save(action, now)
            case Forget():
                return self._forget(action)
            case Recall():
                return self._recall(action)
            case Remember(key=key, value=value):
                self._shelf.remember(key, value)
            case Remind():
                # It holds all reminders, and those of the home are not known here: to write it would lose them.
                return RemindersNotKept("Reminders are made at home.")
            case Agree():
                return AgreementNotKept()
            case Mute():
                return NotMuted()
            case Chime() | Hush() | End():
                pass
            case _:
                assert_never(action)
        return None

    def _say(self, said: Say) -> None:
        self._said.append(said.text)

    def _save(self, save: Save, now: datetime) -> Event:
        if not self._saves.take(now):
            return NotSaved(save.entry, "The journal has taken too much in this hour.")
        try:
            self._shelf.take().add(save.entry)
        except NoVaultError:
            return NoVault(save.entry)
        except JournalError as error:
            return NotSaved(save.entry, error.message)
        self._own.add(save.entry.id)
        return Saved(save.entry)

    def _forget(self, forget: Forget) -> Event | None:
        """Without leave only what this conversation itself has saved."""
        ids = set(forget.query.ids)
        if not self._may_read and not (ids and ids <= self._own):
            self._said.append(self._refusal())
            return None
        return Forgotten(self._shelf.take().forget(forget.query))

    def _recall(self, recall: Recall) -> Event | None:
        """The one place at which the journal is read."""
        if not self._may_read:
            self._said.append(self._refusal())
            return None
        find = self._shelf.take().find
        return Recalled(recall, tuple(find(recall.query)), tuple(find(recall.memory)) if recall.memory else ())

    def _refusal(self) -> str:
        return self._setting.say("journal_stays_home").text


def _asks_the_journal(event: Event) -> bool:
    match event:
        case Asked(intent=Intent(name="forget", slots=slots)):
            return slots.get("what") in ALL_MY_WORDS
        case Asked(intent=Intent(name=name)):
            return name in READING
        case _:
            return False


def _goes_on(event: Event) -> bool:
    match event:
        case NotUnderstood():
            return True
        case Asked(intent=Intent(name=name)):
            return name in GO_ON
        case _:
            return False
