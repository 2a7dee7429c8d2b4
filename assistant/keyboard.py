"""Typed lines, and the time that passes while nobody types."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TextIO

from assistant.inbox import Item, Line
from audio.types import BYTES_PER_SAMPLE, EAR_RATE, AudioChunk

TICK = 0.25
"""Seconds between two stretches of silence that stand for the passing time."""


def read_lines(lines: TextIO, put: Callable[[Item | None], None]) -> None:
    """Put every line on the queue from a thread of its own, and None at the end."""

    def deliver() -> None:
        for line in lines:
            put(Line(line.strip()))
        put(None)

    threading.Thread(target=deliver, name="keyboard", daemon=True).start()


def pass_time(put: Callable[[Item | None], None], stop: threading.Event) -> None:
    """Put silence on the queue in real time, so that timers run while lines are typed."""
    silence = AudioChunk(bytes(round(TICK * EAR_RATE) * BYTES_PER_SAMPLE))

    def deliver() -> None:
        while not stop.wait(TICK):
            put(silence)

    threading.Thread(target=deliver, name="time", daemon=True).start()
