"""Which lines may stay where something is forgotten, even when they are damaged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from assistant.journal import documents
from assistant.journal.lines import DamagedError, Line, decode, dump, unseal
from assistant.journal.records import CheckIn, Query
from assistant.journal.rows import bounds, microseconds

_RUN = 12
"""Bytes of a text that are enough to recognise it."""
_FEW = 64
"""So many searches through a file are quicker than looking at its lines."""
_FIELDS = ("speaker", "practice", "ritual", "kind", "session")


class Rubble:
    """Tells, of lines in backups and of what was set aside, which may stay."""

    def __init__(self, query: Query, before: int, forgotten: Iterable[CheckIn]) -> None:
        """`before` is the first number of a change that stays; `forgotten` are the entries that are known to go."""
        self._query = query
        self._before = before
        self._ids = set(query.ids)
        self._runs: set[bytes] = set()
        needles: set[bytes] = set()
        for entry in forgotten:
            self._ids.add(entry.id)
            for text in (dump(entry.text)[1:-1], entry.sealed.encode()):
                self._runs |= _runs(text)
                needles |= {
                    text[at : at + _RUN] for at in range(0, len(text), _RUN) if at + _RUN <= len(text) or not at
                }
        self._encoded = {dump(identity)[1:-1] for identity in self._ids}
        needles |= self._encoded
        quick = query.ids and len(needles) <= _FEW
        self.needles = frozenset(needles if quick else ())
        """A file without any of these holds nothing that must go; empty when only its lines can tell."""

    def stays(self, raw: bytes) -> bool:
        """Whether a line may stay. A damaged one that cannot be told apart from what is forgotten may not."""
        try:
            if self._query.ids and not any(identity in raw for identity in self._encoded):
                unseal(raw)
                return True
            value = decode(raw)
        except DamagedError:
            return self._fragment_stays(raw)
        if not isinstance(value, Line) or not isinstance(value.doc, dict):
            return True
        entry = documents.entry(value.doc)
        if entry is None:
            return True
        return not (value.seq < self._before and documents.matches(self._query, entry)) and entry.id not in self._ids

    def _fragment_stays(self, raw: bytes) -> bool:
        if _field(raw, "id") in self._ids or not self._runs.isdisjoint(_runs(raw)):
            return False
        return bool(self._query.ids) or b'"text"' not in raw or self._differs(raw)

    def _differs(self, raw: bytes) -> bool:
        """Whether what can still be read shows that it is something else."""
        found = {name: _field(raw, name) for name in _FIELDS if getattr(self._query, name)}
        if any(value not in ("", getattr(self._query, name)) for name, value in found.items()):
            return True
        since, until = bounds(self._query)
        try:
            return not since <= microseconds(datetime.fromisoformat(_field(raw, "time"))) < until
        except (ValueError, TypeError, OverflowError):
            return False


def _runs(text: bytes) -> set[bytes]:
    """Every run of bytes that is long enough to be recognised; a shorter text as a whole."""
    return {text[at : at + _RUN] for at in range(max(len(text) - _RUN, 0) + 1)} if text else set()


def _field(raw: bytes, name: str) -> str:
    found = re.search(rb'"%b":"([^"\\]{1,100})"' % name.encode(), raw)
    return found[1].decode("utf-8", "replace") if found else ""
