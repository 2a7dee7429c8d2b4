"""What the index knows of each live document: where it lies, and by which fields it is looked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from assistant.journal.lines import Document
from assistant.journal.records import Query

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIMELESS = -(1 << 62)
"""Time of a document that has none."""
EARLIEST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
"""The earliest moment that can be told, in microseconds."""
NAMED = ("speaker", "practice", "ritual", "kind")
"""Fields of few values, indexed by name."""


class Row(NamedTuple):
    """One live document; rows sort by time, then by entry id."""

    time: int
    """Microseconds since the epoch; TIMELESS without one."""
    entry: str
    """The document's own `id`, such as an entry's ULID; empty without one."""
    doc: int
    """TinyDB's document id."""
    offset: int
    """Where its line begins, in bytes from the start of its segment."""
    length: int
    """Bytes of its line, without the line end."""
    session: str
    """Its sitting."""
    names: tuple[str, str, str, str]
    """The values of the fields of `NAMED`."""


class Spot(NamedTuple):
    """Where a live document lies."""

    time: int
    """Microseconds since the epoch; TIMELESS without one."""
    doc: int
    """TinyDB's document id."""
    offset: int
    """Bytes from the start of its segment."""
    length: int
    """Bytes of its line, without the line end."""


class Span(NamedTuple):
    """The bounds of one table in one segment."""

    rows: int
    """Number of live documents."""
    first: int
    """Earliest time, in microseconds."""
    last: int
    """Latest time, in microseconds."""
    low_doc: int
    """Smallest document id."""
    high_doc: int
    """Greatest document id."""
    low_entry: str
    """Smallest entry id."""
    high_entry: str
    """Greatest entry id."""


class Rows(Protocol):
    """The live documents of one table in one segment."""

    def span(self) -> Span:
        """The bounds; only asked for when there are rows."""

    def find(self, query: Query, *, newest_first: bool = False) -> Iterator[Spot]:
        """Rows by time that match, except that `session` and `ids` may let a stranger through."""

    def count(self, query: Query) -> int:
        """How many rows `find` finds."""

    def entry(self, identity: str) -> Iterator[Spot]:
        """Rows that may bear this entry id."""

    def get(self, doc: int) -> Spot | None:
        """The row of one document."""

    def ordered(self) -> Iterator[Spot]:
        """All rows by document id."""


def microseconds(time: datetime) -> int:
    """A moment as an integer."""
    return (time - EPOCH) // timedelta(microseconds=1)


def bounds(query: Query) -> tuple[int, int]:
    """The query's period: from (inclusive) and to (exclusive), in microseconds."""
    since = TIMELESS if query.since is None else microseconds(query.since)
    until = 1 << 62 if query.until is None else microseconds(query.until)
    return since, until


def fingerprint(text: str) -> int:
    """64 bits that stand for a longer text."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())


def row(doc_id: int, doc: Document, offset: int, length: int) -> Row:
    """The row of a document. One that looks like a check-in is indexed as one, in whatever table it is."""
    time = _time(doc.get("time"))
    speaker, practice, ritual, kind = (_text(doc.get(name)) for name in NAMED)
    names = (speaker, practice, ritual, kind)
    return Row(time, _text(doc.get("id")), doc_id, offset, length, _text(doc.get("session")), names)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _time(value: object) -> int:
    if not isinstance(value, str):
        return TIMELESS
    try:
        time = datetime.fromisoformat(value)
        return TIMELESS if time.tzinfo is None else microseconds(time)
    except (ValueError, OverflowError):
        return TIMELESS
