"""When reminders are due: over daylight saving, leap days, other zones, quiet hours and clocks that jump."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.reminders import LATE, Kind, QuietHours, Reminder, Rule, dump, is_late, load, next_due, times
from assistant.weekdays import Weekday

EVERY_DAY = tuple(Weekday)
NEW_YORK, DUBLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Dublin")
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("UTC", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Kathmandu")]
    + [ZoneInfo(name) for name in ("America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia", "Asia/Tehran")]
)
WALLS = st.datetimes(datetime(2011, 1, 1), datetime(2031, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))
DAYS = st.lists(st.sampled_from(EVERY_DAY), min_size=1, max_size=7, unique=True).map(tuple)
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
MANY = settings(deadline=None, max_examples=150)
NIGHT = QuietHours(time(23), time(6))


def reminder(rule: Rule, made: datetime, **changes: object) -> Reminder:
    values = {"id": "r1", "kind": Kind.TOGETHER, "rule": rule, "made": made, "settled": made, **changes}
    return Reminder(**values)  # type: ignore[arg-type]


def moments(rule: Rule, after: datetime, count: int) -> list[str]:
    return [f"{at:%Y-%m-%d %H:%M %z}" for at in islice(times(rule, after), count)]


# ---------------------------------------------------------------- examples


def test_a_time_that_spring_skips_comes_an_hour_later_that_day_only() -> None:
    after = datetime(2026, 3, 7, 12, tzinfo=NEW_YORK)
    assert moments(Rule(datetime(2026, 3, 1, 2, 30), EVERY_DAY), after, 3) == [
        "2026-03-08 03:30 -0400",
        "2026-03-09 02:30 -0400",
        "2026-03-10 02:30 -0400",
    ]


def test_a_time_that_autumn_repeats_comes_once() -> None:
    after = datetime(2026, 10, 31, 12, tzinfo=NEW_YORK)
    assert moments(Rule(datetime(2026, 3, 1, 1, 30), EVERY_DAY), after, 2) == [
        "2026-11-01 01:30 -0400",
        "2026-11-02 01:30 -0500",
    ]


def test_half_past_nine_stays_half_past_nine_over_the_change() -> None:
    rule, after = Rule(datetime(2026, 3, 1, 21, 30), EVERY_DAY), datetime(2026, 3, 28, 12, tzinfo=DUBLIN)
    assert moments(rule, after, 2) == ["2026-03-28 21:30 +0000", "2026-03-29 21:30 +0100"]


def test_leap_days() -> None:
    daily = Rule(datetime(2028, 2, 1, 8), EVERY_DAY)
    after = datetime(2028, 2, 28, 12, tzinfo=UTC)
    assert moments(daily, after, 2) == ["2028-02-29 08:00 +0000", "2028-03-01 08:00 +0000"]
    assert moments(Rule(datetime(2028, 2, 29, 8)), after, 2) == ["2028-02-29 08:00 +0000"]


def test_the_clock_on_the_wall_counts_wherever_the_household_moves() -> None:
    made = datetime(2026, 6, 1, 12, tzinfo=DUBLIN)
    evening = reminder(Rule(datetime(2026, 6, 1, 21, 30), EVERY_DAY), made)
    assert next_due(evening, datetime(2026, 6, 2, 12, tzinfo=NEW_YORK)) == datetime(2026, 6, 2, 21, 30, tzinfo=NEW_YORK)
    exact = reminder(Rule((made + timedelta(hours=20)).astimezone(UTC)), made)
    assert next_due(exact, made.astimezone(NEW_YORK)) == made + timedelta(hours=20)


def test_a_little_late_is_told_much_too_late_is_left_out() -> None:
    made = datetime(2026, 6, 1, 12, tzinfo=DUBLIN)
    evening = reminder(Rule(datetime(2026, 6, 1, 21, 30), EVERY_DAY), made)
    due = datetime(2026, 6, 1, 21, 30, tzinfo=DUBLIN)
    assert next_due(evening, due + LATE) == due
    assert next_due(evening, due + LATE + timedelta(minutes=1)) == due + timedelta(days=1)


def test_what_is_due_once_waits_for_somebody_to_be_there() -> None:
    made = datetime(2026, 6, 1, 12, tzinfo=DUBLIN)
    once = reminder(Rule(datetime(2026, 6, 2, 9)), made)
    much_later = made + timedelta(days=40)
    due = next_due(once, much_later)
    assert due == datetime(2026, 6, 2, 9, tzinfo=DUBLIN)
    assert is_late(due, much_later)
    assert next_due(once.told(much_later), much_later) is None
    assert once.told(much_later).over()


def test_quiet_hours_put_off_to_their_end_but_not_what_somebody_waits_for() -> None:
    made = datetime(2026, 6, 1, 12, tzinfo=DUBLIN)
    morning = datetime(2026, 6, 2, 6, tzinfo=DUBLIN)
    late_evening = reminder(Rule(datetime(2026, 6, 1, 23, 30), EVERY_DAY), made)
    assert next_due(late_evening, made, NIGHT) == morning
    assert next_due(late_evening.told(morning), morning, NIGHT) == morning + timedelta(days=1)
    at_night = datetime(2026, 6, 1, 23, 40, tzinfo=DUBLIN)
    assert next_due(late_evening.put_off(at_night), made, NIGHT) == at_night
    assert next_due(reminder(Rule(at_night.astimezone(UTC)), made), made, NIGHT) == at_night


def test_what_became_late_waits_for_the_end_of_the_quiet_hours() -> None:
    made = datetime(2026, 6, 1, 12, tzinfo=DUBLIN)
    once = reminder(Rule(datetime(2026, 6, 1, 20)), made)
    woken = datetime(2026, 6, 2, 3, tzinfo=DUBLIN)
    assert next_due(once, woken, NIGHT) == datetime(2026, 6, 2, 6, tzinfo=DUBLIN)


def test_snoozed_comes_again_and_then_goes_on_as_usual() -> None:
    made = datetime(2026, 6, 1, 12, tzinfo=DUBLIN)
    due = datetime(2026, 6, 1, 21, 30, tzinfo=DUBLIN)
    evening = reminder(Rule(datetime(2026, 6, 1, 21, 30), EVERY_DAY), made).told(due)
    again = due + timedelta(minutes=10)
    assert next_due(evening.put_off(again), due) == again
    assert next_due(evening.put_off(again).told(again), again) == due + timedelta(days=1)
    assert next_due(evening.put_off(again), again + timedelta(hours=5)) == due + timedelta(days=1)


def test_a_clock_that_was_wrong_for_a_while_silences_nothing() -> None:
    made = datetime(2026, 6, 1, 12, tzinfo=DUBLIN)
    evening = reminder(Rule(datetime(2026, 6, 1, 21, 30), EVERY_DAY), made)
    wrong = datetime(2099, 1, 1, 21, 30, tzinfo=DUBLIN)
    told = evening.told(wrong)
    assert next_due(told, made) == datetime(2026, 6, 1, 21, 30, tzinfo=DUBLIN)
    due = datetime(2026, 6, 1, 21, 30, tzinfo=DUBLIN)
    assert told.told(due).settled == due
    assert next_due(evening.told(due), due - timedelta(hours=1)) == due + timedelta(days=1), "set back by an hour"


def test_a_repeated_moment_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="wall"):
        Rule(datetime(2026, 6, 1, tzinfo=UTC), EVERY_DAY)
    with pytest.raises(ValueError, match="zone"):
        list(times(Rule(datetime(2026, 6, 1)), datetime(2026, 6, 1)))


# ---------------------------------------------------------------- properties


@given(ZONES, WALLS, DAYS, WALLS)
@MANY
def test_times_rise_lie_on_their_days_and_leave_none_out(
    zone: ZoneInfo, begins: datetime, days: tuple[Weekday, ...], after: datetime
) -> None:
    found = list(islice(times(Rule(begins, days), after.replace(tzinfo=zone)), 20))
    stamps = [at.timestamp() for at in found]
    assert stamps[0] > after.replace(tzinfo=zone).timestamp()
    assert all(one < other for one, other in pairwise(stamps))
    wanted, day = list[date](), found[0].date() + timedelta(days=1)
    while day < found[-1].date():
        wanted += [day] if tuple(Weekday)[day.weekday()] in days else []
        day += timedelta(days=1)
    assume(not date(2011, 12, 29) <= wanted[0] <= date(2011, 12, 31) if wanted else True)
    told = {at.date() for at in found} | {(at - timedelta(hours=2)).date() for at in found}
    assert {day for day in wanted if day != date(2011, 12, 30)} <= told


@given(ZONES, WALLS, DAYS, WALLS)
@MANY
def test_the_wall_shows_the_time_of_the_rule_unless_spring_skips_it(
    zone: ZoneInfo, begins: datetime, days: tuple[Weekday, ...], after: datetime
) -> None:
    for at in islice(times(Rule(begins, days), after.replace(tzinfo=zone)), 10):
        shown = at.replace(tzinfo=None)
        missing = shown.time() != begins.time()
        before = at - timedelta(days=2)
        assert not missing or before.utcoffset() != at.utcoffset() or at.date() == date(2011, 12, 31)


@given(ZONES, WALLS, DAYS, WALLS, st.integers(0, 60 * 24 * 15), CLOCKS, CLOCKS)
@MANY
def test_what_is_next_never_moves_back(
    zone: ZoneInfo,
    begins: datetime,
    days: tuple[Weekday, ...],
    made: datetime,
    minutes: int,
    quiet_from: time,
    quiet_until: time,
) -> None:
    quiet = QuietHours(quiet_from, quiet_until)
    made = made.replace(tzinfo=UTC)
    one = reminder(Rule(begins, days), made)
    early, late = made.astimezone(zone), (made + timedelta(minutes=minutes)).astimezone(zone)
    first, second = next_due(one, early, quiet), next_due(one, late, quiet)
    assert first is not None
    assert second is not None
    assert first.timestamp() <= second.timestamp()


@given(ZONES, WALLS, DAYS, st.integers(10, 29), st.data())
@settings(deadline=None, max_examples=30)
def test_whoever_looks_often_enough_tells_each_time_once(
    zone: ZoneInfo, begins: datetime, days: tuple[Weekday, ...], most: int, data: st.DataObject
) -> None:
    start = begins.replace(tzinfo=UTC)
    one, now, told = reminder(Rule(begins, days), start), start, list[float]()
    end = start + timedelta(days=9)
    wanted = [at.timestamp() for at in islice(times(one.rule, start.astimezone(zone)), 12)]
    for step in data.draw(st.lists(st.integers(5, most), min_size=5, max_size=12)) * 10_000:
        now += timedelta(minutes=step)
        if now > end:
            break
        due = next_due(one, now.astimezone(zone))
        if due is not None and due.timestamp() <= now.timestamp():
            told.append(due.timestamp())
            one = one.told(now)
    assert told == wanted[: len(told)]
    assert all(stamp > now.timestamp() - LATE.total_seconds() for stamp in wanted[len(told) :])


@given(CLOCKS, CLOCKS, ZONES, WALLS)
@MANY
def test_nothing_is_put_off_for_more_than_the_quiet_hours(
    begin: time, end: time, zone: ZoneInfo, wall: datetime
) -> None:
    moment = wall.replace(tzinfo=UTC).astimezone(zone)
    after = QuietHours(begin, end).over(moment)
    assert 0 <= after.timestamp() - moment.timestamp() <= 50 * 3600
    assert after == moment or after.replace(tzinfo=None).time() >= end


# ---------------------------------------------------------------- kept


def test_reminders_are_kept_as_text_and_come_back_the_same() -> None:
    made = datetime(2026, 6, 1, 12, tzinfo=UTC)
    some = (
        reminder(Rule(datetime(2026, 6, 1, 21, 30), EVERY_DAY), made, kind=Kind.RITUAL, about="coffee"),
        reminder(Rule(made), made, id="r2", owner="Sam", private=True, snoozed=made),
    )
    assert load(dump(some)) == some
    assert dump(()) == ""
    assert load("") == ()


def test_one_that_cannot_be_read_does_not_take_the_others_along() -> None:
    made = datetime(2026, 6, 1, 12, tzinfo=UTC)
    good = reminder(Rule(made), made)
    assert load('[{"id": 7}, ' + dump([good])[1:]) == (good,)
    assert load("nonsense") == ()
    assert load(dump([replace(good, snoozed=None)]).replace("together", "future")) == ()
