"""Which entries are read out, and how one sounds. Pure.

Quoted are shared words of the positive kinds alone, verbatim and by name; who said more is never told.
Words heard with too little confidence are counted, not quoted. What belongs to one person alone, and all of
the practices that are never brought up uninvited, does not appear at all, not even in a count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from typing import TYPE_CHECKING

from assistant.events import Say
from assistant.journal.records import APPRECIATION, KEPT, PLAN, PLAN_KEPT, CheckIn
from assistant.tally import HOURS, KINDNESS, REVIEW
from assistant.themes import folded

if TYPE_CHECKING:
    from assistant.conversation.setting import Setting

UNSURE = 0.5
"""Words heard with a lower mean confidence are counted but not quoted: every second word may be wrong."""

LONGEST = 40
"""Words of a quote that a summary reads by itself; who said more at once is quoted only where there is nothing
shorter, so that a week is told within a minute."""

UNINVITED = frozenset({"listening", "issues", "forgiveness", "help"})
"""Practices that are never brought up (practices: Summaries)."""

APPRECIATIONS = frozenset({APPRECIATION, "quality", "effect"})
GOOD_THINGS = frozenset({"gratitude", "good_thing", "good_news"})
WISHES = frozenset({"wish"})

TOPICS = {"appreciations": APPRECIATIONS, "good_things": GOOD_THINGS, "wishes": WISHES}
"""Kinds of entries by what is asked for; every other topic means all of them."""

POSITIVE = APPRECIATIONS | GOOD_THINGS | WISHES
"""Kinds of entries that are told; a household's own kinds are not, since nobody knows what is in them."""

COUNTED = frozenset({PLAN, PLAN_KEPT, "plan_when", HOURS, KINDNESS, REVIEW})
"""Kinds of entries that are told as a number or a day alone."""

OWN = frozenset({"sleep", "body", "load", "own_wish", "own_kindness", "surprise", "surprise_plan"})
"""Kinds of entries that belong to one person alone."""

UNTOLD = frozenset({KEPT, "day_ahead", "rating", "shared", "trial"}) | COUNTED | OWN
"""Kinds of entries that are kept for other uses than being read out."""


def quote(entry: CheckIn, setting: Setting) -> Say:
    """One entry in its speaker's own words."""
    text = plain(entry)
    if entry.speaker and entry.about:
        return setting.say("quote_for", speaker=entry.speaker, about=entry.about, text=text)
    if entry.speaker:
        return setting.say("quote", speaker=entry.speaker, text=text)
    return setting.say("quote_unknown", text=text)


def plain(entry: CheckIn) -> str:
    """The words on one line, without a full stop."""
    return " ".join(entry.text.split()).removesuffix(".")


def is_shared(entry: CheckIn) -> bool:
    """Whether both may hear of it, and of its practice."""
    return not entry.private and entry.practice not in UNINVITED


def quotable(entries: Iterable[CheckIn], kinds: frozenset[str]) -> tuple[CheckIn, ...]:
    """Shared words of these kinds."""
    return tuple(entry for entry in entries if is_shared(entry) and entry.kind in kinds and entry.text.strip())


def by_clarity(entries: Iterable[CheckIn]) -> tuple[tuple[CheckIn, ...], tuple[CheckIn, ...]]:
    """Those that can be quoted, and those that were not heard well enough."""
    entries = tuple(entries)
    clear = tuple(entry for entry in entries if entry.confidence >= UNSURE)
    return clear, tuple(entry for entry in entries if entry.confidence < UNSURE)


def uninvited(entries: Iterable[CheckIn], delicate: Set[str]) -> tuple[CheckIn, ...]:
    """Those that may be quoted without being asked for: heard well, and without a word of a hard hour (case-folded)."""
    clear, _ = by_clarity(quotable(entries, POSITIVE))
    return tuple(entry for entry in clear if delicate.isdisjoint(folded(entry.text)))


def in_turn(entries: Sequence[CheckIn]) -> tuple[CheckIn, ...]:
    """One from each speaker in turn, each one's in order of time, so that every page has both voices."""
    seen: Counter[str] = Counter()
    turns = []
    for place, entry in enumerate(entries):
        turns.append((seen[entry.speaker], place, entry))
        seen[entry.speaker] += 1
    return tuple(entry for _, _, entry in sorted(turns, key=lambda turn: turn[:2]))


def one_each(entries: Sequence[CheckIn], setting: Setting) -> tuple[CheckIn, ...]:
    """One entry of each partner who has any, by chance; thanks before anything else."""
    chosen = []
    for name in setting.partners:
        own = [entry for entry in entries if entry.speaker == name]
        thanks = [entry for entry in own if entry.kind == APPRECIATION]
        if own:
            chosen.append(pick(short(thanks) or short(own) or own, setting))
    return tuple(chosen)


def short(entries: Iterable[CheckIn]) -> list[CheckIn]:
    """Those that are read within a few breaths."""
    return [entry for entry in entries if len(entry.text.split()) <= LONGEST]


def pick(entries: Sequence[CheckIn], setting: Setting) -> CheckIn:
    """One by chance among the short ones; the shortest where there is none."""
    brief = short(entries)
    return setting.rng.choice(brief) if brief else min(entries, key=lambda entry: len(entry.text))
