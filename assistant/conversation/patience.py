"""How long a question waits, and what is listened for meanwhile. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assistant.conversation.setting import Setting
from assistant.earcon import Earcon
from assistant.events import Action, Chime, Listen, Say, Wait
from assistant.modes import Mode, Patience
from prompts.types import Expects, Step

FIRST_QUIET = 15.0
"""Seconds of quiet after a question before the gentle nudge (practices: 12 to 15)."""

SECOND_QUIET = 20.0
"""Seconds of quiet after the nudge before the session moves on."""

BREAK = 20 * 60.0
"""Seconds of a time-out (practices: a break of 20 minutes)."""

LONG_PAUSE = 30 * 60.0
"""Seconds of quiet after which a pause was the end: whatever else waits, such as a reminder, has its turn."""

WHILE_PAUSED = frozenset({"go_on", "stop", "help", "contacts", "time_left"})
"""Control sentences that count during a pause."""


def listening(step: Step, nudged: bool, *, anew: bool = True) -> list[Action]:
    """Listen for what the step awaits; after the nudge a little longer. A time that runs goes on unless `anew`."""
    quiet = SECOND_QUIET if nudged else FIRST_QUIET
    match step.expects:
        case Expects.TIME:
            return [Wait(step.seconds, goes_on=not anew)]
        case Expects.WORDS:
            return [Chime(Earcon.LISTENING), Listen(Mode.ANSWERS, Patience.ANSWER, quiet, step.seconds)]
        case Expects.RATING | Expects.CHOICE | Expects.DAY:
            return [Listen(Mode.COMMANDS, Patience.COMMAND, quiet)]
        case _:
            return [Listen(Mode.REPLIES, Patience.COMMAND, quiet)]


def pausing(resting: bool) -> Action:
    """Listen for whoever goes on; a break that runs is not begun again."""
    return Wait(BREAK, goes_on=True) if resting else Listen(Mode.CONTROLS, quiet_after=LONG_PAUSE)


def break_begins(setting: Setting, now: datetime) -> Say:
    """How long the break is, and when it is over on the wall's clock, which may be set meanwhile."""
    back = (now.astimezone(UTC) + timedelta(seconds=BREAK)).astimezone(now.tzinfo)
    return setting.say("time_out", minutes=round(BREAK / 60), when=setting.clock(back))


def time_left(minutes: float, setting: Setting) -> Say:
    """How long the session still takes, about."""
    return setting.say("minutes_left", minutes=round(minutes)) if minutes >= 1 else setting.say("less_than_a_minute")
