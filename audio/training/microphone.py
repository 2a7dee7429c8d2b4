"""From a dry voice to what a microphone in a home delivers."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from audio.training.features import RATE, Floats
from audio.training.noises import Noises, level
from audio.training.rooms import random_room


class Microphone:
    """A room, a microphone and noise, other ones for each utterance."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._noises = Noises(self._rng)

    def speech(self, dry: Floats) -> Floats:
        """Speech of any level → as many samples as heard, in the range of 16-bit integers."""
        voice = (dry / level(dry)).astype(np.float32)
        self._noises.remember(voice)
        heard = self._response(voice)
        loud = level(heard)
        if self._rng.random() < 0.12:
            limit = np.abs(heard).max() * self._rng.uniform(0.1, 0.7)
            heard = np.clip(heard, -limit, limit)
        if self._rng.random() < 0.88:
            noise = self._noises.draw(len(heard))
            heard = heard + noise * (loud / level(noise) * 10 ** (-self._rng.triangular(0, 16, 40) / 20))
        if self._rng.random() < 0.08:
            heard = _suppressed(self._rng, heard)
        return self._quantised(heard)

    def nothing(self, count: int) -> Floats:
        """Nobody speaks: steady noise, music, clatter, hum, or next to silence."""
        if self._rng.random() < 0.1:
            return self._rng.integers(-2, 3, count).astype(np.float32)
        noise = self._noises.wordless(count)
        return self._quantised(self._response(noise / level(noise)))

    def _response(self, voice: Floats) -> Floats:
        """Room, and the frequency response of mouth, furniture and microphone."""
        rng, count = self._rng, len(voice)
        size = 1 << int(np.ceil(np.log2(count + 9600)))
        hertz = np.arange(size // 2 + 1) * RATE / size
        spectrum = np.fft.rfft(voice, size)
        if rng.random() < 0.75:
            spectrum *= np.fft.rfft(random_room(rng), size)
        if rng.random() < 0.85:
            nodes = np.array([0, 120, 300, 600, 1100, 1800, 2700, 4000, 5600, 8001.0])
            tilt = rng.uniform(-4, 4) * np.log2(np.maximum(hertz, 100) / 1000)
            spectrum *= 10 ** ((np.interp(hertz, nodes, rng.normal(0, rng.uniform(1, 6), 10)) + tilt) / 20)
        if rng.random() < 0.25:
            spectrum *= 1 / np.sqrt(1 + (hertz / rng.uniform(3300, 7500)) ** (2 * rng.integers(2, 12)))
        if rng.random() < 0.35:
            edge = rng.uniform(60, 320) / np.maximum(hertz, 1)
            spectrum *= 1 / np.sqrt(1 + edge ** (2 * rng.integers(1, 5)))
        return np.fft.irfft(spectrum, size)[:count].astype(np.float32)

    def _quantised(self, heard: Floats) -> Floats:
        loud = 10 ** (self._rng.triangular(-58, -26, -8) / 20) * 32768 / level(heard)
        if self._rng.random() < 0.15:  # an automatic gain that wanders
            steps = 10 ** (self._rng.normal(0, 4, 6) / 20)
            loud = loud * np.interp(np.arange(len(heard)), np.linspace(0, len(heard), 6), steps)
        dither = self._rng.uniform(-0.5, 0.5, len(heard))
        return np.asarray(np.round(np.clip(heard * loud + dither, -32768, 32767)), np.float32)


def _suppressed(rng: Generator, heard: Floats) -> Floats:
    """What a driver's noise suppression leaves: weak parts of the spectrum turned down, block by block."""
    size = 512
    count = -(-len(heard) // size) * size
    blocks = np.fft.rfft(np.resize(heard, count).reshape(-1, size))
    strength = np.abs(blocks)
    floor = np.quantile(strength, rng.uniform(0.1, 0.45), axis=0)
    blocks *= np.maximum(1 - floor / (strength + 1e-9), rng.uniform(0.05, 0.4))
    return np.fft.irfft(blocks).reshape(-1)[: len(heard)].astype(np.float32)
