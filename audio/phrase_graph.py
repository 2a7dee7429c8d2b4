"""Phrases → a grammar FST that accepts exactly these phrases, nothing, or speech that is none of them.

Vosk makes a bigram of a phrase list and then hears mixtures of phrases; this graph is a prefix tree of whole phrases.
Beside it a loop over [unk], the model's garbage word, competes for everything else. Small talk ("um", "please") may
come before a phrase, where it leads back to the start, and once after a whole one.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from audio.added_words import MORE, AddedWord, Lexicon
from audio.openfst import Arc, State, vector_fst

FREE = "*"
"""As the last word of a phrase: one or more words of any kind."""
RARE = 3.0
"""Cost of small talk, in nats: most phrases come without."""
GARBAGE_WORDS = ("[unk]", "<unk>", "<UNK>")
"""Names of the garbage word, in the order they are looked for."""
START, GARBAGE = 0, 1
EPSILON = 0
"""The label that needs no word."""
FORMAT = 6
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
    """OpenFst vector FST over word ids: an acceptor, but for the words that were added."""
    takes: frozenset[int]
    """The ids of the words that it can hear."""
    gives: frozenset[int]
    """The ids of the words that it can give."""
    phrases: tuple[str, ...]
    """The phrases in it, in order and without repeats."""
    deaf: tuple[Deaf, ...]
    """The phrases left out because of unknown words."""


def garbage_word(words: Mapping[str, int]) -> str | None:
    """The model's word for speech outside the vocabulary, None if it has none."""
    return next((word for word in GARBAGE_WORDS if word in words), None)


def split_heard(phrases: Iterable[str], words: Container[str]) -> tuple[tuple[str, ...], tuple[Deaf, ...]]:
    """The phrases whose words are all known (tidied, sorted, without repeats), and the others."""
    heard, deaf = set(), []
    for phrase in sorted({" ".join(p.split()) for p in phrases} - {"", FREE}):
        unknown = tuple(word for word in spoken(phrase) if word not in words)
        if unknown:
            deaf.append(Deaf(phrase, unknown))
        else:
            heard.add(phrase)
    return tuple(sorted(heard)), tuple(deaf)


def build(
    phrases: Iterable[str],
    words: Mapping[str, int],
    added: tuple[AddedWord, ...] = (),
    small_talk: Iterable[str] = (),
) -> PhraseGraph:
    """A graph of `phrases` for a model with these word ids; ValueError for a model without a garbage word.

    Small talk that the model does not know is left out.
    """
    garbage = garbage_word(words)
    if garbage is None:
        raise ValueError("the model has no word for unknown speech")
    lexicon = Lexicon(words, added)
    heard, deaf = split_heard(phrases, lexicon.labels)
    tree = _Tree(lexicon, heard, words[garbage])
    tree.surround(split_heard(small_talk, lexicon.own)[0])
    arcs = [arc for state in tree.states for arc in state.arcs]
    takes, gives = ({EPSILON, *ids} for ids in ((arc.label for arc in arcs), (arc.given for arc in arcs)))
    return PhraseGraph(vector_fst(tree.states), frozenset(takes), frozenset(gives), heard, deaf)


class _Tree:
    """Prefix tree of the phrases, equally likely; the start is final, since silence is no phrase."""

    def __init__(self, lexicon: Lexicon, phrases: tuple[str, ...], garbage: int) -> None:
        self.states = [State(final=0.0, arcs=[Arc(garbage, 0.0, GARBAGE)]), State(0.0, [Arc(garbage, 0.0, GARBAGE)])]
        self._lexicon = lexicon
        self._entry = math.log(max(len(phrases), 1))
        self._children: dict[tuple[int, str], int] = {}
        for phrase in phrases:
            here = START
            for word in spoken(phrase):
                here = self._child(here, word)
            if phrase.endswith(FREE):
                self.states[here].arcs.append(Arc(garbage, 0.0, GARBAGE))
            else:
                self.states[here].final = 0.0

    def surround(self, small_talk: tuple[str, ...]) -> None:
        """Let each of these come before and after a phrase, equally likely."""
        if not small_talk:
            return
        ends = [state for state in self.states[GARBAGE + 1 :] if state.final == 0.0]
        after, over = self._state(), self._state()
        self.states[over].final = 0.0
        for end in ends:
            end.arcs.append(Arc(EPSILON, 0.0, after))
        cost = math.log(len(small_talk)) + RARE
        for talk in small_talk:
            for source, target in ((START, START), (after, over)):
                *before, last = (self._lexicon.own[word] for word in talk.split())
                here, weight = source, cost
                for label in before:
                    middle = self._state()
                    self.states[here].arcs.append(Arc(label, weight, middle))
                    here, weight = middle, 0.0
                self.states[here].arcs.append(Arc(last, weight, target))

    def _child(self, here: int, word: str) -> int:
        """The state that `word` leads to from `here`, made on first use."""
        if (here, word) not in self._children:
            child = self._children[here, word] = self._state()
            if word in self._lexicon.own:
                self._arc(here, word, word, child)
            for way in self._lexicon.sounds.get(word, ()):
                self._path(here, word, way, child)
        return self._children[here, word]

    def _path(self, here: int, word: str, way: tuple[str, ...], end: int) -> None:
        """Known words that stand for an added one."""
        for place, part in enumerate(way):
            target = end if place == len(way) - 1 else self._state()
            self._arc(here, part, word if place == 0 else MORE, target)
            here = target

    def _arc(self, here: int, heard: str, written: str, target: int) -> None:
        labels, cost = self._lexicon.labels, self._entry if here == START else 0.0
        self.states[here].arcs.append(Arc(labels[heard], cost, target, labels[written]))

    def _state(self) -> int:
        self.states.append(State())
        return len(self.states) - 1


def spoken(phrase: str) -> list[str]:
    """The words of a phrase that are not free."""
    words = phrase.split()
    return words[:-1] if words and words[-1] == FREE else words
