"""The stages "voices", "augmentation" and "features": texts are spoken, heard by a microphone, and turned into frames.

Each makes shard after shard, and each shard from a seed of its own: a stopped stage goes on where it was, and several
processes can share the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import soxr
from numpy.random import Generator

from audio.training.features import FRAME, HOP, RATE, Floats, filters, mfcc
from audio.training.microphone import Microphone
from audio.training.noises import level
from audio.training.phones import Segment, Utterance, labels
from audio.training.store import Example, Speech, load_speech, save_examples, save_speech
from audio.training.transform import breath, breathy, uneven_tempo
from audio.training.voices import Shares, Speakers

NOBODY = 0.03
"""Share of utterances in which nobody speaks."""
FRAMES_PER_LABEL = 3
DRY = 3000.0
"""Level of dry speech in a shard."""


def speak(file: Path, texts: Iterator[str], shares: Shares, seed: int, count: int) -> None:
    """Voices: `count` texts by voices that are not kept apart, 16 kHz, without any room."""
    rng = np.random.default_rng(seed)
    speakers = Speakers(seed, shares)
    said = (dry for utterance in speakers.say_all(texts) if (dry := _resampled(rng, utterance)))
    save_speech(file, islice(said, count))


def record(file: Path, dry: Path, seed: int) -> None:
    """Augmentation: each utterance breathy or not, with breaths around it, in a room, with noise."""
    save_speech(file, _recorded(np.random.default_rng(seed), Microphone(seed), load_speech(dry)))


def analyse(file: Path, heard: Path, seed: int) -> None:
    """Features: another vocal tract and an uneven tempo for each utterance, and labels on the 30 ms grid."""
    rng = np.random.default_rng(seed)
    found = (_example(rng, speech) for speech in load_speech(heard))
    save_examples(file, (example for example in found if example is not None))


def _resampled(rng: Generator, utterance: Utterance) -> Speech | None:
    """At another pitch and tempo, and at the level DRY; None if nothing was said."""
    if len(utterance.samples) < 0.1 * utterance.rate or not utterance.samples.any():
        return None
    speed = float(rng.triangular(0.86, 1.0, 1.18))
    samples = soxr.resample(utterance.samples, utterance.rate * speed, RATE).astype(np.float32)
    moved = tuple(Segment(s.phone, s.start / speed, s.end / speed) for s in utterance.segments)
    return Speech(samples * (DRY / level(samples)), moved, utterance.voice)


def _recorded(rng: Generator, microphone: Microphone, dry: Iterator[Speech]) -> Iterator[Speech]:
    for speech in dry:
        if rng.random() < NOBODY:
            yield Speech(microphone.nothing(int(RATE * rng.uniform(1, 5))), (), "")
        voice = speech.samples / level(speech.samples)
        if rng.random() < 0.25:
            voice = breathy(rng, voice)
            voice /= level(voice)
        lead, tail = _pause(rng), _pause(rng)
        before = len(lead) / RATE
        moved = [Segment(s.phone, s.start + before, s.end + before) for s in speech.segments]
        around = (Segment("SIL", 0.0, before), *moved, Segment("SIL", moved[-1].end, 99.0))
        yield Speech(microphone.speech(np.concatenate([lead, voice, tail])), around, speech.voice)


def _pause(rng: Generator) -> Floats:
    """Up to 0.9 s before or after speech, alike on either side, with breaths and clicks or without."""
    size = int(RATE * rng.triangular(0, 0.15, 0.9))
    quiet = np.zeros(size, np.float32)
    while size and rng.random() < 0.5:
        quiet += breath(rng, size)
    return quiet


def _example(rng: Generator, speech: Speech) -> Example | None:
    """None if there are more phones than frames."""
    bumps = rng.normal(0, 0.03, 4) if rng.random() < 0.6 else None
    frames = mfcc(speech.samples, filters(float(rng.triangular(0.8, 1.0, 1.22)), bumps))
    segments = speech.segments or (Segment("SIL", 0.0, 99.0),)
    times = np.array([(s.start * RATE - FRAME / 2) / HOP for s in segments], np.float32)
    if rng.random() < 0.5:
        old = np.arange(len(frames))
        frames, new = uneven_tempo(rng, frames, float(rng.uniform(0.05, 0.3)))
        times = np.interp(times, old, new).astype(np.float32)
    count = len(frames) // FRAMES_PER_LABEL
    try:
        return Example(frames[: count * FRAMES_PER_LABEL], labels(list(segments), count, times / FRAMES_PER_LABEL))
    except ValueError:
        return None
