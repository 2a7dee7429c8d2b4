"""How much there is to say and to ask for, and that none of it comes back too soon."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
import yaml

from assistant.events import Say
from intents.types import Phrase
from prompts.checking import PRACTICES
from prompts.types import Expects, Keeps, Ritual
from tests.stage import Stage
from tests.stage import rituals as staged
from tests.ways import CALLED, DICTATED, way, ways
from tests.words_household import household_sentences, rituals

FORTY = ("coffee", "evening", "appreciation", "open_questions")
ASKED = (Expects.WORDS, Expects.TIME)
"""What a prompt is a question for; yes and no, numbers, days and choices are asked for in a few fixed ways."""

SMALL_TALK = ("um {}", "hey {} please", "well um {}", "please {}", "{} please", "oh hey hearth {}", "um so {} um")
DOZEN = 12


def asked(ritual: Ritual) -> set[str]:
    return {prompt.id for step in ritual.steps if step.expects in ASKED for prompt in step.prompts}


@pytest.mark.parametrize("name", FORTY)
def test_forty_questions(name: str) -> None:
    assert len(asked(next(ritual for ritual in rituals() if ritual.id == name))) >= 40


@pytest.mark.parametrize("ritual", rituals(), ids=lambda ritual: ritual.id)
def test_fifteen_of_every_kind_of_question(ritual: Ritual) -> None:
    few = {step.id: len(step.prompts) for step in ritual.steps if step.expects in ASKED and len(step.prompts) < 15}
    assert few == {}
    ideas = {step.id: len(step.ideas) for step in ritual.steps if step.ideas}
    assert all(count >= 15 for count in ideas.values())


def test_every_practice_has_questions() -> None:
    steps = [(r.practice, step) for r in rituals() for step in r.steps]
    counts = Counter({practice: 0 for practice, _ in steps})
    for practice, step in steps:
        counts[practice] += len(step.prompts)
    assert min(counts.values()) >= 15
    assert set(counts) == set(PRACTICES) - {"household"}


def led_through(stage: Stage, ritual: str) -> list[str]:
    """Lead a ritual from its beginning to its end; returns the ids of its prompts in the order of speaking."""
    before = len(stage.actions)
    stage.start(ritual)
    for _ in range(40):
        if not stage.talk.ritual:
            break
        stage.say("yes")
        stage.say("skip")
    assert not stage.talk.ritual
    known = {prompt.id for step in staged()[ritual].steps for prompt in step.prompts}
    return [action.line for action in stage.actions[before:] if isinstance(action, Say) and action.line in known]


@pytest.mark.parametrize("name", sorted(r.id for r in rituals() if r.keeps is not Keeps.NOTHING))
def test_no_prompt_comes_back_until_the_others_of_its_kind_were_used_not_even_after_a_restart(name: str) -> None:
    stage, spoken = Stage(), defaultdict[frozenset[str], list[str]](list)
    kinds = {frozenset(prompt.id for prompt in step.prompts) for step in staged()[name].steps}
    for _ in range(9):
        for prompt in led_through(stage, name):
            for kind in kinds:
                if prompt in kind:
                    spoken[kind].append(prompt)
        stage = stage.restart()
        if stage.talk.ritual:
            stage.say("stop")
    assert spoken
    for kind, said in spoken.items():
        rounds = [said[start : start + len(kind)] for start in range(0, len(said), len(kind))]
        assert all(len(set(one)) == len(one) for one in rounds), rounds
        assert len(kind) == 1 or all(one != other for one, other in pairwise(said)), said


# ---------------------------------------------------------------- what can be asked for


def phrases() -> dict[str, list[Phrase]]:
    found = defaultdict(list)
    for phrase in household_sentences().phrases():
        found[phrase.intent].append(phrase)
    return found


def controls() -> dict[str, list[str]]:
    path = Path(__file__).parent / "paraphrases" / "en_controls.yaml"
    found: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def test_each_thing_can_be_said_in_a_dozen_ways() -> None:
    """Leaving is for when nothing goes on: while an answer is awaited, a few words for it do."""
    few = {intent for intent, each in ways().items() if len(each) < DOZEN}
    assert few == {CALLED, "say_who", "stop_listening"}
    assert len(ways(idle=True)["stop_listening"]) >= DOZEN
    assert set(household_sentences().names) - set(ways()) == {"stranger"}
    assert all(len(set(map(way, said))) >= 9 and len(set(said)) >= DOZEN for said in DICTATED.values())


@pytest.mark.parametrize(("name", "said"), controls().items(), ids=controls())
def test_a_dozen_ways_reach_what_they_mean(name: str, said: list[str]) -> None:
    assert len(set(said)) >= DOZEN
    reached = {text: found.name if (found := household_sentences().match(text)) else "" for text in said}
    assert {text: meant for text, meant in reached.items() if meant != name} == {}


def test_looking_back_on_each_thing_can_be_asked_for_in_a_dozen_ways() -> None:
    found = [household_sentences().match(p.text.replace("*", "the boat")) for p in phrases()["recall"]]
    ways = Counter(intent.slots["topic"] for intent in found if intent)
    assert min(ways.values()) >= DOZEN
    assert set(ways) == {"appreciations", "good_things", "wishes", "everything", "something", "themes", "about"}


@pytest.mark.parametrize("intent", sorted(phrases()))
def test_small_talk_around_a_sentence_changes_nothing(intent: str) -> None:
    rng = Random(11)
    own = phrases()[intent]
    for phrase in rng.sample(own, min(30, len(own))):
        text = phrase.text.replace("*", "the boat")
        plain = meaning(text)
        assert plain is not None
        for talk in SMALL_TALK:
            if talk.format(text) != "oh hey hearth okay":  # which calls it by its name
                assert meaning(talk.format(text)) == plain, talk.format(text)


def meaning(text: str) -> tuple[str, dict[str, str]] | None:
    found = household_sentences().match(text)
    return (found.name, {key: value for key, value in found.slots.items() if key != "words"}) if found else None


# ---------------------------------------------------------------- for any two adults, and never from above

GENDERED = r"he|she|him|her|his|hers|himself|herself|husband|wife|boyfriend|girlfriend|spouse|married|man|woman|guys"
PREACHED = r"you (should|must|ought to)|it is important|remember to|try to be|good couples"


@pytest.mark.parametrize("pattern", [GENDERED, PREACHED], ids=["gendered", "preached"])
def test_prompts_fit_any_two_adults_and_tell_nobody_how_to_live(pattern: str) -> None:
    texts = {prompt.text for ritual in rituals() for step in ritual.steps for prompt in (*step.prompts, *step.ideas)}
    assert len(texts) > 900
    assert [text for text in texts if re.search(rf"\b({pattern})\b", text, re.IGNORECASE)] == []
