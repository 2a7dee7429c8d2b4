"""The days of the calendar and the bubbles of the week, in units of their view box; the template draws them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

from assistant.report.figures import Figures
from assistant.report.steps import Step, months_between
from assistant.weekdays import Weekday

CELL = 24
"""Side of a day in a calendar, with the gap after it."""

MOST_MONTHS = 36
"""Months of the calendar; of a longer time the latest are drawn. The courses show the whole."""

WARMEST = 4
"""Moments on a day from which on it is drawn at its warmest."""

FEW = 4
"""The count at which bubbles are full when none is higher, so that few moments look few."""

BUBBLE = 15.0
"""Radius of the largest bubble."""
SMALLEST = 8.0
"""Radius of the smallest."""
BUBBLE_DIGIT = 3.4
"""Radius that a digit in a bubble needs."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day in a month of the calendar."""

    day: date
    """Which."""
    x: int
    """Left edge."""
    y: int
    """Upper edge."""
    level: int
    """0 for a day without moments to `WARMEST`; -1 for a day outside of the time that is drawn."""


@dataclass(frozen=True, slots=True)
class MonthGrid:
    """One month of the calendar."""

    month: Step
    """Which."""
    height: int
    """Height of its weeks; it is seven cells wide."""
    cells: tuple[Cell, ...]
    """Every day of the month."""
    days: Mapping[date, int]
    """Moments on each day of it that has any."""


def calendar(figures: Figures) -> tuple[MonthGrid, ...]:
    """The months, the latest last."""
    begins = figures.frame.week_begins
    months = months_between(figures.first, figures.last)[-MOST_MONTHS:]
    return tuple(_month(month, figures, begins) for month in months)


def radius(count: int, most: int) -> float:
    """The radius of a bubble that grows with its count, and that its number fits into."""
    grown = SMALLEST + (BUBBLE - SMALLEST) * sqrt(count / max(most, FEW))
    return round(min(max(grown, BUBBLE_DIGIT * len(str(count)) + 2.5), BUBBLE), 1)


def level(count: int) -> int:
    """How warm a day with so many moments is drawn."""
    return min(count, WARMEST)


def warmth(count: int, most: int) -> int:
    """How warm a bubble is drawn, 1 to `WARMEST`, by its share of the largest."""
    return max(1, -(-count * WARMEST // max(most, FEW)))


def _month(month: Step, figures: Figures, begins: Weekday) -> MonthGrid:
    before = (month.first.weekday() - begins.number) % 7
    days = [month.first + timedelta(days=number) for number in range((month.end - month.first).days)]
    cells = []
    for number, day in enumerate(days, before):
        inside = figures.first <= day <= figures.last
        warmth = level(figures.days.get(day, 0)) if inside else -1
        cells.append(Cell(day, number % 7 * CELL, number // 7 * CELL, warmth))
    weeks = -(-(before + len(days)) // 7)
    return MonthGrid(month, weeks * CELL, tuple(cells), {d: figures.days[d] for d in days if d in figures.days})
