"""The stage "graph": graph/HCLr.fst (the words as prefix trees of phones), Gr.fst, words.txt, word_boundary.int.

The trees are written by hand. As they are trees already they need no determinisation and no disambiguation symbols.
Each node is one phone: entered on its first frame's transition, with its later frames' as a loop.
"""

from __future__ import annotations

import math
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from audio.training.books import books
from audio.training.contexts import KINDS
from audio.training.language_model import Trigram
from audio.training.lexicon import Lexicon
from audio.training.settings import Language, Rejection
from audio.training.topology import GARBAGE, SILENCE, VARIANTS, Place, enter, in_word, kind_of, stay

UNKNOWN = "[unk]"
"""The word for speech that is in no phrase."""
SILENT, JOINED = -math.log(0.35), -math.log(0.65)
"""Costs of a pause between words and of none: alike before and after each word."""
LOOKAHEAD = "libfstlookahead.so.22"
"""OpenFst's plugin for the type of HCLr.fst, as Debian 12 names it."""


ALL = tuple(range(len(KINDS)))
"""Kinds of phones."""


@dataclass(slots=True)
class _Node:
    """A beginning that some words share."""

    phone: int = SILENCE
    """Its last phone; silence before any."""
    children: dict[int, int] = field(default_factory=dict)
    """Phone → number of the node that it leads to."""
    words: set[int] = field(default_factory=set)
    """All that begin so."""
    last: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Last phone → the words that end with it."""


class Tree:
    """All pronunciations as lines for fstcompile.

    A word begins at the root of the kind of phone before it. Its first phone is there once for each kind; all that
    follows depends on phones of the word itself, and is there once.
    """

    def __init__(self, lexicon: Lexicon, unknown_cost: float) -> None:
        self.numbers = {word: i for i, word in enumerate(lexicon.pronunciations, 1)}
        self.numbers[UNKNOWN] = len(self.numbers) + 1
        self.lines: list[str] = []
        self._states: dict[tuple[str, int, int], int] = {}
        self._nodes = [_Node()]
        for word, ways in lexicon.pronunciations.items():
            for phones in ways:
                self._add(self.numbers[word], in_word(phones))
        self._pauses()
        self._arc(self._root(), self._end(GARBAGE, 0), enter(GARBAGE), self.numbers[UNKNOWN], unknown_cost)
        self._words()
        self.lines += [str(self._root(kind)) for kind in ALL]

    def _add(self, word: int, phones: list[int]) -> None:
        node = self._nodes[0]
        for phone in phones[:-1]:
            if phone not in node.children:
                node.children[phone] = len(self._nodes)
                self._nodes.append(_Node(phone))
            node = self._nodes[node.children[phone]]
            node.words.add(word)
        node.last[phones[-1]].add(word)

    def _words(self) -> None:
        """A word's label stands on the first arc that only this word uses."""
        stack = [(0, ALL, False)]
        while stack:
            number, copies, told = stack.pop()
            node, first = self._nodes[number], number == 0
            own = kind_of(node.phone)
            sources = [(self._root(c), c) if first else (self._state("node", number, c), own) for c in copies]
            for phone, child in node.children.items():
                below = self._nodes[child]
                alone = not told and len(below.words) == 1
                word = next(iter(below.words)) if alone else 0
                for source, kind in sources:
                    self._arc(source, self._state("node", child, kind if first else 0), enter(phone, kind), word)
                below_copies = ALL if first else (0,)
                for copy in below_copies:
                    target = self._state("node", child, copy)
                    self._arc(target, target, stay(phone, copy if first else own))
                stack.append((child, below_copies, told or alone))
            for phone, words in node.last.items():
                for source, kind in sources:
                    for word in words:
                        self._arc(source, self._end(phone, kind), enter(phone, kind), 0 if told else word)

    def _pauses(self) -> None:
        """The first line that is written names the start for fstcompile."""
        pause = self._state("pause")
        self._between(self._state("start"), 0)
        for number in (n for n, v in enumerate(VARIANTS, 1) if v.place in (Place.END, Place.ONLY)):
            for kind in ALL if number != GARBAGE else (0,):
                end = self._end(number, kind)
                self._arc(end, end, stay(number, kind))
                self._between(end, kind_of(number))
        self._arc(pause, pause, stay(SILENCE))
        self._arc(pause, self._root(), 0)

    def _between(self, state: int, kind: int) -> None:
        self._arc(state, self._root(kind), 0, 0, JOINED)
        self._arc(state, self._state("pause"), enter(SILENCE), 0, SILENT)

    def _root(self, kind: int = 0) -> int:
        return self._state("root", 0, kind)

    def _end(self, phone: int, kind: int) -> int:
        return self._state("end", phone, kind)

    def _state(self, what: str, number: int = 0, kind: int = 0) -> int:
        return self._states.setdefault((what, number, kind), len(self._states))

    def _arc(self, source: int, target: int, transition: int, word: int = 0, cost: float = 0.0) -> None:
        self.lines.append(f"{source} {target} {transition} {word}" + (f" {cost:.4f}" if cost else ""))


def build(
    folder: Path, lexicon: Lexicon, sentences: Iterable[str], language: Language, rejection: Rejection
) -> tuple[int, int]:
    """Write `folder`/graph; returns states and arcs of the language model."""
    graph = folder / "graph"
    (graph / "phones").mkdir(parents=True, exist_ok=True)
    numbers = _lookahead(graph, Tree(lexicon, rejection.start))
    rows = sorted((number, word) for word, number in numbers.items())
    (graph / "words.txt").write_text("<eps> 0\n" + "".join(f"{word} {number}\n" for number, word in rows))
    places = "".join(f"{number} {variant.place}\n" for number, variant in enumerate(VARIANTS, 1))
    (graph / "phones/word_boundary.int").write_text(places)
    (graph / "disambig_tid.int").write_text("")
    text = graph / "g.txt"
    size = Trigram(sentences, lexicon, language, books()).write(text, numbers)
    openfst(f"fstcompile {text} | fstarcsort --sort_type=ilabel | fstconvert --fst_type=const > {graph}/Gr.fst")
    text.unlink()
    return size


def _lookahead(graph: Path, tree: Tree) -> dict[str, int]:
    """Write HCLr.fst; OpenFst gives the words new numbers that its lookahead needs."""
    text, plain, renamed = graph / "hcl.txt", graph / "hcl.fst", graph / "relabel"
    text.write_text("\n".join(tree.lines) + "\n")
    openfst(f"fstcompile {text} | fstarcsort --sort_type=olabel > {plain}")
    convert = f"fstconvert --fst_type=olabel_lookahead --save_relabel_opairs={renamed} {plain} {graph}/HCLr.fst"
    openfst(f"LD_PRELOAD={LOOKAHEAD} {convert}")
    pairs = dict(map(int, line.split()) for line in renamed.read_text().splitlines())
    for file in (text, plain, renamed):
        file.unlink()
    return {word: pairs[number] for word, number in tree.numbers.items()}


def openfst(command: str) -> None:
    """Run OpenFst's programs; RuntimeError says what they printed."""
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"OpenFst (package libfst-tools) failed: {done.stderr.strip()}")
