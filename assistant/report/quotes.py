"""What two people said, in their own words, and what they planned. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, tzinfo

from assistant.journal.records import PLAN, PLAN_KEPT, CheckIn
from assistant.report.shown import quoted, shown

EACH = 6
"""Quotes of one speaker on a page."""

AT_LEAST = 3
"""Quotes of one speaker, as far as there are any, when the other has fewer."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one person, verbatim."""

    text: str
    """As they were heard or typed, on one line."""
    speaker: str
    """Who said them; empty when both or unknown."""
    about: str
    """Whom they are for; empty when nobody in particular."""
    day: date
    """The day on which they were said, at home."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Something that two people planned together."""

    text: str
    """Their words on one line; empty when they were not heard well enough to be quoted."""
    day: date
    """The day on which they planned it, at home."""
    kept: date | None = None
    """The day on which they said that they did it."""


def choose_quotes(entries: Sequence[CheckIn], delicate: Set[str], zone: tzinfo) -> tuple[Quote, ...]:
    """A few quotes of each speaker, spread over the time and in its order, and none twice.

    There are as many of one as of the other, but for one who said less than `AT_LEAST`.
    """
    by_speaker: dict[str, dict[str, CheckIn]] = {}
    for entry in quoted(entries, delicate):
        own, said = by_speaker.setdefault(entry.speaker, {}), _line(entry).casefold()
        own.pop(said, None)
        own[said] = entry
    fewest = min(map(len, by_speaker.values()), default=0)
    each = min(max(fewest, AT_LEAST), EACH)
    chosen = [entry for own in by_speaker.values() for entry in spread(list(own.values()), each)]
    return tuple(_quote(entry, zone) for entry in sorted(chosen, key=lambda entry: entry.time))


def spread(entries: Sequence[CheckIn], count: int) -> list[CheckIn]:
    """So many of them at even distances, the newest among them."""
    if len(entries) <= count:
        return list(entries)
    step = len(entries) / count
    return [entries[int((place + 1) * step) - 1] for place in range(count)]


def find_plans(entries: Sequence[CheckIn], delicate: Set[str], zone: tzinfo) -> tuple[Plan, ...]:
    """The plans in order of time; each `plan_kept` entry marks the latest plan before it that was still open."""
    readable = {entry.id for entry in quoted(entries, delicate, frozenset({PLAN}))}
    plans: list[Plan] = []
    for entry in shown(entries):
        if entry.kind == PLAN:
            plans.append(Plan(_line(entry) if entry.id in readable else "", _day(entry, zone)))
        elif entry.kind == PLAN_KEPT:
            _mark(plans, _day(entry, zone))
    return tuple(plans)


def _mark(plans: list[Plan], day: date) -> None:
    for place in reversed(range(len(plans))):
        if plans[place].kept is None:
            plans[place] = replace(plans[place], kept=day)
            return


def _quote(entry: CheckIn, zone: tzinfo) -> Quote:
    return Quote(_line(entry), entry.speaker, entry.about, _day(entry, zone))


def _line(entry: CheckIn) -> str:
    return " ".join(entry.text.split())


def _day(entry: CheckIn, zone: tzinfo) -> date:
    return entry.time.astimezone(zone).date()
