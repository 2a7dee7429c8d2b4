"""False accepts: hours of two people talking, and of television, heard by Hearth's whole ear while it is idle."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soxr

from audio.ear import VoskEar
from audio.training.espeak import Espeak
from audio.training.features import RATE, Floats
from audio.training.held_out import held_out
from audio.training.noises import coloured, level, music
from audio.training.progress import Report
from audio.training.sounds import CONDITIONS, Place
from audio.training.texts import Grammar
from audio.types import AudioChunk, Heard

HOURS = 1.0
"""Of each kind of talk."""
PAIRS = [speaker for speaker in held_out().speakers if "+" in speaker]
"""Who talks in pairs."""
SAYING = 12
"""Utterances of a pair before another pair comes in."""


def conversation(rng: random.Random, espeak: Espeak, commands: frozenset[str]) -> Iterator[Floats]:
    """Two people across a room, with pauses; what they say is drawn from the grammar of talk, never a command."""
    grammar = Grammar()
    while True:
        pair = rng.sample(PAIRS, 2)
        place = Place(rng.choice([c for c in CONDITIONS if c.distance]), rng.randrange(10**6), [])
        for turn in range(SAYING):
            text = grammar.sentence(rng, "talk")
            if text in commands:
                continue
            dry = _speech(espeak, text, pair[turn % 2], rng)
            pad = np.zeros(RATE, np.float32)
            heard = np.frombuffer(place.heard(np.concatenate([pad, dry, pad])), "<i2").astype(np.float32)
            yield np.concatenate([heard, _faint(rng, rng.uniform(0, 2))])


def television(rng: random.Random, espeak: Espeak, commands: frozenset[str]) -> Iterator[Floats]:
    """One voice after another before music or noise, hardly a pause between them."""
    grammar = Grammar()
    while True:
        text = " ".join(grammar.sentence(rng) for _ in range(rng.randint(1, 4)))
        if text in commands:
            continue
        speech = _speech(espeak, text, rng.choice(PAIRS), rng)
        behind = np.random.default_rng(rng.randrange(10**6))
        backing = (music if rng.random() < 0.6 else coloured)(behind, len(speech))
        yield (speech + backing * (rng.uniform(0.05, 0.6) * level(speech) / level(backing))).astype(np.float32)


def false_accepts(model: Path, cache: Path, folder: Path, report: Report, hours: float = HOURS) -> str:
    """Listen, and say in a sentence or two how often a command was heard that nobody gave."""
    phrases, rows = sorted(held_out().commands), []
    for name, source in (("two people talking", conversation), ("television", television)):
        rng, espeak = random.Random(7), Espeak()
        ear = VoskEar(model, phrases, ["stop"], cache)
        seconds, wrong = 0.0, []
        for sound in source(rng, espeak, frozenset(phrases)):
            pcm = np.clip(np.round(sound), -32768, 32767).astype("<i2").tobytes()
            heard = [e for e in ear.hear(AudioChunk(pcm)) if isinstance(e, Heard) and e.phrase]
            wrong += [e.phrase.text for e in heard if e.phrase]
            seconds += len(sound) / RATE
            report.advance(int(seconds), int(hours * 3600))
            if seconds > hours * 3600:
                break
        rate = len(wrong) / (seconds / 3600)
        rows.append(f"False accepts in {seconds / 3600:.1f} hours of {name}: {len(wrong)} ({rate:.1f} an hour).")
        rows += [f"- {text}" for text in sorted(set(wrong))]
    return "\n".join(rows)


def _speech(espeak: Espeak, text: str, voice: str, rng: random.Random) -> Floats:
    said = espeak.say(text, voice, rng.uniform(140, 200), rng.uniform(30, 70))
    speech = soxr.resample(said.samples, said.rate, RATE).astype(np.float32)
    return speech * (rng.uniform(600, 3000) / level(speech))


def _faint(rng: random.Random, seconds: float) -> Floats:
    return np.random.default_rng(rng.randrange(10**6)).normal(0, 3, int(seconds * RATE)).astype(np.float32)
