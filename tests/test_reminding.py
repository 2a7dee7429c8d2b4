"""Reminders asked for in words: what the words mean, what is kept and said, and what is not understood."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation.consent import Consent
from assistant.conversation.reminder_draft import drafted, split
from assistant.events import End, Hush, Listen, Remind, RemindersNotKept, Say, Wait
from assistant.reminders import Kind, QuietHours, Rule
from assistant.spoken_times import rule_of
from assistant.weekdays import Weekday
from tests.stage import NOON, Stage, sentences, setting, understanding

DAYS = {
    "daily": tuple(Weekday),
    "weekdays": tuple(Weekday)[:5],
    "weekend": tuple(Weekday)[5:],
    "friday": (Weekday.FRIDAY,),
}
ONCE: tuple[Weekday, ...] = ()
"""It is Wednesday noon, the fourth of March."""

TIMES = {
    "at nine thirty": ("04 21:30", ONCE),
    "half past nine": ("04 21:30", ONCE),
    "at quarter to ten": ("04 21:45", ONCE),
    "a quarter past ten": ("04 22:15", ONCE),
    "at nine o'clock": ("04 21:00", ONCE),
    "at seven": ("04 19:00", ONCE),
    "at three": ("04 15:00", ONCE),
    "at six": ("04 18:00", ONCE),
    "at twelve": ("05 12:00", ONCE),
    "at noon": ("05 12:00", ONCE),
    "at midnight": ("05 00:00", ONCE),
    "at ten in the morning": ("05 10:00", ONCE),
    "at 9:30": ("04 21:30", ONCE),
    "at 9:30pm": ("04 21:30", ONCE),
    "at 9 am": ("05 09:00", ONCE),
    "at 12am": ("05 00:00", ONCE),
    "at 21:15": ("04 21:15", ONCE),
    "today": ("04 15:00", ONCE),
    "tonight": ("04 20:00", ONCE),
    "tonight at nine": ("04 21:00", ONCE),
    "tonight at one": ("05 01:00", ONCE),
    "this afternoon": ("04 15:00", ONCE),
    "this evening at eight": ("04 20:00", ONCE),
    "tomorrow": ("05 09:00", ONCE),
    "tomorrow morning": ("05 08:00", ONCE),
    "tomorrow at half past six": ("05 18:30", ONCE),
    "on friday": ("06 09:00", ONCE),
    "next friday evening": ("06 20:00", ONCE),
    "on wednesday": ("11 09:00", ONCE),
    "on wednesday at eight in the evening": ("04 20:00", ONCE),
    "friday": ("06 09:00", ONCE),
    "every day": ("04 09:00", DAYS["daily"]),
    "daily at six": ("04 18:00", DAYS["daily"]),
    "every evening at nine thirty": ("04 21:30", DAYS["daily"]),
    "every morning": ("04 08:00", DAYS["daily"]),
    "every night at twelve": ("05 00:00", DAYS["daily"]),
    "every weekday at seven": ("04 07:00", DAYS["weekdays"]),
    "on weekdays at seven in the evening": ("04 19:00", DAYS["weekdays"]),
    "at the weekend": ("04 09:00", DAYS["weekend"]),
    "every friday evening": ("04 20:00", DAYS["friday"]),
    "at noon every friday": ("04 12:00", DAYS["friday"]),
}


@pytest.mark.parametrize(("words", "expected"), TIMES.items(), ids=TIMES)
def test_a_spoken_time(words: str, expected: tuple[str, tuple[Weekday, ...]]) -> None:
    meaning = sentences().match(words)
    assert meaning is not None
    assert meaning.name == "when"
    assert rule_of(meaning.slots, NOON) == Rule(
        datetime.strptime(f"2026-03-{expected[0]}", "%Y-%m-%d %H:%M"), expected[1]
    )


def test_tomorrow_morning_is_tomorrow_also_before_breakfast() -> None:
    meaning = sentences().match("tomorrow morning")
    assert meaning is not None
    assert rule_of(meaning.slots, NOON.replace(hour=5)) == Rule(datetime(2026, 3, 5, 8))


def test_a_very_moment_is_one_whatever_the_clock_shows() -> None:
    meaning = sentences().match("in half an hour")
    assert meaning is not None
    assert rule_of(meaning.slots, NOON) == Rule(datetime(2026, 3, 4, 12, 30, tzinfo=UTC))


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("words", TIMES)
def test_whenever_it_is_said_it_lies_ahead(words: str, hour: int) -> None:
    meaning = sentences().match(words)
    assert meaning is not None
    rule = rule_of(meaning.slots, NOON.replace(hour=hour, minute=40))
    assert rule is not None
    assert rule.days or rule.begins > datetime(2026, 3, 4, hour, 40)


@pytest.mark.parametrize("now", [datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(2028, 2, 29, 22, 0, tzinfo=UTC)])
@pytest.mark.parametrize("words", TIMES)
def test_at_the_end_of_months_and_years_too(words: str, now: datetime) -> None:
    meaning = sentences().match(words)
    assert meaning is not None
    assert rule_of(meaning.slots, now) is not None


WORDS = {
    "call my mother": ("call my mother", False),
    "call my mother tomorrow at half past six": ("call my mother", True),
    "go for a walk every sunday afternoon at three": ("go for a walk", True),
    "water the plants at 9:30pm": ("water the plants", True),
    "buy flowers for friday": ("buy flowers for friday", False),
    "call number nine": ("call number nine", False),
    "tonight": ("", True),
}


@pytest.mark.parametrize(("said", "expected"), WORDS.items(), ids=WORDS)
def test_a_time_at_the_end_is_no_part_of_the_words(said: str, expected: tuple[str, bool]) -> None:
    about, slots = split(said, setting())
    assert (about, bool(slots)) == expected


SENTENCES = {
    "remind us every evening at nine thirty": (Kind.TOGETHER, "", "", False),
    "remind us of our coffee ritual every weekday at seven": (Kind.RITUAL, "coffee", "", False),
    "could you remind us tomorrow of our evening reflection": (Kind.RITUAL, "evening", "", False),
    "set a reminder for us to do our coffee ritual tomorrow at eight": (Kind.RITUAL, "coffee", "", False),
    "remind me to thank sam on friday": (Kind.THANKS, "Sam", "Alex", True),
    "remind me every friday to thank alex": (Kind.THANKS, "Alex", "Sam", True),
    "remind alex to thank sam tomorrow": (Kind.THANKS, "Sam", "Alex", True),
    "remind us to thank each other every sunday": (Kind.THANKS, "", "", False),
    "remind us tonight at eleven to lock the door": (Kind.WORDS, "lock the door", "", False),
    "remind Alex to water the plants at 9:30pm": (Kind.WORDS, "water the plants", "Alex", True),
    "remind me on friday to call Mum": (Kind.WORDS, "call Mum", "", True),
    "remind both of us tomorrow about the party": (Kind.WORDS, "the party", "", False),
    "remind us every day but eight": (Kind.TOGETHER, "", "", False),
}
"""The last one is how "at eight" is often heard."""


@pytest.mark.parametrize(("said", "expected"), SENTENCES.items(), ids=SENTENCES)
def test_what_a_sentence_asks_to_be_reminded_of(said: str, expected: tuple[Kind, str, str, bool]) -> None:
    meaning = sentences().match(said)
    assert meaning is not None
    assert meaning.name == "remind"
    assert meaning.slots.get("tail") != "unclear"
    draft = drafted(meaning.slots, setting(), NOON)
    assert (draft.kind, draft.about, draft.owner, draft.private) == expected
    assert not draft.lacks_time


@pytest.mark.parametrize("said", ["remind us every what ever", "remind us tonight a date", "remind me at nine to"])
def test_what_dictation_did_not_make_out_is_asked_for_again(said: str) -> None:
    stage = Stage()
    lines = [action.line for action in stage.say(said) if isinstance(action, Say)]
    assert lines == ["first_not_understood"]
    assert stage.memory().reminders == ()


@pytest.mark.parametrize("said", ["remind us what we appreciated this week", "remind us of a nice moment"])
def test_looking_back_is_no_reminder(said: str) -> None:
    meaning = sentences().match(said)
    assert meaning is not None
    assert meaning.name == "recall"


def test_phrases_to_listen_for_stay_few() -> None:
    own = {"remind", "when", "for_both", "list_reminders", "cancel_reminder", "snooze"}
    assert sum(phrase.intent in own for phrase in sentences().phrases()) < 650


def test_a_disk_that_refuses_is_told_and_the_reminder_stays_for_now() -> None:
    stage = Stage()
    asked = stage.talk.react(understanding().typed("remind us tonight", stage.listening.mode), stage.now)  # type: ignore[union-attr]
    assert isinstance(asked[-1], Remind)
    told = stage.talk.react(RemindersNotKept("The disk is full."), stage.now)
    assert [action.line for action in told if isinstance(action, Say)] == ["reminder_not_kept"]
    assert isinstance(told[-1], Listen)


def test_without_consent_nobodys_words_are_kept_but_rituals_are() -> None:
    stage = Stage(consent=Consent.REFUSED)
    stage.say("remind us to buy a present tomorrow")
    assert stage.memory().reminders == ()
    stage.say("remind us of our coffee ritual tomorrow")
    assert [one.kind for one in stage.memory().reminders] == [Kind.RITUAL]


def test_quiet_hours_are_told_of_when_a_reminder_falls_into_them() -> None:
    stage = Stage(quiet_hours=QuietHours(time(22), time(7)))
    lines = [action.line for action in stage.say("remind us every night at eleven") if isinstance(action, Say)]
    assert lines == ["reminder_set_together", "reminder_quiet"]


def test_whoever_takes_their_words_back_takes_their_reminders_along() -> None:
    stage = Stage()
    for said in ("thank sam for the soup", "remind me to buy a present tomorrow", "this is alex"):
        stage.say(said)
    stage.say("remind us to water the plants tomorrow")
    assert len(stage.memory().reminders) == 2
    for said in ("forget everything i said", "this is alex", "yes"):
        stage.say(said)
    assert [one.about for one in stage.memory().reminders] == ["water the plants"]


def test_thanks_are_worded_anew_each_time() -> None:
    stage = Stage()
    stage.say("remind us to thank each other every day at one")
    said = [
        action.text
        for _ in range(6)
        for action in stage.pass_time(hours=24 if stage.now.hour == 13 else 1)
        if isinstance(action, Say)
    ]
    assert len(said) >= 5
    assert all(one != other for one, other in pairwise(said))
    assert len(set(said)) >= 3


@pytest.mark.parametrize(
    ("said", "line", "answer", "days"),
    [
        ("remind us to thank each other every day at one", "reminder_thanks_each", "", 1),
        ("remind me every friday at one to thank alex", "reminder_thanks", "yes", 7),
    ],
)
def test_thanks_are_worded_anew_each_time_after_restarts_too(said: str, line: str, answer: str, days: int) -> None:
    stage = Stage()
    stage.say(said)
    stage.now = NOON.replace(day=6, hour=13)
    told = []
    for _ in range(6):
        actions = [*stage.pass_time(seconds=1), *(stage.say(answer) if answer else [])]
        told += [action.text for action in actions if isinstance(action, Say) and action.line == line]
        stage = stage.restart()
        stage.now = stage.now.replace(hour=13, minute=0, second=0) + timedelta(days=days)
    assert len(set(told)) == len(told) == 6


def test_what_rings_again_and_again_in_a_forgotten_pause_is_told_once_when_that_ends() -> None:
    stage = Stage()
    stage.say("remind us to water the plants in ten minutes")
    stage.start("coffee")
    stage.say("pause")
    told = [action for _ in range(40) for action in stage.pass_time(minutes=15)]
    assert not [action for action in told if isinstance(action, Say)]
    lines = [action.line for action in stage.quiet() if isinstance(action, Say)]
    assert lines == ["ritual_done_early", "reminder_words"]
    assert stage.memory().reminders == ()


# ---------------------------------------------------------------- properties

MOVES = st.sampled_from(
    [
        "remind us every evening at nine thirty",
        "remind me to call my mother",
        "remind me to thank sam on friday",
        "remind us of our coffee ritual tomorrow",
        "in ten minutes",
        "at seven",
        "this is sam",
        "both of us",
        "yes",
        "no",
        "later",
        "snooze",
        "cancel the evening one",
        "the first one",
        "what reminders do we have",
        "scrap that",
        "start our coffee ritual",
        "stop",
        "i appreciate that you cooked",
        "repeat",
        "(quiet)",
        "(10 minutes)",
        "(9 hours)",
        "(1 day)",
    ]
)


def move(stage: Stage, what: str) -> list[object]:
    match what:
        case "(quiet)":
            return list(stage.quiet())
        case "(10 minutes)":
            return list(stage.pass_time(minutes=10))
        case "(9 hours)":
            return list(stage.pass_time(hours=9))
        case "(1 day)":
            return list(stage.pass_time(days=1))
        case _:
            return list(stage.say(what))


@given(st.lists(MOVES, max_size=25), st.integers(0, 9))
@settings(max_examples=120, deadline=None)
def test_any_sequence_leaves_a_conversation_that_listens_and_reminders_that_are_whole(
    moves: list[str], seed: int
) -> None:
    stage = Stage(seed=seed)
    for what in moves:
        actions = move(stage, what)
        audible = [at for at, action in enumerate(actions) if isinstance(action, Say | Hush)]
        listening = [at for at, action in enumerate(actions) if isinstance(action, Listen | Wait | End)]
        assert not audible or max(listening, default=-1) > max(audible), what
        if stage.talk.ritual:
            assert not any(isinstance(a, Say) and a.line.startswith("reminder") for a in actions), what
    kept = stage.memory().reminders
    assert len({one.id for one in kept}) == len(kept)
    assert not any(one.over() for one in kept)


@given(st.lists(st.sampled_from(["start our coffee ritual", "stop", "(10 minutes)", "repeat", "(quiet)"]), max_size=20))
@settings(max_examples=60, deadline=None)
def test_one_reminder_is_told_once(moves: list[str]) -> None:
    stage = Stage()
    stage.say("remind us to water the plants in ten minutes")
    told = [a for what in [*moves, "stop", "(10 minutes)", "stop"] for a in move(stage, what)]
    spoken = [a for a in told if isinstance(a, Say) and a.line == "reminder_words"]
    repeated = moves.count("repeat")
    assert 1 <= len(spoken) <= 1 + repeated
    assert stage.memory().reminders == ()
