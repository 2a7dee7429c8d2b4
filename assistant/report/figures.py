"""Entries in, numbers out: everything that the page counts. Pure.

What is counted is *moments*: sittings, and thanks said by themselves. Days without any are not a number here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, tzinfo

from assistant.journal.records import KEPT, CheckIn
from assistant.periods import Span
from assistant.report.quotes import Plan, Quote, choose_quotes, find_plans
from assistant.report.shown import PRACTICES, quoted, shown
from assistant.report.steps import Step, steps_between
from assistant.themes import Theme, find_themes, folded
from assistant.weekdays import Weekday

WHOLE = 31
"""Days of a span up to which the page begins with its first day, not with the first moment in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the figures are of."""

    span: Span
    """The time that was asked for."""
    today: date
    """The day on which the page is made, at home."""
    zone: tzinfo
    """The household's time zone."""
    week_begins: Weekday
    """The household's first day of the week."""
    names: tuple[str, str]
    """The two partners."""


@dataclass(frozen=True, slots=True)
class RitualWeek:
    """How often one ritual took place on each day of the week."""

    ritual: str
    """Its id."""
    counts: tuple[int, ...]
    """Seven, from the household's first day of the week."""


@dataclass(frozen=True, slots=True)
class Course:
    """How often one practice had its moment over time."""

    practice: str
    """Its id, one of `shown.PRACTICES`."""
    counts: tuple[int, ...]
    """One for each of the figures' steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that the page shows."""

    frame: Frame
    """What they are of."""
    first: date
    """The first day that is drawn."""
    last: date
    """The last day that is drawn."""
    moments: int
    """How many moments there were."""
    seconds: float
    """How long the sittings took together."""
    days: Mapping[date, int]
    """Moments on each day that has any, in order of time."""
    rituals: tuple[RitualWeek, ...]
    """Every ritual that took place, the first of them first."""
    steps: tuple[Step, ...]
    """The days, weeks, months or years of `courses`."""
    courses: tuple[Course, ...]
    """Every practice that had a moment, in the order of `shown.PRACTICES`."""
    themes: tuple[Theme, ...]
    """Words that came back."""
    quotes: tuple[Quote, ...]
    """What they said."""
    plans: tuple[Plan, ...]
    """What they planned."""


def measure(entries: Iterable[CheckIn], frame: Frame, ignored: Set[str], delicate: Set[str]) -> Figures:
    """The figures of these entries; `ignored` are words that are no theme, `delicate` those of no quote either."""
    on_page = shown(entries)
    moments = _moments(on_page, frame.zone)
    days = Counter(moments.values())
    first, last = _drawn(frame, list(days))
    steps = steps_between(first, last, frame.week_begins)
    names = {word for name in frame.names for word in folded(name)}
    return Figures(
        frame=frame,
        first=first,
        last=last,
        moments=len(moments),
        seconds=sum(entry.seconds for entry in on_page if entry.kind == KEPT),
        days=days,
        rituals=_rituals(on_page, moments, frame.week_begins),
        steps=steps,
        courses=_courses(on_page, moments, steps),
        themes=find_themes(quoted(on_page, delicate), ignored | names),
        quotes=choose_quotes(on_page, delicate, frame.zone),
        plans=find_plans(on_page, delicate, frame.zone),
    )


def moment_of(entry: CheckIn) -> str:
    """What makes entries one moment: their sitting, or the entry itself outside of one."""
    return entry.session or entry.id


def _moments(entries: Sequence[CheckIn], zone: tzinfo) -> dict[str, date]:
    """The day on which each moment began."""
    began: dict[str, date] = {}
    for entry in entries:
        began.setdefault(moment_of(entry), entry.time.astimezone(zone).date())
    return began


def _drawn(frame: Frame, days: Sequence[date]) -> tuple[date, date]:
    """The days to draw: no empty time before the first moment of a long span, none after today."""
    asked = frame.span.days or (min(days, default=frame.today), frame.today)
    last = max(min(asked[1], frame.today), asked[0], *days)
    if not days or (asked[1] - asked[0]).days < WHOLE:
        return asked[0], last
    return min(days), last


def _rituals(entries: Sequence[CheckIn], began: Mapping[str, date], begins: Weekday) -> tuple[RitualWeek, ...]:
    weeks: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 7)
    for entry in entries:
        if entry.kind == KEPT:
            weeks[entry.ritual][(began[moment_of(entry)].weekday() - begins.number) % 7] += 1
    return tuple(RitualWeek(ritual, tuple(counts)) for ritual, counts in weeks.items())


def _courses(entries: Sequence[CheckIn], began: Mapping[str, date], steps: Sequence[Step]) -> tuple[Course, ...]:
    days: dict[str, Counter[date]] = {practice: Counter() for practice in PRACTICES}
    for practice, moment in {(entry.practice, moment_of(entry)) for entry in entries}:
        days[practice][began[moment]] += 1
    return tuple(
        Course(practice, tuple(sum(count for day, count in own.items() if step.holds(day)) for step in steps))
        for practice, own in days.items()
        if own
    )
