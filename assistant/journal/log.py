"""The append-only log: numbered segments in one folder, the last of which grows.

A change is on the disk when `append` returns. Segments of a few megabytes are finished one after another and get
an index beside them, so that opening reads one short summary for each and the whole of the last only.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from assistant.errors import JournalError
from assistant.journal import segment
from assistant.journal.disk import Disk, Stamp, trouble, write_all, write_file
from assistant.journal.lines import LONGEST, SCHEMA, DamagedError, Document, Header, Line, decode, encode, encode_header
from assistant.journal.records import Query
from assistant.journal.rows import EARLIEST, EPOCH, TIMELESS, Spot, bounds
from assistant.journal.scan import mark
from assistant.journal.segment import Segment

SEGMENT_BYTES = 4 << 20
"""A segment that has grown to this is finished. Reading one takes 0.1 s; a household fills one in about two years."""
_GAP = 4096
"""Bytes between two lines that are cheaper to read than to skip."""
_BLOCK = 1 << 20
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
        self.disk = disk
        self.write = write
        self.limit = limit
        self.segments: list[Segment] = []
        self.damage: list[Damage] = []
        self._stamp: Stamp | None = None
        self._replaced: dict[str, dict[int, int]] = {}
        self._existing: dict[str, bool] = {}
        self._free: dict[str, int] = {}
        self._high_entry: dict[str, str] = {}
        self._unsure = False
        self.adrift = False
        """Whether the files on the disk may be others than those that are open: `recovery.settle` is needed."""

    # Opening

    def open(self) -> None:
        """Open the segments that are there."""
        self.close()
        self.damage = []
        self._stamp = self._settled()
        for number in segment.numbers(self.disk.names(self.folder)):
            path = self.folder / segment.file_name(number)
            self.segments.append(Segment(self.disk, path, number, write=self.write))
        for position in range(len(self.segments)):
            self._open_segment(position)
        self.gather()

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
        self._replaced, self._existing, self._free, self._high_entry = {}, {}, {}, {}
        for one in self.segments:
            self._gather_one(one)

    def _gather_one(self, one: Segment) -> None:
        for table, ids in one.replaces.items():
            self._replaced.setdefault(table, {}).update(dict.fromkeys(ids, one.number))
        self._existing.update(one.existing)
        for table, free in one.free.items():
            self._free[table] = max(self._free.get(table, 1), free)
        for table, span in one.spans.items():
            self._high_entry[table] = max(self._high_entry.get(table, ""), span.high_entry)

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
            self._gather_one(last)
        return False

    # Looking up

    def tables(self) -> list[str]:
        """Names of the tables that exist."""
        names = {name: True for one in self.segments for name in one.tables()} | self._existing
        return sorted(name for name, exists in names.items() if exists)

    def exists(self, table: str) -> bool:
        """Whether a table exists, be it empty."""
        found = self._existing.get(table)
        return any(one.count(table) for one in self.segments) if found is None else found

    def free_id(self, table: str) -> int:
        """An id that no document of the table ever had."""
        return self._free.get(table, 1)

    def live(self, table: str, doc: int, position: int) -> bool:
        """Whether no later segment says anything else about the document."""
        return self._replaced.get(table, {}).get(doc, 0) <= self.segments[position].number

    def size(self, table: str) -> int:
        """How many documents a table has."""
        count = sum(one.count(table) for one in self.segments)
        return count - sum(1 for _ in self.dead(table))

    def dead(self, table: str) -> Iterator[tuple[int, int]]:
        """Position and document id of each row that a later segment replaced."""
        for doc, number in self._replaced.get(table, {}).items():
            for position, one in enumerate(self.segments):
                if one.number < number and self._in_span(one, table, doc):
                    rows = one.rows(table)
                    if rows is not None and rows.get(doc) is not None:
                        yield position, doc

    def period(self, table: str) -> tuple[datetime, datetime] | None:
        """From the first time in a table (inclusive) to the last (exclusive); None when nothing in it has a time."""
        rows = (one.rows(table) for one in self.segments)
        spans = [each.span() for each in rows if each is not None]
        first = min((span.first for span in spans if span.last > TIMELESS), default=None)
        if first is None:
            return None
        last = max(span.last for span in spans)
        return EPOCH + timedelta(microseconds=max(first, EARLIEST)), EPOCH + timedelta(microseconds=last + 1)

    def place(self, table: str, doc: int) -> Place | None:
        """Where a document lies now."""
        for position in range(len(self.segments) - 1, -1, -1):
            one = self.segments[position]
            if self._in_span(one, table, doc) and (rows := one.rows(table)) and (spot := rows.get(doc)):
                return Place(position, spot) if self.live(table, doc, position) else None
        return None

    def _in_span(self, one: Segment, table: str, doc: int) -> bool:
        """Whether a finished segment can hold the document; always true for the one that grows."""
        span = one.spans.get(table)
        return span is None or span.low_doc <= doc <= span.high_doc

    def count(self, table: str, query: Query) -> int:
        """How many rows match, as `find` would find them; without reading any document."""
        total = 0
        for position in self._in_period(table, query, newest_first=False):
            rows = self.segments[position].rows(table)
            if rows is None:
                continue
            if self._replaced.get(table):
                total += sum(1 for spot in rows.find(query) if self.live(table, spot.doc, position))
            else:
                total += rows.count(query)
        return total

    def find(self, table: str, query: Query, *, newest_first: bool = False, limit: int | None = None) -> list[Place]:
        """Places of what matches, by time; those of `limit` documents and of all others at the same last moment.

        `query.session` may let a stranger through, and so may `query.ids`.
        """
        if query.ids:
            return self._by_entry(table, query)
        found: list[Place] = []
        for position in self._in_period(table, query, newest_first=newest_first):
            if limit is not None and self._enough(table, found, position, limit, newest_first=newest_first):
                break
            rows = self.segments[position].rows(table)
            spots = rows.find(query) if rows else ()
            found += (Place(position, spot) for spot in spots if self.live(table, spot.doc, position))
        found.sort(key=lambda place: place.spot.time, reverse=newest_first)
        if limit is not None and len(found) > limit:
            edge = found[limit - 1].spot.time if limit else None
            found = [place for at, place in enumerate(found) if at < limit or place.spot.time == edge]
        return found

    def _in_period(self, table: str, query: Query, *, newest_first: bool) -> list[int]:
        """Positions of segments with something in the query's period, in order of their times."""
        since, until = bounds(query)
        spans = [(position, one.spans.get(table)) for position, one in enumerate(self.segments)]
        growing = [position for position, span in spans if span is None and self.segments[position].count(table)]
        timed = [(position, span) for position, span in spans if span and span.last >= since and span.first < until]
        timed.sort(key=lambda item: item[1].last if newest_first else item[1].first, reverse=newest_first)
        return growing + [position for position, _ in timed]

    def _enough(self, table: str, found: list[Place], position: int, limit: int, *, newest_first: bool) -> bool:
        """Whether no segment from here on can hold one of the first `limit` documents."""
        span = self.segments[position].spans.get(table)
        if span is None or len(found) < limit:
            return False
        times = (place.spot.time for place in found)
        if newest_first:
            return limit == 0 or heapq.nlargest(limit, times)[-1] > span.last
        return limit == 0 or heapq.nsmallest(limit, times)[-1] < span.first

    def _by_entry(self, table: str, query: Query) -> list[Place]:
        since, until = bounds(query)
        found = {place for identity in query.ids for place in self.bearers(table, identity)}
        return sorted((place for place in found if since <= place.spot.time < until), key=lambda item: item.spot.time)

    def bearers(self, table: str, identity: str) -> Iterator[Place]:
        """Places of documents that may bear this entry id."""
        growing = not self.segments or identity > self._high_entry.get(table, "")
        for position in range(max(len(self.segments) - 1, 0) if growing else 0, len(self.segments)):
            one = self.segments[position]
            span = one.spans.get(table)
            if span is not None and not span.low_entry <= identity <= span.high_entry:
                continue
            for spot in rows.entry(identity) if (rows := one.rows(table)) else ():
                if self.live(table, spot.doc, position):
                    yield Place(position, spot)

    def documents(self, table: str) -> Iterator[Place]:
        """All live documents of a table by document id."""
        streams = [self._ordered(table, position) for position in range(len(self.segments))]
        return heapq.merge(*streams, key=lambda place: place.spot.doc)

    def _ordered(self, table: str, position: int) -> Iterator[Place]:
        rows = self.segments[position].rows(table)
        for spot in rows.ordered() if rows else ():
            if self.live(table, spot.doc, position):
                yield Place(position, spot)

    # Reading

    def raw(self, places: list[Place]) -> list[bytes]:
        """The bytes of each line, in the order asked for; lines that lie close together are read at once."""
        order = sorted(range(len(places)), key=lambda at: (places[at].segment, places[at].spot.offset))
        lines = [b""] * len(places)
        start = 0
        while start < len(order):
            end = self._block_end(places, order, start)
            first, last = places[order[start]], places[order[end - 1]].spot
            base = first.spot.offset
            block = self._read(first.segment, base, last.offset + last.length - base)
            for at in order[start:end]:
                offset = places[at].spot.offset - base
                lines[at] = block[offset : offset + places[at].spot.length]
            start = end
        return lines

    def _read(self, position: int, offset: int, length: int) -> bytes:
        try:
            return self.disk.read(self.segments[position].handle, offset, length)
        except OSError as error:
            raise trouble(error, "be read") from error

    @staticmethod
    def _block_end(places: list[Place], order: list[int], start: int) -> int:
        base = places[order[start]]
        reached = base.spot.offset + base.spot.length
        for at in range(start + 1, len(order)):
            place = places[order[at]]
            near = place.spot.offset - reached <= _GAP and place.spot.offset - base.spot.offset < _BLOCK
            if place.segment != base.segment or not near:
                return at
            reached = place.spot.offset + place.spot.length
        return len(order)

    def line(self, place: Place, raw: bytes) -> Line | None:
        """The line that lies there; None, and noted, when it was damaged since."""
        try:
            line = decode(raw)
        except DamagedError:
            line = None
        if isinstance(line, Line):
            return line
        self.spoilt(place)
        return None

    def spoilt(self, place: Place) -> None:
        """Note that the line there cannot be read."""
        stretch = ((place.spot.offset, place.spot.length),)
        damage = Damage(self.segments[place.segment].path, stretch, torn=False)
        if damage not in self.damage:
            self.damage.append(damage)

    # Writing

    def append(self, table: str, changes: Mapping[int, Document | None], *, exists: bool | None = None) -> None:
        """Put a change of any number of documents on the disk, whole or not at all.

        `exists` also makes (True) or drops (False) the table itself. Raises JournalError; then nothing changed.
        """
        seq = self.segments[-1].seq
        turn: list[tuple[int | None, Document | bool | None]] = [] if exists is None else [(None, exists or None)]
        targets = turn + list(changes.items())
        final = len(targets) - 1
        lines = [Line(seq + at, table, key, doc, at < final) for at, (key, doc) in enumerate(targets)]
        encoded = [encode(line) for line in lines]
        if any(len(raw) > LONGEST for raw in encoded):
            raise JournalError("That is too long for the journal.", "Keep it in several shorter entries.")
        self._write(b"".join(encoded))
        self._count(lines, encoded)
        self._unsure = False
        if self.segments[-1].size >= self.limit:
            self._turn_over()

    def _write(self, data: bytes) -> None:
        last = self.segments[-1]
        try:
            self._make_sure(last)
            self._unsure = True
            write_all(self.disk, last.handle, last.size, data)
            self.disk.sync(last.handle)
        except OSError as error:
            self._take_back(last)
            raise trouble(error, "keep that") from error

    def _take_back(self, last: Segment) -> None:
        try:
            self._make_sure(last)
        except OSError:
            return

    def _make_sure(self, last: Segment) -> None:
        """Remove what a failed or interrupted write may have left, on the disk and in memory."""
        if self._unsure:
            self.disk.truncate(last.handle, last.size)
            self.disk.sync(last.handle)
            last.read(last=True)
            self.gather()
            self._unsure = False

    def _count(self, lines: list[Line], encoded: list[bytes]) -> None:
        last = self.segments[-1]
        for line, raw in zip(lines, encoded, strict=True):
            replaces = line.id is not None and line.id < last.header.since.get(line.table, 1)
            if replaces and self._replaced.get(line.table, {}).get(line.id or 0) != last.number:
                last.waste += self._elsewhere(line.table, line.id or 0)
                self._replaced.setdefault(line.table, {})[line.id or 0] = last.number
            last.apply(mark(line, last.size, len(raw) - 1))
            last.size += len(raw)
            if line.id is None:
                self._existing[line.table] = line.doc is True
            else:
                self._free[line.table] = max(self._free.get(line.table, 1), line.id + 1)

    def _elsewhere(self, table: str, doc: int) -> bool:
        found = self.place(table, doc)
        return found is not None and found.segment != len(self.segments) - 1

    def _turn_over(self) -> None:
        """Finish the last segment and begin the next; when the disk refuses, the last one simply grows on."""
        try:
            self.begin(self.segments[-1].number + 1, self.segments[-1].seq)
            self.segments[-2].seal(write=True)
        except OSError:
            return
        finally:
            self._gather_spans()

    def _gather_spans(self) -> None:
        for one in self.segments[-2:-1]:
            self._gather_one(one)

    def begin(self, number: int, seq: int) -> None:
        """Make an empty segment, ready to grow."""
        path = self.folder / segment.file_name(number)
        header = Header(number, seq, since=dict(self._free), free=dict(self._free))
        write_file(self.disk, path, encode_header(header))
        one = Segment(self.disk, path, number, write=True)
        one.read(last=True)
        self.segments.append(one)
