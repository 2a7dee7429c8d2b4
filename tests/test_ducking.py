"""Other programs are softer while we speak, and as loud as before afterwards, whatever happens."""

from __future__ import annotations

import math
import subprocess
import sys
import time

import pytest

from audio.ducking import LOWERED, Stream, others
from tests.command import ROOT
from tests.room_programs import music, volumes
from tests.virtual_card import VirtualCard

MODULE = "room_programs"
LESS = -60 * math.log10(LOWERED)
"""dB; PulseAudio's volumes are cubic."""


@pytest.mark.card
def test_music_is_softer_while_we_speak(card: VirtualCard) -> None:
    found = card.run("ducked", MODULE)
    before, during, after = found["levels"]
    assert abs(before - during - LESS) < 1
    assert abs(before - after) < 0.5
    assert found["stopped"]
    assert found["own_choice"] == [30_000], "a volume that somebody set meanwhile is theirs"


@pytest.mark.card
def test_music_comes_back_although_we_are_killed(card: VirtualCard) -> None:
    with music(card):
        command = [sys.executable, "-m", "tests.room_programs", "killed_while_ducked"]
        done = subprocess.run(command, cwd=ROOT, env=card.env, capture_output=True, text=True, timeout=60, check=False)
        assert done.stdout == "lowered\n", done.stderr
        limit = time.monotonic() + 10
        while volumes(card) != [65_536]:
            assert time.monotonic() < limit, volumes(card)
            time.sleep(0.05)


def test_without_a_sound_server_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert others() == []


def test_every_channel_is_lowered_alike() -> None:
    assert Stream("7", (65_536, 32_768)).lowered().order == ["set-sink-input-volume", "7", "36700", "18350"]
