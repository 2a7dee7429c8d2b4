"""Words that must stop an exercise, looked for in everything that is said or typed, before anything else happens.

Keyword spotting misses things. It does not know what people mean: it finds the sequences of words in the phrase lists,
it does not find danger that is told in other words, spoken unclearly, heard wrongly, or never said; and it finds some
sentences that mean no harm. It is no protection and must never be described as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from intents.words import words

Sequences = Mapping[str, Sequence[tuple[str, ...]]]
"""Word sequences by their first word, the longest first."""


class Safety:
    """Finds the topics of concern in a text. Keeps nothing of what it is given."""

    def __init__(
        self, topics: Mapping[str, Sequence[str]], harmless: Sequence[str] = (), sentences: Sequence[str] = ()
    ) -> None:
        """Phrases are lower-case words separated by single spaces; when two topics are found, the first one counts."""
        self._topics = {topic: _by_first(phrases) for topic, phrases in topics.items()}
        self._harmless = _by_first(harmless)
        self._sentences = tuple(sentences)

    def check(self, text: str) -> str | None:
        """The topic of a text, `safety` or `emergency`; None when nothing was found, which proves nothing."""
        said = _bare(text)
        unmarked = _without(said, self._harmless)
        for topic, sequences in self._topics.items():
            if any(_length_at(unmarked, place, sequences) for place in range(len(unmarked))):
                return topic
        return None

    def phrases(self) -> list[str]:
        """Whole sentences that the ears should listen for while no answer is dictated."""
        return list(self._sentences)


def _bare(text: str) -> tuple[str, ...]:
    """The words of a text without apostrophes, which people leave out."""
    return tuple(word.replace("'", "") for word in words(text)[0])


def _by_first(phrases: Iterable[str]) -> Sequences:
    found: dict[str, list[tuple[str, ...]]] = {}
    for sequence in sorted({_bare(phrase) for phrase in phrases}, key=len, reverse=True):
        found.setdefault(sequence[0], []).append(sequence)
    return found


def _length_at(said: tuple[str, ...], place: int, sequences: Sequences) -> int:
    """How many words from `place` on are one of the sequences; 0 for none."""
    for sequence in sequences.get(said[place], ()):
        if said[place : place + len(sequence)] == sequence:
            return len(sequence)
    return 0


def _without(said: tuple[str, ...], sequences: Sequences) -> tuple[str, ...]:
    """The words with each of the sequences replaced by an empty word, which belongs to no sequence."""
    kept: list[str] = []
    place = 0
    while place < len(said):
        length = _length_at(said, place, sequences)
        kept += [""] if length else [said[place]]
        place += length or 1
    return tuple(kept)
