"""Voices that the model was not trained on: held-out variants and accents of espeak-ng, and flite's diphone voice."""

from __future__ import annotations

import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import soxr
from numpy.typing import NDArray

from audio.types import EAR_RATE

Sound = NDArray[np.float32]
"""16 kHz mono, full scale 1."""

VARIANTS = ("f4", "m7", "klatt3", "Annie", "Lee", "aunty", "ed", "linda")
"""Those that audio/training/held_out.toml keeps apart."""
ACCENTS = ("en-us", "en-us", "en-us-nyc", "en-gb-x-gbcwmd", "en-gb-scotland")
FLITE = "kal16"
FLITE_SHARE = 0.08


@dataclass(frozen=True, slots=True)
class Speaker:
    """One person."""

    voice: str
    """Name of a voice."""
    speed: int
    """Words a minute."""
    pitch: int
    """0 to 99."""


def speaker(random: Random) -> Speaker:
    """Somebody."""
    voice = f"{random.choice(ACCENTS)}+{random.choice(VARIANTS)}"
    if random.random() < FLITE_SHARE:
        voice = FLITE
    return Speaker(voice, random.randint(140, 200), random.randint(35, 65))


def say(text: str, who: Speaker) -> Sound:
    """What it sounds like when this is said, without silence around it, at most a full scale of 1."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        if who.voice == FLITE:
            stretch = f"duration_stretch={165 / who.speed:.2f}"
            command = ["flite", "-voice", FLITE, "--setf", stretch, "-t", text, "-o", file.name]
        else:
            command = ["espeak-ng", "-v", who.voice, "-s", str(who.speed), "-p", str(who.pitch), "-w", file.name, text]
        subprocess.run(command, check=True, capture_output=True)
        return trimmed(load(Path(file.name)))


def load(path: Path) -> Sound:
    """A mono WAV file at 16 kHz."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32_768
        return np.asarray(soxr.resample(samples, file.getframerate(), EAR_RATE), np.float32)


def trimmed(sound: Sound) -> Sound:
    """Without the silence around it."""
    loud = np.flatnonzero(np.abs(sound) > 0.005)
    return sound[loud[0] : loud[-1] + 1] if len(loud) else sound[:0]
