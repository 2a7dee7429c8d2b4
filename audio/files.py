"""Sound files: read whatever a person has, write WAV."""

from __future__ import annotations

import io
import os
import shutil
import struct
import warnings
from pathlib import Path
from typing import BinaryIO

from audio.errors import AudioFileError
from audio.types import BYTES_PER_SAMPLE, Clip
from audio.waveform import Waveform, is_wav, read_wav

HEADER = 44
"""Bytes before the first sample of the WAV files that are written."""

LARGEST = 0xFFFF_FFFF - HEADER
"""Bytes of samples that a WAV header can tell of."""


def load(path: Path) -> Clip:
    """The sound in a file, as mono at the file's own rate; plain WAV needs nothing installed, the rest ffmpeg.

    Raises AudioFileError when the file is missing, empty, not audio, damaged, or needs a missing ffmpeg.
    """
    content = _content(path)
    try:
        form = read_wav(content) if is_wav(content) else None
        clip = (form or _imported(content)).mono()
    except AudioFileError as error:
        raise AudioFileError(f"{path}: {error.message}", error.hint or "Give a WAV, MP3 or OGG file.") from error
    if not clip.pcm:
        raise AudioFileError(f"{path}: there is no sound in this file.", "Record it again.")
    return clip


def resampled(clip: Clip, rate: int) -> Clip:
    """The same sound at another rate (soxr, high quality)."""
    if clip.rate == rate:
        return clip
    import numpy as np
    import soxr

    samples = soxr.resample(np.frombuffer(clip.pcm, "<i2"), clip.rate, rate, quality="HQ")
    return Clip(samples.astype("<i2").tobytes(), rate)


def save(path: Path, clip: Clip) -> None:
    """Write a WAV file of mode 0600; raises AudioFileError when it cannot be written."""
    try:
        with create(path) as file:
            file.write(header(len(clip.pcm), clip.rate) + clip.pcm)
    except OSError as error:
        raise unwritable(path, error) from error


def create(path: Path) -> BinaryIO:
    """An empty file of mode 0600 to write a WAV into; raises AudioFileError, also rather than destroy another file."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        file = os.fdopen(handle, "r+b", buffering=0)
    except OSError as error:
        raise unwritable(path, error) from error
    if (start := file.read(12)) and not is_wav(start):
        file.close()
        raise AudioFileError(f"{path} exists and is not a WAV file.", "Choose another name; nothing was written.")
    path.chmod(0o600)
    file.seek(0)
    file.truncate()
    return file


def unwritable(path: Path, error: OSError) -> AudioFileError:
    """What to say when a sound file cannot be written."""
    return AudioFileError(f"{path} cannot be written: {error.strerror}.", "Choose another place or make room.")


def header(size: int, rate: int) -> bytes:
    """The header of a WAV file of `size` bytes of 16-bit mono samples."""
    size = min(size, LARGEST)
    shape = struct.pack("<HHIIHH", 1, 1, rate, rate * BYTES_PER_SAMPLE, BYTES_PER_SAMPLE, 16)
    riff = struct.pack("<4sI4s4sI", b"RIFF", HEADER - 8 + size, b"WAVE", b"fmt ", len(shape))
    return riff + shape + struct.pack("<4sI", b"data", size)


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise AudioFileError(f"{path}: there is no such file.", "Check the name.") from error
    except OSError as error:
        raise AudioFileError(f"{path} cannot be read: {error.strerror}.", "Check the file and its rights.") from error
    if not content:
        raise AudioFileError(f"{path}: the file is empty.", "Record it again.")
    return content


def _imported(content: bytes) -> Waveform:
    """Everything but plain WAV, by pydub and ffmpeg; read from memory, so that no name reaches ffmpeg."""
    if not (shutil.which("ffmpeg") and shutil.which("ffprobe")):
        hint = "Install ffmpeg (sudo apt install ffmpeg; brew install ffmpeg), or give a WAV file."
        raise AudioFileError("this is no plain WAV file, and ffmpeg, which reads the others, is missing.", hint)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub's modules are deprecated in places
        from pydub import AudioSegment
    try:
        segment = AudioSegment.from_file(io.BytesIO(content))
    except Exception as error:
        raise AudioFileError("this is not a sound that can be read.", "Give a WAV, MP3 or OGG file.") from error
    segment = segment.set_sample_width(2)
    return Waveform(segment.raw_data, segment.frame_rate, segment.channels, 2)
