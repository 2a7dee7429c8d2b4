"""The append-only log: numbered segments in one folder, the last of which grows.

A change is on the disk when `append` returns. Segments of a few megabytes are finished one after another and get
an index beside them, so that opening reads one short summary for each and the whole of the last only.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from assistant.errors import JournalError
from assistant.journal import segment
from assistant.journal.disk import Disk, Stamp, write_file
from assistant.journal.lines import SCHEMA, Header, encode_header
from assistant.journal.rows import Spot
from assistant.journal.segment import Segment

SEGMENT_BYTES = 4 << 20
"""A segment that has grown to this is finished. Reading one takes 0.1 s; a household fills one in about two years."""
_SETTLED = 50_000_000
"""Nanoseconds; coarse clocks of file systems tick every 4 to 20 milliseconds."""


class Place(NamedTuple):
    """Where one live document lies."""

    segment: int
    """Position of its segment in the log."""
    spot: Spot
    """Where in the segment."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Lines that could not be read when the log was opened or searched."""

    path: Path
    """The segment."""
    stretches: tuple[tuple[int, int], ...]
    """Offset and length of each unreadable stretch."""
    torn: bool
    """Whether that is only the unfinished end of the last write."""


class Log:
    """The log as one process sees it. `recovery.open_log` makes one that can be written."""

    def __init__(self, folder: Path, disk: Disk, *, write: bool = False, limit: int = SEGMENT_BYTES) -> None:
        self.folder = folder
        """Where the segments lie."""
        self.disk = disk
        """What reads and writes them."""
        self.write = write
        """Whether this process may change them."""
        self.limit = limit
        """Bytes at which a segment is full."""
        self.segments: list[Segment] = []
        """In order; the last one grows."""
        self.damage: list[Damage] = []
        """What could not be read."""
        self._stamp: Stamp | None = None
        self.replaced: dict[str, dict[int, int]] = {}
        """Per table and document id, the number of the newest segment that replaces or removes an older line."""
        self.existing: dict[str, bool] = {}
        """Which tables were made (True) or dropped (False)."""
        self.free: dict[str, int] = {}
        """Per table, an id that no document ever had, and none after it."""
        self.high_entry: dict[str, str] = {}
        """Per table, the greatest entry id in a finished segment."""
        self.adrift = False
        """Whether the files on the disk may be others than those that are open: `recovery.settle` is needed."""

    # Opening

    def open(self) -> None:
        """Open the segments that are there."""
        self.damage = []
        self._stamp = self._settled()
        while not self._open_files():
            continue
        for position in range(len(self.segments)):
            self._open_segment(position)
        self.gather()

    def _open_files(self) -> bool:
        """Open what is there; False when another process removed one of them meanwhile."""
        self.close()
        for number in segment.numbers(self.disk.names(self.folder)):
            path = self.folder / segment.file_name(number)
            try:
                self.segments.append(Segment(self.disk, path, number, write=self.write))
            except FileNotFoundError:
                return False
        return True

    def close(self) -> None:
        """Close all files."""
        for one in self.segments:
            one.close()
        self.segments = []

    def _settled(self) -> Stamp | None:
        """The folder's state; None while it is so young that another change might not show in its clock."""
        stamp = self.disk.stamp(self.folder)
        return None if stamp is None or abs(time.time_ns() - stamp.changed) < _SETTLED else stamp

    def _open_segment(self, position: int) -> None:
        one, last = self.segments[position], position == len(self.segments) - 1
        if last or not one.read_index():
            self.read_segment(one, last=last)
            if not last:
                one.seal(write=self.write and not self._damaged(one))

    def read_segment(self, one: Segment, *, last: bool) -> None:
        """Scan a segment and note what cannot be read."""
        found = one.read(last=last)
        if not found.ours:
            raise JournalError(
                f"{one.path.name} in the journal's folder was not written by Hearth.",
                f"Move {one.path} somewhere else, then start again.",
            )
        if one.header.schema > SCHEMA:
            raise JournalError(
                "The journal was written by a newer Hearth.", "Install the newest version; nothing was changed."
            )
        if found.bad or found.end > one.size or found.header is None:
            self.damage.append(Damage(one.path, tuple(found.bad), found.torn and found.header is not None))
        if last and not self.write:
            one.size = found.end

    def _damaged(self, one: Segment) -> bool:
        return any(damage.path == one.path for damage in self.damage)

    def gather(self) -> None:
        """Take together what the segments say of one another."""
        self.replaced, self.existing, self.free, self.high_entry = {}, {}, {}, {}
        for one in self.segments:
            self.gather_one(one)

    def gather_one(self, one: Segment) -> None:
        """Take in what one segment says."""
        for table, ids in one.replaces.items():
            self.replaced.setdefault(table, {}).update(dict.fromkeys(ids, one.number))
        self.existing.update(one.existing)
        for table, free in one.free.items():
            self.free[table] = max(self.free.get(table, 1), free)
        for table, span in one.spans.items():
            self.high_entry[table] = max(self.high_entry.get(table, ""), span.high_entry)

    def refresh(self) -> bool:
        """See what another process has done since: it appends to the last segment, and all else renames files.

        Returns whether it was more than appending.
        """
        last = self.segments[-1] if self.segments else None
        shrunk = last is not None and self.disk.size(last.handle) < last.size
        if shrunk or self._stamp is None or self.disk.stamp(self.folder) != self._stamp:
            self.open()
            return True
        if last is not None and self.disk.size(last.handle) > last.size:
            last.read_more()
            self.gather_one(last)
        return False

    # Looking up

    def tables(self) -> list[str]:
        """Names of the tables that exist."""
        names = {name: True for one in self.segments for name in one.tables()} | self.existing
        return sorted(name for name, exists in names.items() if exists)

    def exists(self, table: str) -> bool:
        """Whether a table exists, be it empty."""
        found = self.existing.get(table)
        return any(one.count(table) for one in self.segments) if found is None else found

    def free_id(self, table: str) -> int:
        """An id that no document of the table ever had."""
        return self.free.get(table, 1)

    def live(self, table: str, doc: int, position: int) -> bool:
        """Whether no later segment says anything else about the document."""
        return self.replaced.get(table, {}).get(doc, 0) <= self.segments[position].number

    def size(self, table: str) -> int:
        """How many documents a table has."""
        count = sum(one.count(table) for one in self.segments)
        return count - sum(1 for _ in self.dead(table))

    def dead(self, table: str) -> Iterator[tuple[int, int]]:
        """Position and document id of each row that a later segment replaced."""
        for doc, number in self.replaced.get(table, {}).items():
            for position, one in enumerate(self.segments):
                if one.number < number and self.in_span(one, table, doc):
                    rows = one.rows(table)
                    if rows is not None and rows.get(doc) is not None:
                        yield position, doc

    def place(self, table: str, doc: int) -> Place | None:
        """Where a document lies now."""
        for position in range(len(self.segments) - 1, -1, -1):
            one = self.segments[position]
            if self.in_span(one, table, doc) and (rows := one.rows(table)) and (spot := rows.get(doc)):
                return Place(position, spot) if self.live(table, doc, position) else None
        return None

    def in_span(self, one: Segment, table: str, doc: int) -> bool:
        """Whether a finished segment can hold the document; always true for the one that grows."""
        span = one.spans.get(table)
        return span is None or span.low_doc <= doc <= span.high_doc

    def documents(self, table: str) -> Iterator[Place]:
        """All live documents of a table by document id."""
        streams = [self._ordered(table, position) for position in range(len(self.segments))]
        return heapq.merge(*streams, key=lambda place: place.spot.doc)

    def _ordered(self, table: str, position: int) -> Iterator[Place]:
        rows = self.segments[position].rows(table)
        for spot in rows.ordered() if rows else ():
            if self.live(table, spot.doc, position):
                yield Place(position, spot)

    # Growing

    @property
    def full(self) -> bool:
        """Whether the last segment is to be followed by another."""
        return self.segments[-1].size >= self.limit

    def begin(self, number: int, seq: int) -> None:
        """Make an empty segment, ready to grow. Raises OSError."""
        path = self.folder / segment.file_name(number)
        header = Header(number, seq, since=dict(self.free), free=dict(self.free))
        write_file(self.disk, path, encode_header(header))
        one = Segment(self.disk, path, number, write=True)
        one.read(last=True)
        self.segments.append(one)
