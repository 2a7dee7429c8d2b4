"""How words are spoken, as espeak-ng reads them: IPA letters, and how alike two of them sound."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from audio.errors import VoiceError

LIMIT = 60.0
"""Seconds that reading a vocabulary may take: 32,000 words take two."""

VOWELS = {
    "i": (0.0, 0.0), "y": (0.0, 0.1), "ɪ": (0.2, 0.15), "ᵻ": (0.2, 0.35), "ʏ": (0.2, 0.25), "e": (0.4, 0.05),
    "ø": (0.4, 0.25), "ɛ": (0.65, 0.15), "œ": (0.65, 0.3), "æ": (0.85, 0.2), "a": (1.0, 0.4), "ɐ": (0.8, 0.5),
    "ə": (0.5, 0.5), "ɜ": (0.55, 0.5), "ɚ": (0.5, 0.55), "ʌ": (0.7, 0.65), "ɑ": (1.0, 0.8), "ɒ": (0.95, 0.95),
    "ɔ": (0.7, 1.0), "o": (0.4, 1.0), "ʊ": (0.2, 0.85), "u": (0.0, 1.0),
}  # fmt: skip
"""Vowel → height (0 close, 1 open) and place (0 front, 1 back), read off the IPA's chart of vowels."""

CONSONANTS = {
    "p": (0.0, 0, 0), "b": (0.0, 0, 1), "m": (0.0, 1, 1), "f": (0.1, 2, 0), "v": (0.1, 2, 1), "w": (0.05, 4, 1),
    "θ": (0.25, 2, 0), "ð": (0.25, 2, 1), "t": (0.35, 0, 0), "d": (0.35, 0, 1), "ɾ": (0.35, 0, 1), "n": (0.35, 1, 1),
    "s": (0.35, 3, 0), "z": (0.35, 3, 1), "l": (0.35, 4, 1), "ɹ": (0.4, 5, 1), "r": (0.4, 5, 1), "ʃ": (0.5, 3, 0),
    "ʒ": (0.5, 3, 1), "ç": (0.6, 2, 0), "j": (0.6, 4, 1), "k": (0.75, 0, 0), "ɡ": (0.75, 0, 1), "ŋ": (0.75, 1, 1),
    "x": (0.75, 2, 0), "ʁ": (0.85, 5, 1), "ʔ": (0.95, 0, 0), "h": (1.0, 2, 0),
}  # fmt: skip
"""Consonant → place (0 lips, 1 throat), manner (0 stop, 1 nasal, 2 fricative, 3 sibilant, 4 glide, 5 r) and voice."""

RELATED = frozenset({"iː", "ij", "ɪj", "uw", "ʊw", "ɚɹ", "ɜɹ", "ɐʁ"})
"""Pairs of a vowel and a consonant that sound alike."""

VOWEL_GAP, CONSONANT_GAP, WEAK_GAP = 0.55, 1.0, 0.6
"""Cost of a vowel, a consonant and a weak consonant (h, r, glottal stop) that only one of the two has."""
WEAK = frozenset("hʔɹʁ")
FOREIGN = 0.8
"""Cost of two letters that do not compare: one is in neither table."""
VOWEL_FOR_CONSONANT = 1.4
"""Cost of a vowel in the place of a consonant: more than most consonants for each other."""


def phonemes(words: Sequence[str], language: str) -> list[tuple[str, ...]]:
    """IPA letters of each word, without stress and length; empty for what espeak-ng cannot read.

    `language` is the name of an espeak-ng voice, such as "en-us". Raises VoiceError without espeak-ng.
    """
    asked = "".join(f"{' '.join(word.split())}\n" for word in words).encode()
    for espeak in ("any", "bundled"):
        said = _ask(espeak, language, asked).decode("utf-8", "replace").splitlines()
        if len(said) == len(words):
            return [_letters(line) for line in said]
    raise VoiceError("How words sound is not known here: espeak-ng does not start.", "Say it with --sounds-like.")


def _ask(espeak: str, language: str, asked: bytes) -> bytes:
    paths = [str(Path(__file__).parent.parent), *filter(None, sys.path)]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", "audio.phoneme_worker", espeak, language]
    try:
        done = subprocess.run(command, input=asked, env=env, capture_output=True, timeout=LIMIT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""


def _letters(line: str) -> tuple[str, ...]:
    return tuple(letter for letter in line if letter in VOWELS or letter in CONSONANTS)


@functools.cache
def gap(letter: str) -> float:
    """What it costs to leave this letter out, or to put it in."""
    if letter in VOWELS:
        return VOWEL_GAP
    return WEAK_GAP if letter in WEAK else CONSONANT_GAP


@functools.cache
def unlike(one: str, other: str) -> float:
    """How unlike two letters sound: 0 the same, 1 as unlike as two consonants can be."""
    if one == other:
        return 0.0
    if one in VOWELS and other in VOWELS:
        (high, front), (high2, front2) = VOWELS[one], VOWELS[other]
        return min(1.0, 0.1 + 0.7 * abs(high - high2) + 0.5 * abs(front - front2))
    if one in CONSONANTS and other in CONSONANTS:
        (place, manner, voice), (place2, manner2, voice2) = CONSONANTS[one], CONSONANTS[other]
        return min(1.0, 0.2 * (voice != voice2) + 0.5 * (manner != manner2) + 0.2 + 0.8 * abs(place - place2))
    if one + other in RELATED or other + one in RELATED:
        return 0.4
    return VOWEL_FOR_CONSONANT
