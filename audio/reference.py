"""What our speaker plays, moment by moment: what echo cancellation has to know."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from audio.conversion import converter
from audio.types import BYTES_PER_SAMPLE, EAR_RATE

SLACK = 0.06
"""Seconds by which two moments may differ that are one after the other: callbacks are not punctual."""

KEPT = 3.0
"""Seconds of sound that are kept."""


class Reference:
    """Sound, and when it leaves the speaker by the monotonic clock; one thread writes, another one reads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._coming: deque[tuple[float, bytes, int, int]] = deque()
        self._sound = bytearray()
        self._begins = 0.0
        self._shape = (0, 0)
        self._convert: Callable[[bytes], bytes] = bytes
        self._until = 0.0

    def played(self, when: float, pcm: bytes, rate: int, channels: int) -> None:
        """This leaves the speaker from that moment on. No work is done here: it is called by the sound system."""
        with self._lock:
            self._coming.append((when, pcm, rate, channels))
            self._until = when + len(pcm) / (BYTES_PER_SAMPLE * rate * channels)

    def cut(self, when: float) -> None:
        """Nothing leaves the speaker from this moment on."""
        with self._lock:
            self._take()
            del self._sound[max(0, self._place(when)) :]
            self._until = min(self._until, when)

    def sounded_since(self, when: float) -> bool:
        """Whether anything left the speaker after this moment, or is about to."""
        return self._until > when

    def sound(self, when: float, size: int) -> bytes:
        """So many bytes of 16 kHz mono sound from that moment on, silence where nothing was played."""
        with self._lock:
            self._take()
            start = self._place(when)
            found = bytes(self._sound[max(0, start) : max(0, start + size)])
            del self._sound[: max(0, self._place(when - KEPT))]
            self._begins = max(self._begins, when - KEPT) if self._sound else self._begins
        return (bytes(max(0, min(size, -start))) + found).ljust(size, b"\0")

    def _place(self, when: float) -> int:
        return round((when - self._begins) * EAR_RATE) * BYTES_PER_SAMPLE

    def _take(self) -> None:
        while self._coming:
            when, pcm, rate, channels = self._coming.popleft()
            ends = self._begins + len(self._sound) / (BYTES_PER_SAMPLE * EAR_RATE)
            if not self._sound or abs(when - ends) > SLACK or (rate, channels) != self._shape:
                self._shape, self._convert = (rate, channels), converter(rate, channels)
                if not self._sound:
                    self._begins = when
                del self._sound[max(0, self._place(when)) :]
                self._sound.extend(bytes(self._place(when) - len(self._sound)))
            self._sound += self._convert(pcm)
