"""What an utterance means: a concern before anything else, then a known sentence, then free words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Protocol

from assistant.events import Asked, Concern, NotUnderstood, Said
from assistant.modes import Mode
from assistant.overheard import CALLS, FULL, Overheard
from audio.types import Transcript
from intents.types import Intent


class Matcher(Protocol):
    """Knows every sentence people can say."""

    def match(self, text: str) -> Intent | None:
        """The meaning of a whole sentence; None rather than a guess."""
        ...

    def guess(self, text: str) -> str:
        """The known sentence that was probably meant; empty when nothing comes close."""
        ...

    def without_fillers(self, text: str) -> str:
        """A text without words such as "um"."""
        ...

    def nearest(self, text: str, limit: int) -> list[str]:
        """Known sentences that look like a text, the nearest first."""
        ...


class Watch(Protocol):
    """Listens for words that must stop an exercise."""

    def check(self, text: str) -> str | None:
        """The topic of the concern; None for none."""
        ...


SURE = 0.7
"""A phrase heard with less confidence while an answer is dictated counts only if the dictation has the same words.

Of 140 control phrases in held-out synthetic voices this lost one; of 203 answers three were taken for a phrase without
it and one with it ("i am proud of you" had been heard as "i am afraid of you", at 0.47)."""

ALIKE = 0.75
"""The share of its letters that a single dictated word has in common with a phrase, when it is that phrase misheard:
"past" for "pass". Nobody's "pass" may be kept as an answer, and few answer an open question in one word like that."""

STRANGER, NAME, SAME = "stranger", "given_name", 0.6
"""The intent of somebody whose name is neither partner's, its slot, and the share of its letters from which it may be a
partner's name misheard.

Of such names there are too many to listen for, so that the ear has to take them for a partner's: said by eight voices,
"this is tom" was heard as "this is sam" seven times, and dictated as it was."""

DOUBTED = 0.5
"""Least agreement of dictation with the words of a full sentence that is not SURE: it was completed from noise.

Of 240 requests in held-out voices none was lost by it; clipped speech in another language had 0.32."""

YES, CONSENT = "yes", 0.55
"""The intent that opens gates and deletes, and its least probability: of six voices that said "nah" all were heard as
"why not", at 0.33 to 0.49, and of those that said "yes" or "yeah" none below 0.68."""

DONE, LAST_WORDS, BREATH = "done", 4, 0.6
"""The intent that closes an answer, the words that it has at most, and the least seconds of silence before it."""

