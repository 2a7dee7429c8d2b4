"""Speaks actions: text to sentences, sentences to sound, sound to the player; knows when all of it has been heard."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from assistant.events import Earcon
from audio.errors import VoiceError
from audio.types import Clip, Player, Voice


class Mouth:
    """Queues speech and earcons on one player, sentence by sentence."""

    def __init__(
        self,
        voice: Voice,
        player: Player,
        split: Callable[[str], list[str]],
        earcon: Callable[[str], Clip],
        played: Callable[[int], None],
        trouble: Callable[[str], None],
    ) -> None:
        self._voice = voice
        self._player = player
        self._split = split
        self._earcon = earcon
        self._played = played
        self._trouble = trouble
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
            try:
                clip = self._voice.render(sentence)
            except VoiceError as error:
                self._trouble(error.message)
                return
            self._play(clip)
            self._saying.append(sentence)

    def chime(self, earcon: Earcon) -> None:
        """Sound an earcon after what is queued already."""
        self._play(self._earcon(earcon.value))

    def hush(self) -> None:
        """Be silent at once; completions of what was cut off are ignored."""
        self._player.stop()
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

    def _play(self, clip: Clip) -> None:
        """Nothing to hear is heard at once: a typed conversation is never busy speaking."""
        if not clip.pcm:
            return
        if not self.busy:
            self._saying.clear()
        token = self._last = next(self._tokens)
        self._player.play(clip, lambda: self._played(token))


def _bare(text: str) -> str:
    kept = (letter if letter.isalnum() or letter in "' " else " " for letter in text.lower())
    return " ".join("".join(kept).split())
