"""Phrases → a grammar FST that accepts exactly these phrases, nothing, or speech that is none of them.

Vosk makes a bigram of a phrase list and then hears mixtures of phrases; this graph is a prefix tree of whole
phrases. Beside it a loop over [unk], the model's garbage word, competes for everything else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audio.openfst import Arc, State, vector_fst

FREE = "*"
"""As the last word of a phrase: one or more words of any kind."""
GARBAGE_WORDS = ("[unk]", "<unk>", "<UNK>")
"""Names of the garbage word, in the order they are looked for."""
START, GARBAGE = 0, 1
FORMAT = 1
"""Raised whenever the same phrases would give another graph, so that cached ones are left behind."""


@dataclass(frozen=True, slots=True)
class Deaf:
    """A phrase that the voice model cannot hear."""

    phrase: str
    """The phrase as it was given."""
    words: tuple[str, ...]
    """Its words that the model does not know."""


@dataclass(frozen=True, slots=True)
class PhraseGraph:
    """A grammar for Vosk, and what did not fit into it."""

    fst: bytes
    """OpenFst vector FST, an acceptor over word ids."""
    phrases: tuple[str, ...]
    """The phrases in it, in order and without repeats."""
    deaf: tuple[Deaf, ...]
    """The phrases left out because of unknown words."""


def garbage_word(words: Mapping[str, int]) -> str | None:
    """The model's word for speech outside the vocabulary, None if it has none."""
    return next((word for word in GARBAGE_WORDS if word in words), None)


def split_heard(phrases: Iterable[str], words: Mapping[str, int]) -> tuple[tuple[str, ...], tuple[Deaf, ...]]:
    """The phrases whose words are all known (tidied, sorted, without repeats), and the others."""
    heard, deaf = set(), []
    for phrase in sorted({" ".join(p.split()) for p in phrases} - {"", FREE}):
        unknown = tuple(word for word in _spoken(phrase) if word not in words)
        if unknown:
            deaf.append(Deaf(phrase, unknown))
        else:
            heard.add(phrase)
    return tuple(sorted(heard)), tuple(deaf)


def build(phrases: Iterable[str], words: Mapping[str, int]) -> PhraseGraph:
    """A graph of `phrases` for a model with these word ids; ValueError for a model without a garbage word."""
    garbage = garbage_word(words)
    if garbage is None:
        raise ValueError("the model has no word for unknown speech")
    heard, deaf = split_heard(phrases, words)
    return PhraseGraph(vector_fst(_tree(heard, words, words[garbage])), heard, deaf)


def _tree(phrases: tuple[str, ...], words: Mapping[str, int], garbage: int) -> list[State]:
    """Prefix tree of the phrases, equally likely; the start is final, since silence is no phrase."""
    states = [State(final=0.0, arcs=[Arc(garbage, 0.0, GARBAGE)]), State(0.0, [Arc(garbage, 0.0, GARBAGE)])]
    entry = math.log(max(len(phrases), 1))
    children: dict[tuple[int, str], int] = {}
    for phrase in phrases:
        here = START
        for word in _spoken(phrase):
            here = _child(states, children, here, word, words[word], entry if here == START else 0.0)
        if phrase.endswith(FREE):
            states[here].arcs.append(Arc(garbage, 0.0, GARBAGE))
        else:
            states[here].final = 0.0
    return states


def _child(
    states: list[State], children: dict[tuple[int, str], int], here: int, word: str, label: int, cost: float
) -> int:
    """The state that `word` leads to from `here`, made on first use."""
    if (here, word) not in children:
        children[here, word] = len(states)
        states[here].arcs.append(Arc(label, cost, len(states)))
        states.append(State())
    return children[here, word]


def _spoken(phrase: str) -> list[str]:
    words = phrase.split()
    return words[:-1] if words and words[-1] == FREE else words
