"""Reading a segment from its first byte to its last, whatever may have happened to it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.journal.disk import Disk
from assistant.journal.lines import LONGEST, DamagedError, Header, Line, decode
from assistant.journal.rows import Row, row

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Mark:
    """What the index needs of one line."""

    seq: int
    """Number of the change."""
    table: str
    """Name of the table."""
    id: int | None
    """Document id; None when the line speaks of the table itself."""
    offset: int
    """Where the line begins."""
    length: int
    """Its bytes, without the line end."""
    row: Row | None
    """The document's row; None when it was removed."""
    exists: bool = True
    """Of a table: whether it exists from now on."""


@dataclass(slots=True)
class Scan:
    """What is in a segment."""

    header: Header | None = None
    """Its first line; None when it is missing."""
    marks: list[Mark] = field(default_factory=list)
    """Its valid lines, in order of their numbers."""
    bad: list[tuple[int, int]] = field(default_factory=list)
    """Offset and length of each stretch that is no valid line, or of a change that lacks its end."""
    torn: bool = True
    """Whether all of `bad` is the unfinished end of the last write."""
    end: int = 0
    """Where the last valid line ends, in bytes from the start."""
    ours: bool = True
    """False when nothing in it looks like a journal."""


def raw_lines(disk: Disk, handle: int, start: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes of each line without its end; what is longer than any line comes in pieces."""
    rest = b""
    while start + len(rest) < size:
        wanted = min(_CHUNK, size - start - len(rest))
        chunk = disk.read(handle, start + len(rest), wanted)
        if not chunk:
            break
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield start, line
            start += len(line) + 1
        if len(rest) > LONGEST:
            yield start, rest
            start, rest = start + len(rest), b""
    if rest:
        yield start, rest


def mark(line: Line, offset: int, length: int) -> Mark:
    """What the index needs of a line that lies there."""
    if line.id is None or not isinstance(line.doc, dict):
        return Mark(line.seq, line.table, line.id, offset, length, None, line.doc is True)
    return Mark(line.seq, line.table, line.id, offset, length, row(line.id, line.doc, offset, length))


def scan(disk: Disk, handle: int, start: int, size: int, *, last: bool) -> Scan:
    """Read from `start` to `size`.

    A change of several lines that lacks its end is no change; but where segments follow, a damaged end was there once.
    """
    found = Scan(end=start)
    unfinished: list[tuple[int, int, Mark]] = []
    recognised = 0
    for offset, raw in raw_lines(disk, handle, start, size):
        if not raw:
            continue
        recognised += raw.startswith(b'{"crc":"') or not raw.strip(b"\0")
        try:
            value = decode(raw)
        except DamagedError:
            found.bad.append((offset, len(raw)))
            found.torn = found.torn and offset + len(raw) == size
            continue
        if isinstance(value, Header):
            found.header = found.header or value
            found.end = offset + len(raw) + 1
            continue
        unfinished.append((offset, len(raw), mark(value, offset, len(raw))))
        if not value.more:
            found.marks += (item for _, _, item in unfinished)
            found.end, unfinished = offset + len(raw) + 1, []
    if last or not (unfinished and found.bad and found.bad[-1] > unfinished[-1][:2]):
        found.bad += ((offset, length) for offset, length, _ in unfinished)
    else:
        found.marks += (item for _, _, item in unfinished)
    found.ours = recognised > 0 or not found.bad
    _put_in_order(found)
    return found


def _put_in_order(found: Scan) -> None:
    """Lines count in the order of their numbers, wherever they lie. Of two with one number the first counts."""
    if all(one.seq < other.seq for one, other in itertools.pairwise(found.marks)):
        return
    kept: dict[int, Mark] = {}
    for item in sorted(found.marks, key=lambda item: item.seq):
        first = kept.setdefault(item.seq, item)
        if (first.table, first.id, first.length) != (item.table, item.id, item.length):
            found.bad.append((item.offset, item.length))
    found.marks = list(kept.values())
