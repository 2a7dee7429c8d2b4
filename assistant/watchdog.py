"""Notices from outside when the loop does not go on: a decoder or a disk that hangs makes nobody deaf in silence."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from assistant.inbox import Inbox

EVERY = 1.0
"""Seconds between two looks."""

STUCK = 10.0
"""Seconds in which nothing was taken from a full inbox: the slowest step of the loop takes less than one."""

HOPELESS = 120.0
"""Seconds after which it will not go on by itself any more."""

BEHIND = 125
"""Items that wait when the computer is too slow: eight seconds of sound."""

REMIND_EVERY = 60.0
"""Seconds between two complaints about a slow computer."""

HANGS = "I can't hear you: Hearth hangs. It is waited for."
GOES_ON = "Hearth goes on."
TOO_SLOW = "I hear you late: this computer is too slow, or too busy."
GIVES_UP = "Hearth hangs and ends here; what was saved is kept. Start it again."


@dataclass(frozen=True, slots=True)
class Limits:
    """When what is noticed."""

    every: float = EVERY
    """Seconds between two looks."""
    stuck: float = STUCK
    """Seconds without a step."""
    hopeless: float = HOPELESS
    """Seconds until the end."""


class Watchdog:
    """A thread beside the loop."""

    def __init__(
        self, inbox: Inbox, tell: Callable[[str], None], give_up: Callable[[], None], limits: Limits | None = None
    ) -> None:
        """`tell` is called with a sentence for people and must not need the loop; `give_up` ends the process."""
        self._inbox = inbox
        self._tell = tell
        self._give_up = give_up
        self._limits = limits or Limits()
        self._over = threading.Event()
        self._taken = -1
        self._since = self._complained = 0.0
        self._told = False
        self._thread = threading.Thread(target=self._watch, name="hearth-watchdog", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        asked = time.monotonic()
        while not self._over.wait(self._limits.every):
            now = time.monotonic()
            if now - asked > self._limits.every + self._limits.stuck / 2:
                self._taken = -1  # this process was stopped (Ctrl-Z), not the loop alone
            asked = now
            self._look(now)

    def _look(self, now: float) -> None:
        taken, waiting = self._inbox.taken, self._inbox.waiting
        if taken != self._taken or not waiting:
            self._taken, self._since = taken, now
            if self._told:
                self._told = False
                self._tell(GOES_ON)
            if waiting > BEHIND and now - self._complained > REMIND_EVERY:
                self._complained = now
                self._tell(TOO_SLOW)
        elif now - self._since > self._limits.hopeless:
            self._tell(GIVES_UP)
            self._give_up()
        elif now - self._since > self._limits.stuck and not self._told:
            self._told = True
            self._tell(HANGS)
