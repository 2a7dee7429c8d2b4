"""The sentence files: what loads, what is refused and how, and what the ears are given."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from intents.errors import SentenceError
from intents.loader import FOLDER, languages, load, load_alone
from tests.words_household import household_sentences, vocabulary

CONTROLS = frozenset(
    {"skip", "repeat", "pause", "go_on", "pass", "stop", "scrap_that", "time_left", "help", "contacts", "yes", "no"}
    | {"done", "say_who", "off_record", "on_record", "time_out", "just_for_me", "share_again", "stop_listening", "mute"}
)

HEAD = "language: en\n"


def household(tmp_path: Path, text: str, name: str = "ours.yaml") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def message_of(tmp_path: Path, text: str) -> str:
    folder = household(tmp_path, text)
    with pytest.raises(SentenceError) as caught:
        load("en", folders=[folder], lists={"partner": [("sam", "Sam")]})
    assert caught.value.hint
    return caught.value.message


def test_exactly_these_intents_work_at_every_moment() -> None:
    assert household_sentences().controls == CONTROLS


def test_every_intent_is_in_the_phrases() -> None:
    heard = Counter(phrase.intent for phrase in household_sentences().phrases())
    missing = {name for name in household_sentences().names if heard[name] < 4}
    assert missing == {"stranger"}, "there are too many names to listen for"


def test_the_voice_model_can_hear_every_phrase() -> None:
    spoken = {word for phrase in household_sentences().phrases() for word in phrase.text.split()}
    assert spoken - vocabulary() == {"*"}


def test_phrases_are_a_few_thousand_and_each_stands_once() -> None:
    texts = [phrase.text for phrase in household_sentences().phrases()]
    assert len(texts) == len(set(texts))
    assert 2_000 < len(texts) < 10_000


def test_free_words_stand_at_the_end() -> None:
    for phrase in household_sentences().phrases():
        assert "*" not in phrase.text[:-1]
        assert phrase.text != "*"


def test_control_phrases_stay_few() -> None:
    controls = [phrase for phrase in household_sentences().phrases() if phrase.control]
    assert len(controls) < 300


def test_a_household_adds_wordings(tmp_path: Path) -> None:
    text = HEAD + "intents:\n  skip:\n    data:\n      - sentences: ['[let us] hop over it']\n"
    sentences = load("en", folders=[household(tmp_path, text)])
    found = sentences.match("Let us hop over it!")
    assert found is not None
    assert (found.name, found.control) == ("skip", False)


def test_wordings_that_are_only_typed_are_not_listened_for(tmp_path: Path) -> None:
    text = HEAD + "intents:\n  skip:\n    data:\n      - metadata: {heard: false}\n        sentences: [hop over it]\n"
    sentences = load("en", folders=[household(tmp_path, text)])
    assert sentences.match("hop over it") is not None
    assert "hop over it" not in {phrase.text for phrase in sentences.phrases()}


def test_a_broken_household_file_is_named_and_the_rest_works(tmp_path: Path) -> None:
    household(tmp_path, "language: en\nintents: [", "a_broken.yaml")
    text = HEAD + "intents:\n  skip:\n    data:\n      - sentences: [hop over it]\n"
    problems: list[SentenceError] = []
    sentences = load("en", folders=[household(tmp_path, text, "b_good.yaml")], on_problem=problems.append)
    assert sentences.match("hop over it") is not None
    assert [("a_broken.yaml" in problem.message) for problem in problems] == [True]


def test_a_trigger_that_means_something_else_is_named_and_the_rest_works() -> None:
    problems: list[SentenceError] = []
    sentences = load("en", triggers={"tea": ["stop"], "walk": ["off we go"]}, on_problem=problems.append)
    assert len(problems) == 1
    assert "ritual tea" in problems[0].message
    found = sentences.match("off we go")
    assert found is not None
    assert found.slots == {"ritual": "walk"}
    stopped = sentences.match("stop")
    assert stopped is not None
    assert stopped.name == "stop"


def test_a_ritual_of_the_household_takes_a_name_over() -> None:
    named = [("(coffee|tea) ritual", "coffee"), ("(tea|cake) ritual", "tea")]
    sentences = load("en", lists={"ritual": named})
    for said, ritual in (("coffee", "coffee"), ("tea", "tea"), ("cake", "tea")):
        found = sentences.match(f"start our {said} ritual")
        assert found is not None
        assert found.slots == {"ritual": ritual}


def test_the_name_of_a_partner_may_have_an_ending() -> None:
    sentences = load("en", lists={"partner": [("sam", "Sam")]})
    found = sentences.match("Read me one of Sam's, please.")
    assert found is not None
    assert (found.name, found.slots["partner"]) == ("recall", "Sam")


def test_one_file_stands_alone(tmp_path: Path) -> None:
    household(tmp_path, HEAD + "intents:\n  tea:\n    data:\n      - sentences: [put the kettle on]\n")
    sentences = load_alone(tmp_path / "ours.yaml")
    assert sentences.names == ("tea",)


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(SentenceError, match="tlh") as caught:
        load("tlh")
    assert "en" in caught.value.hint


def test_every_language_folder_loads() -> None:
    assert languages() == sorted(path.parent.name for path in FOLDER.glob("*/concerns.yaml"))
    for language in languages():
        assert load(language, lists={"partner": [("sam", "Sam")]}).phrases()


BROKEN = {
    "not YAML": ("intents:\n  skip: [\n", ["ours.yaml", "line"]),
    "empty": ("", ["ours.yaml", "line 1", "empty"]),
    "comment only": ("# nothing\n", ["ours.yaml", "empty"]),
    "a list": ("- one\n", ["ours.yaml", "line 1", "expected"]),
    "no language": ("intents: {}\n", ["ours.yaml", "language"]),
    "another language": ("language: de\n", ["ours.yaml", "line 1", "language", "de"]),
    "unknown key": (HEAD + "intent:\n  skip: {}\n", ["ours.yaml", "line 2", "intent", "not known"]),
    "unknown key inside": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentence: [hop]\n        sentences: [hop]\n",
        ["line 5", "intents.skip.data.0.sentence", "not known"],
    ),
    "wrong type": (HEAD + "intents:\n  skip:\n    data:\n      - sentences: hop\n", ["line 5", "expected a list"]),
    "a number for a sentence": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentences:\n          - hop\n          - 7\n",
        ["line 7", "expected text"],
    ),
    "no sentences": (HEAD + "intents:\n  skip:\n    data:\n      - sentences: []\n", ["line 5", "length"]),
    "key twice": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentences: [hop]\n  skip:\n    data: []\n",
        ["line 6", "skip", "twice"],
    ),
    "unknown intent": (
        HEAD + "intents:\n  dance:\n    data:\n      - sentences: [dance]\n",
        ["line 3", "intents.dance", "no such intent"],
    ),
    "syntax": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentences: ['hop (over|under']\n",
        ["line 5", "cannot be read", "hop (over|under"],
    ),
    "missing list": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentences: ['hop {animal}']\n",
        ["line 5", "no list {animal}"],
    ),
    "missing rule": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentences: ['hop <far>']\n",
        ["line 5", "no expansion rule <far>"],
    ),
    "rule in itself": (
        HEAD + "expansion_rules:\n  far: 'very <far>'\n"
        "intents:\n  skip:\n    data:\n      - sentences: ['hop <far>']\n",
        ["line 7", "contains itself"],
    ),
    "two meanings": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentences: [stop]\n",
        ["line 5", "'stop' would mean skip here", "controls.yaml, line"],
    ),
    "all optional": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentences: ['[hop] [over]']\n",
        ["line 5", "has to be said"],
    ),
    "free words inside": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentences: ['hop {words} over']\n",
        ["line 5", "end of a sentence only"],
    ),
    "free words alone": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentences: ['{words}']\n",
        ["line 5", "not alone"],
    ),
    "digits": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentences: [hop 7 times]\n",
        ["line 5", "as it is spoken"],
    ),
    "punctuation": (HEAD + "intents:\n  skip:\n    data:\n      - sentences: ['hop!']\n", ["line 5", "'hop'"]),
    "other spelling": (HEAD + "intents:\n  skip:\n    data:\n      - sentences: [lets hop]\n", ["line 5", "let's"]),
    "too many": (
        HEAD + "intents:\n  skip:\n    data:\n      - sentences: ['" + "[very|so|quite] " * 7 + "far']\n",
        ["line 5", "more than 4000"],
    ),
    "list without values": (HEAD + "lists:\n  animal: {}\n", ["line 3", "lists.animal", "values or wildcard"]),
    "list of a wrong kind": (HEAD + "lists:\n  animal: {values: 3}\n", ["line 3", "expected a list"]),
}


@pytest.mark.parametrize(("text", "parts"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_named_with_key_and_line(tmp_path: Path, text: str, parts: list[str]) -> None:
    message = message_of(tmp_path, text)
    assert "ours.yaml" in message
    for part in parts:
        assert part in message, message


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_bytes(b"\xff\xfe\x00language")
    with pytest.raises(SentenceError, match=r"ours\.yaml"):
        load("en", folders=[tmp_path])


def test_what_a_household_says_to_each_other_can_be_listened_for_without_a_meaning(tmp_path: Path) -> None:
    folder = household(tmp_path, HEAD + "asides: [Start our washing machine]\n")
    sentences = load("en", folders=[folder], lists={"partner": [("sam", "Sam")]})
    assert "start our washing machine" in sentences.asides
    assert not [aside for aside in sentences.asides if sentences.match(aside)]
