"""How things stand at this moment, for whoever looks at the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from audio.level import SILENT, decibels
from audio.types import AudioChunk, Source

if TYPE_CHECKING:
    from assistant.attention import Attention
    from assistant.conversation import Conversation

FALL = 6.0
"""Decibels by which the shown level falls with each chunk of 64 ms, so that it can be read."""


class Doing(StrEnum):
    """What Hearth does; one thing at a time."""

    STARTING = "starting"
    """It loads its voice model."""
    LISTENING = "listening"
    """It hears, and nobody speaks."""
    HEARING = "hearing"
    """Somebody speaks."""
    SPEAKING = "speaking"
    """It speaks itself, and can be interrupted."""
    PAUSED = "paused"
    """A ritual waits until somebody goes on."""
    MUTING = "muting"
    """The microphone is about to be closed."""
    MUTED = "muted"
    """The microphone is closed."""
    LOST = "lost"
    """The microphone gives no sound and is looked for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One moment."""

    doing: Doing
    """What Hearth does."""
    level: float = SILENT
    """How loud it is, in dBFS."""
    person: str = ""
    """Whose turn it is; empty for both, or outside of a ritual."""
    seconds_left: float | None = None
    """Until the timer of the exercise is over; None without one."""
    minutes_left: float = 0.0
    """About how long the rest of the ritual takes; 0 outside of one."""
    paused: bool = False
    """Whether a ritual waits until somebody goes on, whatever else is shown."""


Look = Callable[[], Standing]
"""Tells how things stand now, from any thread."""


class Ears(Protocol):
    """A microphone that can be closed for a while."""

    calm: Callable[[], bool]
    """Asked whether nobody speaks, so that sound may come in larger pieces."""

    @property
    def open(self) -> bool:
        """Whether the device is open."""
        ...

    @property
    def lost(self) -> bool:
        """Whether it is being looked for."""
        ...

    @property
    def muted(self) -> bool:
        """Whether it is to hear nothing."""
        ...

    def mute(self, muted: bool = True) -> None:
        """Close the device, or open it again."""
        ...


class Metered:
    """A source, and how loud the last of it was."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.level = SILENT
        """In dBFS; falls slowly."""

    @property
    def live(self) -> bool:
        """As the source."""
        return self._source.live

    def start(self, put: Callable[[AudioChunk | None], None]) -> None:
        """Deliver what the source delivers."""

        def measured(chunk: AudioChunk | None) -> None:
            if chunk is not None:
                self.level = max(decibels(chunk.pcm), self.level - FALL)
            put(chunk)

        self._source.start(measured)

    def read(self) -> AudioChunk | None:
        """As the source."""
        return self._source.read()

    def close(self) -> None:
        """Close the source."""
        self._source.close()


class Watch:
    """Looks at the parts of a conversation; reading a moment too early or too late does no harm."""

    def __init__(self, ears: Ears | None = None) -> None:
        """`ears`: the microphone; None where there is none to be closed."""
        self.ears = ears
        """The microphone."""
        self.meter: Metered | None = None
        """What measures the loudness."""
        self._talk: Conversation | None = None
        self._attention: Attention | None = None

    def follow(self, talk: Conversation, attention: Attention) -> None:
        """The conversation begins."""
        self._talk, self._attention = talk, attention

    @property
    def paused(self) -> bool:
        """Whether a ritual waits until somebody goes on."""
        return self._talk is not None and self._talk.paused

    def look(self) -> Standing:
        """How things stand now."""
        talk, attention = self._talk, self._attention
        if talk is None or attention is None:
            return Standing(Doing.STARTING)
        return Standing(
            doing=self._doing(talk, attention),
            level=self.meter.level if self.meter else SILENT,
            person=talk.person,
            seconds_left=attention.left,
            minutes_left=talk.minutes_left,
            paused=talk.paused,
        )

    def _doing(self, talk: Conversation, attention: Attention) -> Doing:
        if self.ears is not None and self.ears.muted:
            return Doing.MUTING if self.ears.open else Doing.MUTED
        if attention.speaking:
            return Doing.SPEAKING
        if self.ears is not None and self.ears.lost:
            return Doing.LOST
        if talk.paused:
            return Doing.PAUSED
        return Doing.HEARING if attention.occupied else Doing.LISTENING
