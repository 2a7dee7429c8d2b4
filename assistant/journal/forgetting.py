"""Real deletion: no byte of what is forgotten stays in the journal, its index, its backups or what was set aside.

The intent is written first, which is when the words are gone for every reader; the bytes go after that, and if
that is cut short, the next writer goes on where it stopped. The intent holds the question, never the words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from assistant.folders import PRIVATE_REPORT, REPORT
from assistant.journal import backups, documents, search, setaside
from assistant.journal.compaction import compact
from assistant.journal.disk import Disk, read_if_there, write_file
from assistant.journal.lines import DamagedError, seal, unseal
from assistant.journal.log import Log, Place
from assistant.journal.reading import lines
from assistant.journal.records import CheckIn, Query
from assistant.journal.recovery import sweep
from assistant.journal.rubble import Rubble
from assistant.journal.scrubbing import scrub

FILE = "forgetting.json"
"""Name of the intent, in the journal's folder; there only while something is being forgotten."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be forgotten."""

    query: Query
    """Which entries."""
    before: int
    """Only changes with a smaller number: what is said later stays."""

    def means(self, seq: int, entry: CheckIn) -> bool:
        """Whether this entry is to be forgotten."""
        return seq < self.before and documents.matches(self.query, entry)


def read_intent(disk: Disk, folder: Path) -> Intent | None:
    """The intent that was left; None without one. It is written whole or not at all."""
    data = read_if_there(disk, folder / FILE)
    if data is None:
        return None
    try:
        return msgspec.json.decode(unseal(data.rstrip(b"\n")), type=Intent)
    except (DamagedError, msgspec.DecodeError):
        return None


def write_intent(disk: Disk, folder: Path, intent: Intent) -> None:
    """From here on the entries are forgotten."""
    write_file(disk, folder / FILE, seal(msgspec.json.encode(intent)))


def carry_out(log: Log, intent: Intent) -> None:
    """Remove the bytes and then the intent. Raises OSError; then it can be done again, by this or any later writer."""
    disk, folder = log.disk, log.folder
    sweep(disk, folder)
    for page in (folder / REPORT, folder / PRIVATE_REPORT):
        if disk.stamp(page) is not None:
            disk.remove(page)
    meant = dict(_meant(log, intent))
    rubble = Rubble(intent.query, intent.before, meant.values())
    copies = [path for backup in backups.listed(disk, folder) for path in backups.segments(disk, backup)]
    scrub(disk, [*setaside.pieces(disk, folder), *copies], rubble)
    doomed = {(place.segment, place.spot.offset) for place in meant}
    compact(log, {place.segment for place in meant}, lambda at, mark: (at, mark.offset) in doomed)
    for touched in (folder, folder / setaside.FOLDER, folder / backups.FOLDER, *backups.listed(disk, folder)):
        if disk.stamp(touched) is not None:
            disk.sync_folder(touched)
    disk.remove(folder / FILE)
    disk.sync_folder(folder)


def _meant(log: Log, intent: Intent) -> Iterator[tuple[Place, CheckIn]]:
    for place, line in lines(log, search.find(log, documents.TABLE, intent.query)):
        entry = documents.entry(line.doc) if isinstance(line.doc, dict) else None
        if entry and intent.means(line.seq, entry):
            yield place, entry
