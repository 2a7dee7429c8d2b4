"""Figures of a recogniser: word errors, and how well confidence tells right from wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BINS = 10


def word_errors(right: Sequence[str], heard: Sequence[str]) -> int:
    """Insertions, deletions and substitutions (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(right, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


def word_error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Errors for each word that was said, in percent; pairs of right and heard text."""
    errors = words = 0
    for right, heard in pairs:
        errors += word_errors(right.split(), heard.split())
        words += len(right.split())
    return 100.0 * errors / max(words, 1)


@dataclass(frozen=True, slots=True)
class Bin:
    """Results of similar confidence."""

    count: int
    """How many."""
    confidence: float
    """Their mean confidence."""
    right: float
    """Share of them that was right."""


def reliability(results: Iterable[tuple[float, bool]]) -> list[Bin]:
    """Results (confidence, right) in ten bins of equal width, empty ones left out."""
    sorted_in: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in results:
        sorted_in[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    return [Bin(len(b), sum(c for c, _ in b) / len(b), sum(r for _, r in b) / len(b)) for b in sorted_in if b]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error (Guo et al. 2017): mean gap of confidence and accuracy, 0 to 1."""
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.confidence - b.right) for b in bins) / max(total, 1)
