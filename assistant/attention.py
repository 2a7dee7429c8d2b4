"""When to listen, for what, and how long it has been quiet: counted in audio seconds, never by a clock. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.events import Elapsed, Listen, Quiet, Wait
from assistant.modes import Mode

WINDOW = 12.0
"""Seconds after the assistant's last words for which people still speak to it."""


@dataclass(frozen=True, slots=True)
class Circumstance:
    """How things stood when an utterance began."""

    mode: Mode
    """What was listened for."""
    speaking: bool
    """Whether the assistant was speaking itself."""
    addressed: bool = True
    """Whether it is said to the assistant as a matter of course: that had just spoken, asked, or led something."""
    outlasted: float = 0.0
    """Audio seconds for which the utterance, with the silence that ended it, went on after the assistant had ended."""


class Attention:
    """Follows one conversation's listening.

    While the assistant speaks only control sentences count. Once playback has drained, what arrives during the tail
    is ignored, then the listening that was asked for begins and its quiet is counted. Speech stops the counting.
    Where nothing goes on, people count as speaking to it for the `window` after its last words.
    """

    def __init__(self, tail: Callable[[bool], float], *, window: float = WINDOW, counts_quiet: bool = True) -> None:
        """`tail` tells how many seconds the echo of the assistant's own speech lasts, given whether something that may
        be it is heard as the speech ends; `window` is in seconds.

        `counts_quiet`: whether people can be hurried, which typing people cannot.
        """
        self._tail = tail
        self._window = window
        self._since = 0.0
        self._counts_quiet = counts_quiet
        self._wanted: Listen | Wait = Listen(Mode.COMMANDS)
        self._speaking = False
        self._deaf = 0.0
        self._passed = 0.0
        self._whole = 0.0
        self._told = False
        self._rung = False
        self._utterance: Circumstance | None = None
        self._outlasted = 0.0
        self._tuned: Listen | None = None

    @property
    def now(self) -> Listen:
        """What the ear is to listen for at this moment."""
        if self._speaking or isinstance(self._wanted, Wait):
            return Listen(Mode.CONTROLS)
        return self._wanted

    def retune(self) -> Listen | None:
        """What the ear is to listen for from now on, if that has changed since it was last told."""
        if self.now == self._tuned:
            return None
        self._tuned = self.now
        return self._tuned

    @property
    def speaking(self) -> bool:
        """Whether the assistant is being heard itself."""
        return self._speaking

    @property
    def occupied(self) -> bool:
        """Whether somebody is speaking right now, or the assistant is."""
        return self._speaking or self._utterance is not None

    @property
    def deaf(self) -> bool:
        """Whether sound is to be ignored: the tail after the assistant's own speech, unless someone is speaking."""
        return self._deaf > 0.0 and self._utterance is None

    @property
    def echoing(self) -> bool:
        """Whether the assistant's own speech may still be heard after it has ended."""
        return self._deaf > 0.0

    @property
    def left(self) -> float | None:
        """Seconds until the time of a `Wait` or `Listen` is over; None where there is none, or it is over."""
        limit = self._wanted.seconds if isinstance(self._wanted, Wait) else self._wanted.time
        return max(0.0, limit - self._whole) if limit and not self._rung else None

    @property
    def addressed(self) -> bool:
        """Whether what is said now is said to the assistant as a matter of course."""
        wanted = self._wanted
        idle = isinstance(wanted, Listen) and wanted.mode is Mode.COMMANDS and not (wanted.quiet_after or wanted.time)
        return self._speaking or not idle or self._since <= self._window

    def hurry(self, counts_quiet: bool) -> None:
        """From now on, people can be hurried or cannot, as while the microphone is muted."""
        self._counts_quiet = counts_quiet

    @property
    def _counts_quiet_now(self) -> bool:
        return self._counts_quiet and self._utterance is None

    def want(self, action: Listen | Wait) -> None:
        """Listen, or let time pass, once everything has been spoken."""
        if isinstance(action, Wait) and action.goes_on and isinstance(self._wanted, Wait):
            return
        self._wanted = action
        self._passed = self._whole = 0.0
        self._told = self._rung = False

    def speak(self) -> None:
        """Playback begins; people can be heard over it, even if it begins within the tail of the speech before."""
        self._speaking, self._deaf = True, 0.0

    def drained(self) -> None:
        """Playback is over: the last sample has left."""
        if self._speaking:
            self._speaking, self._passed, self._since = False, 0.0, 0.0
            self._deaf = self._tail(self._utterance is not None and self._utterance.speaking)

    def onset(self) -> None:
        """Somebody began to speak, or so it seems."""
        self._utterance = Circumstance(self.now.mode, self._speaking, self.addressed)
        self._outlasted = 0.0

    def heard(self) -> Circumstance:
        """Somebody finished speaking; returns how things stood when they began."""
        began, self._utterance = self._utterance, None
        self._passed = 0.0
        return replace(began, outlasted=self._outlasted) if began else Circumstance(self.now.mode, self._speaking)

    def advance(self, seconds: float) -> Quiet | Elapsed | None:
        """Sound of this length has arrived; what became due with it, each thing once."""
        if self._speaking:
            return None
        self._outlasted += seconds
        self._since += seconds
        if self._deaf > 0.0:
            self._deaf -= seconds
            return None
        self._passed += seconds
        self._whole += seconds
        return self._elapsed() or self._quiet()

    def _elapsed(self) -> Elapsed | None:
        limit = self._wanted.seconds if isinstance(self._wanted, Wait) else self._wanted.time
        if self._rung or not limit or self._whole < limit:
            return None
        self._rung = True
        return Elapsed()

    def _quiet(self) -> Quiet | None:
        limit = 0.0 if isinstance(self._wanted, Wait) else self._wanted.quiet_after
        if self._told or not limit or self._passed < limit or not self._counts_quiet_now:
            return None
        self._told = True
        return Quiet(self._passed)
