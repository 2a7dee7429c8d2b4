"""Text as words: lower case, no punctuation, one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_APOSTROPHE = re.compile("[’‘ʼ`´]")


def words(text: str, spellings: Mapping[str, str] | None = None) -> tuple[list[str], list[int]]:
    """The words of a text, and for each the position of the blank-separated piece of `text` that it comes from.

    "What's up - 7, Sam?" gives what's, up, seven, sam from the pieces 0, 1, 3, 4.
    """
    found: list[str] = []
    origin: list[int] = []
    for place, piece in enumerate(text.split()):
        for word in _WORD.findall(_folded(piece)):
            spelt = (spellings or {}).get(word, word).split()
            found += spelt
            origin += [place] * len(spelt)
    return found, origin


def plain(text: str) -> str:
    """The words of a text, joined by single spaces."""
    return " ".join(words(text)[0])


def typings(text: str, letters: Mapping[str, str]) -> list[str]:
    """A text in every way it may be typed on a keyboard that lacks some letters; the text itself comes first.

    `letters` is such a letter → what is typed instead of it, everywhere in the text or nowhere.
    """
    found = [text]
    for letter, instead in letters.items():
        found += [each.replace(letter, instead) for each in found if letter in each]
    return found


def _folded(piece: str) -> str:
    return _APOSTROPHE.sub("'", unicodedata.normalize("NFKC", piece).lower()).strip("'")
