"""Which phrase is within what was heard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audio.phrase_book import PhraseBook, agreement, merged
from audio.types import Transcript, Word

BOOK = PhraseBook.of(
    ["stop", "done", "well done", "i think so", "thank sam for *", "so long"], ["well", "so", "please", "i think"]
)


def said(text: str) -> Transcript:
    return Transcript(text, 0.9, tuple(Word(word, at, at + 1, 0.9) for at, word in enumerate(text.split())))


@pytest.mark.parametrize(
    ("heard", "phrase"),
    [
        ("stop", "stop"),
        ("well stop", "stop"),
        ("well so i think stop please", "stop"),
        ("well done", "well done"),
        ("well done please", "well done"),
        ("please well done", "well done"),
        ("i think so", "i think so"),
        ("so so long", "so long"),
        ("well thank sam for [unk]", "thank sam for [unk]"),
        ("thank sam for [unk]", "thank sam for [unk]"),
    ],
)
def test_small_talk_around_a_phrase_is_left_out(heard: str, phrase: str) -> None:
    bare = BOOK.bare(said(heard))
    assert bare.text == phrase
    assert " ".join(word.text for word in bare.words) == phrase


@pytest.mark.parametrize("heard", ["", "well", "stop stop", "well [unk]", "stop well please"])
def test_what_holds_no_phrase_stays_as_it_is(heard: str) -> None:
    assert BOOK.bare(said(heard)) == said(heard)


@pytest.mark.parametrize(
    ("heard", "rest"),
    [("well", "well"), ("please", ""), ("please st", "please st"), ("so thank sam", "thank sam"), ("", "")],
)
def test_the_beginning_of_a_phrase_is_seen_behind_small_talk(heard: str, rest: str) -> None:
    assert list(BOOK.led_in(heard.split())) == rest.split()


@pytest.mark.parametrize(
    ("dictated", "overshoots"),
    [("well", True), ("please well", True), ("well done", False), ("well dumb", False), ("", False), ("done", False)],
)
def test_a_phrase_goes_on_after_all_that_dictation_heard(dictated: str, overshoots: bool) -> None:
    assert BOOK.overshoots("well done", said(dictated)) is overshoots


@pytest.mark.parametrize(("dictated", "overshoots"), [("by bye", False), ("bye", True), ("a bye", True)])
def test_a_word_misheard_is_no_breath(dictated: str, overshoots: bool) -> None:
    assert PhraseBook.of(["bye bye"]).overshoots("bye bye", said(dictated)) is overshoots


@pytest.mark.parametrize(
    ("dictated", "overshoots"),
    [
        ("help me with this", True),
        ("i help me with this", True),
        ("so help me with this", True),
        ("help me with a sue price", False),
        ("help them with a surprise", False),
        ("with this", False),
    ],
)
def test_a_phrase_with_another_end_than_dictation_heard_goes_on_too(dictated: str, overshoots: bool) -> None:
    book = PhraseBook.of(["help me with a surprise"], ["so"])
    assert book.overshoots("help me with a surprise", said(dictated)) is overshoots


def test_what_dictation_heard_in_the_time_of_some_words_is_told() -> None:
    heard = said("what did sam say about")
    alike, other = agreement(heard.words, said("what did tom say about the car"))
    assert 0.8 < alike < 1.0
    assert other == ("what", "did", "tom", "say", "about")
    assert agreement(heard.words, heard) == (1.0, (*other[:2], "sam", *other[3:]))


def test_the_same_phrase_in_several_ways_is_as_likely_as_all_of_them_together() -> None:
    paths = [
        replace(said(text), confidence=share) for text, share in (("done", 0.4), ("stop", 0.35), ("well stop", 0.25))
    ]
    best, second = merged(BOOK.bare(path) for path in paths)
    assert (best.text, second.text) == ("stop", "done")
    assert best.confidence == pytest.approx(0.6)
    assert [word.confidence for word in best.words] == [best.confidence]
