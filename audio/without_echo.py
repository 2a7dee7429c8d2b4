"""A microphone that does not hear our own speaker."""

from __future__ import annotations

import time
from collections.abc import Callable

from audio.echo_filter import BLOCK_BYTES, EchoFilter
from audio.reference import SLACK, Reference
from audio.types import BYTES_PER_SAMPLE, EAR_RATE, AudioChunk, Source

LEAD = 0.06
"""Seconds by which what was played is known to the filter before it can be heard: no clock is that far out."""

LINGERS = 1.5
"""Seconds after our last sound in which there may be an echo of it."""

UNMEASURED = 0.7
"""Seconds, at least, for which our first words may be heard after they have ended: wireless speakers are late."""

NO_ECHO = 0.05
"""Seconds after our last sound for which nobody could answer yet."""


class WithoutEcho:
    """A source, less the echo of what is played meanwhile. In a quiet time it costs nothing."""

    def __init__(self, source: Source, now: Callable[[], float] = time.monotonic, *, cancels: bool = True) -> None:
        """`cancels`: whether the echo is taken out, and not only measured."""
        self.reference = Reference()
        """To be told what is played, and when by the clock `now`."""
        self._source = source
        self._now = now
        self._cancels = cancels
        self._filter = EchoFilter()
        self._waiting = b""
        self._expected = 0.0

    @property
    def live(self) -> bool:
        """As the source."""
        return self._source.live

    def tail(self, usual: float, heard: bool = False) -> float:
        """Seconds after our last sound in which something of it may still be heard as speech.

        As the filter has measured it, delay and reverberation; as long as it has not, `usual` and no less than
        `UNMEASURED`. So it is if something is `heard` at that moment and no echo was looked for long enough.
        """
        missed = heard and not (self._filter.audible or self._filter.searched)
        if missed or not self._filter.settled:
            return max(usual, UNMEASURED)
        if not self._filter.audible or (self._cancels and self._filter.known):
            return NO_ECHO
        return min(LINGERS, max(NO_ECHO, self._filter.ebbs - LEAD))

    def start(self, put: Callable[[AudioChunk | None], None]) -> None:
        """Deliver what the source delivers."""

        def cleaned(chunk: AudioChunk | None) -> None:
            put(chunk if chunk is None else self.clean(chunk))

        self._source.start(cleaned)

    def read(self) -> AudioChunk | None:
        """As the source: what is read from a file has no echo."""
        return self._source.read()

    def close(self) -> None:
        """Close the source."""
        self._source.close()

    def clean(self, chunk: AudioChunk) -> AudioChunk:
        """What was just heard, without the echo; shorter or longer by less than a block."""
        began = self._now() - chunk.seconds
        if abs(began - self._expected) > SLACK:
            self._expected = began
        began = self._expected - len(self._waiting) / (BYTES_PER_SAMPLE * EAR_RATE)
        self._expected += chunk.seconds
        heard, self._waiting = self._waiting + chunk.pcm, b""
        if not self.reference.sounded_since(began - LINGERS):
            if len(heard) >= BLOCK_BYTES:
                self._filter.rest(heard[-BLOCK_BYTES:])
            return AudioChunk(heard)
        whole = len(heard) // BLOCK_BYTES * BLOCK_BYTES
        played = self.reference.sound(began + LEAD, whole)
        self._waiting = heard[whole:]
        places = [slice(at, at + BLOCK_BYTES) for at in range(0, whole, BLOCK_BYTES)]
        clean = b"".join(self._cancelled(heard[place], played[place]) for place in places)
        return AudioChunk(clean if self._cancels else heard[:whole])

    def _cancelled(self, heard: bytes, played: bytes) -> bytes:
        """A block without the echo; once that was let through the filter begins again, and nothing is heard over us."""
        if self._filter.lost:
            self._filter = self._filter.afresh()
        return self._filter.cancel(heard, played)
