"""Where speech goes when it goes to no speaker: into a WAV file, or nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from audio.errors import AudioFileError
from audio.files import create, header, resampled, unwritable
from audio.speaker import Speaker
from audio.types import BYTES_PER_SAMPLE, Clip

__all__ = ["NullPlayer", "Speaker", "WavSink"]

GAP = 0.2
"""Seconds of silence between two clips in a file."""


class WavSink:
    """Appends every clip to a WAV file at once; the file is whole and playable at any moment."""

    def __init__(self, path: Path, rate: int = 22_050) -> None:
        """Starts the file anew, mode 0600; raises AudioFileError when it cannot be written."""
        self._path = path
        self._rate = rate
        self._size = 0
        self._file = create(path)
        try:
            self._write(0, header(0, rate))
        except AudioFileError:
            self._file.close()
            raise

    @property
    def busy(self) -> bool:
        """Never: a file takes sound as fast as it is given."""
        return False

    @property
    def seconds(self) -> float:
        """Length of what was written."""
        return self._size / (BYTES_PER_SAMPLE * self._rate)

    def play(self, clip: Clip, done: Callable[[], None] | None = None) -> None:
        """Append a clip; `done` is called before this returns. Raises AudioFileError, for example on a full disk."""
        pcm = resampled(clip, self._rate).pcm
        gap = bytes(BYTES_PER_SAMPLE * int(GAP * self._rate)) if self._size else b""
        whole = header(0, self._rate)
        self._write(len(whole) + self._size, gap + pcm)
        self._size += len(gap + pcm)
        self._write(0, header(self._size, self._rate))  # last, so that a crash leaves the shorter sound
        if done is not None:
            done()

    def stop(self) -> None:
        """Nothing is waiting to sound."""

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._file.close()

    def _write(self, place: int, content: bytes) -> None:
        try:
            self._file.seek(place)
            while content:
                content = content[self._file.write(content) :]
        except OSError as error:
            raise unwritable(self._path, error) from error


class NullPlayer:
    """Takes every clip for played at once, without a sound."""

    @property
    def busy(self) -> bool:
        """Never."""
        return False

    def play(self, clip: Clip, done: Callable[[], None] | None = None) -> None:
        """Call `done`."""
        if done is not None:
            done()

    def stop(self) -> None:
        """Nothing sounds."""

    def close(self) -> None:
        """Nothing is open."""
