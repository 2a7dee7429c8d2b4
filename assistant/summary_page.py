"""A summary as lines for the terminal. Pure; every word comes from the lines of the language or from the people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from assistant.journal.records import CheckIn
from assistant.overview import THEMES, counted, themes
from assistant.periods import Span
from assistant.quotes import POSITIVE, by_clarity, quotable, uninvited
from assistant.telling import named

if TYPE_CHECKING:
    from assistant.conversation.setting import Setting


def page(entries: Sequence[CheckIn], span: Span, setting: Setting) -> list[str]:
    """The period and its days, the counts and themes as they would be spoken, then every quote under its day."""
    shared = quotable(entries, POSITIVE)
    clear, _ = by_clarity(shared)
    lines = [_heading(span, setting), ""]
    lines += [say.text for say in counted(entries, span.period, setting)]
    lines += [say.text for say in themes(uninvited(entries, setting.common.delicate), THEMES, setting)]
    for day, quoted in groupby(clear, key=lambda entry: _day(entry, span)):
        lines += ["", day.isoformat(), *(_quote(entry) for entry in quoted)]
    return lines


def _heading(span: Span, setting: Setting) -> str:
    name = named(span.period, setting)
    title = name[:1].upper() + name[1:]
    if span.days is None:
        return title
    first, last = span.days
    days = f"{first}" if first == last else f"{first} – {last}"
    return title if title == days else f"{title}  {days}"


def _day(entry: CheckIn, span: Span) -> date:
    """The day on the household's wall, wherever the entry's own offset comes from."""
    zone = span.since.tzinfo if span.since else entry.time.tzinfo
    return entry.time.astimezone(zone).date()


def _quote(entry: CheckIn) -> str:
    about = f" → {entry.about}" if entry.about else ""
    who = f"{entry.speaker}{about}: " if entry.speaker else ""
    return f"  {who}“{' '.join(entry.text.split())}”"
