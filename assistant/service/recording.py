"""One client's sound, until it is over: whatever form it comes in, kept as mono samples of 16 bits."""

from __future__ import annotations

from assistant.service.limits import Limits
from assistant.service.requests import Shape
from assistant.service.wire import RefusedError
from audio.types import BYTES_PER_SAMPLE, Clip
from audio.waveform import Waveform


class Recording:
    """Grows to the limit and no further."""

    def __init__(self, shape: Shape, limits: Limits) -> None:
        """Raises RefusedError for a rate that no speech has."""
        lowest, highest = limits.rates
        if not lowest <= shape.rate <= highest:
            raise RefusedError(f"Sound has {lowest} to {highest} samples a second.")
        self._shape = shape
        self._limits = limits
        self._samples = bytearray()
        self._rest = b""

    def add(self, shape: Shape, sound: bytes) -> None:
        """The next stretch; raises RefusedError for another form than before, and for too much."""
        if shape != self._shape:
            raise RefusedError("The form of the sound changed in the middle of it.")
        sound = self._rest + sound
        whole = len(sound) - len(sound) % (shape.width * shape.channels)
        self._rest = sound[whole:]
        self._samples += Waveform(sound[:whole], shape.rate, shape.channels, shape.width).mono().pcm
        if len(self._samples) > self._limits.speech * shape.rate * BYTES_PER_SAMPLE:
            raise RefusedError(f"One request has at most {self._limits.speech:g} seconds of sound.")

    def clip(self) -> Clip:
        """All of it."""
        return Clip(bytes(self._samples), self._shape.rate)
