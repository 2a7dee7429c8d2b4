"""Every language has the same parts, and nothing that is spoken or understood stands in code."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from assistant.report.words import FOLDER as REPORT
from intents.concerns import languages as concern_languages
from intents.concerns import load_concerns
from intents.errors import SentenceError
from intents.loader import languages as sentence_languages
from intents.matcher import Sentences
from prompts.contacts import contacts, countries
from prompts.lines import FOLDER as PROMPTS
from prompts.lines import Lines
from prompts.loader import languages as ritual_languages
from prompts.types import Ritual
from tests.stage import rituals, sentences
from tests.words_household import ROOT

OTHERS = [language for language in sentence_languages() if language != "en"]

MISSING = {"de": {"cancel_reminder", "for_both", "list_reminders", "remind", "snooze", "when"}}
"""Intents that a language does not understand yet. A new intent is worded in every language, or stands here and in
docs/languages.md."""

ALWAYS = (
    "skip",
    "repeat",
    "pause",
    "go_on",
    "pass",
    "stop",
    "scrap_that",
    "time_left",
    "help",
    "contacts",
    "yes",
    "no",
)
"""Sentences without which no conversation can be held."""

CHOSEN = ("topic", "what", "which", "whose", "period", "number")
"""Slots whose values the engine knows."""

WITH_SLOTS = ("recall", "summary", "forget", "number", "just_for_me", "what_do_you_hold")
"""Intents that have such slots."""

PURE = (
    "assistant/conversation",
    *(f"assistant/{name}.py" for name in ("summary", "overview", "quotes", "telling", "themes", "tally")),
    "assistant/understanding.py",
    "assistant/safety.py",
)
LOADERS = ("intents", "prompts")


@cache
def meanings(language: str) -> dict[tuple[str, str], set[str]]:
    """The values of the slots that the engine knows, by intent and slot, of everything that is listened for."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    known: Sentences = sentences(language)
    for phrase in known.phrases():
        if phrase.intent not in WITH_SLOTS:
            continue
        intent = known.match(phrase.text.replace("*", "x"))
        assert intent is not None, phrase.text
        for slot in CHOSEN:
            if slot in intent.slots:
                found[intent.name, slot].add(intent.slots[slot])
    return found


def test_every_language_has_every_part() -> None:
    parts = {
        "sentences": sentence_languages(),
        "concerns": concern_languages(),
        "rituals": ritual_languages(),
        "lines": sorted(path.parent.name for path in PROMPTS.glob("*/lines.yaml")),
        "common words": sorted(path.parent.name for path in PROMPTS.glob("*/common_words.yaml")),
        "report": sorted(path.stem for path in REPORT.glob("*.yaml")),
    }
    assert set(map(tuple, parts.values())) == {tuple(sentence_languages())}, parts
    assert "en" in sentence_languages()
    assert OTHERS


@pytest.mark.parametrize("language", OTHERS)
def test_every_meaning_is_there_or_declared_missing(language: str) -> None:
    here, there = set(sentences(language).names), set(sentences("en").names)
    assert here <= there, "only English has the tests of what an intent does"
    assert there - here == MISSING[language], "word it, or declare it in MISSING and in docs/languages.md"


@pytest.mark.parametrize("language", OTHERS)
def test_what_works_at_every_moment_does_so_in_every_language(language: str) -> None:
    assert sentences("en").controls - MISSING[language] == sentences(language).controls
    assert set(ALWAYS) <= sentences(language).controls
    assert len([phrase for phrase in sentences(language).phrases() if phrase.control]) < 300


@pytest.mark.parametrize("language", OTHERS)
def test_slots_have_the_same_values(language: str) -> None:
    for (intent, slot), values in meanings("en").items():
        assert meanings(language)[intent, slot] == values, (intent, slot)


@pytest.mark.parametrize("language", OTHERS)
def test_every_period_that_can_be_asked_for_has_a_name(language: str) -> None:
    periods = meanings(language)["recall", "period"] | meanings(language)["summary", "period"]
    assert periods == set(Lines(language).names("period"))


