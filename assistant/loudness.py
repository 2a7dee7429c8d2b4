"""A speaker that plays more softly than it is given."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache

from audio.types import BYTES_PER_SAMPLE, Clip, Player


class Softened:
    """Passes every clip on to another player at a share of its loudness."""

    def __init__(self, player: Player, loudness: Callable[[], float]) -> None:
        """`loudness` tells for each clip anew how loud it is to be, from 0 (silent) to 1 (as given)."""
        self._player = player
        self._loudness = loudness

    @property
    def busy(self) -> bool:
        """Whether anything is sounding or waiting to sound."""
        return self._player.busy

    def play(self, clip: Clip, done: Callable[[], None] | None = None) -> None:
        """Queue the softened clip."""
        self._player.play(softened(clip, self._loudness()), done)

    def stop(self) -> None:
        """Silence at once."""
        self._player.stop()

    def close(self) -> None:
        """Release the device."""
        self._player.close()


def softened(clip: Clip, loudness: float) -> Clip:
    """The clip with every sample multiplied by `loudness`, 0 to 1 (0.1 ms for a sentence)."""
    if loudness >= 1.0:
        return clip
    return Clip(_multiplication()(clip.pcm, BYTES_PER_SAMPLE, loudness), clip.rate)


@cache
def _multiplication() -> Callable[[bytes, int, float], bytes]:
    """Of `audioop`, which has a package of its own since it left the standard library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import audioop
    return audioop.mul
