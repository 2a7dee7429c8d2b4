"""Sounds of a home that are not the speaker: fans, music, other people, television, dishes, hum."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from audio.training.features import RATE, Floats

POOL = 300
"""Dry utterances kept to be the voices of others."""


def level(samples: Floats) -> float:
    """Root mean square, never zero."""
    return float(np.sqrt((samples**2).mean())) + 1e-6


def coloured(rng: Generator, count: int) -> Floats:
    """Steady noise with a random spectrum: a fan, traffic, rain, a microphone's own."""
    size = 1 << int(np.ceil(np.log2(count)))
    hertz = np.arange(size // 2 + 1) * RATE / size
    nodes = np.array([0, 100, 250, 500, 1000, 2000, 4000, 8001.0])
    slope = -rng.uniform(-1, 9) * np.log2(np.maximum(hertz, 40) / 1000) * 0.5
    gain = 10 ** ((slope + np.interp(hertz, nodes, rng.normal(0, 5, 8))) / 20)
    spectrum = (rng.standard_normal(size // 2 + 1) + 1j * rng.standard_normal(size // 2 + 1)) * gain
    noise = np.fft.irfft(spectrum).astype(np.float32)[:count]
    if rng.random() < 0.3:
        noise *= np.interp(np.arange(count), np.linspace(0, count, 8), rng.uniform(0.2, 1, 8)).astype(np.float32)
    return noise


def music(rng: Generator, count: int) -> Floats:
    """Chords of decaying harmonics, now and then with a beat."""
    time = np.arange(count) / RATE
    sound = np.zeros(count)
    start = 0
    while start < count:
        end = min(count, start + int(RATE * rng.uniform(0.1, 1.2)))
        part = time[start:end]
        for _ in range(rng.integers(1, 5)):
            base, roll, fade = 55 * 2 ** (rng.integers(0, 60) / 12), rng.uniform(0.5, 2), rng.uniform(0, 6)
            for k in range(1, 1 + rng.integers(1, 7)):
                if base * k < 7500:
                    wave = np.sin(2 * np.pi * base * k * part + rng.uniform(0, 6))
                    sound[start:end] += wave / k**roll * np.exp(-(part - part[0]) * fade)
        if rng.random() < 0.3:
            beat = min(end - start, 1600)
            sound[start : start + beat] += rng.standard_normal(beat) * np.exp(-np.arange(beat) / 250)
        start = end
    return sound.astype(np.float32)


def clatter(rng: Generator, count: int) -> Floats:
    """Dishes, doors, keys, steps: short bursts, some of which ring."""
    sound = np.zeros(count, np.float32)
    for _ in range(rng.integers(1, 7)):
        place, size = rng.integers(count), rng.integers(40, 4000)
        time = np.arange(size)
        burst = rng.standard_normal(size) * np.exp(-time / size * 7)
        for _ in range(rng.integers(0, 4)):
            burst += rng.uniform(0.3, 2) * np.sin(time * rng.uniform(0.05, 2.6)) * np.exp(-time / size * 5)
        end = min(count, place + size)
        sound[place:end] += rng.uniform(0.2, 1) * burst[: end - place]
    return sound


def hum(rng: Generator, count: int) -> Floats:
    """The mains and their harmonics."""
    base, time = rng.choice([50.0, 60.0]), np.arange(count) / RATE
    sound = np.zeros(count)
    for k in range(1, rng.integers(2, 20)):
        sound += rng.uniform(0, 1) / k**0.7 * np.sin(2 * np.pi * base * k * time + rng.uniform(0, 6))
    return sound.astype(np.float32)


class Noises:
    """Draws noises; remembers what was said to make other people of it."""

    def __init__(self, rng: Generator) -> None:
        self._rng = rng
        self._voices: list[Floats] = []

    def remember(self, speech: Floats) -> None:
        """Dry speech that may be heard behind somebody else's from now on."""
        if len(self._voices) < POOL:
            self._voices.append(speech)
        else:
            self._voices[self._rng.integers(POOL)] = speech

    def voice(self, count: int) -> Floats:
        """One other person, from somewhere within what they say."""
        speech = self._voices[self._rng.integers(len(self._voices))]
        return np.roll(np.resize(speech, count), self._rng.integers(count)) / level(speech)

    def babble(self, count: int) -> Floats:
        """Three to eight people at once."""
        parts = [self.voice(count) * self._rng.uniform(0.3, 1) for _ in range(self._rng.integers(3, 9))]
        return np.sum(parts, axis=0, dtype=np.float32)

    def television(self, count: int) -> Floats:
        """One or two people before music, through a small loudspeaker."""
        sound = self.voice(count)
        if self._rng.random() < 0.5:
            sound = sound + self._rng.uniform(0.2, 0.8) * self.voice(count)
        backing = music(self._rng, count)
        sound = sound + self._rng.uniform(0.1, 1.2) * backing / level(backing)
        return np.convolve(sound, self._rng.normal(0, 1, 7) * np.hanning(9)[1:8], "same").astype(np.float32)

    def wordless(self, count: int) -> Floats:
        """Any sound without a voice in it."""
        source = self._rng.choice([coloured, music, clatter, hum], p=[0.55, 0.2, 0.17, 0.08])
        sound = source(self._rng, count)
        floor = coloured(self._rng, count)
        return sound + self._rng.uniform(0.01, 0.1) * (level(sound) / level(floor)) * floor

    def draw(self, count: int) -> Floats:
        """Any of them, other people included."""
        if len(self._voices) < 20 or self._rng.random() < 0.6:
            return self.wordless(count)
        return self.babble(count) if self._rng.random() < 0.55 else self.television(count)
