"""Sentences that were written apart from the templates reach what they mean, typed as they are."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
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
    """What the sentence means, as the lists name it; empty for nothing. A name called is a greeting."""
    found = household_sentences().match(text)
    if found is None:
        return ""
    if found.name == "wake":
        return "hello"
    return f"{found.name} {found.slots['ritual']}" if found.name == "start_ritual" else found.name


def test_there_are_three_hundred_and_each_stands_once() -> None:
    texts = [text for _, text in paraphrases("en.yaml")]
    assert len(texts) == len(set(texts)) == 300


def test_every_session_is_asked_for() -> None:
    meant = Counter(meaning for meaning, _ in paraphrases("en.yaml"))
    assert all(meant[f"start_ritual {ritual.id}"] >= 4 for ritual in rituals())


@pytest.mark.parametrize("name", ["en.yaml", "en_fresh.yaml"])
def test_they_reach_what_they_mean(name: str) -> None:
    said = paraphrases(name)
    right = [text for meaning, text in said if understood(text) == meaning]
    wrong = [(text, understood(text)) for meaning, text in said if understood(text) not in (meaning, "")]
    assert len(said) >= 300
    assert len(right) >= REACHED * len(said)
    assert len(wrong) <= MISTAKEN * len(said), wrong


def test_a_list_that_nobody_worked_on_is_understood_as_well() -> None:
    """Of 201 sentences that were only ever measured, 191 reach what they mean."""
    said = paraphrases("en_last.yaml")
    right = [text for meaning, text in said if understood(text) == meaning]
    assert len(right) >= 0.9 * len(said)


@pytest.mark.parametrize("name", ["en_later.yaml", "en_last.yaml"])
def test_later_lists_are_seldom_mistaken(name: str) -> None:
    """What is not understood is asked again; what is misunderstood does harm."""
    said = paraphrases(name)
    wrong = [(text, understood(text)) for meaning, text in said if understood(text) != meaning]
    assert len([text for text, reached in wrong if reached]) <= 0.02 * len(said), wrong


def test_sentences_that_mean_nothing_here_reach_nothing() -> None:
    said = (FOLDER / "en_unrelated.txt").read_text(encoding="utf-8").splitlines()
    assert len(set(said)) >= 300
    assert [(text, understood(text)) for text in said if understood(text)] == []