@pytest.mark.parametrize("language", OTHERS)
def test_names_are_the_same(language: str) -> None:
    english, other = Lines("en"), Lines(language)
    for group in ("period", "answer", "hour", "day", "every", "in_minutes"):
        assert set(other.names(group)) == set(english.names(group)), group
        assert english.names(group)


@pytest.mark.parametrize("language", OTHERS)
def test_every_contact_has_a_name(language: str) -> None:
    known = [contact for country in countries() for contact in contacts(country)]
    spoken = {contact.what for contact in known} | {contact.hours for contact in known if contact.hours}
    assert spoken == set(Lines(language).names("contact"))


@pytest.mark.parametrize("language", OTHERS)
def test_no_line_and_no_prompt_was_left_in_english(language: str) -> None:
    empty = re.compile(r"[\W\d]*(\{[^}]*\}[\W\d]*)*")
    english = set(Lines("en").texts()) | prompts_of("en")
    same = english & (set(Lines(language).texts()) | prompts_of(language))
    assert [text for text in same if not empty.fullmatch(text)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_rituals_of_one_id_are_led_alike(language: str) -> None:
    assert rituals(language).keys() <= rituals("en").keys()
    for name, ritual in rituals(language).items():
        assert shape(ritual) == shape(rituals("en")[name]), name


@pytest.mark.parametrize("language", OTHERS)
def test_words_of_concern_have_the_same_topics_in_the_same_order(language: str) -> None:
    english, other = load_concerns("en"), load_concerns(language)
    assert list(other.topics) == list(english.topics)
    assert other.sentences


def test_a_language_without_words_of_concern_is_named() -> None:
    with pytest.raises(SentenceError, match="tlh") as caught:
        load_concerns("tlh")
    assert "de, en" in caught.value.hint


def test_the_manual_names_what_is_missing() -> None:
    manual = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")
    for names in MISSING.values():
        for name in names:
            assert f"`{name}`" in manual, name


# ---------------------------------------------------------------- nothing of it in code


def test_only_lines_and_prompts_become_speech() -> None:
    """`Say` is made where a line is picked and where a prompt is filled, and nowhere else in the core."""
    made = {
        str(path.relative_to(ROOT))
        for path in sources("assistant")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Say"
    }
    assert made == {"assistant/conversation/setting.py", "assistant/conversation/course.py"}


@pytest.mark.parametrize("part", [*PURE, *LOADERS])
def test_no_text_in_code_is_english_that_is_spoken_or_understood(part: str) -> None:
    spoken = {text.casefold() for text in Lines("en").texts()} | {text.casefold() for text in prompts_of("en")}
    for path in sources(part):
        for text in texts(path):
            assert text.casefold() not in spoken, f"{path}: {text!r}"
            understood = sentences("en").match(text) if " " in text.strip() else None
            assert understood is None, f"{path}: {text!r} means {understood}"


def test_the_check_for_english_in_code_can_fail(tmp_path: Path) -> None:
    source = tmp_path / "engine.py"
    source.write_text('"""Start our coffee ritual."""\n\nif heard == "start our coffee ritual":\n    pass\n', "utf-8")
    assert texts(source) == ["start our coffee ritual"]
    assert sentences("en").match(texts(source)[0]) is not None


def texts(path: Path) -> list[str]:
    """The texts in a source file that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


def sources(part: str) -> list[Path]:
    place = ROOT / part
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def prompts_of(language: str) -> set[str]:
    own = [ritual for ritual in rituals(language).values() if "tests" not in Path(ritual.source).parts]
    return {prompt.text for ritual in own for step in ritual.steps for prompt in step.prompts}


def shape(ritual: Ritual) -> object:
    """What the engine sees of a ritual, without its words."""
    steps = [
        (step.id, step.who, step.expects, step.save_as, step.private, step.seconds, step.gate, step.reveal)
        for step in ritual.steps
    ]
    return ritual.practice, ritual.keeps, ritual.minutes, steps
