"""The rows of a finished segment: fixed columns, read from its side-file as they are.

Columns are sorted by (time, entry id). Two permutations lead to them by document id and by entry id.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from assistant.journal.openrows import OpenRows
from assistant.journal.records import Query
from assistant.journal.rows import Span, Spot, bounds, fingerprint

Column = Sequence[int]

_LONG = (("time", "q"), ("doc", "q"), ("entry", "Q"), ("session", "Q"))
_SHORT = (("offset", "I"), ("length", "I"), ("by_doc", "I"), ("by_entry", "I"))
_NAMES = (("speaker", "I"), ("practice", "I"), ("ritual", "I"), ("kind", "I"))
COLUMNS = (*_LONG, *_SHORT, *_NAMES)
"""Name and array type code of each column, in their order on the disk."""
ROW_BYTES = sum(array(code).itemsize for _, code in COLUMNS)
"""Bytes of one row over all columns."""


def pack(rows: OpenRows, codes: dict[str, int]) -> bytes:
    """The columns of a table; names that `codes` lacks are added to it."""
    listed = rows.by_time
    entries = [fingerprint(row.entry) for row in listed]
    docs = [row.doc for row in listed]
    columns: list[Sequence[int]] = [[row.time for row in listed], docs, entries]
    columns.append([fingerprint(row.session) for row in listed])
    columns += [[row.offset for row in listed], [row.length for row in listed]]
    columns += [sorted(range(len(listed)), key=keys.__getitem__) for keys in (docs, entries)]
    columns += [[codes.setdefault(row.names[at], len(codes)) for row in listed] for at in range(len(_NAMES))]
    types = (code for _, code in COLUMNS)
    return b"".join(array(code, column).tobytes() for code, column in zip(types, columns, strict=True))


class SealedRows:
    """The live documents of one table in a finished segment."""

    def __init__(self, span: Span, codes: dict[str, int], data: memoryview) -> None:
        self._span = span
        self._codes = codes
        self._columns: dict[str, Column] = {}
        start = 0
        for name, code in COLUMNS:
            end = start + span.rows * array(code).itemsize
            self._columns[name] = data[start:end].cast(code)  # type: ignore[call-overload]
            start = end

    def __len__(self) -> int:
        return self._span.rows

    def span(self) -> Span:
        """The bounds."""
        return self._span

    def find(self, query: Query, *, newest_first: bool = False) -> Iterator[Spot]:
        """Rows by time that match, except that `session` may let a stranger through."""
        found = self._matching(query)
        return map(self._spot, reversed(found) if newest_first else found)

    def count(self, query: Query) -> int:
        """How many rows match."""
        return len(self._matching(query))

    def _matching(self, query: Query) -> Sequence[int]:
        times = self._columns["time"]
        since, until = bounds(query)
        found: Sequence[int] = range(bisect_left(times, since), bisect_left(times, until))
        for name, wanted in self._wanted(query):
            column = self._columns[name]
            found = [row for row in found if column[row] == wanted]
        return found

    def entry(self, identity: str) -> Iterator[Spot]:
        """Rows that may bear this entry id."""
        keys, order, wanted = self._columns["entry"], self._columns["by_entry"], fingerprint(identity)
        for at in range(bisect_left(order, wanted, key=keys.__getitem__), len(order)):
            if keys[order[at]] != wanted:
                return
            yield self._spot(order[at])

    def get(self, doc: int) -> Spot | None:
        """The row of one document."""
        docs, order = self._columns["doc"], self._columns["by_doc"]
        at = bisect_left(order, doc, key=docs.__getitem__)
        return self._spot(order[at]) if at < len(order) and docs[order[at]] == doc else None

    def ordered(self) -> Iterator[Spot]:
        """All rows by document id."""
        return map(self._spot, self._columns["by_doc"])

    def _spot(self, row: int) -> Spot:
        columns = self._columns
        return Spot(columns["time"][row], columns["doc"][row], columns["offset"][row], columns["length"][row])

    def _wanted(self, query: Query) -> Iterator[tuple[str, int]]:
        """Columns to compare and the value sought; a name that this segment lacks matches nothing."""
        names = zip(("speaker", "practice", "ritual", "kind"), _sought(query), strict=True)
        yield from ((name, self._codes.get(value, -1)) for name, value in names if value)
        if query.session:
            yield "session", fingerprint(query.session)


def _sought(query: Query) -> tuple[str, str, str, str]:
    return query.speaker, query.practice, query.ritual, query.kind
