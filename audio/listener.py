"""What is done with the sound of one utterance: phrases, free words after them, and answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Protocol

from audio.phrase_book import PhraseBook, agreement, merged, spliced, with_free_words
from audio.recognizer import Dictation, Recognizer
from audio.types import BYTES_PER_SAMPLE, EAR_RATE, Transcript

PHRASE_LONGEST = 12.0
"""Seconds after which the phrase must be known: decoding with a loop over unknown speech costs more and more."""
LOOK = 0.4
"""Seconds from one look for the beginning of free words to the next."""
SHORT = 6.0
"""Seconds up to which what is no phrase is dictated: requests in other words are seldom longer, talk mostly is."""
SURE = 0.8
"""Confidence from which a phrase may end sooner."""
CERTAIN = 0.95
"""The same where dictation has made out no word yet."""
LIKE = 0.5
"""Share of the letters of a phrase's last word of which dictation must have heard more if the phrase is to end sooner.
Of 150 commands with a pause of 0.42 s between two words, 8 ended in it without this, and 1 with it."""
SPOKEN = 0.1
"""Seconds that this word takes at least: one that was made up takes two or three frames, 0.06 to 0.09 s. Of 745
commands by held-out voices, clean and at 1.5 m, one ends in a shorter word."""
BRIEF = 3.0
"""Seconds up to which an answer may be one of the phrases that close it."""
ALIKE = 0.6
"""Share of the letters that dictation must have in common with such a phrase."""
PADDING = round(0.064 * EAR_RATE) * BYTES_PER_SAMPLE
"""Bytes of the silence after the speech that are repeated, so that the network sees what follows the last word. Short:
the breath that ends "stop" can be softer than what is taken for speech, and must not be repeated with the silence."""
REPEATS = 6
"""How often: 0.4 s in all."""


class Listener(Protocol):
    """Takes the sound of one utterance after the other."""

    @property
    def free(self) -> bool:
        """Whether free words follow a phrase in the utterance so far."""
        ...

    def feed(self, pcm: bytes, pause: bool) -> None:
        """The next stretch of the utterance; `pause` says that it ends in silence."""
        ...

    @property
    def awaits_words(self) -> bool:
        """Whether free words have to follow what was heard before this pause."""
        ...

    def complete(self) -> bool:
        """Whether the utterance so far is sure to be a whole phrase, and none that could go on."""
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

    In a pause after what looks like a phrase the sound is decoded to its end, and by dictation for a second opinion, so
    that nothing is left to do at the endpoint. If speech goes on, all of it is decoded again.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        book: PhraseBook,
        dictation: Callable[[], Dictation],
        *,
        answers: bool,
        guesses: int,
        doubts: bool = False,
        closing: Collection[str] = (),
    ) -> None:
        """`doubts`: whether dictation is asked for its opinion of each phrase, and of what is none if it is short.

        `closing`: phrases that are the whole of an answer if it begins with them and pauses.
        """
        self._recognizer = recognizer
        self._book = book
        self._dictation = dictation
        self._answers = answers
        self._guesses = guesses
        self._mixes = guesses > 1
        self._doubts = doubts
        self._closing = closing
        self._begin()

    def _begin(self) -> None:
        self._seconds = 0.0
        self._next_look = LOOK
        self._heard = bytearray()
        self._found: tuple[Transcript, ...] = ()
        self._sure = self._awaits_words = False
        self._opinion: Transcript | None = None
        self._dictating = self._answers or (self._mixes and bool(self._book.prefixes))
        self._settled = False
        self._hit: Transcript | None = None

    @property
    def free(self) -> bool:
        """Whether free words follow a phrase in the utterance so far."""
        return self._dictating and not self._answers and not self._mixes

    @property
    def awaits_words(self) -> bool:
        """Whether free words have to follow what was heard before this pause."""
        return self._awaits_words

    def feed(self, pcm: bytes, pause: bool) -> None:
        """Both recognisers follow the speech as it comes."""
        self._seconds += len(pcm) / (EAR_RATE * BYTES_PER_SAMPLE)
        if not self._settled:
            self._go_on()
            self._recognizer.feed(pcm)
            self._look(pause)
            self._awaits_words = pause and tuple(self._partial()) in self._book.prefixes
        if self._dictating:
            self._dictation().feed(pcm, pause)
        brief = self._closing and self._seconds <= BRIEF
        if not self._settled and (brief or not self._dictating):
            self._heard += pcm
            if pause:
                self._decode_to_the_end()
        if not self._settled and self._seconds > PHRASE_LONGEST:
            self._settle(too_long=True)

    def complete(self) -> bool:
        """Whether what was decoded in the last pause is."""
        return self._sure

    def finish(self) -> tuple[Transcript | None, Transcript | None]:
        """The phrase and the answer, either of which may be None."""
        if not self._settled:
            self._settle()
        dictated = self._dictation().finish() if self._dictating else None
        phrase = self._phrase(dictated)
        answer = dictated if self._answers else None if phrase else self._opinion
        self._begin()
        return phrase, answer

    def _phrase(self, dictated: Transcript | None) -> Transcript | None:
        """The hit, with the free words that it has room for."""
        hit = self._hit
        if hit is None:
            return with_free_words(self._book, dictated) if dictated and self._mixes else None
        prefix = self._book.free_prefix(hit)
        if prefix is None:
            return self._judged(hit, self._opinion) if self._opinion else hit
        words = hit.words[: len(prefix)]
        whole = spliced(words, dictated) if dictated else None
        if whole is None or dictated is None:
            return None
        alike, other = agreement(words, dictated)
        return replace(whole, rivals=hit.rivals, agreement=alike, dictated=other)

    def _judged(self, hit: Transcript, opinion: Transcript) -> Transcript:
        overshoots = self._book.overshoots(hit.text, opinion)
        alike, other = agreement(hit.words, opinion)
        return replace(hit, agreement=alike, dictated=other, overshoots=overshoots)

    def _look(self, pause: bool) -> None:
        """Whether free words begin; asked in a pause, and else seldom, since the best path has to be traced for it."""
        if self._book.prefixes and not self._dictating and (pause or self._seconds >= self._next_look):
            self._next_look = self._seconds + LOOK
            if self._book.prefix_of(self._partial()):
                self._dictate()

    def _partial(self) -> Sequence[str]:
        """The words of the best path so far, without small talk before them."""
        return self._book.led_in(self._recognizer.partial())

    def _settle(self, too_long: bool = False) -> None:
        """Decide which phrase it is; what is too long can only be one with free words."""
        paths = merged(map(self._book.bare, self._found or self._recognizer.finish()))
        found = paths[: self._guesses]
        self._hit = next((t for t in found if t.text in self._book.whole or self._book.free_prefix(t)), None)
        if self._hit and not self._mixes:
            self._hit = replace(self._hit, rivals=paths[1:])
        self._settled = True
        if self._hit and self._book.free_prefix(self._hit):
            if not self._dictating:
                self._dictate()
        elif too_long:
            self._hit = None
        elif not self._opinion and (self._hit or self._seconds <= SHORT):
            self._ask()
        self._heard.clear()

    def _decode_to_the_end(self) -> None:
        """Speech that looks like no phrase so far is only dictated, if it is short.

        With enough silence after it, the best path is known before an end is demanded of it: the two are the same only
        where nothing was made up to complete a phrase.
        """
        if self._mixes:
            return
        if not self._book.begins(" ".join(self._partial())):
            if self._seconds <= SHORT:
                self._ask()
            return
        self._recognizer.feed(bytes(self._heard[-PADDING:]) * REPEATS, at_once=True)
        heard = " ".join(self._recognizer.partial())
        self._found = self._recognizer.finish()
        best = self._book.bare(self._found[0])
        same = self._found[0].text == heard
        alike = self._closing if self._answers else {best.text}
        likely = sum(path.confidence for path in self._found if self._book.bare(path).text in alike)
        whole = self._closes(best.text, likely) if self._answers else self._book.is_complete(best.text)
        if best.text in self._book.whole:
            self._ask()
        self._sure = same and whole and likely >= SURE and self._ends_with(best)
        self._awaits_words |= self._book.prefix_of(best.text.split()) is not None

    def _ends_with(self, phrase: Transcript) -> bool:
        """Whether the last word was long enough to be said, and dictation, if it was asked, heard something like it: in
        a pause before it, both may have completed the phrase."""
        from rapidfuzz.distance import Indel

        if phrase.words[-1].end - phrase.words[-1].start < SPOKEN:
            return False
        last = phrase.words[-1].text
        end = "".join(self._opinion.text.split())[-len(last) :] if self._opinion else last
        return Indel.normalized_similarity(last, end) > LIKE

    def _closes(self, text: str, likely: float) -> bool:
        """Whether this closes an answer, and dictation heard much the same. If it knows no word yet, "calm" could be
        "no comment", and the phrase has to be certain."""
        from rapidfuzz.distance import Indel

        heard = " ".join(self._book.led_in(self._dictation().partial()))
        alike = Indel.normalized_similarity(text, heard) >= ALIKE if heard else likely >= CERTAIN
        return text in self._closing and alike

    def _ask(self) -> None:
        """Let dictation hear the same, so that its opinion is there at the endpoint."""
        if self._doubts and not self._dictating:
            self._dictation().feed(bytes(self._heard))
            self._opinion = self._dictation().finish()

    def _go_on(self) -> None:
        """Speech went on after a pause in which it had been decoded to its end."""
        decoded = bool(self._found)
        self._found, self._sure, self._opinion = (), False, None
        if decoded:
            self._recognizer.feed(bytes(self._heard))

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

    @property
    def awaits_words(self) -> bool:
        """Never known before the end."""
        return False

    def complete(self) -> bool:
        """Never known before the end."""
        return False

    def finish(self) -> tuple[Transcript | None, Transcript | None]:
        """The phrase, if dictation heard one word for word, and the answer."""
        dictated = self._dictation.finish()
        bare = self._book.bare(dictated)
        whole = bare if bare.text in self._book.whole else None
        return whole or with_free_words(self._book, bare), dictated if self._answers else None
