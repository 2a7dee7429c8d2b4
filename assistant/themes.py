"""The words that come back in what two people tell each other: counted, never interpreted. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass

from assistant.journal.records import CheckIn

AT_LEAST = 2
"""In how many entries a word stands before it is a theme: said once, it is only a word."""

AT_MOST = 10
"""Themes on a page."""

SHORTEST = 3
"""Letters of the shortest word that can be a theme."""

STEM = 4
"""Letters from which on a word and one that begins like it count as the same: "garden" and "gardens"."""

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Theme:
    """One word that was really said, in the form in which it was said most."""

    word: str
    """As it stands in the entries."""
    entries: int
    """In how many entries it stands."""


def find_themes(entries: Iterable[CheckIn], ignored: Set[str]) -> tuple[Theme, ...]:
    """The words that stand in most entries, most first; `ignored` holds case-folded words that say little."""
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        said = {word.casefold(): word for word in spoken_words(entry.text)}
        for key, word in said.items():
            forms[key][word] += 1
    counts = {key: form.total() for key, form in forms.items() if len(key) >= SHORTEST and key not in ignored}
    often = sorted((-count, key) for key, count in counts.items() if count >= AT_LEAST)
    return tuple(Theme(forms[key].most_common(1)[0][0], -count) for count, key in often[:AT_MOST])


def about(entries: Iterable[CheckIn], theme: str, little: Set[str]) -> tuple[CheckIn, ...]:
    """Those in which every word of the theme stands, but for words that say little (case-folded)."""
    asked = folded(theme) - little or folded(theme)
    return tuple(entry for entry in entries if asked and all(_stands(word, folded(entry.text)) for word in asked))


def spoken_words(text: str) -> list[str]:
    """The words of a text as they were said, without numbers and without a possessive 's."""
    found = (word.replace("’", "'") for word in WORD.findall(text))
    return [word[:-2] if word.casefold().endswith("'s") else word for word in found]


def folded(text: str) -> set[str]:
    """The case-folded words of a text, each once."""
    return {word.casefold() for word in spoken_words(text)}


def _stands(word: str, said: Set[str]) -> bool:
    return word in said or any(_begin_alike(word, other) for other in said)


def _begin_alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= STEM and len(longer) - len(shorter) <= STEM - 1 and longer.startswith(shorter)
