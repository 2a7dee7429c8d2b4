"""All reminders there are. Pure; each change is the action that keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.conversation.reminder_choice import same
from assistant.events import Remind
from assistant.journal.records import Query
from assistant.reminders import Kind, Reminder


class ReminderBook:
    """Knows them, in the order in which they were asked for."""

    def __init__(self, reminders: Sequence[Reminder] = ()) -> None:
        self.all = tuple(reminders)
        """All of them."""

    def find(self, identity: str) -> Reminder | None:
        """The one with this id; None if it is gone."""
        return next((one for one in self.all if one.id == identity), None)

    def add(self, made: Reminder) -> Remind:
        """One like it is replaced, so that nothing is told twice."""
        self.all = (*(one for one in self.all if not same(one, made)), made)
        return Remind(self.all)

    def put_off(self, told: Reminder, until: datetime, now: datetime) -> Remind:
        """It is told again at this moment, also if it was over."""
        again = (self.find(told.id) or told.told(now)).put_off(until)
        self.all = (*(one for one in self.all if one.id != told.id), again)
        return Remind(self.all)

    def settle(self, found: Reminder, now: datetime) -> Remind:
        """It was told, or is not needed; one that is over is gone without a trace."""
        told = found.told(now)
        kept = (told if one.id == found.id else one for one in self.all)
        self.all = tuple(one for one in kept if not one.over())
        return Remind(self.all, forget=told.over())

    def remove(self, gone: Sequence[Reminder]) -> Remind:
        """These are gone without a trace."""
        self.all = tuple(one for one in self.all if one not in gone)
        return Remind(self.all, forget=True)

    def words_of(self, query: Query) -> list[Reminder]:
        """Those in somebody's own words; what is of both stays."""
        return [
            one
            for one in self.all
            if one.kind is Kind.WORDS and one.owner == query.speaker and (not query.since or one.made >= query.since)
        ]
