"""What may go wrong while Hearth hears itself, tried in simulated time: it answers itself, it cannot be stopped."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from assistant.events import Listen
from audio.types import Hearing
from tests.bench.unrelated.sounds import at_level
from tests.bench.unrelated.voices import Sound, Speaker, load, say, trimmed
from tests.living_room import OUR_LEVEL, LivingRoom

ESPEAK = ("en-us+m7", "en-us+f4", "en-us+Annie", "en-us-nyc+klatt3", "en-us+ed", "en-gb-x-gbcwmd+linda", "en-us+Lee")
VOICES = (*ESPEAK, "en-us+aunty", "kal16", "kal_diphone")
"""Held out of the voice model's training: of espeak-ng, of flite and of festival."""
FLITE, FESTIVAL = "kal16", "kal_diphone"
SPEED, PITCH = 160, 50
FAINTEST = -40.0
"""dBFS of the softest voice that speaks over an echo: people are not as soft as an echo may be."""
IN_TIME = 0.7
"""Seconds after the word within which it has to be silent."""
TALK = (
    *("help", "start our coffee ritual", "sam", "my day is full of meetings", "i look forward to dinner", "skip"),
    *("skip", "skip", "skip", "stop", "contacts", "what did we appreciate this week", "list the rituals"),
    *("what do you hold about me", "start a gratitude round", "alex", "you cooked so well yesterday", "skip", "skip"),
    *("skip", "stop", "evening reflection", "sam", "it was a good day", "skip", "skip", "skip", "stop"),
)
"""What is typed, so that it speaks and listens in every way."""
PAUSE = 3.0
"""Seconds after everything was said in which it could answer itself."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody said "stop" over its speech."""

    voice: str
    """Whose voice."""
    after: float | None
    """Seconds from the end of the word until it was silenced; None if it went on."""

    @property
    def obeyed(self) -> bool:
        """Whether that was soon enough."""
        return self.after is not None and self.after <= IN_TIME


@cache
def spoken(text: str, voice: str) -> Sound:
    """A voice says this."""
    if voice == FLITE:
        return _rendered(["flite", "-voice", voice, "-t", text, "-o"], "")
    if voice == FESTIVAL:
        return _rendered(["text2wave", "-eval", f"(voice_{voice})", "-o"], text)
    return say(text, Speaker(voice, SPEED, PITCH))


def _rendered(command: list[str], text: str) -> Sound:
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run([*command, file.name], input=text.encode(), capture_output=True, check=True)
        return trimmed(load(Path(file.name)))


def stops(at: LivingRoom, voices: tuple[str, ...] = VOICES, seed: int = 1, gain: float = 0.0) -> list[Stop]:
    """Everybody says "stop" once while it speaks, as loud at the microphone as itself; `gain` as that of the room."""
    chance, found = Random(seed), list[Stop]()
    at.until_silent(1.0)
    for voice in voices:
        at.type("help")
        at.pass_time(chance.uniform(1.0, 4.0))
        word = at_level(spoken("stop", voice), max(FAINTEST, OUR_LEVEL + gain))
        before, ends = len(at.screen.hushed), at.room.seconds + len(word) / 16_000
        at.room.speak(word)
        at.until(lambda before=before: len(at.screen.hushed) > before or not at.parts.mouth.busy, 8.0)  # type: ignore[misc]
        obeyed = len(at.screen.hushed) > before
        found.append(Stop(voice, at.screen.hushed[-1] - ends if obeyed else None))
        at.type("stop")
        at.until_silent(PAUSE)
    return found


def talks(at: LivingRoom, lines: tuple[str, ...] = TALK) -> None:
    """It says all kinds of things, to nobody who speaks: `at.self_triggers` has what it took for words of theirs."""
    for line in lines:
        at.until_silent(PAUSE)
        if at.talk.over:
            return
        at.type(line)
    at.until_silent(PAUSE)


def answers(at: LivingRoom, voice: str, text: str, after: float, gain: float = 0.0) -> list[str]:
    """Somebody answers its question so many seconds after the last word of it was heard; what was heard of that."""
    at.type("start our coffee ritual")
    at.type("sam")
    at.until(lambda: _asks(at) and not at.parts.mouth.busy)
    at.room.speak(at_level(spoken(text, voice), max(FAINTEST, OUR_LEVEL + gain)), at.room.delay + after)
    before = len(at.screen.reactions)
    at.until(lambda: len(at.screen.reactions) > before, 12.0)
    found = [getattr(event, "text", "") for _, event in at.screen.reactions[before:]]
    at.type("stop")
    at.until_silent(PAUSE)
    return found


def _asks(at: LivingRoom) -> bool:
    """Whether free words are listened for."""
    now: Listen = at.parts.attention.now
    return Hearing(now.mode.value) is Hearing.ANSWERS
