"""Shards: files of many utterances. Each is written aside first, so that one that exists is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audio.training.features import Floats
from audio.training.phones import Segment


@dataclass(frozen=True, slots=True)
class Speech:
    """Sound at 16 kHz with its phones."""

    samples: Floats
    """In the range of 16-bit integers."""
    segments: tuple[Segment, ...]
    """In order; none where nobody speaks."""
    voice: str
    """Who speaks; "" for nobody."""


@dataclass(frozen=True, slots=True)
class Example:
    """One utterance to learn from."""

    frames: Floats
    """MFCCs [3n, 40]."""
    labels: np.ndarray
    """One for each three frames, [n]."""


def shard(folder: Path, number: int) -> Path:
    """Where a stage keeps its shard of this number."""
    return folder / f"{number:04d}.npz"


def save_speech(file: Path, utterances: Iterable[Speech]) -> None:
    """Sound as 16-bit integers."""
    listed = list(utterances)
    phones = [s for u in listed for s in u.segments]
    save(
        file,
        samples=np.concatenate([np.clip(np.round(u.samples), -32768, 32767) for u in listed]).astype(np.int16),
        sizes=np.array([len(u.samples) for u in listed]),
        voices=np.array([u.voice for u in listed]),
        phones=np.array([s.phone for s in phones]),
        times=np.array([(s.start, s.end) for s in phones], np.float32).reshape(-1, 2),
        counts=np.array([len(u.segments) for u in listed]),
    )


def load_speech(file: Path) -> Iterator[Speech]:
    """What `save_speech` stored."""
    stored = np.load(file)
    samples, phones, times = stored["samples"], stored["phones"], stored["times"]
    at = first = 0
    for size, voice, count in zip(stored["sizes"], stored["voices"], stored["counts"], strict=True):
        rows = zip(phones[first : first + count], times[first : first + count], strict=True)
        segments = tuple(Segment(str(phone), float(start), float(end)) for phone, (start, end) in rows)
        yield Speech(samples[at : at + size].astype(np.float32), segments, str(voice))
        at, first = at + size, first + count


def save_examples(file: Path, examples: Iterable[Example]) -> None:
    """Frames with 16 bits a value."""
    listed = list(examples)
    save(
        file,
        feats=np.concatenate([e.frames for e in listed]).astype(np.float16),
        lab=np.concatenate([e.labels for e in listed]),
        n=np.array([len(e.labels) for e in listed]),
    )


def save(file: Path, **arrays: np.ndarray) -> None:
    """Arrays in a file that is whole if it is there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".part.npz")
    np.savez(aside, **arrays)
    aside.replace(file)
