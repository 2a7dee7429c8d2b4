"""Words that a model was not taught: their paths in graphs, and how what was heard is written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.added_words import MORE, AddedWord, Lexicon, as_mapped, as_marked
from audio.const_fst import ConstFst
from audio.dictation_graph import PHRASE, RANK, WORD, can_add, with_words
from audio.model import embedded
from audio.openfst import Arc, FstFormatError, State, vector_fst
from audio.phrase_graph import build
from tests.test_phrase_graph import ReadState, read

OWN = {"[unk]": 9, "this": 1, "is": 2, "neve": 3, "sur": 4, "sha": 5, "ana": 6}
ADDED = (AddedWord("niamh", ("neve", "xyzzy")), AddedWord("saoirse", ("sur sha", "sur")), AddedWord("ana", ("sha",)))
LEXICON = Lexicon(OWN, ADDED)
GRAMMAR = (embedded() / "graph/Gr.fst").read_bytes()


def outputs(states: list[ReadState], words: str, labels: dict[str, int]) -> set[str]:
    """Everything that a graph gives for these words."""
    names = {number: word for word, number in labels.items()}
    found = {(0, "")}
    for word in words.split():
        found = {
            (target, f"{said} {names[output]}")
            for here, said in found
            for label, output, _, target in states[here].arcs
            if label == labels[word]
        }
    return {said.strip() for here, said in found if states[here].final < math.inf}


def test_only_sound_alikes_of_known_words_count() -> None:
    assert LEXICON.sounds == {"niamh": (("neve",),), "saoirse": (("sur", "sha"), ("sur",)), "ana": (("sha",),)}
    assert Lexicon(OWN, (AddedWord("niamh", ("xyzzy",)),)).labels == OWN
    assert Lexicon(OWN, (AddedWord("neve", ("neve",)),)).sounds == {}


def test_a_known_word_is_only_made_likelier() -> None:
    lexicon = Lexicon(OWN, (AddedWord("ana", ()), AddedWord("niamh", ())))
    assert lexicon.labels == OWN
    assert lexicon.paths() == [((OWN["ana"],), (OWN["ana"],))]


def test_added_words_have_ids_of_their_own_and_known_words_keep_theirs() -> None:
    labels = LEXICON.labels
    assert {word: labels[word] for word in OWN} == OWN
    new = set(labels) - set(OWN)
    assert new == {MORE, "niamh", "saoirse"}
    assert len({labels[word] for word in labels}) == len(labels)


def test_a_phrase_graph_gives_the_added_word_for_what_it_sounds_like() -> None:
    states = read(build(["this is niamh", "this is saoirse", "this is ana", "saoirse *"], OWN, ADDED).fst)
    labels = dict(LEXICON.labels)
    assert outputs(states, "this is neve", labels) == {"this is niamh"}
    assert outputs(states, "this is sur sha", labels) == {f"this is saoirse {MORE}"}
    assert outputs(states, "this is sur", labels) == {"this is saoirse"}
    assert outputs(states, "this is ana", labels) == {"this is ana"}
    assert outputs(states, "this is sha", labels) == {"this is ana"}
    assert outputs(states, "sur sha [unk]", labels) == {f"saoirse {MORE} [unk]"}


def test_a_phrase_with_an_added_word_is_heard() -> None:
    graph = build(["this is niamh", "this is xyzzy"], OWN, ADDED)
    assert graph.phrases == ("this is niamh",)
    assert [deaf.words for deaf in graph.deaf] == [("xyzzy",)]


def test_the_further_words_of_one_belong_to_it() -> None:
    assert as_marked(["this", "is", "saoirse", MORE, MORE]) == [("this", 1), ("is", 1), ("saoirse", 3)]
    assert as_marked([MORE, "is"]) == [(MORE, 1), ("is", 1)]


@given(st.lists(st.sampled_from([*OWN, MORE]), max_size=12))
def test_every_word_that_was_heard_is_accounted_for(words: list[str]) -> None:
    for spelling in (as_marked, as_mapped(LEXICON.sounds)):
        assert sum(count for _, count in spelling(words)) == len(words)


def test_where_the_graph_cannot_say_it_words_are_replaced_the_longest_first() -> None:
    spelling = as_mapped(LEXICON.sounds)
    assert spelling(["this", "is", "sur", "sha"]) == [("this", 1), ("is", 1), ("saoirse", 2)]
    assert spelling(["sur", "neve"]) == [("saoirse", 1), ("niamh", 1)]


def test_a_phrase_is_spelt_out_for_vosks_own_grammar() -> None:
    assert LEXICON.spoken("this is saoirse") == ["this is sur sha", "this is sur"]
    assert LEXICON.spoken("ana") == ["ana", "sha"]


# ---------------------------------------------------------------- the language model


def test_a_constant_graph_is_read_and_written_again() -> None:
    graph = ConstFst.read(GRAMMAR)
    again = ConstFst.read(graph.to_bytes())
    assert again.start == graph.start
    assert again.states.tobytes() == graph.states.tobytes()
    assert again.arcs.tobytes() == graph.arcs.tobytes()


def test_an_added_word_follows_anything_and_nothing_else_changes() -> None:
    paths = [([7], [90_000]), ([7, 8], [90_001, 90_002])]
    before, after = ConstFst.read(GRAMMAR), ConstFst.read(with_words(GRAMMAR, paths))
    busiest = int(before.states["arcs"].argmax())
    for number in (0, busiest - 1, busiest + 1, len(before.states) - 1):
        assert arcs(after, number) == arcs(before, number)
    assert (after.states["arcs"][: len(before.states)] - before.states["arcs"]).sum() == len(paths)
    assert (after.states["final"][: len(before.states)] == before.states["final"]).all()
    known = set(arcs(before, busiest))
    more = [arc for arc in arcs(after, busiest) if arc not in known]
    cost = sorted(weight for _, _, weight, _ in known)[RANK]
    assert more == [(7, 90_000, cost, busiest), (7, 90_001, cost, len(before.states))]
    assert arcs(after, len(before.states)) == [(8, 90_002, 0.0, busiest)]
    assert math.isinf(after.states[-1]["final"])
    inputs = [arc[0] for arc in arcs(after, busiest)]
    assert inputs == sorted(inputs)


def test_a_phrase_is_spelt_out_in_each_way_in_which_its_words_may_sound() -> None:
    labels = LEXICON.labels
    assert LEXICON.ways(["this", "is"]) == [((1, 2), (1, 2))]
    saoirse = labels["saoirse"]
    assert LEXICON.ways(["is", "saoirse"]) == [((2, 4, 5), (2, saoirse, labels[MORE])), ((2, 4), (2, saoirse))]


def test_phrases_share_their_beginnings_and_cost_something_for_each_word() -> None:
    before = ConstFst.read(GRAMMAR)
    after = ConstFst.read(with_words(GRAMMAR, [], [((7, 8), (7, 8)), ((7, 8, 9), (7, 8, 9)), ((7, 6), (7, 6))]))
    busiest, first = int(before.states["arcs"].argmax()), len(before.states)
    known = set(arcs(before, busiest))
    assert [arc for arc in arcs(after, busiest) if arc not in known] == [(7, 7, PHRASE + WORD, first)]
    assert arcs(after, first) == [(6, 6, WORD, busiest), (8, 8, WORD, busiest), (8, 8, WORD, first + 1)]
    assert arcs(after, first + 1) == [(9, 9, WORD, busiest)]
    assert len(after.states) == first + 2


def arcs(graph: ConstFst, state: int) -> list[tuple[int, int, float, int]]:
    begin, count = int(graph.states[state]["first"]), int(graph.states[state]["arcs"])
    return [tuple(arc) for arc in graph.arcs[begin : begin + count].tolist()]


def test_files_whose_blocks_are_aligned_are_read_too() -> None:
    """Version 1 of the format: states and arcs begin at multiples of 16 bytes."""
    graph = ConstFst.read(GRAMMAR)
    packed = graph.to_bytes()
    head = bytearray(packed[: len(packed) - graph.states.nbytes - graph.arcs.nbytes])
    at = head.index(b"standard") + len("standard")
    head[at : at + 4] = (1).to_bytes(4, "little")
    aligned = padded(padded(bytes(head)) + graph.states.tobytes()) + graph.arcs.tobytes()
    again = ConstFst.read(aligned)
    assert again.states.tobytes() == graph.states.tobytes()
    assert again.arcs.tobytes() == graph.arcs.tobytes()


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


@pytest.mark.parametrize("data", [b"", b"rubbish" * 20, GRAMMAR[:1000], vector_fst([State(0.0, [Arc(1, 0.0, 0)])])])
def test_other_graphs_are_left_as_they_are(data: bytes) -> None:
    assert not can_add(data)
    with pytest.raises(FstFormatError):
        ConstFst.read(data)
