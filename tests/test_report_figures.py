"""What the report counts, and what it must never show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.journal.records import KEPT, PLAN, PLAN_KEPT, CheckIn
from assistant.quotes import UNINVITED, UNSURE
from assistant.report import charts, heatmap
from assistant.report.figures import Figures, Frame, measure
from assistant.report.quotes import EACH, spread
from assistant.report.shown import PRACTICES
from assistant.report.steps import Size, steps_between
from assistant.themes import spoken_words
from assistant.weekdays import Weekday
from prompts.common_words import load_common_words
from tests.report_household import ALEX, DUBLIN, NOW, SAM, entry, frame, year

COMMON = load_common_words("en")
NEVER = {*UNINVITED, "self_care", "generosity", "", "something_new"}


def figures_of(*entries: CheckIn, of: Frame | None = None) -> Figures:
    return measure(entries, of or frame(), COMMON.no_theme, COMMON.delicate)


def kept(when: datetime, ritual: str = "coffee", **fields: object) -> CheckIn:
    same = {
        "session": f"{ritual} {when}",
        "kind": KEPT,
        "ritual": ritual,
        "practice": "connection",
        "speaker": "",
        "about": "",
    }
    return entry(when, seconds=300.0, **(same | fields))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=DUBLIN)


# ---------------------------------------------------------------- what is shown at all


@pytest.mark.parametrize("practice", sorted(NEVER))
def test_hard_and_personal_practices_are_not_even_counted(practice: str) -> None:
    figures = figures_of(entry(practice=practice), kept(NOW, practice=practice), entry(practice=practice, kind=PLAN))
    assert figures == figures_of()


def test_no_practice_of_the_page_is_one_that_is_never_brought_up() -> None:
    assert UNINVITED.isdisjoint(PRACTICES)


@pytest.mark.parametrize("kind", ["appreciation", "kept", PLAN, PLAN_KEPT, "gratitude"])
def test_what_belongs_to_one_person_is_not_even_counted(kind: str) -> None:
    assert figures_of(entry(kind=kind, private=True)) == figures_of()


# ---------------------------------------------------------------- counting


def test_a_sitting_is_one_moment_however_much_is_said_in_it() -> None:
    sitting = kept(NOW)
    figures = figures_of(sitting, replace(sitting, id="b", kind="gratitude", speaker=SAM, text="the rain"), entry())
    assert figures.moments == 2
    assert figures.days == {NOW.date(): 2}
    assert figures.seconds == 300


def test_a_sitting_over_midnight_is_of_the_day_on_which_it_began() -> None:
    late, early = at("2026-11-03T23:58"), at("2026-11-04T00:03")
    said = entry(late, session="s", practice="connection", kind="gratitude")
    assert figures_of(kept(early, session="s"), said).days == {date(2026, 11, 3): 1}
    assert figures_of(kept(early, session="s"), said).rituals[0].counts == (0, 1, 0, 0, 0, 0, 0)


def test_a_day_is_a_day_at_home() -> None:
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight in Dublin
    assert list(figures_of(kept(summer)).days) == [date(2026, 7, 2)]


@pytest.mark.parametrize(("begins", "place"), [(Weekday.MONDAY, 6), (Weekday.SUNDAY, 0), (Weekday.SATURDAY, 1)])
def test_weeks_begin_where_the_household_begins_them(begins: Weekday, place: int) -> None:
    (week,) = figures_of(kept(at("2026-11-08T09:00")), of=frame(begins=begins)).rituals  # a Sunday
    assert week.ritual == "coffee"
    assert [number for number, count in enumerate(week.counts) if count] == [place]


def test_practices_come_in_the_order_of_the_page_and_add_up() -> None:
    figures = figures_of(*year())
    order = [PRACTICES.index(course.practice) for course in figures.courses]
    assert order == sorted(order)
    assert sum(sum(course.counts) for course in figures.courses) == figures.moments == sum(figures.days.values())


def test_no_empty_time_before_the_first_moment_of_a_long_time_and_none_after_today() -> None:
    figures = figures_of(kept(at("2026-09-10T08:00")))
    assert (figures.first, figures.last) == (date(2026, 9, 10), NOW.date())
    assert [grid.month.first.month for grid in heatmap.calendar(figures)] == [9, 10, 11]


def test_a_week_is_drawn_from_its_first_day() -> None:
    figures = figures_of(kept(NOW), of=frame("this_week"))
    assert (figures.first, figures.last) == (date(2026, 11, 16), date(2026, 11, 18))
    assert [step.size for step in figures.steps] == [Size.DAY] * 3


def test_a_clock_that_was_wrong_still_makes_a_page() -> None:
    ahead = kept(NOW + timedelta(days=400))
    figures = figures_of(ahead, of=frame("ever"))
    assert sum(figures.courses[0].counts) == 1
    assert figures.last >= figures.first


# ---------------------------------------------------------------- themes


def themes(*texts: str) -> dict[str, int]:
    return {theme.word: theme.entries for theme in figures_of(*(entry(text=text) for text in texts)).themes}


def test_a_theme_is_counted_once_per_entry_and_from_two_entries_on() -> None:
    assert themes("soup soup soup and bread", "more soup", "only bread once more", "a lake") == {"bread": 2, "soup": 2}


def test_names_small_words_and_what_says_little_are_no_themes() -> None:
    said = "Sam and Alex's ox thought it was really so nice 2026"
    assert themes(said, said) == {}


def test_the_form_that_was_said_most_is_shown() -> None:
    assert themes("Paris", "Paris", "paris") == {"Paris": 3}
    assert themes("mum's cake", "our cake", "mum came") == {"cake": 2, "mum": 2}


def test_hard_words_are_neither_themes_nor_quoted() -> None:
    said = "thank you for forgiving me after our fight about the garden"
    figures = figures_of(entry(text=said), entry(text=f"{said} and the lake", id="b"))
    assert (figures.themes, figures.quotes) == ((), ())
    assert figures.moments == 2


@given(st.lists(st.text(alphabet="abcdeABC'’ ß.1-é", max_size=30), max_size=6))
def test_every_theme_was_said(texts: list[str]) -> None:
    said = {word for text in texts for word in spoken_words(text)}
    assert set(themes(*texts)) <= said


# ---------------------------------------------------------------- quotes and plans


def test_quotes_are_verbatim_with_their_people_and_their_day() -> None:
    (quote,) = figures_of(entry(at("2026-05-01T10:00"), text="  i like\nyour  hat ")).quotes
    assert (quote.text, quote.speaker, quote.about, quote.day) == ("i like your hat", SAM, ALEX, date(2026, 5, 1))


@pytest.mark.parametrize("confidence", [0.0, UNSURE - 0.01])
def test_what_was_not_heard_well_is_not_quoted_and_makes_no_theme(confidence: float) -> None:
    figures = figures_of(entry(confidence=confidence), entry(confidence=confidence, id="b"))
    assert (figures.themes, figures.quotes) == ((), ())
    assert len(figures_of(entry(confidence=UNSURE)).quotes) == 1


@pytest.mark.parametrize("kind", ["day_ahead", "rating", "issue", "kept"])
def test_only_positive_kinds_are_quoted(kind: str) -> None:
    assert figures_of(entry(kind=kind)).quotes == ()


def test_nobody_is_quoted_more_than_the_other_where_there_is_enough() -> None:
    many = [entry(NOW - timedelta(days=n), id=f"s{n}", text=f"thanks {'x' * n}") for n in range(40)]
    few = [replace(one, id=f"a{n}", speaker=ALEX) for n, one in enumerate(many[:4])]
    spoken = [quote.speaker for quote in figures_of(*many, *few).quotes]
    assert spoken.count(SAM) == spoken.count(ALEX) == 4


def test_the_same_words_are_quoted_once() -> None:
    assert len(figures_of(entry(), entry(NOW - timedelta(days=3), id="b", text="Thank you for the soup")).quotes) == 1


@given(st.integers(0, 60), st.integers(1, EACH))
def test_spread_keeps_order_and_the_newest(count: int, wanted: int) -> None:
    entries = [entry(id=f"{n:02}") for n in range(count)]
    chosen = [one.id for one in spread(entries, wanted)]
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(count, wanted)
    assert not entries or chosen[-1] == entries[-1].id


def test_a_plan_is_kept_when_they_say_so_and_never_missed() -> None:
    first = entry(at("2026-03-01T10:00"), kind=PLAN, practice="quality_time", text="the sea")
    second = entry(at("2026-03-05T10:00"), kind=PLAN, practice="quality_time", text="the museum")
    done = entry(at("2026-03-09T10:00"), kind=PLAN_KEPT, practice="quality_time", text="yes")
    plans = figures_of(done, second, first).plans
    assert [(plan.text, plan.kept) for plan in plans] == [("the sea", None), ("the museum", date(2026, 3, 9))]
    both = figures_of(first, second, done, replace(done, time=at("2026-03-10T10:00"))).plans
    assert [plan.kept for plan in both] == [date(2026, 3, 10), date(2026, 3, 9)]
    assert figures_of(done).plans == ()


def test_a_plan_that_was_not_heard_well_is_counted_without_its_words() -> None:
    (plan,) = figures_of(entry(kind=PLAN, practice="quality_time", confidence=0.1)).plans
    assert plan.text == ""


# ---------------------------------------------------------------- steps and shapes


@given(
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.integers(0, 5000),
    st.sampled_from(list(Weekday)),
)
def test_steps_touch_and_hold_every_day(first: date, length: int, begins: Weekday) -> None:
    last = first + timedelta(days=length)
    steps = steps_between(first, last, begins)
    assert steps[0].holds(first)
    assert steps[-1].holds(last)
    assert all(one.end == other.first for one, other in pairwise(steps))
    assert len(steps) <= 25


TOLD = charts.Told("id", "Thanks & <more>", "one; two")


@settings(deadline=None)  # pygal is imported in the first example
@given(st.lists(st.integers(0, 900), min_size=1, max_size=25).filter(any))
def test_columns_stand_on_their_base_inside_the_chart(counts: list[int]) -> None:
    root = ElementTree.fromstring(charts.columns(counts, ["Jan"] * len(counts), max(counts), TOLD))
    bars = [{key: float(bar.get(key, "")) for key in ("x", "y", "width", "height")} for bar in of(root, "rect", "rect")]
    assert [bar["height"] / max(bar["height"] for bar in bars) for bar in bars] == pytest.approx(
        [count / max(counts) for count in counts], abs=0.001
    )
    assert all(0 <= bar["x"] <= bar["x"] + bar["width"] <= charts.WIDTH for bar in bars)
    assert len({round(bar["y"] + bar["height"], 3) for bar in bars}) == 1
    numbers = [(float(one.get("x", "")), len(one.text) * 7 / 2) for one in of(root, "text", "value") if one.text]
    assert numbers
    assert all(one + half + other_half <= other for (one, half), (other, other_half) in pairwise(numbers))


@settings(deadline=None)
@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 10)), min_size=1, max_size=40))
def test_a_line_goes_from_left_to_right_between_zero_and_ten(points: list[tuple[date, int]]) -> None:
    root = ElementTree.fromstring(charts.line(sorted(points), lambda day: f"{day:%d.%m.}", TOLD))
    dots = [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in of(root, "circle", "dot")]
    assert len(dots) == len(points)
    assert [x for x, _ in dots] == sorted(x for x, _ in dots)
    heights = {number: round(y, 2) for (_, number), (_, y) in zip(sorted(points), dots, strict=True)}
    assert [heights[number] for number in sorted(heights)] == sorted(heights.values(), reverse=True)
    assert [text.text for text in of(root, "text", "")[:3]] == ["0", "5", "10"]


@pytest.mark.parametrize("counts", [[1], [3, 5, 0], [*range(25)]])
def test_a_picture_has_no_style_and_no_script_of_its_own(counts: list[int]) -> None:
    svg = charts.columns(counts, ["Jan"] * len(counts), 30, TOLD)
    assert not [word for word in ("style", "script", "http:", "href", "<!--") if word in svg]
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    spoken = [(one.get("id"), one.text) for one in root if one.tag in ("title", "desc")]
    assert spoken == [("id", "Thanks & <more>"), ("id-text", "one; two")]
    assert root.get("aria-labelledby") == "id id-text"


def of(root: ElementTree.Element, tag: str, name: str) -> list[ElementTree.Element]:
    """The elements of a kind that have this class."""
    return [one for one in root.iter(tag) if name in one.get("class", "").split() or not name]


@pytest.mark.parametrize("begins", list(Weekday))
def test_the_calendar_holds_every_day_once_under_its_weekday(begins: Weekday) -> None:
    figures = figures_of(*year(), of=frame(begins=begins))
    for grid in heatmap.calendar(figures):
        assert len({(cell.x, cell.y) for cell in grid.cells}) == len(grid.cells)
        for cell in grid.cells:
            assert cell.x // heatmap.CELL == (cell.day.weekday() - begins.number) % 7
            assert cell.y < grid.height
            assert (cell.level > 0) == (cell.day in figures.days)


def test_of_many_years_the_calendar_draws_the_latest() -> None:
    figures = figures_of(kept(at("1999-02-01T08:00")), kept(NOW), of=frame("ever"))
    grids = heatmap.calendar(figures)
    assert len(grids) == heatmap.MOST_MONTHS
    assert grids[-1].month.holds(NOW.date())
    assert sum(figures.courses[0].counts) == 2
    assert figures.steps[0].size is Size.YEAR


@given(st.integers(1, 500), st.integers(0, 500))
def test_bubbles_fit_their_cell_and_their_scale(count: int, more: int) -> None:
    assert heatmap.SMALLEST <= heatmap.radius(count, count + more) <= heatmap.BUBBLE
    assert 1 <= heatmap.warmth(count, count + more) <= heatmap.WARMEST
