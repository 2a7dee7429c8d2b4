"""What waits for a later step or another day: sittings, words held back, branches, and what an interruption leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.conversation.memory import SITTINGS_KEY, UNFINISHED_KEY, Memory, Rest
from assistant.events import Action, Save, Say, Wait
from prompts.loader import load_rituals
from prompts.types import Ritual
from tests.stage import Stage
from tests.stage import rituals as known

TWO_DAYS = """
language: en
id: plans
title: plans
called: [plans]
minutes: 10
steps:
  - id: kind
    say: Is it for the summer?
    expects: yes_no
  - id: idea
    say: "{name}, what is your idea?"
    who: each
    expects: words
    save_as: wish
    ends_sitting: true
  - id: summer
    say: So it is the summer, you said {answer.kind}.
    only_if: {step: kind, answer: "yes"}
  - id: winter
    say: So it is the winter.
    only_if: {step: kind, answer: "no"}
  - id: sure
    say: "{name}, are you sure?"
    who: each
    expects: yes_no
  - id: both
    say: You are both sure.
    only_if: {step: sure, answer: "yes"}
  - id: note
    say: What shall I repeat?
    expects: words
  - id: close
    say: You said, {answer.note}.
"""


@pytest.fixture
def plans(tmp_path: Path) -> dict[str, Ritual]:
    return {"plans": loaded(tmp_path, TWO_DAYS)}


def loaded(folder: Path, text: str) -> Ritual:
    (folder / "plans.yaml").write_text(text, encoding="utf-8")
    return next(ritual for ritual in load_rituals("en", [folder]) if ritual.id == "plans")


def texts(actions: list[Action]) -> list[str]:
    return [action.text for action in actions if isinstance(action, Say)]


def lines(actions: list[Action]) -> list[str]:
    return [action.line for action in actions if isinstance(action, Say)]


def again(stage: Stage, rituals: dict[str, Ritual], **later: float) -> Stage:
    """The program is started anew, after a while, over the same facts."""
    following = Stage(memory=stage.memory(), now=stage.now + timedelta(**later), rituals=rituals)
    following.facts = {**stage.facts, **following.facts}
    return following


def test_a_sitting_ends_once_both_have_answered_and_the_next_one_knows_the_branch(plans: dict[str, Ritual]) -> None:
    stage = Stage(rituals=plans)
    stage.start("plans")
    stage.say("yes")
    assert texts(stage.say("a boat trip"))[-1] == "Alex, what is your idea?"
    assert "another day" in texts(stage.say("a long walk"))[-1]
    assert stage.talk.ritual == ""
    stage = again(stage, plans, days=5)
    done = texts(stage.start("plans"))
    assert "So it is the summer, you said yes." in done
    assert "So it is the winter." not in done


def test_what_rests_is_known_from_before_answers_were_kept_with_it() -> None:
    facts = {SITTINGS_KEY: '{"plans":2,"tea":{"beat":3,"answers":{"kind":"no"}}}'}
    assert Memory.load(lambda key: facts.get(key, "")).sittings == {"plans": Rest(2), "tea": Rest(3, {"kind": "no"})}


def test_a_ritual_that_became_shorter_while_it_rested_begins_anew(plans: dict[str, Ritual]) -> None:
    shorter = {"plans": replace(plans["plans"], steps=plans["plans"].steps[:1])}
    stage = Stage(memory=Memory(sittings={"plans": Rest(2)}), rituals=shorter)
    assert texts(stage.start("plans"))[-1] == "Is it for the summer?"


def test_words_are_read_back_where_a_step_asks_for_them(plans: dict[str, Ritual]) -> None:
    stage = Stage(memory=Memory(sittings={"plans": Rest(7)}), rituals=plans)
    stage.start("plans")
    assert "You said, the old mill." in texts(stage.say("the old mill"))
    assert "the old mill" not in str(stage.facts)


def test_a_yes_of_each_is_asked_of_both_again_after_an_interruption(plans: dict[str, Ritual]) -> None:
    stage = Stage(memory=Memory(sittings={"plans": Rest(3, {"kind": "no"})}), rituals=plans)
    stage.start("plans")
    assert texts(stage.say("yes"))[-1] == "Alex, are you sure?"
    stage.interrupt()
    stage = again(stage, plans, hours=1)
    assert texts(stage.say("yes"))[-1] == "Sam, are you sure?"
    stage.say("yes")
    assert "You are both sure." in texts(stage.say("yes"))


def test_a_session_that_keeps_no_words_goes_on_in_the_branch_where_it_was_interrupted() -> None:
    stage = Stage()
    stage.say("phones away for ten minutes")
    stage.elapse()
    stage.interrupt()
    stage = stage.restart()
    assert stage.talk.ritual == ""
    resumed = stage.say("yes")
    assert [action.seconds for action in resumed if isinstance(action, Wait)] == [120]
    assert '"ten minutes"' in stage.facts[UNFINISHED_KEY]


def test_words_that_wait_to_be_read_are_asked_for_again_after_an_interruption() -> None:
    stage = Stage()
    stage.start("two_letters")
    stage.say("yes")
    stage.say("that i miss the sea")
    stage.interrupt()
    stage = stage.restart()
    assert texts(stage.say("yes"))[-1].startswith("Sam, please speak so that Alex cannot hear it.")
    assert not [fact for fact in stage.facts.values() if "sea" in fact]


@pytest.mark.parametrize("who", ["first", "second"])
def test_scrap_that_takes_back_what_waits_to_be_read_and_only_that(who: str) -> None:
    stage = Stage(rituals=with_a_last_word())
    stage.start("two_letters")
    stage.say("yes")
    stage.say("that i miss the sea")
    asked = "Sam"
    if who == "second":
        stage.say("that i am late too often")
        asked = "Alex"
    taken = stage.say("scrap that")
    assert lines(taken)[0] == "scrapped"
    assert texts(taken)[-1].startswith(f"{asked}, please speak")
    for words in ("that i like the rain", "that i like the snow")[: 2 if who == "first" else 1]:
        stage.say(words)
    read = "".join(texts(stage.say("yes")))
    assert "rain" in read
    assert ("the sea" in read) == (who == "second")
    assert "late" not in read
    assert lines(stage.say("scrap that")) == ["nothing_to_scrap"]


def with_a_last_word() -> dict[str, Ritual]:
    """Between the letters and their reading somebody is asked whether to read them."""
    letters = known()["two_letters"]
    ready = replace(letters.steps[0], id="ready", gate=False)
    at = next(place for place, step in enumerate(letters.steps) if step.id == "read")
    steps = (*letters.steps[:at], ready, letters.steps[at], *letters.steps[at + 2 :])
    return {"two_letters": replace(letters, steps=steps)}


def test_scrap_that_takes_back_what_waits_for_the_consent_of_both() -> None:
    stage = Stage()
    stage.start("listening")
    stage.say("yes")
    stage.say("yes")
    stage.say("i was cold to you and i know it")
    assert lines(stage.say("scrap that"))[0] == "scrapped"
    stage.say("i was tired all week")
    stage.elapse()
    stage.say("no")
    stage.elapse()
    stage.say("no")
    stage.say("yes")
    assert lines(stage.say("yes"))[0] == "saved"
    kept = [action.entry.text for action in stage.actions if isinstance(action, Save) and action.entry.text]
    assert kept == ["i was tired all week"]
