"""One file of the log, `journal-0001.jsonl`: read through its rows, written at its end."""

from __future__ import annotations

import contextlib
import re
import zlib
from collections.abc import Mapping
from pathlib import Path

from assistant.journal import sidefile
from assistant.journal.disk import Disk, read_file, write_file
from assistant.journal.lines import SCHEMA, Header
from assistant.journal.openrows import OpenRows
from assistant.journal.rows import Rows, Span
from assistant.journal.scan import Mark, Scan, scan
from assistant.journal.sealedrows import pack
from assistant.journal.sidefile import State, Summary

_NAME = re.compile(r"journal-(\d{4,9})\.jsonl")
INDEX = ".index"
"""Suffix of the side-file."""
_EDGE = 256
"""Bytes at either end of a segment that tell its states apart."""


def file_name(number: int) -> str:
    """The segment's file name."""
    return f"journal-{number:04}.jsonl"


def numbers(names: list[str]) -> list[int]:
    """The numbers of the segments among these names, in order."""
    return sorted(int(found[1]) for name in names if (found := _NAME.fullmatch(name)))


class Segment:
    """A segment that is open for reading; the last one also for writing."""

    def __init__(self, disk: Disk, path: Path, number: int, *, write: bool) -> None:
        self.disk = disk
        self.path = path
        """The file."""
        self.number = number
        """From 1, as in the file's name."""
        self.handle = disk.open(path, write=write)
        """What `disk` reads and writes it by."""
        self.size = disk.size(self.handle)
        """Bytes of it that count."""
        self.header = Header(number, 1)
        """Its first line."""
        self.replaces: dict[str, set[int]] = {}
        """Per table, document ids whose lines in earlier segments no longer count."""
        self.existing: dict[str, bool] = {}
        """Tables that were made (True) or dropped (False) here."""
        self.free: dict[str, int] = {}
        """Per table, the first document id that is free after this segment."""
        self.seq = 1
        """The first number of a change that is free after this segment."""
        self.waste = 0
        """Lines that no longer count because of lines in this segment, and the lines here that remove documents."""
        self._open: dict[str, OpenRows] | None = {}
        self._summary: Summary | None = None
        self._rows: Mapping[str, Rows] | None = None

    @property
    def index_path(self) -> Path:
        """The side-file's path."""
        return self.path.with_suffix(INDEX)

    def close(self) -> None:
        """Close the file."""
        self.disk.close(self.handle)

    def state(self) -> State:
        """What tells this state of the file from others."""
        head = self.disk.read(self.handle, 0, _EDGE)
        tail = self.disk.read(self.handle, max(self.size - _EDGE, 0), _EDGE)
        return State(self.size, zlib.crc32(head), zlib.crc32(tail))

    # Rows

    @property
    def spans(self) -> Mapping[str, Span]:
        """Bounds of each table that has live documents here, as far as they are known without reading."""
        return {} if self._summary is None else self._summary.tables

    def rows(self, table: str) -> Rows | None:
        """The rows of a table; None when the segment has none."""
        if self._open is not None:
            return self._open.get(table) or None
        if self._rows is None:
            self._rows = self._load()
        return self._rows.get(table)

    def tables(self) -> list[str]:
        """Names of the tables that have live documents here."""
        if self._open is not None:
            return [name for name, rows in self._open.items() if len(rows)]
        return list(self.spans)

    def count(self, table: str) -> int:
        """How many documents of a table have their line here."""
        if self._open is not None:
            return len(self._open.get(table, ()))
        return self.spans[table].rows if table in self.spans else 0

    def apply(self, mark: Mark) -> None:
        """Let a line of the segment count."""
        assert self._open is not None
        self.seq = max(self.seq, mark.seq + 1)
        if mark.id is None:
            self.existing[mark.table] = mark.exists
            return
        rows = self._open.setdefault(mark.table, OpenRows())
        self.free[mark.table] = max(self.free.get(mark.table, 1), mark.id + 1)
        if mark.id < self.header.since.get(mark.table, 1):
            self.replaces.setdefault(mark.table, set()).add(mark.id)
        self.waste += rows.drop(mark.id) if mark.row is None else rows.put(mark.row)
        self.waste += mark.row is None

    # Reading what is there

    def read(self, *, last: bool) -> Scan:
        """Scan the whole file and take its rows from that."""
        found = scan(self.disk, self.handle, 0, self.size, last=last)
        self.header = self._trusted_header(found)
        self._open, self._summary, self._rows = {}, None, None
        self.replaces, self.existing, self.waste = {}, {}, 0
        self.seq, self.free = self.header.seq, dict(self.header.free)
        for item in found.marks:
            self.apply(item)
        return found

    def read_more(self) -> None:
        """Scan what another process has written since."""
        found = scan(self.disk, self.handle, self.size, self.disk.size(self.handle), last=True)
        for item in found.marks:
            self.apply(item)
        self.size = max(self.size, found.end)

    def read_index(self) -> bool:
        """Take the summary from the side-file; False when there is none that fits this state of the segment."""
        try:
            handle = self.disk.open(self.index_path)
        except OSError:
            return False
        try:
            preamble = self.disk.read(handle, 0, sidefile.PREAMBLE_BYTES)
            length = sidefile.summary_bytes(preamble)
            data = preamble + self.disk.read(handle, sidefile.PREAMBLE_BYTES, min(length or 0, 1 << 30))
        finally:
            self.disk.close(handle)
        summary = sidefile.decode_summary(data)
        if summary is None or summary.state != self.state():
            return False
        self._take(summary)
        return True

    def seal(self, *, write: bool) -> None:
        """The segment is finished: pack its rows and put them into the side-file, if it may be written.

        A disk that refuses it costs time at the next opening, nothing else.
        """
        assert self._open is not None
        tables = {name: rows for name, rows in self._open.items() if len(rows)}
        codes: dict[str, int] = {}
        columns = b"".join(pack(rows, codes) for rows in tables.values())
        spans = {name: rows.span() for name, rows in tables.items()}
        replaces = {table: sorted(ids) for table, ids in self.replaces.items()}
        summary = Summary(self.state(), spans, replaces, dict(self.existing), self.free, self.seq, self.waste, codes)
        data = sidefile.encode(summary, columns)
        self._take(summary)
        self._rows = sidefile.decode_rows(summary, data)
        if write:
            with contextlib.suppress(OSError):
                write_file(self.disk, self.index_path, data)

    def _take(self, summary: Summary) -> None:
        self._summary, self._open, self._rows = summary, None, None
        self.replaces = {table: set(ids) for table, ids in summary.replaces.items()}
        self.existing, self.free = summary.existing, summary.free
        self.seq, self.waste = summary.seq, summary.waste

    def _load(self) -> Mapping[str, Rows]:
        """The rows from the side-file, or, when that is damaged, from the segment itself."""
        assert self._summary is not None
        try:
            data = read_file(self.disk, self.index_path)
        except OSError:
            data = b""
        if sidefile.decode_summary(data) == self._summary:
            rows = sidefile.decode_rows(self._summary, data)
            if rows is not None:
                return rows
        self.read(last=False)
        self.seal(write=False)
        assert self._rows is not None
        return self._rows

    def _trusted_header(self, found: Scan) -> Header:
        """The header, or, when it is lost or of another segment, one that is safe: any line may replace older ones."""
        if found.header is not None and found.header.segment == self.number:
            return found.header
        since: dict[str, int] = {}
        for item in found.marks:
            since[item.table] = max(since.get(item.table, 1), (item.id or 0) + 1)
        schema = found.header.schema if found.header else SCHEMA
        seq = max((item.seq for item in found.marks), default=0) + 1
        return Header(self.number, seq, since=since, schema=schema)
