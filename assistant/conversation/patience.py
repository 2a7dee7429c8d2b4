"""How long a question waits, and what is listened for meanwhile. Pure."""

from __future__ import annotations

from assistant.events import Action, Chime, Earcon, Listen, Mode, Patience, Wait
from prompts.types import Expects, Step

FIRST_QUIET = 15.0
"""Seconds of quiet after a question before the gentle nudge (practices: 12 to 15)."""

SECOND_QUIET = 20.0
"""Seconds of quiet after the nudge before the session moves on."""


def listening(step: Step, nudged: bool) -> list[Action]:
    """Listen for what the step awaits; after the nudge a little longer."""
    quiet = SECOND_QUIET if nudged else FIRST_QUIET
    match step.expects:
        case Expects.TIME:
            return [Wait(step.seconds)]
        case Expects.WORDS:
            return [Chime(Earcon.LISTENING), Listen(Mode.ANSWERS, Patience.ANSWER, quiet, step.seconds)]
        case Expects.RATING | Expects.CHOICE:
            return [Listen(Mode.COMMANDS, Patience.COMMAND, quiet)]
        case _:
            return [Listen(Mode.CONTROLS, Patience.COMMAND, quiet)]
