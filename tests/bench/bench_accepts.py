"""How often Hearth reacts to what is not meant for it, and how often it misses what is.

`python -m tests.bench accepts`; `python -m tests.bench.bench_accepts MINUTES [TEXT…]` prints every accept, and lets the
people read sentences of text files to each other instead. All sound goes through the real ear and the real rules for
speech that nobody addressed (assistant/overheard.py), at the settings and with the model that are shipped.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from assistant.config import Config, Partner
from assistant.ears import build_ear
from assistant.events import Asked, Concern
from assistant.folders import Folders
from assistant.household import load_rituals, load_safety, load_sentences
from assistant.modes import Mode
from assistant.overheard import REPLIES
from assistant.understanding import Understanding
from audio.ear import VoskEar
from audio.types import AudioChunk, Heard, Hearing, Onset
from intents.matcher import Sentences
from tests.bench.unrelated import sounds, texts
from tests.bench.unrelated.scenes import SPEECH, scene
from tests.bench.unrelated.voices import say, speaker

MINUTES = 375
"""Of which five hours are speech."""
COMMANDS = 200
FREE = ("you made breakfast this morning", "cooking dinner on sunday", "being so patient", "you always listen to me")
"""What follows phrases that end in free words."""
CHUNK = 1_024
SENTENCE = 14
"""Words of the longest run in which such a sentence is looked for."""
LATE = 1.5
"""Seconds by which the onset of what somebody says is noticed late at most, in a room with other sound."""
Row = dict[str, float | str | None]


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
        words, match = self.said.split(), household()[2].match
        runs = (words[at : at + count] for at in range(len(words)) for count in range(2, SENTENCE))
        return any((found := match(" ".join(run))) and found.name == self.intent for run in runs)


@cache
def household() -> tuple[VoskEar, Understanding, Sentences]:
    """The ear and the understanding of Sam and Alex."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-accepts-"))
    config = Config(partners=(Partner("Sam"), Partner("Alex")), folders=Folders(folder, folder, folder))
    sentences = load_sentences(config, load_rituals(config))
    safety = load_safety(config)
    ear = build_ear(config, sentences, safety.phrases())
    patience = config.hearing.patience
    ear.listen_for(Hearing.COMMANDS, patience.command, patience.sure)
    return ear, Understanding(safety, sentences), sentences


def figures() -> list[Row]:
    """The rows for the table of measurements."""
    accepts = list(heard_in(range(MINUTES)))
    hours = MINUTES / 60
    speech = sum(1 for number in range(MINUTES) if scene_kind(number) in SPEECH) / 60
    false = [accept for accept in accepts if not accept.meant]
    missed = list(missed_of(range(COMMANDS)))
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(accept.kind for accept in false).items()) or "none"
    voices = "voices that the model was not trained on"
    how = (
        f"{hours:.1f} h of which {speech:.1f} h are speech, {voices}; {len(false)} accepts: {kinds}; baseline: the goal"
    )
    said = "a whole sentence of Hearth's, said by people to each other, for each hour"
    lost = f"{COMMANDS} sentences that begin something, {voices}, clean, nobody addressed; baseline: the goal"
    return [
        row("false_accepts_per_hour", len(false) / hours, "per hour", 0.2, how),
        row("overheard_sentences_per_hour", (len(accepts) - len(false)) / hours, "per hour", None, said),
        row("commands_missed_share", len(missed) / COMMANDS, "of commands", 0.05, lost),
    ]


def row(name: str, value: float, unit: str, baseline: float | None, how: str) -> Row:
    """One figure."""
    return {"name": name, "value": round(value, 4), "unit": unit, "baseline": baseline, "how": how}


def scene_kind(number: int) -> str:
    """The kind of the scene with this number."""
    from tests.bench.unrelated.scenes import KINDS

    return KINDS[number % len(KINDS)]


def heard_in(numbers: range, text: Sequence[str] = ()) -> Iterator[Accept]:
    """Everything accepted in these scenes, on all cores."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(accepted, numbers, [text] * len(numbers), chunksize=5):
            yield from found


def accepted(number: int, text: Sequence[str] = ()) -> list[Accept]:
    """Everything accepted in one scene."""
    ear, understanding, _ = household()
    sentences = Random(number).sample(text, min(80, len(text))) if text else ()
    played = scene(number, sentences=sentences)
    found, spoken, onset = [], 0.0, 0.0
    for at in range(0, len(played.pcm), CHUNK):
        spoken += CHUNK / 32_000
        for noticed in ear.hear(AudioChunk(played.pcm[at : at + CHUNK])):
            match noticed:
                case Onset():
                    onset = spoken
                case Heard():
                    said = " ".join(line for when, line in played.said if onset - LATE <= when <= spoken)
                    found += [Accept(number, played.kind, *one, said) for one in reaction(understanding, noticed)]
    ear.end()
    return found


def reaction(understanding: Understanding, heard: Heard) -> list[tuple[str, str]]:
    """What would be reacted to: the intent and the phrase."""
    event = understanding.meaning(heard.phrase, heard.answer, Mode.COMMANDS, addressed=False)
    match event:
        case Asked(intent=intent, text=text):
            return [(intent.name, text)]
        case Concern(topic=topic):
            return [(f"concern {topic}", heard.phrase.text if heard.phrase else "")]
        case _:
            return []


def missed_of(numbers: Iterable[int]) -> Iterator[tuple[str, str]]:
    """Of commands with these numbers those that were not understood, and what was heard instead, on all cores."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for text, instead in pool.map(command, numbers, chunksize=5):
            if instead is not None:
                yield text, instead


def command(number: int) -> tuple[str, str | None]:
    """One sentence that begins something, and what was heard instead; None if it was understood."""
    ear, understanding, sentences = household()
    random, noise = Random(f"command {number}"), np.random.default_rng(number)
    by_intent: dict[str, list[str]] = {}
    for phrase in sentences.phrases():
        if phrase.intent not in REPLIES and " " in phrase.text:
            by_intent.setdefault(phrase.intent, []).append(phrase.text)
    names = sorted(by_intent)
    text = random.choice(by_intent[names[number % len(names)]])
    text = text.removesuffix("*") + random.choice(FREE) if text.endswith("*") else text
    sound = sounds.at_level(say(text, speaker(random)), -22)
    quiet = np.zeros(16_000, np.float32)
    sound = np.concatenate([quiet, sound, quiet, quiet])
    pcm = (np.clip(sound + noise.normal(0, 1e-4, len(sound)), -1, 1) * 32_767).astype("<i2").tobytes()
    found = [event for at in range(0, len(pcm), CHUNK) for event in ear.hear(AudioChunk(pcm[at : at + CHUNK]))]
    found += ear.end()
    heard = [one for event in found if isinstance(event, Heard) for one in reaction(understanding, event)]
    wanted = sentences.match(text)
    right = wanted is not None and [name for name, _ in heard] == [wanted.name]
    return text, None if right else "; ".join(phrase for _, phrase in heard) or "nothing"


def main() -> None:
    """Print every accept of so many minutes, and every missed command."""
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    text = texts.read([Path(name) for name in sys.argv[2:]])
    for accept in heard_in(range(minutes), text):
        print("meant" if accept.meant else "FALSE", accept.scene, accept.kind, f"[{accept.intent}] {accept.phrase!r}")
        print(f"      said: {accept.said[:150]!r}", flush=True)
    for said, instead in missed_of(range(COMMANDS)):
        print(f"missed {said!r}: {instead}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main()
    else:
        print("\n".join(json.dumps(figure, ensure_ascii=False) for figure in figures()))
