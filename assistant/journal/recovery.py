"""Opening a log for writing: whatever a crash or a failing disk left behind is put right first."""

from __future__ import annotations

from pathlib import Path

from assistant.journal import backups
from assistant.journal.compaction import rewrite
from assistant.journal.disk import Disk, sweep_files
from assistant.journal.log import SEGMENT_BYTES, Damage, Log
from assistant.journal.segment import INDEX
from assistant.journal.setaside import FOLDER, put_aside


def open_log(folder: Path, disk: Disk, *, limit: int = SEGMENT_BYTES) -> tuple[Log, list[Damage]]:
    """The log, ready to grow, and what had to be set aside for that. Raises OSError and JournalError."""
    log = Log(folder, disk, write=True, limit=limit)
    try:
        return log, settle(log)
    except BaseException:
        log.close()
        raise


def settle(log: Log) -> list[Damage]:
    """Open the files as they are on the disk now, and put right what needs it.

    What is read from here on is on the medium, even where the last writer was killed before it could see to that.
    """
    sweep(log.disk, log.folder)
    for known in log.damage:
        log.disk.remove(known.path.with_suffix(INDEX))
    log.open()
    damage = list(log.damage)
    for found in damage:
        repair(log, found)
    log.damage.clear()
    if not log.segments:
        log.begin(1, 1)
    log.gather()
    log.disk.sync(log.segments[-1].handle)
    log.disk.sync_folder(log.folder)
    log.adrift = False
    return damage


def repair(log: Log, damage: Damage) -> None:
    """Set aside what cannot be read in a segment, then write the segment without it."""
    position = next(at for at, one in enumerate(log.segments) if one.path == damage.path)
    put_aside(log.disk, damage.path, list(damage.stretches))
    rewrite(log, position, lambda mark: True)


def sweep(disk: Disk, folder: Path) -> None:
    """Remove whatever was still being written when the power failed."""
    sweep_files(disk, folder)
    sweep_files(disk, folder / FOLDER)
    backups.sweep(disk, folder)
