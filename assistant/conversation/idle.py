"""Between rituals: thanks, recalling, forgetting, help. Pure: events in, actions out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from assistant.conversation.entries import thanks_entry
from assistant.conversation.looking_back import asked_for
from assistant.conversation.misheard import Misheard
from assistant.conversation.questions import DidYouMean, Question, WhoSaid, WhoseWords
from assistant.conversation.reminding import Reminding
from assistant.conversation.setting import Setting
from assistant.earcon import Earcon
from assistant.events import (
    Action,
    Asked,
    Chime,
    Event,
    Forget,
    Forgotten,
    Hush,
    NotSaved,
    NotUnderstood,
    Recall,
    Recalled,
    Save,
    Saved,
    Say,
)
from assistant.journal.records import Query
from assistant.periods import find_span
from assistant.summary import tell
from assistant.telling import Telling, more, who_said

ATTENTIVE = timedelta(seconds=12)
"""So long after its last words the assistant answers speech it does not understand; later it leaves people alone."""


class Idle:
    """Answers single sentences."""

    def __init__(self, setting: Setting, reminding: Reminding) -> None:
        self.question: Question | None = None
        """A question that must be asked before the last sentence can be acted upon."""
        self.last_saved: tuple[str, ...] = ()
        """Ids of the entries that "scrap that" removes."""
        self._setting = setting
        self._reminding = reminding
        self._telling = Telling(())
        self._said: tuple[Say, ...] = ()
        self._answered: datetime | None = None
        self._misheard = Misheard(setting)

    def react(self, event: Event, now: datetime) -> list[Action]:
        """What to do about an event; empty for nothing."""
        actions = self._react(event, now)
        said = tuple(action for action in actions if isinstance(action, Say))
        if said:
            self._said, self._answered = said, now
        return actions

    def forget_everything(self) -> None:
        """Drop what was going on; nothing of it can be asked for again."""
        self.question, self.last_saved, self._telling, self._said = None, (), Telling(()), ()
        self._reminding.forget_everything()

    def understood(self) -> None:
        """Something was understood, here or elsewhere."""
        self._misheard.understood()

    def _react(self, event: Event, now: datetime) -> list[Action]:
        reminded = self._reminding.react(event, now)
        if reminded is not None:
            return reminded
        match event:
            case Asked():
                self._misheard.understood()
                return [Hush(), *self._asked(event, now)]
            case Saved(entry=entry):
                self.last_saved = (entry.id,)
                return [Chime(Earcon.SAVED), self._setting.say("saved")]
            case NotSaved():
                return [Chime(Earcon.ERROR), self._setting.say("not_saved")]
            case Forgotten(count=count):
                self.last_saved = ()
                return [self._setting.say("forgot", count=count) if count else self._setting.say("nothing_to_forget")]
            case Recalled():
                return self._tell(tell(event, self._setting))
            case NotUnderstood():
                return self._not_understood(event, now)
            case _:
                return []

    # ------------------------------------------------------------ sentences

    def _asked(self, event: Asked, now: datetime) -> list[Action]:
        say, slots = self._setting.say, event.intent.slots
        match event.intent.name:
            case "appreciate":
                return self._thanked("", event, now)
            case "thank":
                return self._thanked(slots.get("partner", ""), event, now)
            case "recall" | "summary":
                return [asked_for(event.intent.name, slots, self._setting, now)]
            case "more" | "yes" if event.intent.name == "more" or self._telling.rest:
                return self._tell(more(self._telling, self._setting))
            case "who_said_that":
                return [who_said(self._telling, self._setting)]
            case "forget":
                return self._forget(slots, now)
            case "scrap_that":
                return [Forget(Query(ids=self.last_saved))] if self.last_saved else [say("nothing_to_scrap")]
            case "what_do_you_hold":
                return self._hold(slots)
            case "list_rituals":
                titles = ", ".join(ritual.title for ritual in self._setting.rituals.values())
                return [say("rituals_list", titles=titles)]
            case "repeat":
                return list(self._said) or [say("nothing_to_repeat")]
            case "say_who":
                return [say("hello_name", name=slots["partner"])]
            case name:
                return self._remark(name)

    def _remark(self, name: str) -> list[Action]:
        """Sentences that have one answer outside a ritual; those without one are let pass."""
        match name:
            case "help":
                return [self._setting.say("help_idle")]
            case "contacts":
                return list(self._setting.say_contacts())
            case "stranger":
                return [self._setting.say_stranger()]
            case "wake":
                return [Chime(Earcon.LISTENING)]
            case "hello":
                return [self._setting.say("hello")]
            case "thanks":
                return [self._setting.say("you_are_welcome")]
            case "time_left":
                return [self._setting.say("no_time")]
            case "pause" | "skip" | "pass":
                return [self._setting.say(f"nothing_to_{name}")]
            case "go_on":
                return [self._setting.say("nothing_to_resume")]
            case _:
                return []

    def _thanked(self, partner: str, event: Asked, now: datetime) -> list[Action]:
        """Who is thanked tells who thanks; without a name the speaker is asked for, never guessed."""
        entry = thanks_entry(self._setting, partner, event, now)
        if entry.speaker:
            return [Save(entry)]
        self.question = WhoSaid(entry)
        return []

    def _forget(self, slots: Mapping[str, str], now: datetime) -> list[Action]:
        match slots.get("what", "that"):
            case "today" | "period":
                span = find_span(slots.get("period", "today"), now, self._setting.first_weekday)
                self.question = WhoseWords(Query(since=span.since, until=span.until))
            case "mine":
                self.question = WhoseWords(Query())
            case _ if self.last_saved:
                return [Forget(Query(ids=self.last_saved))]
            case _:
                return [self._setting.say("nothing_to_forget")]
        return []

    def _hold(self, slots: Mapping[str, str]) -> list[Action]:
        """Everyone's shared words are counted for both; what is for one alone, for whoever says that name."""
        if "whose" in slots or "partner" in slots:
            return [Recall(Query(speaker=slots.get("partner", "")), "ever", "hold_shared")]
        self.question = WhoseWords(Query(), "hold")
        return []

    # ------------------------------------------------------------ recalling

    def _tell(self, telling: Telling) -> list[Action]:
        self._telling = telling
        return list(telling.spoken)

    def _not_understood(self, event: NotUnderstood, now: datetime) -> list[Action]:
        lately = self._answered is not None and now - self._answered <= ATTENTIVE
        if not event.typed and not lately:
            return []
        if event.guess and self._misheard.first:
            self._misheard.guessed()
            self._answered = now
            self.question = DidYouMean(event.guess, event.near)
            return [Chime(Earcon.NOT_UNDERSTOOD)]
        return [Chime(Earcon.NOT_UNDERSTOOD), self._misheard.again(near=event.near)]

    def not_meant(self, near: tuple[str, ...]) -> list[Action]:
        """The guess was wrong: other sentences are offered."""
        return [self._misheard.again(near=near)]
