"""The operating system's files."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

from assistant.journal import lock
from assistant.journal.disk import Stamp

_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)


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
