"""The ear: sound in, utterances out. Wires the voice detector, the segmenter and Vosk's recognisers."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from audio.added_words import AddedWord
from audio.errors import AudioError
from audio.listener import GraphListener, Listener, OpenListener
from audio.model import Strategy, check, embedded
from audio.model_folder import ModelFolder, assemble, dictation
from audio.offline_vosk import offline_vosk
from audio.phrase_book import PhraseBook
from audio.phrase_graph import FREE, Deaf, garbage_word, split_heard
from audio.recognizer import Dictation, Recognizer
from audio.segmenter import Ended, Lull, Segmenter, Sound, Turn
from audio.types import EAR_RATE, AudioChunk, Heard, Hearing, Onset, Silence
from audio.vad import FRAME_BYTES, VoiceDetector

if TYPE_CHECKING:
    from vosk import Model

PATIENCE = 0.6
"""Seconds of silence that end a command, unless `listen_for` says otherwise."""
CLOSED = 1.2
"""Seconds of silence that end an answer that is nothing but "skip" or "that's all", at least."""
FREE_PATIENCE = 1.2
"""Seconds of silence that end the free words of a phrase, at least: people think between them."""
FIRST_WORDS_PATIENCE = 3.0
"""Seconds of silence that end a phrase whose free words are still to come: "i appreciate that …"."""
PATHS = 5
"""Whole paths that a phrase graph is asked for; their scores give the confidence of the best."""
GUESSES = 30
"""Alternatives among which the best whole phrase is looked for where Vosk mixes phrases."""
LONGEST = {Hearing.COMMANDS: 60.0, Hearing.CONTROLS: 30.0, Hearing.REPLIES: 30.0, Hearing.ANSWERS: 180.0}
"""Seconds after which an utterance is ended while someone still speaks."""


class VoskEar:
    """Hears phrases and answers with Vosk; construct it where you like, then use it from one thread only.

    `commands` and `controls` are phrases in lower case; `*` as the last word stands for free words; `added` are words
    that the model does not know; `small_talk` may stand around phrases and is no part of what is heard; `closing` are
    the controls that end an answer sooner when they are all of it, and `spoken` what the speaker says, so that its echo
    is heard as itself and not as the control most like it. Raises ModelError for a model folder that is missing,
    incomplete or damaged.
    """

    def __init__(
        self,
        model: Path | None,
        commands: Sequence[str],
        controls: Sequence[str],
        cache: Path,
        detector: VoiceDetector | None = None,
        added: tuple[AddedWord, ...] = (),
        small_talk: Sequence[str] = (),
        closing: Collection[str] = (),
        spoken: Sequence[str] = (),
    ) -> None:
        self.model = replace(check(model or embedded(), cache), added=added)
        """The model in use, and how it listens for phrases."""
        self.cache = cache
        """Where folders for Vosk are assembled."""
        self._phrases = {
            Hearing.COMMANDS: (*commands, *controls),
            Hearing.CONTROLS: (*controls, *spoken),
            Hearing.REPLIES: tuple(controls),
            Hearing.ANSWERS: tuple(controls),
        }
        self._small_talk = tuple(small_talk)
        self._closing = frozenset(closing)
        self._detector = detector
        self._hearing = Hearing.COMMANDS
        self._segmenter = Segmenter(Turn(PATIENCE, LONGEST[self._hearing]))
        self._listener: Listener | None = None
        self._listeners: dict[Hearing, Listener] = {}
        self._models: dict[Path, Model] = {}
        self._dictation: Dictation | None = None
        self._rest = bytearray()

    @property
    def deaf(self) -> tuple[Deaf, ...]:
        """The phrases that this model cannot hear, with the words it does not know."""
        return split_heard(self._phrases[Hearing.COMMANDS], self.model.lexicon.labels)[1]

    def warm(self, *hearings: Hearing) -> None:
        """Load what these hearings need (0.1 s and some 17 MB each), in the thread that will hear."""
        for hearing in hearings or tuple(Hearing):
            self._listener_for(hearing)
        self._voices()

    def listen_for(self, hearing: Hearing, patience: float, sure: float = 0.0) -> None:
        """From the next utterance on listen for this; `patience` is the silence in seconds that ends it.

        `sure`, if it is shorter, ends one that is sure to be a complete phrase, and none that could go on.
        """
        self._hearing = hearing
        sooner = max(sure, CLOSED) if sure and hearing is Hearing.ANSWERS else sure
        self._segmenter.turn = Turn(patience, LONGEST[hearing], sooner if sooner < patience else 0.0)
        self._segmenter.wait_anew()

    def hear(self, chunk: AudioChunk) -> list[Onset | Heard | Silence]:
        """What became known with this chunk, in order; AudioError if it is not 16 kHz."""
        if chunk.rate != EAR_RATE:
            raise AudioError(f"The ear needs {EAR_RATE} samples a second, not {chunk.rate}.", "Resample it first.")
        self._rest += chunk.pcm
        whole = len(self._rest) // FRAME_BYTES * FRAME_BYTES
        frames = bytes(self._rest[:whole])
        del self._rest[:whole]
        voices = enumerate(self._voices().speech(frames))
        return [n for i, speech in voices for n in self._step(frames[i * FRAME_BYTES : (i + 1) * FRAME_BYTES], speech)]

    def part(self) -> None:
        """What is said after the next pause, however short, is an utterance of its own."""
        self._segmenter.part()

    def end(self) -> list[Heard]:
        """The sound is over: what was being said."""
        self._rest.clear()
        return [n for event in self._segmenter.end() for n in self._act(event) if isinstance(n, Heard)]

    def close(self) -> None:
        """Release the models."""
        self._listener, self._dictation = None, None
        self._listeners.clear()
        self._models.clear()

    def _step(self, frame: bytes, speech: bool) -> list[Onset | Heard | Silence]:
        return [news for event in self._segmenter.step(frame, speech) for news in self._act(event)]

    def _act(self, event: Onset | Sound | Lull | Ended | Silence) -> list[Onset | Heard | Silence]:
        match event:
            case Onset():
                self._listener = self._listener_for(self._hearing)
                return [event]
            case Silence():
                return [event]
            case Sound(pcm, pause):
                self._follow(pcm, pause)
                return []
            case Lull():
                return self._end_early()
            case Ended(seconds, at):
                return self._conclude(seconds, at)
            case _:
                assert_never(event)

    def _follow(self, pcm: bytes, pause: bool) -> None:
        listener = self._listener
        if listener is not None:
            listener.feed(pcm, pause)
            if listener.free:
                self._segmenter.wait_for(FREE_PATIENCE)
            if listener.awaits_words:
                self._segmenter.wait_for(FIRST_WORDS_PATIENCE)

    def _end_early(self) -> list[Onset | Heard | Silence]:
        if self._listener is None or not self._listener.complete():
            return []
        ended = self._segmenter.finish()
        return self._conclude(ended.seconds, ended.at)

    def _conclude(self, seconds: float, at: float) -> list[Onset | Heard | Silence]:
        listener, self._listener = self._listener, None
        phrase, answer = listener.finish() if listener else (None, None)
        return [Heard(phrase, answer, seconds, at)]

    def _voices(self) -> VoiceDetector:
        if self._detector is None:
            self._detector = VoiceDetector()
        return self._detector

    def _listener_for(self, hearing: Hearing) -> Listener:
        if hearing not in self._listeners:
            self._listeners[hearing] = self._make_listener(hearing)
        return self._listeners[hearing]

    def _make_listener(self, hearing: Hearing) -> Listener:
        answers = hearing is Hearing.ANSWERS
        phrases, strategy = self._phrases[hearing], self.model.strategy
        heard, _ = split_heard(phrases, self.model.lexicon.labels)
        around, _ = split_heard(self._small_talk, self.model.lexicon.own)
        book = PhraseBook.of(heard, around)
        if hearing is not Hearing.CONTROLS or book.prefixes or strategy is Strategy.OPEN:
            self._dictate()
        if strategy is Strategy.OPEN:
            return OpenListener(self._dictate(), book, answers)
        if strategy is Strategy.JSON_GRAMMAR:
            grammar = self._grammar((*around, *heard))
            recognizer = self._recognizer(dictation(self.model, self.cache), grammar, GUESSES)
            return GraphListener(recognizer, book, self._dictate, answers=answers, guesses=GUESSES)
        recognizer = self._recognizer(assemble(self.model, self.cache, phrases, around), alternatives=PATHS)
        doubts = hearing in (Hearing.COMMANDS, Hearing.REPLIES)
        closing = self._closing if answers else ()
        return GraphListener(
            recognizer, book, self._dictate, answers=answers, guesses=1, doubts=doubts, closing=closing
        )

    def _grammar(self, heard: Sequence[str]) -> str:
        """A phrase list as Vosk takes it; without a phrase it would crash, so there is always one."""
        lexicon = self.model.lexicon
        garbage = garbage_word(lexicon.own)
        phrases = [way for phrase in heard for way in lexicon.spoken(phrase.removesuffix(FREE))]
        return json.dumps([*phrases, garbage or "[unk]"])

    def _dictate(self) -> Dictation:
        if self._dictation is None:
            self._dictation = Dictation(
                self._recognizer(dictation(self.model, self.cache, self._phrases[Hearing.COMMANDS]))
            )
        return self._dictation

    def _recognizer(self, folder: ModelFolder, grammar: str | None = None, alternatives: int = 0) -> Recognizer:
        return Recognizer(self._load(folder.path), grammar, alternatives, folder.spelling)

    def _load(self, folder: Path) -> Model:
        if folder not in self._models:
            vosk = offline_vosk()
            vosk.SetLogLevel(-1)
            self._models[folder] = vosk.Model(str(folder))
        return self._models[folder]
