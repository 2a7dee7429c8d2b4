"""The bytes of phrase graphs, read back by a reader of their own and walked."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.added_words import MORE, AddedWord, Lexicon
from audio.openfst import Arc, FstFormatError, State, embedded_symbols, vector_fst
from audio.phrase_graph import RARE, Deaf, build

WORDS = {"[unk]": 9, "start": 3, "our": 1, "ritual": 2, "stop": 5, "that": 4}
PHRASES = st.lists(st.lists(st.sampled_from(["start", "our", "ritual", "stop"]), min_size=1, max_size=4), max_size=12)


@dataclass
class ReadState:
    final: float
    arcs: list[tuple[int, int, float, int]]


def read(data: bytes) -> list[ReadState]:
    stream = io.BytesIO(data)

    def take(code: str) -> list[float]:
        return list(struct.unpack(code, stream.read(struct.calcsize(code))))

    def text() -> bytes:
        return stream.read(int(take("<i")[0]))

    assert take("<i") == [2125659606]
    assert (text(), text()) == (b"vector", b"standard")
    version, flags, _, start, states, arcs = take("<iiQqqq")
    assert (version, flags, start) == (2, 0, 0)
    found = []
    for _ in range(int(states)):
        final, count = take("<fq")
        rows = [take("<iifi") for _ in range(int(count))]
        found.append(ReadState(final, [(int(i), int(o), w, int(t)) for i, o, w, t in rows]))
    assert sum(len(state.arcs) for state in found) == arcs
    assert stream.read() == b""
    return found


def cost(states: list[ReadState], sentence: str) -> float:
    """The cost of the sentence, infinite if it is not accepted; the graph is deterministic."""
    here, total = 0, 0.0
    for word in sentence.split():
        arcs = [arc for arc in states[here].arcs if arc[0] == WORDS[word]]
        if not arcs:
            return math.inf
        ((_, _, weight, here),) = arcs
        total += weight
    return total + states[here].final


def sentences(states: list[ReadState], here: int = 0, seen: tuple[int, ...] = ()) -> set[str]:
    """Everything accepted without [unk]."""
    names = {number: word for word, number in WORDS.items()}
    words = " ".join(names[n] for n in seen)
    found = {words} if states[here].final < math.inf else set()
    for label, _, _, target in states[here].arcs:
        if names[label] != "[unk]":
            found |= sentences(states, target, (*seen, label))
    return found


@given(PHRASES)
def test_exactly_the_phrases_and_nothing_are_accepted(phrases: list[list[str]]) -> None:
    texts = {" ".join(words) for words in phrases}
    states = read(build(texts, WORDS).fst)
    assert sentences(states) == texts | {""}


@given(PHRASES)
def test_all_phrases_are_equally_likely(phrases: list[list[str]]) -> None:
    texts = {" ".join(words) for words in phrases}
    states = read(build(texts, WORDS).fst)
    assert all(cost(states, text) == pytest.approx(math.log(len(texts)), abs=1e-6) for text in texts)


@given(PHRASES)
def test_the_graph_is_a_sorted_prefix_tree_of_acceptor_arcs(phrases: list[list[str]]) -> None:
    texts = {" ".join(words) for words in phrases}
    states = read(build(texts, WORDS).fst)
    prefixes = {tuple(words[:n]) for words in phrases for n in range(1, len(words) + 1)}
    assert len(states) == len(prefixes) + 2
    for state in states:
        labels = [arc[0] for arc in state.arcs]
        assert labels == sorted(set(labels))
        assert all(i == o for i, o, _, _ in state.arcs)


def test_unknown_speech_competes_from_the_start_but_not_within_a_phrase() -> None:
    states = read(build(["start our ritual"], WORDS).fst)
    assert cost(states, "[unk] [unk] [unk]") == 0.0
    assert cost(states, "start [unk]") == math.inf
    assert cost(states, "[unk] start") == math.inf


def test_a_star_stands_for_one_or_more_unknown_words() -> None:
    states = read(build(["start that *", "start that ritual"], WORDS).fst)
    assert cost(states, "start that") == math.inf
    assert cost(states, "start that [unk]") == pytest.approx(math.log(2))
    assert cost(states, "start that [unk] [unk]") == pytest.approx(math.log(2))
    assert cost(states, "start that ritual") == pytest.approx(math.log(2))


def accepted(states: list[ReadState], sentence: str) -> float:
    """The least cost of the sentence, infinite if it is not accepted; small talk makes the graph ambiguous."""
    reached = closed(states, {0: 0.0})
    for word in sentence.split():
        steps = [
            (target, so_far + weight)
            for here, so_far in reached.items()
            for label, _, weight, target in states[here].arcs
            if label == WORDS[word]
        ]
        reached = closed(states, {target: min(c for t, c in steps if t == target) for target, _ in steps})
    return min((c + states[here].final for here, c in reached.items()), default=math.inf)


def closed(states: list[ReadState], reached: dict[int, float]) -> dict[int, float]:
    """With what needs no word."""
    free = {t: c + w for here, c in reached.items() for label, _, w, t in states[here].arcs if label == 0}
    return {**free, **reached}


def test_small_talk_may_stand_around_whole_phrases_and_nowhere_else() -> None:
    states = read(build(["start ritual", "start that *"], WORDS, small_talk=("stop", "our that", "xyzzy")).fst)
    assert accepted(states, "start ritual") == pytest.approx(math.log(2))
    assert accepted(states, "stop our that start ritual") == pytest.approx(3 * math.log(2) + 2 * RARE)
    assert accepted(states, "start ritual our that") == pytest.approx(2 * math.log(2) + RARE)
    assert accepted(states, "stop start that [unk]") == pytest.approx(2 * math.log(2) + RARE)
    for wrong in (
        "start stop ritual",
        "start ritual our",
        "start ritual stop stop",
        "our start ritual",
        "start that stop",
    ):
        assert accepted(states, wrong) == math.inf


def test_the_words_of_a_graph_are_those_that_it_can_give() -> None:
    zoe = AddedWord("zoe", ("our that",))
    ids = Lexicon(WORDS, (zoe,)).labels
    assert build(["start our ritual", "zoe stop"], WORDS, (zoe,)).gives == {0, 9, 3, 1, 2, 5, ids["zoe"], ids[MORE]}


def test_the_words_that_a_graph_takes_are_those_that_the_model_knows() -> None:
    zoe = AddedWord("zoe", ("our that",))
    assert build(["start our ritual", "zoe stop"], WORDS, (zoe,)).takes == {0, 9, 3, 1, 2, 4, 5}


def test_phrases_with_unknown_words_are_reported_and_left_out() -> None:
    graph = build(["stop", "stop xyzzy now", " stop "], WORDS)
    assert graph.deaf == (Deaf("stop xyzzy now", ("xyzzy", "now")),)
    assert graph.phrases == ("stop",)


def test_a_model_without_a_garbage_word_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown speech"):
        build(["stop"], {"stop": 1})


def table(words: Mapping[str, int]) -> bytes:
    def text(value: str) -> bytes:
        return struct.pack("<i", len(value.encode())) + value.encode()

    rows = b"".join(text(word) + struct.pack("<q", number) for word, number in words.items())
    return struct.pack("<i", 2125658996) + text("words") + struct.pack("<qq", len(words), len(words)) + rows


def with_symbols(fst: bytes, words: Mapping[str, int], flags: int) -> bytes:
    """The FST with the table as input symbols (1), output symbols (2) or both (3)."""
    at = 4 + 4 + len("vector") + 4 + len("standard")
    head = fst[:at] + struct.pack("<ii", 2, flags) + fst[at + 8 : at + 40]
    return head + table(words) * flags.bit_count() + fst[at + 40 :]


@given(st.dictionaries(st.text(max_size=8), st.integers(0, 2**40), max_size=20), st.sampled_from([2, 3]))
def test_the_symbol_table_inside_an_fst_is_read(words: dict[str, int], flags: int) -> None:
    fst = vector_fst([State(0.0, [Arc(1, 0.5, 0)])])
    assert embedded_symbols(io.BytesIO(with_symbols(fst, words, flags))) == words


def test_an_fst_without_symbols_has_none() -> None:
    assert embedded_symbols(io.BytesIO(vector_fst([State(0.0)]))) == {}


@given(st.binary(max_size=200))
def test_garbage_is_an_error_and_nothing_else(data: bytes) -> None:
    with pytest.raises(FstFormatError):
        embedded_symbols(io.BytesIO(data))


@given(st.integers(0, 300))
def test_a_torn_file_is_an_error(length: int) -> None:
    whole = with_symbols(vector_fst([State(0.0)]), WORDS, 3)
    end = len(whole) - 12
    with pytest.raises(FstFormatError):
        embedded_symbols(io.BytesIO(whole[: min(length, end - 1)]))
