"""Whether what echo cancellation leaves over is still our own voice: the way through the room is another one by now.

Somebody takes off headphones, turns a speaker up, or a device begins anew with another delay. A filter that has settled
learns that slowly, and meanwhile our own words would count as somebody's.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

WINDOW = 31
"""Blocks of 32 ms that are compared: a second."""

EVERY = 4
"""Blocks between two comparisons: an eighth of a second, of which a comparison takes 2 ms."""

LATEST = 8_000
"""Samples (0.5 s) by which an echo may be late."""

OURS = 0.5
"""Correlation from which it is our voice. Of what people said over it, as loud as it, 0.43 was the highest and 0.07 is
usual, with headphones 0.12; an echo that nobody takes out has 0.7, and more than 0.5 after a third of a second."""

BRIGHTEN = 0.95
"""Pre-emphasis: without it the low tones that all voices have in common weigh too much."""

Sound = NDArray[np.float32]


class Residual:
    """The last second of it, beside what was played."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[Sound, Sound]] = deque(maxlen=WINDOW)
        self._since = 0

    def is_ours(self, left: Sound, played: Sound) -> bool:
        """Take the next block of what was left and of what was played; whether they resemble each other."""
        self._blocks.append((left, played))
        self._since += 1
        if self._since < EVERY:
            return False
        self._since = 0
        lefts, plays = zip(*self._blocks, strict=True)
        return correlation(np.concatenate(lefts), np.concatenate(plays)) >= OURS


def correlation(late: Sound, early: Sound) -> float:
    """The highest normalised cross-correlation, 0 to 1, of a sound with one of the same length up to LATEST before."""
    late, early = _bright(late), _bright(early)
    energy = float(np.sqrt((late @ late) * (early @ early)))
    if energy <= 0.0:
        return 0.0
    size = 1 << (2 * len(late) - 1).bit_length()
    spectrum = np.fft.rfft(late, size) * np.conj(np.fft.rfft(early, size))
    return float(np.abs(np.fft.irfft(spectrum)[:LATEST]).max()) / energy


def _bright(sound: Sound) -> Sound:
    return sound[1:] - np.float32(BRIGHTEN) * sound[:-1]
