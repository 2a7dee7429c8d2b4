"""Rings when a reminder is due: a heap, a condition, and a thread that only puts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from heapq import heapify, heappop, heappush

from assistant.events import Due
from assistant.reminders import NEVER_QUIET, QuietHours, Reminder, next_due

LONGEST_WAIT = 20.0
"""Seconds after which the clock is looked at again: a machine that slept, or a clock that was set, says nothing."""

AGAIN = 60.0
"""Seconds after which a reminder that is still due rings again; twice as many each time, up to `SELDOM`."""

SELDOM = 15 * 60.0
"""Seconds between two rings at most: whoever could not be told for so long is not waiting for it."""

SOON = 3.0
"""Seconds after which one that came at a bad moment rings again; twice as many each time, up to `AGAIN`."""


class Alarm:
    """Watches the clock for all reminders. Threads may share it.

    A reminder rings, less and less often, until `watch` says that it was told. What rings is due at that moment,
    whatever the clock did.
    """

    def __init__(
        self, now: Callable[[], datetime], put: Callable[[Due], None], quiet: QuietHours = NEVER_QUIET
    ) -> None:
        """`now` tells the time with its zone; `put` takes what is due, from any thread."""
        self._now = now
        self._put = put
        self._quiet = quiet
        self._reminders: dict[str, Reminder] = {}
        self._heap: list[tuple[float, str]] = []  # one entry for each reminder at most
        self._rings: Counter[str] = Counter()
        self._missed: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="alarm", daemon=True)

    def watch(self, reminders: Iterable[Reminder]) -> None:
        """From now on, these are all of them."""
        with self._changed:
            self._reminders = {reminder.id: reminder for reminder in reminders}
            self._heap = [(at, one.id) for one in self._reminders.values() if (at := self._next(one)) is not None]
            heapify(self._heap)
            self._rings.clear()
            self._missed.clear()
            self._changed.notify()

    def look(self) -> None:
        """Put what is due now; cheap when nothing is."""
        with self._changed:
            now = self._now().timestamp()
            while self._heap and self._heap[0][0] <= now:
                self._ring(heappop(self._heap)[1], now)

    def again(self, due: Due) -> None:
        """It came at a bad moment: it rings again soon."""
        with self._changed:
            identity = due.reminder.id
            if identity in self._reminders:
                wait = _growing(SOON, AGAIN, self._missed[identity])
                self._missed[identity] += 1
                self._rings[identity] -= 1
                self._heap = [entry for entry in self._heap if entry[1] != identity]
                self._heap.append((self._now().timestamp() + wait, identity))
                heapify(self._heap)

    def start(self) -> None:
        """Look by itself whenever something is due."""
        self._thread.start()

    def close(self) -> None:
        """Ring no more."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    def _ring(self, identity: str, now: float) -> None:
        """The clock may have been set since this was reckoned, so it is reckoned again."""
        at = self._next(self._reminders[identity])
        if at is None:
            return
        if at > now:
            heappush(self._heap, (at, identity))
            return
        heappush(self._heap, (now + _growing(AGAIN, SELDOM, self._rings[identity]), identity))
        self._rings[identity] += 1
        self._put(Due(self._reminders[identity]))

    def _next(self, reminder: Reminder) -> float | None:
        due = next_due(reminder, self._now(), self._quiet)
        return None if due is None else due.timestamp()

    def _run(self) -> None:
        while True:
            self.look()
            with self._changed:
                if self._closed:
                    return
                self._changed.wait(self._pause())

    def _pause(self) -> float:
        if not self._heap:
            return LONGEST_WAIT
        return min(max(self._heap[0][0] - self._now().timestamp(), 0.0), LONGEST_WAIT)


def _growing(first: float, most: float, times: int) -> float:
    """Seconds to wait after so many times: twice as long each time, up to `most`."""
    return min(first * 2.0 ** max(0, min(times, 16)), most)
