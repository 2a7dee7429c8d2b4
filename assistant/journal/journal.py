"""The journal: what was said, kept for forty years, found by time and by who, forgotten when asked."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.errors import JournalError
from assistant.journal import backups, documents, forgetting, search
from assistant.journal.disk import Disk, trouble
from assistant.journal.facts import FILE, Facts, recovered
from assistant.journal.forgetting import Intent
from assistant.journal.lines import DamagedError, Document
from assistant.journal.log import SEGMENT_BYTES, Log, Place
from assistant.journal.reading import raw_lines
from assistant.journal.realdisk import RealDisk
from assistant.journal.records import CheckIn, Query
from assistant.journal.storage import JournalDB, JournalStorage
from assistant.journal.vault import Vaults

_MONTH = timedelta(days=30)
_OPEN_AGAIN = "Start Hearth again: it sets the damaged file aside and takes them from the newest backup."


class Journal:
    """One process's hold on a journal. Threads may share it."""

    def __init__(self, storage: JournalStorage, today: Callable[[], date] = date.today) -> None:
        """Raises JournalError. `open` is the usual way."""
        self.storage = storage
        """What the journal lies in."""
        self.db = JournalDB(storage=lambda: storage)
        """TinyDB on the same journal, for whoever wants to ask it directly."""
        self.vaults = Vaults(storage.folder, storage.disk)
        """What seals private entries for the one person who may read them."""
        self._table = self.db.table(documents.TABLE)
        self._facts = Facts(storage.folder / FILE, storage.disk)
        self._today = today
        self._backed_up: date | None = None
        self._guard = threading.RLock()
        with self._disk_does("be opened"):
            self._intent = forgetting.read_intent(storage.disk, storage.folder)
            if not storage.read_only:
                self._put_right()

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        read_only: bool = False,
        disk: Disk | None = None,
        segment_bytes: int = SEGMENT_BYTES,
        today: Callable[[], date] = date.today,
    ) -> Journal:
        """Open the journal in `folder`, which is made when it is missing and the journal is to be written.

        There is one writer at a time and any number of readers. Raises JournalError: it is in use by another
        writer, it may not be read or written, or it is not a journal.
        """
        storage = JournalStorage(folder, read_only=read_only, disk=disk or RealDisk(), segment_bytes=segment_bytes)
        try:
            return cls(storage, today)
        except BaseException:
            storage.close()
            raise

    @property
    def folder(self) -> Path:
        """Where the journal lies."""
        return self.storage.folder

    def add(self, entry: CheckIn) -> None:
        """Keep an entry; it is on the disk when this returns. Raises JournalError, and then nothing was kept.

        An entry whose id is there already changes nothing.
        """
        self.add_all((entry,))

    def add_all(self, entries: Iterable[CheckIn]) -> int:
        """Keep several entries, all or none, and return how many were new: an id that is known is passed over.

        Private ones are sealed for their speaker first; raises NoVaultError where that cannot be done.
        """
        return self.add_documents([documents.document(self.vaults.seal(entry)) for entry in entries])

    def add_documents(self, docs: Iterable[Document]) -> int:
        """The same for documents, such as a backup holds; fields that `CheckIn` lacks are kept as they are."""
        with self._writing("keep that"):
            new = {str(doc["id"]): doc for doc in docs if not self.has(str(doc["id"]))}
            if new:
                self._table.insert_multiple(new.values())
                self.back_up()
            return len(new)

    def has(self, identity: str) -> bool:
        """Whether there is an entry of this id."""
        with self._disk_does("be read"):
            places = search.bearers(self.storage.log, documents.TABLE, identity)
            return any(entry.id == identity for _, entry in self._entries(places))

    def find(self, query: Query, *, newest_first: bool = False, limit: int | None = None) -> list[CheckIn]:
        """The entries that match, by time and then id."""
        with self._reading() as log:
            exact = not (query.session or query.ids or self._intent)
            places = search.find(log, documents.TABLE, query, newest_first=newest_first, limit=limit if exact else None)
            found = [(place.spot.time, entry.id, entry) for place, entry in self._entries(places)]
        if not exact:
            found = [item for item in found if documents.matches(query, item[2])]
        found.sort(key=lambda item: item[:2], reverse=newest_first)
        return [entry for _, _, entry in found[:limit]]

    def each(self, query: Query) -> Iterator[CheckIn]:
        """The same as `find`, a month at a time, for when there are more than memory should hold."""
        with self._reading() as log:
            period = search.period(log, documents.TABLE)
        if period is None:
            return
        since, until = max(period[0], query.since or period[0]), min(period[1], query.until or period[1])
        while since < until:
            then = min(since + _MONTH, until)
            yield from self.find(replace(query, since=since, until=then))
            since = then

    def count(self, query: Query) -> int:
        """How many entries match."""
        with self._reading() as log:
            if query.session or query.ids or self._intent:
                return len(self.find(query))
            return search.count(log, documents.TABLE, query)

    def forget(self, query: Query) -> int:
        """Remove what matches from journal, index, backups and what was set aside; returns how many entries that were.

        When it raises JournalError the entries are gone for every reader or all there, and if they are gone, the
        rest is done the next time the journal is opened to write.
        """
        with self._writing("forget that"):
            self._finish_forgetting()
            count = self.count(query)
            self._intent = Intent(query, self.storage.log.segments[-1].seq)
            try:
                forgetting.write_intent(self.storage.disk, self.folder, self._intent)
            except OSError:
                self._intent = forgetting.read_intent(self.storage.disk, self.folder)
                raise
            self._finish_forgetting()
            return count

    def remember(self, key: str, value: str, *, forget: bool = False) -> None:
        """Keep a small fact; it is on the disk when this returns. An empty value forgets it, in backups too.

        `forget`: what it was before leaves no trace in backups either.
        """
        with self._writing("keep that"):
            self._facts.remember(key, value)
            if forget or not value:
                backups.forget_fact(self.storage.disk, self.folder, key)

    def recall(self, key: str) -> str:
        """A small fact; empty when it is not known."""
        with self._reading():
            return self._facts.recall(key)

    def back_up(self) -> None:
        """Make today's backup, unless there is one. A disk that refuses it is for the doctor to tell, not for now."""
        with self._guard:
            day = self._today()
            if self._backed_up != day:
                self._backed_up = day
                sizes = {one.path.name: one.size for one in self.storage.log.segments}
                with contextlib.suppress(OSError):
                    backups.make(self.storage.disk, self.folder, day, sizes)

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

    @contextlib.contextmanager
    def _disk_does(self, what: str) -> Iterator[None]:
        with self._guard:
            try:
                yield
            except OSError as error:
                raise trouble(error, what) from error
            except DamagedError as error:
                raise JournalError("The small facts in the journal cannot be read.", _OPEN_AGAIN) from error

    @contextlib.contextmanager
    def _writing(self, what: str) -> Iterator[None]:
        if self.storage.read_only:
            raise JournalError("The journal was opened to read only.", "Open it again to write.")
        with self._disk_does(what):
            self.storage.settle()
            yield

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Log]:
        with self._disk_does("be read"):
            if self.storage.read_only and self.storage.log.refresh():
                self._intent = forgetting.read_intent(self.storage.disk, self.folder)
            yield self.storage.log

    def _put_right(self) -> None:
        """What was being forgotten is gone now, and facts that cannot be read come back from a backup."""
        with contextlib.suppress(OSError):
            self._finish_forgetting()
        recovered(self.storage.disk, self.folder, backups.listed(self.storage.disk, self.folder))

    def _finish_forgetting(self) -> None:
        if self._intent is not None:
            forgetting.carry_out(self.storage.log, self._intent)
            self._intent = None
            self._table.clear_cache()

    def _entries(self, places: Iterable[Place]) -> Iterator[tuple[Place, CheckIn]]:
        """The check-ins at these places, without those that are being forgotten or cannot be read."""
        for place, raw in raw_lines(self.storage.log, places):
            seq, entry = documents.read_entry(raw)
            if entry is not None and not (self._intent and self._intent.means(seq, entry)):
                yield place, entry
