"""What typed and heard sentences mean."""

from __future__ import annotations

from collections import defaultdict
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents.frames import Frames
from intents.loader import load
from intents.types import Phrase
from tests.words_household import household_sentences

FREE = ["you cooked for us", "the flowers on my desk", "doing the dishes", "stop", "sam and his yes"]
PER_INTENT = 120
"""Phrases of one intent that are matched back; of larger intents a random sample, another one for every seed."""


def sampled() -> list[Phrase]:
    by_intent: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in household_sentences().phrases():
        by_intent[phrase.intent].append(phrase)
    rng = Random(7)
    return [phrase for all_of in by_intent.values() for phrase in rng.sample(all_of, min(PER_INTENT, len(all_of)))]


def meaning(text: str) -> tuple[str, dict[str, str]] | None:
    found = household_sentences().match(text)
    return (found.name, dict(found.slots)) if found else None


def test_every_phrase_means_its_own_intent() -> None:
    rng = Random(3)
    for phrase in sampled():
        free = rng.choice(FREE)
        found = household_sentences().match(phrase.text.replace("*", free))
        assert found is not None, phrase
        assert found.name == phrase.intent, phrase
        assert found.control >= phrase.control, phrase
        if phrase.text.endswith("*"):
            assert found.slots["words"] == free


@settings(max_examples=60, deadline=None)
@given(st.lists(st.from_regex(r"[a-z]{1,9}('[a-z]{1,2})?", fullmatch=True), min_size=1, max_size=12))
def test_free_words_are_kept_as_they_were_said(free: list[str]) -> None:
    said = " ".join(free)
    found = household_sentences().match(f"I want to thank Sam for {said}")
    assert found is not None
    assert (found.name, found.slots["partner"], found.slots["words"]) == ("thank", "Sam", said)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_either_known_or_none(text: str) -> None:
    found = household_sentences().match(text)
    assert found is None or found.name in household_sentences().names


TYPED = {
    "What did we appreciate this week?": ("recall", {"topic": "appreciations", "period": "this_week"}),
    "what did we appreciate": ("recall", {"topic": "appreciations"}),
    "What did Sam appreciate in October?": (
        "recall",
        {"topic": "appreciations", "partner": "Sam", "period": "in_october"},
    ),
    "read me something from last month": ("recall", {"topic": "something", "period": "last_month"}),
    "what went well since monday": ("recall", {"topic": "good_things", "period": "since_monday"}),
    "What have we been grateful for a year ago today?": ("recall", {"topic": "appreciations", "period": "year_ago"}),
    "How’s our week?": ("summary", {"period": "this_week"}),
    "Give us our weekly summary, please.": ("summary", {"period": "this_week"}),
    "how was last month": ("summary", {"period": "last_month"}),
    "START OUR COFFEE RITUAL!!!": ("start_ritual", {"ritual": "coffee"}),
    "Um, hey Hearth ... could we do the evening reflection, please?": ("start_ritual", {"ritual": "evening"}),
    "lets do our weekly check-in": ("start_ritual", {"ritual": "weekly"}),
    "coffee time": ("start_ritual", {"ritual": "coffee"}),
    "I appreciate that you cooked — really, Sam!": ("appreciate", {"words": "you cooked — really, Sam!"}),
    "Okay, I'm so grateful that You're here.": ("appreciate", {"words": "You're here."}),
    "Thank Sam for the 2 Cakes (both)": ("thank", {"partner": "Sam", "words": "the 2 Cakes (both)"}),
    "thank you, alex, for stop and go": ("thank", {"partner": "Alex", "words": "stop and go"}),
    "thanks for the tea": ("thank", {"words": "the tea"}),
    "forget everything I said": ("forget", {"what": "mine"}),
    "Forget that.": ("forget", {"what": "that"}),
    "forget everything I said today": ("forget", {"what": "today"}),
    "what do you know about me?": ("what_do_you_hold", {}),
    "this is Alex": ("say_who", {"partner": "Alex"}),
    "it's alex": ("say_who", {"partner": "Alex"}),
    "7": ("number", {"number": "7"}),
    "I'd say about ten": None,
    "an eight": ("number", {"number": "8"}),
    "the 2nd one": ("number", {"number": "2"}),
    "yeah": ("yes", {}),
    "Nope.": ("no", {}),
    "okay": ("yes", {}),
    "That's all.": ("done", {}),
    "that's all for today": ("stop_listening", {}),
    "'stop'": ("stop", {}),
    "ok hearth, stop please": ("stop", {}),
}


