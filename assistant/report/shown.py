"""What may stand on a page that both partners see, and whoever else sees their screen. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Set

from assistant.journal.records import CheckIn
from assistant.quotes import POSITIVE, by_clarity, quotable
from assistant.themes import folded

PRACTICES = ("connection", "positive", "quality_time", "presence", "household")
"""The practices on the page, in its order. Never brought up uninvited are `listening`, `issues`, `forgiveness`
and `help`; `self_care` belongs to one person alone, and `generosity` would give surprises away."""


def shown(entries: Iterable[CheckIn]) -> tuple[CheckIn, ...]:
    """The entries that are shared and of a practice on the page, in order of time."""
    seen = [entry for entry in entries if not entry.private and entry.practice in PRACTICES]
    return tuple(sorted(seen, key=lambda entry: entry.time))


def quoted(entries: Iterable[CheckIn], delicate: Set[str], kinds: frozenset[str] = POSITIVE) -> tuple[CheckIn, ...]:
    """Those of these kinds whose words were heard well and hold none of the delicate ones (case-folded)."""
    clear, _ = by_clarity(quotable(shown(entries), kinds))
    return tuple(entry for entry in clear if delicate.isdisjoint(folded(entry.text)))
