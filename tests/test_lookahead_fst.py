"""The graph from sounds to words, cut down to the words of a phrase list."""

from __future__ import annotations

import numpy as np
import pytest

from audio.const_fst import ConstFst
from audio.lookahead_fst import only_words
from audio.model import embedded
from audio.model_files import vocabulary
from audio.openfst import FstFormatError

GRAPH = (embedded() / "graph/HCLr.fst").read_bytes()
INNER = GRAPH.index(b"const") - 8
END = ConstFst.parse(GRAPH, INNER)[1]
WORDS = vocabulary(embedded())
SOME = frozenset(WORDS[word] for word in ("start", "our", "coffee", "ritual", "skip", "stop", "[unk]"))


def inner(data: bytes) -> ConstFst:
    return ConstFst.parse(data, INNER)[0]


def ways(graph: ConstFst, words: list[int]) -> set[tuple[int, ...]]:
    """All inputs, those of loops once, with which the graph gives exactly these words from its start to an end."""
    begins, counts = graph.states["first"].tolist(), graph.states["arcs"].tolist()
    ends = np.isfinite(graph.states["final"]).tolist()
    arcs = graph.arcs[["input", "output", "target"]].tolist()
    found = set[tuple[int, ...]]()
    ahead: list[tuple[int, tuple[int, ...], int, frozenset[tuple[int, int]]]]
    ahead = [(graph.start, (), 0, frozenset({(graph.start, 0)}))]
    while ahead:
        here, inputs, told, passed = ahead.pop()
        if ends[here] and told == len(words):
            found.add(inputs)
        for sound, word, target in arcs[begins[here] : begins[here] + counts[here]]:
            more = told + (word != 0)
            if (word and (told == len(words) or word != words[told])) or (target, more) in passed:
                continue
            ahead.append((target, (*inputs, sound), more, passed | {(target, more)}))
    return found


def test_what_is_left_gives_these_words_and_no_others() -> None:
    small = inner(only_words(GRAPH, SOME))
    assert set(small.arcs["output"]) == SOME | {0}
    assert len(small.arcs) < len(inner(GRAPH).arcs) / 50


@pytest.mark.parametrize("phrase", ["stop", "coffee ritual"])
def test_no_way_to_say_a_phrase_is_lost(phrase: str) -> None:
    words = [WORDS[word] for word in phrase.split()]
    every = ways(inner(GRAPH), words)
    assert every
    assert every == ways(inner(only_words(GRAPH, SOME)), words)


def test_states_are_counted_anew() -> None:
    small = inner(only_words(GRAPH, SOME))
    assert int(small.states["arcs"].sum()) == len(small.arcs)
    assert small.arcs["target"].max() < len(small.states)
    sources = np.repeat(np.arange(len(small.states)), small.states["arcs"])
    for name, column in (("input_epsilons", "input"), ("output_epsilons", "output")):
        silent = np.bincount(sources[small.arcs[column] == 0], minlength=len(small.states))
        assert (small.states[name] == silent).all()


def test_what_is_cut_down_can_be_cut_down_further() -> None:
    every = only_words(GRAPH, WORDS.values())
    assert only_words(every, WORDS.values()) == every
    assert only_words(every, SOME) == only_words(GRAPH, SOME)


def test_no_word_is_no_path() -> None:
    assert set(inner(only_words(GRAPH, ())).arcs["output"]) <= {0}


@pytest.mark.parametrize("size", [0, 3, 40, 75, 79, 100, 5_000, 1_300_000, END - 53, END + 7, len(GRAPH) - 1])
def test_a_torn_file_is_told(size: int) -> None:
    with pytest.raises(FstFormatError):
        only_words(GRAPH[:size], SOME)


@pytest.mark.parametrize("at", [INNER - 1, GRAPH.index(b"olabel"), INNER + 9, END + 1, END + 9])
def test_another_form_is_told(at: int) -> None:
    other = bytes((GRAPH[at] ^ 0x55,))
    with pytest.raises(FstFormatError):
        only_words(GRAPH[:at] + other + GRAPH[at + 1 :], SOME)


def test_a_grammar_is_no_such_graph() -> None:
    with pytest.raises(FstFormatError):
        only_words((embedded() / "graph/Gr.fst").read_bytes(), SOME)
