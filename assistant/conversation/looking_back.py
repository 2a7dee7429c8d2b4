"""What a sentence asks of the journal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assistant.conversation.setting import Setting
from assistant.events import Recall
from assistant.journal.records import Query
from assistant.periods import EVER, PERIODS, find_span, is_long

ANNIVERSARY = "year_ago"
"""The period of the memory that belongs to looking back on a month or a year."""


def asked_for(name: str, slots: Mapping[str, str], setting: Setting, now: datetime) -> Recall:
    """What `recall` or `summary` (`name`) with these slots asks for: of what time, by whom, of what, about what."""
    theme, said_when = split(slots.get("words", ""), setting)
    ritual, practice = slots.get("ritual", ""), slots.get("practice", "")
    narrow = bool(ritual or practice)
    period = slots.get("period") or said_when or ("this_week" if name == "summary" and not narrow else EVER)
    query = _within(period, setting, now, speaker=slots.get("partner", ""), ritual=ritual, practice=practice)
    wants_memory = name == "summary" and is_long(period) and not narrow
    memory = _within(ANNIVERSARY, setting, now) if wants_memory else None
    return Recall(query, period, slots.get("topic", name), theme=theme, memory=memory)


def split(words: str, setting: Setting) -> tuple[str, str]:
    """What comes before a period at the end of free words, and that period's id; empty without one."""
    for period in PERIODS:
        spoken = setting.lines.name("period", period)
        if words.casefold().endswith(f" {spoken.casefold()}"):
            return words[: -len(spoken)].strip(), period
    return words, ""


def _within(
    period: str, setting: Setting, now: datetime, *, speaker: str = "", ritual: str = "", practice: str = ""
) -> Query:
    span = find_span(period, now, setting.first_weekday)
    return Query(since=span.since, until=span.until, speaker=speaker, ritual=ritual, practice=practice)
