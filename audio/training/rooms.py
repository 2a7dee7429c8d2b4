"""Rooms: the sound of a voice at a distance, as one random impulse response for each utterance.

Statistical acoustics: reverberation is decaying noise, and the direct sound falls below it beyond the critical
distance 0.057 √(V/RT60) (Kuttruff, Room Acoustics).
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from audio.training.features import RATE, Floats


def critical_distance(volume: float, rt60: float) -> float:
    """Metres at which direct and reverberant sound are equally loud, in a room of `volume` m³."""
    return float(0.057 * np.sqrt(volume / rt60))


def impulse_response(rng: Generator, rt60: float, ratio_db: float) -> Floats:
    """A direct sound of 1 at sample 0, a few early reflections and a tail `ratio_db` below it altogether.

    The tail decays by 60 dB in `rt60` seconds, its upper half faster, as air and cloth swallow it.
    """
    length = int(RATE * min(max(rt60, 0.1), 0.6))
    time = np.arange(length) / RATE
    low = rng.standard_normal(length) * 10 ** (-3 * time / rt60)
    high = rng.standard_normal(length) * 10 ** (-3 * time / (rt60 * rng.uniform(0.4, 0.9)))
    smooth = np.convolve(low, np.hanning(9) / 4.0, "same")
    tail = smooth + 0.5 * np.diff(high, prepend=0.0)
    tail[: int(RATE * rng.uniform(0.001, 0.012))] = 0
    for place in rng.integers(RATE // 1000, RATE // 30, rng.integers(1, 7)):
        if place < length:
            tail[place] += rng.normal(0, 3.0) * 10 ** (-3 * place / RATE / rt60)
    tail *= 10 ** (-ratio_db / 20) / np.sqrt((tail**2).sum() + 1e-9)
    tail[0] = 1.0
    return tail.astype(np.float32)


def random_room(rng: Generator) -> Floats:
    """A living room, kitchen or bathroom, and somebody 0.2 to 4.5 m from the microphone, facing it or not."""
    rt60 = float(np.clip(rng.gamma(5.0, 0.08), 0.08, 0.9))
    distance = float(np.exp(rng.uniform(np.log(0.2), np.log(4.5))))
    reach = critical_distance(float(rng.uniform(15, 120)), rt60) * float(rng.uniform(1.0, 1.7))
    return impulse_response(rng, rt60, float(np.clip(20 * np.log10(reach / distance), -9, 20)))
