"""What cannot be read is put aside, never thrown away: `set-aside/journal-0001-9f3a12bc.damaged`."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from assistant.journal.disk import Disk, put_in_place, write_file

FOLDER = "set-aside"
"""Name of the folder, in the journal's."""
_PART = 1 << 20


def put_aside(disk: Disk, path: Path, stretches: list[tuple[int, int]]) -> Path | None:
    """Copy these stretches (offset, length) of a file aside, each as a line; None when they hold nothing but zeros.

    The name is made from the content, so that doing it twice leaves one copy.
    """
    handle = disk.open(path)
    try:
        crc, empty = 0, True
        for part in _parts(disk, handle, stretches):
            crc, empty = zlib.crc32(part, crc), empty and not part.strip(b"\0\n")
        if empty:
            return None
        target = path.parent / FOLDER / f"{path.stem}-{crc:08x}.damaged"
        disk.make_folder(target.parent)
        put_in_place(disk, target, _parts(disk, handle, stretches))
    finally:
        disk.close(handle)
    return target


def put_file_aside(disk: Disk, path: Path, data: bytes) -> Path:
    """Copy a whole small file aside."""
    target = path.parent / FOLDER / f"{path.stem}-{zlib.crc32(data):08x}.damaged"
    disk.make_folder(target.parent)
    write_file(disk, target, data)
    return target


def _parts(disk: Disk, handle: int, stretches: list[tuple[int, int]]) -> Iterator[bytes]:
    for offset, length in stretches:
        for start in range(offset, offset + length, _PART):
            yield disk.read(handle, start, min(_PART, offset + length - start))
        yield b"\n"


def pieces(disk: Disk, folder: Path) -> list[Path]:
    """What was set aside in a journal's folder."""
    return [folder / FOLDER / name for name in disk.names(folder / FOLDER)]
