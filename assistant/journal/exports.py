"""The journal in files that other programs read: JSON Lines, CSV and Markdown."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, TextIO

from assistant.journal.journal import Journal
from assistant.journal.opening import Broken, each
from assistant.journal.records import KEPT, CheckIn, Query
from assistant.journal.vault import Key

FIELDS = tuple(field.name for field in fields(CheckIn))
"""Columns of the CSV file and keys of each JSON line: the fields of a check-in."""


def _pass(identity: str) -> None:
    """Nobody asked."""


class Format(StrEnum):
    """What an export can be written as."""

    JSONL = "jsonl"
    """One JSON object per entry and line; can be imported again."""
    CSV = "csv"
    """A table with a row of names first; can be imported again."""
    MARKDOWN = "markdown"
    """To be read by people: a heading per day."""


def export(
    journal: Journal, query: Query, form: Format, out: TextIO, *, key: Key | None = None, broken: Broken = _pass
) -> int:
    """Write what matches to `out`, by time, and return how many entries that were.

    Entries that belong to one person alone stay sealed, except those that `key` opens; where people read, sealed ones
    are left out. `broken` is told the id of each that `key` should open and does not; it stays sealed too.
    """
    count = 0

    def chosen() -> Iterator[CheckIn]:
        nonlocal count
        for entry in each(journal, query, key, broken):
            if not entry.sealed or form is not Format.MARKDOWN:
                count += 1
                yield entry

    _WRITERS[form](chosen(), out)
    return count


def values(entry: CheckIn) -> dict[str, Any]:
    """A check-in as JSON can say it, with every field."""
    found = {name: getattr(entry, name) for name in FIELDS}
    return found | {"time": entry.time.isoformat()}


def _json_lines(entries: Iterable[CheckIn], out: TextIO) -> None:
    for entry in entries:
        out.write(json.dumps(values(entry), ensure_ascii=False) + "\n")


def _csv(entries: Iterable[CheckIn], out: TextIO) -> None:
    table = csv.DictWriter(out, FIELDS, lineterminator="\n")
    table.writeheader()
    for entry in entries:
        table.writerow(values(entry) | {"private": "yes" if entry.private else ""})


def _markdown(entries: Iterable[CheckIn], out: TextIO) -> None:
    day: date | None = None
    for entry in entries:
        if entry.time.date() != day:
            out.write(f"{'' if day is None else chr(10)}## {entry.time:%Y-%m-%d}\n\n")
            day = entry.time.date()
        out.write(_paragraph(entry))


def _paragraph(entry: CheckIn) -> str:
    who = entry.speaker + (f" → {entry.about}" if entry.about else "")
    head = f"- {entry.time:%H:%M} · {entry.kind.replace('_', ' ')}" + (f" · **{who}**" if who else "")
    if entry.kind == KEPT or not entry.text:
        return f"{head} · {entry.ritual.replace('_', ' ')}\n"
    return f"{head}: " + entry.text.replace("\r", "").replace("\n", "\n  ") + "\n"


_WRITERS: Mapping[Format, Callable[[Iterable[CheckIn], TextIO], None]] = {
    Format.JSONL: _json_lines,
    Format.CSV: _csv,
    Format.MARKDOWN: _markdown,
}
