"""The trigram for free answers, as a graph that backs off.

Counts of our own sentences are discounted (Ney, Essen and Kneser 1994) and lean on what is known of a shorter history,
the more so the fewer they are (a Dirichlet prior: MacKay and Peto 1995). Below them stand single words and pairs of
words in print, since sentences from a grammar say little of what else people talk of.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from audio.training.books import Books
from audio.training.lexicon import Lexicon
from audio.training.settings import Language

BEGIN, END = "<s>", "</s>"
ENDING = 0.02
"""Probability added to the end of an answer after any word."""
COMMON = 2 / 3
"""Share of what follows a word in print that its listed pairs stand for; they are the frequent ones."""
USUAL = 2.0
"""How many times likelier than anywhere a word in print is after another at least, or the pair needs no arc."""
History = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """What follows a history."""

    words: dict[str, float]
    """Word → probability."""
    rest: float
    """Weight of the shorter history's probability for all others."""

    @classmethod
    def over(cls, words: dict[str, float], below: Iterable[float]) -> Level:
        """Probabilities of these words; `below` are those that the shorter history gives them."""
        return cls(words, max(1 - sum(words.values()), 1e-6) / max(1 - sum(below), 1e-6))


class Trigram:
    """Probabilities of words after words."""

    def __init__(self, sentences: Iterable[str], lexicon: Lexicon, smoothing: Language, books: Books) -> None:
        self._smoothing, self._books = smoothing, books
        ones: Counter[str] = Counter()
        twos: dict[str, Counter[str]] = defaultdict(Counter)
        threes: dict[History, Counter[str]] = defaultdict(Counter)
        for sentence in sentences:
            words = sentence.split()
            if any(word not in lexicon.pronunciations for word in words):
                continue
            row = [BEGIN, *words, END]
            for i in range(1, len(row)):
                ones[row[i]] += 1
                twos[row[i - 1]][row[i]] += 1
                if i > 1:
                    threes[row[i - 2], row[i - 1]][row[i]] += 1
        self.single = self._single(ones, lexicon)
        firsts = [BEGIN, *(word for word in lexicon.pronunciations if word in twos or word in books.pairs)]
        self.after_one = {(word,): self._after_one(word, twos[word]) for word in firsts}
        self.after_two: dict[History, Level] = {}
        for history, counts in threes.items():
            kept = Counter({word: n for word, n in counts.items() if n >= smoothing.least})
            if kept:
                self.after_two[history] = self._after_two(history, kept, counts.total())

    def _single(self, ones: Counter[str], lexicon: Lexicon) -> dict[str, float]:
        total, share = max(ones.total(), 1), self._smoothing.printed
        printed = {word: self._books.share(word) for word in lexicon.pronunciations}
        whole = sum(printed.values())
        found = {word: (1 - share) * ones[word] / total + share * p / whole for word, p in printed.items()}
        found[END] = (1 - share) * ones[END] / total + ENDING
        return {word: p / sum(found.values()) for word, p in found.items()}

    def _after_one(self, word: str, counts: Counter[str]) -> Level:
        """Our own pairs and those in print, by how often the word was counted."""
        own = _discounted(counts, self.single, self._smoothing.discount) if counts else Level({}, 1.0)
        printed = {w: p for w, p in self._books.after(word).items() if w in self.single}
        if not printed:
            return own
        trust = counts.total() / (counts.total() + self._smoothing.pairs)
        words = {}
        for other in (*counts, *(w for w in printed if w not in counts)):
            single = self.single[other]
            in_print = COMMON * printed.get(other, 0.0) + (1 - COMMON) * single
            mixed = trust * own.words.get(other, own.rest * single) + (1 - trust) * in_print
            if other in counts or mixed > USUAL * single:
                words[other] = mixed
        return Level.over(words, (self.single[w] for w in words))

    def _after_two(self, history: History, kept: Counter[str], total: int) -> Level:
        """Trigrams, which lean on the pair of their last words."""
        pair = self.after_one[history[1:]]
        below = {word: pair.words.get(word, pair.rest * self.single[word]) for word in kept}
        own = _discounted(kept, below, self._smoothing.discount, total)
        trust = total / (total + self._smoothing.triples)
        words = {word: trust * p + (1 - trust) * below[word] for word, p in own.words.items()}
        return Level.over(words, below.values())

    def write(self, file: Path, numbers: Mapping[str, int]) -> tuple[int, int]:
        """As text for fstcompile, with the words' `numbers`; returns states and arcs."""
        states: dict[History, int] = {(): 0}
        for history in (*self.after_one, *self.after_two):
            states.setdefault(history, len(states))

        def following(history: History) -> int:
            while history not in states:
                history = history[1:]
            return states[history]

        arcs = 0
        with file.open("w") as out:
            begin = (BEGIN,)
            everything = {(): Level(self.single, 0.0)} | self.after_one | self.after_two
            for history in [begin, *(h for h in states if h != begin)]:
                level, here = everything[history], states[history]
                for word, p in level.words.items():
                    if word == END:
                        out.write(f"{here} {-math.log(p):.4f}\n")
                    else:
                        number = numbers[word]
                        out.write(f"{here} {following((*history, word)[-2:])} {number} {number} {-math.log(p):.4f}\n")
                        arcs += 1
                if history:
                    out.write(f"{here} {states[history[1:]]} 0 0 {-math.log(level.rest):.4f}\n")
                    arcs += 1
        return len(states), arcs


def _discounted(counts: Counter[str], below: Mapping[str, float], discount: float, total: int | None = None) -> Level:
    """Absolute discounting; what is taken from the counts, and from those left out, goes to the shorter history."""
    total = total or counts.total()
    freed = 1 - sum(counts.values()) / total + discount * len(counts) / total
    words = {word: (n - discount) / total + freed * below[word] for word, n in counts.items()}
    return Level.over(words, (below[word] for word in words))