@pytest.mark.parametrize(("text", "wanted"), TYPED.items())
def test_typed_sentences(text: str, wanted: tuple[str, dict[str, str]] | None) -> None:
    assert meaning(text) == wanted


UNRELATED = """
we should stop fighting
please pass the salt and the pepper
i think yes would be the wrong answer
no one came to the party
can you pause the film in the kitchen
the next question is who pays
i said stop it to the dog
he will continue to work there
wait until you hear this
that is not all that happened
i skip breakfast on mondays
help me carry this table upstairs
we go on holiday in may
she repeats herself
done is better than perfect
it was a coffee ritual in italy
my mother appreciates flowers
they thanked sam
how was your week at work
what did you have for lunch
the weather is lovely
forget about it and come to bed
i would like some tea
seven of nine
turn on the kitchen light
what time is it
play some music
i love you
did you feed the cat
let's go shopping
sam is late again
this is sam's coat
it's alex who called
hey
so
please
um
""".strip().splitlines()


@pytest.mark.parametrize("text", UNRELATED)
def test_unrelated_sentences_mean_nothing(text: str) -> None:
    assert meaning(text) is None


@pytest.mark.parametrize("text", ["", " ", "...", "?!", "🙂", "—"])
def test_no_words_mean_nothing(text: str) -> None:
    assert meaning(text) is None


def test_nearest_offers_one_example_per_intent() -> None:
    near = household_sentences().nearest("what did we apreciate this weak", limit=3)
    assert near[0] == "what did we appreciate this week"
    found = [household_sentences().match(text.replace("…", "you cooked")) for text in near]
    names = [intent.name for intent in found if intent]
    assert len(names) == len(set(names)) == len(near)


def test_nearest_offers_nothing_for_noise() -> None:
    assert household_sentences().nearest("xyzzy qwfp zxcv") == []


def test_without_names_nobody_is_named() -> None:
    sentences = load("en")
    assert sentences.match("this is sam") is None
    assert sentences.match("thank you for the tea") is not None


def test_names_are_heard_as_words() -> None:
    sentences = load("en", lists={"partner": [("Anne-Marie", "Anne-Marie"), ("O’Neil", "O’Neil")]})
    texts = {phrase.text for phrase in sentences.phrases()}
    assert {"this is anne marie", "this is o'neil"} <= texts
    for said in ("This is Anne-Marie", "this is anne marie"):
        found = sentences.match(said)
        assert found is not None
        assert found.slots == {"partner": "Anne-Marie"}


WRAPPED = {
    "Could you maybe stop talking now, please?": ("stop", {}),
    "right, can we jump over this one then": ("skip", {}),
    "we would like to do our coffee ritual with you if you are ready": ("start_ritual", {"ritual": "coffee"}),
    "do you know what we appreciated last month": ("recall", {"topic": "appreciations", "period": "last_month"}),
    "Perhaps you could thank Sam for the tea -- and the cake!": (
        "thank",
        {"partner": "Sam", "words": "the tea -- and the cake!"},
    ),
}


@pytest.mark.parametrize(("said", "meant"), WRAPPED.items())
def test_a_wrapped_sentence_means_what_stands_inside(said: str, meant: tuple[str, dict[str, str]]) -> None:
    assert meaning(said) == meant


@pytest.mark.parametrize("said", ["i want to help", "we can wait", "i need to skip", "let's", "can you now please"])
def test_a_wish_is_no_command_and_a_frame_alone_nothing(said: str) -> None:
    assert meaning(said) is None


def test_frames_are_taken_off_the_fewest_words_first() -> None:
    frames = Frames(frozenset({("can", "you"), ("please",)}), frozenset({("i", "want")}), frozenset({("now",)}))
    said = ["please", "can", "you", "go", "now"]
    assert [" ".join(said[core.start : core.end]) for core in frames.cores(said)] == [
        *("please can you go", "can you go now", "can you go", "go now", "go"),
    ]
    assert [core.wished for core in frames.cores(["i", "want", "now"])] == [False, True]
