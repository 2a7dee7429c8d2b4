"""A journal's files, damaged in every way a reader may meet."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from assistant.errors import JournalError
from assistant.journal import CheckIn, Journal, Query
from assistant.journal.lines import seal
from tests.torture.scenario import SPEAKERS, entry

SEGMENT = 4000
COUNT = 60
DEEP = 100_000

Damage = Callable[[random.Random, bytearray], None]


def make(folder: Path) -> list[CheckIn]:
    """A healthy journal of several segments."""
    entries = [entry(number, SPEAKERS[number % 2]) for number in range(COUNT)]
    with Journal.open(folder, segment_bytes=SEGMENT) as journal:
        for one in entries:
            journal.add(one)
        journal.remember("fact", "value")
    return entries


def flip(chance: random.Random, data: bytearray) -> None:
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def tear(chance: random.Random, data: bytearray) -> None:
    del data[chance.randrange(len(data)) :]


def cut_out(chance: random.Random, data: bytearray) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randint(1, 400)]


def swap(chance: random.Random, data: bytearray) -> None:
    lines = data.split(b"\n")[:-1]
    chance.shuffle(lines)
    data[:] = b"".join(line + b"\n" for line in lines)


def repeat(chance: random.Random, data: bytearray) -> None:
    lines = data.split(b"\n")[:-1]
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    data[:] = b"".join(line + b"\n" for line in lines)


def put_in(chance: random.Random, data: bytearray) -> None:
    foreign = (
        b'{"foreign": [1, 2, 3]}\n',
        b"\xff\xfe\x00\x80 no text at all \xc3\x28\n",
        b"\0" * chance.randint(1, 5000),
        seal(b'{"seq":7,"table":"entries","id":7,"doc":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}"),
        seal(b'{"seq":8,"table":"entries","id":8,"doc":[1,2]}'),
        seal(b'{"seq":"x","table":null,"id":{},"doc":"text"}'),
        seal(b'{"journal":"hearth-journal","schema":"two"}'),
        seal(b'{"seq":9,"table":"entries","id":900,"doc":{"id":"X","time":"never"}}'),
        b'{"crc":"00000000",' + b"x" * chance.choice((10, 3 << 20)) + b"\n",
        b"\n\r\n\n",
    )
    at = data.find(b"\n", chance.randrange(len(data))) + 1
    data[at:at] = chance.choice(foreign)


def blank(chance: random.Random, data: bytearray) -> None:
    start = chance.randrange(len(data))
    length = min(chance.randint(1, 4096), len(data) - start)
    data[start : start + length] = b"\0" * length


def foreign(chance: random.Random, data: bytearray) -> None:
    data[:] = chance.choice((chance.randbytes(5000), b"", b"# My notes\n\nNothing of yours.\n", b"\0" * 3000))


KINDS: tuple[Damage, ...] = (flip, tear, cut_out, swap, repeat, put_in, blank, foreign)


def try_one(folder: Path, entries: list[CheckIn], seed: int) -> str:
    """Damage the journal in `folder`, then read and repair it; returns what was done to it.

    Whatever line is still whole is found; nothing is found that was not said; if the journal is refused, with a
    hint, the damaged file is as it was.
    """
    chance = random.Random(seed)
    paths = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.suffix in (".jsonl", ".index", ".json")
    )
    done = []
    for path in chance.sample(paths, chance.choice((1, 1, 1, 2))):
        kind = chance.choice(KINDS)
        data = bytearray(path.read_bytes())
        if data:
            kind(chance, data)
        path.write_bytes(data)
        done.append(f"{kind.__name__} {path.name}")
    whole = b"\n".join(path.read_bytes() for path in sorted(folder.glob("*.jsonl"))).split(b"\n")
    intact = [one for one in entries if any(one.text.encode() in line and _valid(line) for line in whole)]
    try:
        with Journal.open(folder, read_only=True) as reader:
            seen = reader.find(Query())
        with Journal.open(folder, segment_bytes=SEGMENT) as journal:
            found = journal.find(Query())
            journal.recall("fact")
            extra = entry(COUNT + 1, "ana")
            journal.add(extra)
            found_later = journal.find(Query())
    except JournalError as error:
        if not error.hint:
            raise AssertionError("no hint") from error
        return " and ".join([*done, "refused"])
    assert [one for one in intact if one not in found] == [], "an intact entry is not found"
    assert [one for one in found if one not in entries] == [], "something is found that nobody said"
    assert found_later == [*found, extra]
    assert seen == found
    with Journal.open(folder, segment_bytes=SEGMENT) as journal:
        assert journal.storage.repaired == []
        assert journal.find(Query()) == found_later
    return " and ".join(done)


def _valid(line: bytes) -> bool:
    return seal(b"{" + line[len(b'{"crc":"00000000",') :])[:-1] == line
