"""What is said when something was asked of the journal, and what is left to be told. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.events import Say
from assistant.journal.records import CheckIn
from assistant.periods import PERIODS
from assistant.quotes import quote

if TYPE_CHECKING:
    from assistant.conversation.setting import Setting

PAGE = 3
"""Quotes told at once; "more" tells the next ones."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What to say now, and what is left to tell."""

    spoken: tuple[Say, ...]
    """In this order."""
    told: tuple[CheckIn, ...] = ()
    """The entries quoted in it, in the same order; "who said that" means the last one."""
    rest: tuple[CheckIn, ...] = ()
    """The entries that "more" tells."""


def paged(before: tuple[Say, ...], entries: Sequence[CheckIn], setting: Setting) -> Telling:
    """A first page of quotes behind other sentences."""
    told, rest = tuple(entries[:PAGE]), tuple(entries[PAGE:])
    spoken = [*before, *(quote(entry, setting) for entry in told)]
    if rest:
        spoken.append(setting.say("want_more"))
    return Telling(tuple(spoken), told, rest)


def more(telling: Telling, setting: Setting) -> Telling:
    """The next page."""
    if not telling.rest:
        return Telling((setting.say("no_more"),), telling.told)
    return paged((), telling.rest, setting)


def who_said(telling: Telling, setting: Setting) -> Say:
    """Who said the last words that were quoted."""
    if not telling.told:
        return setting.say("nothing_said_yet")
    speaker = telling.told[-1].speaker
    return setting.say("said_by", speaker=speaker) if speaker else setting.say("who_unknown")


def unclear(entries: Sequence[CheckIn], setting: Setting) -> tuple[Say, ...]:
    """How many were not heard well enough to be read out."""
    return (setting.say("recall_unclear", count=len(entries)),) if entries else ()


def nothing(period: str, setting: Setting) -> Telling:
    """Kind words for a time of which nothing is written down."""
    return Telling((setting.say("nothing_yet", period=named(period, setting)),))


def named(period: str, setting: Setting) -> str:
    """How a period is spoken; typed dates stand for themselves."""
    return setting.lines.name("period", period) if period in PERIODS else period
