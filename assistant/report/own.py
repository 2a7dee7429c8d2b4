"""What one partner alone sees on the page: how their own ratings went. Pure.

As they were given, oldest first: no average, no judgement, nothing to live up to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo

from assistant.journal.records import CheckIn
from assistant.own_page import ratings


@dataclass(frozen=True, slots=True)
class Trend:
    """One thing that was rated."""

    name: str
    """The step that asked for it, such as `sleep`."""
    points: tuple[tuple[date, int], ...]
    """The day and the number, 0 to 10, of each rating, oldest first."""


@dataclass(frozen=True, slots=True)
class Own:
    """One partner's own figures."""

    name: str
    """Whose they are."""
    trends: tuple[Trend, ...]
    """Every thing that was rated, in the order in which it first was."""


def own_figures(name: str, entries: Iterable[CheckIn], zone: tzinfo) -> Own:
    """The figures of one partner's entries, in order of time; of those that were opened."""
    rated = ratings(entry for entry in entries if entry.private and not entry.sealed)
    return Own(
        name,
        tuple(
            Trend(what, tuple((entry.time.astimezone(zone).date(), number) for entry, number in numbers))
            for what, numbers in rated.items()
        ),
    )
