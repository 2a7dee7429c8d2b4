"""The two people of a spoken test: synthetic voices that the voice model was not trained on, in a quiet room."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache

import numpy as np
import soxr

from audio.types import EAR_RATE
from audio.voice import Pyttsx3Voice
from tests.golden import PAUSE

HELD_OUT = ("m7", "f4", "klatt3", "Annie", "Lee", "aunty", "ed", "linda")
"""Variants of espeak-ng that the training leaves out."""

WORDS_A_MINUTE = 150
PEAK = 12_000
"""The loudest sample of what somebody says."""

ROOM = 3.0
"""Standard deviation of the noise of the room, in samples."""

THINKING = 1.4
"""Seconds of silence where somebody stops to think."""


class Partners:
    """Speaks for both; everything is rendered once."""

    def __init__(self) -> None:
        self._voices: dict[str, Pyttsx3Voice] = {}
        self._rng = np.random.default_rng(1)
        self.say = cache(self._say)

    def quiet(self, seconds: float) -> bytes:
        """16 kHz samples of nobody speaking."""
        return self._rng.normal(0, ROOM, int(seconds * EAR_RATE)).astype("<i2").tobytes()

    def close(self) -> None:
        """Stop the synthesisers."""
        for voice in self._voices.values():
            voice.close()

    def _say(self, voice: str, text: str) -> bytes:
        """16 kHz samples of a text in this voice."""
        return self.quiet(THINKING).join(self._spoken(voice, part) for part in text.split(PAUSE) if part.strip())

    def _spoken(self, voice: str, text: str) -> bytes:
        if voice not in self._voices:
            assert voice.rpartition("+")[2] in HELD_OUT, f"{voice} may have taught the voice model"
            self._voices[voice] = Pyttsx3Voice(voice, WORDS_A_MINUTE)
        clip = self._voices[voice].render(text)
        speech = soxr.resample(np.frombuffer(clip.pcm, np.int16).astype(np.float32), clip.rate, EAR_RATE)
        speech *= PEAK / np.abs(speech).max()
        noise = np.frombuffer(self.quiet(len(speech) / EAR_RATE), "<i2")
        return bytes((speech[: len(noise)] + noise).astype("<i2").tobytes())


def likeness(text: str, heard: str) -> float:
    """The greatest share of the words of a text that any stretch of what was heard has in order."""
    words, others = text.split(), heard.split()
    stretches = (others[at : at + len(words) + 2] for at in range(len(others)))
    matches = (SequenceMatcher(None, words, part, autojunk=False).get_matching_blocks() for part in stretches)
    return max((sum(block.size for block in blocks) for blocks in matches), default=0) / len(words)
