"""Attention counts audio seconds: what the ear must listen for, when quiet is due, when time is up."""

from __future__ import annotations

from assistant.attention import Attention
from assistant.events import Elapsed, Listen, Quiet, Wait
from assistant.modes import Mode, Patience

TAIL = 0.3


def attentive(action: Listen | Wait) -> Attention:
    attention = Attention(lambda _: TAIL)
    attention.want(action)
    return attention


def test_listens_for_controls_only_while_speaking_and_for_what_was_wanted_afterwards() -> None:
    attention = attentive(Listen(Mode.ANSWERS, Patience.ANSWER, 15))
    attention.speak()
    assert attention.now.mode is Mode.CONTROLS
    attention.drained()
    assert attention.now == Listen(Mode.ANSWERS, Patience.ANSWER, 15)


def test_ignores_sound_for_the_tail_after_playback() -> None:
    attention = attentive(Listen(Mode.COMMANDS))
    deaf = [attention.deaf]
    attention.speak()
    deaf.append(attention.deaf)
    attention.drained()
    deaf.append(attention.deaf)
    for seconds in (TAIL - 0.1, 0.2):
        attention.advance(seconds)
        deaf.append(attention.deaf)
    assert deaf == [False, False, True, True, False]


def test_people_can_interrupt_speech_that_follows_at_once() -> None:
    attention = attentive(Listen(Mode.COMMANDS))
    attention.speak()
    attention.drained()
    attention.speak()
    assert not attention.deaf


def test_an_utterance_that_outlasts_our_own_speech_is_known() -> None:
    attention = attentive(Listen(Mode.ANSWERS))
    attention.speak()
    attention.onset()
    attention.advance(3.0)
    attention.drained()
    attention.advance(2.0)
    began = attention.heard()
    assert (began.mode, began.speaking, began.outlasted) == (Mode.CONTROLS, True, 2.0)


def test_being_silenced_without_having_spoken_leaves_it_listening() -> None:
    attention = attentive(Listen(Mode.COMMANDS))
    attention.drained()
    assert not attention.deaf


def test_quiet_is_due_once_and_counts_from_the_end_of_playback() -> None:
    attention = attentive(Listen(Mode.ANSWERS, Patience.ANSWER, 2.0))
    attention.speak()
    assert attention.advance(100.0) is None
    attention.drained()
    assert attention.advance(TAIL) is None
    assert attention.advance(1.9) is None
    due = attention.advance(0.2)
    assert isinstance(due, Quiet)
    assert due.seconds >= 2.0
    assert attention.advance(50.0) is None


def test_speech_holds_quiet_back_until_it_has_ended() -> None:
    attention = attentive(Listen(Mode.ANSWERS, Patience.ANSWER, 2.0))
    attention.advance(1.5)
    attention.onset()
    assert attention.advance(10.0) is None
    attention.heard()
    assert attention.advance(1.9) is None
    assert isinstance(attention.advance(0.2), Quiet)


def test_a_timer_runs_through_speech_and_ends_once() -> None:
    attention = attentive(Wait(60.0))
    assert attention.now.mode is Mode.CONTROLS
    attention.onset()
    assert attention.advance(59.0) is None
    assert attention.advance(1.5) == Elapsed()
    assert attention.advance(100.0) is None


def test_a_timer_that_is_asked_to_go_on_is_not_begun_again() -> None:
    attention = Attention(lambda _: 0.0)
    attention.want(Wait(10.0, goes_on=True))
    assert attention.left == 10.0
    assert attention.advance(4.0) is None
    attention.want(Wait(10.0, goes_on=True))
    assert attention.left == 6.0
    attention.want(Wait(10.0))
    assert attention.left == 10.0


def test_listening_without_a_limit_is_never_quiet() -> None:
    attention = attentive(Listen(Mode.COMMANDS))
    assert attention.advance(1e6) is None


def test_floor_time_rings_once_while_somebody_speaks_and_quiet_still_counts() -> None:
    attention = attentive(Listen(Mode.ANSWERS, Patience.ANSWER, 15.0, 60.0))
    attention.onset()
    assert attention.advance(59.0) is None
    assert attention.advance(2.0) == Elapsed()
    assert attention.advance(100.0) is None
    attention.heard()
    assert isinstance(attention.advance(15.5), Quiet)
