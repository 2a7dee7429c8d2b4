"""Phones as Kaldi counts them: four word-position variants of each, and the transitions of the chain topology."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from audio.training.contexts import AFTER, KINDS, PDFS, pdf
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
    phone: int
    """Its place in PHONES; one more than the last for the garbage phone."""
    place: Place
    """In the word."""


def _variants() -> list[Variant]:
    spoken = [
        Variant(f"{phone}_{suffix}", number, place)
        for number, phone in enumerate(PHONES)
        if number
        for suffix, place in SUFFIXES.items()
    ]
    return [Variant("SIL", 0, Place.NONE), *spoken, Variant("GBG_S", len(PHONES), Place.ONLY)]


VARIANTS = tuple(_variants())
"""Place in this tuple + 1 = Kaldi's number. The last is the garbage phone, of which the word [unk] consists."""
NUMBERS = {variant.name: number for number, variant in enumerate(VARIANTS, 1)}
"""Name → Kaldi's number."""
SILENCE = NUMBERS["SIL"]
GARBAGE = NUMBERS["GBG_S"]


def _tuples() -> list[tuple[int, int]]:
    kinds = range(len(KINDS))
    spoken = [(n, pdf(2 * VARIANTS[n - 1].phone, kind)) for n in range(SILENCE + 1, GARBAGE) for kind in kinds]
    return [(SILENCE, 0), *spoken, (GARBAGE, PDFS)]


TUPLES = tuple(_tuples())
"""Number of a variant and its first pdf after each kind of phone; the next pdf is that of its later frames.

Place in this tuple + 1 = Kaldi's transition state.
"""


def in_word(phones: tuple[str, ...]) -> list[int]:
    """A word's phones → Kaldi's numbers of their variants."""
    last = len(phones) - 1
    return [
        NUMBERS[f"{phone}_{'S' if last == 0 else 'B' if i == 0 else 'E' if i == last else 'I'}"]
        for i, phone in enumerate(phones)
    ]


def kind_of(number: int) -> int:
    """The kind that a phone is of, for the phone after it; after garbage, as after silence."""
    return 0 if number == GARBAGE else int(AFTER[VARIANTS[number - 1].phone])


def enter(number: int, kind: int = 0) -> int:
    """The transition-id of a phone's first frame after a phone of this kind."""
    return 2 * _state(number, kind)


def stay(number: int, kind: int = 0) -> int:
    """The transition-id of a phone's later frames after a phone of this kind."""
    return 2 * _state(number, kind) - 1


def _state(number: int, kind: int) -> int:
    if number == SILENCE:
        return 1
    return len(TUPLES) if number == GARBAGE else 2 + (number - 2) * len(KINDS) + kind
