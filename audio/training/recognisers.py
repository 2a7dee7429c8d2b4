"""What is measured: Hearth's model as Hearth uses it, and pocketsphinx with its stock US English model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import vosk

from audio.model import check
from audio.model_folder import assemble, dictation
from audio.phrase_graph import GARBAGE_WORDS
from audio.recognizer import Recognizer
from audio.training.features import RATE
from audio.training.lexicon import dictionary

PATHS = 5
"""As audio/ear.py asks for."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was heard."""

    text: str
    """A phrase or free words; "" for nothing, or for none of the phrases."""
    confidence: float
    """0 to 1."""


class Recogniser(Protocol):
    """Hears whole utterances."""

    name: str
    seconds: float
    """Of sound heard so far."""
    cpu: float
    """Processor seconds for it."""

    def phrases(self, phrases: Sequence[str]) -> None:
        """Listen for these, and nothing else, from now on."""

    def anything(self) -> None:
        """Listen for free words from now on."""

    def hear(self, pcm: bytes) -> Result:
        """One utterance, 16 kHz."""


class Hearth:
    """A model folder, with Hearth's own phrase graphs."""

    name = "hearth"

    def __init__(self, folder: Path, cache: Path) -> None:
        vosk.SetLogLevel(-1)
        self._model = check(folder, cache)
        self._cache = cache
        self._known: frozenset[str] | None = None
        self._recognizer: Recognizer | None = None
        self.seconds = self.cpu = 0.0

    def phrases(self, phrases: Sequence[str]) -> None:
        """See Recogniser."""
        self._known = frozenset(phrases)
        folder = assemble(self._model, self._cache, phrases).path
        self._recognizer = Recognizer(vosk.Model(str(folder)), alternatives=PATHS)

    def anything(self) -> None:
        """See Recogniser."""
        self._known = None
        self._recognizer = Recognizer(vosk.Model(str(dictation(self._model, self._cache).path)))

    def hear(self, pcm: bytes) -> Result:
        """See Recogniser."""
        if self._recognizer is None:
            raise RuntimeError("say what to listen for first")
        begun = time.process_time()
        self._recognizer.feed(pcm)
        best = self._recognizer.finish()[0]
        self.cpu += time.process_time() - begun
        self.seconds += len(pcm) / (2 * RATE)
        text = " ".join(w for w in best.text.split() if self._known is not None or w not in GARBAGE_WORDS)
        return Result(text if self._known is None or text in self._known else "", best.confidence)


class PocketSphinx:
    """pocketsphinx 5 with the model in its package; phrases as a JSGF grammar."""

    name = "pocketsphinx"

    def __init__(self) -> None:
        import pocketsphinx

        self._decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL")
        self._grammars = 0
        self.seconds = self.cpu = 0.0

    def phrases(self, phrases: Sequence[str]) -> None:
        """See Recogniser; words that its dictionary lacks are added."""
        for word in sorted({word for phrase in phrases for word in phrase.split()}):
            if self._decoder.lookup_word(word) is None:
                said = " ".join(dictionary()[word][0]).replace("AX", "AH")
                self._decoder.add_word(word, said, True)
        self._grammars += 1
        name = f"grammar{self._grammars}"
        body = " | ".join(phrases)
        self._decoder.add_jsgf_string(name, f"#JSGF V1.0;\ngrammar g;\npublic <c> = ( {body} );")
        self._decoder.activate_search(name)

    def anything(self) -> None:
        """See Recogniser."""
        self._decoder.activate_search("_default")

    def hear(self, pcm: bytes) -> Result:
        """See Recogniser."""
        begun = time.process_time()
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, no_search=False, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        self.cpu += time.process_time() - begun
        self.seconds += len(pcm) / (2 * RATE)
        return Result(found.hypstr, min(1.0, float(found.prob))) if found else Result("", 0.0)
