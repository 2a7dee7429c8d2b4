"""TinyDB's view of a table: documents are read when they are asked for, and changes are collected."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, MutableMapping
from typing import Any

from assistant.journal.lines import Document, dump
from assistant.journal.log import Log
from assistant.journal.reading import documents


class TableView(Mapping[str, Document]):
    """One table as TinyDB reads it: keys are ids as text, in the order of the ids; each look is a fresh copy."""

    def __init__(self, log: Log, table: str) -> None:
        self.log = log
        self.table = table

    def __getitem__(self, key: str) -> Document:
        place = self.log.place(self.table, int(key)) if _is_id(key) else None
        for _, doc in documents(self.log, [] if place is None else [place]):
            return doc
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (str(place.spot.doc) for place in self.log.documents(self.table))

    def __len__(self) -> int:
        return self.log.size(self.table)

    def items(self) -> ItemsView[str, Document]:
        """Ids and documents, read many at a time."""
        return _Items(self)


class _Items(ItemsView[str, Document]):
    def __init__(self, view: TableView) -> None:
        super().__init__(view)
        self._view = view

    def __iter__(self) -> Iterator[tuple[str, Document]]:
        view = self._view
        return ((str(doc_id), doc) for doc_id, doc in documents(view.log, view.log.documents(view.table)))


class Overlay(MutableMapping[int, Any]):
    """One table as TinyDB changes it. Documents that were handed out may be changed in place."""

    def __init__(self, view: TableView) -> None:
        self._view = view
        self._now: dict[int, Document | None] = {}
        self._before: dict[int, bytes] = {}

    def __getitem__(self, doc_id: int) -> Document:
        if doc_id not in self._now:
            doc = self._view[str(doc_id)]
            self._now[doc_id], self._before[doc_id] = doc, dump(doc)
        doc_now = self._now[doc_id]
        if doc_now is None:
            raise KeyError(doc_id)
        return doc_now

    def __setitem__(self, doc_id: int, doc: Mapping[str, Any]) -> None:
        self._now[doc_id] = dict(doc)

    def __delitem__(self, doc_id: int) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self._now[doc_id] = None

    def __contains__(self, doc_id: object) -> bool:
        if doc_id in self._now:
            return self._now[doc_id] is not None
        return isinstance(doc_id, int) and self._view.log.place(self._view.table, doc_id) is not None

    def __iter__(self) -> Iterator[int]:
        stored = [int(key) for key in self._view]
        yield from (doc_id for doc_id in stored if self._now.get(doc_id, self) is not None)
        known = set(stored)
        yield from (doc_id for doc_id, doc in self._now.items() if doc is not None and doc_id not in known)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Remove every document, without reading any."""
        self._now = dict.fromkeys(self)

    def changes(self) -> dict[int, Document | None]:
        """What differs from the disk."""
        return {doc_id: doc for doc_id, doc in self._now.items() if self._differs(doc_id, doc)}

    def _differs(self, doc_id: int, doc: Document | None) -> bool:
        if doc is None:
            return str(doc_id) in self._view
        return doc_id not in self._before or dump(doc) != self._before[doc_id]


def _is_id(key: object) -> bool:
    try:
        return str(int(key)) == key  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return False
