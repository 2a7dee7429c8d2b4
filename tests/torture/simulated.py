"""A disk in memory that fails on demand and, when the power goes, forgets what was not synced.

It is as unkind as file systems are allowed to be: of unsynced writes to a file any first part may survive, the
last of them torn or as zeros; of unsynced renames in a folder any first part.
"""

from __future__ import annotations

import errno
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from assistant.journal.disk import Stamp
from assistant.journal.lock import Lock

Change = Callable[[dict[Path, "Node"]], None]


class PowerCut(BaseException):
    """The machine stops here."""


@dataclass(eq=False)
class Node:
    """A file: its bytes now, its bytes on the medium, and the writes between the two."""

    number: int
    data: bytearray = field(default_factory=bytearray)
    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """(offset, bytes) of a write; (size, None) of a truncation."""

    def change(self, data: bytearray, offset: int, written: bytes | None) -> None:
        if written is None:
            del data[offset:]
            data.extend(b"\0" * (offset - len(data)))
            return
        data.extend(b"\0" * (offset - len(data)))
        data[offset : offset + len(written)] = written


@dataclass
class Fault:
    """What goes wrong, and when."""

    at: int
    """Number of the call, from 1."""
    code: int = 0
    """Error number; 0 cuts the power."""
    calls: int = 1
    """How many calls in a row fail."""
    reads: bool = False
    """Whether calls that only read count too."""


