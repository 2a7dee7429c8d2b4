"""The stage "sounds": what the model is measured on. Voices and sentences kept apart, in rooms and noise of their own.

Rooms are simulated by the image-source method of pyroomacoustics, which the training data does not use.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyroomacoustics
import soxr

from audio.training.espeak import Espeak
from audio.training.features import RATE, Floats
from audio.training.festival import festival
from audio.training.held_out import held_out
from audio.training.kokoro import Kokoro
from audio.training.noises import Noises, clatter, coloured, level, music
from audio.training.phones import Utterance
from audio.training.progress import Report
from audio.training.store import save
from audio.training.workers import share

LOUD = 2500.0
"""Level of speech, of 32,768."""
BEFORE, AFTER = 0.4, 0.6
"""Seconds of silence around an utterance."""
SETS = {"commands": 3, "answers": 4, "talk": 5}
"""What is said, of held_out.toml, and its seed."""
Manner = tuple[bool, bool]
"""Whether Kokoro speaks, and whether as Britons do."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How an utterance reaches the microphone."""

    name: str
    """As in the report."""
    snr: float
    """Decibels of speech over noise."""
    distance: float | None = None
    """Metres in a room; None: no room at all."""
    talk: bool = False
    """Whether the noise is other people, in the room or on television, instead of fans, music and dishes."""
    natural: bool = False
    """Whether Kokoro speaks, which sounds like people, instead of the older synthesisers."""
    british: bool = False
    """Whether those speak that are British, as Britons do."""

    @property
    def manner(self) -> Manner:
        """In which it is spoken: the same sound before it reaches any room."""
        return self.natural, self.british


