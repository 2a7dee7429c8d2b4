"""Reminders spoken by a voice the model was not trained on, heard by the real ear and understood."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr

from audio.ear import VoskEar
from audio.types import EAR_RATE, AudioChunk, Heard, Hearing
from audio.voice import Pyttsx3Voice
from tests.words_household import household_sentences

pytestmark = pytest.mark.spoken

HELD_OUT = "en-us+m7"
"""A variant of espeak-ng that the training leaves out."""

CHUNK = 1_280

SPOKEN = {
    "remind us every evening at nine thirty": ("remind", {"every": "evening", "hour": "9", "minute": "30"}),
    "remind us of our coffee ritual every weekday at seven": (
        "remind",
        {"ritual": "coffee", "every": "weekdays", "hour": "7"},
    ),
    "remind me to thank sam on friday": ("remind", {"thanked": "Sam", "day": "friday"}),
    "remind me every friday to thank alex": ("remind", {"thanked": "Alex", "every": "friday"}),
    "remind me to call my mother on saturday": ("remind", {"words": "call my mother on saturday"}),
    "remind us every monday at seven thirty": ("remind", {"every": "monday", "hour": "7", "minute": "30"}),
    "remind us every morning at seven fifteen": ("remind", {"every": "morning", "hour": "7", "minute": "15"}),
    "remind me in ten minutes": ("remind", {"in_minutes": "10"}),
    "remind us tonight": ("remind", {"day": "tonight"}),
    "at half past nine": ("when", {"hour": "9", "minute": "30"}),
    "every evening at nine": ("when", {"every": "evening", "hour": "9"}),
    "tomorrow morning": ("when", {"day": "tomorrow", "part": "morning"}),
    "on friday": ("when", {"day": "friday"}),
    "for both of us": ("for_both", {}),
    "what reminders do we have": ("list_reminders", {}),
    "cancel the evening one": ("cancel_reminder", {"part": "evening"}),
    "snooze": ("snooze", {}),
}


@pytest.fixture(scope="module")
def voice() -> Iterator[Pyttsx3Voice]:
    voice = Pyttsx3Voice(HELD_OUT)
    yield voice
    voice.close()


@pytest.fixture(scope="module")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoskEar]:
    phrases = household_sentences().phrases()
    commands = [phrase.text for phrase in phrases if not phrase.control]
    controls = [phrase.text for phrase in phrases if phrase.control]
    ear = VoskEar(None, commands, controls, Path(tmp_path_factory.mktemp("cache")))
    ear.warm(Hearing.COMMANDS)
    yield ear
    ear.close()


def heard(text: str, voice: Pyttsx3Voice, ear: VoskEar) -> str:
    """The phrase that the ear makes of what the voice says."""
    clip = voice.render(text)
    samples = soxr.resample(np.frombuffer(clip.pcm, np.int16), clip.rate, EAR_RATE).astype(np.int16)
    sound = bytes(EAR_RATE) + samples.tobytes() + bytes(6 * EAR_RATE)
    ear.listen_for(Hearing.COMMANDS, 0.6)
    chunks = (AudioChunk(sound[at : at + CHUNK]) for at in range(0, len(sound), CHUNK))
    found = [news for chunk in chunks for news in ear.hear(chunk) if isinstance(news, Heard)]
    assert len(found) == 1
    return found[0].phrase.text if found[0].phrase else ""


@pytest.mark.parametrize(("said", "expected"), SPOKEN.items(), ids=SPOKEN)
def test_a_reminder_is_understood(
    said: str, expected: tuple[str, dict[str, str]], voice: Pyttsx3Voice, ear: VoskEar
) -> None:
    text = heard(said, voice, ear)
    meaning = household_sentences().match(text)
    assert meaning is not None, text
    name, slots = expected
    assert (meaning.name, {key: meaning.slots.get(key) for key in slots}) == (name, slots), text
