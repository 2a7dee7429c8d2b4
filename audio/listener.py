"""What is done with the sound of one utterance: phrases, free words after them, and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from audio.phrase_book import PhraseBook, spliced
from audio.recognizer import Dictation, Recognizer
from audio.types import BYTES_PER_SAMPLE, EAR_RATE, Transcript

PHRASE_LONGEST = 30.0
"""Seconds after which an utterance can no longer be a phrase."""
LOOK = 0.4
"""Seconds from one look for the beginning of free words to the next."""


class Listener(Protocol):
    """Takes the sound of one utterance after the other."""

    @property
    def free(self) -> bool:
        """Whether free words follow a phrase in the utterance so far."""
        ...

    def feed(self, pcm: bytes, pause: bool) -> None:
        """The next stretch of the utterance; `pause` says that it ends in silence."""
        ...

    def finish(self) -> tuple[Transcript | None, Transcript | None]:
        """The utterance is over: the whole phrase that it was, and what it was as dictation."""
        ...


class GraphListener:
    """Listens with a recogniser that knows only the phrases, and with dictation where free words are due.

    Dictation starts in the middle of the utterance, as soon as its beginning looks like a phrase with free words:
    it is given all sound so far and then keeps up, so that nothing is left to decode at the end.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        book: PhraseBook,
        dictation: Callable[[], Dictation],
        *,
        answers: bool,
        guesses: int,
    ) -> None:
        self._recognizer = recognizer
        self._book = book
        self._dictation = dictation
        self._answers = answers
        self._guesses = guesses
        self._begin()

    def _begin(self) -> None:
        self._seconds = 0.0
        self._next_look = LOOK
        self._heard = bytearray()
        self._dictating = self._answers
        self._lost = False

    @property
    def free(self) -> bool:
        """Whether free words follow a phrase in the utterance so far."""
        return self._dictating and not self._answers

    def feed(self, pcm: bytes, pause: bool) -> None:
        """Both recognisers follow the speech as it comes."""
        self._seconds += len(pcm) / (EAR_RATE * BYTES_PER_SAMPLE)
        if not self._lost:
            self._recognizer.feed(pcm)
            if self._answers and self._seconds > PHRASE_LONGEST:
                self._lose()
        if self._dictating:
            self._dictation().feed(pcm, pause)
        elif self._book.prefixes:
            self._heard += pcm
            self._look()

    def finish(self) -> tuple[Transcript | None, Transcript | None]:
        """The phrase and the answer, either of which may be None."""
        found = () if self._lost else self._recognizer.finish()[: self._guesses]
        hit = next((t for t in found if t.text in self._book.whole or self._book.free_prefix(t)), None)
        prefix = self._book.free_prefix(hit) if hit else None
        if prefix and not self._dictating:
            self._dictate()
        dictated = self._dictation().finish() if self._dictating else None
        answer = dictated if self._answers else None
        self._begin()
        if hit and prefix and dictated:
            return spliced(hit.words[: len(prefix)], dictated), answer
        return hit, answer

    def _look(self) -> None:
        """Whether free words begin; asked seldom, since the best path so far has to be traced for it."""
        if self._seconds >= self._next_look:
            self._next_look = self._seconds + LOOK
            if self._book.prefix_of(self._recognizer.partial()):
                self._dictate()

    def _dictate(self) -> None:
        self._dictating = True
        self._dictation().feed(bytes(self._heard))
        self._heard.clear()

    def _lose(self) -> None:
        """Too long for a phrase: let go of its lattice."""
        self._lost = True
        self._recognizer.finish()


class OpenListener:
    """For models that take no grammar: dictation, and whole phrases found in it."""

    def __init__(self, dictation: Dictation, book: PhraseBook, answers: bool) -> None:
        self._dictation = dictation
        self._book = book
        self._answers = answers

    @property
    def free(self) -> bool:
        """Never known before the end."""
        return False

    def feed(self, pcm: bytes, pause: bool) -> None:
        """Dictation follows the speech as it comes."""
        self._dictation.feed(pcm, pause)

    def finish(self) -> tuple[Transcript | None, Transcript | None]:
        """The phrase, if dictation heard one word for word, and the answer."""
        dictated = self._dictation.finish()
        prefix = self._book.prefix_of(dictated.text.split())
        free = prefix is not None and len(dictated.words) > len(prefix)
        phrase = dictated if free or dictated.text in self._book.whole else None
        return phrase, dictated if self._answers else None
