"""What a summary counts of practices that it does not quote. Pure.

Each practice is told as far as it allows: plans and kindnesses as numbers, presence in minutes, listening as a count
only, and of what was difficult nothing but the day on which the two want to look at it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.events import Say
from assistant.journal.records import KEPT, PLAN, PLAN_KEPT, CheckIn
from assistant.weekdays import Weekday

if TYPE_CHECKING:
    from assistant.conversation.setting import Setting

HOURS = "hours"
"""Kind of the entry that says for how many hours the two were together; its text is a number."""

KINDNESS = "kindness"
"""Kind of the entry that counts a surprise that is done; nobody learns whose it was."""

REVIEW = "review"
"""Kind of the entry that says on which day the two look at a trial again; its text is the id of a weekday."""

PLANNED = frozenset({"quality_time", "household"})
"""Practices whose plans are counted."""

STILL_TO_COME = frozenset({"today", "this_week"})
"""Periods in which the day of a review may lie ahead; later its weekday would mean another one."""


def tallied(entries: Sequence[CheckIn], period: str, setting: Setting) -> list[Say]:
    """The counts of these entries that are not zero, one sentence each."""
    shared = [entry for entry in entries if not entry.private]
    planned = [entry for entry in shared if entry.practice in PLANNED]
    said = [*_counted(planned, PLAN, "plans_made", setting), *_counted(planned, PLAN_KEPT, "plans_kept", setting)]
    if hours := sum(_number(entry.text) for entry in planned if entry.kind == HOURS):
        said.append(setting.say("hours_together", count=hours))
    if minutes := round(sum(entry.seconds for entry in shared if entry.practice == "presence") / 60):
        said.append(setting.say("minutes_present", minutes=minutes))
    said += _counted([entry for entry in shared if entry.practice == "generosity"], KINDNESS, "kindnesses", setting)
    if listened := sum(entry.kind == KEPT and entry.practice == "listening" for entry in shared):
        said.append(setting.say("listened", count=listened))
    days = [entry.text for entry in shared if (entry.practice, entry.kind) == ("issues", REVIEW)]
    if days and days[-1] in tuple(Weekday) and period in STILL_TO_COME:
        said.append(setting.say("review_planned", when=setting.lines.name("day", days[-1])))
    return said


def _counted(entries: Sequence[CheckIn], kind: str, line: str, setting: Setting) -> list[Say]:
    count = sum(entry.kind == kind for entry in entries)
    return [setting.say(line, count=count)] if count else []


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
