"""Reading a segment from its first byte to its last, whatever may have happened to it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from assistant.journal.disk import Disk
from assistant.journal.lines import LONGEST, DamagedError, Header, Line, decode, whole_line
from assistant.journal.rows import Row, row

_CHUNK = 1 << 20
_BEGIN = b'{"crc":"'
"""How every line begins; no JSON text can hold it, because quotes in texts are escaped."""


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


def _values(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes, Line | Header | None]]:
    """Offset and bytes of each line and what it says; None when that cannot be read."""
    for offset, raw in lines:
        if raw:
            value = _value(raw)
            yield from _salvaged(offset, raw) if value is None else [(offset, raw, value)]


def _salvaged(offset: int, raw: bytes) -> Iterator[tuple[int, bytes, Line | Header | None]]:
    """Where the end of a line was lost or altered, two lines look like one: take them apart again."""
    starts = [found.start() for found in re.finditer(re.escape(_BEGIN), raw)]
    for start, end in itertools.pairwise(sorted({0, *starts, len(raw)})):
        whole = whole_line(raw[start:end])
        if whole:
            yield offset + start, whole, _value(whole)
        yield offset + start + len(whole), raw[start + len(whole) : end], None


def _value(raw: bytes) -> Line | Header | None:
    try:
        return decode(raw)
    except DamagedError:
        return None


def scan(disk: Disk, handle: int, start: int, size: int, *, last: bool) -> Scan:
    """Read from `start` to `size`.

    A change of several lines that lacks its end is no change; but where segments follow, a damaged end was there once.
    """
    found = Scan(end=start)
    unfinished: list[tuple[int, int, Mark]] = []
    recognised = 0
    for offset, raw, value in _values(raw_lines(disk, handle, start, size)):
        recognised += raw.startswith(_BEGIN) or not raw.strip(b"\0")
        if value is None:
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
    if not all(one.seq < other.seq for one, other in itertools.pairwise(found.marks)):
        found.marks.sort(key=lambda item: item.seq)  # Lines count in the order of their numbers, wherever they lie.
    return found
