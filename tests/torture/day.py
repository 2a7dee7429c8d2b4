"""`python -m tests.torture.day SPEECH HOURS SEED`: one Hearth lives through hours of a household in minutes.

The sound of the day is made as it is heard; everything from the voice detector to the journal and the synthesiser is
what `hearth listen` uses. Beside the events of the conversation it prints `hour` and `minutes` lines.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

from assistant.config_file import read
from assistant.folders import find_folders
from assistant.journal import Journal
from assistant.options import ListenOptions
from assistant.wiring import converse
from audio.types import BYTES_PER_SAMPLE, EAR_RATE, AudioChunk
from tests.torture.household_speech import ANSWERS, COMMANDS, NOISES, REMINDERS, RITUALS

CHUNK = 512 * BYTES_PER_SAMPLE
HOUR = 3_600 * EAR_RATE * BYTES_PER_SAMPLE
TICK = HOUR // 12
"""Bytes between two signs of life: five minutes of sound."""
ROOM_NOISE = 12
"""Standard deviation of the noise of a quiet room, of 32,767."""
THOUGHT, TURN = 4.0, 1.2
"""Seconds of quiet after an answer, and after a command: longer than Hearth's patience."""
BUSY = (True,) * 6 + (False,) * 8 + (True,) * 10
"""Evening, night, day."""


class Day:
    """A source of sound: talk, rituals, reminders, television, noises and much quiet."""

    def __init__(self, speech: Path, hours: float, seed: int) -> None:
        self._speech = {folder.name: sorted(folder.iterdir()) for folder in speech.iterdir()}
        self._chance = Random(seed)
        self._room = array("h", (int(self._chance.gauss(0, ROOM_NOISE)) for _ in range(60 * EAR_RATE))).tobytes()
        self._whole = int(hours * HOUR)
        self.delivered = 0
        """Bytes so far."""
        self._chunks = self._cut()

    @property
    def live(self) -> bool:
        """No: it is as fast as it is heard."""
        return False

    @property
    def over(self) -> bool:
        """Whether the day is over."""
        return self.delivered >= self._whole

    def start(self, put: Callable[[AudioChunk | None], None]) -> None:
        """Nothing arrives by itself."""

    def read(self) -> AudioChunk | None:
        """The next 32 ms."""
        return next(self._chunks, None)

    def close(self) -> None:
        """The day goes on in the next conversation."""

    def _cut(self) -> Iterator[AudioChunk]:
        for sound in self._sounds():
            for place in range(0, len(sound), CHUNK):
                before, self.delivered = self.delivered, self.delivered + CHUNK
                yield AudioChunk(sound[place : place + CHUNK].ljust(CHUNK, b"\0"))
                self._tell(before)
                if self.over:
                    return

    def _tell(self, before: int) -> None:
        for name, length in (("minutes", TICK), ("hour", HOUR)):
            if self.delivered // length > before // length:
                print(json.dumps({"event": name, "at": self.delivered / HOUR}), flush=True)

    def _sounds(self) -> Iterator[bytes]:
        """Stretches of sound without end."""
        while True:
            busy = BUSY[int(self.delivered // HOUR) % len(BUSY)]
            happens = self._chance.choice(_BY_DAY if busy else _BY_NIGHT)
            yield from happens(self)
            yield from self._quiet(self._chance.uniform(20, 180) if busy else self._chance.uniform(300, 1_500))

    def _quiet(self, seconds: float) -> Iterator[bytes]:
        left = int(seconds * EAR_RATE) * BYTES_PER_SAMPLE
        while left > 0:
            yield self._room[:left]
            left -= len(self._room)

    def _one(self, kind: str) -> bytes:
        return self._chance.choice(self._speech[kind]).read_bytes()

    def _ask(self) -> Iterator[bytes]:
        """A command or two."""
        for _ in range(self._chance.randint(1, 3)):
            yield self._one(COMMANDS)
            yield from self._quiet(self._chance.uniform(TURN, 3 * TURN))

    def _remind(self) -> Iterator[bytes]:
        yield self._one(REMINDERS)
        yield from self._quiet(10)

    def _ritual(self) -> Iterator[bytes]:
        """A ritual with answers, some of them long, and with controls."""
        yield self._one(RITUALS)
        yield from self._quiet(TURN)
        for _ in range(self._chance.randint(6, 14)):
            for _ in range(self._chance.choice((1, 1, 2, 5))):
                yield self._one(ANSWERS)
                yield from self._quiet(self._chance.uniform(0.4, 1.5))
            yield from self._quiet(THOUGHT)

    def _talk(self) -> Iterator[bytes]:
        """The two talk to each other, or a television does."""
        for _ in range(self._chance.randint(10, 80)):
            yield self._one(ANSWERS)
            yield from self._quiet(self._chance.uniform(0.1, 2.0))

    def _noise(self) -> Iterator[bytes]:
        noise = self._one(NOISES)
        for _ in range(self._chance.randint(1, 20)):
            yield noise


_BY_DAY = (Day._ask, Day._ask, Day._remind, Day._ritual, Day._talk, Day._noise)
_BY_NIGHT = (Day._noise, Day._noise, Day._ask)


def main(speech: str, hours: str, seed: str) -> int:
    """Live through it; a conversation that ends is followed by another one."""
    code, day, config = 0, Day(Path(speech), float(hours), int(seed)), read(find_folders("", ""))
    while not day.over:
        with ExitStack() as stack:
            journal = stack.enter_context(Journal.open(config.folders.data))
            code = converse(config, ListenOptions(output="spoken.wav", events=True), journal, stack, day)
        if code:
            break
    print(json.dumps({"event": "over", "at": day.delivered / HOUR}), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
