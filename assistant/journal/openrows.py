"""The rows of the segment that is being written: plain lists and dictionaries in memory."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from assistant.journal.records import Query
from assistant.journal.rows import Row, Span, Spot, bounds


class OpenRows:
    """The live documents of one table, changed with each line that is written."""

    def __init__(self) -> None:
        self.by_time: list[Row] = []
        self._docs: dict[int, Row] = {}
        self._entries: dict[str, tuple[int, ...]] = {}

    def put(self, row: Row) -> bool:
        """Add a row; whether it replaced one."""
        replaced = self.drop(row.doc)
        insort(self.by_time, row)
        self._docs[row.doc] = row
        if row.entry:
            self._entries[row.entry] = (*self._entries.get(row.entry, ()), row.doc)
        return replaced

    def drop(self, doc: int) -> bool:
        """Remove the row of a document; whether there was one."""
        row = self._docs.pop(doc, None)
        if row is None:
            return False
        del self.by_time[bisect_left(self.by_time, row)]
        others = tuple(other for other in self._entries.pop(row.entry, ()) if other != doc)
        if others:
            self._entries[row.entry] = others
        return True

    def __len__(self) -> int:
        return len(self._docs)

    def span(self) -> Span:
        """The bounds; only asked for when there are rows."""
        low, high = min(self._docs), max(self._docs)
        entries = min(self._entries, default=""), max(self._entries, default="")
        return Span(len(self), self.by_time[0].time, self.by_time[-1].time, low, high, *entries)

    def find(self, query: Query, *, newest_first: bool = False) -> Iterator[Spot]:
        """Rows by time that match."""
        since, until = bounds(query)
        names = enumerate((query.speaker, query.practice, query.ritual, query.kind))
        wanted = [(at, name) for at, name in names if name]
        period = range(bisect_left(self.by_time, (since,)), bisect_left(self.by_time, (until,)))
        for index in reversed(period) if newest_first else period:
            row = self.by_time[index]
            if wanted and any(row.names[at] != name for at, name in wanted):
                continue
            if query.session in ("", row.session):
                yield _spot(row)

    def count(self, query: Query) -> int:
        """How many rows match."""
        return sum(1 for _ in self.find(query))

    def entry(self, identity: str) -> Iterator[Spot]:
        """Rows that bear this entry id."""
        return (_spot(self._docs[doc]) for doc in self._entries.get(identity, ()))

    def get(self, doc: int) -> Spot | None:
        """The row of one document."""
        row = self._docs.get(doc)
        return None if row is None else _spot(row)

    def ordered(self) -> Iterator[Spot]:
        """All rows by document id."""
        return (_spot(self._docs[doc]) for doc in sorted(self._docs))


def _spot(row: Row) -> Spot:
    return Spot(row.time, row.doc, row.offset, row.length)
