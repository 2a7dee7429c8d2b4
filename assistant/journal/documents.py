"""Check-ins as TinyDB documents, and back."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any

import msgspec

from assistant.journal.lines import DamagedError, Document, Line, decode
from assistant.journal.records import CheckIn, Query

TABLE = "entries"
"""Name of the TinyDB table that holds the check-ins."""
_DEFAULTS = {field.name: field.default for field in fields(CheckIn) if field.default is not MISSING}
_TEXTS = [field.name for field in fields(CheckIn) if field.type == "str"]


class EntryLine(msgspec.Struct):
    """What is read of a line that holds a check-in."""

    seq: int
    """Number of the change."""
    doc: CheckIn
    """The check-in."""


_decoder = msgspec.json.Decoder(EntryLine)


def document(entry: CheckIn) -> Document:
    """The document of a check-in; fields that say nothing are left out."""
    if entry.time.tzinfo is None:
        raise ValueError("a check-in's time needs its zone")
    found: Document = {field.name: getattr(entry, field.name) for field in fields(CheckIn)}
    found["time"] = entry.time.isoformat()
    return {name: value for name, value in found.items() if value != _DEFAULTS.get(name, MISSING)}


def read_entry(raw: bytes) -> tuple[int, CheckIn | None]:
    """The number of the change and the check-in of a line whose checksum was seen to be right; None without one."""
    try:
        quick = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _read_slowly(raw)
    return (quick.seq, quick.doc) if quick.doc.time.tzinfo else (quick.seq, None)


def _read_slowly(raw: bytes) -> tuple[int, CheckIn | None]:
    """What another program wrote may lack fields, or hold what only the tolerant parser takes."""
    try:
        line = decode(raw)
    except DamagedError:
        return 0, None
    return (line.seq, entry(line.doc)) if isinstance(line, Line) and isinstance(line.doc, dict) else (line.seq, None)


def entry(doc: Document) -> CheckIn | None:
    """The check-in of any document that has at least an id and a time with a zone; None for others.

    Fields that are missing or of another type are empty; fields that are unknown are ignored.
    """
    try:
        time = datetime.fromisoformat(doc["time"])
    except (KeyError, ValueError, TypeError):
        return None
    values: dict[str, Any] = {name: doc[name] for name in _DEFAULTS if type(doc.get(name)) is type(_DEFAULTS[name])}
    for name in _TEXTS:
        values[name] = doc[name] if isinstance(doc.get(name), str) else ""
    return CheckIn(time=time, **values) if time.tzinfo and values["id"] else None


def matches(query: Query, one: CheckIn) -> bool:
    """Whether a check-in is meant by a query."""
    if query.since is not None and one.time < query.since:
        return False
    if query.until is not None and one.time >= query.until:
        return False
    if query.ids and one.id not in query.ids:
        return False
    names = ("speaker", "practice", "ritual", "kind", "session")
    return all(getattr(query, name) in ("", getattr(one, name)) for name in names)
