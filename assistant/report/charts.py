"""The shapes of the page's charts, in units of their view box; the template draws them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, sqrt

from assistant.report.figures import Course, Figures
from assistant.report.steps import Step, months_between
from assistant.weekdays import Weekday

CELL = 24
"""Side of a day in a calendar, with the gap after it."""

MOST_MONTHS = 36
"""Months of the calendar; of a longer time the latest are drawn. The courses show the whole."""

WARMEST = 4
"""Moments on a day from which on it is drawn at its warmest."""

CHART_WIDTH = 340
FEW = 4
"""The count at which columns and bubbles are full when none is higher, so that few moments look few."""

HIGHEST = 84
"""Height of the highest column of all."""
ABOVE = 20
"""Room above a column for its number."""
BELOW = 22
"""Room below the columns for their labels."""
LABEL_ROOM = 38
"""Width that a label below a column needs."""
DIGIT = 8
"""Width that a digit above a column needs."""
WIDEST = 36
"""Width of a column when there are few."""

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


@dataclass(frozen=True, slots=True)
class Column:
    """One step of time in a course."""

    x: float
    """Left edge."""
    y: float
    """Upper edge."""
    width: float
    """Width."""
    height: float
    """Height; 0 for a step without moments."""
    count: int
    """Moments in it."""
    numbered: bool
    """Whether its count is written above it; where there is no room for all, only the highest has it."""
    label: Step | None
    """What is written below it; None where there is no room."""

    @property
    def middle(self) -> float:
        """Where its number is centred."""
        return round(self.x + self.width / 2, 1)

    @property
    def label_at(self) -> float:
        """Where its label is centred, so that it stays inside the chart."""
        return min(max(self.middle, LABEL_ROOM / 2), CHART_WIDTH - LABEL_ROOM / 2)


@dataclass(frozen=True, slots=True)
class Chart:
    """One course over time."""

    base: float
    """Where its columns stand."""
    height: float
    """Height of its view box."""
    columns: tuple[Column, ...]
    """One for each step."""


def calendar(figures: Figures) -> tuple[MonthGrid, ...]:
    """The months, the latest last."""
    begins = figures.frame.week_begins
    months = months_between(figures.first, figures.last)[-MOST_MONTHS:]
    return tuple(_month(month, figures, begins) for month in months)


def chart(course: Course, steps: tuple[Step, ...], most: int) -> Chart:
    """The columns of one course; `most` is the count of the highest column of all courses, so that they compare."""
    room, most, highest = CHART_WIDTH / len(steps), max(most, FEW), max(course.counts)
    width = min(room * 0.72, WIDEST)
    every = ceil(LABEL_ROOM / room)
    roomy = len(str(highest)) * DIGIT <= room
    base = ABOVE + round(HIGHEST * highest / most, 1)
    columns = []
    for place, (count, step) in enumerate(zip(course.counts, steps, strict=True)):
        height = round(HIGHEST * count / most, 1)
        left = round((place + 0.5) * room - width / 2, 1)
        numbered = count > 0 and (roomy or place == course.counts.index(highest))
        label = step if place % every == 0 else None
        columns.append(Column(left, round(base - height, 1), round(width, 1), height, count, numbered, label))
    return Chart(base, base + BELOW, tuple(columns))


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
