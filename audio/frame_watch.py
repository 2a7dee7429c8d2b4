"""Whether all of a microphone's sound arrives, and whether it is sound at all: counted, not believed."""

from __future__ import annotations

import math

from audio.types import BYTES_PER_SAMPLE, EAR_RATE

DEAD_AFTER = 60.0
"""Seconds of nothing but zeros after which a microphone counts as switched off: every other one has some noise."""

FIRST_WINDOW, WINDOW = 2.0, 20.0
"""Seconds over which the least delay is looked for: at the beginning, and from then on."""

GAP = 0.25
"""Seconds by which the least delay grows when sound was lost; the clocks of two devices part by 2 ms in 20 s."""


class FrameWatch:
    """Follows one stream of samples.

    Sound that is late arrives in the end, and the delay is made up for. A delay that never comes back is sound that
    was lost, whether the driver said so or not.
    """

    def __init__(self, dead_after: float = DEAD_AFTER) -> None:
        self.dead_after = dead_after
        """Seconds of zeros after which the microphone is dead; doubles whenever it turns out not to have been.

        Some headsets deliver zeros whenever nobody speaks: those are not asked about again and again.
        """
        self.gaps = 0
        """How often sound was lost."""
        self.dead = False
        """Whether nothing but zeros has arrived for long."""
        self.begin(0.0)

    def begin(self, now: float) -> None:
        """The stream begins at this monotonic moment, or goes on after a pause of ours."""
        self._began, self._until = now, now + FIRST_WINDOW
        self._seconds = self._zeros = 0.0
        self._least, self._before = math.inf, math.inf

    def arrived(self, pcm: bytes, now: float) -> None:
        """The next 16 kHz mono samples have arrived."""
        seconds = len(pcm) / (EAR_RATE * BYTES_PER_SAMPLE)
        self._seconds += seconds
        self._zeros = 0.0 if pcm.strip(b"\0") else self._zeros + seconds
        self._least = min(self._least, now - self._began - self._seconds)
        if now >= self._until:
            self.gaps += self._least - self._before > GAP
            self._before, self._least, self._until = self._least, math.inf, now + WINDOW
        if self.dead and not self._zeros:
            self.dead_after *= 2
        self.dead = self._zeros >= self.dead_after
