"""Sentences that were written apart from the templates reach what they mean, typed as they are."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import yaml

from tests.words_household import household_sentences, rituals

FOLDER = Path(__file__).parent / "paraphrases"

REACHED = 0.95
"""Share of sentences that reach the right intent, at least."""

MISTAKEN = 0.01
"""Share of sentences that reach another one, at most."""


@cache
def paraphrases(name: str) -> tuple[tuple[str, str], ...]:
    """Meaning and sentence."""
    said = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return tuple((meaning, text) for meaning, texts in said.items() for text in texts)


def understood(text: str) -> str:
    """What the sentence means, as the lists name it; empty when it means nothing."""
    found = household_sentences().match(text)
    if found is None:
        return ""
    return f"{found.name} {found.slots['ritual']}" if found.name == "start_ritual" else found.name


def test_there_are_three_hundred_and_each_stands_once() -> None:
    texts = [text for _, text in paraphrases("en.yaml")]
    assert len(texts) == len(set(texts)) == 300


def test_every_session_is_asked_for() -> None:
    meant = Counter(meaning for meaning, _ in paraphrases("en.yaml"))
    assert all(meant[f"start_ritual {ritual.id}"] >= 4 for ritual in rituals())


def test_they_reach_what_they_mean() -> None:
    said = paraphrases("en.yaml")
    right = [text for meaning, text in said if understood(text) == meaning]
    wrong = [(text, understood(text)) for meaning, text in said if understood(text) not in (meaning, "")]
    assert len(right) >= REACHED * len(said)
    assert len(wrong) <= MISTAKEN * len(said), wrong


def test_a_later_list_that_nobody_worked_on_is_seldom_mistaken() -> None:
    """What is not understood is asked again; what is misunderstood does harm. How much is understood is a figure."""
    wrong = [(text, understood(text)) for meaning, text in paraphrases("en_later.yaml") if understood(text) != meaning]
    assert len([text for text, reached in wrong if reached]) <= 2, wrong
