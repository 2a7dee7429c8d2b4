"""How often words, and words after words, are printed: counts that come with the package symspellpy (MIT licence).

They are its frequency_dictionary_en_82_765 and frequency_bigramdictionary_en_243_342: Google Books Ngrams (Michel et
al. 2011, CC BY 3.0), kept to words of scowl.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

PACKAGE = "symspellpy"
WORDS, PAIRS = "frequency_dictionary_en_82_765.txt", "frequency_bigramdictionary_en_243_342.txt"
RARE = 2e-7
"""Share of all words in print that any word has at least."""


@dataclass(frozen=True, slots=True)
class Books:
    """Counts."""

    words: Mapping[str, int]
    """Word → how often it is printed."""
    pairs: Mapping[str, Mapping[str, int]]
    """Word → frequent next words → how often they follow it."""
    total: int
    """Of `words`."""

    @classmethod
    def of(cls, words: Mapping[str, int], pairs: Mapping[str, Mapping[str, int]]) -> Books:
        """Counts and their total."""
        return cls(words, pairs, max(sum(words.values()), 1))

    def share(self, word: str) -> float:
        """Of all words in print."""
        return self.words.get(word, 0) / self.total + RARE

    def after(self, word: str) -> dict[str, float]:
        """The frequent next words, and the share of each among them."""
        counts = self.pairs.get(word, {})
        total = sum(counts.values())
        return {other: count / total for other, count in counts.items()}


@lru_cache(maxsize=1)
def books() -> Books:
    """Read both lists (0.3 s)."""
    pairs: dict[str, dict[str, int]] = {}
    for first, second, count in _rows(PAIRS):
        pairs.setdefault(first, {})[second] = int(count)
    return Books.of({word: int(count) for word, count in _rows(WORDS)}, pairs)


def _rows(name: str) -> Iterator[list[str]]:
    text = (importlib.resources.files(PACKAGE) / name).read_text("utf-8-sig")
    return (line.split() for line in text.splitlines() if line)
