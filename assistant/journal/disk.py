"""The few file operations that the journal needs, behind one seam.

Everything the journal does to a disk goes through a `Disk`, so that tests can put one there that fails or
loses power at any call.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.errors import JournalError
from assistant.journal import lock

TEMPORARY = ".tmp"
"""Suffix of a file that is being written and does not count yet."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a file or folder from another."""

    inode: int
    """Number of the file on its disk."""
    size: int
    """Bytes."""
    changed: int
    """Nanoseconds since the epoch at the last change."""


class Disk(Protocol):
    """Files and folders. Every method may raise OSError; folders and files are for their owner alone."""

    def make_folder(self, folder: Path) -> None:
        """Make a folder of mode 0700, with its parents; it may be there already."""

    def remove_folder(self, folder: Path) -> None:
        """Remove an empty folder."""

    def names(self, folder: Path) -> list[str]:
        """The names in a folder, sorted; none when the folder is missing."""

    def stamp(self, path: Path) -> Stamp | None:
        """The state of a file or folder; None when it is missing."""

    def owned(self, path: Path) -> bool:
        """Whether the folder belongs to the person who runs this."""

    def open(self, path: Path, *, write: bool = False, create: bool = False) -> int:
        """Open a file; `create` empties it or makes it with mode 0600."""

    def close(self, handle: int) -> None:
        """Close what `open` returned."""

    def size(self, handle: int) -> int:
        """Bytes in the file."""

    def read(self, handle: int, offset: int, length: int) -> bytes:
        """At most `length` bytes from `offset`; fewer at the end of the file only."""

    def write(self, handle: int, offset: int, data: bytes) -> int:
        """Write at `offset` and return how many bytes were taken, which may be fewer than given."""

    def truncate(self, handle: int, size: int) -> None:
        """Cut the file."""

    def sync(self, handle: int) -> None:
        """Wait until the file's bytes and size are on the medium."""

    def sync_folder(self, folder: Path) -> None:
        """Wait until the folder's names are on the medium."""

    def replace(self, source: Path, target: Path) -> None:
        """Rename, over whatever bears the name."""

    def link(self, source: Path, target: Path) -> None:
        """A second name for the same file."""

    def remove(self, path: Path) -> None:
        """Remove a file; it may be missing."""

    def lock(self, path: Path) -> lock.Lock:
        """Hold the lock file for this process, or raise `lock.HeldError`."""


def write_all(disk: Disk, handle: int, offset: int, data: bytes) -> None:
    """Write all of `data`, however little is taken at a time."""
    done = 0
    while done < len(data):
        taken = disk.write(handle, offset + done, data[done:] if done else data)
        if taken <= 0:
            raise OSError(errno.EIO, "the disk took nothing")
        done += taken


def write_file(disk: Disk, path: Path, data: bytes) -> None:
    """Put a whole file in place, so that a power cut leaves either the old one or the new one."""
    put_in_place(disk, path, (data,))


def put_in_place(disk: Disk, path: Path, parts: Iterable[bytes]) -> None:
    """The same for a file that comes in parts, each of which is asked for when the one before is written."""
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        handle = disk.open(temporary, create=True)
        try:
            size = 0
            for part in parts:
                write_all(disk, handle, size, part)
                size += len(part)
            disk.sync(handle)
        finally:
            disk.close(handle)
        disk.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            disk.remove(temporary)
        raise
    disk.sync_folder(path.parent)


def sweep_files(disk: Disk, folder: Path) -> None:
    """Remove files that were still being written when the power failed."""
    for name in disk.names(folder):
        if name.endswith(TEMPORARY):
            disk.remove(folder / name)


def read_file(disk: Disk, path: Path) -> bytes:
    """The whole file."""
    handle = disk.open(path)
    try:
        return disk.read(handle, 0, disk.size(handle))
    finally:
        disk.close(handle)


def read_if_there(disk: Disk, path: Path) -> bytes | None:
    """The whole file; None when there is none, which another process may see to at any moment."""
    try:
        return read_file(disk, path)
    except FileNotFoundError:
        return None


def trouble(error: OSError, doing: str) -> JournalError:
    """The sentence for a person that an operating system's error stands for; `doing` completes "could not"."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            why, hint = "the disk is full", "Free some space and say it again; everything kept before is safe."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            place = error.filename or "the journal's folder"
            why, hint = "it may not be written", f"Check who owns {place}, and whether its disk can be written."
        case errno.EIO:
            why, hint = "the disk reports an error", "Copy the journal's folder to another disk and check this one."
        case _:
            why, hint = (error.strerror or "of an unknown error").lower(), "Run `hearth doctor` to see what is wrong."
    return JournalError(f"The journal could not {doing}: {why}.", hint)
