"""A week in a minute, a month and a year by what stayed: what is told, in which order, for how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.events import Recall, Recalled
from assistant.journal.records import KEPT, PLAN, PLAN_KEPT, CheckIn, Query
from assistant.periods import PERIODS, is_long
from assistant.quotes import LONGEST
from assistant.summary import tell
from assistant.telling import Telling
from audio.voice import Pyttsx3Voice
from tests.test_summary import NOON, SETTING, entry, kept, told, words

LONG_THANKS = (
    "i am glad that you cooked the soup when my sister was here and we all sat under the old tree in the garden "
    "and nobody wanted to go home because it was so warm and still"
)
PLANNED = entry("the lake and pancakes", "", kind=PLAN, practice="quality_time")
TIMED = entry("on saturday at four", "", kind="plan_when", practice="quality_time")


def full_week() -> list[CheckIn]:
    """Everything that a week can be told of, with words as long as they are read out."""
    assert len(LONG_THANKS.split()) < LONGEST
    return [
        *(kept(ritual) for ritual in ("coffee", "coffee", "weekly", "evening")),
        *(entry(LONG_THANKS, speaker, about=about) for speaker, about in (("Ana", "Ben"), ("Ben", "Ana"))),
        entry("we saw the first stars", kind="good_thing"),
        PLANNED,
        TIMED,
        entry("yes", "", kind=PLAN_KEPT, practice="household"),
        entry("4", "", kind="hours", practice="quality_time"),
        entry("yes", "", kind="kindness", practice="generosity"),
        entry("", "", kind=KEPT, practice="listening"),
        replace(entry("", "", kind=KEPT, practice="presence"), seconds=1_500),
        entry("thursday", "", kind="review", practice="issues"),
        entry("mumbled", confidence=0.2),
    ]


def lines(telling: Telling) -> list[str]:
    return [say.line for say in telling.spoken]


def looked_back(entries: list[CheckIn], period: str, memories: tuple[CheckIn, ...] = ()) -> Telling:
    return tell(Recalled(Recall(Query(), period, "summary"), tuple(entries), memories), SETTING)


def test_a_week_is_told_by_counts_a_theme_a_quote_of_each_and_a_plan() -> None:
    entries = [PLANNED, TIMED, *full_week()[:7]]
    assert lines(told(entries, "summary")) == [
        "summary_intro",
        *["rituals_kept_each"] * 3,
        "plans_made",
        "summary_entries",
        "theme",
        "you_each",
        "quote_for",
        "quote_for",
        "plan_ahead_when",
        "want_more",
    ]


@pytest.fixture
def voice() -> Iterator[Pyttsx3Voice]:
    made = Pyttsx3Voice()
    yield made
    made.close()


@pytest.mark.parametrize("number", range(3))
def test_a_full_week_is_told_in_three_quarters_of_a_minute_to_one(voice: Pyttsx3Voice, number: int) -> None:
    spoken = told(full_week()[number % 2 :], "summary").spoken
    assert 45 <= sum(voice.render(say.text).seconds for say in spoken) <= 60


def test_whoever_said_a_lot_at_once_is_quoted_with_something_shorter() -> None:
    entries = [entry("so much " * LONGEST), entry("the tea"), entry("the bread", "Ben"), entry("and " * 99, "Ben")]
    assert [one.text for one in told(entries, "summary").told] == ["the tea", "the bread"]
    only = [entry("so much " * LONGEST), entry("and so much more " * LONGEST)]
    assert told(only, "summary").told == (only[0],), "never cut: the shortest there is"


@pytest.mark.parametrize("period", sorted(period for period in PERIODS if is_long(period)))
def test_a_month_and_a_year_are_told_by_rituals_themes_a_favourite_and_one_memory(period: str) -> None:
    telling = looked_back(full_week(), period)
    assert lines(telling) == [
        "summary_intro",
        *["rituals_kept_each"] * 3,
        "plans_made",
        "plans_kept",
        "hours_together",
        "minutes_present",
        "kindnesses",
        "listened",
        "summary_entries",
        "recall_unclear",
        "themes",
        "favourite",
        "memory",
        telling.spoken[-2].line,
        "want_more",
    ]
    assert len(telling.told) == 1


def test_the_memory_is_of_a_year_ago_today_if_there_is_one() -> None:
    old = entry("we moved in", kind="good_thing", time=NOON - timedelta(days=365))
    telling = looked_back(full_week(), "this_year", (old,))
    assert lines(telling)[-3:-1] == ["memory_year_ago", "quote"]
    assert telling.told == (old,)
    assert len(telling.rest) == 3, "and the others are still to come"


@pytest.mark.parametrize(
    "hidden",
    [
        {"private": True},
        {"practice": "issues"},
        {"confidence": 0.2},
        {"kind": "day_ahead"},
        {"text": "after our fight you held me"},
    ],
)
def test_no_memory_theme_or_quote_comes_uninvited_of_what_is_not_to_be_told(hidden: dict[str, object]) -> None:
    secret = replace(entry("the lighthouse and the fog"), **hidden)  # type: ignore[arg-type]
    again = replace(secret, id="other")
    for period in ("this_week", "this_year"):
        spoken = words(looked_back([secret, again, kept("coffee")], period, (secret,)))
        assert "lighthouse" not in spoken
        assert "fight" not in spoken


def test_a_plan_is_told_as_long_as_it_may_lie_ahead_and_nobody_hears_of_one_that_came_to_nothing() -> None:
    assert "plan_ahead_when" in lines(told([PLANNED, TIMED], "summary"))
    assert "plan_ahead" in lines(told([PLANNED], "summary", "today"))
    for period in ("last_week", "yesterday", "on_monday", "this_month", "last_year"):
        assert not {"plan_ahead", "plan_ahead_when"} & set(lines(told([PLANNED, TIMED], "summary", period)))
    done = entry("yes", "", kind=PLAN_KEPT, practice="quality_time")
    assert "plan_ahead" not in lines(told([PLANNED, done], "summary"))


@pytest.mark.parametrize("change", [{"confidence": 0.2}, {"text": "to stop the fights"}, {"private": True}])
def test_a_plan_that_cannot_be_read_out_is_only_counted(change: dict[str, object]) -> None:
    spoken = told([replace(PLANNED, **change)], "summary")  # type: ignore[arg-type]
    assert not any(line.startswith("plan_ahead") for line in lines(spoken))


def test_one_favourite_or_none() -> None:
    assert "favourite" not in lines(looked_back([kept("coffee"), kept("evening")], "this_year"))
    assert "favourite" not in lines(looked_back([kept("coffee"), kept("coffee")], "this_year"))
    spoken = words(looked_back([kept("coffee"), kept("evening"), kept("coffee")], "this_year"))
    assert "coffee" in spoken.split("back to")[-1] or "coffee" in spoken.rsplit(":", 1)[-1]


def test_a_word_said_once_or_that_says_little_is_no_theme_and_neither_is_a_name() -> None:
    entries = [entry("you and Ben"), entry("you and Ben again"), entry("a boat")]
    assert "theme" not in lines(told(entries, "summary"))
    assert lines(told(entries, "themes")) == ["no_theme"]
    assert "boat" in words(told([*entries, entry("the boat")], "themes"))


@pytest.mark.parametrize(
    ("theme", "found"),
    {
        "the garden": {"in the gardens", "Your Garden"},
        "gardens": {"in the gardens", "Your Garden"},
        "tea": {"tea in the morning"},
        "the moon": set(),
        "you": {"you sang"},
        "tea morning": {"tea in the morning"},
    }.items(),
)
def test_what_was_said_about_something(theme: str, found: set[str]) -> None:
    texts = ("in the gardens", "Your Garden", "tea in the morning", "teacher", "you sang")
    entries = (*map(entry, texts), entry("hidden tea garden moon you", private=True))
    telling = tell(Recalled(Recall(Query(), "ever", "about", theme=theme), entries), SETTING)
    assert {one.text for one in (*telling.told, *telling.rest)} == found
    assert found or lines(telling) == ["nothing_about"]
