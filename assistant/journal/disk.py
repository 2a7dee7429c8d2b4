"""The few file operations that the journal needs, behind one seam.

Everything the journal does to a disk goes through a `Disk`, so that tests can put one there that fails or
loses power at any call.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.errors import JournalError
from assistant.journal import lock

TEMPORARY = ".tmp"
"""Suffix of a file that is being written and does not count yet."""
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)


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


class RealDisk:
    """The operating system's files."""

    def make_folder(self, folder: Path) -> None:
        """Make a folder of mode 0700, with its parents, and sync the folder above."""
        if folder.is_dir():
            return
        if not folder.parent.is_dir():
            self.make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        self.sync_folder(folder.parent)

    def remove_folder(self, folder: Path) -> None:
        """Remove an empty folder."""
        folder.rmdir()

    def names(self, folder: Path) -> list[str]:
        """The names in a folder, sorted; none when the folder is missing."""
        try:
            return sorted(path.name for path in folder.iterdir())
        except FileNotFoundError:
            return []

    def stamp(self, path: Path) -> Stamp | None:
        """The state of a file or folder; None when it is missing."""
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
        return Stamp(found.st_ino, found.st_size, found.st_mtime_ns)

    def owned(self, path: Path) -> bool:
        """Whether the folder belongs to the person who runs this; always true for the administrator."""
        if sys.platform == "win32":
            return True
        return os.geteuid() in (0, path.stat().st_uid)

    def open(self, path: Path, *, write: bool = False, create: bool = False) -> int:
        """Open a regular file; `create` empties it or makes it with mode 0600."""
        flags = os.O_RDWR if write or create else os.O_RDONLY
        flags |= os.O_CREAT | os.O_TRUNC if create else 0
        handle = os.open(path, flags | _BINARY | getattr(os, "O_NONBLOCK", 0), 0o600)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return handle

    def close(self, handle: int) -> None:
        """Close what `open` returned."""
        os.close(handle)

    def size(self, handle: int) -> int:
        """Bytes in the file."""
        return os.fstat(handle).st_size

    def read(self, handle: int, offset: int, length: int) -> bytes:
        """At most `length` bytes from `offset`; fewer at the end of the file only."""
        data = _read_at(handle, length, offset)
        while len(data) < length and (more := _read_at(handle, length - len(data), offset + len(data))):
            data += more
        return data

    def write(self, handle: int, offset: int, data: bytes) -> int:
        """Write at `offset` and return how many bytes were taken."""
        if sys.platform == "win32":
            os.lseek(handle, offset, os.SEEK_SET)
            return os.write(handle, data)
        return os.pwrite(handle, data, offset)

    def truncate(self, handle: int, size: int) -> None:
        """Cut the file."""
        os.ftruncate(handle, size)

    def sync(self, handle: int) -> None:
        """Wait for the medium; on macOS only F_FULLFSYNC does that."""
        if sys.platform == "darwin":
            import fcntl

            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
        elif sys.platform == "win32":
            os.fsync(handle)
        else:
            os.fdatasync(handle)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the folder's names are on the medium; Windows does so by itself."""
        if sys.platform == "win32":
            return
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def replace(self, source: Path, target: Path) -> None:
        """Rename, over whatever bears the name."""
        source.replace(target)

    def link(self, source: Path, target: Path) -> None:
        """A second name for the same file."""
        target.hardlink_to(source)

    def remove(self, path: Path) -> None:
        """Remove a file; it may be missing."""
        path.unlink(missing_ok=True)

    def lock(self, path: Path) -> lock.Lock:
        """Hold the lock file for this process, or raise `lock.HeldError`."""
        return lock.hold(path)


def _read_at(handle: int, length: int, offset: int) -> bytes:
    if sys.platform == "win32":
        os.lseek(handle, offset, os.SEEK_SET)
        return os.read(handle, length)
    return os.pread(handle, length, offset)


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


def trouble(error: OSError, doing: str) -> JournalError:
    """The sentence for a person that an operating system's error stands for; `doing` completes "could not"."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            why, hint = "the disk is full", "Free some space and say it again; everything kept before is safe."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            why, hint = "it may not be written", "Check who owns the journal's folder and what they may do."
        case errno.EIO:
            why, hint = "the disk reports an error", "Copy the journal's folder to another disk and check this one."
        case _:
            why, hint = (error.strerror or "of an unknown error").lower(), "Run `hearth doctor` to see what is wrong."
    return JournalError(f"The journal could not {doing}: {why}.", hint)
