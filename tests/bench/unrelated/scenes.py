"""A minute of unrelated sound after the other; the same number gives the same minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from audio.types import EAR_RATE
from tests.bench.unrelated import sounds, texts
from tests.bench.unrelated.voices import Sound, say, speaker

TALK, TELEVISION, BUSY, MUSIC, KITCHEN = "talk", "television", "talk in a kitchen", "music", "kitchen"
KINDS = (TALK, TELEVISION, TALK, TELEVISION, BUSY, TALK, TELEVISION, MUSIC, TALK, KITCHEN)
"""In turn: eight minutes of speech, one of music, one of a kitchen."""
SPEECH = frozenset({TALK, TELEVISION, BUSY})


@dataclass(frozen=True, slots=True)
class Scene:
    """A stretch of sound."""

    kind: str
    """One of KINDS."""
    pcm: bytes
    """16 kHz mono, 16 bits."""
    said: tuple[tuple[float, str], ...]
    """When what was said began, in seconds."""


def scene(number: int, seconds: float = 60.0, sentences: Sequence[str] = ()) -> Scene:
    """The scene with this number; `sentences` are spoken instead of made-up ones, in their order."""
    kind = KINDS[number % len(KINDS)]
    random, noise = Random(number), np.random.default_rng(number)
    floor = sounds.hiss(seconds, noise.uniform(-72, -58), noise)
    if kind == "music":
        return Scene(kind, _pcm(floor + sounds.at_level(sounds.music(seconds, noise), noise.uniform(-36, -20))), ())
    if kind == "kitchen":
        return Scene(kind, _pcm(floor + sounds.kitchen(seconds, noise) * noise.uniform(0.3, 1.5)), ())
    television = kind == "television"
    speech, said = _speech(seconds, television, random, sentences)
    speech = sounds.convolved(speech, sounds.impulse(noise.uniform(0.25, 0.6), noise.uniform(-2, 10), noise))
    speech = sounds.at_level(speech, noise.uniform(-38, -20))
    if television:
        speech = sounds.band(speech, 180, 6_500)
        if random.random() < 0.6:
            speech += sounds.at_level(sounds.music(seconds, noise), noise.uniform(-55, -40))
    if kind == "talk in a kitchen":
        speech += sounds.kitchen(seconds, noise) * noise.uniform(0.1, 0.5)
    return Scene(kind, _pcm(floor + speech), tuple(said))


def _speech(
    seconds: float, television: bool, random: Random, sentences: Sequence[str]
) -> tuple[Sound, list[tuple[float, str]]]:
    """Two people in turn, sometimes over each other; on television mostly without a pause."""
    sound = np.zeros(int(seconds * EAR_RATE), np.float32)
    people = [speaker(random), speaker(random)]
    lines = list(sentences) or (texts.programme(40, random) if television else texts.conversation(60, random))
    at, said = random.uniform(0.2, 1.5), []
    for number, line in enumerate(lines):
        part = say(line, people[number % 2] if not television or random.random() < 0.3 else people[0])
        start = int(at * EAR_RATE)
        if start + len(part) >= len(sound):
            break
        sound[start : start + len(part)] += part * 10 ** (random.uniform(-4, 0) / 20)
        said.append((at, line))
        at += len(part) / EAR_RATE + (random.uniform(0.1, 0.9) if television else random.triangular(-0.1, 3.0, 0.7))
        at = max(at, 0.0)
    return sound, said


def _pcm(sound: Sound) -> bytes:
    return np.clip(np.rint(sound * 32_767), -32_768, 32_767).astype("<i2").tobytes()
