"""Speaks actions: text to sentences, sentences to sound, sound to the player; knows when all of it has been heard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count

from assistant.earcon import Earcon
from assistant.speaking import Speaking
from audio.types import Clip, Voice


class Mouth:
    """Queues speech and earcons, sentence by sentence."""

    def __init__(
        self,
        voice: Voice,
        speaking: Speaking,
        split: Callable[[str], list[str]],
        earcon: Callable[[str], Clip],
        played: Callable[[int], None],
    ) -> None:
        self._voice = voice
        self._speaking = speaking
        self._split = split
        self._earcon = earcon
        self._played = played
        self._tokens = count(1)
        self._last = 0
        self._done = 0
        self._saying: list[str] = []

    @property
    def busy(self) -> bool:
        """Whether something is still to be heard."""
        return self._done < self._last

    def say(self, text: str) -> None:
        """Speak one or more sentences after what is queued already."""
        for sentence in self._split(text):
            if self._sound(partial(self._voice.render, sentence)):
                self._saying.append(sentence)

    def chime(self, earcon: Earcon) -> None:
        """Sound an earcon after what is queued already."""
        self._sound(partial(self._earcon, earcon.value))

    def cry(self, text: str) -> None:
        """Speak, from any thread, whatever becomes of the conversation; nobody waits for it, and hushing ends it."""
        self._speaking.sound(partial(self._voice.render, text), lambda: None)

    def hush(self) -> None:
        """Be silent at once; completions of what was cut off are ignored."""
        self._speaking.hush()
        self._done = self._last

    def finished(self, token: int) -> bool:
        """The clip with this token has been heard; whether the mouth is now silent."""
        self._done = max(self._done, token)
        return not self.busy

    def is_saying(self, words: str) -> bool:
        """Whether these words occur in what is being or was last spoken, so that an echo can be told from a person.

        An echo is heard to its end only when the speech that it repeats is over.
        """
        spoken = " ".join(_bare(sentence) for sentence in self._saying)
        return f" {_bare(words)} " in f" {spoken} "

    def _sound(self, make: Callable[[], Clip]) -> bool:
        """Nothing to hear is heard at once: a typed conversation is never busy speaking."""
        silent, token = not self.busy, next(self._tokens)
        if not self._speaking.sound(make, lambda: self._played(token)):
            return False
        if silent:
            self._saying.clear()
        self._last = token
        return True


def _bare(text: str) -> str:
    kept = (letter if letter.isalnum() or letter in "' " else " " for letter in text.lower())
    return " ".join("".join(kept).split())
