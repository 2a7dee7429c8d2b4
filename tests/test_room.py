"""Microphones in a living room: switched off, too much for a busy computer, another one made the default."""

from __future__ import annotations

import pytest

from audio.frame_watch import GAP, WINDOW, FrameWatch
from audio.microphone import CALM_BLOCKS
from tests.virtual_card import VirtualCard

MODULE = "room_programs"
CHUNK, ZEROS = b"\1\0" * 512, bytes(1_024)
SECONDS = 0.032


def fed(watch: FrameWatch, begin: float, seconds: float, late: float = 0.0, pcm: bytes = CHUNK) -> float:
    """Chunks arrive for so long, each `late`; returns the moment after them."""
    chunks = round(seconds / SECONDS)
    for number in range(1, chunks + 1):
        watch.arrived(pcm, begin + number * SECONDS + late)
    return begin + chunks * SECONDS


def test_sound_that_is_late_is_not_lost() -> None:
    watch = FrameWatch()
    now = fed(watch, 0.0, 30.0)
    now = fed(watch, now, 5.0, late=3.0)
    fed(watch, now, 60.0)
    assert watch.gaps == 0


@pytest.mark.parametrize("lost", [2 * GAP, 5.0])
def test_sound_that_never_comes_is_counted_once(lost: float) -> None:
    watch = FrameWatch()
    now = fed(watch, 0.0, 30.0)
    fed(watch, now + lost, 3 * WINDOW)
    assert watch.gaps == 1
    watch.begin(1_000.0)
    fed(watch, 1_000.0, 3 * WINDOW)
    assert watch.gaps == 1


def test_clocks_that_part_slowly_lose_nothing() -> None:
    watch = FrameWatch()
    for number in range(1, 200_000):
        watch.arrived(CHUNK, number * SECONDS * 1.0002)
    assert watch.gaps == 0


def test_only_long_dead_silence_means_that_the_microphone_is_off() -> None:
    watch, now, dead = FrameWatch(dead_after=10.0), 0.0, []
    for seconds, pcm in ((9, ZEROS), (1, CHUNK), (9, ZEROS), (2, ZEROS), (1, CHUNK), (19, ZEROS), (2, ZEROS)):
        now = fed(watch, now, seconds, pcm=pcm)
        dead.append(watch.dead)
    assert dead == [False, False, False, True, False, False, True], "who was not off is asked less readily"


@pytest.mark.card
def test_a_microphone_that_is_switched_off_is_told_once_and_again_less_readily(card: VirtualCard) -> None:
    found = card.run("switched_off", MODULE)
    assert found["told"]
    assert 0.9 < found["after"] < 6
    assert found["lost"]
    assert found["back"]
    assert found["heard"]
    assert found["patient"]
    assert found["again"]


@pytest.mark.card
def test_sound_comes_in_larger_pieces_while_nobody_speaks(card: VirtualCard) -> None:
    found = card.run("calm", MODULE)
    assert found["calm"] == CALM_BLOCKS * found["busy"]
    assert found["whole"]


@pytest.mark.card
def test_sound_that_was_missed_is_told_and_hearing_goes_on(card: VirtualCard) -> None:
    found = card.run("stalled", MODULE)
    assert found["told"] == ["Some sound was missed: this computer is very busy, or was asleep."]
    assert found["missed"] > 0
    assert found["again"]


@pytest.mark.card
def test_sound_is_whole_although_the_thread_that_takes_it_is_held_up(card: VirtualCard) -> None:
    found = card.run("held_up", MODULE)
    assert found == {"whole": True, "missed": 0, "told": []}


@pytest.mark.card
def test_a_microphone_that_another_program_has_at_the_start_is_told_and_heard_once_it_is_free(
    card: VirtualCard,
) -> None:
    found = card.run("taken", MODULE)
    assert found["told"] == ["I can't hear you: the microphone gives no sound. Looking for it.", ""]
    assert found["lost"]
    assert found["back"]
    assert found["again"]


@pytest.mark.card
def test_another_default_microphone_is_followed(card: VirtualCard) -> None:
    found = card.run("other_default", MODULE)
    assert found["first"]
    assert found["second"]
    assert found["told"] == []


@pytest.mark.card
def test_a_microphone_is_found_by_what_people_call_it_and_again_when_it_is_back(card: VirtualCard) -> None:
    found = card.run("named", MODULE)
    assert found["names"][-2:] == ["Desk Microphone", "Kitchen Microphone"]
    assert found["first"]
    assert not found["other"], "another microphone than the one that was named is heard"
    assert found["lost"]
    assert found["back"]
    assert found["again"]
    assert found["spoken"]
