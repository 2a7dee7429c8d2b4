"""A stretch of time at a glance: a week in a minute, a month or a year by what stayed. Pure.

Rhythm, not streaks: how often something took place is told, what did not take place never is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.events import Recalled, Say
from assistant.journal.records import KEPT, PLAN, PLAN_KEPT, CheckIn
from assistant.periods import is_long
from assistant.quotes import (
    POSITIVE,
    UNSURE,
    by_clarity,
    in_turn,
    is_shared,
    one_each,
    pick,
    plain,
    quotable,
    quote,
    short,
    uninvited,
)
from assistant.tally import PLANNED, STILL_TO_COME, tallied
from assistant.telling import PAGE, Telling, named, nothing, unclear
from assistant.themes import find_themes, folded

if TYPE_CHECKING:
    from assistant.conversation.setting import Setting

THEMES = 3
"""Words that a month or a year is told by; a week is told by one."""

PLAN_WHEN = "plan_when"
"""Kind of the entry that says in its speaker's words when a plan of the same sitting is for."""


def overview(recalled: Recalled, setting: Setting) -> Telling:
    """The counts, and of a week: a theme, a quote from each partner, and the plan; of more: see `_looking_back`."""
    entries, period = recalled.entries, recalled.recall.period
    spoken = counted(entries, period, setting)
    clear = in_turn(uninvited(entries, setting.common.delicate))
    if is_long(period):
        return _looking_back(spoken, clear, recalled, setting)
    told = one_each(clear, setting) or clear[:1]
    each = [setting.say("you_each")] if len(told) > 1 else []
    quotes = [quote(entry, setting) for entry in told]
    ahead = _plan(entries, setting) if period in STILL_TO_COME else []
    return _ended((*spoken, *themes(clear, 1, setting), *each, *quotes, *ahead), told, clear, setting)


def counted(entries: Sequence[CheckIn], period: str, setting: Setting) -> tuple[Say, ...]:
    """Which rituals were kept and how much was said, without a quote; kind words when it was nothing."""
    shared, kept, tally = quotable(entries, POSITIVE), rituals_kept(entries), tallied(entries, period, setting)
    if not shared and not kept and not tally:
        return nothing(period, setting).spoken
    when = named(period, setting)
    spoken = [setting.say("summary_intro", period=when), *_kept(kept, when, setting), *tally]
    if shared:
        spoken.append(setting.say("summary_entries", count=len(shared)))
    return (*spoken, *unclear(by_clarity(shared)[1], setting))


def themes(clear: Iterable[CheckIn], most: int, setting: Setting) -> list[Say]:
    """The words that came back most; nothing where none did."""
    names = {word for name in setting.partners for word in folded(name)}
    words = [theme.word for theme in find_themes(clear, setting.common.no_theme | names)][:most]
    if not words:
        return []
    return [setting.say("theme" if len(words) == 1 else "themes", words=", ".join(words))]


def rituals_kept(entries: Iterable[CheckIn]) -> Counter[str]:
    """How often each ritual took place, by its id, in order of first time."""
    return Counter(entry.ritual for entry in entries if entry.kind == KEPT and is_shared(entry))


def title_of(ritual: str, setting: Setting) -> str:
    """The spoken title of a ritual, also of one that is no longer there."""
    known = setting.rituals.get(ritual)
    return known.title if known else ritual.replace("_", " ")


def _looking_back(counts: tuple[Say, ...], clear: Sequence[CheckIn], recalled: Recalled, setting: Setting) -> Telling:
    """Rituals, plans kept, themes, the favourite, and one memory: of a year ago today, if there is one."""
    anniversary = uninvited(recalled.memories, setting.common.delicate)
    memory = pick(anniversary or clear, setting) if anniversary or clear else None
    told = (memory,) if memory else ()
    intro = [setting.say("memory_year_ago" if anniversary else "memory")] if memory else []
    quotes = [quote(entry, setting) for entry in told]
    favourite = _favourite(rituals_kept(recalled.entries), setting)
    return _ended((*counts, *themes(clear, THEMES, setting), *favourite, *intro, *quotes), told, clear, setting)


def _ended(spoken: tuple[Say, ...], told: tuple[CheckIn, ...], clear: Sequence[CheckIn], setting: Setting) -> Telling:
    """Whether more is wanted, where there is more."""
    if not told:
        return Telling(spoken)
    rest = tuple(entry for entry in clear if entry not in told)
    return Telling((*spoken, setting.say("want_more" if rest else "summary_end")), told, rest)


def _kept(kept: Counter[str], when: str, setting: Setting) -> list[Say]:
    """Each ritual with its count while they are few, else their sum."""
    if len(kept) > PAGE:
        return [setting.say("rituals_kept", count=kept.total(), period=when)]
    return [
        setting.say("rituals_kept_each", title=title_of(ritual, setting), count=count) for ritual, count in kept.items()
    ]


def _favourite(kept: Counter[str], setting: Setting) -> list[Say]:
    """The ritual that took place more often than any other."""
    often = kept.most_common(2)
    if len(often) < 2 or often[0][1] == often[1][1]:
        return []
    return [setting.say("favourite", title=title_of(often[0][0], setting))]


def _plan(entries: Iterable[CheckIn], setting: Setting) -> list[Say]:
    """The latest plan of which nobody said yet that it was kept, in their own words, with its time."""
    shared = [entry for entry in entries if is_shared(entry) and entry.practice in PLANNED]
    plans: list[CheckIn] = []
    for entry in shared:
        if entry.kind == PLAN:
            plans.append(entry)
        elif entry.kind == PLAN_KEPT and plans:
            plans.pop()
    if not plans or not _readable(plans[-1], setting):
        return []
    plan = plans[-1]
    times = [one for one in shared if (one.kind, one.session) == (PLAN_WHEN, plan.session) and _readable(one, setting)]
    if times:
        return [setting.say("plan_ahead_when", plan=plain(plan), when=plain(times[-1]))]
    return [setting.say("plan_ahead", plan=plain(plan))]


def _readable(entry: CheckIn, setting: Setting) -> bool:
    """Whether it was heard well, is short, and holds no word of a hard hour."""
    well = entry.confidence >= UNSURE and bool(short([entry]))
    return well and setting.common.delicate.isdisjoint(folded(entry.text))
