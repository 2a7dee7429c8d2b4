"""How reminders are spoken of. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.conversation.setting import Setting
from assistant.events import Say
from assistant.reminders import Kind, QuietHours, Reminder, Rule, is_late, times
from assistant.spoken_times import REPEATED
from assistant.weekdays import Weekday

MINUTES_ONLY = timedelta(hours=1)
"""A very moment that is no further away is told in minutes."""


def when(rule: Rule, setting: Setting, now: datetime) -> str:
    """A rule as it is said aloud, such as "every day at 9:30 in the evening"."""
    name = setting.lines.name
    ahead = rule.begins - now if rule.exact else None
    if ahead is not None and timedelta() < ahead <= MINUTES_ONLY:
        minutes = max(1, round(ahead.total_seconds() / 60))
        return name("in_minutes", "one" if minutes == 1 else "other").replace("#", str(minutes))
    wall = rule.begins.astimezone(now.tzinfo) if rule.exact else rule.begins
    return f"{_days(rule, wall, setting, now)} {setting.clock(wall)}"


def confirmed(reminder: Reminder, setting: Setting, quiet: QuietHours, now: datetime) -> list[Say]:
    """What will be told and when, so that a mishearing is noticed."""
    spoken = when(reminder.rule, setting, now)
    match reminder.kind:
        case Kind.WORDS:
            said = setting.say("reminder_set_words", when=spoken, words=reminder.about)
        case Kind.RITUAL:
            said = setting.say("reminder_set_ritual", when=spoken, title=_title(reminder, setting))
        case Kind.THANKS if reminder.about:
            said = setting.say("reminder_set_thanks", when=spoken, name=reminder.owner, partner=reminder.about)
        case Kind.THANKS:
            said = setting.say("reminder_set_thanks_each", when=spoken)
        case Kind.TOGETHER:
            said = setting.say("reminder_set_together", when=spoken)
    first = next(times(reminder.rule, now), None)
    disturbs = first is not None and not reminder.rule.exact and quiet.over(first) != first
    return [said, setting.say("reminder_quiet")] if disturbs else [said]


def listed(reminder: Reminder, setting: Setting, now: datetime) -> Say:
    """One of the list; what is somebody's own stays so."""
    spoken = when(reminder.rule, setting, now)
    if reminder.private and reminder.owner:
        return setting.say("reminder_item_private", when=spoken, name=reminder.owner)
    if reminder.private:
        return setting.say("reminder_item_private_unknown", when=spoken)
    match reminder.kind:
        case Kind.WORDS:
            return setting.say("reminder_item_words", when=spoken, words=reminder.about)
        case Kind.RITUAL:
            return setting.say("reminder_item_ritual", when=spoken, title=_title(reminder, setting))
        case Kind.THANKS:
            return setting.say("reminder_item_thanks_each", when=spoken)
        case Kind.TOGETHER:
            return setting.say("reminder_item_together", when=spoken)


def announced(reminder: Reminder, due: datetime, setting: Setting, now: datetime) -> list[Say]:
    """What is said when it is due. Of what is one partner's own, only that it is there: the other may hear it."""
    late = [setting.say("reminder_late")] if is_late(due, now) else []
    if reminder.private and reminder.owner:
        return [*late, setting.say("reminder_private", name=reminder.owner)]
    if reminder.private:
        return [*late, setting.say("reminder_private_unknown")]
    return [*late, content(reminder, setting, now)]


def content(reminder: Reminder, setting: Setting, now: datetime) -> Say:
    """What it is about."""
    match reminder.kind:
        case Kind.WORDS:
            return setting.say("reminder_words", words=reminder.about)
        case Kind.RITUAL:
            return setting.say("reminder_ritual", title=_title(reminder, setting))
        case Kind.THANKS if reminder.about:
            return setting.say_of_day("reminder_thanks", now, partner=reminder.about)
        case Kind.THANKS:
            return setting.say_of_day("reminder_thanks_each", now)
        case Kind.TOGETHER:
            return setting.say("reminder_together")


def _title(reminder: Reminder, setting: Setting) -> str:
    """The ritual's title; its id if it is gone by now."""
    ritual = setting.rituals.get(reminder.about)
    return ritual.title if ritual else reminder.about.replace("_", " ")


def _days(rule: Rule, wall: datetime, setting: Setting, now: datetime) -> str:
    name = setting.lines.name
    if rule.days:
        known = [key for key, days in REPEATED.items() if set(days) == set(rule.days)]
        return name("every", known[0]) if known else ", ".join(name("every", day) for day in rule.days)
    ahead = (wall.date() - now.date()).days
    if ahead in (0, 1):
        return name("day", ("today", "tomorrow")[ahead])
    return name("day", tuple(Weekday)[wall.weekday()])
