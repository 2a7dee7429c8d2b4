"""Answers that a later step of the session needs: to be read aloud there, to be agreed to, or to decide. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from assistant.conversation.program import Beat
from prompts.types import Expects, Step, Who

PLACEHOLDER = re.compile(r"\{([a-z0-9_.]+)\}")
"""Where a prompt is filled in; all at once, so that nothing in an answer is taken for a placeholder."""


def read_by(step: Step) -> frozenset[str]:
    """Ids of the steps whose answers this one reads aloud."""
    texts = (prompt.text for prompt in (*step.prompts, *step.ideas))
    found = (name.split(".") for text in texts for name in PLACEHOLDER.findall(text))
    return frozenset(parts[1] for parts in found if parts[0] == "answer" and len(parts) > 1)


def conditions(beats: Sequence[Beat]) -> frozenset[str]:
    """Ids of the steps whose answers decide whether one of these takes part."""
    return frozenset(beat.step.only_if.step for beat in beats if beat.step.only_if)


def awaited(beats: Sequence[Beat], at: int, beat: int) -> bool:
    """Whether the words of a beat still wait, unwritten, for one from `at` on: to read them, or to agree to them."""
    step, later = beats[beat].step, [one.step for one in beats[at:] if one.step is not beats[beat].step]
    return any(step.id in read_by(one) or step.kept_if == one.id for one in later)


def going_on(beats: Sequence[Beat], at: int, answers: Collection[str], kept: Collection[str]) -> int:
    """The beat to go on from after an interruption at `at`: the first of those, up to there, whose answer is still
    needed and was not kept. `answers` and `kept` are ids of steps."""
    rest = beats[at:]
    read = frozenset(step for beat in rest for step in read_by(beat.step))
    steers = conditions(rest)
    step = beats[at].step

    def lacks(one: Step) -> bool:
        if one.id not in answers:
            return False
        votes = one is step and one.expects is Expects.YES_NO and one.who is Who.EACH
        words = one.expects is Expects.WORDS and (one.id in read or bool(one.kept_if))
        return votes or words or (one.id in read | steers and one.id not in kept)

    return next((place for place, beat in enumerate(beats[:at]) if lacks(beat.step)), at)


class HeldBack:
    """Words that a later step reads aloud. They are in no file, and gone when the session is."""

    def __init__(self, beats: Sequence[Beat], starter: str) -> None:
        self._beats = beats
        self._starter = starter
        self._words: dict[str, str] = {}

    @property
    def words(self) -> Mapping[str, str]:
        """What is read, by placeholder without `answer.`."""
        return self._words

    def hold(self, beat: int, text: str) -> bool:
        """Hold back what was answered at this beat, if anything reads it later; whether it does."""
        step = self._beats[beat].step
        reads = any(step.id in read_by(later.step) for later in self._beats[beat:])
        if reads:
            self._words[self._turn(beat)] = text
        return reads

    def drop(self, beat: int) -> None:
        """Those words are gone."""
        self._words.pop(self._turn(beat), None)

    def _turn(self, beat: int) -> str:
        step, person = self._beats[beat].step, self._beats[beat].person
        if not step.reveal:
            return step.id
        return f"{step.id}.{'first' if person == self._starter else 'second'}"
