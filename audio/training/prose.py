"""Sentences that were written one by one, beside those of the grammar: ours in told.txt, and WordNet's examples.

WordNet 3.0 (Princeton University; Miller 1995) shows by examples how its words are used. Debian's package wordnet-base
holds it. Neither has what is kept apart for measuring.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from audio.training.held_out import HERE, held_out

TOLD = HERE / "told.txt"
"""What people tell each other at home; all of it was written for Hearth."""
WORDNET = Path("/usr/share/wordnet")
"""Where its files data.noun and the like are."""
KINDS = ("noun", "verb", "adj", "adv")
DAYS = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)days\b")
"""Left out: "on saturdays" sounds like "on saturday" before a pause, and a reminder needs the day."""


def told(file: Path = TOLD) -> list[str]:
    """Ours."""
    return _allowed(file.read_text("utf-8").splitlines())


def examples(folder: Path = WORDNET) -> list[str]:
    """Those of WordNet, in small letters; FileNotFoundError names the package if it is missing."""
    files = [folder / f"data.{kind}" for kind in KINDS]
    if not all(file.exists() for file in files):
        raise FileNotFoundError(f"{folder} is missing: install the package wordnet-base")
    glosses = (line.partition(" | ")[2] for file in files for line in file.read_text("latin-1").splitlines())
    return _allowed(plain(quoted) for gloss in glosses for quoted in re.findall(r'"([^"]+)"', gloss))


def plain(text: str) -> str:
    """Its words in small letters."""
    return " ".join(re.sub(r"[^a-z' ]", " ", text.lower()).split())


def _allowed(sentences: Iterable[str]) -> list[str]:
    apart = held_out().sentences
    return [s for s in sentences if " " in s and s not in apart and not DAYS.search(s)]
