"""What is told of the journal: entries in, sentences out. Pure.

`quotes` says what may be read out at all, `overview` tells a stretch of time at a glance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.events import Recalled, Say
from assistant.journal.records import KEPT, CheckIn
from assistant.overview import THEMES, overview, themes
from assistant.quotes import POSITIVE, TOPICS, by_clarity, in_turn, quotable, quote, uninvited
from assistant.telling import Telling, named, nothing, paged, unclear
from assistant.themes import about

if TYPE_CHECKING:
    from assistant.conversation.setting import Setting


def tell(recalled: Recalled, setting: Setting) -> Telling:
    """The answer to what was asked: a summary, what is held about each, one memory, or quotes of a topic."""
    recall, entries = recalled.recall, recalled.entries
    match recall.topic:
        case "summary":
            return overview(recalled, setting)
        case "themes":
            return came_back(entries, recall.period, setting)
        case "about":
            return said_about(entries, recall.theme, recall.period, setting)
        case "hold":
            return holdings(entries, (recall.query.speaker,), setting, private=True)
        case "hold_shared":
            return holdings(entries, (recall.query.speaker,) if recall.query.speaker else setting.partners, setting)
        case "something":
            return memory(entries, recall.period, setting)
        case topic:
            return quotes(quotable(entries, TOPICS.get(topic, POSITIVE)), recall.period, setting)


def quotes(shared: Sequence[CheckIn], period: str, setting: Setting) -> Telling:
    """How many there were, and the first page of them in the speakers' own words."""
    if not shared:
        return nothing(period, setting)
    clear, rest = by_clarity(shared)
    intro = setting.say("recall_intro", count=len(shared), period=named(period, setting))
    return paged((intro, *unclear(rest, setting)), in_turn(clear), setting)


def said_about(entries: Sequence[CheckIn], theme: str, period: str, setting: Setting) -> Telling:
    """What was said in which these words stand."""
    shared = about(quotable(entries, POSITIVE), theme, setting.common.little)
    if not shared:
        return Telling((setting.say("nothing_about", period=named(period, setting)),))
    return quotes(shared, period, setting)


def came_back(entries: Sequence[CheckIn], period: str, setting: Setting) -> Telling:
    """The words that came back most."""
    clear = uninvited(entries, setting.common.delicate)
    found = themes(clear, THEMES, setting)
    return Telling(tuple(found or [setting.say("no_theme", period=named(period, setting))]))


def memory(entries: Sequence[CheckIn], period: str, setting: Setting) -> Telling:
    """One quote, chosen by chance."""
    clear, _ = by_clarity(quotable(entries, POSITIVE))
    if not clear:
        return nothing(period, setting)
    chosen = setting.rng.choice(clear)
    return Telling((quote(chosen, setting),), (chosen,))


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
