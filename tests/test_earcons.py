"""Soft sounds: there, short, equally loud, without clicks; their loudness as broadcasters measure it."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from array import array
from contextlib import closing
from itertools import pairwise

import pytest

from assistant.earcon import Earcon
from audio.earcons import EARCONS, LOUDNESS, earcon
from audio.types import Clip
from audio.voice import Pyttsx3Voice

SPOKEN = ("What did you appreciate about each other this week?", "Sit down with your cups.", "Thank you both.")
NEAR = 1.0
"""LU between sounds that are equally loud; people notice less than that in no programme (EBU R 128: ±0.5 is exact)."""
BELOW = 10.0
"""LU by which an earcon is softer than speech."""


def lufs(pcm: bytes, rate: int) -> float:
    """Integrated loudness by EBU R 128, as ffmpeg's filter ebur128 measures it."""
    form = ["-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "-"]
    command = ["ffmpeg", "-hide_banner", "-nostats", *form, "-af", "ebur128", "-f", "null", "-"]
    done = subprocess.run(command, input=pcm, capture_output=True, timeout=60, check=True)
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", done.stderr.decode())[-1])


def spoken(name: str) -> Clip:
    """Three sentences of a voice."""
    with closing(Pyttsx3Voice(name)) as voice:
        clips = [voice.render(text) for text in SPOKEN]
    return Clip(b"".join(clip.pcm for clip in clips), clips[0].rate)


@pytest.fixture(scope="module")
def speech() -> float:
    """Loudness of the default voice."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg")
    clip = spoken("")
    return lufs(clip.pcm, clip.rate)


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


@pytest.mark.spoken
@pytest.mark.parametrize("name", EARCONS)
def test_a_sound_is_as_much_softer_than_speech_as_every_other(name: str, speech: float) -> None:
    clip = earcon(name)  # repeated, since the standard measures blocks of 400 ms
    assert abs(speech - BELOW - lufs(clip.pcm * 30, clip.rate)) <= NEAR


@pytest.mark.spoken
@pytest.mark.parametrize("name", ["en-gb", "en-us+f3", "en-us+m3", "de"])
def test_other_voices_are_as_loud(name: str, speech: float) -> None:
    clip = spoken(name)
    assert abs(speech - lufs(clip.pcm, clip.rate)) <= 1.5 * NEAR


def test_sounds_differ() -> None:
    assert len({earcon(name).pcm for name in EARCONS}) == len(EARCONS)


def test_a_sound_is_made_once() -> None:
    assert earcon("saved") is earcon("saved")
