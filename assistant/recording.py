"""A few seconds from the microphone, and what the ear makes of them. Nothing of it is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import TYPE_CHECKING

from audio.level import SILENT, decibels, peak
from audio.types import BYTES_PER_SAMPLE, EAR_RATE, AudioChunk, Ear, Heard, Hearing

if TYPE_CHECKING:
    from assistant.config import Config

FAINT, QUIET, LOUD = -70.0, -42.0, -8.0
"""dBFS of the loudest moments: below the first the microphone is as good as off; speech lies between the others."""

PIECE = round(0.032 * EAR_RATE) * BYTES_PER_SAMPLE
"""Bytes of 32 ms."""

MOMENT = 6
"""Pieces of 32 ms that make a moment whose loudness counts."""

GRACE = 3.0
"""Seconds for which sound is waited beyond the length of a recording."""

PATIENCE = 0.8
"""Seconds of silence that end what was said."""


def record(microphone: str, seconds: float, shown: Callable[[float], None] = lambda level: None) -> bytes:
    """16 kHz mono samples of the microphone of that name; raises DeviceError.

    `shown` is given the loudness of each 32 ms in dBFS, in the calling thread. What arrives too late is left out.
    """
    from queue import Empty, SimpleQueue

    from audio.microphone import Microphone

    chunks: SimpleQueue[AudioChunk | None] = SimpleQueue()
    ears = Microphone(microphone or None)
    heard = bytearray()
    end = time.monotonic() + seconds + GRACE
    try:
        ears.start(chunks.put)
        while len(heard) < seconds * EAR_RATE * BYTES_PER_SAMPLE and time.monotonic() < end:
            try:
                chunk = chunks.get(timeout=0.25)
            except Empty:
                continue
            if chunk is not None:
                heard += chunk.pcm
                for at in range(0, len(chunk.pcm), PIECE):
                    shown(decibels(chunk.pcm[at : at + PIECE]))
    finally:
        ears.close()
    return bytes(heard)


def loudest(pcm: bytes) -> float:
    """The loudness in dBFS of the loudest moment, a fifth of a second."""
    size = MOMENT * PIECE
    return max((decibels(pcm[at : at + size]) for at in range(0, len(pcm), size)), default=SILENT)


def advice(pcm: bytes) -> tuple[bool, str]:
    """Whether speech can be made out at the loudness of this recording, and one sentence about it."""
    level = loudest(pcm)
    if not pcm or level <= SILENT:
        return False, "Nothing at all arrived: the microphone is switched off, muted or not allowed."
    if level < FAINT:
        return False, "Almost nothing arrived: the microphone may be muted, or another one may be meant."
    if level < QUIET:
        return False, "It is very quiet: come closer, or turn the microphone up in the sound settings."
    if level > LOUD or peak(pcm) >= 1.0:
        return False, "It is too loud: turn the microphone down in the sound settings, or move away."
    return True, "The loudness is right."


def understood(config: Config, pcm: bytes) -> str:
    """What Hearth's ear makes of samples, as free words; empty if it heard none. Raises ModelError."""
    from assistant.ears import build_dictation

    with closing(build_dictation(config)) as ear:
        found = heard(ear, Hearing.ANSWERS, pcm)
    return " ".join(one.answer.text for one in found if one.answer and one.answer.text)


def heard(ear: Ear, hearing: Hearing, pcm: bytes) -> list[Heard]:
    """Every utterance in samples."""
    ear.listen_for(hearing, PATIENCE)
    noticed = [one for chunk in _chunks(pcm) for one in ear.hear(chunk)]
    return [one for one in (*noticed, *ear.end()) if isinstance(one, Heard)]


def _chunks(pcm: bytes) -> Iterable[AudioChunk]:
    """32 ms each, with silence behind them that ends the last word."""
    size = PIECE
    padded = pcm + bytes(round((PATIENCE + 0.5) * EAR_RATE) * BYTES_PER_SAMPLE)
    return (AudioChunk(padded[at : at + size].ljust(size, b"\0")) for at in range(0, len(padded), size))
