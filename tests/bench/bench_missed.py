"""How many requests are not understood, said to nobody in particular, in clean sound.

`python -m tests.bench missed`; `python -m tests.bench.bench_missed COUNT [--first NUMBER] [--called | --calls]` prints
every one that is missed, and what was heard instead.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

import numpy as np

from assistant.overheard import REPLIES, WAKE
from audio.ear import VoskEar
from audio.types import AudioChunk, Heard
from intents.matcher import Sentences
from tests.bench.figure import Row, row
from tests.bench.overhearing import CHUNK, home, on_all_cores
from tests.bench.unrelated import sounds
from tests.bench.unrelated.voices import say, speaker

COUNT = 200
FREE = ("you made breakfast this morning", "cooking dinner on sunday", "being so patient", "you always listen to me")
"""What follows phrases that end in free words."""
LOUD = -22
"""Level of the speech, dBFS."""
FLOOR = 1e-4
"""Standard deviation of the noise around it, of full scale."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said."""

    name: str
    """Of the figure."""
    told: str
    """In words."""
    baseline: float | None
    """The goal, if there is one."""
    wake: bool = False
    """Whether `wake = true`, and a call by name comes first."""
    request: bool = True
    """Whether anything follows the call."""


REQUESTS = Kind("commands_missed_share", "sentences that begin something, nobody addressed", 0.05)
CALLED = Kind("called_commands_missed_share", "the same after a call such as “hey hearth”", None, wake=True)
CALLS = Kind("calls_missed_share", "calls alone", None, wake=True, request=False)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, and whether it was understood."""

    text: str
    right: bool
    instead: str
    """What was heard."""


def figures() -> list[Row]:
    """The rows for the table of measurements."""
    return [_figure(kind) for kind in (REQUESTS, CALLED, CALLS)]


def _figure(kind: Kind) -> Row:
    missed = sum(not said.right for said in said_of(kind, range(COUNT)))
    how = f"{COUNT} {kind.told}, voices that the model was not trained on, clean"
    goal = "; baseline: the goal" if kind.baseline else ""
    return row(kind.name, missed / COUNT, "of commands", kind.baseline, how + goal)


def said_of(kind: Kind, numbers: Sequence[int]) -> Iterator[Said]:
    """The sentences with these numbers, on all cores."""
    return on_all_cores(partial(say_to_it, kind), numbers, kind.name)


def say_to_it(kind: Kind, number: int) -> Said:
    """One sentence."""
    listening, random = home(kind.wake), Random(f"command {number}")
    text = sentence(kind, number, random, listening.sentences)
    heard = _heard(listening.ear, number, say(text, speaker(random)))
    found = [one for utterance in heard for one in listening.reaction(utterance)]
    wanted = listening.sentences.match(text)
    right = wanted is not None and [name for name, _ in found] == [wanted.name]
    return Said(text, right, "; ".join(phrase for _, phrase in found) or "nothing")


def sentence(kind: Kind, number: int, random: Random, sentences: Sentences) -> str:
    """Each intent in turn, in any of its words."""
    by_intent: dict[str, list[str]] = {}
    for phrase in sentences.phrases():
        if " " in phrase.text and phrase.intent not in REPLIES:
            by_intent.setdefault(phrase.intent, []).append(phrase.text)
    calls = by_intent.pop(WAKE) if kind.wake else []
    names = sorted(by_intent)
    text = random.choice(by_intent[names[number % len(names)]])
    text = text.removesuffix("*") + random.choice(FREE) if text.endswith("*") else text
    if not calls:
        return text
    call = random.choice(calls)
    if not kind.request:
        return call
    return text if text.startswith(tuple(f"{one} " for one in calls)) else f"{call} {text}"


def _heard(ear: VoskEar, number: int, speech: np.ndarray) -> list[Heard]:
    quiet = np.zeros(16_000, np.float32)
    sound = np.concatenate([quiet, sounds.at_level(speech, LOUD), quiet, quiet])
    noise = np.random.default_rng(number).normal(0, FLOOR, len(sound))
    pcm = (np.clip(sound + noise, -1, 1) * 32_767).astype("<i2").tobytes()
    noticed = [event for at in range(0, len(pcm), CHUNK) for event in ear.hear(AudioChunk(pcm[at : at + CHUNK]))]
    return [*(event for event in noticed if isinstance(event, Heard)), *ear.end()]


def main() -> None:
    """Print every sentence that is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_missed")
    parser.add_argument("count", type=int, nargs="?", default=COUNT, help=f"sentences (default: {COUNT})")
    parser.add_argument("--first", type=int, default=0, help="number of the first one (default: 0)")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--called", action="store_const", dest="kind", const=CALLED, help=CALLED.told)
    kinds.add_argument("--calls", action="store_const", dest="kind", const=CALLS, help=CALLS.told)
    chosen = parser.parse_args()
    missed = 0
    for said in said_of(chosen.kind or REQUESTS, range(chosen.first, chosen.first + chosen.count)):
        if not said.right:
            missed += 1
            print(f"missed {said.text!r}: {said.instead}", flush=True)
    print(f"{missed} of {chosen.count} missed")


if __name__ == "__main__":
    main()
