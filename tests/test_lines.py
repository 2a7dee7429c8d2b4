"""Every sentence that is spoken beside prompts, and the numbers for help."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.contacts import Contact, contacts, countries, emergency
from prompts.errors import PromptError
from prompts.lines import FOLDER, Lines
from tests.words_household import ROOT, household_sentences

ENGLISH = Lines("en")
COUNTED = {"count", "minutes"}


def values_for(key: str, number: int = 2) -> dict[str, str | int]:
    return {name: number if name in COUNTED else name.upper() for name in ENGLISH.placeholders(key)}


def used_in_code() -> set[str]:
    """Keys of lines that the conversation names."""
    sources = (ROOT / "assistant" / "conversation").rglob("*.py")
    found = [re.findall(r"\bsay(?:_of_day)?\(\s*\"(\w+)\"", path.read_text(encoding="utf-8")) for path in sources]
    return {key for keys in found for key in keys}


def test_every_line_that_the_conversation_says_is_there() -> None:
    assert used_in_code()
    assert used_in_code() <= set(ENGLISH.keys)


@pytest.mark.parametrize("key", ENGLISH.keys)
@pytest.mark.parametrize("number", [0, 1, 2, 12])
def test_every_line_can_be_said(key: str, number: int) -> None:
    for seed in range(6):
        said = ENGLISH.pick(key, Random(seed), **values_for(key, number))
        assert said[0] == said[0].upper()
        assert not re.search(r"[{}|#]", said)
        assert said.endswith((".", "?", "!")) or key in ("quote", "quote_for", "quote_unknown")


@pytest.mark.parametrize("key", ENGLISH.keys)
def test_the_same_wording_never_comes_twice_in_a_row(key: str) -> None:
    lines, rng = Lines("en"), Random(4)
    said = [lines.pick(key, rng, **values_for(key)) for _ in range(20)]
    if len(set(said)) > 1:
        assert all(one != other for one, other in pairwise(said))


FIXED = {"stopped", "help_contacts_intro", "emergency", "emergency_no_number", "may_keep", "may_keep_too"}
"""Lines with one wording: what they say may not depend on chance."""


@pytest.mark.parametrize("key", sorted(FIXED))
def test_what_may_not_depend_on_chance_has_one_wording(key: str) -> None:
    lines = Lines("en")
    assert len({lines.pick(key, Random(seed), **values_for(key)) for seed in range(20)}) == 1


def test_stopping_says_the_same_bland_line_always() -> None:
    said = {ENGLISH.pick("stopped", Random(seed)) for seed in range(9)}
    assert said == {"Let's stop here. Say help and contacts any time."}


def test_the_emergency_line_is_one_sentence_with_the_number() -> None:
    said = ENGLISH.pick("emergency", Random(1), number="9 9 9")
    assert "9 9 9" in said
    assert len(re.findall(r"[.?!]", said)) == 1
    assert "cannot call" in said


def test_the_sentences_that_lines_suggest_are_understood() -> None:
    suggested = [
        "start our coffee ritual",
        "help",
        "help and contacts",
        "scrap that",
        "go on",
        "which rituals are there",
        "back on the record",
        "off the record",
        "pass",
        "skip",
        "how long is left",
        "how was our week",
        "what did we appreciate this week",
        "i appreciate that you cooked",
        "repeat",
        "pause",
        "stop",
    ]
    spoken = " ".join(ENGLISH.texts()).lower()
    for sentence in suggested:
        assert sentence in spoken, sentence
        assert household_sentences().match(sentence) is not None, sentence


def test_plurals() -> None:
    for count, form in ((0, "0 entries"), (1, "one entry"), (2, "2 entries")):
        said = {ENGLISH.pick("forgot", Random(seed), count=count) for seed in range(9)}
        assert all(form in text.lower() for text in said), said


def test_every_period_that_can_be_asked_for_has_a_name() -> None:
    periods = set()
    for phrase in household_sentences().phrases():
        if phrase.intent in ("recall", "summary"):
            found = household_sentences().match(phrase.text)
            periods |= {found.slots["period"]} if found and "period" in found.slots else set()
    assert periods
    assert periods == set(ENGLISH.names("period"))
    assert ENGLISH.name("period", "this_week") == "this week"


def test_unknown_keys_and_values_are_errors() -> None:
    with pytest.raises(PromptError, match="no line 'nonsense'"):
        ENGLISH.pick("nonsense", Random(1))
    with pytest.raises(PromptError, match="filled with: count; not with: nothing"):
        ENGLISH.pick("forgot", Random(1))
    with pytest.raises(PromptError, match="not with: name"):
        ENGLISH.pick("skipped", Random(1), name="Sam")
    with pytest.raises(PromptError, match="no name for 'sometime'"):
        ENGLISH.name("period", "sometime")
    with pytest.raises(PromptError, match="tlh"):
        Lines("tlh")


@given(st.text(max_size=40).filter(lambda text: text[:1] != ""))
def test_values_are_said_as_they_are(text: str) -> None:
    said = ENGLISH.pick("quote", Random(1), speaker="Sam", text=text)
    assert said == f"Sam said: {text}"


def test_every_language_has_the_same_lines() -> None:
    for path in FOLDER.glob("*/lines.yaml"):
        other = Lines(path.parent.name)
        assert other.keys == ENGLISH.keys
        assert {key: other.placeholders(key) for key in other.keys} == {
            key: ENGLISH.placeholders(key) for key in ENGLISH.keys
        }
        assert set(other.names("period")) == set(ENGLISH.names("period"))


BROKEN = {
    "empty": ("", ["line 1", "empty"]),
    "no lines": ("language: en\nnames: {}\n", ["lines"]),
    "unknown key": ("language: en\nlines: {}\nnames: {}\nextra: 1\n", ["line 4", "extra"]),
    "wrong type": ("language: en\nlines:\n  hi: 3\nnames: {}\n", ["line 3", "lines.hi", "a list"]),
    "nothing to say": ("language: en\nlines:\n  hi: []\nnames: {}\n", ["line 3", "nothing to say"]),
    "brace": ("language: en\nlines:\n  hi: ['Hi {name']\nnames: {}\n", ["line 3", "braces"]),
    "plural": ("language: en\nlines:\n  hi: ['{count:a|b|c}']\nnames: {}\n", ["line 3", "two forms"]),
    "placeholder": ("language: en\nlines:\n  hi: ['Hi {my name}']\nnames: {}\n", ["line 3", "my name"]),
    "twice": ("language: en\nlines:\n  hi: [Hi]\n  hi: [Ho]\nnames: {}\n", ["line 4", "hi", "twice"]),
}


@pytest.mark.parametrize(("text", "parts"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_line_file_is_named_with_key_and_line(tmp_path: Path, text: str, parts: list[str]) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "lines.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PromptError) as caught:
        Lines("en", tmp_path)
    for part in ["en/lines.yaml", *parts]:
        assert part in caught.value.message, caught.value.message


# ---------------------------------------------------------------- contacts


@pytest.mark.parametrize("country", countries())
def test_every_country_has_one_emergency_number_first(country: str) -> None:
    first, *others = contacts(country)
    assert first.emergency
    assert not any(contact.emergency for contact in others)
    assert emergency(country) == first


@pytest.mark.parametrize("country", countries())
def test_every_contact_has_a_source_and_a_date(country: str) -> None:
    for contact in contacts(country):
        assert contact.source
        assert contact.what
        assert date(2026, 1, 1) <= contact.checked
        assert re.fullmatch(r"[0-9 \-]+", contact.number)
        assert len(contact.number.replace(" ", "").replace("-", "")) >= 3


def test_numbers_are_spoken_digit_by_digit() -> None:
    contact = next(contact for contact in contacts("GB") if contact.number.startswith("0808 2000"))
    assert contact.spoken == "0 8 0 8, 2 0 0 0, 2 4 7"
    assert next(iter(contacts("US"))).spoken == "9 1 1"


def test_members_share_the_common_list() -> None:
    assert contacts("AT") == contacts("EU")
    found = emergency("AT")
    assert found is not None
    assert found.number == "112"


def test_an_unknown_country_has_no_contacts() -> None:
    assert contacts("XX") == ()
    assert emergency("XX") is None
    assert all(isinstance(contact, Contact) for contact in contacts("IE"))
