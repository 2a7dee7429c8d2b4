"""Devices that take one shape only, and those that another program has when they are wanted, or wanted back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.command import ROOT, found_out

PROGRAM = """
import json, time
from array import array
from itertools import pairwise
from audio.microphone import Microphone
told, heard = [], []
microphone = Microphone(on_trouble=told.append)
microphone.start(lambda chunk: heard.append(chunk.pcm))
end = time.monotonic() + 30
while time.monotonic() < end and (len(heard) < 30 or (told and microphone.lost)):
    time.sleep(0.01)
microphone.close()
samples = array("h", b"".join(heard[10:]))
rises = sum(before < 0 <= after for before, after in pairwise(samples))
found = {"told": told, "missed": microphone.missed, "loudest": max(samples), "hertz": 16_000 * rises / len(samples)}
print(json.dumps(found))
"""


TAKEN = "I can't hear you: the microphone cannot be opened; perhaps another program uses it. Looking for it."


def found_at(folder: Path, program: str, **device: object) -> Any:
    """What a program finds out at such a device."""
    shutil.copy(ROOT / "tests/fakes_sounddevice.py", folder / "sounddevice.py")
    described = {f"DEVICE_{key}": str(value) for key, value in device.items()}
    return found_out("-c", program, env={**os.environ, "PYTHONPATH": f"{folder}:{ROOT}", **described})


def heard_from(folder: Path, **device: int) -> Any:
    """What is heard from such a microphone, and what was said of it."""
    return found_at(folder, PROGRAM, **device)


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 1), (48_000, 1), (48_000, 2), (16_000, 2), (44_100, 2)])
def test_the_only_shape_that_a_device_takes_is_converted(tmp_path: Path, rate: int, channels: int) -> None:
    found = heard_from(tmp_path, RATE=rate, CHANNELS=channels)
    assert found["told"] == []
    assert 8_500 < found["loudest"] < 9_500
    assert found["hertz"] == pytest.approx(440, rel=0.02)


def test_a_microphone_that_is_busy_when_it_is_wanted_back_is_waited_for(tmp_path: Path) -> None:
    found = heard_from(tmp_path, RATE=48_000, CHANNELS=2, BUSY=3, STOPS=15)
    assert found["told"] == ["I can't hear you: the microphone gives no sound. Looking for it.", ""]
    assert found["loudest"] > 8_500


def test_a_microphone_that_is_busy_at_the_start_is_waited_for(tmp_path: Path) -> None:
    found = heard_from(tmp_path, RATE=48_000, CHANNELS=2, TAKEN=3)
    assert found["told"] == [TAKEN, ""]
    assert found["loudest"] > 8_500


def test_sound_that_the_driver_could_not_store_is_told_of(tmp_path: Path) -> None:
    found = heard_from(tmp_path, RATE=48_000, CHANNELS=1, OVERFLOWS=2)
    assert found["missed"] == 2
    assert found["told"] == ["Some sound was missed: this computer is very busy, or was asleep."]
    assert found["loudest"] > 8_500


def test_who_only_wants_a_recording_is_told_at_once_that_the_microphone_is_busy(tmp_path: Path) -> None:
    program = """
import json
from assistant.recording import record
from audio.errors import DeviceError
try:
    record("", 1.0)
except DeviceError as error:
    print(json.dumps([error.message, error.hint]))
"""
    message, hint = found_at(tmp_path, program, RATE=16_000, CHANNELS=1, TAKEN=9)
    assert "unavailable" in message
    assert "Another program" in hint


PLAYING = """
import json, time, sounddevice
from array import array
from audio.speaker import Speaker
from audio.types import Clip
told, done = [], []
speaker = Speaker(rate=48_000, on_trouble=told.append)
clip = Clip(array("h", [9_000] * 9_600).tobytes(), 48_000)
end = time.monotonic() + 30
while time.monotonic() < end and not any(sounddevice.played):
    if not speaker.busy:
        speaker.play(clip, lambda: done.append(1))
    time.sleep(0.01)
while time.monotonic() < end and speaker.busy:
    time.sleep(0.01)
speaker.close()
samples = array("h", bytes(sounddevice.played[: len(sounddevice.played) // 2 * 2]))
print(json.dumps({"told": told, "done": len(done), "loudest": max(samples)}))
"""


def test_a_speaker_that_is_busy_at_the_start_is_waited_for(tmp_path: Path) -> None:
    found = found_at(tmp_path, PLAYING, KIND="speaker", RATE=48_000, CHANNELS=2, TAKEN=9)
    busy, back = found["told"]
    assert "unavailable" in busy
    assert "Looking for a speaker." in busy
    assert back == ""
    assert found["done"]
    assert found["loudest"] == 9_000