SENTENCE = 14
"""Words of the longest sentence of which it is asked whether something like it was meant."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """Turns transcripts into events."""

    safety: Watch
    """Checked before anything else, so that a concern is never written down."""
    sentences: Matcher
    """What people can say."""
    wake: tuple[str, ...] = ()
    """Phrases of which one must come first in what nobody addressed; none for full sentences alone."""

    def meaning(
        self, phrase: Transcript | None, answer: Transcript | None, mode: Mode, addressed: bool = True
    ) -> Asked | Said | Concern | NotUnderstood:
        """`phrase` is a whole phrase listened for, `answer` the same speech as dictation; either may be missing.

        `addressed` is False for what was said while nothing was going on with the assistant: then only phrases that it
        listens for count, and dictated calls for it or for help.
        """
        answer = self._without_end(answer) if answer else None
        phrase, answer = self._without_fillers(phrase), self._without_fillers(answer)
        if answer and not (phrase and _is_phrase(phrase, answer) and not self._names_another(answer, phrase)):
            phrase = self._dictated(answer, mode, addressed)
        if not addressed:
            answer = None
        for transcript in (phrase, answer):
            topic = self.safety.check(transcript.text) if transcript else None
            if topic:
                return Concern(topic)
        intent = self.sentences.match(phrase.text) if phrase else None
        if phrase and intent and not (addressed or self._overheard.counts(phrase, intent)):
            return NotUnderstood()
        if phrase and intent and self._is_doubted(phrase, intent):
            return self._not_understood(phrase.text)
        if phrase and intent and (intent.control or mode in (Mode.COMMANDS, Mode.REPLIES)):
            return Asked(intent, phrase.text, phrase.confidence)
        if mode is Mode.ANSWERS and answer and answer.text.strip():
            return Said(answer.text, answer.confidence)
        heard = answer or (phrase if addressed else None)
        return self._not_understood(heard.text if heard else "")

    def works_always(self, phrase: str) -> bool:
        """Whether these words mean something at every moment: a control, or a concern."""
        bare = self.sentences.without_fillers(phrase)
        intent = self.sentences.match(bare)
        return bool(self.safety.check(bare)) or (intent is not None and intent.control)

    def _without_end(self, answer: Transcript) -> Transcript:
        """An answer without the "that's all" that somebody said after a breath, to say that it is one."""
        words = answer.words
        for at in range(max(1, len(words) - LAST_WORDS), len(words)):
            last = " ".join(word.text for word in words[at:])
            if words[at].start - words[at - 1].end >= BREATH:
                intent = self.sentences.match(last)
                if intent and intent.name == DONE:
                    return replace(answer, text=" ".join(word.text for word in words[:at]), words=words[:at])
        return answer

    def _without_fillers(self, heard: Transcript | None) -> Transcript | None:
        return replace(heard, text=self.sentences.without_fillers(heard.text)) if heard else None

    def _dictated(self, answer: Transcript, mode: Mode, addressed: bool) -> Transcript | None:
        """The dictation if it is a sentence word for word although the ear did not listen for it.

        Where an answer is awaited only one that controls counts, and where nobody addressed the assistant only a call.
        """
        short = len(answer.text.split()) <= SENTENCE
        intent = self.sentences.match(answer.text) if short else None
        if intent is None:
            return None
        counts = intent.control or mode is not Mode.ANSWERS if addressed else intent.name in CALLS
        return answer if counts else None

    def _is_doubted(self, phrase: Transcript, intent: Intent) -> bool:
        """Whether it is better to ask again than to act upon a phrase."""
        if intent.name == YES:
            return self._overheard.probability(phrase, intent) < CONSENT
        full = phrase.text.count(" ") + 1 >= FULL and intent.name not in CALLS
        return full and phrase.confidence < SURE and phrase.agreement < DOUBTED

    def _names_another(self, answer: Transcript, phrase: Transcript) -> bool:
        """Whether dictation heard somebody else's name, and no name like the one that the phrase has."""
        intent = self.sentences.match(answer.text)
        if intent is None or intent.name != STRANGER:
            return False
        letters = max((_likeness(intent.slots[NAME], word) for word in phrase.text.split()), default=0.0)
        return letters < SAME

    def _not_understood(self, text: str) -> NotUnderstood:
        """With what was probably meant, of which a few words are enough and a speech too much."""
        if not 0 < len(text.split()) <= SENTENCE:
            return NotUnderstood()
        return NotUnderstood(self.sentences.guess(text), near=tuple(self.sentences.nearest(text, 2)))

    @property
    def _overheard(self) -> Overheard:
        return Overheard(self.sentences.match, self.wake)

    def typed(self, line: str, mode: Mode) -> Asked | Said | Concern | NotUnderstood:
        """A typed line is both a phrase and an answer."""
        transcript = Transcript(line, 1.0)
        meant = self.meaning(transcript, transcript, mode)
        return replace(meant, typed=True) if isinstance(meant, NotUnderstood) else meant


def _is_phrase(phrase: Transcript, answer: Transcript) -> bool:
    return phrase.confidence >= SURE or phrase.text == answer.text or _sound_alike(phrase.text, answer.text)


def _sound_alike(phrase: str, answer: str) -> bool:
    """Whether a single word was dictated for a phrase of a single word that is written much the same."""
    single = " " not in phrase and " " not in answer
    return single and _likeness(phrase, answer) >= ALIKE


def _likeness(one: str, other: str) -> float:
    """The share of their letters that two words have in common, 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
