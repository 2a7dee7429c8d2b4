"""The journal under TinyDB: a storage for the whole database, and a table that changes single documents.

db = JournalDB(folder)                          # TinyDB with both
db = TinyDB(folder, storage=JournalStorage)     # any TinyDB; each change then costs a look at everything
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from assistant.errors import JournalError
from assistant.journal.appending import Appender
from assistant.journal.compaction import turn_over
from assistant.journal.disk import Disk, trouble
from assistant.journal.lines import Document, dump
from assistant.journal.lock import HeldError, Holder, Lock
from assistant.journal.log import SEGMENT_BYTES, Damage, Log
from assistant.journal.migrations import migrate
from assistant.journal.overlay import Overlay, TableView
from assistant.journal.realdisk import RealDisk
from assistant.journal.recovery import open_log, settle

LOCK = "journal.lock"
"""Name of the lock file in the journal's folder."""


class JournalStorage(Storage):
    """Append-only segments in a folder, for one writer and many readers."""

    def __init__(
        self,
        path: Path | str,
        *,
        read_only: bool = False,
        disk: Disk | None = None,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        super().__init__()
        """Raises JournalError: another process writes here, or the folder cannot be used."""
        self.folder = Path(path)
        """Where everything lies."""
        self.disk = disk or RealDisk()
        """What reads and writes it."""
        self.read_only = read_only
        """Whether this is one of many readers, or the writer."""
        self.repaired: list[Damage] = []
        """What could not be read and was set aside."""
        self._lock: Lock | None = None
        try:
            self.log = self._open_to_read() if read_only else self._open_to_write(segment_bytes)
            self._appender = Appender(self.log)
        except OSError as error:
            self._unlock()
            raise trouble(error, "be opened") from error
        except BaseException:
            self._unlock()
            raise

    def _open_to_read(self) -> Log:
        log = Log(self.folder, self.disk)
        log.open()
        return log

    def _open_to_write(self, segment_bytes: int) -> Log:
        self.disk.make_folder(self.folder)
        if not self.disk.owned(self.folder):
            raise JournalError(
                "The journal's folder belongs to somebody else.",
                f"Sign in as its owner, or choose another folder than {self.folder}.",
            )
        self._lock = _hold(self.disk, self.folder / LOCK)
        migrate(self.disk, self.folder)
        log, self.repaired = open_log(self.folder, self.disk, limit=segment_bytes)
        return log

    @property
    def stale(self) -> Holder | None:
        """Who wrote last and was killed before closing; None when all is well."""
        return self._lock.stale if self._lock else None

    def read(self) -> dict[str, Any] | None:
        """Every table, as a view that reads documents when they are asked for; None when there is no table."""
        if self.read_only:
            self.log.refresh()
        return {name: TableView(self.log, name) for name in self.log.tables()} or None

    def write(self, data: Mapping[str, Mapping[Any, Any]]) -> None:
        """Make the database equal to `data`, by as few changes as that takes."""
        for table in self.log.tables():
            if table not in data:
                gone = {place.spot.doc: None for place in self.log.documents(table)}
                self.apply(table, gone, exists=False)
        for table, docs in data.items():
            if not isinstance(docs, TableView):
                self.apply(table, _difference(TableView(self.log, table), docs))

    def apply(self, table: str, changes: Mapping[int, Document | None], *, exists: bool = True) -> None:
        """Put a change of some documents on the disk, whole or not at all; None removes one."""
        if self.read_only:
            raise JournalError("The journal was opened to read only.", "Open it again to write.")
        self.settle()
        turns = self.log.exists(table) is not exists
        if changes or turns:
            self._appender.append(table, changes, exists=exists if turns else None)
            if self.log.full:
                turn_over(self.log)

    def settle(self) -> None:
        """After a rewrite that failed, or damage that was met while reading: put that right before the next change."""
        if self.log.adrift or self.log.damage:
            try:
                self._appender.make_sure()
                self.repaired += settle(self.log)
            except OSError as error:
                raise trouble(error, "be put right") from error

    def close(self) -> None:
        """Close the files and let other writers in."""
        self.log.close()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


class JournalTable(Table):
    """A table that puts only what changed on the disk, and never gives an id twice."""

    _next_id: int | None  # type: ignore[assignment]

    def _get_next_id(self) -> int:
        if not isinstance(self._storage, JournalStorage):
            return int(super()._get_next_id())  # type: ignore[no-untyped-call]
        free = max(self._next_id or 1, self._storage.log.free_id(self.name))
        self._next_id = free + 1
        return free

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        if not isinstance(self._storage, JournalStorage):
            super()._update_table(updater)
            return
        overlay = Overlay(TableView(self._storage.log, self.name))
        updater(overlay)
        self._storage.apply(self.name, overlay.changes())
        self.clear_cache()


class JournalDB(TinyDB):
    """TinyDB on the journal's storage."""

    table_class = JournalTable
    default_storage_class = JournalStorage  # type: ignore[assignment]


def _hold(disk: Disk, path: Path) -> Lock:
    try:
        return disk.lock(path)
    except HeldError as error:
        who = f" ({error.holder})" if error.holder else ""
        raise JournalError(
            f"The journal is in use by another Hearth{who}.", "Stop that one first, or wait until it is done."
        ) from error


def _difference(old: Mapping[str, Document], new: Mapping[Any, Any]) -> dict[int, Document | None]:
    docs = {str(key): dict(doc) for key, doc in new.items()}
    changes: dict[int, Document | None] = {int(key): None for key in old if key not in docs}
    before = dict(old.items())
    changed = (key for key, doc in docs.items() if key not in before or dump(before[key]) != dump(doc))
    return changes | {int(key): docs[key] for key in changed}
