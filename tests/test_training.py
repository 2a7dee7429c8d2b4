"""The recipe of the voice model, as far as it needs no training: what is kept apart, sounds, labels, figures."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from audio.model import embedded
from audio.training.books import Books
from audio.training.contexts import AFTER, KINDS, PDFS, PLAIN, UNKNOWN, contextual, pdf
from audio.training.features import RATE
from audio.training.graph import Tree
from audio.training.held_out import held_out
from audio.training.kaldi import Writer, read_components
from audio.training.language_model import END, Level, Trigram
from audio.training.lexicon import Lexicon, ways_of
from audio.training.microphone import Microphone
from audio.training.phones import PHONES, Segment, labels
from audio.training.prose import examples, told
from audio.training.rooms import critical_distance, impulse_response
from audio.training.scores import calibration_error, reliability, word_error_rate
from audio.training.settings import RECIPE, SMALL, Language, read
from audio.training.texts import Grammar, spoken_texts
from audio.training.topology import GARBAGE, TUPLES, VARIANTS, enter, in_word, stay
from audio.training.voices import ACCENTS, FESTIVAL, FLITE, FOREIGN
from audio.training.voices import VARIANTS as TIMBRES


def test_no_voice_that_is_kept_apart_is_trained_on() -> None:
    held = held_out()
    trained = [f"{accent}+{timbre}" for accent, timbre in itertools.product(ACCENTS, TIMBRES)]
    trained += [*ACCENTS, *FLITE, *FESTIVAL, *FOREIGN]
    assert not [voice for voice in trained if held.holds(voice)]
    assert all(held.holds(speaker) for speaker in held.speakers)


def test_no_sentence_that_is_kept_apart_is_trained_on() -> None:
    held = held_out().sentences
    assert len(held) > 480
    texts = spoken_texts(Grammar(), [["coffee", "ritual", "stop"], ["help"]], seed=3)
    assert not held & set(itertools.islice(texts, 20_000))


def test_a_sentence_that_is_kept_apart_is_drawn_again(tmp_path: Path) -> None:
    command = held_out().commands[0]
    (tmp_path / "talk.txt").write_text(f"sentence: 99* {command} | purple elephants sing\n")
    grammar = Grammar(tmp_path / "talk.txt")
    assert {grammar.sentence(random.Random(seed)) for seed in range(50)} == {"purple elephants sing"}


def test_what_was_written_is_words_and_nothing_kept_apart() -> None:
    written = told()
    assert len(written) > 10_000
    assert not held_out().sentences & set(written)
    assert [sentence for sentence in written if not re.fullmatch(r"[a-z']+( [a-z']+)+", sentence)] == []
    assert len(set(written)) == len(written)


def test_wordnets_examples_are_read_without_what_is_kept_apart(tmp_path: Path) -> None:
    gloss = f'00001740 03 n 01 thing 0 000 | a being; "It\'s a well-made thing"; "alone"; "{held_out().answers[0]}"'
    for kind in ("noun", "verb", "adj", "adv"):
        (tmp_path / f"data.{kind}").write_text("  1 licence\n" + (f"{gloss}\n" if kind == "noun" else ""))
    assert examples(tmp_path) == ["it's a well made thing"]
    with pytest.raises(FileNotFoundError, match="install the package wordnet-base"):
        examples(tmp_path / "none")


def test_a_grammar_names_the_rule_that_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text("sentence: i {verb} you\n")
    with pytest.raises(ValueError, match=r"has no rule verb"):
        Grammar(tmp_path / "talk.txt")


def test_labels_give_every_phone_a_frame() -> None:
    said = [Segment("SIL", 0.0, 0.1), Segment("K", 0.1, 0.11), Segment("AE", 0.11, 0.2), Segment("T", 0.2, 0.4)]
    found = labels(said, 12)
    k, ae, t = (2 * PHONES.index(phone) for phone in ("K", "AE", "T"))
    assert list(found) == [0, 1, 1, k, ae, ae + 1, t, t + 1, t + 1, t + 1, t + 1, t + 1]
    with pytest.raises(ValueError, match="more phones than frames"):
        labels(said, 3)


def test_an_unsure_phone_teaches_nothing_but_what_follows_it_knows_of_it() -> None:
    found = contextual(labels([Segment("~R", 0.0, 0.1), Segment("IY", 0.1, 0.3)], 5))
    iy, after_r = 2 * PHONES.index("IY"), AFTER[PHONES.index("R")]
    assert list(found) == [UNKNOWN] * 3 + [pdf(iy, after_r), pdf(iy + 1, after_r)]


def test_a_phone_sounds_as_the_kind_of_phone_before_it_ends() -> None:
    said = [Segment("SIL", 0.0, 0.1), Segment("OY", 0.1, 0.2), Segment("L", 0.2, 0.3), Segment("SIL", 0.3, 0.5)]
    found = contextual(labels(said, 16))
    assert list(PLAIN[found]) == list(labels(said, 16))
    begins = {int(PLAIN[p]): int(p) for p in found if p % 2 == 0}
    oy, lateral = (2 * PHONES.index(phone) for phone in ("OY", "L"))
    assert begins == {0: 0, oy: pdf(oy, 0), lateral: pdf(lateral, AFTER[PHONES.index("IY")])}


def test_every_phone_is_of_one_kind() -> None:
    assert sorted(phone for kind in KINDS for phone in kind) == sorted(PHONES)
    assert len({pdf(label, kind) for label in range(2 * len(PHONES)) for kind in range(len(KINDS))}) == PDFS


@pytest.mark.parametrize("ratio", [-6.0, 0.0, 12.0])
def test_a_room_is_as_reverberant_as_asked(ratio: float) -> None:
    response = impulse_response(np.random.default_rng(1), 0.4, ratio)
    tail = 10 * math.log10(float((response[1:] ** 2).sum()))
    assert response[0] == 1.0
    assert tail == pytest.approx(-ratio, abs=0.1)
    assert critical_distance(60, 0.4) == pytest.approx(0.698, abs=0.001)


def test_the_same_seed_hears_the_same() -> None:
    voice = np.random.default_rng(0).normal(0, 1, RATE).astype(np.float32)
    first, second, other = (Microphone(seed).speech(voice) for seed in (5, 5, 6))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
    assert np.abs(first).max() <= 32768


@pytest.mark.parametrize(
    ("word", "said"),
    [("cat", "K AE T"), ("cat's", "K AE T S"), ("dog's", "D AO G Z"), ("bus's", "B AH S AX Z"), ("who's", "HH UW Z")],
)
def test_what_belongs_to_a_known_word_is_said_as_english_does_it(word: str, said: str) -> None:
    known = {"cat": "K AE T", "dog": "D AO G", "bus": "B AH S", "who": "HH UW", "who's": "HH UW Z"}
    ways = {known_word: (tuple(phones.split()),) for known_word, phones in known.items()}
    assert ways_of(word, ways) == (tuple(said.split()),)
    assert ways_of("priya's", ways) == ()


def test_a_trigram_gives_every_history_a_whole_distribution() -> None:
    lexicon = Lexicon(dict.fromkeys(("we", "talked", "laughed", "late"), (("AX",),)), (("we",), ("late",)))
    printed = Books.of({"we": 50, "late": 10, "never": 40}, {"we": {"laughed": 3, "never": 9}, "late": {"we": 1}})
    spoken = ["we talked", "we laughed", "we talked late"]
    trigram = Trigram(spoken, lexicon, Language(0, 0, 0, 0.5, 1, 0.4, 10, 2, ()), printed)
    assert sum(trigram.single.values()) == pytest.approx(1)
    for level in trigram.after_one.values():
        assert _total(level, trigram.single) == pytest.approx(1)
    for (_, last), level in trigram.after_two.items():
        pair = trigram.after_one[last,]
        below = {word: pair.words.get(word, pair.rest * p) for word, p in trigram.single.items()}
        assert _total(level, below) == pytest.approx(1)
    assert trigram.after_two["we", "talked"].words[END] > trigram.single[END]


def test_what_is_printed_is_known_although_nobody_said_it() -> None:
    lexicon = Lexicon(dict.fromkeys(("we", "talked", "late", "rain"), (("AX",),)), (("we",), ("late",)))
    printed = Books.of({"we": 50, "late": 30, "rain": 20}, {"late": {"rain": 5}})
    rows = {
        name: Trigram(["we talked", "we talked late"], lexicon, Language(0, 0, 0, 0.5, 1, 0.4, pairs, 2, ()), printed)
        for name, pairs in (("ours", 0), ("both", 10))
    }
    ours, both = rows["ours"].after_one["late",], rows["both"].after_one["late",]
    assert both.words["rain"] > 5 * ours.words.get("rain", ours.rest * rows["ours"].single["rain"])
    assert both.words[END] < ours.words[END]


def _total(level: Level, below: Mapping[str, float]) -> float:
    return sum(level.words.values()) + level.rest * sum(p for word, p in below.items() if word not in level.words)


def test_word_variants_share_their_phones_sounds() -> None:
    assert [VARIANTS[number - 1].name for number in in_word(("K", "AE", "T"))] == ["K_B", "AE_I", "T_E"]
    assert VARIANTS[in_word(("AY",))[0] - 1].name == "AY_S"
    assert len({v.phone for v in VARIANTS if v.name.startswith("AE_")}) == 1


def test_kaldi_finds_a_transition_by_its_place() -> None:
    assert list(TUPLES) == sorted(set(TUPLES))
    for number in range(1, len(VARIANTS) + 1):
        for kind in range(len(KINDS)) if 1 < number < GARBAGE else (0,):
            variant, first = TUPLES[enter(number, kind) // 2 - 1]
            assert variant == number
            assert number == GARBAGE or first == pdf(2 * VARIANTS[number - 1].phone, kind)
            assert enter(number, kind) == stay(number, kind) + 1


def test_the_tree_has_no_arc_twice_and_begins_where_nothing_leads_to() -> None:
    words = {"cat": ("K", "AE", "T"), "cats": ("K", "AE", "T", "S"), "a": ("AX",), "at": ("AE", "T")}
    lines = Tree(Lexicon({word: (phones,) for word, phones in words.items()}, ()), 2.0).lines
    assert len(set(lines)) == len(lines)
    arcs = [line.split()[:2] for line in lines if " " in line]
    assert arcs[0][0] not in {target for _, target in arcs}


def test_a_matrix_survives_being_written(tmp_path: Path) -> None:
    matrix = np.random.default_rng(2).normal(0, 1, (3, 4))
    with Writer(tmp_path / "mdl") as out:
        out.tokens("<ComponentName>", "a", "<FixedAffineComponent>", "<LinearParams>")
        out.matrix(matrix)
        out.tokens("<BiasParams>")
        out.vector([1.0, 2.0, 3.0])
        out.tokens("</FixedAffineComponent>", "<Priors>")
        out.vector([0.25, 0.75])
    parts, priors = read_components(tmp_path / "mdl")
    assert np.allclose(parts["a"][0], matrix, atol=1e-4)
    assert list(priors) == [0.25, 0.75]


@pytest.mark.parametrize("folder", [embedded(), Path(read(RECIPE).start)], ids=["embedded", "start"])
def test_a_network_can_be_read_back(folder: Path) -> None:
    parts, priors = read_components(folder / "am/final.mdl")
    assert len(priors) == PDFS + 2
    assert parts["output.affine"][0].shape == (PDFS, 192)
    assert parts["plain.affine"][0].shape == (2 * len(PHONES), 192)


def test_figures() -> None:
    assert word_error_rate([("we talked a lot", "we talk lot"), ("yes", "yes")]) == pytest.approx(40)
    bins = reliability([(0.95, True), (0.95, True), (0.92, False), (0.31, False)])
    assert [(b.count, b.right) for b in bins] == [(1, 0.0), (3, pytest.approx(2 / 3))]
    assert calibration_error(bins) == pytest.approx((3 * (0.94 - 2 / 3) + 0.31) / 4)


def test_the_recipes_can_be_read_and_a_wrong_name_is_told(tmp_path: Path) -> None:
    assert read(RECIPE).network.context == 11
    assert read(SMALL).start == ""
    (tmp_path / "wrong.toml").write_text(SMALL.read_text().replace("utterances", "utterance"))
    with pytest.raises(ValueError, match=r"wrong\.toml: Amounts has no utterance"):
        read(tmp_path / "wrong.toml")
