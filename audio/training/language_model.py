"""The trigram for free answers: absolute discounting (Ney, Essen and Kneser 1994), as a graph that backs off."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from audio.training.lexicon import Lexicon
from audio.training.settings import Language

BEGIN, END = "<s>", "</s>"
History = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """What follows a history."""

    words: dict[str, float]
    """Word → probability."""
    rest: float
    """Weight of the shorter history's probability for all others."""


class Trigram:
    """Probabilities of words after words."""

    def __init__(self, sentences: Iterable[str], lexicon: Lexicon, smoothing: Language) -> None:
        self._smoothing = smoothing
        ones: Counter[str] = Counter()
        twos: dict[History, Counter[str]] = defaultdict(Counter)
        threes: dict[History, Counter[str]] = defaultdict(Counter)
        for sentence in sentences:
            words = sentence.split()
            if any(word not in lexicon.pronunciations for word in words):
                continue
            row = [BEGIN, *words, END]
            for i in range(1, len(row)):
                ones[row[i]] += 1
                twos[row[i - 1],][row[i]] += 1
                if i > 1:
                    threes[row[i - 2], row[i - 1]][row[i]] += 1
        self.single = self._single(ones, lexicon)
        self.after_one = {history: self._level(counts, self.single) for history, counts in twos.items()}
        self.after_two: dict[History, Level] = {}
        for history, counts in threes.items():
            kept = Counter({word: n for word, n in counts.items() if n >= smoothing.least})
            if kept:
                below = self._below(history[1:], kept)
                self.after_two[history] = self._level(kept, below, total=counts.total())

    def _single(self, ones: Counter[str], lexicon: Lexicon) -> dict[str, float]:
        flat: Counter[str] = Counter(dict.fromkeys(lexicon.pronunciations, 1))
        for weight, words in zip(self._smoothing.classes, lexicon.classes, strict=False):
            for word in words:
                flat[word] += weight  # type: ignore[assignment]
        total, all_flat, share = ones.total(), sum(flat.values()), self._smoothing.flat
        found = {word: (1 - share) * ones[word] / total + share * flat[word] / all_flat for word in flat}
        found[END] = (1 - share) * ones[END] / total + 0.02
        return {word: p / sum(found.values()) for word, p in found.items()}

    def _below(self, history: History, words: Iterable[str]) -> dict[str, float]:
        level = self.after_one[history]
        return {word: level.words.get(word, level.rest * self.single[word]) for word in words}

    def _level(self, counts: Counter[str], below: Mapping[str, float], total: int | None = None) -> Level:
        total = total or counts.total()
        freed = 1 - sum(counts.values()) / total + self._smoothing.discount * len(counts) / total
        words = {w: (n - self._smoothing.discount) / total + freed * below[w] for w, n in counts.items()}
        left, lower = 1 - sum(words.values()), 1 - sum(below[w] for w in words)
        return Level(words, max(left, 1e-6) / max(lower, 1e-6))

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
