"""`python -m tests.torture.household_speech FOLDER`: what two people say on one day, as raw 16 kHz mono samples.

Commands and answers are the sentences with which the voice model is evaluated, spoken by several synthesised voices.
"""

from __future__ import annotations

import sys
import wave
from contextlib import closing
from pathlib import Path
from random import Random

from audio.files import resampled
from audio.training.held_out import held_out
from audio.types import EAR_RATE
from audio.voice import Pyttsx3Voice

ROOT = Path(__file__).parents[2]
VOICES = ("en-us", "en-gb+f3", "en-us+m3", "en-gb")
ENDING = ("bye", "good night", "see you", "turn off", "that's it for now", "tomorrow", "shut down")
"""Parts of sentences that end the conversation, which a day of it is without."""
COMMANDS, ANSWERS, NOISES, RITUALS, REMINDERS = "commands", "answers", "noises", "rituals", "reminders"
START_RITUAL = ("start our coffee ritual", "evening reflection", "start a gratitude round", "appreciation round")
REMIND = ("remind us in an hour", "remind us in two hours", "remind us tonight", "remind me in an hour to call mum")


def make(folder: Path, voices: int = len(VOICES), seed: int = 1) -> None:
    """Write one file for each sentence, voice and noise, in a folder for each kind."""
    chance, held = Random(seed), held_out()
    said = {
        COMMANDS: [line for line in held.commands if not any(part in line for part in ENDING)],
        ANSWERS: list(held.answers),
        RITUALS: list(START_RITUAL),
        REMINDERS: list(REMIND),
    }
    for kind in (*said, NOISES):
        (folder / kind).mkdir(parents=True)
    for name in VOICES[:voices]:
        with closing(Pyttsx3Voice(name, rate=chance.randint(140, 180))) as voice:
            for kind, texts in said.items():
                for number, text in enumerate(texts):
                    clip = resampled(voice.render(text), EAR_RATE)
                    (folder / kind / f"{number:03} {name}.pcm").write_bytes(clip.pcm)
    for file in (ROOT / "tests/wav").glob("oov_*.wav"):
        with wave.open(str(file)) as sound:
            (folder / NOISES / f"{file.stem}.pcm").write_bytes(sound.readframes(sound.getnframes()))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
