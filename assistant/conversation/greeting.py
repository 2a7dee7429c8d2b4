"""The first words of a conversation. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.conversation.setting import Setting
from assistant.events import Say

LONG_GAP = timedelta(days=6)
"""After so long without a word the greeting is glad (practices: Summaries)."""


def greeting(setting: Setting, seen: datetime | None, now: datetime) -> Say:
    """A first hello, a usual one, or a glad one after a gap; how long the gap was is never said."""
    first, second = setting.partners
    if seen is None:
        return setting.say("welcome_new")
    if now - seen > LONG_GAP:
        return setting.say("good_to_hear")
    line = "welcome_back" if seen.date() == now.date() else "welcome"
    return setting.say(line, first=first, second=second)
