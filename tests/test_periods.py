"""Periods: they touch without gap or overlap, hold the moment they must, and know short and long days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.periods import MONTHS, PERIODS, Span, find_span, parse_period
from assistant.weekdays import Weekday

ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Dublin",
        "America/New_York",
        "America/Havana",  # clocks change at midnight
        "Africa/Cairo",  # the same, and weeks begin on Saturday
        "Australia/Lord_Howe",  # half an hour of daylight saving
        "Asia/Kathmandu",
        "Pacific/Kiritimati",
        "UTC",
    )
]
DUBLIN = ZoneInfo("Europe/Dublin")

zones = st.sampled_from(ZONES)
weekdays = st.sampled_from(list(Weekday))
instants = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """A moment that exists, on the wall of some zone."""
    return draw(instants).astimezone(draw(zones))


def hours(span: Span) -> float:
    assert span.since is not None
    assert span.until is not None
    return (span.until.timestamp() - span.since.timestamp()) / 3600


@given(moments(), weekdays)
def test_now_is_inside_what_is_going_on(now: datetime, first: Weekday) -> None:
    going_on = [
        "today",
        "this_week",
        "this_month",
        "this_year",
        "ever",
        *(p for p in PERIODS if p.startswith("since")),
    ]
    for period in going_on:
        assert find_span(period, now, first).contains(now), period
    for period in ("yesterday", "last_week", "last_month", "last_year", "year_ago"):
        assert not find_span(period, now, first).contains(now), period


@given(moments(), weekdays)
def test_neighbours_touch(now: datetime, first: Weekday) -> None:
    for last, this in [
        ("yesterday", "today"),
        ("last_week", "this_week"),
        ("last_month", "this_month"),
        ("last_year", "this_year"),
    ]:
        assert find_span(last, now, first).until == find_span(this, now, first).since


@given(moments(), weekdays)
def test_the_day_after_is_the_next_day(now: datetime, first: Weekday) -> None:
    today = find_span("today", now, first)
    assert today.until is not None
    assert find_span("today", today.until.astimezone(UTC).astimezone(now.tzinfo), first).since == today.until


@given(moments(), weekdays)
def test_weeks_have_seven_days_and_begin_where_they_should(now: datetime, first: Weekday) -> None:
    for period in ("this_week", "last_week"):
        days = find_span(period, now, first).days
        assert days is not None
        assert days[0].weekday() == first.number
        assert (days[1] - days[0]).days == 6


@given(moments())
def test_since_a_weekday_is_at_most_a_week(now: datetime) -> None:
    for weekday in Weekday:
        days = find_span(f"since_{weekday}", now).days
        assert days is not None
        assert days[0].weekday() == weekday.number
        assert 0 <= (now.date() - days[0]).days < 7
        assert days[1] == now.date()


@given(moments())
def test_a_month_is_the_latest_that_has_begun(now: datetime) -> None:
    for number, name in enumerate(MONTHS, 1):
        days = find_span(f"in_{name}", now).days
        assert days is not None
        assert days[0].month == days[1].month == number
        assert days[0] <= now.date() < days[0].replace(year=days[0].year + 1)
        assert (days[1] + timedelta(days=1)).day == 1


@given(moments())
def test_a_year_ago_is_one_day(now: datetime) -> None:
    days = find_span("year_ago", now).days
    assert days is not None
    assert days[0] == days[1]
    assert days[0].year == now.year - 1
    assert 365 <= (now.date() - days[0]).days <= 367


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2026, 3, 29), "Europe/Dublin", 23),
        (date(2026, 10, 25), "Europe/Dublin", 25),
        (date(2026, 3, 8), "America/New_York", 23),
        (date(2026, 11, 1), "America/New_York", 25),
        (date(2026, 3, 8), "America/Havana", 23),
        (date(2026, 11, 1), "America/Havana", 25),
        (date(2026, 4, 24), "Africa/Cairo", 23),
        (date(2026, 10, 4), "Australia/Lord_Howe", 23.5),
        (date(2026, 6, 1), "Europe/Dublin", 24),
    ],
)
def test_the_days_on_which_clocks_change(day: date, zone: str, expected: float) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    assert hours(find_span("today", noon)) == expected


def test_the_repeated_hour_belongs_to_its_day() -> None:
    today = find_span("today", datetime(2026, 11, 1, 12, tzinfo=ZoneInfo("America/Havana")))
    for fold in (0, 1):
        assert today.contains(datetime(2026, 11, 1, 0, 30, tzinfo=ZoneInfo("America/Havana"), fold=fold))


@pytest.mark.parametrize(
    ("now", "period", "first", "days"),
    [
        (date(2026, 1, 1), "last_month", "monday", (date(2025, 12, 1), date(2025, 12, 31))),
        (date(2026, 1, 1), "this_week", "monday", (date(2025, 12, 29), date(2026, 1, 4))),
        (date(2026, 1, 1), "this_week", "sunday", (date(2025, 12, 28), date(2026, 1, 3))),
        (date(2026, 1, 4), "this_week", "sunday", (date(2026, 1, 4), date(2026, 1, 10))),
        (date(2026, 1, 4), "this_week", "monday", (date(2025, 12, 29), date(2026, 1, 4))),
        (date(2028, 3, 1), "yesterday", "monday", (date(2028, 2, 29), date(2028, 2, 29))),
        (date(2028, 2, 29), "year_ago", "monday", (date(2027, 2, 28), date(2027, 2, 28))),
        (date(2028, 3, 15), "in_february", "monday", (date(2028, 2, 1), date(2028, 2, 29))),
        (date(2026, 9, 30), "in_october", "monday", (date(2025, 10, 1), date(2025, 10, 31))),
        (date(2026, 10, 1), "in_october", "monday", (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2026, 11, 4), "since_wednesday", "monday", (date(2026, 11, 4), date(2026, 11, 4))),
    ],
)
def test_examples(now: date, period: str, first: str, days: tuple[date, date]) -> None:
    moment = datetime(now.year, now.month, now.day, 9, tzinfo=DUBLIN)
    assert find_span(period, moment, Weekday(first)).days == days


@pytest.mark.parametrize(
    ("text", "period", "days"),
    [
        ("This  week", "this_week", (date(2026, 11, 2), date(2026, 11, 8))),
        ("this_week", "this_week", (date(2026, 11, 2), date(2026, 11, 8))),
        ("since monday", "since_monday", (date(2026, 11, 2), date(2026, 11, 4))),
        ("in October", "in_october", (date(2026, 10, 1), date(2026, 10, 31))),
        ("october", "in_october", (date(2026, 10, 1), date(2026, 10, 31))),
        ("2026", "2026", (date(2026, 1, 1), date(2026, 12, 31))),
        ("2024-02", "2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2026-11-05", "2026-11-05", (date(2026, 11, 5), date(2026, 11, 5))),
        ("2026-11-01..2026-11-07", "2026-11-01..2026-11-07", (date(2026, 11, 1), date(2026, 11, 7))),
        ("2025-12..2026", "2025-12..2026", (date(2025, 12, 1), date(2026, 12, 31))),
    ],
)
def test_typed_periods(text: str, period: str, days: tuple[date, date]) -> None:
    span = parse_period(text, datetime(2026, 11, 4, 9, tzinfo=DUBLIN))
    assert (span.period, span.days) == (period, days)


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("this weak", "'this week'"),
        ("since wedensday", "'since wednesday'"),
        ("2026-13", "Try"),
        ("2026-02-30", "Try"),
        ("9999", "Try"),
        ("2026-11-07..2026-11-01", "earlier"),
        ("..", "Try"),
        ("", "Try"),
        ("٢٠٢٦", "Try"),
    ],
)
def test_what_is_no_period(text: str, hinted: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_period(text, datetime(2026, 11, 4, 9, tzinfo=DUBLIN))
    assert hinted in caught.value.hint


@pytest.mark.parametrize("period", ["in_smarch", "since_funday", "", "week"])
def test_an_unknown_id(period: str) -> None:
    with pytest.raises(ValueError, match=r"smarch|funday|not in tuple"):
        find_span(period, datetime(2026, 11, 4, tzinfo=DUBLIN))


def test_a_moment_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        find_span("today", datetime(2026, 11, 4))
