"""All conversations of the service: by the name that their client gives them, as many as the limits allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from assistant.service.limits import Limits
from assistant.service.talk import Reply, Talk


@dataclass(slots=True)
class Held:
    """A conversation that goes on."""

    talk: Talk
    """It."""
    heard: datetime
    """When something was last said in it."""
    turns: int = 0
    """How often something was said in it."""


class Talks:
    """Used from one thread."""

    def __init__(self, begin: Callable[[], Talk], now: Callable[[], datetime], limits: Limits) -> None:
        """`begin` makes a conversation that has not begun yet."""
        self._begin = begin
        self._now = now
        self._limits = limits
        self._held: dict[str, Held] = {}

    def hear(self, name: str, text: str) -> Reply:
        """The answer to what was said in the conversation of this name, which begins now if there is none."""
        now = self._now()
        self._end_the_stale(now)
        held = self._held.get(name) or self._new(name, now)
        held.heard, held.turns = now, held.turns + 1
        reply = held.talk.hear(text, now)
        if reply.over:
            del self._held[name]
        elif held.turns >= self._limits.turns:
            self.end(name)
        return reply

    def end(self, name: str) -> None:
        """End a conversation, if there is one of this name."""
        held = self._held.pop(name, None)
        if held is not None:
            held.talk.end(self._now())

    def end_all(self) -> None:
        """End every conversation."""
        for name in list(self._held):
            self.end(name)

    def _new(self, name: str, now: datetime) -> Held:
        """When there are too many, the one that slept longest ends; one in the middle of a ritual only if all are."""
        if len(self._held) >= self._limits.conversations:
            self.end(min(self._held, key=lambda other: (self._held[other].talk.leads, self._held[other].heard)))
        held = self._held[name] = Held(self._begin(), now)
        held.talk.begin(now)
        return held

    def _end_the_stale(self, now: datetime) -> None:
        stale = [name for name, held in self._held.items() if (now - held.heard).total_seconds() > self._limits.idle]
        for name in stale:
            self.end(name)
