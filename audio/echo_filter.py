"""The way of our own voice through the room, learnt while we speak, and taken out of what the microphone hears.

A partitioned-block adaptive filter in the frequency domain whose step size is the gain of a Kalman filter: it learns
fast while we alone speak and holds still while somebody speaks over us. Method: G. Enzner and P. Vary,
"Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free telephones", Signal Processing 86
(2006); partitions as in F. Kuech, E. Mabande and G. Enzner, "State-space architecture of the partitioned-block-based
acoustic echo controller", ICASSP 2014.

It takes away what it can predict and touches nothing else. A suppressor of the rest, as telephones have, is for human
ears: it bends the words that somebody says over us until the decoder knows them no more (docs/hearing.md has figures).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audio.residual import Residual
from audio.types import BYTES_PER_SAMPLE, EAR_RATE

BLOCK = 512
"""Samples of a block: 32 ms."""
BLOCK_BYTES = BLOCK * BYTES_PER_SAMPLE
BLOCK_SECONDS = BLOCK / EAR_RATE

PARTITIONS = 28
"""Blocks of the way through the room: 0.9 s, of which up to 0.45 s may be delay."""

STAYS = 0.9995
"""Share of the way that is the same a block later: rooms change when people walk about."""

UNKNOWN = 0.3
"""Variance of a partition about which nothing is known, at full scale 1."""

ATTENTIVE = 0.8
"""Share of the noise's power that is taken from the block before."""

DOWN, UP = 0.1, 0.01
"""Shares of the way that the usual rest of the echo goes in a block towards a smaller and a larger one."""

ABOVE = 8.0
"""dB over the usual rest of the echo up to which what remains of a block is taken for it, and for nobody's word."""

LEAST, MOST = -20.0, -10.0
"""dB below the echo between which that limit stays."""

DIES = 0.5
"""Share of the echo's power that is left a block later at least: what reverberates longer than the way is known."""

RISES = 1.05
"""Factor by which the power of the quiet room may rise from block to block: 7 dB a second."""

ALERT = 0.5
"""Share of the power of this block that counts as noise at once: somebody may have begun to speak."""

FAINT = 10 ** (-30 / 10)
"""Share of the way's power that may come after the end of the echo."""

KNOWN_FROM = 10.0
"""dB by which the echo is weakened from which the way counts as known."""

FORGETS = 0.98
"""Share of the mean powers that is kept from one block of our speech to the next: a second and a half."""

SETTLES = 94
"""Blocks of our speech after which the way is learnt as far as it matters: 3 s; until then nobody is heard over it."""

SEARCHES = 313
"""Blocks of our speech, 10 s, after which an echo would have been found if there were one: that of a late and soft
speaker was not after 5 s."""

LOUD = 4.0
"""Factor over the power of the quiet room from which a block is not the room alone."""

AUDIBLE = 1.0
"""dB by which what is heard while we speak is weakened if our voice is audible in it; with headphones it is not."""

Sound = NDArray[np.float32]


