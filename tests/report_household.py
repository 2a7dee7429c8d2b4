"""A household that never was, with most of a year in its journal, for the tests of the report."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from assistant.journal.records import APPRECIATION, KEPT, PLAN, PLAN_KEPT, CheckIn
from assistant.periods import find_span
from assistant.report.figures import Frame
from assistant.weekdays import Weekday

DUBLIN = ZoneInfo("Europe/Dublin")
NOW = datetime(2026, 11, 18, 20, 30, tzinfo=DUBLIN)
SAM, ALEX = NAMES = ("Sam", "Alex")

TITLES = {
    "coffee": "coffee ritual",
    "evening": "evening reflection",
    "stroll": "evening stroll",
    "weekly": "weekly talk",
}

THANKS = (
    "thank you for {} when i came home wet and tired",
    "i loved {} while the pasta boiled over",
    "thank you for {} so that i could sleep",
    "i noticed {} and it told me how much you care about us",
    "you laughed about {} in front of everybody and i felt proud",
)
GOOD = (
    "{} and nobody looked at a clock",
    "we had {} and the neighbours brought cake",
    "my sister asked about {} on the phone",
    "the smell of bread and {}",
    "{} just after the rain",
)
ABOUT = (
    "the soup",
    "the garden fence",
    "the dog asleep on my feet",
    "a note in my coat",
    "music in the kitchen",
    "the bikes down by the sea",
    "coffee on the balcony",
    "a walk by the sea",
    "breakfast in the garden",
    "the birthday call to my mother",
)
PLANS = ("a whole sunday at the sea with the bikes", "dinner with candles and no phones", "the museum on friday night")


def entry(when: datetime = NOW, **fields: object) -> CheckIn:
    """One appreciation, but for what is said otherwise."""
    sample = CheckIn(
        id=f"{when:%Y%m%d%H%M%S}",
        time=when,
        session="",
        ritual="moment",
        practice="positive",
        prompt="",
        speaker=SAM,
        about=ALEX,
        kind=APPRECIATION,
        text="thank you for the soup",
    )
    return replace(sample, **fields)  # type: ignore[arg-type]


def frame(period: str = "this_year", now: datetime = NOW, begins: Weekday = Weekday.MONDAY) -> Frame:
    """What the household asked for."""
    return Frame(span=find_span(period, now, begins), today=now.date(), zone=DUBLIN, week_begins=begins, names=NAMES)


def year(begin: date = date(2026, 2, 3)) -> tuple[CheckIn, ...]:
    """Sittings, thanks and plans from a day on to now, the same at every call."""
    entries = sorted(_year(begin), key=lambda entry: entry.time)
    numbers = count()
    return tuple(replace(entry, id=f"{next(numbers):026d}") for entry in entries)


def ratings(begin: date = date(2026, 6, 1)) -> tuple[CheckIn, ...]:
    """What Sam alone might rate, once a week from a day on: not sealed, as an open vault gives them."""
    rng, entries = random.Random(3), []
    for week in range((NOW.date() - begin).days // 7):
        for step in ("sleep", "body", "load"):
            entries.append(
                entry(
                    _at(begin + timedelta(days=7 * week), 22),
                    id=f"{step}{week}",
                    practice="self_care",
                    kind="rating",
                    prompt=f"self_care.{step}.0",
                    about="",
                    text=str(rng.randint(2, 10)),
                    private=True,
                )
            )
    return tuple(entries)


def _year(begin: date) -> Iterator[CheckIn]:
    rng = random.Random(7)
    for number in range((NOW.date() - begin).days + 1):
        day = begin + timedelta(days=number)
        weekend = day.weekday() >= 5
        if rng.random() < (0.15 if weekend else 0.33):
            yield from _sitting(rng, day, 7, "coffee", "connection", 320)
        if rng.random() < 0.16:
            yield from _sitting(rng, day, 21, "evening", "connection", 500)
        if weekend and rng.random() < 0.4:
            yield from _sitting(rng, day, 18, "stroll", "presence", 1100)
        if day.weekday() == 6 and rng.random() < 0.6:
            yield from _sitting(rng, day, 16, "weekly", "connection", 2400)
        if rng.random() < 0.12:
            who = rng.choice(NAMES)
            yield entry(_at(day, 13), speaker=who, about=_other(who), text=_said(rng, THANKS))
        if number % 70 == 40:
            yield entry(
                _at(day, 19), kind=PLAN, practice="quality_time", speaker="", about="", text=PLANS[number // 70 % 3]
            )
        if number % 140 == 44:
            yield entry(_at(day, 22), kind=PLAN_KEPT, practice="quality_time", speaker="", about="", text="yes")


def _sitting(rng: random.Random, day: date, hour: int, ritual: str, practice: str, seconds: float) -> Iterator[CheckIn]:
    session = f"{ritual}-{day}"
    same = {"session": session, "ritual": ritual, "practice": practice}
    for who in NAMES:
        if practice == "connection" and rng.random() < 0.8:
            yield entry(_at(day, hour), kind="gratitude", speaker=who, about="", text=_said(rng, GOOD), **same)
    yield entry(_at(day, hour, 9), kind=KEPT, speaker="", about="", text="", seconds=seconds, **same)


def _said(rng: random.Random, sentences: tuple[str, ...]) -> str:
    return rng.choice(sentences).format(rng.choice(ABOUT))


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=DUBLIN)


def _other(who: str) -> str:
    return ALEX if who == SAM else SAM
