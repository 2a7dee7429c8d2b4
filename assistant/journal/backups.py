"""Daily copies of the journal inside its own folder: `backups/2026-03-01/`.

A segment that has not changed since the last backup is a second name for that backup's copy, never for the
journal's own file: a disk error in one leaves the other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.journal import facts, segment
from assistant.journal.disk import TEMPORARY, Disk, put_in_place, read_file, sweep_files

FOLDER = "backups"
"""Name of the folder, in the journal's."""
KEPT_DAYS = 7
"""How many backups are kept; each is of another day."""
_PART = 1 << 20
_EDGE = 4096


@dataclass(frozen=True, slots=True)
class Backup:
    """One day's copy."""

    name: str
    """Its day, such as 2026-03-01."""
    path: Path
    """Its folder."""


def listed(disk: Disk, folder: Path) -> list[Path]:
    """The folders of all whole backups, oldest first."""
    return [folder / FOLDER / name for name in disk.names(folder / FOLDER) if not name.endswith(TEMPORARY)]


def make(disk: Disk, folder: Path, day: date, sizes: dict[str, int]) -> Path | None:
    """Copy the segments, each up to its size, and the facts; None when nothing has changed since the last backup.

    Raises OSError; the earlier backups are then untouched.
    """
    target = folder / FOLDER / day.isoformat()
    before = listed(disk, folder)
    names = [name for name in (*sizes, facts.FILE) if disk.stamp(folder / name) is not None]
    same = {name for name in names if before and _same(disk, folder / name, before[-1] / name, sizes.get(name))}
    if target in before or (before and same == set(names) == set(disk.names(before[-1]))):
        return None
    draft = target.with_name(target.name + TEMPORARY)
    remove(disk, draft)
    try:
        disk.make_folder(draft)
        for name in names:
            if name not in same or not _linked(disk, before[-1] / name, draft / name):
                put_in_place(disk, draft / name, _parts(disk, folder / name, sizes.get(name)))
        disk.sync_folder(draft)
        disk.replace(draft, target)
    except OSError:
        with contextlib.suppress(OSError):
            remove(disk, draft)
        raise
    disk.sync_folder(target.parent)
    for old in listed(disk, folder)[:-KEPT_DAYS]:
        remove(disk, old)
    return target


def sweep(disk: Disk, folder: Path) -> None:
    """Remove backups that were not finished, and files in others that were not."""
    for name in disk.names(folder / FOLDER):
        if name.endswith(TEMPORARY):
            remove(disk, folder / FOLDER / name)
    for backup in listed(disk, folder):
        sweep_files(disk, backup)


def remove(disk: Disk, backup: Path) -> None:
    """Remove a backup's folder, which may be missing."""
    if disk.stamp(backup) is None:
        return
    for name in disk.names(backup):
        disk.remove(backup / name)
    disk.remove_folder(backup)


def segments(disk: Disk, backup: Path) -> list[Path]:
    """The segments in a backup."""
    return [backup / segment.file_name(number) for number in segment.numbers(disk.names(backup))]


def forget_fact(disk: Disk, folder: Path, key: str) -> None:
    """Remove a fact from all backups."""
    for backup in listed(disk, folder):
        if disk.stamp(backup / facts.FILE) is not None:
            facts.Facts(backup / facts.FILE, disk).remember(key, "")


def _linked(disk: Disk, source: Path, target: Path) -> bool:
    with contextlib.suppress(OSError):
        disk.link(source, target)
        return True
    return False


def _parts(disk: Disk, path: Path, size: int | None) -> Iterator[bytes]:
    handle = disk.open(path)
    try:
        size = disk.size(handle) if size is None else size
        for start in range(0, size, _PART):
            yield disk.read(handle, start, min(_PART, size - start))
    finally:
        disk.close(handle)


def _same(disk: Disk, one: Path, other: Path, size: int | None) -> bool:
    """Whether a copy is up to date. Segments only grow or are rewritten with another header, so their edges tell."""
    if disk.stamp(other) is None:
        return False
    if size is None:
        return read_file(disk, one) == read_file(disk, other)
    return _edges(disk, one, size) == _edges(disk, other, None)


def _edges(disk: Disk, path: Path, size: int | None) -> tuple[int, bytes, bytes]:
    handle = disk.open(path)
    try:
        size = disk.size(handle) if size is None else size
        return size, disk.read(handle, 0, min(_EDGE, size)), disk.read(handle, max(size - _EDGE, 0), min(_EDGE, size))
    finally:
        disk.close(handle)