CONDITIONS = (
    Condition("clean", 50),
    Condition("noise 20 dB", 20),
    Condition("noise 10 dB", 10),
    Condition("noise 5 dB", 5),
    Condition("talk 20 dB", 20, talk=True),
    Condition("talk 10 dB", 10, talk=True),
    Condition("talk 5 dB", 5, talk=True),
    Condition("0.3 m", 30, 0.3),
    Condition("1.5 m", 30, 1.5),
    Condition("3 m", 30, 3.0),
    Condition("natural, clean", 50, natural=True),
    Condition("natural, noise 10 dB", 10, natural=True),
    Condition("natural, 1.5 m", 30, 1.5, natural=True),
    Condition("British, clean", 50, natural=True, british=True),
    Condition("British, 1.5 m", 30, 1.5, natural=True, british=True),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance as a microphone delivers it."""

    text: str
    """What was said."""
    voice: str
    """Who said it."""
    pcm: bytes
    """16 kHz, 16 bit, mono."""


def spoken(texts: Sequence[str], seed: int) -> list[Utterance]:
    """All texts, the speakers taking turns, each at its own tempo; RuntimeError if festival cannot speak."""
    rng, espeak, speakers = random.Random(seed), Espeak(), held_out().speakers
    turns = [speakers[i % len(speakers)] for i in range(len(texts))]
    found: dict[int, Utterance] = {}
    for speaker in {s for s in turns if s.startswith("festival-")}:
        theirs = [i for i, turn in enumerate(turns) if turn == speaker]
        for i, said in zip(
            theirs, festival([texts[i] for i in theirs], speaker.removeprefix("festival-")), strict=True
        ):
            if said is None:
                raise RuntimeError(f"festival's voice {speaker} said nothing: is its package installed?")
            found[i] = said
    for i, (text, speaker) in enumerate(zip(texts, turns, strict=True)):
        rate = rng.uniform(135, 195)
        if i not in found:
            found[i] = espeak.say(text, speaker, rate, 50)
    return [found[i] for i in range(len(texts))]


def spoken_naturally(texts: Sequence[str], seed: int, british: bool = False) -> list[Utterance]:
    """All texts by Kokoro's speakers that are kept apart, in turns: with American phones, or by Britons as they do."""
    rng, kokoro = random.Random(seed), Kokoro()
    names = [name for name in sorted(held_out().kokoro) if not british or name.startswith("b")]
    found = [
        kokoro.say(text, f"kokoro-{names[i % len(names)]}", rng.uniform(0.85, 1.2), rng, british=british)
        for i, text in enumerate(texts)
    ]
    unsaid = [text for text, utterance in zip(texts, found, strict=True) if utterance is None]
    if unsaid:
        raise RuntimeError(f"CMUdict lacks a word of {unsaid[0]!r}")
    return [utterance for utterance in found if utterance is not None]


def at_16k(utterance: Utterance) -> Floats:
    """Samples at 16 kHz with silence around them, at LOUD."""
    samples = soxr.resample(utterance.samples, utterance.rate, RATE).astype(np.float32)
    around = np.zeros(int(RATE * BEFORE), np.float32), np.zeros(int(RATE * AFTER), np.float32)
    return np.concatenate([around[0], samples * (LOUD / level(samples)), around[1]])


class Place:
    """Makes a dry utterance sound as in a condition."""

    def __init__(self, condition: Condition, seed: int, others: Sequence[Floats]) -> None:
        self._condition = condition
        self._rng = np.random.default_rng(seed)
        self._noises = Noises(self._rng)
        for voice in others[:100]:
            self._noises.remember((voice / level(voice)).astype(np.float32))

    def heard(self, dry: Floats) -> bytes:
        """16-bit samples."""
        sound = dry if self._condition.distance is None else self._room(dry, self._condition.distance)
        noise = self._noise(len(sound))
        speech = sound[int(RATE * BEFORE) : -int(RATE * AFTER)]
        sound = sound + noise * (level(speech) / level(noise) * 10 ** (-self._condition.snr / 20))
        return np.clip(np.round(sound), -32768, 32767).astype("<i2").tobytes()

    def _noise(self, count: int) -> Floats:
        """Of the condition's kind, any one of its kind at random; only steady noise where it is faint."""
        rng = self._rng
        if self._condition.talk:
            return self._noises.babble(count) if rng.random() < 0.5 else self._noises.television(count)
        source = coloured if self._condition.snr > 20 else rng.choice([coloured, music, clatter])
        sound: Floats = source(rng, count)
        return sound + np.float32(0.1 * level(sound)) * rng.standard_normal(count).astype(np.float32)

    def _room(self, dry: Floats, distance: float) -> Floats:
        """A shoebox from kitchen to living room, both in it at random."""
        rng = self._rng
        size = rng.uniform([3.6, 3.4, 2.3], [6.5, 5.0, 2.8])
        absorption, order = pyroomacoustics.inverse_sabine(float(rng.uniform(0.25, 0.6)), size)
        room = pyroomacoustics.ShoeBox(
            size, RATE, materials=pyroomacoustics.Material(absorption), max_order=min(order, 17)
        )
        microphone = np.array([rng.uniform(0.3, 0.6), rng.uniform(0.3, 0.6), rng.uniform(0.7, 1.2)])
        angle = rng.uniform(0.15, 1.35)
        mouth = microphone + distance * np.array([np.cos(angle) * 0.98, np.sin(angle) * 0.98, 0.15])
        room.add_source(np.minimum(mouth, size - 0.2), signal=dry)
        room.add_microphone(microphone)
        room.simulate()
        wet = np.asarray(room.mic_array.signals[0][: len(dry)], np.float32)
        return wet * (LOUD / level(wet))


def write_sounds(folder: Path, report: Report, processes: int = 1) -> None:
    """Speak all sets in each condition, several at a time; what is there is not done again."""
    manners = sorted({condition.manner for condition in CONDITIONS}, reverse=True)  # what takes longest first
    tasks = [_Task(folder, name, manner) for manner in manners for name in SETS]
    wanted = [task for task in tasks if task.missing()]
    share(_write, wanted, len(tasks), report, processes)


@dataclass(frozen=True, slots=True)
class _Task:
    """A set in all conditions in which it is spoken in the same manner."""

    folder: Path
    name: str
    manner: Manner

    def missing(self) -> list[Condition]:
        theirs = (condition for condition in CONDITIONS if condition.manner == self.manner)
        return [condition for condition in theirs if not _file(self.folder, self.name, condition).exists()]


def _write(task: _Task) -> None:
    texts: tuple[str, ...] = getattr(held_out(), task.name)
    seed, (natural, british) = SETS[task.name], task.manner
    said = spoken_naturally(texts, seed, british) if natural else spoken(texts, seed)
    dry = [at_16k(utterance) for utterance in said]
    for condition in task.missing():
        place = Place(condition, seed, dry)
        heard = [
            Heard(text, utterance.voice, place.heard(samples))
            for text, utterance, samples in zip(texts, said, dry, strict=True)
        ]
        save_sounds(task.folder, task.name, condition, heard)


def save_sounds(folder: Path, name: str, condition: Condition, heard: Sequence[Heard]) -> None:
    """What `read_sounds` reads."""
    save(
        _file(folder, name, condition),
        texts=np.array([one.text for one in heard]),
        voices=np.array([one.voice for one in heard]),
        sizes=np.array([len(one.pcm) for one in heard]),
        pcm=np.frombuffer(b"".join(one.pcm for one in heard), np.uint8),
    )


def read_sounds(folder: Path, name: str, condition: Condition) -> Iterator[Heard]:
    """What was stored; FileNotFoundError if nothing was."""
    file = _file(folder, name, condition)
    if not file.exists():
        raise FileNotFoundError(f"{file} is missing: run the stage sounds first")
    stored = np.load(file)
    pcm, start = stored["pcm"].tobytes(), 0
    for text, voice, size in zip(stored["texts"], stored["voices"], stored["sizes"], strict=True):
        yield Heard(str(text), str(voice), pcm[start : start + size])
        start += size


def _file(folder: Path, name: str, condition: Condition) -> Path:
    return folder / f"{name} {condition.name}.npz".replace(" ", "_")
