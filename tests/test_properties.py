"""Whatever people say, in whatever order: the conversation stays valid, and nothing is kept that must not be."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation.consent import Consent
from assistant.events import Action, Chime, End, Hush, Listen, Save, Say, Wait
from tests.stage import Stage, rituals

CONTROLS = ("skip", "repeat", "pause", "go on", "pass", "scrap that", "how long is left", "help", "yes", "no", "done")
WORDS = ("the dog was so funny today", "we cooked together", "seven")
MOVES = st.sampled_from([*CONTROLS, *WORDS, "stop", "start our coffee ritual", "(quiet)"])
SEVERAL = settings(max_examples=60, deadline=None)


def play(stage: Stage, move: str) -> None:
    actions = stage.quiet() if move == "(quiet)" else stage.say(move)
    assert listening_comes_last(actions), move


def listening_comes_last(actions: Sequence[Action]) -> bool:
    """Whatever was said or sounded, the conversation then listens again, or is over."""
    audible = [index for index, action in enumerate(actions) if isinstance(action, Say | Chime | Hush)]
    listening = [index for index, action in enumerate(actions) if isinstance(action, Listen | Wait | End)]
    return not audible or (bool(listening) and max(listening) > max(audible))


@given(st.sampled_from(sorted(rituals())), st.lists(MOVES, max_size=25), st.integers(0, 99))
@SEVERAL
def test_any_sequence_of_words_leaves_a_conversation_that_can_go_on(ritual: str, moves: list[str], seed: int) -> None:
    stage = Stage(seed=seed)
    stage.start(ritual)
    for move in moves:
        play(stage, move)
    ids = [entry.id for entry in stage.entries]
    assert len(ids) == len(set(ids))
    stage.say("go on")
    stage.say("stop")
    assert stage.talk.ritual == ""
    stage.start(ritual)
    assert stage.talk.ritual == ritual


@given(st.sampled_from(sorted(rituals())), st.lists(st.sampled_from([*CONTROLS, *WORDS, "(quiet)"]), max_size=15))
@SEVERAL
def test_nothing_is_saved_while_paused(ritual: str, moves: list[str]) -> None:
    stage = Stage()
    stage.start(ritual)
    stage.say("pause")
    for move in moves:
        if move in ("go on", "stop", "(quiet)"):
            continue  # which end a pause
        play(stage, move)
    assert stage.entries == []
    assert stage.talk.ritual == ritual


@given(st.sampled_from(sorted(rituals())), st.lists(MOVES, max_size=25))
@SEVERAL
def test_without_consent_nothing_is_ever_saved(ritual: str, moves: list[str]) -> None:
    stage = Stage(consent=Consent.REFUSED)
    stage.start(ritual)
    for move in moves:
        play(stage, move)
    assert not any(isinstance(action, Save) for action in stage.actions)


@given(st.sampled_from(sorted(rituals())), st.lists(MOVES, max_size=20))
@SEVERAL
def test_off_the_record_keeps_no_words(ritual: str, moves: list[str]) -> None:
    stage = Stage()
    stage.say("off the record")
    stage.start(ritual)
    for move in moves:
        play(stage, move)
    assert all(not entry.text for entry in stage.entries)


@given(st.lists(MOVES, max_size=20))
@SEVERAL
def test_an_interrupted_session_is_offered_again_at_the_same_place(moves: list[str]) -> None:
    stage = Stage()
    stage.start("coffee")
    for move in moves:
        play(stage, move)
    going_on = stage.talk.ritual
    stage.interrupt()
    assert stage.talk.over
    again = Stage(memory=stage.memory(), now=stage.now)
    offered = any(isinstance(a, Say) and a.line == "ritual_resume_offer" for a in again.actions)
    left = stage.memory().unfinished
    assert offered == (left is not None)
    assert left is not None or not going_on
    if left is not None:
        assert going_on in ("", left.ritual)
        again.say("yes")
        assert again.talk.ritual == left.ritual
