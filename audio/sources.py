"""Where sound comes from: a microphone, sound files, or raw samples from another program."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from audio.errors import AudioFileError
from audio.files import load, resampled
from audio.microphone import Microphone
from audio.types import BYTES_PER_SAMPLE, EAR_RATE, AudioChunk

__all__ = ["Microphone", "RawStdin", "SoundFiles"]

CHUNK = 512 * BYTES_PER_SAMPLE
"""Bytes of a chunk: 32 ms."""


class SoundFiles:
    """Sound files one after the other, each followed by silence; read as fast as asked for."""

    def __init__(self, paths: Sequence[Path], gap: float = 2.0) -> None:
        """Reads every file whole before anything is heard; raises AudioFileError if one of them cannot be.

        `gap` is the silence after each file in seconds. An hour of sound takes 115 MB.
        """
        if not paths:
            raise AudioFileError("No sound file was given.", "Name at least one WAV, MP3 or OGG file.")
        self._sounds = [resampled(load(path), EAR_RATE).pcm for path in paths]
        self._gap = bytes(BYTES_PER_SAMPLE * int(gap * EAR_RATE))
        self._chunks = self._cut()

    @property
    def live(self) -> bool:
        """No: it is read when asked for."""
        return False

    def start(self, put: Callable[[AudioChunk | None], None]) -> None:
        """Nothing arrives by itself."""

    def read(self) -> AudioChunk | None:
        """The next 32 ms, the last of each file filled up with silence; None when all files are over."""
        return next(self._chunks, None)

    def close(self) -> None:
        """Let go of the sound; nothing more is read. May be called twice."""
        self._sounds.clear()
        self._chunks = iter(())

    def _cut(self) -> Iterator[AudioChunk]:
        while self._sounds:
            sound = self._sounds.pop(0) + self._gap
            for place in range(0, len(sound), CHUNK):
                yield AudioChunk(sound[place : place + CHUNK].ljust(CHUNK, b"\0"))


class RawStdin:
    """Raw samples on the standard input: 16 kHz, mono, 16-bit signed little-endian."""

    def __init__(self, handle: int | None = None) -> None:
        """`handle` is a file descriptor, the standard input by default; raises AudioFileError for a keyboard."""
        self._handle = sys.stdin.fileno() if handle is None else handle
        self._open = True
        if os.isatty(self._handle):
            message = "The standard input is a keyboard, not sound."
            raise AudioFileError(
                message, "Pipe sound into it: arecord -q -f S16_LE -r 16000 -t raw | hearth listen --input -"
            )

    @property
    def live(self) -> bool:
        """Yes: another program decides when there is sound."""
        return True

    def start(self, put: Callable[[AudioChunk | None], None]) -> None:
        """Deliver what arrives from a thread of its own, then None at the end of the input."""
        threading.Thread(target=self._pump, args=(put,), name="hearth-stdin", daemon=True).start()

    def read(self) -> AudioChunk | None:
        """Nothing: sound arrives by itself."""
        return None

    def close(self) -> None:
        """Deliver nothing more; may be called twice."""
        self._open = False

    def _pump(self, put: Callable[[AudioChunk | None], None]) -> None:
        """Whole samples only: an odd byte waits for its other half, the rest of a last chunk is silence."""
        waiting = b""
        while self._open and (heard := self._next()):
            waiting += heard
            while len(waiting) >= CHUNK and self._open:
                put(AudioChunk(waiting[:CHUNK]))
                waiting = waiting[CHUNK:]
        if self._open:
            if len(waiting) >= BYTES_PER_SAMPLE:
                whole = len(waiting) - len(waiting) % BYTES_PER_SAMPLE
                put(AudioChunk(waiting[:whole].ljust(CHUNK, b"\0")))
            put(None)

    def _next(self) -> bytes:
        """What is there, without the lock of `sys.stdin`, on which an interpreter that ends would wait."""
        try:
            return os.read(self._handle, 8 * CHUNK)
        except OSError:
            return b""
