"""What other programs and the keyboard can ask of Hearth by signals."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from assistant.inbox import Inbox, InputOver


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
