"""The one queue that everything is put on, and the clock that counts what came out of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

from assistant.events import Asked, Due, Muted
from audio.types import AudioChunk, Source


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was typed."""

    text: str
    """Without the line end."""


@dataclass(frozen=True, slots=True)
class Played:
    """A clip has been heard to its end (Wyoming: played)."""

    token: int
    """Which; a completion of a clip that was cut off is ignored."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A device or the voice does not work as it should, or works again."""

    message: str
    """One sentence for a person, to be read."""
    spoken: str = ""
    """What to say aloud about it, to people who look at no screen; empty for nothing."""


@dataclass(frozen=True, slots=True)
class InputOver:
    """No more input will come: Ctrl-C, a closed terminal, the end of a file."""

    at_once: bool = False
    """Whether somebody waits for the end, as after Ctrl-C: what is being spoken is cut short."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that the thread of the loop does between two events, such as what a signal asked for."""

    do: Callable[[], None]
    """Does it."""


Item = AudioChunk | Line | Asked | Muted | Errand | Played | Trouble | Due | InputOver


class Inbox:
    """Items in the order of their arrival."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Item] = SimpleQueue()
        self._first: deque[Item] = deque()
        self._source: Source | None = None
        self.taken = 0
        """How many items were taken so far."""

    @property
    def waiting(self) -> int:
        """How many items wait, about."""
        return self._queue.qsize()

    def follow(self, source: Source) -> None:
        """A source that is not live is read when nothing else waits; a live one puts, from now on."""
        if source.live:
            source.start(self.put)
        else:
            self._source = source

    def put(self, item: Item | None) -> None:
        """From any thread, and from signal handlers; None is the end of a live source."""
        self._queue.put(InputOver() if item is None else item)

    def put_first(self, item: Item) -> None:
        """From the thread that gets, alone: it comes before all that waits."""
        self._first.append(item)

    def get(self, speaking: bool) -> Item:
        """The next item; waits for it. While the assistant is `speaking`, a source that is not live waits politely."""
        item = self._next(speaking)
        self.taken += 1
        return item

    def _next(self, speaking: bool) -> Item:
        if self._first:
            return self._first.popleft()
        if self._source is None or speaking:
            return self._queue.get()
        try:
            return self._queue.get_nowait()
        except Empty:
            return self._source.read() or InputOver()


class AudioClock:
    """Tells the time of what is being heard.

    With a live source it is the time of day. With files it is the time at which the replay began plus the seconds of
    sound heard and spoken since, so that a whole evening can be replayed in a second.
    """

    def __init__(self, now: Callable[[], datetime], live: bool) -> None:
        self._now = now
        self._live = live
        self._began = now()
        self._passed = 0.0

    def now(self) -> datetime:
        """The current time, with its zone."""
        return self._now() if self._live else self._began + timedelta(seconds=self._passed)

    def advance(self, seconds: float) -> None:
        """So much sound went by."""
        self._passed += seconds
