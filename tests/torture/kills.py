"""Real writers on a real disk, killed with SIGKILL at any instant."""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from assistant.journal import CheckIn, Journal, Query
from tests.torture.scenario import SPEAKERS, entry

SEGMENT = 20_000
PATIENCE = 0.04
"""Seconds that a writer lives at most, from its first acknowledged change."""


@dataclass
class Household:
    """What the writers were told and what they acknowledged, over many lives of one journal."""

    folder: Path
    random: random.Random
    sure: dict[str, CheckIn] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    number: int = 0
    acknowledged: int = 0
    """Changes that were acknowledged."""
    looked: set[str] | None = None
    """What a reader found while the writer wrote."""

    def live(self) -> None:
        """One writer's life, and a look at what it left."""
        before = set(self.sure)
        said = self._run_and_kill()
        going = {word for line in said if line.startswith("forget ") for word in line.split()[1:]}
        assert self.looked is None or before - going <= self.looked, "a reader missed an entry"
        self.looked = None
        doubtful = self._believe(said)
        with Journal.open(self.folder, read_only=True) as reader:
            seen = reader.find(Query())
        with Journal.open(self.folder, segment_bytes=SEGMENT) as journal:
            found = journal.find(Query())
            assert seen == found
            assert all(damage.torn for damage in journal.storage.repaired)
        self._compare(found, *doubtful)

    def _run_and_kill(self) -> list[str]:
        reading, writing = os.pipe()
        seed = self.random.random()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _write_until_killed(self.folder, random.Random(seed), self.number, list(self.sure), writing)
        os.close(writing)
        try:
            heard = os.read(reading, 1 << 16)
            time.sleep(self.random.random() * PATIENCE)
            if self.random.random() < 0.3:
                heard += self._look_while_it_writes(reading)
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        while more := os.read(reading, 1 << 16):
            heard += more
        os.close(reading)
        return heard.decode().rsplit("\n", 1)[0].split("\n")

    def _look_while_it_writes(self, pipe: int) -> bytes:
        """A reader beside the writer sees each entry once, and all that were there before the writer came."""
        heard = os.read(pipe, 1 << 20)
        with Journal.open(self.folder, read_only=True) as reader:
            found = [one.id for one in reader.find(Query())]
        assert len(set(found)) == len(found)
        self.looked = set(found)
        return heard

    def _believe(self, said: list[str]) -> tuple[dict[str, CheckIn], set[str]]:
        """Take in what was acknowledged; returns what was begun at the end: entries to come, and ids to go."""
        coming: dict[str, CheckIn] = {}
        leaving: set[str] = set()
        for line in said:
            match line.split():
                case ["add", *numbers]:
                    new = [entry(int(number), SPEAKERS[int(number) % 2]) for number in numbers]
                    coming = {one.id: one for one in new}
                    self.number = max(self.number, int(numbers[-1]) + 1)
                case ["forget", *ids]:
                    leaving = set(ids)
                case ["done"]:
                    self.acknowledged += 1
                    self.gone |= {self.sure.pop(identity).text for identity in leaving}
                    self.sure |= coming
                    coming, leaving = {}, set()
        return coming, leaving

    def _compare(self, found: list[CheckIn], coming: dict[str, CheckIn], leaving: set[str]) -> None:
        have = {one.id: one for one in found}
        came = {key: one for key, one in coming.items() if key in have}
        assert came in ({}, coming), "a change is half there"
        left = {key for key in leaving if key not in have}
        assert left in (set(), leaving), "something is half forgotten"
        self.gone |= {self.sure.pop(key).text for key in left}
        self.sure |= came
        assert have == self.sure, "an acknowledged entry is lost or changed"
        everything = b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())
        assert not [text for text in self.gone if text.encode() in everything], "something forgotten is on the disk"


def _write_until_killed(folder: Path, chance: random.Random, number: int, known: list[str], pipe: int) -> NoReturn:
    """The child: say what is about to happen, do it, say that it is done."""
    try:
        journal = Journal.open(folder, segment_bytes=SEGMENT)
        while True:
            if known and chance.random() < 0.08:
                gone = [known.pop(chance.randrange(len(known))) for _ in range(min(len(known), 2))]
                os.write(pipe, f"forget {' '.join(gone)}\n".encode())
                journal.forget(Query(ids=tuple(gone)))
            else:
                numbers = range(number, number + chance.choice((1, 1, 1, 5)))
                number = numbers.stop
                os.write(pipe, f"add {' '.join(map(str, numbers))}\n".encode())
                new = [entry(one, SPEAKERS[one % 2]) for one in numbers]
                journal.add_all(new)
                known += (one.id for one in new)
            os.write(pipe, b"done\n")
    finally:
        os._exit(1)
