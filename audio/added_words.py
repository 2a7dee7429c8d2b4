"""Words that a model was never taught, heard as known words that sound like them.

In a graph, an added word is a path whose inputs are the known words and whose outputs are the added word and then,
for each further known word, a mark: so the decoder itself tells "niamh" from "neve". Where a graph cannot be changed,
the known words are replaced in what was heard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from audio.const_fst import Path

MORE = "+"
"""Output of the further known words that stand for one added word; no phrase contains it."""

Spelling = Callable[[Sequence[str]], list[tuple[str, int]]]
"""Turns words as a recogniser gives them into words as they are written, each with how many it stands for."""


@dataclass(frozen=True, slots=True)
class AddedWord:
    """A word that the model is to hear although it does not know it."""

    word: str
    """As it is written in phrases and answers: lower case, without blanks."""
    sounds_like: tuple[str, ...]
    """Phrases of known words that sound like it; those with unknown words do not count. A known word needs none: it is
    only made likelier in free answers."""


@dataclass(frozen=True)
class Lexicon:
    """The words that can be heard."""

    own: Mapping[str, int]
    """Word → id, of the model's own words."""
    added: tuple[AddedWord, ...] = ()
    """Words added to them; one of the model's own words may have more ways to sound."""

    @cached_property
    def sounds(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Added word → the known words that stand for it, in each usable way."""
        found: dict[str, dict[tuple[str, ...], None]] = {}
        for one in self.added:
            ways = (tuple(phrase.split()) for phrase in one.sounds_like)
            usable = {way: None for way in ways if way and way != (one.word,) and all(w in self.own for w in way)}
            if usable:
                found.setdefault(one.word, {}).update(usable)
        return {word: tuple(ways) for word, ways in found.items()}

    @cached_property
    def labels(self) -> Mapping[str, int]:
        """Word → id, of all words that can be heard, and of `MORE` where something was added."""
        if not self.sounds:
            return self.own
        new = [MORE, *(word for word in self.sounds if word not in self.own)]
        first = max(self.own.values(), default=0) + 1
        return {**self.own, **{word: first + number for number, word in enumerate(new)}}

    def paths(self) -> list[Path]:
        """Inputs and outputs of the path of each way in which an added word may sound, its own included."""
        known = dict.fromkeys(one.word for one in self.added if one.word in self.own or one.word in self.sounds)
        return [way for word in known for way in self.ways([word])]

    def ways(self, words: Sequence[str]) -> list[Path]:
        """Inputs and outputs of the paths of these words, of which all must be known or added."""
        found: list[Path] = [((), ())]
        for word in words:
            ways = self._ways(word)
            found = [((*heard, *more), (*written, *also)) for heard, written in found for more, also in ways]
        return found

    def _ways(self, word: str) -> list[Path]:
        labels = self.labels
        own: list[Path] = [((labels[word],), (labels[word],))] if word in self.own else []
        return own + [
            (tuple(labels[part] for part in way), (labels[word], *(labels[MORE],) * (len(way) - 1)))
            for way in self.sounds.get(word, ())
        ]

    def spoken(self, phrase: str) -> list[str]:
        """The phrase in the model's own words, in each way in which its added words may sound."""
        found = [""]
        for word in phrase.split():
            ways = [" ".join(way) for way in self.sounds.get(word, ())]
            found = [
                f"{start} {way}".lstrip() for start in found for way in ([word] if word in self.own else []) + ways
            ]
        return found


def as_marked(words: Sequence[str]) -> list[tuple[str, int]]:
    """What a graph with added words gives: `MORE` belongs to the word before it."""
    spans: list[tuple[str, int]] = []
    for word in words:
        if word == MORE and spans:
            spans[-1] = (spans[-1][0], spans[-1][1] + 1)
        else:
            spans.append((word, 1))
    return spans


def as_mapped(sounds: Mapping[str, Iterable[tuple[str, ...]]]) -> Spelling:
    """What a graph without added words gives: known words that stand for an added one are replaced, longest first."""
    ways = sorted(((way, word) for word, own in sounds.items() for way in own), key=lambda one: (-len(one[0]), one))

    def spelling(words: Sequence[str]) -> list[tuple[str, int]]:
        spans: list[tuple[str, int]] = []
        at = 0
        while at < len(words):
            hit = next(((word, len(way)) for way, word in ways if tuple(words[at : at + len(way)]) == way), None)
            spans.append(hit or (words[at], 1))
            at += spans[-1][1]
        return spans

    return spelling
