"""Soft sounds: there, short, equally loud, without clicks."""

from __future__ import annotations

import math
from array import array
from itertools import pairwise

import pytest

from assistant.events import Earcon
from audio.earcons import EARCONS, LOUDNESS, earcon


def test_every_earcon_of_the_conversation_has_a_sound() -> None:
    assert set(EARCONS) == {str(name) for name in Earcon}


@pytest.mark.parametrize("name", EARCONS)
def test_a_sound_is_short_soft_and_without_clicks(name: str) -> None:
    clip = earcon(name)
    samples = array("h", clip.pcm)
    assert clip.rate == 22_050
    assert 0.1 < clip.seconds < 1.0
    level = 20 * math.log10(math.sqrt(sum(sample**2 for sample in samples) / len(samples)) / 32_768)
    assert abs(level - LOUDNESS) < 1
    assert max(abs(sample) for sample in samples) < 32_768 / 4
    assert max(abs(b - a) for a, b in pairwise(samples)) < 1_000
    assert samples[0] == samples[-1] == 0


def test_sounds_differ() -> None:
    assert len({earcon(name).pcm for name in EARCONS}) == len(EARCONS)


def test_a_sound_is_made_once() -> None:
    assert earcon("saved") is earcon("saved")
