"""A loop that hangs is noticed from outside, told aloud, and ended when there is no hope."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.inbox import Inbox, Line
from assistant.watchdog import BEHIND, GIVES_UP, GOES_ON, HANGS, TOO_SLOW, Limits, Watchdog
from tests.listening import listening, set_up
from tests.virtual_card import VirtualCard

QUICK = Limits(every=0.02, stuck=0.2, hopeless=0.6)


class Watched:
    """An inbox, and what was said of it."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.told: list[str] = []
        self.given_up: list[bool] = []
        self.dog = Watchdog(self.inbox, self.told.append, lambda: self.given_up.append(True), QUICK)


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched()
    yield made
    made.dog.close()


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def test_an_empty_inbox_hangs_nobody(watched: Watched) -> None:
    time.sleep(3 * QUICK.hopeless)
    assert watched.told == []


def test_a_loop_that_hangs_is_told_once_and_that_it_goes_on(watched: Watched) -> None:
    watched.inbox.put(Line("hello"))
    assert until(lambda: watched.told == [HANGS])
    watched.inbox.get(speaking=False)
    assert until(lambda: watched.told == [HANGS, GOES_ON])
    assert watched.given_up == []


def test_a_loop_without_hope_is_ended(watched: Watched) -> None:
    watched.inbox.put(Line("hello"))
    assert until(lambda: bool(watched.given_up))
    assert watched.told[:2] == [HANGS, GIVES_UP]


def test_a_loop_that_does_not_keep_up_is_told_once(watched: Watched) -> None:
    for number in range(BEHIND + 100):
        watched.inbox.put(Line(str(number)))
    for _ in range(50):
        watched.inbox.get(speaking=False)
        time.sleep(0.02)
    assert watched.told == [TOO_SLOW]


@pytest.mark.card
@pytest.mark.e2e
@pytest.mark.spoken
def test_a_decoder_that_hangs_is_told_aloud(card: VirtualCard, tmp_path: Path) -> None:
    set_up(tmp_path)
    env = {key: card.env[key] for key in ("XDG_RUNTIME_DIR", "PULSE_SERVER", "PULSE_SOURCE", "PULSE_SINK")}
    program = [sys.executable, "-m", "tests.room_programs", "with_a_decoder_that_hangs"]
    with card.capture() as capture, listening(tmp_path, env=env, program=program) as hearth:
        hung = hearth.wait_for("error", message=HANGS)
        assert until(lambda: capture.first_sound(hearth.shown[hung].when) > 0), "nothing was said aloud"
        hearth.wait_for("error", after=hung, message=GOES_ON)
