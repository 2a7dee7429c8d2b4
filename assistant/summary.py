"""What is told of the journal: entries in, sentences out. Pure.

Quoted are shared words of the positive kinds alone, verbatim and by name; who said more is never told.
Words heard with too little confidence are counted, not quoted. What belongs to one person alone, and all of
the practices that are never brought up uninvited, does not appear at all, not even in a count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.events import Recalled, Say
from assistant.journal.records import APPRECIATION, KEPT, PLAN, PLAN_KEPT, CheckIn
from assistant.periods import PERIODS
from assistant.tally import HOURS, KINDNESS, REVIEW, tallied

if TYPE_CHECKING:
    from assistant.conversation.setting import Setting

PAGE = 3
"""Quotes told at once; "more" tells the next ones."""

UNSURE = 0.5
"""Words heard with a lower mean confidence are counted but not quoted: every second word may be wrong."""

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


@dataclass(frozen=True, slots=True)
class Telling:
    """What to say now, and what is left to tell."""

    spoken: tuple[Say, ...]
    """In this order."""
    told: tuple[CheckIn, ...] = ()
    """The entries quoted in it, in the same order; "who said that" means the last one."""
    rest: tuple[CheckIn, ...] = ()
    """The entries that "more" tells."""


def tell(recalled: Recalled, setting: Setting) -> Telling:
    """The answer to what was asked: a summary, what is held about each, one memory, or quotes of a topic."""
    recall, entries = recalled.recall, recalled.entries
    match recall.topic:
        case "summary":
            return overview(entries, recall.period, setting)
        case "hold":
            return holdings(entries, (recall.query.speaker,), setting, private=True)
        case "hold_shared":
            return holdings(entries, (recall.query.speaker,) if recall.query.speaker else setting.partners, setting)
        case "something":
            return memory(entries, recall.period, setting)
        case topic:
            return quotes(entries, topic, recall.period, setting)


def quotes(entries: Sequence[CheckIn], topic: str, period: str, setting: Setting) -> Telling:
    """How many there were, and the first page of them in the speakers' own words."""
    shared = quotable(entries, TOPICS.get(topic, POSITIVE))
    when = named(period, setting)
    if not shared:
        return Telling((setting.say("nothing_yet", period=when),))
    clear, unclear = by_clarity(shared)
    intro = setting.say("recall_intro", count=len(shared), period=when)
    return _page((intro, *_unclear(unclear, setting)), in_turn(clear), setting)


def more(telling: Telling, setting: Setting) -> Telling:
    """The next page."""
    if not telling.rest:
        return Telling((setting.say("no_more"),), telling.told)
    return _page((), telling.rest, setting)


def who_said(telling: Telling, setting: Setting) -> Say:
    """Who said the last words that were quoted."""
    if not telling.told:
        return setting.say("nothing_said_yet")
    speaker = telling.told[-1].speaker
    return setting.say("said_by", speaker=speaker) if speaker else setting.say("who_unknown")


def memory(entries: Sequence[CheckIn], period: str, setting: Setting) -> Telling:
    """One quote, chosen by chance."""
    clear, _ = by_clarity(quotable(entries, POSITIVE))
    if not clear:
        return Telling((setting.say("nothing_yet", period=named(period, setting)),))
    chosen = setting.rng.choice(clear)
    return Telling((quote(chosen, setting),), (chosen,))


def overview(entries: Sequence[CheckIn], period: str, setting: Setting) -> Telling:
    """The counts, one quote from each partner, and whether more is wanted."""
    spoken = counted(entries, period, setting)
    clear = in_turn(by_clarity(quotable(entries, POSITIVE))[0])
    if not clear:
        return Telling(spoken)
    told = one_each(clear, setting)
    rest = tuple(entry for entry in clear if entry not in told)
    ending = setting.say("want_more" if rest else "summary_end")
    return Telling((*spoken, *(quote(entry, setting) for entry in told), ending), told, rest)


