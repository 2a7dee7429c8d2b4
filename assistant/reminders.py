"""Reminders: what they are about, and when they are due. Pure: the clock, its zone and the quiet hours are given.

A rule is a time on the wall's clock, so it follows daylight saving and the household to another time zone: "every
evening at nine thirty" is half past nine wherever the clock hangs. Two cases the clock itself leaves open are decided
as calendars do (RFC 5545): a time that is skipped in spring is taken by the clock of the day before (2:30 is then
3:30), and of a time that comes twice in autumn the first one counts.

What is late: a repeating reminder is still told up to `LATE` after its time and then left out without a word, since the
next one will come; one that is due only once is told whenever somebody is there again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from assistant.weekdays import Weekday

KEY = "reminders"
"""Name of the fact under which the journal keeps them."""

LATE = timedelta(minutes=30)
"""A repeating reminder is told up to so long after its time."""

CLOCK_WAS_WRONG = timedelta(days=1)
"""What was told so far in the future was told by a wrong clock, and does not count."""

_DAY = timedelta(days=1)
_LOOK_AHEAD = 10
"""Days that surely contain the next one of a week's days, also where a zone leaves out a date."""


class Kind(StrEnum):
    """What a reminder is about."""

    WORDS = "words"
    """Somebody's own words, such as "call my mother"."""
    RITUAL = "ritual"
    """A ritual, by its id."""
    THANKS = "thanks"
    """Thanking a partner, by name; empty for thanking each other."""
    TOGETHER = "together"
    """Time for each other, and nothing in particular."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When: once, or on some days of every week."""

    begins: datetime
    """The (first) time. Without a zone it is the wall's clock; with one it is that very moment, and not repeated."""
    days: tuple[Weekday, ...] = ()
    """The days on which it is repeated at the same time of day; empty for once."""

    def __post_init__(self) -> None:
        if self.days and self.begins.tzinfo is not None:
            raise ValueError("what is repeated follows the wall's clock")

    @property
    def exact(self) -> bool:
        """Whether it means a very moment, such as "in ten minutes"."""
        return self.begins.tzinfo is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One thing to be reminded of."""

    id: str
    """Unique."""
    kind: Kind
    """What it is about."""
    about: str = ""
    """The words, the ritual's id or the partner's name, as `kind` says."""
    rule: Rule
    """When."""
    owner: str = ""
    """Name of the one whom it is for; empty for both, or unknown."""
    private: bool = False
    """Whether it is one partner's own, so that its content is told only when that one asks for it."""
    made: datetime
    """When it was asked for."""
    settled: datetime
    """Everything that was due up to this moment is done with."""
    snoozed: datetime | None = None
    """The moment at which it shall be told again; None unless somebody asked for that."""

    def told(self, now: datetime) -> Reminder:
        """The same after it was told."""
        return replace(self, settled=_later(now, self.trusted(now)), snoozed=None)

    def put_off(self, until: datetime) -> Reminder:
        """The same, to be told again at this moment."""
        return replace(self, snoozed=until)

    def over(self) -> bool:
        """Whether it is of no more use: once, told, and not put off."""
        return not self.rule.days and self.settled > self.made and self.snoozed is None

    def trusted(self, now: datetime) -> datetime:
        """Up to when it is settled, unless a wrong clock said so."""
        return self.settled if self.settled <= now + CLOCK_WAS_WRONG else now


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nobody is to be reminded, such as at night; the same time twice means never."""

    begin: time = time(0)
    """First minute of the quiet, on the wall's clock."""
    end: time = time(0)
    """First minute after it; before `begin` for a quiet over midnight."""

    def over(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours in which it lies."""
        clock = moment.replace(tzinfo=None).time()
        if not self.covers(clock):
            return moment
        day = moment.date() if clock < self.end else moment.date() + _DAY
        return _later(moment, _placed(datetime.combine(day, self.end), _zone(moment)))

    def covers(self, clock: time) -> bool:
        """Whether this time of day lies in it."""
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


NEVER_QUIET = QuietHours()


def next_due(reminder: Reminder, now: datetime, quiet: QuietHours = NEVER_QUIET) -> datetime | None:
    """When the reminder is to be told next, in the zone of `now`: past if it is late; None for never again.

    Quiet hours put it off to their end, but for what means a very moment: that, somebody is waiting for.
    """
    zone = _zone(now)
    if reminder.snoozed is not None:
        return _in_time(iter([reminder.snoozed.astimezone(zone)]), reminder, now) or _by_rule(reminder, now, quiet)
    return _by_rule(reminder, now, quiet)


def is_late(due: datetime, now: datetime) -> bool:
    """Whether it should have been told some time ago, and that is worth a word."""
    return now.timestamp() - due.timestamp() > LATE.total_seconds()


def times(rule: Rule, after: datetime) -> Iterator[datetime]:
    """The moments of a rule strictly after this one, in its zone, one after the other."""
    zone = _zone(after)
    if not rule.days:
        moment = rule.begins.astimezone(zone) if rule.exact else _placed(rule.begins, zone)
        if moment.timestamp() > after.timestamp():
            yield moment
        return
    while True:
        after = _next_of_week(rule, after, zone)
        yield after


def _by_rule(reminder: Reminder, now: datetime, quiet: QuietHours) -> datetime | None:
    settled = reminder.trusted(now)
    if reminder.rule.exact:
        return _in_time(times(reminder.rule, settled.astimezone(_zone(now))), reminder, now)
    floor = _later(settled, now - 2 * _DAY) if reminder.rule.days else settled
    shifted = (quiet.over(moment) for moment in times(reminder.rule, floor.astimezone(_zone(now))))
    due = _in_time(shifted, reminder, now)
    return due if due is None or due.timestamp() > now.timestamp() or quiet.over(now) == now else quiet.over(now)


def _in_time(moments: Iterator[datetime], reminder: Reminder, now: datetime) -> datetime | None:
    """The first of the moments at which it is not too late."""
    earliest = now.timestamp() - LATE.total_seconds()
    return next((one for one in moments if not reminder.rule.days or one.timestamp() >= earliest), None)


def _next_of_week(rule: Rule, after: datetime, zone: tzinfo) -> datetime:
    first = max(after.date() - _DAY, rule.begins.date())
    days = [first + _DAY * number for number in range(_LOOK_AHEAD)]
    walls = [datetime.combine(day, rule.begins.time()) for day in days if _weekday(day.weekday()) in rule.days]
    moments = (_placed(wall, zone) for wall in walls)
    return min((one for one in moments if one.timestamp() > after.timestamp()), key=datetime.timestamp)


def _placed(wall: datetime, zone: tzinfo) -> datetime:
    """The moment at which the wall's clock shows this; going through UTC gives a skipped time its real name."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)


def _later(one: datetime, other: datetime) -> datetime:
    """The later of two moments; datetimes of one zone would be compared by the wall's clock."""
    return max(one, other, key=datetime.timestamp)


def _weekday(number: int) -> Weekday:
    return tuple(Weekday)[number]


def _zone(moment: datetime) -> tzinfo:
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.tzinfo


# ---------------------------------------------------------------- kept as text


def dump(reminders: Sequence[Reminder]) -> str:
    """The reminders as JSON; empty for none."""
    import msgspec

    return msgspec.json.encode(list(reminders)).decode() if reminders else ""


def load(text: str) -> tuple[Reminder, ...]:
    """The reminders of a JSON text; one that cannot be read does not take the others along."""
    import msgspec

    try:
        found = msgspec.json.decode(text or "[]", type=list[msgspec.Raw])
    except msgspec.DecodeError:
        return ()
    return tuple(reminder for raw in found for reminder in _read(bytes(raw)))


def _read(raw: bytes) -> Iterator[Reminder]:
    import msgspec

    try:
        yield msgspec.json.decode(raw, type=Reminder)
    except msgspec.DecodeError:
        return
