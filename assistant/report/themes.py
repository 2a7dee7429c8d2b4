"""The words that come back in what two people tell each other: counted, never interpreted. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass

from assistant.journal.records import CheckIn
from assistant.report.shown import spoken_words

AT_LEAST = 2
"""In how many entries a word stands before it is a theme: said once, it is only a word."""

AT_MOST = 10
"""Themes on a page."""

SHORTEST = 3
"""Letters of the shortest word that can be a theme."""


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
