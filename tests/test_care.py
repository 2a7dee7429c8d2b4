"""Care: help at every moment, and a concern that ends everything and leaves nothing, in every session there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from assistant.config import Config
from assistant.conversation.program import DELICATE, HELP
from assistant.events import Action, Elapsed, Listen, Remember, Save, Say, Wait
from assistant.folders import Folders
from assistant.household import load_rituals, load_setting
from prompts.contacts import contacts, countries, emergency
from prompts.lines import Lines
from tests.stage import Stage, rituals

NOWHERE = Folders(Path("/nowhere/config.toml"), Path("/nowhere/data"), Path("/nowhere/cache"))
CONCERN = "alex hits me because of the wombat"
EMERGENCY = "i want to die said the vulture"
LONGEST = 60
"""More moments than any session has."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one sentence led to."""

    said: list[Say]
    """What was spoken, in this order."""
    saved: list[Save]
    """What was to be written."""
    remembered: list[Remember]
    """Facts that were to be kept or forgotten."""


def heard(actions: list[Action]) -> Heard:
    return Heard(
        [action for action in actions if isinstance(action, Say)],
        [action for action in actions if isinstance(action, Save)],
        [action for action in actions if isinstance(action, Remember)],
    )


def moments(ritual: str, seed: int = 1) -> Iterator[Stage]:
    """The session at each of its moments, from the first question to the last; what is said to it changes it."""
    for count in range(LONGEST):
        stage = begun(ritual, seed)
        for _ in range(count):
            answer(stage)
        if stage.talk.ritual != ritual:
            return
        yield stage
    raise AssertionError(f"{ritual} does not end")


def begun(ritual: str, seed: int = 1) -> Stage:
    stage = Stage(seed=seed)
    stage.start(ritual)
    if not stage.talk.ritual:
        stage.say("this is sam")
    return stage


def answer(stage: Stage) -> None:
    """Whatever moves it on."""
    before = len(stage.actions)
    if waits(stage):
        stage.happen(Elapsed())
        return
    for words in ("yes", "seven", "number one", "friday", "something ordinary"):
        told = heard(stage.say(words)).said
        if not stage.talk.ritual or any("." in say.line for say in told) or waits(stage):
            return
    stage.say("skip")
    assert len(stage.actions) > before


def waits(stage: Stage) -> bool:
    """Whether a time passes in quiet."""
    return isinstance(stage.listening, Wait)


RITUALS = sorted(rituals())


@pytest.mark.parametrize("ritual", RITUALS)
def test_help_and_contacts_names_every_category_at_every_moment(ritual: str) -> None:
    seen = 0
    for stage in moments(ritual):
        before = stage.listening
        told = heard(stage.say("help and contacts"))
        assert [say.line for say in told.said] == ["help_contacts_intro", "contact"]
        assert told.saved == []
        assert stage.talk.ritual == ritual, "and it goes on"
        assert isinstance(stage.listening, type(before))
        seen += 1
    assert seen >= 1


def test_help_and_contacts_works_between_sessions_in_a_pause_and_under_a_question() -> None:
    stage = Stage()
    assert heard(stage.say("help and contacts")).said[0].line == "help_contacts_intro"
    stage.start("coffee")
    stage.say("pause")
    assert heard(stage.say("help and contacts")).said[0].line == "help_contacts_intro"


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_category_is_named_whatever_was_said(language: str) -> None:
    (intro,) = every_wording(language, "help_contacts_intro")
    named = {"en": ("emergency", "dark thoughts", "children", "afraid"), "de": ("Not", "Gedanken", "Kinder", "Angst")}
    assert all(word in intro for word in named[language])


def every_wording(language: str, key: str) -> set[str]:
    lines = Lines(language)
    return {lines.pick(key, Random(seed)) for seed in range(8)}


@pytest.mark.parametrize("country", countries())
def test_every_number_of_a_country_is_told_with_what_it_is_for(country: str) -> None:
    config = Config(folders=NOWHERE, country=country)
    told = load_setting(config, load_rituals(config)).say_contacts()
    assert told[0].line == "help_contacts_intro"
    assert len(told) == 1 + len(contacts(country))
    for say, contact in zip(told[1:], contacts(country), strict=True):
        assert contact.what in say.text
        assert contact.spoken in say.text
    for contact in contacts(country):
        assert contact.source
        assert contact.checked.year >= 2026
    assert any(contact.emergency for contact in contacts(country))


@pytest.mark.parametrize("ritual", RITUALS)
def test_a_concern_ends_every_moment_with_the_routine_line_and_leaves_nothing(ritual: str) -> None:
    for stage in moments(ritual):
        entries, routine = len(stage.entries), routine_line()
        told = heard(stage.say(CONCERN))
        assert [say.text for say in told.said] == [routine]
        assert told.saved == []
        assert len(stage.entries) == entries
        assert all(not fact.value for fact in told.remembered), "facts are only forgotten"
        assert stage.talk.ritual == ""
        assert isinstance(stage.listening, Listen)
        assert "wombat" not in repr(stage.facts) + repr(stage.actions)
        assert stage.memory().unfinished is None


def routine_line() -> str:
    """What is said when somebody just says stop."""
    stage = begun("coffee")
    (line,) = heard(stage.say("stop")).said
    return line.text


def test_the_routine_line_is_always_the_same_one() -> None:
    assert every_wording("en", "stopped") == {"Let's stop here. Say help and contacts any time."}
    assert len(every_wording("de", "stopped")) == 1


@pytest.mark.parametrize("words", [CONCERN, EMERGENCY])
def test_afterwards_nothing_delicate_is_led_and_no_joint_help(words: str) -> None:
    stage = begun("coffee")
    stage.say(words)
    for ritual in rituals().values():
        if ritual.practice not in (*DELICATE, HELP):
            continue
        told = heard(stage.start(ritual.id))
        assert stage.talk.ritual == "", ritual.id
        assert told.said[0].line in ("not_now", "help_contacts_intro")
    stage.start("coffee")
    assert stage.talk.ritual == "coffee", "all else goes on"


def test_which_practices_are_delicate() -> None:
    assert set(DELICATE) == {"forgiveness", "issues", "listening"}
    assert {ritual.practice for ritual in rituals().values()} >= {"forgiveness", "issues", "listening"}


@pytest.mark.parametrize("number", ["1 1 2", ""])
def test_an_emergency_names_the_number_in_one_sentence_and_says_that_it_cannot_call(number: str) -> None:
    stage = Stage(emergency_number=number)
    stage.start("coffee")
    told = heard(stage.say(EMERGENCY))
    (line,) = told.said
    assert line.text.count(".") == 1
    assert (number or "your emergency number") in line.text
    assert "cannot call" in line.text
    assert told.saved == []
    assert stage.talk.ritual == ""
    assert "vulture" not in repr(stage.actions)


@pytest.mark.parametrize("country", countries())
def test_the_emergency_number_is_that_of_the_country(country: str) -> None:
    config = Config(folders=NOWHERE, country=country)
    line = load_setting(config, load_rituals(config)).say_emergency()
    urgent = emergency(country)
    assert urgent is not None
    assert " ".join(urgent.number) in line.text.replace(",", "")


def test_nothing_of_a_concern_can_be_asked_for_again() -> None:
    stage = begun("coffee")
    stage.say("a quiet day")
    stage.say(CONCERN)
    for words in ("repeat", "scrap that", "forget that", "more", "who said that", "that was just for me"):
        told = heard(stage.say(words))
        assert not any("wombat" in say.text for say in told.said)
        assert told.saved == []
