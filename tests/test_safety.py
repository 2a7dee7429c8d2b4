"""Words that must stop an exercise, and words that must not."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.safety import Safety
from intents.concerns import Concerns, load_concerns
from tests.words_household import household_sentences, rituals, vocabulary


@cache
def concerns() -> Concerns:
    return load_concerns("en", names=("Sam", "Alex"))


@cache
def safety() -> Safety:
    return Safety(concerns().topics, concerns().harmless, concerns().sentences)


FOUND = {
    "he hit me": "safety",
    "Sam hits me.": "safety",
    "and then you slapped me and i fell": "safety",
    "im scared of him": "safety",
    "I’m afraid of Alex": "safety",
    "she won't let me see my friends": "safety",
    "i don't feel safe at home": "safety",
    "he threatened to take the kids": "safety",
    "sometimes he beats our son": "safety",
    "he forced me to have sex": "safety",
    "he pulled a knife": "safety",
    "it is an abusive relationship": "safety",
    "i am going to hurt you": "safety",
    "i want to kill him": "safety",
    "he hit me. that was yesterday": "safety",
    "he hit me with a belt": "safety",
    "he beats me every time he drinks": "safety",
    "she pushed me into the wall": "safety",
    "he is going to kill me if i leave": "safety",
    "i'm scared of him being angry": "safety",
    "i am afraid of what he will do": "safety",
    "I want to KILL myself!": "emergency",
    "i dont want to live anymore": "emergency",
    "they would be better off without me": "emergency",
    "i think about suicide": "emergency",
    "i was cutting myself again": "emergency",
    "i took too many pills": "emergency",
    "help i can't breathe": "emergency",
    "call an ambulance": "emergency",
    "sam is not breathing": "emergency",
    "i think he is having a stroke": "emergency",
}

NOT_FOUND = """
i could kill for a coffee
this traffic is killing me
my boss is going to kill me if i am late again
you are going to kill me but i forgot the milk
i was killing myself laughing
i nearly died laughing
i'd die for a pizza
i am dead tired
it hit me that we are lucky
hit me with the news
you beat me at chess again
she beats me to the bathroom every morning
you pushed me to try again and i am grateful
he kicked me under the table
that film choked me up
i'm afraid of you leaving
we should stop fighting
you hurt me when you said that
i was so angry with you
i felt alone and sad
i am scared of spiders
i hate it when we argue
the baby does not wake up at night
i won't wake up before seven
you take my breath away
i had a heart attack when the bill came
we watched suicide squad
you saved my life
shoot me a message
my mother would kill for that dress
i want to die of embarrassment
i hit the wall at kilometre thirty
he never lets me down
we beat them in the final
""".strip().splitlines()


@pytest.mark.parametrize(("text", "topic"), FOUND.items())
def test_found(text: str, topic: str) -> None:
    assert safety().check(text) == topic


@pytest.mark.parametrize("text", NOT_FOUND)
def test_figures_of_speech_and_quarrels_are_left_alone(text: str) -> None:
    assert safety().check(text) is None


def test_the_topic_that_says_nothing_aloud_comes_first() -> None:
    assert list(concerns().topics) == ["safety", "emergency"]
    assert safety().check("he hits me and i want to die") == "safety"


@pytest.mark.parametrize("topic", ["safety", "emergency"])
def test_every_sequence_is_found_inside_other_words(topic: str) -> None:
    for words in concerns().topics[topic]:
        assert safety().check(f"well, {words.upper()}. that is how it is") is not None, words


def test_every_sentence_that_is_listened_for_is_found_and_can_be_heard() -> None:
    assert safety().phrases()
    for sentence in safety().phrases():
        assert safety().check(sentence), sentence
        assert set(sentence.split()) <= vocabulary(), sentence


def test_nothing_the_assistant_knows_or_asks_is_a_concern() -> None:
    for phrase in household_sentences().phrases():
        assert safety().check(phrase.text) is None, phrase.text
    for ritual in rituals():
        for step in ritual.steps:
            for prompt in step.prompts:
                assert safety().check(prompt.text) is None, prompt.text


@given(st.text(max_size=200))
def test_any_text_is_looked_through(text: str) -> None:
    assert safety().check(text) in (None, "safety", "emergency")


def test_names_of_the_household_count() -> None:
    nameless = Safety(load_concerns("en").topics)
    assert nameless.check("sam hits me") is None
    assert safety().check("sam hits me") == "safety"


def test_without_phrases_nothing_is_found() -> None:
    assert Safety({}).check("he hits me") is None
    assert Safety({}).phrases() == []
