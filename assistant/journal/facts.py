"""Small facts that are remembered between sessions: one small TinyDB file, written anew with each change.

Writing it anew leaves nothing of what was remembered before.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where
from tinydb.storages import Storage

from assistant.journal.disk import Disk, read_file, read_if_there, write_file
from assistant.journal.lines import DamagedError, dump, load
from assistant.journal.setaside import put_file_aside

FILE = "facts.json"
"""Name of the file, in the journal's folder."""


class WholeFileStorage(Storage):
    """TinyDB's database as one JSON file with a checksum, replaced as a whole by each write."""

    def __init__(self, path: Path, disk: Disk) -> None:
        super().__init__()
        self.path = path
        self.disk = disk

    def read(self) -> dict[str, Any] | None:
        """The tables; None when there is no file. Raises DamagedError."""
        data = read_if_there(self.disk, self.path)
        return None if data is None else parse(data)

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Replace the file."""
        tables = dump({name: dict(docs) for name, docs in data.items()})
        write_file(self.disk, self.path, b'{"crc":"%08x","tables":%b}\n' % (zlib.crc32(tables), tables))

    def make_sure(self) -> None:
        """What `read` returns is on the medium, even when an earlier write failed at its very end."""
        self.disk.sync_folder(self.path.parent)


def parse(data: bytes) -> dict[str, Any]:
    """The tables in a file. Raises DamagedError."""
    value = load(data)
    if not isinstance(value, dict) or not isinstance(tables := value.get("tables"), dict):
        raise DamagedError("not a file of facts")
    written = data.rstrip(b"\n")[len(b'{"crc":"00000000","tables":') : -1]
    if value.get("crc") != f"{zlib.crc32(written):08x}":
        raise DamagedError("wrong checksum")
    return tables


class Facts:
    """Keys and values, both text."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self._storage = WholeFileStorage(path, disk)
        self._db = TinyDB(storage=lambda: self._storage)

    def remember(self, key: str, value: str) -> None:
        """Keep a value; an empty one forgets the key."""
        wanted = where("key") == key
        if value:
            self._db.upsert({"key": key, "value": value}, wanted)
        elif self._db.contains(wanted):
            self._db.remove(wanted)
        else:
            self._storage.make_sure()

    def recall(self, key: str) -> str:
        """The value; empty when there is none."""
        found = self._db.search(where("key") == key)
        return str(found[0]["value"]) if found else ""

    def all(self) -> dict[str, str]:
        """Every key and its value."""
        return {str(fact["key"]): str(fact["value"]) for fact in self._db}


def recovered(disk: Disk, folder: Path, backups: list[Path]) -> bool:
    """When the file of facts cannot be read: set it aside and take the newest backup's. Whether that was needed."""
    path = folder / FILE
    if _readable(disk, path):
        return False
    put_file_aside(disk, path, read_file(disk, path))
    for backup in reversed(backups):
        if disk.stamp(backup / FILE) is not None and _readable(disk, backup / FILE):
            write_file(disk, path, read_file(disk, backup / FILE))
            return True
    disk.remove(path)
    return True


def _readable(disk: Disk, path: Path) -> bool:
    try:
        WholeFileStorage(path, disk).read()
    except DamagedError:
        return False
    return True
