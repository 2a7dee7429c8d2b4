"""The journal: what was said, kept for forty years, found by time and by who, forgotten when asked."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.errors import JournalError
from assistant.journal import documents
from assistant.journal.compaction import compact
from assistant.journal.disk import Disk, RealDisk, trouble
from assistant.journal.facts import FILE, Facts
from assistant.journal.lines import DamagedError, unseal
from assistant.journal.log import SEGMENT_BYTES, Place
from assistant.journal.records import CheckIn, Query
from assistant.journal.storage import JournalDB, JournalStorage


class Journal:
    """One process's hold on a journal. Threads may share it."""

    def __init__(self, storage: JournalStorage) -> None:
        self.storage = storage
        self.db = JournalDB(storage=lambda: storage)
        self._table = self.db.table(documents.TABLE)
        self._facts = Facts(storage.folder / FILE, storage.disk)
        self._guard = threading.RLock()

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        read_only: bool = False,
        disk: Disk | None = None,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> Journal:
        """Open the journal in `folder`, which is made when it is missing and the journal is to be written.

        There is one writer at a time and any number of readers. Raises JournalError: it is in use by another
        writer, it may not be read or written, or it is not a journal.
        """
        disk = disk or RealDisk()
        return cls(JournalStorage(folder, read_only=read_only, disk=disk, segment_bytes=segment_bytes))

    @property
    def folder(self) -> Path:
        """Where the journal lies."""
        return self.storage.folder

    def add(self, entry: CheckIn) -> None:
        """Keep an entry; it is on the disk when this returns. Raises JournalError, and then nothing was kept."""
        self.add_all((entry,))

    def add_all(self, entries: Iterable[CheckIn]) -> int:
        """Keep several entries, all or none, and return how many were new: an id that is known is passed over."""
        with self._guard:
            new = {entry.id: entry for entry in entries if not self._has(entry.id)}
            if new:
                self._table.insert_multiple([documents.document(entry) for entry in new.values()])
            return len(new)

    def find(self, query: Query, *, newest_first: bool = False, limit: int | None = None) -> list[CheckIn]:
        """The entries that match, by time and then id."""
        with self._guard:
            if self.storage.read_only:
                self.storage.log.refresh()
            exact = not (query.session or query.ids)
            at_most = limit if exact else None
            places = self.storage.log.find(documents.TABLE, query, newest_first=newest_first, limit=at_most)
            found = [(place.spot.time, entry.id, entry) for place, entry in self._entries(places)]
        if not exact:
            found = [item for item in found if documents.matches(query, item[2])]
        found.sort(key=lambda item: item[:2], reverse=newest_first)
        return [entry for _, _, entry in found[:limit]]

    def count(self, query: Query) -> int:
        """How many entries match."""
        with self._guard:
            if query.session or query.ids:
                return len(self.find(query))
            if self.storage.read_only:
                self.storage.log.refresh()
            return len(self.storage.log.find(documents.TABLE, query))

    def forget(self, query: Query) -> int:
        """Remove what matches from everywhere and return how many entries that were."""
        with self._guard:
            places = self.storage.log.find(documents.TABLE, query)
            known = {
                (place.segment, place.spot.offset)
                for place, one in self._entries(places)
                if documents.matches(query, one)
            }
            compact(self.storage.log, {segment for segment, _ in known}, lambda at, mark: (at, mark.offset) in known)
            return len(known)

    def remember(self, key: str, value: str) -> None:
        """Keep a small fact; it is on the disk when this returns. An empty value forgets the key."""
        with self._guard:
            if self.storage.read_only:
                raise JournalError("The journal was opened to read only.", "Open it again to write.")
            try:
                self._facts.remember(key, value)
            except OSError as error:
                raise trouble(error, "keep that") from error

    def recall(self, key: str) -> str:
        """A small fact; empty when it is not known."""
        with self._guard:
            try:
                return self._facts.recall(key)
            except OSError as error:
                raise trouble(error, "be read") from error

    def close(self) -> None:
        """Close the files and let other writers in."""
        with self._guard:
            self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _has(self, identity: str) -> bool:
        places = list(self.storage.log.bearers(documents.TABLE, identity))
        return any(entry.id == identity for _, entry in self._entries(places))

    def _entries(self, places: list[Place]) -> Iterable[tuple[Place, CheckIn]]:
        for place, raw in zip(places, self.storage.log.raw(places), strict=True):
            entry = self._entry(place, raw)
            if entry is not None:
                yield place, entry

    def _entry(self, place: Place, raw: bytes) -> CheckIn | None:
        try:
            unseal(raw)
        except DamagedError:
            self.storage.log.spoilt(place)
            return None
        quick = documents.quick_entry(raw)
        if quick is not None:
            return quick.doc
        line = self.storage.log.line(place, raw)
        return documents.entry(line.doc) if line and isinstance(line.doc, dict) else None
