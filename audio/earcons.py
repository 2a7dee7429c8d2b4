"""Soft sounds that say without words what is going on, made with pydub."""

from __future__ import annotations

import functools
import warnings
from dataclasses import dataclass
from typing import Any

from audio.types import Clip

RATE = 22_050
"""Samples a second, those of the voice."""

LOUDNESS = -30.0
"""dBFS (root mean square over the sound) of every earcon.

By EBU R 128 (ffmpeg's ebur128) that is -30.5 to -31.0 LUFS, 10 LU below espeak-ng's voices (-19.7 to -20.9 LUFS). The
standard measures blocks of 400 ms, longer than most earcons, so each was measured repeated without a pause.
"""

OVERTONE = -18.0
"""Level of the octave above each tone, in dB; alone a sine is shrill."""

ATTACK, LEAD_OUT = 12, 20
"""Milliseconds of fade at the beginning, and of silence at the end."""


@dataclass(frozen=True, slots=True)
class Tone:
    """One note of an earcon."""

    hertz: float
    """Its pitch."""
    milliseconds: int
    """How long it rings, dying away all the while."""


EARCONS: dict[str, tuple[Tone, ...]] = {
    "listening": (Tone(523.25, 90), Tone(783.99, 130)),
    "heard": (Tone(659.26, 150),),
    "saved": (Tone(659.26, 80), Tone(880.0, 160)),
    "not_understood": (Tone(440.0, 110), Tone(392.0, 170)),
    "time": (Tone(587.33, 220), Tone(587.33, 220), Tone(783.99, 420)),
    "error": (Tone(329.63, 160), Tone(261.63, 260)),
}
"""What each earcon is made of, by its name: rising to invite, falling to decline; nothing higher than a soft A5."""


@functools.cache
def earcon(name: str) -> Clip:
    """The sound of that name; raises KeyError for any other than those in `EARCONS`."""
    notes = [_note(tone) for tone in EARCONS[name]]
    sound = sum(notes[1:], notes[0])
    level = sound.apply_gain(LOUDNESS - sound.dBFS)
    return Clip(level.set_sample_width(2).raw_data + bytes(2 * RATE * LEAD_OUT // 1000), RATE)


def _note(tone: Tone) -> Any:
    """A bell-like tone: a sine with a faint octave, quickly there and slowly gone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub warns of a missing ffmpeg, which is not needed here
        from pydub.generators import Sine
    length = tone.milliseconds
    base = Sine(tone.hertz, sample_rate=RATE).to_audio_segment(duration=length, volume=-12.0)
    octave = Sine(2 * tone.hertz, sample_rate=RATE).to_audio_segment(duration=length, volume=-12.0 + OVERTONE)
    return base.overlay(octave).fade_in(ATTACK).fade_out(length - ATTACK)
