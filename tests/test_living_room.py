"""What it says comes back into its ears: it does not answer itself, can be stopped, and hears a hasty answer.

A slice of what `python -m tests.torture.echo` does for an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.household import build_voice
from assistant.loop import INTERRUPTED, INTERRUPTED_SURE
from audio.files import resampled
from audio.types import EAR_RATE, AudioChunk, Heard, Hearing
from audio.without_echo import UNMEASURED
from tests.echo_trials import ESPEAK, answers, stops, talks
from tests.living_room import Acoustics, living_room
from tests.partners import likeness
from tests.spoken_household import SpokenHousehold, spoken_household

pytestmark = pytest.mark.spoken

NEAR, FAR = Acoustics(0.06, 0.0, 0.3), Acoustics(0.4, -6.0, 0.5)
ANSWER = "i look forward to our dinner"
LINES = ("help", "start our coffee ritual", "sam", "my day is full of meetings", "skip", "stop")


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpokenHousehold]:
    with ExitStack() as stack:
        yield spoken_household(tmp_path_factory.mktemp("household"), stack)


@pytest.mark.parametrize("cancels", [True, False])
@pytest.mark.parametrize("acoustics", [NEAR, FAR], ids=str)
def test_it_does_not_answer_itself(
    household: SpokenHousehold, acoustics: Acoustics, cancels: bool, tmp_path: Path
) -> None:
    hearing = replace(household.config.hearing, echo_cancellation=cancels)
    household = replace(household, config=replace(household.config, hearing=hearing))
    with living_room(household, acoustics, tmp_path / "journal") as at:
        talks(at, LINES)
        assert at.self_triggers == []
        assert at.room.sounded > 30 * 16_000


def test_stop_is_obeyed_over_its_own_voice(household: SpokenHousehold, tmp_path: Path) -> None:
    with living_room(household, NEAR, tmp_path / "journal") as at:
        talks(at, ("help",))
        found = stops(at, ESPEAK[1:6])
    assert sum(stop.obeyed for stop in found) >= 4, found


def test_the_name_of_a_ritual_is_no_control(household: SpokenHousehold) -> None:
    household.ear.listen_for(Hearing.CONTROLS, INTERRUPTED, INTERRUPTED_SURE)
    with closing(build_voice(household.config)) as voice:
        for ritual in household.rituals:
            said = resampled(voice.render(f"{ritual.title.capitalize()}."), EAR_RATE).pcm
            noticed = household.ear.hear(AudioChunk(said + bytes(2 * EAR_RATE)))
            heard = [one.phrase.text for one in noticed if isinstance(one, Heard) and one.phrase]
            assert not any(household.understanding.works_always(text) for text in heard), heard
            assert sum(isinstance(one, Heard) for one in noticed), f"{ritual.title} was not heard at all"


@pytest.mark.parametrize(("after", "cancels"), [(0.1, True), (0.3, True), (0.5, False)])
def test_an_answer_at_once_is_heard(household: SpokenHousehold, after: float, cancels: bool, tmp_path: Path) -> None:
    hearing = replace(household.config.hearing, echo_cancellation=cancels)
    household = replace(household, config=replace(household.config, hearing=hearing))
    with living_room(household, NEAR, tmp_path / "journal") as at:
        talks(at, ("help",))
        (heard,) = answers(at, ESPEAK[0], ANSWER, after)
    assert likeness(heard, ANSWER) > 0.8, heard


def test_the_tail_is_measured(household: SpokenHousehold, tmp_path: Path) -> None:
    hearing = replace(household.config.hearing, echo_cancellation=False)
    household = replace(household, config=replace(household.config, hearing=hearing))
    with living_room(household, FAR, tmp_path / "journal") as at:
        assert at.echo.tail(hearing.tail) == UNMEASURED
        talks(at, ("help",))
        assert FAR.delay < at.echo.tail(hearing.tail) < FAR.delay + FAR.reverberation + 0.1
