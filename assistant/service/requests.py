"""What clients can ask for: events of the Wyoming protocol as checked values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta
from wyoming.event import Event

from assistant.service.wire import RefusedError

T = TypeVar("T")

Positive = Annotated[int, Meta(ge=1)]


@dataclass(frozen=True, slots=True)
class Describe:
    """Who are you, and what can you do?"""


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Speech follows, which is to be written down."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the samples of a sound lie."""

    rate: Positive
    """Frames a second."""
    width: Annotated[int, Meta(ge=1, le=4)]
    """Bytes of a sample; one byte is unsigned, more are signed and little-endian."""
    channels: Annotated[int, Meta(ge=1, le=8)]
    """Samples in a frame."""


@dataclass(frozen=True, slots=True)
class AudioStart:
    """Sound follows."""

    shape: Shape
    """How it lies."""


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """The next stretch of sound."""

    shape: Shape
    """How it lies."""
    sound: bytes
    """Samples; not necessarily whole frames."""


@dataclass(frozen=True, slots=True)
class AudioStop:
    """The sound is over."""


@dataclass(frozen=True, slots=True)
class Synthesize:
    """Speak a text."""

    text: str
    """The text."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a client says about the conversation that a text belongs to."""

    conversation_id: Annotated[str, Meta(max_length=200)] | None = None
    """Its name for the conversation; without one, the connection is the conversation."""


@dataclass(frozen=True, slots=True)
class Recognize:
    """Tell what a text means, and do nothing about it."""

    text: str
    """The text."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """Something was said: answer it."""

    text: str
    """The words."""
    context: Context | None = field(default=None)
    """The conversation they belong to."""

    @property
    def conversation(self) -> str:
        """The client's name for the conversation; empty without one."""
        return (self.context.conversation_id if self.context else None) or ""


Request = Describe | Transcribe | AudioStart | AudioChunk | AudioStop | Synthesize | Recognize | Transcript

BARE: dict[str, Request] = {"describe": Describe(), "transcribe": Transcribe(), "audio-stop": AudioStop()}
"""Requests of which nothing but their kind counts."""

TEXTS: dict[str, type[Synthesize | Recognize | Transcript]] = {
    "synthesize": Synthesize,
    "recognize": Recognize,
    "transcript": Transcript,
}
"""Requests about a text."""


def read_request(event: Event) -> Request | None:
    """The request; None for events that concern others, which Wyoming wants to be ignored. Raises RefusedError."""
    if event.type in BARE:
        return BARE[event.type]
    try:
        return _with_values(event)
    except msgspec.ValidationError as error:
        raise RefusedError(f"The values of '{event.type}' do not fit.") from error


def _with_values(event: Event) -> Request | None:
    if event.type in TEXTS:
        return _converted(event.data, TEXTS[event.type])
    match event.type:
        case "audio-start":
            return AudioStart(_converted(event.data, Shape))
        case "audio-chunk":
            return AudioChunk(_converted(event.data, Shape), event.payload or b"")
        case _:
            return None


def _converted(data: dict[str, Any], kind: type[T]) -> T:
    return msgspec.convert(data, kind)
