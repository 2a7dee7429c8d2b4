"""How often something may be done in a span of time."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta


class Allowance:
    """So often in any span, and no more."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._span = span
        self._taken: deque[datetime | None] = deque([None] * most, maxlen=most)

    def take(self, now: datetime) -> bool:
        """Whether it may be done once more now; if so, it counts."""
        if not self._taken:
            return False
        oldest = self._taken[0]
        if oldest is not None and now - oldest < self._span:
            return False
        self._taken.append(now)
        return True
