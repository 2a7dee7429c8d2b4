"""What counts of speech that nobody addressed to the assistant."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from assistant import loop
from assistant.attention import WINDOW, Attention
from assistant.events import Asked, Concern, Listen, NotUnderstood, Wait
from assistant.modes import Mode, Patience
from assistant.overheard import REPLIES
from assistant.parts import Parts
from assistant.understanding import Understanding
from audio.types import Heard, Transcript, Word
from intents.types import Intent
from tests.stage import sentences, understanding


def phrase(text: str, confidence: float, *rivals: tuple[str, float]) -> Transcript:
    words = tuple(Word(word, 0.0, 0.0, confidence) for word in text.split())
    return Transcript(text, confidence, words, tuple(Transcript(*rival) for rival in rivals))


def overheard(heard: Transcript, *wake: str) -> Asked | Concern | NotUnderstood:
    known = understanding()
    event = Understanding(known.safety, known.sentences, wake).meaning(heard, None, Mode.COMMANDS, addressed=False)
    assert isinstance(event, Asked | Concern | NotUnderstood)
    return event


@pytest.mark.parametrize("text", ["start our coffee ritual", "evening reflection", "help", "what did we appreciate"])
def test_a_sure_sentence_that_begins_something_counts(text: str) -> None:
    assert isinstance(overheard(phrase(text, 0.97)), Asked)


@pytest.mark.parametrize("text", ["no", "yes please", "thanks", "at six", "two", "go on", "i don't think so", "bye"])
def test_what_people_say_to_each_other_does_not_count(text: str) -> None:
    assert understanding().sentences.match(text), "it would count if it were addressed"
    assert isinstance(overheard(phrase(text, 1.0)), NotUnderstood)


@pytest.mark.parametrize("text", ["start our coffee ritual", "evening reflection", "read me what alex said"])
def test_an_unsure_sentence_does_not_count(text: str) -> None:
    assert isinstance(overheard(phrase(text, 0.7)), NotUnderstood)


def test_two_wordings_of_one_meaning_are_as_sure_as_both_together() -> None:
    thanks = ("i am grateful to sam because [unk]", 0.35)
    heard = phrase("i'm grateful to sam because you listen to me", 0.6, thanks)
    assert isinstance(overheard(heard), Asked)
    other = phrase("start our coffee ritual", 0.6, ("start our evening reflection", 0.35))
    assert isinstance(overheard(other), NotUnderstood)


@pytest.mark.parametrize(("agreement", "counts"), [(0.83, True), (0.7, False)])
def test_free_words_count_only_if_dictation_heard_what_comes_before_them(agreement: float, counts: bool) -> None:
    said = replace(phrase("i appreciate that you turned the radio down", 1.0), agreement=agreement)
    assert isinstance(overheard(said), Asked) is counts
    assert isinstance(overheard(replace(phrase("what did we appreciate", 1.0), agreement=agreement)), Asked)


@pytest.mark.parametrize(
    ("agreement", "dictated", "counts"),
    [(0.69, "i've met with", False), (0.69, "help me with", True), (0.8, "i've met with", True)],
)
def test_a_long_sentence_of_which_dictation_heard_next_to_nothing_does_not_count(
    agreement: float, dictated: str, counts: bool
) -> None:
    heard = replace(phrase("help me with a surprise", 1.0), agreement=agreement, dictated=tuple(dictated.split()))
    assert isinstance(overheard(heard), Asked) is counts


@pytest.mark.parametrize(
    ("dictated", "counts"), [("start our coffee ritual", True), ("start a coffee ritual", False), (None, False)]
)
def test_a_sentence_that_dictation_heard_word_for_word_need_not_be_so_sure(dictated: str | None, counts: bool) -> None:
    words = None if dictated is None else tuple(dictated.split())
    heard = replace(phrase("start our coffee ritual", 0.78), dictated=words)
    assert isinstance(overheard(heard), Asked) is counts


@pytest.mark.parametrize(
    ("text", "dictated", "counts"),
    [
        ("what did sam say about the washing machine", "what did tom say about", False),
        ("what did sam say about the washing machine", "what did some say about", True),
        ("what did sam say about the washing machine", "what it sam say about", True),
        ("thank alex for walking the dog", "thank greta for", False),
        ("thank alex for walking the dog", "thank alice for", True),
        ("thanks for walking the dog", "thanks of", False),
        ("thanks for walking the dog", "thanks for", True),
        ("i appreciate that you turned the radio down", "i appreciate what", True),
        ("remind me every to go to town the day before yesterday again", "remind me every", False),
        ("remind me every third of the month", "remind me every", True),
        ("remind me every third of the month", "remind me never", False),
    ],
)
def test_names_short_beginnings_and_unclear_times_count_only_if_dictation_heard_them(
    text: str, dictated: str, counts: bool
) -> None:
    heard = replace(phrase(text, 1.0), agreement=0.9, dictated=tuple(dictated.split()))
    assert isinstance(overheard(heard), Asked) is counts


@pytest.mark.parametrize(
    ("probability", "agreement", "counts"), [(0.92, 0.3, True), (0.8, 0.3, False), (0.8, 0.6, True), (0.6, 0.6, False)]
)
def test_a_call_by_name_counts_if_it_is_sure_or_dictation_heard_it_roughly(
    probability: float, agreement: float, counts: bool
) -> None:
    heard = replace(phrase("hey hearth", probability), agreement=agreement)
    assert isinstance(overheard(heard), Asked) is counts


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("hello hearth", False),
        ("good morning coffee", False),
        ("can you help us", True),
        ("where can we get help", True),
    ],
)
def test_a_sentence_of_which_dictation_heard_only_the_beginning_counts_if_it_calls_for_help(
    text: str, counts: bool
) -> None:
    heard = phrase(text, 1.0)
    assert isinstance(overheard(heard), Asked)
    assert isinstance(overheard(replace(heard, overshoots=True)), Asked) is counts


@pytest.mark.parametrize("text", ["can you help us", "hey hearth", "okay hearth"])
def test_a_call_counts_even_if_dictation_alone_heard_it(text: str) -> None:
    known = understanding()
    event = known.meaning(None, Transcript(text, 0.8), Mode.COMMANDS, addressed=False)
    assert isinstance(event, Asked)


@pytest.mark.parametrize("text", ["start our coffee ritual", "hearth", "he hits me", "read us the reminders we have"])
def test_nothing_else_that_dictation_alone_heard_counts(text: str) -> None:
    event = understanding().meaning(None, Transcript(text, 1.0), Mode.COMMANDS, addressed=False)
    assert event == NotUnderstood()


def test_a_concern_counts_always() -> None:
    assert isinstance(overheard(phrase("i want to kill myself", 0.4)), Concern)


def test_with_wake_phrases_only_what_begins_with_one_counts() -> None:
    assert isinstance(overheard(phrase("start our coffee ritual", 1.0), "hey hearth"), NotUnderstood)
    event = overheard(phrase("hey hearth start our coffee ritual", 1.0), "hey hearth")
    assert isinstance(event, Asked)
    assert event.intent.name == "start_ritual"
    assert isinstance(overheard(phrase("hey hearth", 1.0), "hey hearth"), Asked)


def test_a_call_without_which_nothing_counts_is_taken_sooner() -> None:
    heard = replace(phrase("hey hearth", 0.8), agreement=0.3)
    assert isinstance(overheard(heard), NotUnderstood)
    assert isinstance(overheard(heard, "hey hearth"), Asked)


def test_every_reply_is_an_intent() -> None:
    assert set(sentences().names) >= REPLIES
    assert sentences().match("hey hearth") == Intent("wake")


def test_people_speak_to_it_for_a_while_after_its_last_words() -> None:
    attention = Attention(lambda _: 0.3)
    attention.speak()
    attention.drained()
    attention.advance(WINDOW - 0.5)
    assert attention.addressed
    attention.onset()
    attention.advance(5.0)
    assert attention.heard().addressed
    assert not attention.addressed


@pytest.mark.parametrize("asked", [Listen(Mode.COMMANDS, Patience.COMMAND, 15.0), Listen(Mode.ANSWERS), Wait(60.0)])
def test_people_speak_to_it_while_it_waits_for_them(asked: Listen | Wait) -> None:
    attention = Attention(lambda _: 0.3)
    attention.want(asked)
    attention.advance(100.0)
    assert attention.addressed


@pytest.mark.parametrize("addressed", [True, False])
def test_words_between_people_are_not_shown(addressed: bool) -> None:
    shown: list[Heard] = []
    attention = Attention(lambda _: 0.3)
    attention.advance(1.0 if addressed else WINDOW + 1.0)
    attention.onset()
    parts = SimpleNamespace(
        attention=attention, screen=SimpleNamespace(heard=shown.append), understanding=understanding()
    )
    said = Heard(None, Transcript("the neighbors are so loud", 0.9), 2.0, 3.0)
    (event,) = loop.heard(cast(Parts, parts), said)
    assert isinstance(event, NotUnderstood)
    assert [one.answer is None for one in shown] == [not addressed]
