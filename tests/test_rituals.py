"""The rituals that ship, and what is said about broken ones."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from assistant.quotes import OWN, POSITIVE, UNTOLD
from intents.loader import load
from prompts.checking import GATED, PRACTICES
from prompts.errors import PromptError
from prompts.loader import FOLDER, languages, load_rituals
from prompts.schema import RitualFile, StepBody
from prompts.types import Begins, Condition, Expects, Keeps, Prompt, Ritual, Who
from prompts.wording import remarks
from tests.words_household import ROOT, household_sentences, rituals

HEAD = "language: en\nid: tea\ntitle: tea ritual\ncalled: [tea for two]\nminutes: 5\n"


def by_id(name: str) -> Ritual:
    return next(ritual for ritual in rituals() if ritual.id == name)


def write(folder: Path, text: str, name: str = "tea.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def load_one(folder: Path, steps: str, head: str = HEAD) -> Ritual:
    write(folder, head + "steps:\n" + steps)
    return next(ritual for ritual in load_rituals("en", [folder]) if ritual.id == "tea")


# ---------------------------------------------------------------- what ships


def test_the_first_rituals_are_there() -> None:
    assert {"coffee", "evening", "appreciation"} <= {ritual.id for ritual in rituals()}


@pytest.mark.parametrize("name", ["coffee", "evening", "appreciation", "open_questions"])
def test_forty_prompts_await_an_answer(name: str) -> None:
    prompts = {prompt.id for step in by_id(name).steps if step.expects is Expects.WORDS for prompt in step.prompts}
    assert len(prompts) >= 40


def test_prompt_ids_and_texts_are_unique() -> None:
    seen: dict[str, str] = {}
    for ritual in rituals():
        for step in ritual.steps:
            assert len({prompt.text for prompt in step.prompts}) == len(step.prompts)
            for prompt in step.prompts:
                assert seen.setdefault(prompt.id, prompt.text) == prompt.text


@pytest.mark.parametrize("ritual", rituals(), ids=lambda ritual: ritual.id)
def test_prompts_are_short_and_end_with_the_question(ritual: Ritual) -> None:
    assert remarks(ritual) == []


@pytest.mark.parametrize("ritual", rituals(), ids=lambda ritual: ritual.id)
def test_at_most_three_answers_each(ritual: Ritual) -> None:
    for person in (Who.FIRST, Who.SECOND):
        turns = [step for step in ritual.steps if step.who in (person, Who.EACH) and step.expects is Expects.WORDS]
        own = [step for step in turns if step.prompts[0].id.split(".")[-2] not in ("first_answer", "second_answer")]
        assert len(own) <= 3


def test_every_kind_that_is_kept_is_told_or_kept_untold_on_purpose() -> None:
    kinds = {step.save_as for ritual in rituals() for step in ritual.steps} - {""}
    assert kinds <= POSITIVE | UNTOLD
    assert not POSITIVE & UNTOLD


def test_what_is_told_comes_from_good_practices_alone() -> None:
    told = {r.practice for r in rituals() for step in r.steps if step.save_as in POSITIVE and not step.private}
    assert told == {"connection", "positive", "quality_time"}


def test_what_belongs_to_one_person_is_private() -> None:
    own = [step for ritual in rituals() for step in ritual.steps if step.save_as in OWN]
    assert own
    assert all(step.private for step in own)
    assert {r.practice for r in rituals() if r.begins is Begins.ALONE} == {"self_care", "generosity", "forgiveness"}


def test_all_ten_practices_are_led() -> None:
    assert {ritual.practice for ritual in rituals()} == set(PRACTICES) - {"household"}


def test_delicate_practices_open_with_the_gate() -> None:
    for ritual in rituals():
        first = next(step for step in ritual.steps if step.expects is not Expects.NOTHING)
        assert first.gate == (ritual.practice in GATED), ritual.id
        if first.gate:
            assert all("safe" in prompt.text for prompt in first.prompts)


def test_practices_keep_what_the_brief_allows() -> None:
    kept = {ritual.id: (ritual.keeps, {step.save_as for step in ritual.steps} - {""}) for ritual in rituals()}
    for name in ("forgiveness", "apology", "hold_on", "finding_help"):
        assert kept[name] == (Keeps.NOTHING, set())
    assert kept["presence"] == (Keeps.HAPPENED, set())
    assert kept["issue"] == kept["issue_review"] == (Keeps.WORDS, {"trial", "review"})
    assert kept["listening"] == (Keeps.WORDS, {"shared"})
    assert all(step.kept_if for step in by_id("listening").steps if step.save_as)


@pytest.mark.parametrize("ritual", rituals(), ids=lambda ritual: ritual.id)
def test_fifteen_prompts_of_every_kind(ritual: Ritual) -> None:
    prompts = {prompt.id for step in ritual.steps for prompt in step.prompts}
    assert len(prompts) >= 15


@pytest.mark.parametrize("path", sorted((FOLDER / "en/rituals/collections").glob("*.yaml")), ids=lambda path: path.stem)
def test_fifteen_wordings_in_every_collection(path: Path) -> None:
    assert len(yaml.safe_load(path.read_text(encoding="utf-8"))["prompts"]) >= 15


def test_every_ritual_can_be_started_in_a_dozen_ways() -> None:
    ways = [phrase.text for phrase in household_sentences().phrases() if phrase.intent == "start_ritual"]
    found = [household_sentences().match(text) for text in ways]
    asked = Counter(intent.slots["ritual"] for intent in found if intent)
    for ritual in rituals():
        assert asked[ritual.id] >= 12
        assert len(ritual.triggers) >= 6


def test_every_ritual_has_a_dozen_sentences_that_do_not_say_its_name() -> None:
    triggers = {ritual.id: ritual.triggers for ritual in rituals()}
    sentences = load("en", lists={"partner": [("sam", "Sam")]}, triggers=triggers)
    found = [sentences.match(phrase.text) for phrase in sentences.phrases() if phrase.intent == "start_ritual"]
    asked = Counter(intent.slots["ritual"] for intent in found if intent)
    assert {ritual.id: asked[ritual.id] for ritual in rituals() if asked[ritual.id] < 12} == {}


def test_titles_fit_into_a_sentence() -> None:
    for ritual in rituals():
        assert ritual.title == ritual.title.lower()
        assert not ritual.title.startswith(("the ", "a ", "our "))


def test_both_halves_of_the_appreciation_exchange_are_equal() -> None:
    steps = by_id("appreciation").steps
    halves = [
        [(step.prompts, step.expects, step.save_as, step.seconds) for step in steps if step.id.startswith(half)]
        for half in ("first_act", "first_shows", "first_effect")
    ]
    others = [
        [(step.prompts, step.expects, step.save_as, step.seconds) for step in steps if step.id.startswith(half)]
        for half in ("second_act", "second_shows", "second_effect")
    ]
    assert halves == others


# ---------------------------------------------------------------- a household's own


def test_a_household_ritual_with_everything(tmp_path: Path) -> None:
    ritual = load_one(
        tmp_path,
        """
  - id: safe
    say: Do you both feel safe to disagree?
    expects: yes_no
    gate: true
  - say: ["Which one is it, {first} or {second}?", {id: tea.which, text: Which one?}]
    expects: choice
    options: [green tea, black tea]
  - say: "{name}, how warm is your day, from zero to ten?"
    who: each
    expects: rating
    save_as: rating
    private: true
  - say: You said {answer.2_choice}. Breathe for {minutes} minutes.
    expects: time
    minutes: 1.5
    only_if: {step: 2_choice, answer: green tea}
  - say: Good bye.
