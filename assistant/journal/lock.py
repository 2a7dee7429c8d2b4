"""One writer at a time: a lock file that names its holder.

The operating system drops the lock when its holder dies, however it dies; the note left in the file then tells
that the last writer did not close.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_NOTE_BYTES = 4096
_FAR = 1 << 30
"""On Windows a locked byte cannot be read, so the byte that is locked lies beyond the note."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds, or held, a lock."""

    process: int
    """Number of the process."""
    host: str
    """Name of the machine."""
    since: str
    """Since when, as ISO 8601."""

    def __str__(self) -> str:
        return f"process {self.process} on {self.host}, since {self.since.replace('T', ' ')}"


class HeldError(Exception):
    """Another process holds the lock."""

    def __init__(self, holder: Holder | None) -> None:
        super().__init__(str(holder or "unknown"))
        self.holder = holder


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that this process holds."""

    stale: Holder | None
    """Who held it last and never let go, because it was killed or the power failed."""
    release: Callable[[], None]
    """Let go and leave no note."""


def hold(path: Path) -> Lock:
    """Take the lock, or raise `HeldError` with its holder's name."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        if not _take(handle):
            raise HeldError(_note(handle))
        stale = _note(handle)
        _write_note(handle, Holder(os.getpid(), platform.node(), _now()))
    except BaseException:
        os.close(handle)
        raise
    return Lock(stale, lambda: _release(handle))


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _release(handle: int) -> None:
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
    os.close(handle)


def _note(handle: int) -> Holder | None:
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        note = json.loads(os.read(handle, _NOTE_BYTES))
        return Holder(int(note["pid"]), str(note["host"]), str(note["since"]))
    except (ValueError, KeyError, TypeError, RecursionError, OSError):
        return None


def _write_note(handle: int, holder: Holder) -> None:
    note = json.dumps({"pid": holder.process, "host": holder.host, "since": holder.since}).encode()
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    with contextlib.suppress(OSError):
        os.write(handle, note)


def _take(handle: int) -> bool:
    """Lock without waiting; whether it worked. The lock goes with the handle."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def holder(path: Path) -> Holder | None:
    """Who holds the lock, or held it when it was killed; None when the last one let go."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        return _note(handle)
    finally:
        os.close(handle)
