"""Bringing back what a backup still has and the journal does not.

Nothing is taken away by it: entries of later days stay. What was forgotten does not come back, because it is
forgotten in the backups too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.errors import JournalError
from assistant.journal import backups, documents
from assistant.journal.backups import Backup
from assistant.journal.disk import Disk, Stamp
from assistant.journal.facts import FILE, Facts
from assistant.journal.journal import Journal
from assistant.journal.lines import DamagedError, Document, Line, decode
from assistant.journal.realdisk import RealDisk
from assistant.journal.scan import raw_lines

_AT_ONCE = 500


def listed(folder: Path, disk: Disk | None = None) -> list[Backup]:
    """The backups of a journal, newest first."""
    paths = backups.listed(disk or RealDisk(), folder)
    return [Backup(path.name, path) for path in reversed(paths)]


def restore(folder: Path, backup: Backup, disk: Disk | None = None) -> int:
    """Add every entry and fact that the backup has and the journal lacks; returns how many entries that were.

    Raises JournalError. It may be done again.
    """
    disk = disk or RealDisk()
    if backup.path not in backups.listed(disk, folder):
        raise JournalError(f"There is no backup {backup.name}.", "`hearth journal restore` lists those there are.")
    with Journal.open(folder, disk=disk) as journal:
        count = sum(journal.add_documents(some) for some in _batches(stored(disk, backup.path)))
        for key, value in _facts(disk, backup.path).items():
            if not journal.recall(key):
                journal.remember(key, value)
    return count


def stored(disk: Disk, backup: Path) -> Iterator[Document]:
    """The documents of the entries in a backup, whatever state its files are in."""
    for path in backups.segments(disk, backup):
        yield from _stored(disk, path)


def missing(disk: Disk, folder: Path) -> tuple[int, Path | None]:
    """How many entries a backup has that the journal lacks, and that backup: the newest with any."""
    seen: set[Stamp | None] = set()
    with Journal.open(folder, disk=disk, read_only=True) as journal:
        for backup in reversed(backups.listed(disk, folder)):
            fresh = [path for path in backups.segments(disk, backup) if disk.stamp(path) not in seen]
            seen |= {disk.stamp(path) for path in fresh}
            docs = (doc for path in fresh for doc in _stored(disk, path))
            count = len({doc["id"] for doc in docs if not journal.has(str(doc["id"]))})
            if count:
                return count, backup
    return 0, None


def _stored(disk: Disk, path: Path) -> Iterator[Document]:
    handle = disk.open(path)
    try:
        for _, raw in raw_lines(disk, handle, 0, disk.size(handle)):
            doc = _entry(raw)
            if doc is not None:
                yield doc
    finally:
        disk.close(handle)


def _entry(raw: bytes) -> Document | None:
    try:
        line = decode(raw)
    except DamagedError:
        return None
    is_entry = isinstance(line, Line) and line.table == documents.TABLE and isinstance(line.doc, dict)
    return line.doc if is_entry and documents.entry(line.doc) else None  # type: ignore[union-attr, return-value, arg-type]


def _facts(disk: Disk, backup: Path) -> dict[str, str]:
    try:
        return Facts(backup / FILE, disk).all()
    except DamagedError:
        return {}


def _batches(docs: Iterator[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    for doc in docs:
        batch.append(doc)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    yield batch