""",
    )
    assert (ritual.practice, ritual.keeps, ritual.minutes) == ("household", Keeps.WORDS, 5)
    assert [step.id for step in ritual.steps] == ["safe", "2_choice", "3_rating", "4_time", "5_nothing"]
    gate, choice, rating, breath, close = ritual.steps
    assert gate.gate
    assert choice.options == ("green tea", "black tea")
    assert choice.prompts[0].id == "tea.2_choice.1"
    assert choice.prompts[1] == Prompt("tea.which", "Which one?")
    assert (rating.who, rating.save_as, rating.private) == (Who.EACH, "rating", True)
    assert (breath.seconds, breath.only_if) == (90.0, Condition("2_choice", "green tea"))
    assert close.expects is Expects.NOTHING
    assert ritual.source.endswith("tea.yaml")


def test_a_household_replaces_a_ritual_by_its_id(tmp_path: Path) -> None:
    text = HEAD.replace("id: tea", "id: coffee") + "steps:\n  - say: Cheers.\n"
    found = load_rituals("en", [write(tmp_path, text)])
    assert [ritual.title for ritual in found if ritual.id == "coffee"] == ["tea ritual"]
    assert len(found) == len(rituals())


def test_a_household_replaces_and_adds_collections(tmp_path: Path) -> None:
    write(tmp_path / "collections", "language: en\nid: wish\nprompts: [What now?]\n", "wish.yaml")
    write(tmp_path / "collections", "language: en\nid: teas\nprompts: [Which tea?, What else?]\n", "teas.yaml")
    ritual = load_one(tmp_path, "  - {prompts: teas, who: each, expects: words}\n")
    assert [prompt.id for prompt in ritual.steps[0].prompts] == ["teas.1", "teas.2"]
    coffee = next(ritual for ritual in load_rituals("en", [tmp_path]) if ritual.id == "coffee")
    assert [prompt.text for step in coffee.steps if step.id == "wish" for prompt in step.prompts] == ["What now?"]


def test_broken_household_files_are_named_and_the_rest_works(tmp_path: Path) -> None:
    write(tmp_path, "language: en\nid: broken\n", "a.yaml")
    write(tmp_path / "collections", "language: en\n", "b.yaml")
    write(tmp_path, HEAD + "steps:\n  - say: Cheers.\n", "c.yaml")
    problems: list[PromptError] = []
    found = load_rituals("en", [tmp_path], problems.append)
    assert "tea" in {ritual.id for ritual in found}
    assert sorted(Path(problem.message.split(",")[0]).name for problem in problems) == ["a.yaml", "b.yaml"]


def test_every_language_folder_loads() -> None:
    assert languages() == sorted(path.parent.name for path in FOLDER.glob("*/lines.yaml"))
    for language in languages():
        assert load_rituals(language)


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(PromptError, match="tlh") as caught:
        load_rituals("tlh")
    assert "en" in caught.value.hint


BROKEN = {
    "empty": ("", ["line 1", "empty"]),
    "not YAML": (HEAD + "steps: [\n", ["line", "not valid YAML"]),
    "no steps": (HEAD, ["line 1", "steps"]),
    "steps empty": (HEAD + "steps: []\n", ["line 6", "steps"]),
    "unknown key": (HEAD + "colour: red\nsteps:\n  - say: Cheers.\n", ["line 6", "colour", "not known"]),
    "unknown key in a step": (
        HEAD + "steps:\n  - say: Cheers.\n    wait: 3\n",
        ["line 8", "steps.0.wait", "not known"],
    ),
    "wrong type": (HEAD + "steps:\n  - say: Cheers.\n    seconds: long\n", ["line 8", "seconds", "a number"]),
    "unknown who": (HEAD + "steps:\n  - say: Cheers.\n    who: third\n", ["line 8", "steps.0.who", "third"]),
    "unknown expectation": (HEAD + "steps:\n  - say: Cheers.\n    expects: tea\n", ["line 8", "expects", "tea"]),
    "unknown practice": (HEAD + "practice: tea\nsteps:\n  - say: Cheers.\n", ["line 6", "practice", "tea"]),
    "another language": (HEAD.replace(": en", ": de") + "steps:\n  - say: Prost.\n", ["line 1", "language", "'de'"]),
    "bad id": (HEAD.replace("id: tea", "id: Tea Time") + "steps:\n  - say: Cheers.\n", ["line 2", "id"]),
    "template": (
        HEAD.replace("[tea for two]", "['tea (for|with']") + "steps:\n  - say: Cheers.\n",
        ["line 4", "called.0"],
    ),
    "punctuated trigger": (
        HEAD + "triggers: [Tea!]\nsteps:\n  - say: Cheers.\n",
        ["line 6", "triggers.0", "as they are"],
    ),
    "neither say nor prompts": (HEAD + "steps:\n  - expects: words\n", ["line 7", "either say or prompts"]),
    "say and prompts": (HEAD + "steps:\n  - say: Cheers.\n    prompts: wish\n", ["line 7", "either say or prompts"]),
    "unknown collection": (HEAD + "steps:\n  - prompts: biscuits\n", ["line 7", "biscuits"]),
    "nothing to say": (HEAD + "steps:\n  - say: ' '\n", ["line 7", "nothing to say"]),
    "unknown placeholder": (HEAD + "steps:\n  - say: 'Hello {nmae}.'\n    who: each\n", ["line 7", "{nmae}"]),
    "name for both": (HEAD + "steps:\n  - say: 'Hello {name}.'\n", ["line 7", "{name}", "step for both"]),
    "open brace": (HEAD + "steps:\n  - say: 'Hello {name.'\n", ["line 7", "braces"]),
    "collection for both": (HEAD + "steps:\n  - prompts: wish\n    expects: words\n", ["wish.yaml", "{partner}"]),
    "answer of a later step": (
        HEAD + "steps:\n  - say: 'You said {answer.x}.'\n  - id: x\n    say: What?\n    expects: words\n",
        ["line 7", "{answer.x}"],
    ),
    "step twice": (HEAD + "steps:\n  - {id: a, say: One.}\n  - {id: a, say: Two.}\n", ["line 8", "twice"]),
    "choice without options": (HEAD + "steps:\n  - say: Which?\n    expects: choice\n", ["line 7", "two options"]),
    "options without choice": (HEAD + "steps:\n  - say: Which?\n    options: [a, b]\n", ["line 8", "options"]),
    "time without seconds": (HEAD + "steps:\n  - say: Wait.\n    expects: time\n", ["line 8", "seconds or minutes"]),
    "seconds and minutes": (
        HEAD + "steps:\n  - say: Wait.\n    expects: time\n    seconds: 5\n    minutes: 1\n",
        ["line 10", "not both"],
    ),
    "gate for one": (
        HEAD + "steps:\n  - say: Well?\n    expects: yes_no\n    who: first\n    gate: true\n",
        ["line 10", "gate"],
    ),
    "save nothing": (HEAD + "steps:\n  - say: Cheers.\n    save_as: wish\n", ["line 8", "save_as", "expects none"]),
    "save what is not kept": (
        HEAD + "keeps: nothing\nsteps:\n  - say: Well?\n    expects: words\n    save_as: wish\n",
        ["line 10", "save_as", "keeps: nothing"],
    ),
    "private nothing": (HEAD + "steps:\n  - say: Cheers.\n    private: true\n", ["line 8", "private"]),
    "condition on nothing": (
        HEAD + "steps:\n  - say: Cheers.\n    only_if: {step: gate}\n",
        ["line 8", "only_if.step", "'gate'"],
    ),
    "words of an earlier sitting": (
        HEAD
        + "steps:\n  - {id: a, say: Well?, who: each, expects: words, reveal: true}\n"
        + "  - {say: Bye., ends_sitting: true}\n  - say: 'You said {answer.a.first}.'\n",
        ["line 9", "{answer.a.first}", "earlier sitting"],
    ),
    "consent in another sitting": (
        HEAD
        + "steps:\n  - {id: a, say: Well?, expects: words, save_as: wish, kept_if: b, ends_sitting: true}\n"
        + "  - {id: b, say: 'Shall I keep it?', who: each, expects: yes_no}\n",
        ["line 7", "kept_if", "same sitting"],
    ),
    "a sitting ended by the last step": (
        HEAD + "steps:\n  - {say: Bye., ends_sitting: true}\n",
        ["line 7", "ends_sitting", "last step"],
    ),
    "condition on an impossible answer": (
        HEAD
        + "steps:\n  - {id: a, say: Well?, expects: yes_no}\n  - {say: Fine., only_if: {step: a, answer: maybe}}\n",
        ["line 8", "only_if.answer", "'maybe'"],
    ),
}


@pytest.mark.parametrize(("text", "parts"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_ritual_is_named_with_key_and_line(tmp_path: Path, text: str, parts: list[str]) -> None:
    with pytest.raises(PromptError) as caught:
        load_rituals("en", [write(tmp_path, text)])
    for part in parts:
        assert part in caught.value.message, caught.value.message
    assert caught.value.hint


def test_two_files_with_one_id(tmp_path: Path) -> None:
    write(tmp_path, HEAD + "steps:\n  - say: Cheers.\n", "one.yaml")
    write(tmp_path, HEAD + "steps:\n  - say: Cheers.\n", "two.yaml")
    with pytest.raises(PromptError, match=r"two\.yaml, line 2, id: .* already used by .*one\.yaml"):
        load_rituals("en", [tmp_path])


@pytest.mark.parametrize(
    ("text", "remark"),
    {
        "One. Two. Three?": "3 sentences",
        "What do you wish? Take your time.": "question should come last",
        "What is it": "full stop",
        "Tea & cake?": "'&' cannot be spoken",
        "Is it " + "very " * 40 + "good?": "hard to keep in mind",
    }.items(),
)
def test_remarks_about_the_wording(text: str, remark: str) -> None:
    step = next(step for step in by_id("coffee").steps if step.expects is Expects.WORDS)
    ritual = replace(by_id("coffee"), steps=(replace(step, prompts=(Prompt("p", text),)),))
    assert any(remark in said for said in remarks(ritual))


# ---------------------------------------------------------------- the manual

MANUAL = (ROOT / "docs" / "rituals.md").read_text(encoding="utf-8")
RITUAL, COLLECTION, SENTENCES = re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)


def test_the_examples_of_the_manual_work_as_it_says(tmp_path: Path) -> None:
    folder = write(tmp_path, RITUAL)
    write(folder / "collections", COLLECTION, "questions.yaml")
    tea = next(ritual for ritual in load_rituals("en", [folder]) if ritual.id == "tea")
    assert tea.steps[1].prompts[1].id == "tea.day.2"
    assert remarks(tea) == []
    own = write(tmp_path / "sentences", SENTENCES)
    names = {"ritual": [(name, "tea") for name in tea.called]}
    sentences = load("en", folders=[own], lists=names, triggers={"tea": tea.triggers})
    for said in ("start our tea ritual", "let's do the tea ritual, please", "let's have tea together"):
        assert said in MANUAL
        found = sentences.match(said)
        assert found is not None
        assert found.slots == {"ritual": "tea"}
    assert sentences.match("let's hop over it") is not None


def test_the_example_of_the_manual_works_beside_the_rituals_that_ship(tmp_path: Path) -> None:
    found = load_rituals("en", [write(tmp_path, RITUAL)])
    names = {"ritual": [(name, ritual.id) for ritual in found for name in ritual.called]}
    sentences = load("en", lists=names, triggers={ritual.id: ritual.triggers for ritual in found})
    for said in ("start our tea ritual", "let's have tea together"):
        meant = sentences.match(said)
        assert meant is not None
        assert meant.slots == {"ritual": "tea"}


def test_the_manual_names_every_key_and_every_choice() -> None:
    named = set(re.findall(r"`(\w+)`", MANUAL))
    assert set(RitualFile.__struct_fields__) | set(StepBody.__struct_fields__) <= named
    assert {str(choice) for choices in (Expects, Keeps, Who) for choice in choices} <= named
    assert set(PRACTICES) <= named
