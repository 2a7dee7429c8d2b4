"""The values that pass between the parts of the ears and the mouth. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

EAR_RATE = 16_000
"""Samples a second of everything that is heard: 16-bit signed little-endian mono PCM."""

BYTES_PER_SAMPLE = 2


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """A short stretch of sound that was just heard."""

    pcm: bytes
    """16-bit signed little-endian mono samples."""
    rate: int = EAR_RATE
    """Samples a second."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.pcm) / (BYTES_PER_SAMPLE * self.rate)


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished sound to be played."""

    pcm: bytes
    """16-bit signed little-endian mono samples."""
    rate: int
    """Samples a second."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.pcm) / (BYTES_PER_SAMPLE * self.rate)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a transcript."""

    text: str
    """The word, lower case; `[unk]` for speech that is none of the words listened for."""
    start: float
    """Seconds from the start of the utterance."""
    end: float
    """Seconds from the start of the utterance."""
    confidence: float
    """0 to 1, as Vosk's lattice posterior; within a grammar it says little (vosk-api#741)."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one recogniser made of one utterance."""

    text: str
    """Lower-case words separated by single spaces; empty if nothing was made out."""
    confidence: float
    """Mean of the words' confidences, 0 to 1; 0 without words."""
    words: tuple[Word, ...] = ()
    """The words with their times."""
    rivals: tuple[Transcript, ...] = ()
    """What else the same sound may have been, each with its confidence; only of a phrase."""
    agreement: float = 1.0
    """How alike dictation heard the words of a phrase, 0 to 1; 1 where it was not asked."""
    dictated: tuple[str, ...] | None = None
    """What dictation heard in the time of a phrase's words, without free ones; None where it was not asked."""
    overshoots: bool = False
    """Whether dictation heard the first words of a phrase and nothing like the others: its end may be made up."""


class Hearing(StrEnum):
    """What the ear listens for."""

    COMMANDS = "commands"
    """Every phrase the assistant understands, and phrases that lead into free words."""
    ANSWERS = "answers"
    """Free dictation, beside the control phrases."""
    CONTROLS = "controls"
    """Control phrases only (skip, repeat, pause, stop …): while speaking, while a timer runs, while paused."""
    REPLIES = "replies"
    """Control phrases, and dictation of what is short and none of them: after a question."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One finished utterance."""

    phrase: Transcript | None
    """The whole phrase listened for that this utterance was, with free words spliced in; None if it was none."""
    answer: Transcript | None
    """The utterance as dictation, in ANSWERS hearing; in COMMANDS and REPLIES hearing that of a short one that was no
    phrase."""
    seconds: float
    """Length of the speech in seconds, without the trailing silence."""
    ended: float
    """Audio second (of everything heard so far) at which the endpoint was decided."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody has spoken for a while."""

    seconds: float
    """Audio seconds since the last speech, or since the listening began."""


@dataclass(frozen=True, slots=True)
class Onset:
    """Somebody began to speak (Wyoming: voice-started)."""

    at: float
    """Audio second at which the speech began."""


@dataclass(frozen=True, slots=True)
class Device:
    """One sound device, matched by name and never by index."""

    name: str
    """The host's name for it."""
    inputs: int
    """Channels it can record."""
    outputs: int
    """Channels it can play."""
    default_input: bool
    """Whether the host records from it unless told otherwise."""
    default_output: bool
    """Whether the host plays to it unless told otherwise."""
    rate: int = 0
    """Samples a second that it works with by itself; 0 if that is not known."""


class Source(Protocol):
    """Where sound comes from. Chunks arrive through the function given to `start`, from any thread."""

    @property
    def live(self) -> bool:
        """Whether sound arrives by itself in real time (a microphone), or is read when asked for (a file)."""
        ...

    def start(self, put: Callable[[AudioChunk | None], None]) -> None:
        """Begin to deliver; a live source calls `put` from its own thread, with None once it is over for good.

        Raises DeviceError when there is nothing to hear with. A source that is not live delivers nothing here.
        """
        ...

    def read(self) -> AudioChunk | None:
        """The next chunk of a source that is not live; None when it is over."""
        ...

    def close(self) -> None:
        """Stop and release the device or file; may be called twice."""
        ...


class Ear(Protocol):
    """Turns chunks into utterances."""

    def listen_for(self, hearing: Hearing, patience: float, sure: float = 0.0) -> None:
        """From the next utterance on listen for this; `patience` is the silence in seconds that ends it.

        `sure`, if it is shorter and not 0, ends one that is sure to be a whole phrase, and none that could go on.
        """
        ...

    def hear(self, chunk: AudioChunk) -> list[Onset | Heard | Silence]:
        """What became known with this chunk, in order; Silence at most once a second."""
        ...

    def part(self) -> None:
        """What is said after the next pause, however short, is an utterance of its own."""
        ...

    def end(self) -> list[Heard]:
        """The sound is over: what was being said."""
        ...

    def close(self) -> None:
        """Release the models."""
        ...


class Voice(Protocol):
    """Turns text into sound."""

    def render(self, text: str) -> Clip:
        """Speak one sentence; raises VoiceError when no synthesiser can."""
        ...

    def close(self) -> None:
        """Stop the synthesiser."""
        ...


class Player(Protocol):
    """Plays clips one after the other."""

    @property
    def busy(self) -> bool:
        """Whether anything is sounding or waiting to sound."""
        ...

    def play(self, clip: Clip, done: Callable[[], None] | None = None) -> None:
        """Queue a clip; `done` is called from any thread once its last sample has left, not if it was stopped."""
        ...

    def stop(self) -> None:
        """Silence at once (within 100 ms) and forget what was queued."""
        ...

    def close(self) -> None:
        """Stop and release the device or file; may be called twice."""
        ...
