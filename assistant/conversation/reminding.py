"""Reminders in the conversation: asked for, listed, cancelled, told, put off. Pure: events in, actions out.

What somebody asked for with "me" is theirs: when it is due, only that there is something is said, and to whom; its
content follows on "yes". So a reminder to thank Sam surprises Sam, and what was set stays out of the list's words too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from assistant.conversation.agreement import Agreement
from assistant.conversation.misheard import NAMES, Misheard
from assistant.conversation.reminder_book import ReminderBook
from assistant.conversation.reminder_choice import chosen, meant
from assistant.conversation.reminder_draft import Draft, completed, drafted
from assistant.conversation.reminder_words import announced, confirmed, content, listed
from assistant.conversation.setting import Setting
from assistant.earcon import Earcon
from assistant.events import (
    Action,
    Asked,
    Chime,
    Due,
    Event,
    Hush,
    Listen,
    NotUnderstood,
    Quiet,
    RemindersKept,
    RemindersNotKept,
    Saved,
)
from assistant.journal.records import Query
from assistant.modes import Mode
from assistant.reminders import Kind, Reminder, next_due
from intents.types import Intent

QUESTION_QUIET = 12.0
"""Seconds of quiet after which a question is taken as not answered."""

SNOOZE = 10
"""Minutes after which a reminder comes again if nobody says how many."""

OFFERED = timedelta(minutes=2)
"""So long after a ritual's reminder "yes" starts it."""

AT_HAND = timedelta(minutes=15)
"""So long after a reminder it can be put off, and its content can be asked for."""

NEVERMIND = frozenset({"no", "stop", "pass", "skip", "scrap_that", "forget"})
"""Answers that end a question without a reminder."""


