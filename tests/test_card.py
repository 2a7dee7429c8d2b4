"""The virtual sound card itself."""

from __future__ import annotations

import os
import time

import pytest

from tests.card_programs import tone
from tests.virtual_card import VirtualCard, missing

pytestmark = pytest.mark.card


def test_what_is_fed_to_the_microphone_does_not_sound_from_the_speaker(card: VirtualCard) -> None:
    with card.capture() as capture:
        card.feed(tone(0.3, 16_000)).wait()
        time.sleep(0.2)
    assert capture.pcm
    assert not capture.pcm.strip(b"\0")
    assert capture.last_sound() == 0


def test_a_second_start_keeps_the_server(card: VirtualCard) -> None:
    server = card._server
    card.start()
    assert card._server is server


def test_programs_that_are_missing_are_named(card: VirtualCard, monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing() == ""
    monkeypatch.setenv("PATH", os.devnull)
    assert "pulseaudio" in missing()
