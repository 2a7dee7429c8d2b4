"""What is just for one person, on the terminal, for whoever opened that person's vault. Pure.

Numbers are shown as they were given, oldest first: no average, no judgement, nothing to live up to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from itertools import groupby

from assistant.journal.records import CheckIn

HIGHEST = 10
"""The highest rating; the lowest is 0."""

BARS = "▁▂▃▄▅▆▇█"

SHOWN = 30
"""How many of the latest ratings of each kind are drawn."""


def own_page(entries: Sequence[CheckIn], zone: tzinfo) -> list[str]:
    """How the ratings went, then the words by day; a kind sentence when there is nothing."""
    if not entries:
        return ["Nothing is kept just for you in this time."]
    lines = ["Just for you", "", *trends(entries)]
    words = [entry for entry in entries if rating(entry) is None]
    for day, said in groupby(words, key=lambda entry: entry.time.astimezone(zone).date()):
        lines += ["", day.isoformat(), *(f"  {_named(entry)}: “{' '.join(entry.text.split())}”" for entry in said)]
    return lines


def trends(entries: Iterable[CheckIn]) -> list[str]:
    """One line for each thing that was rated, in the order in which they first were."""
    rated = ratings(entries)
    width = max(map(len, rated), default=0)
    return [
        f"  {name:<{width}}  {_drawn([number for _, number in numbers[-SHOWN:]])}" for name, numbers in rated.items()
    ]


def ratings(entries: Iterable[CheckIn]) -> dict[str, list[tuple[CheckIn, int]]]:
    """Everything that was rated by its name, in the order in which it first was, each with its numbers."""
    rated: dict[str, list[tuple[CheckIn, int]]] = {}
    for entry in entries:
        number = rating(entry)
        if number is not None:
            rated.setdefault(_named(entry), []).append((entry, number))
    return rated


def rating(entry: CheckIn) -> int | None:
    """The number from 0 to 10 that an entry says; None for words."""
    text = entry.text.strip()
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= HIGHEST else None


def _drawn(numbers: Sequence[int]) -> str:
    """Bars, and the last numbers themselves."""
    bars = "".join(BARS[number * (len(BARS) - 1) // HIGHEST] for number in numbers)
    return f"{bars}  {', '.join(map(str, numbers[-7:]))}"


def _named(entry: CheckIn) -> str:
    """What was rated or answered: the step of its prompt where its kind says only that it is a rating."""
    parts = entry.prompt.split(".")
    name = parts[-2] if entry.kind == "rating" and len(parts) > 1 else entry.kind
    return name.replace("_", " ")
