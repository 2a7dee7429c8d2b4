"""Splitting what is to be said into sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.sentences import LONG, split


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        (" \n ", []),
        ("Hello", ["Hello"]),
        ("Take your time. I am listening.", ["Take your time.", "I am listening."]),
        ("Ready? Go! Now.", ["Ready?", "Go!", "Now."]),
        (
            "Dr. Gottman and Mrs. Lee agree. So do I. Thank you.",
            ["Dr. Gottman and Mrs. Lee agree.", "So do I.", "Thank you."],
        ),
        ("It took 3.5 minutes. Then 4.", ["It took 3.5 minutes.", "Then 4."]),
        ("Well... let us begin. And… go on.", ["Well... let us begin.", "And… go on."]),
        ("Breathe in… Breathe out…", ["Breathe in…", "Breathe out…"]),
        ("At 9 a.m. we talk.", ["At 9 a.m. we talk."]),
        ('"I love you." That was it.', ['"I love you."', "That was it."]),
        ("J. R. Smith, e.g. Alex, is here.", ["J. R. Smith, e.g. Alex, is here."]),
        ("One line\nand another", ["One line", "and another"]),
        ("What?! Really?", ["What?!", "Really?"]),
        ("Visit example.org today.", ["Visit example.org today."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


def test_a_long_sentence_is_divided_at_commas() -> None:
    text = "Tell your partner, slowly and in your own words, what you noticed, " * 5 + "and then stop."
    parts = split(text)
    assert len(parts) > 2
    assert all(len(part) <= LONG for part in parts)
    assert all(part.endswith(",") for part in parts[:-1])


def test_a_long_sentence_without_commas_stays_whole() -> None:
    assert split("word " * 100) == [("word " * 100).strip()]


@given(st.text(st.sampled_from("aB 1.,!?…\n'\"()-"), max_size=400))
def test_no_letter_is_lost_or_added(text: str) -> None:
    parts = split(text)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part == part.strip() and part for part in parts)
