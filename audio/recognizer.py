"""Vosk, fed with one utterance at a time. A recogniser belongs to the thread that feeds it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from audio.added_words import Spelling, as_marked
from audio.memory import give_back
from audio.offline_vosk import offline_vosk
from audio.phrase_book import joined, merged
from audio.types import BYTES_PER_SAMPLE, EAR_RATE, Transcript, Word

if TYPE_CHECKING:
    from vosk import Model

STEP = 6_144
"""Bytes (0.19 s) that are decoded at once: less costs more processor time for each second of sound."""
LIFETIME = 60.0
"""Seconds of sound after which a recogniser is replaced: its lazily composed graph only ever grows.

Over 690 s of answers dictation takes 61 MB more at most than before the first, and 0.029 processor seconds a second;
were it replaced after 300 s, 88 MB and 0.027, after 30 s, 55 MB and 0.034."""


class Recognizer:
    """One decoding graph; `feed` an utterance, then `finish` it."""

    def __init__(
        self, model: Model, grammar: str | None = None, alternatives: int = 0, spelling: Spelling = as_marked
    ) -> None:
        self._model = model
        self._spelling = spelling
        self._grammar = grammar
        self._alternatives = alternatives
        self._pending = bytearray()
        self._pieces: list[Transcript] = []
        self._fed = 0.0
        self._offset = 0.0
        self._vosk: Any = None
        self._make()

    def _make(self) -> None:
        """Words have times only if asked for; alternatives make Vosk give whole paths instead of a consensus."""
        self._vosk = None  # its memory is free before as much is taken again
        give_back()
        arguments = (self._model, EAR_RATE) if self._grammar is None else (self._model, EAR_RATE, self._grammar)
        self._vosk = offline_vosk().KaldiRecognizer(*arguments)
        self._vosk.SetWords(True)
        self._vosk.SetMaxAlternatives(self._alternatives)
        self._fed = self._offset = 0.0

    def feed(self, pcm: bytes, at_once: bool = False) -> None:
        """Decode the next stretch, or keep it until there is enough to decode."""
        self._pending += pcm
        whole = len(self._pending) if at_once else len(self._pending) // STEP * STEP
        if whole:
            self._accept(bytes(self._pending[:whole]))
            del self._pending[:whole]

    def partial(self) -> list[str]:
        """The words of the best path so far."""
        words = str(json.loads(self._vosk.PartialResult()).get("partial", "")).split()
        return [word for word, _ in self._spelling(words)]

    def finish(self) -> tuple[Transcript, ...]:
        """The utterance is over: what it was, the likeliest first; never empty."""
        if self._pending:
            self._accept(bytes(self._pending))
            self._pending.clear()
        found = self._read(self._vosk.FinalResult())
        if self._pieces:
            found = (joined([word for piece in (*self._pieces, found[0]) for word in piece.words]),)
            self._pieces.clear()
        self._offset = self._fed
        if self._fed > LIFETIME:
            self._make()
        return found

    def _accept(self, pcm: bytes) -> None:
        """A result must be taken whenever Vosk has one, or its memory grows by megabytes a second."""
        self._fed += len(pcm) / (EAR_RATE * BYTES_PER_SAMPLE)
        if self._vosk.AcceptWaveform(pcm):
            self._pieces.append(self._read(self._vosk.Result())[0])

    def _read(self, result: str) -> tuple[Transcript, ...]:
        answer = json.loads(result)
        if not self._alternatives:
            return (joined(self._words(answer)),)
        paths = answer["alternatives"]
        scores = [float(path["confidence"]) for path in paths]
        total = sum(math.exp(score - max(scores)) for score in scores)
        parts = [math.exp(score - max(scores)) / total for score in scores]
        return merged(
            replace(joined(self._words(path)), confidence=part) for path, part in zip(paths, parts, strict=True)
        )

    def _words(self, path: dict[str, Any]) -> list[Word]:
        """The words of one path as they are written; of several paths, none has a confidence of its own."""
        given = path.get("result", [])
        found, at = [], 0
        for text, count in self._spelling([word["word"] for word in given]):
            parts = [self._word(word) for word in given[at : at + count]]
            found.append(Word(text, parts[0].start, parts[-1].end, sum(part.confidence for part in parts) / count))
            at += count
        return found

    def _word(self, word: dict[str, Any]) -> Word:
        """Vosk counts times from the recogniser's first utterance."""
        sure = float(word.get("conf", 0.0))
        return Word(word["word"], word["start"] - self._offset, word["end"] - self._offset, sure)


class Dictation:
    """Free words in pieces, so that a long answer needs no more memory than a short one."""

    LONG = 10.0
    """Seconds after which a piece ends at the next pause."""
    LONGEST = 25.0
    """Seconds after which a piece ends in the middle of speech."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._words: list[Word] = []
        self._start = 0.0
        self._seconds = 0.0

    def feed(self, pcm: bytes, pause: bool = False) -> None:
        """The next stretch; `pause` says that it ends in silence."""
        self._recognizer.feed(pcm)
        self._seconds += len(pcm) / (EAR_RATE * BYTES_PER_SAMPLE)
        if self._seconds > self.LONGEST or (pause and self._seconds > self.LONG):
            self._end_piece()

    def partial(self) -> list[str]:
        """The words of the best path of this piece so far, everything fed decoded."""
        self._recognizer.feed(b"", at_once=True)
        return self._recognizer.partial()

    def finish(self) -> Transcript:
        """All words since the last `finish`, with times from the first sound fed."""
        self._end_piece()
        transcript = joined(self._words)
        self._words, self._start = [], 0.0
        return transcript

    def _end_piece(self) -> None:
        best = self._recognizer.finish()[0]
        self._words += [Word(w.text, w.start + self._start, w.end + self._start, w.confidence) for w in best.words]
        self._start += self._seconds
        self._seconds = 0.0
