"""Words that sound like a word that the model does not know: one to three known ones, spoken together."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from audio.pronunciation import gap, unlike

LONGEST = 3
"""Words that may stand for one."""
ANOTHER = 0.35
"""Cost of one more word: people do not pause within a name."""
BOUND = 1.6
"""Cost up to which a known word is looked for in one place."""
KEPT = 12
"""Best beginnings that are gone on from at each place."""


@dataclass(frozen=True, slots=True, order=True)
class SoundAlike:
    """Known words that sound like something."""

    distance: float
    """How unlike they sound: below 0.5 hardly, above 1.5 much."""
    words: tuple[str, ...]
    """The words, to be spoken one after the other."""


@dataclass(slots=True)
class _Node:
    below: dict[str, _Node] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)


class SoundAlikes:
    """Everything that known words can sound like."""

    def __init__(self, spoken: Mapping[str, Sequence[str]]) -> None:
        """`spoken`: the IPA letters of each known word; of several that sound the same the first is taken."""
        self._root = _Node()
        for word, letters in spoken.items():
            node = self._root
            for letter in letters:
                node = node.below.setdefault(letter, _Node())
            if letters and len(node.words) < 1:
                node.words.append(word)

    def nearest(self, letters: Sequence[str], count: int) -> list[SoundAlike]:
        """The most alike ones to these IPA letters, the nearest first."""
        beginnings: list[list[SoundAlike]] = [[] for _ in range(len(letters) + 1)]
        beginnings[0] = [SoundAlike(0.0, ())]
        for at in range(len(letters)):
            reached = heapq.nsmallest(KEPT, beginnings[at])
            shorter = [one for one in reached if len(one.words) < LONGEST]
            if not shorter:
                continue
            for end, cost, word in self._words_at(letters[at:]):
                for one in shorter:
                    more = cost + (ANOTHER if one.words else 0.0)
                    beginnings[at + end].append(SoundAlike(one.distance + more, (*one.words, word)))
        return heapq.nsmallest(count, set(beginnings[-1]))

    def _words_at(self, letters: Sequence[str]) -> Iterator[tuple[int, float, str]]:
        """Known words for the first letters: how many they stand for, at which cost."""
        first = [0.0]
        for letter in letters:
            first.append(first[-1] + gap(letter))
        stack = [(self._root, first)]
        while stack:
            node, row = stack.pop()
            for word in node.words:
                yield from ((end, cost, word) for end, cost in enumerate(row) if end and cost <= BOUND)
            for letter, below in node.below.items():
                under = _next_row(row, letter, letters)
                if min(under) <= BOUND:
                    stack.append((below, under))


def _next_row(row: Sequence[float], letter: str, letters: Sequence[str]) -> list[float]:
    """One row of the edit distance, as in Wagner and Fischer 1974."""
    under = [row[0] + gap(letter)]
    for at, heard in enumerate(letters):
        under.append(min(row[at] + unlike(letter, heard), row[at + 1] + gap(letter), under[at] + gap(heard)))
    return under


def with_words(found: Iterable[SoundAlike]) -> list[str]:
    """The words of each, as they are written."""
    return [" ".join(one.words) for one in found]
