"""The stretches of time that people ask about. Pure: the clock, its zone and the first weekday are given.

Days begin at midnight of the zone, so the days on which clocks change last 23 or 25 hours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from difflib import get_close_matches

from assistant.errors import UsageError
from assistant.weekdays import Weekday

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
"""Ids of the months, January first."""

SINCE = "since_"
ON = "on_"
IN = "in_"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, from a beginning up to but not including an end."""

    period: str
    """Its id, such as `this_week`, or the dates as they were typed."""
    since: datetime | None
    """The first moment, with its zone; None (for `ever`) has no beginning."""
    until: datetime | None
    """The first moment after it, with its zone; None (for `ever`) has no end."""

    def contains(self, moment: datetime) -> bool:
        """Whether the moment (with its zone) lies inside, compared on the world's clock, not the wall's."""
        at = moment.timestamp()
        after_begin = self.since is None or self.since.timestamp() <= at
        return after_begin and (self.until is None or at < self.until.timestamp())

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day, both inside; None for `ever`."""
        if self.since is None or self.until is None:
            return None
        return self.since.date(), self.until.date() - timedelta(days=1)


Days = tuple[date, date]
"""The first day, and the day after the last."""


def _today(today: date, first: Weekday) -> Days:
    return today, today + timedelta(days=1)


def _yesterday(today: date, first: Weekday) -> Days:
    return today - timedelta(days=1), today


def _this_week(today: date, first: Weekday) -> Days:
    begin = _latest(first, today)
    return begin, begin + timedelta(days=7)


def _last_week(today: date, first: Weekday) -> Days:
    begin = _latest(first, today)
    return begin - timedelta(days=7), begin


def _this_month(today: date, first: Weekday) -> Days:
    return _month(today.year, today.month)


def _last_month(today: date, first: Weekday) -> Days:
    before = today.replace(day=1) - timedelta(days=1)
    return _month(before.year, before.month)


def _this_year(today: date, first: Weekday) -> Days:
    return date(today.year, 1, 1), date(today.year + 1, 1, 1)


def _last_year(today: date, first: Weekday) -> Days:
    return date(today.year - 1, 1, 1), date(today.year, 1, 1)


def _year_ago(today: date, first: Weekday) -> Days:
    """The same day a year ago; for 29 February the 28th."""
    leap_day = (today.month, today.day) == (2, 29)
    day = today.replace(year=today.year - 1, day=28 if leap_day else today.day)
    return day, day + timedelta(days=1)


NAMED: dict[str, Callable[[date, Weekday], Days]] = {
    "today": _today,
    "yesterday": _yesterday,
    "this_week": _this_week,
    "last_week": _last_week,
    "this_month": _this_month,
    "last_month": _last_month,
    "this_year": _this_year,
    "last_year": _last_year,
    "year_ago": _year_ago,
}
"""Periods by their id, but for `ever`, `since_<weekday>`, `on_<weekday>` and `in_<month>`."""

EVER = "ever"

LONG = frozenset({"this_month", "last_month", "this_year", "last_year", EVER})
"""Periods of a month and longer, but for `in_<month>`."""

PERIODS = (*NAMED, EVER, *(lead + day for lead in (SINCE, ON) for day in Weekday), *(IN + month for month in MONTHS))
"""Every period id."""


def find_span(period: str, now: datetime, first: Weekday = Weekday.MONDAY) -> Span:
    """The span that a period id means at a moment in a zone, with weeks that begin on `first`.

    `since_monday` runs from the latest Monday (today counts) to the end of today, `on_monday` is that Monday alone;
    `in_october` is the latest October that has begun. Raises ValueError for an unknown id or a moment without a zone.
    """
    zone, today = _zone(now), now.date()
    if period == EVER:
        return Span(EVER, None, None)
    if period in NAMED:
        return _span(period, NAMED[period](today, first), zone)
    if period.startswith(SINCE):
        begin = _latest(Weekday(period.removeprefix(SINCE)), today)
        return _span(period, (begin, today + timedelta(days=1)), zone)
    if period.startswith(ON):
        day = _latest(Weekday(period.removeprefix(ON)), today)
        return _span(period, (day, day + timedelta(days=1)), zone)
    month = MONTHS.index(period.removeprefix(IN)) + 1
    year = today.year if month <= today.month else today.year - 1
    return _span(period, _month(year, month), zone)


def is_long(period: str) -> bool:
    """Whether a period, by its id, is told as a month or a year is, and not as a day or a week."""
    return period in LONG or period.startswith(IN)


def parse_period(
    text: str, now: datetime, first: Weekday = Weekday.MONDAY, called: Mapping[str, str] | None = None
) -> Span:
    """The span that somebody typed: an id with spaces or not, a month's name, or dates.

    `called` is how the household's language says the ids; its words are understood too.
    Dates are `2026`, `2026-11`, `2026-11-05` and `2026-11-01..2026-11-07` (both days inside).
    Raises UsageError for anything else.
    """
    name = _joined(text)
    name = next((period for period, spoken in (called or {}).items() if name in _typed(period, spoken)), name)
    if name in MONTHS:
        name = IN + name
    if name in PERIODS:
        return find_span(name, now, first)
    begin, dots, end = text.strip().partition("..")
    try:
        days = (_dates(begin)[0], _dates(end)[1]) if dots else _dates(begin)
        span = _span(text.strip(), days, _zone(now))
    except (ValueError, OverflowError) as error:
        raise _unknown(text, name) from error
    if days[0] >= days[1]:
        raise UsageError(f"'{text}' ends before it begins.", "Put the earlier day first.")
    return span


def _joined(text: str) -> str:
    return "_".join(text.lower().replace("_", " ").split())


def _typed(period: str, spoken: str) -> tuple[str, ...]:
    """What may be typed for a period: its words, of a month its name alone too."""
    words = _joined(spoken)
    return (words, words.rpartition("_")[2]) if period.startswith(IN) else (words,)


def _unknown(text: str, name: str) -> UsageError:
    near = get_close_matches(name, PERIODS, n=1)
    known = f"Did you mean '{near[0].replace('_', ' ')}'?" if near else "Try 'this week', 'october' or '2026-11'."
    return UsageError(f"'{text}' is no period that Hearth knows.", known)


def _dates(text: str) -> Days:
    """First day and day after the last of a year, month or day; raises ValueError."""
    if not re.fullmatch(r"\s*\d{4}(-\d{2}){0,2}\s*", text, re.ASCII):
        raise ValueError("not a date")
    year, *rest = map(int, text.split("-"))
    if not rest:
        return date(year, 1, 1), date(year + 1, 1, 1)
    if len(rest) == 1:
        return _month(year, rest[0])
    day = date(year, *rest)
    return day, day + timedelta(days=1)


def _latest(weekday: Weekday, today: date) -> date:
    """The latest such day, today included."""
    return today - timedelta(days=(today.weekday() - weekday.number) % 7)


def _month(year: int, month: int) -> Days:
    begin = date(year, month, 1)
    return begin, (begin + timedelta(days=31)).replace(day=1)


def _span(period: str, days: Days, zone: tzinfo) -> Span:
    since, until = (datetime.combine(day, time.min, zone) for day in days)
    return Span(period, since, until)


def _zone(now: datetime) -> tzinfo:
    if now.tzinfo is None:
        raise ValueError("a moment without a zone")
    return now.tzinfo