class Reminding:
    """Knows all reminders, and what was last said about one."""

    def __init__(self, setting: Setting, reminders: Sequence[Reminder], agreement: Agreement) -> None:
        """`agreement` knows whether somebody's own words may be kept."""
        self._agreement = agreement
        self._book = ReminderBook(reminders)
        self._setting = setting
        self._misheard = Misheard(setting)
        self._draft: Draft | None = None
        self._choices: tuple[Reminder, ...] = ()
        self._after: list[Action] = []
        self._waiting: list[str] = []
        self._told: Reminder | None = None
        self._told_at = datetime.min
        self._last = ""
        self._fresh = ""

    @property
    def asking(self) -> bool:
        """Whether a question of its own is open."""
        return self._draft is not None or bool(self._choices)

    def listen(self) -> Listen:
        """For its own question, or for anything."""
        return Listen(Mode.COMMANDS, quiet_after=QUESTION_QUIET if self.asking else 0.0)

    def react(self, event: Event, now: datetime) -> list[Action] | None:
        """What to do about an event between rituals; None if it is none of its business."""
        match event:
            case Due(reminder=reminder):
                return self._ring(reminder.id, now)
            case RemindersKept():
                return self._done()
            case RemindersNotKept():
                return [Chime(Earcon.ERROR), self._setting.say("reminder_not_kept")] if self._done() else []
            case Asked(intent=intent):
                return self._asked(intent, now)
            case Quiet() if self.asking:
                return self._unanswered(now)
            case NotUnderstood() if self.asking:
                names = self._draft is not None and not self._draft.lacks_time
                return [self._misheard.again(NAMES if names else "")]
            case Saved():
                self._fresh = ""
        return None

    def accepted(self, event: Event, now: datetime) -> Event:
        """The event itself; but "yes" to the reminder of a ritual asks for that ritual."""
        told = self._recent(now, OFFERED)
        match event:
            case Asked(intent=Intent(name="yes")) if told and told.kind is Kind.RITUAL and not self.asking:
                self._told = None
                return replace(event, intent=Intent("start_ritual", {"ritual": told.about}))
            case _:
                return event

    def wait(self, event: Due, ritual: str, now: datetime) -> list[Action]:
        """It is due while something else goes on: it waits; about the very ritual, it is not needed any more."""
        found = self._book.find(event.reminder.id)
        due = next_due(found, now, self._setting.quiet_hours) if found else None
        if found is None or due is None or due > now:
            return []
        if found.kind is Kind.RITUAL and found.about == ritual:
            return [self._book.settle(found, now)]
        if found.id not in self._waiting:
            self._waiting.append(found.id)
        return []

    def released(self, now: datetime) -> list[Action]:
        """What waited is told now."""
        waiting, self._waiting = self._waiting, []
        return [action for identity in waiting for action in self._tell(identity, now, now)]

    def forget(self, query: Query) -> list[Action]:
        """Their own words are gone with all else that somebody said; those of both stay."""
        gone = self._book.words_of(query)
        return [self._book.remove(gone)] if gone else []

    def forget_everything(self) -> None:
        """Drop what was going on; reminders stay."""
        self._drop()
        self._told, self._fresh, self._after = None, "", []

    # ------------------------------------------------------------ sentences

    def _asked(self, intent: Intent, now: datetime) -> list[Action] | None:
        self._misheard.understood()
        answer = self._answered(intent, now) if self.asking else None
        if answer is None:
            self._drop()
            answer = self._sentence(intent, now)
        return None if answer is None else [Hush(), *answer]

    def _sentence(self, intent: Intent, now: datetime) -> list[Action] | None:
        slots = intent.slots
        match intent.name:
            case "remind" | "when" if slots.keys() <= {"in_minutes", "who"} and self._again(slots, now):
                return self._snooze(slots, now)
            case "remind" if slots.get("tail") == "unclear":
                return [self._misheard.again()]
            case "remind":
                return self._go_on(drafted(slots, self._setting, now), now)
            case "list_reminders":
                return self._list(self._book.all, now)
            case "cancel_reminder":
                return self._cancel(slots, now)
            case "snooze":
                return self._snooze(slots, now)
            case "yes" if (told := self._recent(now, AT_HAND)) and told.private:
                self._told = replace(told, private=False)
                return [content(told, self._setting, now)]
            case "no" if self._recent(now, OFFERED):
                return [self._setting.say("not_now")]
            case "scrap_that" | "forget" if self._fresh and slots.get("what", "that") == "that":
                return self._drop_these([one for one in self._book.all if one.id == self._fresh])
            case _:
                return None

    def _answered(self, intent: Intent, now: datetime) -> list[Action] | None:
        """An answer to the open question; None if it is something else, which ends the question."""
        if intent.name in NEVERMIND:
            self._drop()
            return [self._setting.say("reminder_not_set")]
        if self._choices:
            return self._chosen(intent)
        draft, self._draft = self._draft, None
        more = completed(draft, intent, now) if draft else None
        return self._go_on(more, now) if more else None

    def _unanswered(self, now: datetime) -> list[Action]:
        """Without an owner it is kept for whoever asks for it; without a time it is nothing."""
        draft = self._draft
        self._drop()
        if draft is None or draft.lacks_time:
            return [self._setting.say("reminder_not_set")]
        return self._keep(draft, now)

    def _go_on(self, draft: Draft, now: datetime) -> list[Action]:
        """Ask for what is not known yet, or keep it."""
        if draft.kind is Kind.WORDS and not self._agreement.recording:
            return [self._setting.say("not_kept")]
        if draft.lacks_time:
            self._draft = draft
            return [self._setting.say("reminder_when")]
        if draft.lacks_owner:
            self._draft = draft
            first, second = self._setting.partners
            return [self._setting.say("reminder_who", first=first, second=second)]
        return self._keep(draft, now)

    def _keep(self, draft: Draft, now: datetime) -> list[Action]:
        """Keep it, and say what was understood once it is on the disk."""
        made = draft.finished(self._setting.new_id(now), now)
        self._fresh = self._last = made.id
        self._after = [Chime(Earcon.SAVED), *confirmed(made, self._setting, self._setting.quiet_hours, now)]
        return [self._book.add(made)]

    # ------------------------------------------------------------ listing and cancelling

    def _list(self, reminders: Sequence[Reminder], now: datetime) -> list[Action]:
        if not reminders:
            return [self._setting.say("reminders_none")]
        told = [listed(one, self._setting, now) for one in reminders]
        return [self._setting.say("reminders_list", count=len(told)), *told]

    def _cancel(self, slots: Mapping[str, str], now: datetime) -> list[Action]:
        found = meant(self._book.all, slots, self._last)
        if not found:
            return [self._setting.say("reminder_unknown")]
        if len(found) == 1 or slots.get("place") == "all":
            return self._drop_these(found)
        self._choices = found
        told = [listed(one, self._setting, now) for one in found]
        return [*told, self._setting.say("reminder_cancel_which", count=len(found))]

    def _chosen(self, intent: Intent) -> list[Action] | None:
        choices, self._choices = self._choices, ()
        found = chosen(choices, intent)
        return self._drop_these(found) if found else None

    def _drop_these(self, gone: Sequence[Reminder]) -> list[Action]:
        self._fresh = ""
        self._after = [self._setting.say("reminder_cancelled", count=len(gone))]
        return [self._book.remove(gone)]

    # ------------------------------------------------------------ telling

    def _ring(self, identity: str, now: datetime) -> list[Action]:
        """A reminder that was cancelled or told in the meantime is not told."""
        found = self._book.find(identity)
        due = next_due(found, now, self._setting.quiet_hours) if found else None
        return self._tell(identity, due, now) if due is not None and due <= now else []

    def _tell(self, identity: str, due: datetime, now: datetime) -> list[Action]:
        """That it was told is written down first: rather once too few than twice."""
        found = self._book.find(identity)
        if found is None:
            return []
        settled = self._book.settle(found, now)
        self._told, self._told_at, self._last = found, now, found.id
        return [settled, Chime(Earcon.TIME), *announced(found, due, self._setting, now)]

    def _snooze(self, slots: Mapping[str, str], now: datetime) -> list[Action]:
        told = self._recent(now, AT_HAND)
        if told is None:
            return [self._setting.say("reminder_nothing_to_snooze")]
        minutes = int(slots.get("in_minutes", SNOOZE))
        self._told, self._after = None, [self._setting.say("reminder_snoozed", minutes=minutes)]
        return [self._book.put_off(told, now + timedelta(minutes=minutes), now)]

    def _again(self, slots: Mapping[str, str], now: datetime) -> bool:
        return "in_minutes" in slots and self._recent(now, OFFERED) is not None

    def _recent(self, now: datetime, within: timedelta) -> Reminder | None:
        """The reminder that was told just now."""
        return self._told if self._told and now - self._told_at <= within else None

    def _done(self) -> list[Action]:
        after, self._after = self._after, []
        return after

    def _drop(self) -> None:
        self._draft, self._choices = None, ()
