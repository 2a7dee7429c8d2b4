"""Music, kitchens and rooms, made of numbers. Levels are dB below full scale (RMS)."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from audio.types import EAR_RATE
from tests.bench.unrelated.voices import Sound


def at_level(sound: Sound, decibels: float) -> Sound:
    """The same sound at an RMS level, counted where it is not silent."""
    loud = sound[np.abs(sound) > 1e-4]
    power = float(np.sqrt(np.mean(loud**2))) if len(loud) else 0.0
    return (sound * (10 ** (decibels / 20) / power)).astype(np.float32) if power else sound


def hiss(seconds: float, decibels: float, random: Generator, tilt: float = 1.0) -> Sound:
    """Steady noise whose power falls with the frequency to this power."""
    count = int(seconds * EAR_RATE)
    spectrum = np.fft.rfft(random.standard_normal(count))
    spectrum /= np.maximum(np.arange(len(spectrum)) / len(spectrum), 0.005) ** (tilt / 2)
    return at_level(np.fft.irfft(spectrum, count).astype(np.float32), decibels)


def impulse(seconds: float, direct: float, random: Generator) -> Sound:
    """The response of a room: the direct sound, then noise that has fallen by 60 dB after `seconds`.

    `direct`: dB of the direct sound over all the rest. The model is that of a diffuse field (Schroeder 1965).
    """
    time = np.arange(int(seconds * EAR_RATE)) / EAR_RATE
    tail = random.standard_normal(len(time)) * 10 ** (-3 * time / seconds)
    tail[: int(0.003 * EAR_RATE)] = 0
    tail *= 10 ** (-direct / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return tail.astype(np.float32)


def convolved(sound: Sound, response: Sound) -> Sound:
    """What a room makes of a sound; as long as the sound."""
    size = 1 << (len(sound) + len(response) - 1).bit_length()
    spectrum = np.fft.rfft(sound, size) * np.fft.rfft(response, size)
    return np.fft.irfft(spectrum, size)[: len(sound)].astype(np.float32)


def band(sound: Sound, low: float, high: float) -> Sound:
    """Only what lies between two frequencies."""
    spectrum = np.fft.rfft(sound)
    frequency = np.fft.rfftfreq(len(sound), 1 / EAR_RATE)
    spectrum[(frequency < low) | (frequency > high)] = 0
    return np.fft.irfft(spectrum, len(sound)).astype(np.float32)


def music(seconds: float, random: Generator) -> Sound:
    """Chords with a melody and drums; no song that there is."""
    sound = np.zeros(int(seconds * EAR_RATE), np.float32)
    beat = float(random.uniform(0.4, 0.75))
    roots = random.choice([0, 2, 3, 5, 7, 8, 10], 4)
    for number in range(int(seconds / beat)):
        start = int(number * beat * EAR_RATE)
        root = 130.8 * 2 ** (roots[number // 4 % 4] / 12)
        if number % 4 == 0:
            for step in (0, random.choice([3, 4]), 7):
                _add(sound, start, note(root * 2 ** (step / 12), 4 * beat, random) * 0.4)
        if random.random() < 0.8:
            scale = random.choice([0, 2, 3, 5, 7, 9, 12, 14])
            _add(sound, start, note(2 * root * 2 ** (scale / 12), beat * random.uniform(0.5, 1.5), random))
        _add(sound, start, drum(number % 2 == 1, random))
    return sound


def note(frequency: float, seconds: float, random: Generator) -> Sound:
    """One note with overtones and vibrato, dying away."""
    time = np.arange(int(seconds * EAR_RATE)) / EAR_RATE
    phase = 2 * np.pi * frequency * (time + 0.0008 * np.sin(2 * np.pi * 5.5 * time))
    overtones = sum(np.sin(order * phase) / order ** random.uniform(1.0, 2.0) for order in range(1, 7))
    return np.asarray(overtones * np.exp(-2 * time / seconds) * np.minimum(1, time / 0.02), np.float32)


def drum(snare: bool, random: Generator) -> Sound:
    """A beat of a bass or snare drum."""
    time = np.arange(int(0.15 * EAR_RATE)) / EAR_RATE
    if snare:
        return np.asarray(random.standard_normal(len(time)) * np.exp(-time * 35) * 0.7, np.float32)
    return np.asarray(np.sin(2 * np.pi * (90 - 250 * time) * time) * np.exp(-time * 25) * 1.5, np.float32)


def kitchen(seconds: float, random: Generator) -> Sound:
    """Running water, an extractor hood, and things that are put down, stirred, clattered and chopped."""
    sound = hiss(seconds, -38, random, 1.5)
    for _ in range(int(seconds / 12)):
        start, length = int(random.uniform(0, seconds) * EAR_RATE), random.uniform(2, 8)
        water = band(hiss(length, random.uniform(-34, -26), random, 0.3), 400, 7_000)
        _add(sound, start, water * np.hanning(len(water)).astype(np.float32) ** 0.2)
    place = 0.0
    while (place := place + float(random.exponential(1.2))) < seconds:
        for number in range(int(random.choice([1, 1, 2, 6]))):
            clang = clatter(random)
            _add(sound, int((place + number * random.uniform(0.12, 0.3)) * EAR_RATE), clang)
    return sound


def clatter(random: Generator) -> Sound:
    """Something of metal, glass or wood is hit."""
    time = np.arange(int(0.4 * EAR_RATE)) / EAR_RATE
    decay = random.uniform(12, 90)
    tones = sum(np.sin(2 * np.pi * random.uniform(250, 6_000) * time) for _ in range(5))
    hit = random.standard_normal(len(time)) * np.exp(-time * 200)
    return np.asarray((tones / 5 + hit) * np.exp(-time * decay) * 10 ** (random.uniform(-26, -8) / 20), np.float32)


def _add(sound: Sound, start: int, part: Sound) -> None:
    part = part[: max(0, len(sound) - start)]
    sound[start : start + len(part)] += part
