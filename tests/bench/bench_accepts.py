"""How often Hearth reacts to what is not meant for it.

`python -m tests.bench accepts`; `python -m tests.bench.bench_accepts MINUTES [--first SCENE] [--wake] [TEXT …]` prints
every accept, and lets the people read sentences of text files to each other instead. All sound goes through the real
ear and the real rules for speech that nobody addressed (assistant/overheard.py), at the settings and with the model
that are shipped.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from audio.types import AudioChunk, Heard, Onset
from tests.bench.figure import Row, row
from tests.bench.overhearing import CHUNK, home, on_all_cores
from tests.bench.unrelated import texts
from tests.bench.unrelated.scenes import KINDS, SPEECH, scene

MINUTES = 375
"""Of which five hours are speech."""
CALLED_MINUTES = 60
"""With a wake phrase."""
SENTENCE = 14
"""Words of the longest run in which such a sentence is looked for."""
LATE = 1.5
"""Seconds by which the onset of what somebody says is noticed late at most, in a room with other sound."""


@dataclass(frozen=True, slots=True)
class Accept:
    """Something that Hearth would have reacted to."""

    scene: int
    kind: str
    intent: str
    phrase: str
    said: str
    """What was spoken then; empty in music and kitchens."""

    @property
    def meant(self) -> bool:
        """Whether a sentence with this meaning was spoken, by people to each other."""
        words, match = self.said.split(), home().sentences.match
        runs = (words[at : at + count] for at in range(len(words)) for count in range(2, SENTENCE))
        return any((found := match(" ".join(run))) and found.name == self.intent for run in runs)


def figures() -> list[Row]:
    """The rows for the table of measurements."""
    accepts = list(heard_in(range(MINUTES)))
    hours = MINUTES / 60
    speech = sum(1 for number in range(MINUTES) if KINDS[number % len(KINDS)] in SPEECH) / 60
    false = [accept for accept in accepts if not accept.meant]
    voices = "voices that the model was not trained on"
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(accept.kind for accept in false).items()) or "none"
    how = (
        f"{hours:.1f} h of which {speech:.1f} h are speech, {voices}; {len(false)} accepts: {kinds}; baseline: the goal"
    )
    said = "a whole sentence of Hearth's, said by people to each other, for each hour"
    called = list(heard_in(range(CALLED_MINUTES), wake=True))
    return [
        row("false_accepts_per_hour", len(false) / hours, "per hour", 0.2, how),
        row("overheard_sentences_per_hour", (len(accepts) - len(false)) / hours, "per hour", None, said),
        row("accepts_with_wake", len(called), "accepts", 0, f"the same in {CALLED_MINUTES} min with `wake = true`"),
    ]


def heard_in(numbers: Sequence[int], text: Sequence[str] = (), wake: bool = False) -> Iterator[Accept]:
    """Everything accepted in these scenes, on all cores."""
    for found in on_all_cores(partial(accepted, text=text, wake=wake), numbers, "accepts"):
        yield from found


def accepted(number: int, text: Sequence[str] = (), wake: bool = False) -> list[Accept]:
    """Everything accepted in one scene."""
    listening = home(wake)
    sentences = Random(number).sample(text, min(80, len(text))) if text else ()
    played = scene(number, sentences=sentences)
    found, spoken, onset = [], 0.0, 0.0
    for at in range(0, len(played.pcm), CHUNK):
        spoken += CHUNK / 32_000
        for noticed in listening.ear.hear(AudioChunk(played.pcm[at : at + CHUNK])):
            match noticed:
                case Onset():
                    onset = spoken
                case Heard():
                    said = " ".join(line for when, line in played.said if onset - LATE <= when <= spoken)
                    found += [Accept(number, played.kind, *one, said) for one in listening.reaction(noticed)]
    listening.ear.end()
    return found


def main() -> None:
    """Print every accept of so many minutes."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_accepts")
    parser.add_argument("minutes", type=int, nargs="?", default=60, help="scenes of one minute (default: 60)")
    parser.add_argument("--first", type=int, default=0, help="number of the first scene (default: 0)")
    parser.add_argument("--wake", action="store_true", help="only what begins with a wake phrase counts")
    parser.add_argument("texts", type=Path, nargs="*", help="files with sentences that people say instead")
    chosen = parser.parse_args()
    scenes, false = range(chosen.first, chosen.first + chosen.minutes), 0
    for accept in heard_in(scenes, texts.read(chosen.texts), chosen.wake):
        false += not accept.meant
        print("meant" if accept.meant else "FALSE", accept.scene, accept.kind, f"[{accept.intent}] {accept.phrase!r}")
        print(f"      said: {accept.said[:150]!r}", flush=True)
    print(f"{false} false in {chosen.minutes} min")


if __name__ == "__main__":
    main()
