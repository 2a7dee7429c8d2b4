"""What other programs and the keyboard can ask of Hearth by signals."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from assistant.events import Muted
from assistant.inbox import Errand, Inbox, InputOver, Item
from assistant.standing import Ears


@contextmanager
def interruptible(inbox: Inbox) -> Iterator[threading.Event]:
    """The first Ctrl-C (or SIGTERM) says goodbye after the write in hand; a second one ends at once."""
    happened = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if happened.is_set():
            raise KeyboardInterrupt
        happened.set()
        inbox.put(InputOver(at_once=True))

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield happened
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def toggle(ears: Ears | None, inbox_put: Callable[[Item], None]) -> None:
    """Close the microphone, or open it again; nothing where there is none that can be closed."""
    if ears is not None:
        muted = not ears.muted
        ears.mute(muted)
        inbox_put(Muted(muted))


@contextmanager
def mutable(inbox: Inbox, ears: Ears | None) -> Iterator[None]:
    """Within it SIGUSR1 closes the microphone, and opens it again; there is no such signal on Windows."""
    number = getattr(signal, "SIGUSR1", None)
    if number is None or ears is None:
        yield
        return
    before = signal.signal(number, lambda *_: inbox.put(Errand(lambda: toggle(ears, inbox.put))))
    try:
        yield
    finally:
        signal.signal(number, before)
