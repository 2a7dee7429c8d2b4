"""The stage "graph": graph/HCLr.fst (the words as one prefix tree of phones), Gr.fst, words.txt, word_boundary.int.

The tree is written by hand. As it is a tree already it needs no determinisation and no disambiguation symbols. Each
node is one phone: entered on its first frame's transition, with its later frames' as a loop.
"""

from __future__ import annotations

import math
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from audio.training.books import books
from audio.training.language_model import Trigram
from audio.training.lexicon import Lexicon
from audio.training.settings import Language, Rejection
from audio.training.topology import GARBAGE, SILENCE, VARIANTS, Place, enter, in_word, stay

UNKNOWN = "[unk]"
"""The word for speech that is in no phrase."""
SILENT, JOINED = -math.log(0.35), -math.log(0.65)
"""Costs of a pause between words and of none: alike before and after each word."""
LOOKAHEAD = "libfstlookahead.so.22"
"""OpenFst's plugin for the type of HCLr.fst, as Debian 12 names it."""


class Tree:
    """All pronunciations as lines for fstcompile."""

    START, ROOT, PAUSE = 0, 1, 2

    def __init__(self, lexicon: Lexicon, unknown_cost: float) -> None:
        self.numbers = {word: i for i, word in enumerate(lexicon.pronunciations, 1)}
        self.numbers[UNKNOWN] = len(self.numbers) + 1
        self.lines: list[str] = []
        self._children: list[dict[int, int]] = [{}]
        self._words: list[set[int]] = [set()]
        self._last: dict[tuple[int, int], set[int]] = defaultdict(set)
        for word, ways in lexicon.pronunciations.items():
            for phones in ways:
                self._add(self.numbers[word], in_word(phones))
        ends = [n for n, v in enumerate(VARIANTS, 1) if v.place in (Place.END, Place.ONLY)]
        self._ends = {number: 3 + i for i, number in enumerate(ends)}
        self._pauses()
        self._arc(self.ROOT, self._ends[GARBAGE], enter(GARBAGE), self.numbers[UNKNOWN], unknown_cost)
        self._write()
        self.lines.append(str(self.ROOT))

    def _add(self, word: int, phones: list[int]) -> None:
        node = 0
        for phone in phones[:-1]:
            if phone not in self._children[node]:
                self._children[node][phone] = len(self._children)
                self._children.append({})
                self._words.append(set())
            node = self._children[node][phone]
            self._words[node].add(word)
        self._last[node, phones[-1]].add(word)

    def _arc(self, source: int, target: int, transition: int, word: int = 0, cost: float = 0.0) -> None:
        self.lines.append(f"{source} {target} {transition} {word}" + (f" {cost:.4f}" if cost else ""))

    def _pauses(self) -> None:
        for state in (self.START, *self._ends.values()):
            self._arc(state, self.ROOT, 0, 0, JOINED)
            self._arc(state, self.PAUSE, enter(SILENCE), 0, SILENT)
        self._arc(self.PAUSE, self.PAUSE, stay(SILENCE))
        self._arc(self.PAUSE, self.ROOT, 0)
        for number, state in self._ends.items():
            self._arc(state, state, stay(number))

    def _state(self, node: int) -> int:
        return self.ROOT if node == 0 else 2 + len(self._ends) + node

    def _write(self) -> None:
        """A word's label stands on the first arc that only this word uses."""
        told = {0: False}
        stack = [0]
        while stack:
            node = stack.pop()
            for phone, child in self._children[node].items():
                alone = not told[node] and len(self._words[child]) == 1
                told[child] = told[node] or alone
                word = next(iter(self._words[child])) if alone else 0
                self._arc(self._state(node), self._state(child), enter(phone), word)
                self._arc(self._state(child), self._state(child), stay(phone))
                stack.append(child)
        for (node, phone), words in self._last.items():
            for word in words:
                self._arc(self._state(node), self._ends[phone], enter(phone), 0 if told[node] else word)


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
    _openfst(f"fstcompile {text} | fstarcsort --sort_type=ilabel | fstconvert --fst_type=const > {graph}/Gr.fst")
    text.unlink()
    return size


def _lookahead(graph: Path, tree: Tree) -> dict[str, int]:
    """Write HCLr.fst; OpenFst gives the words new numbers that its lookahead needs."""
    text, plain, renamed = graph / "hcl.txt", graph / "hcl.fst", graph / "relabel"
    text.write_text("\n".join(tree.lines) + "\n")
    _openfst(f"fstcompile {text} | fstarcsort --sort_type=olabel > {plain}")
    convert = f"fstconvert --fst_type=olabel_lookahead --save_relabel_opairs={renamed} {plain} {graph}/HCLr.fst"
    _openfst(f"LD_PRELOAD={LOOKAHEAD} {convert}")
    pairs = dict(map(int, line.split()) for line in renamed.read_text().splitlines())
    for file in (text, plain, renamed):
        file.unlink()
    return {word: pairs[number] for word, number in tree.numbers.items()}


def _openfst(command: str) -> None:
    """Run OpenFst's programs; RuntimeError says what they printed."""
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"OpenFst (package libfst-tools) failed: {done.stderr.strip()}")