class SimulatedDisk:
    """Implements `assistant.journal.disk.Disk`."""

    def __init__(self, seed: int, fault: Fault | None = None) -> None:
        self.random = random.Random(seed)
        self.fault = fault
        self.calls = 0
        self.names_now: dict[Path, Node] = {}
        self.names_durable: dict[Path, Node] = {}
        self.pending: dict[Path, list[Change]] = {}
        self.folders: dict[Path, int] = {}
        self.moved: set[Path] = set()
        self._handles: dict[int, Node] = {}
        self._next = 0
        self._clock = 0

    # What the tests do

    def reboot(self) -> None:
        """The power comes back: what was synced is there, and some of what was not."""
        for changes in self.pending.values():
            for change in changes[: self.random.randint(0, len(changes))]:
                change(self.names_durable)
        self.pending.clear()
        self.moved.clear()
        for node in set(self.names_durable.values()):
            self._settle(node)
        self.names_now = dict(self.names_durable)
        for path in self.names_now:
            for folder in path.parents:
                self.folders.setdefault(folder, 1)
        self._handles.clear()
        self.fault = None

    def _settle(self, node: Node) -> None:
        kept = self.random.randint(0, len(node.pending))
        for at, (offset, written) in enumerate(node.pending[:kept]):
            if written is not None and at == kept - 1:
                torn = written[: self.random.randint(0, len(written))]
                written = self.random.choice((written, torn, b"\0" * len(torn)))
            node.change(node.durable, offset, written)
        node.pending.clear()
        node.data = bytearray(node.durable)

    def everything(self) -> bytes:
        """All bytes of all files that have a name."""
        return b"\n".join(bytes(node.data) for node in self.names_now.values())

    # Faults

    def _strike(self, *, reading: bool = False) -> None:
        if self.fault is None or (reading and not self.fault.reads):
            return
        self.calls += 1
        if self.fault.at <= self.calls < self.fault.at + self.fault.calls:
            if self.fault.code == 0:
                raise PowerCut
            raise OSError(self.fault.code, "injected")

    def _name(self, folder: Path, change: Change) -> None:
        change(self.names_now)
        self.pending.setdefault(folder, []).append(change)
        self._touch(folder)

    def _touch(self, folder: Path) -> None:
        self._clock += 1_000_000_000
        self.folders[folder] = self._clock

    # The protocol

    def make_folder(self, folder: Path) -> None:
        self._strike()
        for one in (folder, *folder.parents):
            self.folders.setdefault(one, 1)

    def remove_folder(self, folder: Path) -> None:
        self._strike()
        if self.names(folder):
            raise OSError(errno.ENOTEMPTY, "not empty")
        self.folders.pop(folder)
        self.pending.pop(folder, None)

    def names(self, folder: Path) -> list[str]:
        self._strike(reading=True)
        files = {path.relative_to(folder).parts[0] for path in self.names_now if folder in path.parents}
        return sorted(files | {path.name for path in self.folders if path.parent == folder and path != folder})

    def stamp(self, path: Path) -> Stamp | None:
        self._strike(reading=True)
        if path in self.names_now:
            node = self.names_now[path]
            return Stamp(node.number, len(node.data), node.number)
        return Stamp(0, 0, self.folders[path]) if path in self.folders else None

    def owned(self, path: Path) -> bool:
        return True

    def open(self, path: Path, *, write: bool = False, create: bool = False) -> int:
        self._strike(reading=not create)
        if create and path not in self.names_now:
            self._next += 1
            node = Node(self._next)
            self._name(path.parent, lambda names: names.__setitem__(path, node))
        if path not in self.names_now:
            raise FileNotFoundError(errno.ENOENT, "no such file", str(path))
        node = self.names_now[path]
        self._next += 1
        self._handles[self._next] = node
        if create and node.data:
            self._change(node, 0, None)
        return self._next

    def _change(self, node: Node, offset: int, written: bytes | None) -> None:
        node.change(node.data, offset, written)
        node.pending.append((offset, written))

    def close(self, handle: int) -> None:
        del self._handles[handle]

    def size(self, handle: int) -> int:
        self._strike(reading=True)
        return len(self._handles[handle].data)

    def read(self, handle: int, offset: int, length: int) -> bytes:
        self._strike(reading=True)
        return bytes(self._handles[handle].data[offset : offset + length])

    def write(self, handle: int, offset: int, data: bytes) -> int:
        taken = self.random.choice((len(data), self.random.randint(1, len(data))))
        try:
            self._strike()
        except (OSError, PowerCut):
            self._change(self._handles[handle], offset, data[: self.random.randint(0, len(data))])
            raise
        self._change(self._handles[handle], offset, data[:taken])
        return taken

    def truncate(self, handle: int, size: int) -> None:
        self._strike()
        self._change(self._handles[handle], size, None)

    def sync(self, handle: int) -> None:
        node = self._handles[handle]
        try:
            self._strike()
        except OSError:
            node.pending.clear()  # As Linux does: the pages count as clean, whatever of them arrived.
            node.durable[:] = node.durable if self.random.random() < 0.5 else node.data
            raise
        node.durable, node.pending = bytearray(node.data), []

    def sync_folder(self, folder: Path) -> None:
        self._strike()
        for above in (self.moved & set(folder.parents)) | {folder}:  # A folder that was moved takes its names along.
            self.moved.discard(above)
            for change in self.pending.pop(above, []):
                change(self.names_durable)
        for path in list(self.names_durable):
            below = path.relative_to(folder).parts if folder in path.parents else ()
            if len(below) > 1 and folder / below[0] not in self.folders:
                del self.names_durable[path]

    def replace(self, source: Path, target: Path) -> None:
        self._strike()
        if source in self.folders:
            self._name(target.parent, lambda names: _move(names, source, target))
            self.moved.add(target.parent)
            self.folders[target] = self.folders.pop(source)
        else:
            self._name(target.parent, lambda names: _rename(names, source, target))

    def link(self, source: Path, target: Path) -> None:
        self._strike()
        node = self.names_now[source]
        self._name(target.parent, lambda names: names.__setitem__(target, node))

    def remove(self, path: Path) -> None:
        self._strike()
        self._name(path.parent, lambda names: _drop(names, path))

    def lock(self, path: Path) -> Lock:
        return Lock(None, lambda: None)


def _drop(names: dict[Path, Node], path: Path) -> None:
    names.pop(path, None)


def _rename(names: dict[Path, Node], source: Path, target: Path) -> None:
    if source in names:
        names[target] = names.pop(source)


def _move(names: dict[Path, Node], source: Path, target: Path) -> None:
    for path in [path for path in names if source in path.parents]:
        names[target / path.relative_to(source)] = names.pop(path)
