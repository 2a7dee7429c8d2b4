"""What the doctor asks of the journal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import JournalError
from assistant.journal import backups, facts, forgetting, lock, segment, setaside
from assistant.journal.disk import Disk
from assistant.journal.lines import DamagedError
from assistant.journal.log import Log
from assistant.journal.migrations import FIRST_SCHEMA
from assistant.journal.realdisk import RealDisk
from assistant.journal.restoring import missing
from assistant.journal.storage import LOCK
from assistant.journal.vault import Vaults


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    """What it was, in a word or two."""
    ok: bool
    """Whether it is as it should be."""
    message: str
    """What was seen, in a sentence."""
    hint: str = ""
    """What to do; empty when nothing is to be done."""


def check(folder: Path, disk: Disk | None = None) -> list[Finding]:
    """Look at everything in a journal's folder, changing nothing. Reads every line, so it takes seconds per million."""
    disk = disk or RealDisk()
    if disk.stamp(folder) is None:
        return [Finding("journal", True, "There is no journal yet.")]
    try:
        return list(_findings(disk, folder))
    except (JournalError, OSError) as error:
        hint = error.hint if isinstance(error, JournalError) else "Check the disk and who may read the folder."
        return [Finding("journal", False, f"The journal cannot be read: {error}", hint)]


def _findings(disk: Disk, folder: Path) -> Iterator[Finding]:
    yield _privacy(folder)
    yield _lines(disk, folder)
    yield _facts(disk, folder)
    yield _vaults(disk, folder)
    yield from _set_aside(disk, folder)
    yield _backup(disk, folder)
    yield from _left_over(disk, folder)


def _privacy(folder: Path) -> Finding:
    if sys.platform == "win32":
        return Finding("journal: privacy", True, "Windows keeps the folder to its owner.")
    opened = [path.name for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]
    if opened:
        hint = f"Run: chmod -R go-rwx '{folder}'"
        return Finding("journal: privacy", False, f"Others on this computer may read {opened[0]}.", hint)
    return Finding("journal: privacy", True, "Only you may read the journal.")


def _lines(disk: Disk, folder: Path) -> Finding:
    log = Log(folder, disk)
    log.open()
    try:
        for one in log.segments[:-1]:
            log.read_segment(one, last=False)
        count = sum(len(found.stretches) for found in set(log.damage) if not found.torn)
        total = sum(one.count(table) for one in log.segments for table in one.tables())
    finally:
        log.close()
    if count:
        hint = "Start Hearth once: they are set aside. Then `hearth journal restore` brings back what a backup has."
        return Finding("journal: lines", False, f"{count} lines of the journal are damaged.", hint)
    return Finding("journal: lines", True, f"{total} entries, all checksums right.")


def _facts(disk: Disk, folder: Path) -> Finding:
    try:
        facts.Facts(folder / facts.FILE, disk).all()
    except DamagedError:
        hint = "Start Hearth once: they come back from the newest backup."
        return Finding("journal: facts", False, f"{facts.FILE} is damaged.", hint)
    return Finding("journal: facts", True, "The small facts can be read.")


def _vaults(disk: Disk, folder: Path) -> Finding:
    vaults = Vaults(folder, disk)
    names, damaged = vaults.names(), vaults.damaged()
    if damaged:
        hint = "'hearth vault change' writes both copies anew; if neither is whole, take one from a copy of the folder."
        return Finding("journal: vaults", False, f"Damaged: {', '.join(damaged)}.", hint)
    return Finding("journal: vaults", True, f"Vaults for private words: {', '.join(names) or 'none yet'}.")


def _set_aside(disk: Disk, folder: Path) -> Iterator[Finding]:
    names = disk.names(folder / setaside.FOLDER)
    back, backup = missing(disk, folder)
    if back and backup:
        hint = f"Run `hearth journal restore {backup.name}`; nothing is taken away by it."
        yield Finding("journal: restore", False, f"The backup of {backup.name} has {back} entries more.", hint)
    if names:
        hint = f"They lie in {folder / setaside.FOLDER}; remove them when nothing in them is missed."
        yield Finding("journal: set aside", not back, f"{len(names)} unreadable pieces were set aside.", hint)


def _backup(disk: Disk, folder: Path) -> Finding:
    found = backups.listed(disk, folder)
    if not found:
        return Finding("journal: backup", True, "There is no backup yet; the next entry makes one.")
    count = f"{len(found)} backup{'s' * (len(found) != 1)}"
    return Finding("journal: backup", True, f"{count}, the newest of {found[-1].name}.")


def _left_over(disk: Disk, folder: Path) -> Iterator[Finding]:
    if disk.stamp(folder / forgetting.FILE) is not None:
        yield Finding("journal: forgetting", False, "Something forgotten is not yet erased.", "Start Hearth once.")
    if disk.stamp(folder / FIRST_SCHEMA) is not None and segment.numbers(disk.names(folder)):
        hint = f"If its entries are missed, run `hearth journal import {folder / FIRST_SCHEMA}`; else remove it."
        yield Finding("journal: old file", False, f"{FIRST_SCHEMA} lies beside a newer journal.", hint)
    holder = lock.holder(folder / LOCK)
    if holder is not None:
        yield Finding("journal: writer", True, f"Open for writing by {holder}, or left so when that was killed.")
