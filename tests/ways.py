"""In how many ways each thing can be asked for aloud, counting only what makes another way of it."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from tests.words_household import household_sentences

CONTRACTED = {"i'm": "i am", "we're": "we are", "that's": "that is", "it's": "it is", "i'd": "i would"}
CONTRACTED |= {"don't": "do not", "didn't": "did not", "can't": "can not", "let's": "let us", "what's": "what is"}

ALIKE = ("this|that|it", "i|we", "me|us", "can|could|will|would", "sam|alex")
"""Words that make no other way of asking where one stands for the other."""

EMPTY = "my|our|the|a"

CALLED = "wake"
"""Whoever calls Hearth by its name asks for nothing."""

DICTATED = {
    "say_who": (
        *("this is sam", "alex here", "sam speaking", "alex", "i'm alex", "from sam", "for alex", "my name is alex"),
        *("this is sam again", "alex is speaking", "this is sam speaking", "it is alex now", "now it's alex"),
    ),
    "stranger": (
        *("this is james", "this is maria speaking", "my name is david", "i am peter", "this is martin", "i'm charles"),
        *("this is anna", "my name is rachel", "this is michael", "i am elizabeth", "this is thomas", "anna speaking"),
    ),
}
"""What is heard by its own words while an answer is awaited: names are too many to be listened for, or too short."""

REPLIES = {
    "yes": (
        "absolutely",
        "definitely",
        "sounds good",
        "yes we would",
        "why not",
        "go ahead",
        "we can",
        "i guess so",
        "let's do it",
    ),
    "no": (
        "never mind",
        "some other time",
        "no it is not",
        "not this time",
        "no way",
        "forget it",
        "we can't",
        "let's not",
        "please don't",
        "i don't think so",
    ),
    "say_who": ("that was sam", "alex said that", "it is alex", "that was from alex"),
    "stop_listening": ("see you tomorrow", "that's all for today"),
}
"""What answers a question, beside what works at every moment."""


def way(text: str) -> str:
    """The text without what makes it no other way of asking: small talk, short forms, words that stand for others."""
    spelt = " ".join(CONTRACTED.get(word, word) for word in text.split())
    for talk in household_sentences().small_talk:
        spelt = re.sub(rf"\b{talk}\b", "", spelt)
    for letter, words in zip("XWMCP", ALIKE, strict=True):
        spelt = re.sub(rf"\b({words})\b", letter, spelt)
    return " ".join(word for word in spelt.split() if word not in EMPTY.split("|"))


@cache
def ways(*, idle: bool = False) -> dict[str, dict[str, str]]:
    """By intent, each way that is listened for and one wording of it; where nothing goes on (`idle`), or else, of what
    works at every moment, at every moment."""
    found = defaultdict[str, dict[str, str]](dict)
    for phrase in household_sentences().phrases():
        if idle or phrase.control or phrase.intent not in household_sentences().controls:
            found[phrase.intent].setdefault(way(phrase.text), phrase.text)
    return found
