"""Reminders on the desktop, beside what any screen shows."""

from __future__ import annotations

from collections.abc import Callable

from assistant.earcon import Earcon
from assistant.events import Action, Chime, Event, Say
from assistant.screen import Screen
from audio.types import Heard, Onset

REMINDER = "reminder_"
"""How the lines begin that tell a reminder."""

LATE = "reminder_late"
"""The line that comes before one that is late."""


class Notifying:
    """A screen, and a notification for every reminder when it is told.

    What is told with the earcon of a reminder is fit for both to hear; what follows when somebody asks for the content
    of their own is not, and comes without it.
    """

    def __init__(self, screen: Screen, notify: Callable[[str], object]) -> None:
        self._screen = screen
        self._notify = notify
        self._rung = False

    def voice_started(self, onset: Onset) -> None:
        """As the screen."""
        self._screen.voice_started(onset)

    def heard(self, heard: Heard) -> None:
        """As the screen."""
        self._screen.heard(heard)

    def event(self, event: Event) -> None:
        """As the screen."""
        self._screen.event(event)

    def action(self, action: Action) -> None:
        """As the screen; and what is told of a reminder that is due."""
        self._screen.action(action)
        match action:
            case Chime(earcon=earcon):
                self._rung = earcon is Earcon.TIME
            case Say(line=line, text=text) if line != LATE:
                if self._rung and line.startswith(REMINDER):
                    self._notify(text)
                self._rung = False
            case _:
                pass

    def trouble(self, message: str) -> None:
        """As the screen."""
        self._screen.trouble(message)
