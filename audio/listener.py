"""What is done with the sound of one utterance: phrases, free words after them, and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from audio.phrase_book import PhraseBook, spliced, with_free_words
from audio.recognizer import Dictation, Recognizer
from audio.types import BYTES_PER_SAMPLE, EAR_RATE, Transcript

PHRASE_LONGEST = 12.0
"""Seconds after which the phrase must be known: decoding with a loop over unknown speech costs more and more."""
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

    Dictation starts in the middle of the utterance, as soon as its beginning looks like a phrase with free words: it
    is given all sound so far and then keeps up, so that nothing is left to decode at the end. A recogniser that
    mixes phrases is asked for several guesses and finds no place where free words begin: beside it, dictation always
    runs if there are such phrases.
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
        self._mixes = guesses > 1
        self._begin()

    def _begin(self) -> None:
        self._seconds = 0.0
        self._next_look = LOOK
        self._heard = bytearray()
        self._dictating = self._answers or (self._mixes and bool(self._book.prefixes))
        self._settled = False
        self._hit: Transcript | None = None

    @property
    def free(self) -> bool:
        """Whether free words follow a phrase in the utterance so far."""
        return self._dictating and not self._answers and not self._mixes

    def feed(self, pcm: bytes, pause: bool) -> None:
        """Both recognisers follow the speech as it comes."""
        self._seconds += len(pcm) / (EAR_RATE * BYTES_PER_SAMPLE)
        if not self._settled:
            self._recognizer.feed(pcm)
            self._look()
        if self._dictating:
            self._dictation().feed(pcm, pause)
        elif self._book.prefixes and not self._settled:
            self._heard += pcm
        if not self._settled and self._seconds > PHRASE_LONGEST:
            self._settle(too_long=True)

    def finish(self) -> tuple[Transcript | None, Transcript | None]:
        """The phrase and the answer, either of which may be None."""
        if not self._settled:
            self._settle()
        dictated = self._dictation().finish() if self._dictating else None
        phrase, answer = self._phrase(dictated), dictated if self._answers else None
        self._begin()
        return phrase, answer

    def _phrase(self, dictated: Transcript | None) -> Transcript | None:
        """The hit, with the free words that it has room for."""
        hit = self._hit
        if hit is None:
            return with_free_words(self._book, dictated) if dictated and self._mixes else None
        prefix = self._book.free_prefix(hit)
        if prefix is None:
            return hit
        return spliced(hit.words[: len(prefix)], dictated) if dictated else None

    def _look(self) -> None:
        """Whether free words begin; asked seldom, since the best path so far has to be traced for it."""
        if self._book.prefixes and not self._dictating and self._seconds >= self._next_look:
            self._next_look = self._seconds + LOOK
            if self._book.prefix_of(self._recognizer.partial()):
                self._dictate()

    def _settle(self, too_long: bool = False) -> None:
        """Decide which phrase it is; what is too long can only be one with free words."""
        found = self._recognizer.finish()[: self._guesses]
        self._hit = next((t for t in found if t.text in self._book.whole or self._book.free_prefix(t)), None)
        self._settled = True
        if self._hit and self._book.free_prefix(self._hit):
            if not self._dictating:
                self._dictate()
        elif too_long:
            self._hit = None
        self._heard.clear()

    def _dictate(self) -> None:
        self._dictating = True
        self._dictation().feed(bytes(self._heard))
        self._heard.clear()


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
        whole = dictated if dictated.text in self._book.whole else None
        return whole or with_free_words(self._book, dictated), dictated if self._answers else None