class EchoFilter:
    """One way from the speaker to the microphone; one thread."""

    def __init__(self, partitions: int = PARTITIONS) -> None:
        bins = BLOCK + 1
        self._played = np.zeros((partitions, bins), np.complex64)
        self._way = np.zeros((partitions, bins), np.complex64)
        self._doubt = np.full((partitions, bins), UNKNOWN, np.float32)
        self._noise = np.full(bins, 1e-6, np.float32)
        self._before = np.zeros(BLOCK, np.float32)
        self._in = self._out = 0.0
        self._blocks = 0
        self._ours = self._rest = 0.0
        self._quiet = math.inf
        self._room = bytes(BLOCK_BYTES)
        self._residual = Residual()
        self.lost = False
        """Whether what it let through was our own voice: the way is another one, and better learnt `afresh`."""

    def afresh(self) -> EchoFilter:
        """One that knows the room, and what was played, and nothing of the way."""
        made = EchoFilter(len(self._way))
        made._played, made._before, made._room, made._quiet = self._played, self._before, self._room, self._quiet
        return made

    @property
    def gain(self) -> float:
        """dB by which the echo has lately been weakened (ERLE); 0 before anything was played."""
        return float(10 * np.log10(self._in / self._out)) if self._out > 0 and self._in > 0 else 0.0

    @property
    def settled(self) -> bool:
        """Whether enough was played to know the way."""
        return self._blocks >= SETTLES

    @property
    def audible(self) -> bool:
        """Whether what is played was found in what is heard."""
        return self.gain >= AUDIBLE

    @property
    def searched(self) -> bool:
        """Whether it would have been found by now."""
        return self._blocks >= SEARCHES

    @property
    def known(self) -> bool:
        """Whether the echo is weakened so much that what remains is no speech any more."""
        return self.gain >= KNOWN_FROM

    @property
    def ebbs(self) -> float:
        """Seconds from a sound of ours until its echo has ebbed away by 30 dB; 0 if no echo was ever heard."""
        power = np.sum(np.abs(self._way) ** 2, axis=1)
        total = float(power.sum())
        if total <= 0.0:
            return 0.0
        after = total - np.cumsum(power)
        return float(np.argmax(after <= FAINT * total) + 1) * BLOCK_SECONDS

    def rest(self, heard: bytes) -> None:
        """A block that was heard while nothing of ours sounded: how the room is by itself."""
        near = _floats(heard)
        self._quiet *= RISES
        self._listen(heard, float(near @ near))

    def _listen(self, heard: bytes, power: float) -> None:
        """The quietest that was heard lately is the room."""
        if power <= self._quiet:
            self._room, self._quiet = heard, power

    def cancel(self, heard: bytes, played: bytes) -> bytes:
        """A block of what was heard without the echo of what was played; both 16 kHz mono, 16 bits."""
        near, far = _floats(heard), _floats(played)
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = np.fft.rfft(np.concatenate([self._before, far]))
        self._before = far
        echo = np.fft.irfft(np.sum(self._played * self._way, axis=0))[BLOCK:].astype(np.float32)
        clean = near - echo
        self._learn(clean)
        power, left = float(near @ near), float(clean @ clean)
        if far.any():
            self._in = FORGETS * self._in + power
            self._out = FORGETS * self._out + left
            self._blocks += 1
        if not self.settled and power > LOUD * self._quiet and self._played.any():
            return self._room
        if left > power:
            self._look_for_us(near, far)
            return heard
        self._ours = max(float(echo @ echo), self._ours * DIES)
        self._listen(heard, power)
        if self._is_rest(left):
            return self._room
        self._look_for_us(clean, far)
        return _pcm(clean)

    def _look_for_us(self, left: Sound, far: Sound) -> None:
        """What is let through is compared with what was played."""
        if self.settled and float(left @ left) > LOUD * self._quiet:
            self.lost |= self._residual.is_ours(left, far)

    def _is_rest(self, left: float) -> bool:
        """Whether what is left of a block is as little as usual where nobody speaks."""
        if self._ours <= 0.0 or left <= 0.0:
            return False
        share = 10 * math.log10(left / self._ours)
        self._rest += (DOWN if share < self._rest else UP) * (share - self._rest)
        return share < min(MOST, max(LEAST, self._rest + ABOVE))

    def _learn(self, clean: Sound) -> None:
        error = np.fft.rfft(np.concatenate([np.zeros(BLOCK, np.float32), clean])).astype(np.complex64)
        power = np.abs(self._played) ** 2
        now = np.abs(error) ** 2
        self._noise = np.maximum(ATTENTIVE * self._noise + (1 - ATTENTIVE) * now, ALERT * now)
        step = self._doubt / (0.5 * np.sum(self._doubt * power, axis=0) + self._noise + 1e-9)
        change: NDArray[np.floating[Any]] = np.fft.irfft(step * np.conj(self._played) * error, axis=1)
        change[:, BLOCK:] = 0  # a block of the way lasts a block
        moved = np.abs(self._way) ** 2 * (1 - STAYS**2)
        doubt = STAYS**2 * (1 - 0.5 * step * power) * self._doubt + moved
        self._doubt = doubt.astype(np.float32)
        self._way = np.float32(STAYS) * (self._way + np.fft.rfft(change, axis=1).astype(np.complex64))


def _floats(pcm: bytes) -> Sound:
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32_768)


def _pcm(sound: Sound) -> bytes:
    return np.clip(np.rint(sound * 32_768), -32_768, 32_767).astype("<i2").tobytes()
