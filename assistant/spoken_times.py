"""From the words of a time to a rule. Pure: the sentences give the slots, the clock is given.

How a time is meant that does not say everything (all of it is read back, so that a wrong guess is heard):

- A part of the day without an hour: morning 8:00, noon 12:00, afternoon 15:00, evening and tonight 20:00, night 21:00.
  A day without either: 9:00. Today without either: the next of 9:00, 15:00 and 20:00, else in an hour.
- An hour with a part of the day is what it says; "twelve at night" is the midnight after the day, and from one to five
  "at night" is after that midnight.
- An hour from one to twelve alone: 7 to 11 is the morning, 12 is noon, 1 to 6 the afternoon. For today, or without any
  day, 6 to 11 is whichever comes next ("at seven", said at noon, is seven in the evening).
- What is over today is meant for tomorrow, or for the same day of next week.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from assistant.reminders import Rule
from assistant.weekdays import Weekday

TIME_SLOTS = frozenset({"in_minutes", "every", "day", "part", "hour", "minute"})
"""Slots that say when."""

USUAL = {"morning": 8, "noon": 12, "afternoon": 15, "evening": 20, "tonight": 20, "night": 21}
"""The hour that a part of the day means by itself."""

ANY_DAY = 9
"""The hour that a day means by itself."""

TODAY = (9, 15, 20)
"""The hours among which the next one is meant by "today"."""

NAMED = {"noon": 12, "midnight": 24}
"""Hours that have a name; midnight is the one that ends the day."""

MORNING_FROM = 7
"""The earliest hour that is taken for the morning where nothing else is said."""

EITHER_FROM = 6
"""The earliest hour that may be the morning's or the evening's, whichever comes next."""

NIGHT_UNTIL = 5
"""The last hour "at night" that is after midnight."""

REPEATED: dict[str, tuple[Weekday, ...]] = {
    "day": tuple(Weekday),
    "weekdays": tuple(Weekday)[:5],
    "weekend": tuple(Weekday)[5:],
    **{day.value: (day,) for day in Weekday},
}
"""Days by the value of the slot `every`; a part of the day there means every day."""

_DAY = timedelta(days=1)
_NOON = 12


def says_when(slots: Mapping[str, str]) -> bool:
    """Whether these slots say anything about a time."""
    return bool(TIME_SLOTS & slots.keys())


def rule_of(slots: Mapping[str, str], now: datetime) -> Rule | None:
    """The rule that the slots of a sentence mean, said at `now`; None when they say nothing about a time."""
    if "in_minutes" in slots:
        return Rule(now.astimezone(UTC) + timedelta(minutes=int(slots["in_minutes"])))
    if not says_when(slots):
        return None
    wall = now.replace(tzinfo=None, fold=0)
    part = part_of(slots)
    if "every" in slots:
        days = REPEATED.get(slots["every"], tuple(Weekday))
        return Rule(_on(wall.date(), *_clock(slots, part)), days)
    return Rule(_once(slots, part, wall))


def part_of(slots: Mapping[str, str]) -> str:
    """The part of the day, however it was said; empty for none."""
    every, day = slots.get("every", ""), slots.get("day", "")
    if slots.get("part"):
        return slots["part"]
    return next((said for said in (day, every) if said in USUAL), "")


def _once(slots: Mapping[str, str], part: str, wall: datetime) -> datetime:
    day = slots.get("day", "")
    if day in ("", "today", "tonight"):
        return _today(slots, part, wall)
    if day == "tomorrow":
        return _on(wall.date() + _DAY, *_clock(slots, part))
    ahead = (Weekday(day).number - wall.weekday()) % 7
    at = _on(wall.date() + ahead * _DAY, *_clock(slots, part))
    return at if at > wall else at + 7 * _DAY


def _today(slots: Mapping[str, str], part: str, wall: datetime) -> datetime:
    """The next time that fits, today if there is one."""
    if "hour" not in slots and not part:
        left = [at for hour in TODAY if (at := _on(wall.date(), hour, 0)) > wall]
        return left[0] if left else wall.replace(second=0, microsecond=0) + timedelta(hours=1)
    hour, minute = _clock(slots, part)
    either = not part and slots["hour"].isdigit() and EITHER_FROM <= int(slots["hour"]) < _NOON
    hours = [int(slots["hour"]), int(slots["hour"]) + _NOON] if either else [hour]
    moments = [_on(day, each, minute) for day in (wall.date(), wall.date() + _DAY) for each in hours]
    return next(at for at in moments if at > wall)


def _clock(slots: Mapping[str, str], part: str) -> tuple[int, int]:
    """Hour, 24 and more after the midnight that ends the day, and minute, which may be negative ("quarter to")."""
    if "hour" not in slots:
        return USUAL.get(part, ANY_DAY), 0
    said, minute = slots["hour"], int(slots.get("minute", "0"))
    if said in NAMED:
        return NAMED[said], minute
    hour = int(said)
    return (hour if hour == 0 or hour > _NOON else _of_day(hour, part)), minute


def _of_day(hour: int, part: str) -> int:
    """An hour from 1 to 12 in a part of the day."""
    early = hour % _NOON
    match part:
        case "morning":
            return early
        case "night" | "tonight" if early <= NIGHT_UNTIL:
            return early + 24
        case "evening" if early == 0:
            return 24
        case "" if early >= MORNING_FROM:
            return early
        case _:
            return early + _NOON


def _on(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute)
