"""The even steps in which a stretch of days is drawn: days, weeks, months or years. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assistant.weekdays import Weekday

DAY = timedelta(days=1)
MOST_DAYS = 14
MOST_WEEK_DAYS = 100
MOST_MONTH_DAYS = 731


class Size(StrEnum):
    """How long a step is."""

    DAY = "day"
    """One day, for up to two weeks."""
    WEEK = "week"
    """From the household's first day of the week, for up to about three months."""
    MONTH = "month"
    """A calendar month, for up to two years."""
    YEAR = "year"
    """A calendar year."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step, whole even where the stretch begins or ends inside it."""

    size: Size
    """How long it is."""
    first: date
    """Its first day."""
    end: date
    """The day after its last."""

    def holds(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.first <= day < self.end


def steps_between(first: date, last: date, week_begins: Weekday) -> tuple[Step, ...]:
    """The steps from the one that holds the first day to the one that holds the last."""
    size = _size((last - first).days + 1)
    return tuple(_steps(size, _begin(size, first, week_begins), last))


def months_between(first: date, last: date) -> tuple[Step, ...]:
    """The calendar months from the one that holds the first day to the one that holds the last."""
    return tuple(_steps(Size.MONTH, first.replace(day=1), last))


def _size(days: int) -> Size:
    if days <= MOST_DAYS:
        return Size.DAY
    if days <= MOST_WEEK_DAYS:
        return Size.WEEK
    return Size.MONTH if days <= MOST_MONTH_DAYS else Size.YEAR


def _begin(size: Size, day: date, week_begins: Weekday) -> date:
    match size:
        case Size.DAY:
            return day
        case Size.WEEK:
            return day - timedelta(days=(day.weekday() - week_begins.number) % 7)
        case Size.MONTH:
            return day.replace(day=1)
        case Size.YEAR:
            return day.replace(month=1, day=1)


def _steps(size: Size, begin: date, last: date) -> Iterator[Step]:
    while begin <= last:
        end = _next(size, begin)
        yield Step(size, begin, end)
        begin = end


def _next(size: Size, begin: date) -> date:
    match size:
        case Size.DAY:
            return begin + DAY
        case Size.WEEK:
            return begin + 7 * DAY
        case Size.MONTH:
            return (begin + 31 * DAY).replace(day=1)
        case Size.YEAR:
            return begin.replace(year=begin.year + 1)
