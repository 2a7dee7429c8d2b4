"""Writing at the end of a log."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from assistant.errors import JournalError
from assistant.journal.disk import trouble, write_all
from assistant.journal.lines import LONGEST, Document, Line, encode
from assistant.journal.log import Log
from assistant.journal.scan import mark


class Appender:
    """Puts changes on the disk, one after another."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._unsure = False

    def append(self, table: str, changes: Mapping[int, Document | None], *, exists: bool | None = None) -> None:
        """Put a change of any number of documents on the disk, whole or not at all; None removes a document.

        `exists` also makes (True) or drops (False) the table itself. Raises JournalError; then nothing changed.
        """
        targets: list[tuple[int | None, Document | bool | None]] = [] if exists is None else [(None, exists or None)]
        targets += changes.items()
        seq, final = self._log.segments[-1].seq, len(targets) - 1
        lines = [Line(seq + at, table, key, doc, at < final) for at, (key, doc) in enumerate(targets)]
        encoded = [encode(line) for line in lines]
        if any(len(raw) > LONGEST for raw in encoded):
            raise JournalError("That is too long for the journal.", "Keep it in several shorter entries.")
        self._write(b"".join(encoded))
        for line, raw in zip(lines, encoded, strict=True):
            self._count(line, raw)
        self._unsure = False

    def make_sure(self) -> None:
        """Remove what a failed or interrupted write may have left, on the disk and in memory. Raises OSError.

        After a sync that failed nobody knows what is on the medium, so the file is cut back to what was there for
        sure, and only then written on.
        """
        if self._unsure:
            last = self._log.segments[-1]
            self._log.disk.truncate(last.handle, last.size)
            self._log.disk.sync(last.handle)
            last.read(last=True)
            self._log.gather()
            self._unsure = False

    def _write(self, data: bytes) -> None:
        disk, last = self._log.disk, self._log.segments[-1]
        try:
            self.make_sure()
            self._unsure = True
            write_all(disk, last.handle, last.size, data)
            disk.sync(last.handle)
        except OSError as error:
            with contextlib.suppress(OSError):
                self.make_sure()
            raise trouble(error, "keep that") from error

    def _count(self, line: Line, raw: bytes) -> None:
        """Let a line that is on the disk count in memory."""
        log, last = self._log, self._log.segments[-1]
        if line.id is None:
            log.existing[line.table] = line.doc is True
        else:
            self._replace(line.table, line.id)
            log.free[line.table] = max(log.free.get(line.table, 1), line.id + 1)
        last.apply(mark(line, last.size, len(raw) - 1))
        last.size += len(raw)

    def _replace(self, table: str, doc: int) -> None:
        """A document of an earlier segment is replaced or removed: its line there no longer counts."""
        log, last = self._log, self._log.segments[-1]
        replaced = log.replaced.setdefault(table, {})
        if doc < last.header.since.get(table, 1) and replaced.get(doc) != last.number:
            found = log.place(table, doc)
            last.waste += found is not None and found.segment != len(log.segments) - 1
            replaced[doc] = last.number
