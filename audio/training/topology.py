"""Phones as Kaldi counts them: four word-position variants of each, and the transitions of the chain topology."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from audio.training.phones import PHONES


class Place(StrEnum):
    """Where in a word a phone stands, as word_boundary.int names it."""

    NONE = "nonword"
    BEGIN = "begin"
    END = "end"
    INTERNAL = "internal"
    ONLY = "singleton"


SUFFIXES = {"B": Place.BEGIN, "E": Place.END, "I": Place.INTERNAL, "S": Place.ONLY}


@dataclass(frozen=True, slots=True)
class Variant:
    """A phone in one place of a word; all places share their pdfs."""

    name: str
    """For example "AA_B"."""
    pdf: int
    """Number of its first pdf; the next is that of its later frames."""
    place: Place
    """In the word."""


def _variants() -> list[Variant]:
    spoken = [
        Variant(f"{phone}_{suffix}", 2 * number, place)
        for number, phone in enumerate(PHONES)
        if number
        for suffix, place in SUFFIXES.items()
    ]
    return [Variant("SIL", 0, Place.NONE), *spoken, Variant("GBG_S", 2 * len(PHONES), Place.ONLY)]


VARIANTS = tuple(_variants())
"""Place in this tuple + 1 = Kaldi's number. The last is the garbage phone, of which the word [unk] consists."""
NUMBERS = {variant.name: number for number, variant in enumerate(VARIANTS, 1)}
"""Name → Kaldi's number."""
SILENCE = NUMBERS["SIL"]
GARBAGE = NUMBERS["GBG_S"]


def in_word(phones: tuple[str, ...]) -> list[int]:
    """A word's phones → Kaldi's numbers of their variants."""
    last = len(phones) - 1
    return [
        NUMBERS[f"{phone}_{'S' if last == 0 else 'B' if i == 0 else 'E' if i == last else 'I'}"]
        for i, phone in enumerate(phones)
    ]


def enter(number: int) -> int:
    """The transition-id of a phone's first frame."""
    return 2 * number


def stay(number: int) -> int:
    """The transition-id of a phone's later frames."""
    return 2 * number - 1
