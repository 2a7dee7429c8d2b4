"""When to listen, for what, and how long it has been quiet: counted in audio seconds, never by a clock. Pure."""

from __future__ import annotations

from assistant.events import Elapsed, Listen, Mode, Quiet, Wait


class Attention:
    """Follows one conversation's listening.

    While the assistant speaks only control sentences count. Once playback has drained, what arrives during the `tail`
    is ignored, then the listening that was asked for begins and its quiet is counted. Speech stops the counting.
    """

    def __init__(self, tail: float) -> None:
        self._tail = tail
        self._wanted: Listen | Wait = Listen(Mode.COMMANDS)
        self._speaking = False
        self._deaf = 0.0
        self._passed = 0.0
        self._told = True
        self._hearing_speech = False

    @property
    def now(self) -> Listen:
        """What the ear is to listen for at this moment."""
        if self._speaking or isinstance(self._wanted, Wait):
            return Listen(Mode.CONTROLS)
        return self._wanted

    @property
    def speaking(self) -> bool:
        """Whether the assistant is being heard itself."""
        return self._speaking

    @property
    def deaf(self) -> bool:
        """Whether sound is to be ignored: the tail after the assistant's own speech."""
        return self._deaf > 0.0

    def want(self, action: Listen | Wait) -> None:
        """Listen, or let time pass, once everything has been spoken."""
        self._wanted, self._passed, self._told = action, 0.0, False

    def speak(self) -> None:
        """Playback begins."""
        self._speaking = True

    def drained(self) -> None:
        """Playback is over: the last sample has left."""
        if self._speaking:
            self._speaking, self._deaf, self._passed = False, self._tail, 0.0

    def onset(self) -> None:
        """Somebody began to speak."""
        self._hearing_speech = True

    def heard(self) -> None:
        """Somebody finished speaking."""
        self._hearing_speech, self._passed = False, 0.0

    def advance(self, seconds: float) -> Quiet | Elapsed | None:
        """Sound of this length has arrived; what became due with it, each thing once."""
        if self._speaking:
            return None
        if self._deaf > 0.0:
            self._deaf -= seconds
            return None
        self._passed += seconds
        return self._due()

    def _due(self) -> Quiet | Elapsed | None:
        if self._told:
            return None
        match self._wanted:
            case Wait(seconds=limit) if self._passed >= limit:
                self._told = True
                return Elapsed()
            case Listen(quiet_after=limit) if limit and self._passed >= limit and not self._hearing_speech:
                self._told = True
                return Quiet(self._passed)
            case _:
                return None
