"""One sound file through the ear, and what was understood of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from assistant.understanding import Matcher
from audio.segmenter import PRE_ROLL
from audio.types import (
    BYTES_PER_SAMPLE,
    EAR_RATE,
    AudioChunk,
    Ear,
    Heard,
    Hearing,
    Onset,
    Silence,
    Source,
    Transcript,
)
from audio.vad import FRAME_BYTES, FRAME_SECONDS
from intents.types import Intent

LEAD_FRAMES = math.ceil(PRE_ROLL / FRAME_SECONDS)
"""Frames of silence before a file, so that its first utterance has nothing of the file before it."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of speech."""

    start: float
    """Seconds from the file's start."""
    transcript: Transcript
    """The sentence that was heard; empty if it was none."""
    intent: Intent | None
    """What it means; None if it was not understood."""

    def as_json(self) -> dict[str, Any]:
        """The stable form for programs; word times count from the file's start."""
        words = self.transcript.words
        return {
            "text": self.transcript.text,
            "intent": self.intent.name if self.intent else None,
            "slots": dict(self.intent.slots) if self.intent else {},
            "confidence": round(self.transcript.confidence, 3),
            "words": [
                {
                    "text": word.text,
                    "start": round(self._moment(word.start), 3),
                    "end": round(self._moment(word.end), 3),
                    "confidence": round(word.confidence, 3),
                }
                for word in words
            ],
        }

    def _moment(self, seconds: float) -> float:
        """Word times count from the beginning of the pre-roll."""
        return max(0.0, self.start - PRE_ROLL + seconds)


NOTHING = Utterance(0.0, Transcript("", 0.0), None)


@dataclass(frozen=True, slots=True)
class FileHeard:
    """Everything that was heard in one file."""

    file: str
    """Its name as it was given."""
    seconds: float
    """Its length."""
    utterances: tuple[Utterance, ...]
    """In the order of time."""

    @property
    def best(self) -> Utterance:
        """The first utterance that was understood, else the first, else one without words."""
        understood = (utterance for utterance in self.utterances if utterance.intent)
        return next(understood, next(iter(self.utterances), NOTHING))

    def as_json(self) -> dict[str, Any]:
        """The stable form for programs."""
        every = [{"start": round(one.start, 3), **one.as_json()} for one in self.utterances]
        return {"file": self.file, **self.best.as_json(), "seconds": round(self.seconds, 3), "utterances": every}

    def as_text(self) -> str:
        """One line for each utterance."""
        return "\n".join(f"{self.file}: {_line(one)}" for one in self.utterances or (NOTHING,))


class FileListener:
    """Hears one file after the other with the same ear, each as if it were the only one."""

    def __init__(self, ear: Ear, sentences: Matcher, patience: float) -> None:
        """`patience`: seconds of silence that end an utterance."""
        self._ear = ear
        self._sentences = sentences
        self._frames = 0
        ear.listen_for(Hearing.COMMANDS, patience)

    def hear(self, name: str, source: Source, gap: float = 0.0) -> FileHeard:
        """Everything that is heard in a source that is not live and ends with `gap` seconds of silence."""
        self._feed(AudioChunk(bytes(LEAD_FRAMES * FRAME_BYTES)))
        began, fed = self._frames * FRAME_SECONDS, 0
        noticed: list[Onset | Heard | Silence] = []
        while (chunk := source.read()) is not None:
            fed += len(chunk.pcm)
            noticed += self._ear.hear(chunk)
        noticed += self._ear.end()
        self._frames += fed // FRAME_BYTES
        seconds = max(0.0, fed / (BYTES_PER_SAMPLE * EAR_RATE) - gap)
        return FileHeard(name, seconds, tuple(self._utterances(noticed, began)))

    def _feed(self, silence: AudioChunk) -> None:
        self._ear.hear(silence)
        self._frames += len(silence.pcm) // FRAME_BYTES

    def _utterances(self, noticed: Sequence[Onset | Heard | Silence], began: float) -> Iterator[Utterance]:
        start = 0.0
        for event in noticed:
            match event:
                case Onset(at=at):
                    start = max(0.0, at - began)
                case Heard(phrase=phrase):
                    intent = self._sentences.match(phrase.text) if phrase else None
                    yield Utterance(start, phrase or NOTHING.transcript, intent)
                case Silence():
                    pass
                case _:
                    assert_never(event)


def _line(one: Utterance) -> str:
    if one.intent is None:
        return f"({one.transcript.text or 'not understood'})"
    slots = "".join(f" {key}={value}" for key, value in one.intent.slots.items())
    return f"{one.transcript.text}  [{one.intent.name}{slots}, {one.transcript.confidence:.2f}]"
