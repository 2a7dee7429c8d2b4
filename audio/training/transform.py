"""One synthetic voice into many: breath, whisper, uneven tempo, pauses with breaths."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from audio.training.features import RATE, Floats
from audio.training.noises import level

_SIZE, _HOP = 512, 128
_SHAPE = np.hanning(_SIZE + 1)[:_SIZE].astype(np.float32)
LIFTER = 40
"""Quefrencies kept of a spectrum's envelope: the formants, without the pitch."""


def _frames(samples: Floats) -> Floats:
    padded = np.concatenate([np.zeros(_SIZE, np.float32), samples, np.zeros(_SIZE, np.float32)])
    return np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::_HOP] * _SHAPE


def _overlap(frames: Floats, count: int) -> Floats:
    rows = frames * _SHAPE
    total = np.zeros((len(frames) + _SIZE // _HOP) * _HOP, np.float32)
    for part in range(_SIZE // _HOP):
        piece = rows[:, part * _HOP : (part + 1) * _HOP].reshape(-1)
        total[part * _HOP : part * _HOP + len(piece)] += piece
    return total[_SIZE : _SIZE + count] / 1.5


def whispered(rng: Generator, samples: Floats) -> Floats:
    """The same formants, excited by noise."""
    spectrum = np.abs(np.fft.rfft(_frames(samples))) + 1e-5
    cepstrum = np.fft.irfft(np.log(spectrum))
    cepstrum[:, LIFTER:-LIFTER] = 0
    envelope = np.exp(np.fft.rfft(cepstrum).real)
    noise = np.fft.rfft(_frames(rng.standard_normal(len(samples)).astype(np.float32)))
    return _overlap(np.fft.irfft(noise / np.sqrt(_SIZE) * envelope).astype(np.float32), len(samples))


def breathy(rng: Generator, samples: Floats) -> Floats:
    """Some of the voice replaced by whisper, more of it at high frequencies; at times all."""
    if rng.random() < 0.15:
        return whispered(rng, samples)
    whisper = whispered(rng, samples)
    whisper = np.diff(whisper, prepend=np.float32(0)) if rng.random() < 0.6 else whisper
    share = rng.uniform(0.1, 0.7)
    return ((1 - share) * samples / level(samples) + share * whisper / level(whisper)).astype(np.float32)


def breath(rng: Generator, count: int) -> Floats:
    """`count` samples with a breath, a click of the tongue, a thump or a rustle somewhere, relative to speech of 1."""
    sound = np.zeros(count, np.float32)
    kind = rng.choice(["breath", "click", "thump", "rustle"], p=[0.5, 0.2, 0.15, 0.15])
    longest = {"breath": (0.08, 0.7), "click": (0.004, 0.04), "thump": (0.03, 0.15), "rustle": (0.1, 0.6)}[kind]
    size = min(count, int(RATE * rng.uniform(*longest)))
    if size < 60:
        return sound
    time = np.arange(size) / size
    noise = rng.standard_normal(size)
    if kind == "breath":
        taps = rng.normal(0, 1, rng.integers(1, 14))
        burst = np.convolve(noise, taps, "same") * np.sin(np.pi * time ** rng.uniform(0.5, 1.8))
    elif kind == "click":
        burst = noise * np.exp(-time * 7)
    elif kind == "thump":
        wave = np.sin(2 * np.pi * rng.uniform(35, 200) * time * size / RATE + 1)
        burst = wave * np.exp(-time * 5) + 0.1 * noise * np.exp(-time * 9)
    else:
        burst = noise * np.interp(time, np.linspace(0, 1, 9), rng.uniform(0, 1, 9) ** 2)
    place = rng.integers(0, count - size + 1)
    loud = 10 ** (rng.uniform(-30, 2) / 20)
    sound[place : place + size] = burst / (np.sqrt((burst**2).mean()) + 1e-9) * loud
    return sound


def uneven_tempo(rng: Generator, frames: Floats, spread: float) -> tuple[Floats, Floats]:
    """The frames [n, 40] at a tempo that wanders, and the new time (in frames) of each old frame."""
    knots = max(2, int(len(frames) / rng.uniform(25, 70)) + 1)
    pace = np.exp(rng.normal(0, spread, knots)).clip(0.6, 1.7)
    duration = np.interp(np.arange(len(frames)), np.linspace(0, len(frames), knots), pace)
    new = np.concatenate([[0.0], np.cumsum(duration)[:-1]])
    old = np.interp(np.arange(int(new[-1]) + 1), new, np.arange(len(frames)))
    left = old.astype(int).clip(0, len(frames) - 2)
    part = (old - left)[:, None]
    return ((1 - part) * frames[left] + part * frames[left + 1]).astype(np.float32), new.astype(np.float32)
