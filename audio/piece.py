"""A clip on its way to the speaker."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from audio.devices import Opened
from audio.files import resampled
from audio.types import Clip


class Piece:
    """One clip, in the shape that the device takes."""

    def __init__(self, clip: Clip, done: Callable[[], None] | None) -> None:
        self._clip = clip
        self._done = done
        self.pcm = b""
        """The samples as the device takes them."""
        self.place = 0
        """How many bytes of them were handed over."""

    def fit(self, opened: Opened | None) -> None:
        """Begin anew, in the shape that the device takes."""
        self.place = 0
        if opened is None:
            return
        self.pcm = resampled(self._clip, opened.rate).pcm
        if opened.channels == 2:
            samples, pairs = array("h", self.pcm), array("h", bytes(2 * len(self.pcm)))
            pairs[0::2] = pairs[1::2] = samples
            self.pcm = pairs.tobytes()

    def tell(self) -> None:
        """Say that it was played."""
        if self._done is not None:
            self._done()
