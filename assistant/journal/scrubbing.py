"""Taking lines out of files that are copies: backups, and what was set aside."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from assistant.journal.disk import TEMPORARY, Disk, put_in_place
from assistant.journal.lines import DamagedError, Line, decode, encode
from assistant.journal.rubble import Rubble
from assistant.journal.scan import raw_lines

_CHUNK = 1 << 22
_OVERLAP = 256


def scrub(disk: Disk, paths: Iterable[Path], rubble: Rubble) -> None:
    """Write the files anew that hold lines which must not stay. Several names of one file are read once."""
    done: dict[int, Path] = {}
    for path in paths:
        stamp = disk.stamp(path)
        if stamp is None:
            continue
        if stamp.inode in done and _linked(disk, done[stamp.inode], path, stamp.inode):
            continue
        _scrub(disk, path, rubble)
        done[stamp.inode] = path


def _linked(disk: Disk, scrubbed: Path, path: Path, inode: int) -> bool:
    """Let a name mean the file that was scrubbed under another; False when the disk cannot do that."""
    stamp = disk.stamp(scrubbed)
    if stamp is not None and stamp.inode == inode:
        return True
    temporary = path.with_name(path.name + TEMPORARY)
    with contextlib.suppress(OSError):
        disk.link(scrubbed, temporary)
        disk.replace(temporary, path)
        return True
    return False


def _scrub(disk: Disk, path: Path, rubble: Rubble) -> None:
    handle = disk.open(path)
    try:
        size = disk.size(handle)
        if not _suspicious(disk, handle, size, rubble.needles):
            return
        if all(rubble.stays(raw) for _, raw in raw_lines(disk, handle, 0, size)):
            return
        put_in_place(disk, path, (_alone(raw) for _, raw in raw_lines(disk, handle, 0, size) if rubble.stays(raw)))
    finally:
        disk.close(handle)


def _suspicious(disk: Disk, handle: int, size: int, needles: frozenset[bytes]) -> bool:
    """Whether a file may hold something that must not stay; a quick look, before its lines are looked at."""
    if not needles:
        return True
    for start in range(0, size, _CHUNK):
        chunk = disk.read(handle, start, min(_CHUNK + _OVERLAP, size - start))
        if any(needle in chunk for needle in needles):
            return True
    return False


def _alone(raw: bytes) -> bytes:
    """The line, which no longer waits for others of its change: the whole file is put in place at once."""
    try:
        line = decode(raw)
    except DamagedError:
        return raw + b"\n"
    return encode(replace(line, more=False)) if isinstance(line, Line) and line.more else raw + b"\n"
