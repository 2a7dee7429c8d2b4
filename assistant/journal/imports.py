"""Entries from other files: our own exports, and the JSON of Day One and of jrnl.

What is imported is known again by a stable id, so that importing twice adds nothing.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.errors import JournalError
from assistant.journal import documents
from assistant.journal.exports import FIELDS
from assistant.journal.journal import Journal
from assistant.journal.records import CheckIn
from assistant.journal.ulid import id_for

_AT_ONCE = 500
_ESCAPED = re.compile(r"\\([^\w\s])")
Progress = Callable[[int, int], None]
"""Called with how many records are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or, as a dry run, would do."""

    added: int
    """Entries that are new."""
    known: int
    """Entries that were there already."""
    unreadable: tuple[str, ...]
    """Where in the file records were passed over, such as `line 7`."""
    homeless: int = 0
    """Open entries that belong to one person alone, who has no vault: they were not added."""


@dataclass(frozen=True, slots=True)
class _Record:
    where: str
    entry: CheckIn | None


def import_file(
    journal: Journal,
    source: Path,
    *,
    speaker: str = "",
    zone: tzinfo | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Add the entries of a file to the journal.

    `speaker` wrote what other journals hold, which do not say so; `zone` is where times without one were written
    (this computer's when missing). Raises JournalError when the file cannot be read or is none of the kinds.
    """
    records = list(_records(_text(source), speaker, zone))
    added = known = homeless = 0
    for start in range(0, len(records), _AT_ONCE):
        entries = [record.entry for record in records[start : start + _AT_ONCE] if record.entry]
        unknown = {entry.id: entry for entry in entries if not journal.has(entry.id)}
        fresh = {identity: entry for identity, entry in unknown.items() if _has_a_place(journal, entry)}
        if not dry_run:
            journal.add_all(fresh.values())
        added, known = added + len(fresh), known + len(entries) - len(unknown)
        homeless += len(unknown) - len(fresh)
        if progress is not None:
            progress(min(start + _AT_ONCE, len(records)), len(records))
    return Imported(added, known, tuple(record.where for record in records if record.entry is None), homeless)


def _has_a_place(journal: Journal, entry: CheckIn) -> bool:
    """Whether it may be written: what belongs to one person alone needs their vault, unless it is sealed already."""
    return not entry.private or bool(entry.sealed) or journal.vaults.has(entry.speaker)


def _text(source: Path) -> str:
    try:
        return source.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise JournalError(f"{source.name} cannot be read.", "Check the file's name and who may read it.") from error
    except UnicodeDecodeError as error:
        raise JournalError(f"{source.name} is not text.", _KINDS) from error


_KINDS = "Give a JSON Lines or CSV file that Hearth exported, or the JSON of Day One or jrnl."


def _records(text: str, speaker: str, zone: tzinfo | None) -> Iterator[_Record]:
    """The records of a file, whose kind its content tells."""
    if text.startswith("id,"):
        return _ours(_csv_rows(text))
    whole = _json(text)
    if isinstance(whole, dict) and isinstance(whole.get("entries"), list):
        convert = _from_jrnl if "tags" in whole else _from_day_one
        return _theirs(whole["entries"], lambda record: convert(record, speaker, zone))
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not any(isinstance(_json(line), dict) for line in lines[:100]):
        raise JournalError("That is no journal Hearth can read.", _KINDS)
    return _ours((f"line {at}", _json(line)) for at, line in enumerate(lines, 1))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _ours(rows: Iterator[tuple[str, Any]]) -> Iterator[_Record]:
    for where, row in rows:
        yield _Record(where, documents.entry(row) if isinstance(row, dict) else None)


def _csv_rows(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    csv.field_size_limit(1 << 24)
    for at, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 1):
        typed: dict[str, Any] = {name: row.get(name) or "" for name in FIELDS}
        typed |= {name: _number(typed[name]) for name in ("confidence", "seconds")}
        yield f"row {at}", typed | {"private": bool(typed["private"])}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _theirs(records: list[Any], convert: Callable[[dict[str, Any]], CheckIn]) -> Iterator[_Record]:
    for at, record in enumerate(records, 1):
        try:
            yield _Record(f"entry {at}", convert(record))
        except (KeyError, ValueError, TypeError, AttributeError, ZoneInfoNotFoundError):
            yield _Record(f"entry {at}", None)


def _from_day_one(record: dict[str, Any], speaker: str, zone: tzinfo | None) -> CheckIn:
    """Day One: `uuid`, `creationDate` in UTC, `timeZone`, `text` in Markdown with escaped punctuation."""
    time = datetime.fromisoformat(record["creationDate"])
    time = time.astimezone(ZoneInfo(record["timeZone"]) if record.get("timeZone") else zone)
    identity = id_for(time, f"dayone {record['uuid']}")
    return _entry(identity, time, speaker, _ESCAPED.sub(r"\1", str(record.get("text", ""))), "day_one")


def _from_jrnl(record: dict[str, Any], speaker: str, zone: tzinfo | None) -> CheckIn:
    """jrnl: `title`, `body`, `date` and `time` as the clock on the wall showed them; no id, so content is the key."""
    wall = datetime.fromisoformat(f"{record['date']}T{record['time']}")
    text = "\n".join(part for part in (record["title"].strip(), record.get("body", "").strip()) if part)
    time = wall.replace(tzinfo=zone) if zone else wall.astimezone()
    return _entry(id_for(wall.replace(tzinfo=UTC), f"jrnl {wall} {text}"), time, speaker, text, "jrnl")


def _entry(identity: str, time: datetime, speaker: str, text: str, source: str) -> CheckIn:
    if not text.strip():
        raise ValueError("nothing is said in it")
    return CheckIn(
        id=identity,
        time=time,
        session=f"{source}-{identity}",
        ritual="moment",
        practice="",
        prompt="",
        speaker=speaker,
        kind="note",
        text=text,
    )
