"""The models that were fetched or added: a folder each, beside it a record of what it was made from.

The record's SHA-256 of the archive is pinned: when the same name is fetched again, after removing it too, another
archive is refused.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from assistant.errors import ArchiveError, UsageError
from assistant.folders import make_private
from assistant.journal.disk import write_file
from assistant.journal.realdisk import RealDisk
from assistant.models.unpack import Show, tree, unpack, unpacked_size

PARTIAL = ".partial"
"""Folder of what is being fetched."""

NEW, OLD = ".new-", ".old-"
"""How the names of folders begin that are being unpacked or deleted; a killed process leaves them behind."""

PIECE = 1 << 20
"""Bytes that are hashed at once."""


class Record(msgspec.Struct, frozen=True):
    """What is known of a model, whether it is still there or not."""

    name: str
    """Name of the model and its folder."""
    sha256: str
    """SHA-256 of its archive."""
    size: int
    """Bytes of its archive."""
    origin: str
    """Where the archive came from."""
    day: str
    """The day on which it was seen first, as ISO 8601."""
    files: dict[str, str]
    """Files in the folder and their SHA-256."""


@dataclass(frozen=True, slots=True)
class Digests:
    """What tells one archive from another."""

    sha256: str
    """Hexadecimal digits."""
    md5: str
    """Hexadecimal digits; only to compare with Vosk's list, which has no better one."""


class Store:
    """The folder of the models."""

    def __init__(self, folder: Path) -> None:
        """`folder` need not exist."""
        self._folder = folder

    @property
    def folder(self) -> Path:
        """The folder, made if it is missing."""
        return make_private(self._folder)

    def names(self) -> list[str]:
        """The models that are there."""
        if not self._folder.is_dir():
            return []
        return sorted(f.name for f in self._folder.iterdir() if f.is_dir() and not f.name.startswith("."))

    def path(self, name: str) -> Path:
        """The folder of a model; it need not exist."""
        return self._folder / name

    def partial(self, name: str) -> Path:
        """Where a model's archive is fetched to."""
        return make_private(self.folder / PARTIAL) / f"{name}.zip"

    def record(self, name: str) -> Record | None:
        """What is known of a model; None if it was never here."""
        try:
            return msgspec.json.decode(self._record_file(name).read_bytes(), type=Record)
        except (OSError, msgspec.DecodeError):
            return None

    def require_pinned(self, name: str, archive: Path, digests: Digests) -> None:
        """Raises ArchiveError if another archive was seen under this name before."""
        known = self.record(name)
        if known and known.sha256 != digests.sha256:
            raise ArchiveError(
                f"{archive.name} is not the {name} that was here on {known.day} "
                f"(SHA-256 {digests.sha256}, then {known.sha256}).",
                "If you know why, perhaps a new edition: run the same with --accept-change.",
            )

    def install(self, archive: Path, name: str, digests: Digests, origin: str, show: Show) -> Path:
        """Unpack an archive, try the model, and put it in its place all at once; returns its folder.

        Raises ArchiveError for a bad archive, ModelError for a model that Vosk cannot use; nothing stays of either.
        """
        from audio.model import check

        if self.path(name).exists():
            raise UsageError(f"{name} is here already.", f"Use it: hearth model use {name}")
        self._sweep()
        self.require_room(unpacked_size(archive))
        with self._aside(NEW) as aside:
            model = unpack(archive, aside / "model", show)
            check(model, aside / "cache")
            files = {file.relative_to(model).as_posix(): digests_of(file).sha256 for file in tree(model)}
            size, today = archive.stat().st_size, date.today().isoformat()
            self._write(Record(name, digests.sha256, size, origin, today, files))
            model.rename(self.path(name))
        return self.path(name)

    def altered(self, name: str, show: Show) -> list[str]:
        """The files of a model that are missing, changed, or were not there when it was unpacked."""
        known = self.record(name)
        if known is None:
            return ["(there is no record of it)"]
        there = {file.relative_to(self.path(name)).as_posix(): file for file in tree(self.path(name))}
        bad = sorted(set(there) ^ set(known.files))
        for number, (place, file) in enumerate(there.items(), 1):
            show(number, len(there))
            if place in known.files and digests_of(file).sha256 != known.files[place]:
                bad.append(place)
        return sorted(bad)

    def remove(self, name: str) -> None:
        """Delete a model; its record stays, so that its archive is known again. Raises UsageError if it is not here."""
        if name not in self.names():
            known = ", ".join(self.names()) or "none"
            raise UsageError(f"There is no model '{name}' to remove.", f"These are here: {known}.")
        with self._aside(OLD) as aside:
            self.path(name).rename(aside / "model")

    def require_room(self, needed: int) -> None:
        """Raises ArchiveError if fewer bytes than these are free."""
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise ArchiveError(
                f"It needs {megabytes(needed)} on the disk, and {megabytes(free)} are free.",
                f"Make room, or name a folder on another disk with --data-dir; models lie in {self._folder}.",
            )

    def _record_file(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _write(self, record: Record) -> None:
        content = msgspec.json.format(msgspec.json.encode(record), indent=1)
        write_file(RealDisk(), self._record_file(record.name), content)

    @contextlib.contextmanager
    def _aside(self, prefix: str) -> Iterator[Path]:
        """A folder on the same disk, gone afterwards."""
        with tempfile.TemporaryDirectory(prefix=prefix, dir=self.folder, ignore_cleanup_errors=True) as aside:
            yield Path(aside)

    def _sweep(self) -> None:
        """Delete what killed processes left."""
        for left in self.folder.iterdir():
            if left.name.startswith((NEW, OLD)):
                shutil.rmtree(left, ignore_errors=True)


def digests_of(file: Path, show: Show = lambda done, total: None) -> Digests:
    """The hashes of a file."""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    total, done = file.stat().st_size, 0
    with file.open("rb") as stream:
        while piece := stream.read(PIECE):
            sha256.update(piece)
            md5.update(piece)
            done += len(piece)
            show(done, total)
    return Digests(sha256.hexdigest(), md5.hexdigest())


def megabytes(size: int) -> str:
    """Bytes for a person."""
    return f"{size / 1_000_000:,.0f} MB"
