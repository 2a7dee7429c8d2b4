"""Ctrl-Z and `fg`: a process that is stopped neither listens nor holds the terminal.

The handlers only put an errand on the inbox. The thread of the loop, which is between two events then and holds no
lock, closes the microphone, gives the terminal back, and stops the process as the terminal would have.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

from assistant.inbox import Errand, Item

if TYPE_CHECKING:
    from assistant.standing import Ears

LIMIT = 4.0
"""Seconds to wait for the microphone to be closed; a sound system that hangs does not keep anything from stopping."""

LOOK = 0.01
"""Seconds between two looks at whether it is."""

FRONT = 0.5
"""Seconds between two looks at whether a process in the background is in front again."""


class Held(Protocol):
    """What a running process holds, and a stopped one must not."""

    def leave(self) -> None:
        """Give it back."""
        ...

    def enter(self) -> None:
        """Take it again."""
        ...


class Suspension:
    """Answers to the signals of job control, for as long as the block lasts; nothing where there are none (Windows)."""

    def __init__(
        self,
        ears: Ears | None,
        put: Callable[[Item], None],
        held: Sequence[Held] = (),
        in_front: Callable[[], bool] = lambda: True,
    ) -> None:
        """`held` is taken in this order and given back in the other; only a process that is `in_front` takes it."""
        self._ears = ears
        self._put = put
        self._held = held
        self._in_front = in_front
        self._asked = self._away = self._muted_by_us = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Suspension:
        if sys.platform != "win32":
            for number, handler in ((signal.SIGTSTP, self._asked_to_stop), (signal.SIGCONT, self._continued)):
                self._before[number] = signal.signal(number, handler)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        if not self._asked:
            self._asked = True
            self._put(Errand(self._stop))

    def _continued(self, number: int, frame: FrameType | None) -> None:
        self._put(Errand(self._go_on))

    def _stop(self) -> None:
        """Give everything back and stop; this returns when the process goes on."""
        self._close_ears()
        if not self._away:
            self._away = True
            for held in reversed(self._held):
                held.leave()
        self._stop_as_anything_does()
        self._asked = False
        self._go_on()

    def _stop_as_anything_does(self) -> None:
        """The default answer, which is none for a process that no shell could continue."""
        if sys.platform != "win32":
            ours = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            signal.raise_signal(signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, ours)

    def _go_on(self) -> None:
        """`fg`. After `bg` the terminal is somebody else's: until it is ours again, the microphone stays closed."""
        if not self._in_front():
            self._look_again()
            return
        if self._away:
            self._away = False
            for held in self._held:
                held.enter()
        if self._muted_by_us and self._ears is not None:
            self._muted_by_us = False
            self._ears.mute(False)

    def _look_again(self) -> None:
        """No signal tells that a process in the background has come to the front."""
        later = threading.Timer(FRONT, self._put, (Errand(self._go_on),))
        later.daemon = True
        later.start()

    def _close_ears(self) -> None:
        if self._ears is None:
            return
        if not self._ears.muted:
            self._muted_by_us = True
            self._ears.mute()
        limit = time.monotonic() + LIMIT
        while self._ears.open and time.monotonic() < limit:
            time.sleep(LOOK)