def counted(entries: Sequence[CheckIn], period: str, setting: Setting) -> tuple[Say, ...]:
    """Which rituals were kept and how much was said, without a quote; kind words when it was nothing."""
    when = named(period, setting)
    shared, kept, tally = quotable(entries, POSITIVE), rituals_kept(entries), tallied(entries, period, setting)
    if not shared and not kept and not tally:
        return (setting.say("nothing_yet", period=when),)
    spoken = [setting.say("summary_intro", period=when), *_kept(kept, when, setting), *tally]
    if shared:
        spoken.append(setting.say("summary_entries", count=len(shared)))
    return (*spoken, *_unclear(by_clarity(shared)[1], setting))


def holdings(entries: Sequence[CheckIn], names: Sequence[str], setting: Setting, *, private: bool = False) -> Telling:
    """How much is held of the words of these people, of every kind, and where; nothing is quoted.

    What is for one person alone is counted only with `private`, which is for that person.
    """
    words = [entry for entry in entries if entry.kind != KEPT]
    counts = Counter(entry.speaker for entry in words if not entry.private)
    alone = Counter(entry.speaker for entry in words if entry.private and private)
    spoken: list[Say] = []
    for name in names:
        if counts[name] or not alone[name]:
            spoken.append(_held(name, counts[name], setting))
        if alone[name]:
            spoken.append(setting.say("hold_private", name=name, count=alone[name]))
    return Telling((*spoken, setting.say("hold_where")))


def _held(name: str, count: int, setting: Setting) -> Say:
    return setting.say("hold_about", name=name, count=count) if count else setting.say("hold_nothing", name=name)


def quote(entry: CheckIn, setting: Setting) -> Say:
    """One entry in its speaker's own words."""
    text = " ".join(entry.text.split()).removesuffix(".")
    if entry.speaker and entry.about:
        return setting.say("quote_for", speaker=entry.speaker, about=entry.about, text=text)
    if entry.speaker:
        return setting.say("quote", speaker=entry.speaker, text=text)
    return setting.say("quote_unknown", text=text)


def quotable(entries: Iterable[CheckIn], kinds: frozenset[str]) -> tuple[CheckIn, ...]:
    """Shared words of these kinds."""
    return tuple(entry for entry in entries if _shared(entry) and entry.kind in kinds and entry.text.strip())


def by_clarity(entries: Iterable[CheckIn]) -> tuple[tuple[CheckIn, ...], tuple[CheckIn, ...]]:
    """Those that can be quoted, and those that were not heard well enough."""
    entries = tuple(entries)
    clear = tuple(entry for entry in entries if entry.confidence >= UNSURE)
    return clear, tuple(entry for entry in entries if entry.confidence < UNSURE)


def rituals_kept(entries: Iterable[CheckIn]) -> Counter[str]:
    """How often each ritual took place, by its id, in order of first time."""
    return Counter(entry.ritual for entry in entries if entry.kind == KEPT and _shared(entry))


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
            chosen.append(setting.rng.choice(thanks or own))
    return tuple(chosen)


def named(period: str, setting: Setting) -> str:
    """How a period is spoken; typed dates stand for themselves."""
    return setting.lines.name("period", period) if period in PERIODS else period


def title_of(ritual: str, setting: Setting) -> str:
    """The spoken title of a ritual, also of one that is no longer there."""
    known = setting.rituals.get(ritual)
    return known.title if known else ritual.replace("_", " ")


def _shared(entry: CheckIn) -> bool:
    return not entry.private and entry.practice not in UNINVITED


def _kept(kept: Counter[str], when: str, setting: Setting) -> list[Say]:
    """Each ritual with its count while they are few, else their sum."""
    if len(kept) > PAGE:
        return [setting.say("rituals_kept", count=kept.total(), period=when)]
    return [
        setting.say("rituals_kept_each", title=title_of(ritual, setting), count=count) for ritual, count in kept.items()
    ]


def _page(before: tuple[Say, ...], entries: Sequence[CheckIn], setting: Setting) -> Telling:
    told, rest = tuple(entries[:PAGE]), tuple(entries[PAGE:])
    spoken = [*before, *(quote(entry, setting) for entry in told)]
    if rest:
        spoken.append(setting.say("want_more"))
    return Telling(tuple(spoken), told, rest)


def _unclear(entries: Sequence[CheckIn], setting: Setting) -> tuple[Say, ...]:
    return (setting.say("recall_unclear", count=len(entries)),) if entries else ()
