"""What is for one person alone is never written for both, whatever else happens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation.consent import Consent
from assistant.events import Action, Elapsed, Forget, Remember, Save, Say
from assistant.journal.records import KEPT
from prompts.types import Expects, Ritual, Who
from tests.stage import Stage, rituals

SECRET = "the xylophone in the attic"


def lines(actions: list[Action]) -> list[str]:
    return [action.line for action in actions if isinstance(action, Say)]


def saved(stage: Stage) -> list[tuple[str, str, bool]]:
    return [(entry.speaker, entry.text, entry.private) for entry in stage.entries if entry.kind != KEPT]


def facts(stage: Stage) -> str:
    return " ".join(action.value for action in stage.actions if isinstance(action, Remember))


def test_without_a_vault_it_is_not_kept_and_how_to_make_one_is_told() -> None:
    stage = Stage(vaults=())
    stage.start("coffee")
    stage.say("just for me")
    done = stage.say(SECRET)
    assert lines(done)[0] == "private_unkept"
    assert "hearth vault create" in next(action.text for action in done if isinstance(action, Say))
    assert lines(done)[-1].startswith("day_ahead."), "the ritual goes on"
    stage.say("a walk")
    assert lines(stage.say("another secret"))[0] == "not_kept", "the advice is given once"
    assert saved(stage) == [("Alex", "a walk", False)]


def test_it_ends_with_the_session() -> None:
    stage = Stage()
    stage.start("coffee")
    stage.say("just for me")
    stage.say("stop")
    stage.start("coffee")
    stage.say("alex is here" if stage.talk.person == "Alex" else "a walk")
    assert [private for _, _, private in saved(stage)] == [False]


def test_it_is_for_the_one_who_said_so() -> None:
    stage = Stage()
    stage.start("coffee")
    stage.say("keep this private")
    for words in ("one", "two of them", "three of them", "four of them"):
        stage.say(words)
    assert [(who, private) for who, _, private in saved(stage)] == [("Sam", True), ("Alex", False)] * 2


def unnamed_ritual() -> dict[str, Ritual]:
    coffee = rituals()["coffee"]
    steps = tuple(replace(step, who=Who.BOTH) if step.expects is Expects.WORDS else step for step in coffee.steps)
    return {"coffee": replace(coffee, steps=steps)}


def test_where_nobody_is_named_nothing_is_shared_and_a_name_keeps_it() -> None:
    stage = Stage(rituals=unnamed_ritual())
    stage.start("coffee")
    assert lines(stage.say("just for me")) == ["private_who"]
    assert "private_nobody" in lines(stage.say(SECRET))
    stage.say("this is alex")
    stage.say("the other secret")
    assert saved(stage) == [("Alex", "the other secret", True)]


def test_an_answer_that_is_read_aloud_later_is_not_when_it_is_private() -> None:
    stage = Stage()
    stage.start("two_letters")
    stage.say("yes")
    stage.say("just for me")
    stage.say(SECRET)
    read = stage.say("that i like the rain")
    assert not any(SECRET in action.text for action in read if isinstance(action, Say))
    assert any("that i like the rain" in action.text for action in read if isinstance(action, Say))


def rated(*, private: bool) -> dict[str, Ritual]:
    """Two letters begin with the rating, which is changed so."""
    letters = rituals()["two_letters"]
    steps = tuple(replace(step, private=private) for step in letters.steps if step.id == "energy")
    rest = tuple(step for step in letters.steps if step.id in ("breathe", "close"))
    return {"two_letters": replace(letters, steps=(*steps, *(replace(one, only_if=None) for one in rest)))}


@pytest.mark.parametrize("before", ["off the record", "just for me", "step", "scrap"])
def test_a_number_that_is_not_shared_is_in_no_fact(before: str) -> None:
    stage = Stage(rituals=rated(private=before == "step"))
    stage.start("two_letters")
    if before not in ("step", "scrap"):
        stage.say(before)
    stage.say("seven")
    if before == "scrap":
        assert '"energy":"7"' in facts(stage)
        stage.actions.clear()
        stage.say("scrap that")
    else:
        stage.happen(Elapsed())
    assert '"energy"' not in facts(stage)


def test_what_was_thanked_aloud_can_be_taken_back() -> None:
    stage = Stage()
    stage.say("thank sam for the soup")
    done = stage.say("just for me")
    assert [type(action) for action in done if isinstance(action, Forget | Save)] == [Forget, Save]
    assert saved(stage) == [("Alex", "thank sam for the soup", True)]
    stage.say("forget that")
    assert saved(stage) == []


def test_taken_back_without_a_vault_it_is_gone_and_that_is_told() -> None:
    stage = Stage(vaults=("Sam",))
    stage.say("thank sam for the soup")
    assert lines(stage.say("that was just for me")) == ["private_unkept"]
    assert stage.entries == []
    assert lines(stage.say("that was just for me")) == ["private_nothing"]


def test_after_a_concern_nothing_can_be_taken_back() -> None:
    stage = Stage()
    stage.say("thank sam for the soup")
    stage.say("he hits me")
    assert lines(stage.say("that was just for me")) == ["private_nothing"]


def test_who_refused_keeps_nothing_for_one_alone_either() -> None:
    stage = Stage(consent=Consent.REFUSED)
    stage.start("coffee")
    stage.say("just for me")
    stage.say(SECRET)
    assert stage.entries == []


SENTENCES = """
just for me / that was just for me / for both of us again / this is alex / this is sam / off the record
back on the record / scrap that / skip / pass / repeat / pause / go on / a secret / seven / yes / stop
start our coffee ritual / thank sam for the tea / start two letters / help and contacts
""".replace("\n", " / ")
WORDS = st.lists(st.sampled_from([words for words in SENTENCES.split(" / ") if words]), max_size=25)


@settings(deadline=None)
@given(WORDS, st.booleans())
def test_nobody_without_a_vault_has_anything_private_and_it_always_goes_on(words: list[str], vault: bool) -> None:
    stage = Stage(vaults=("Sam",) if vault else ())
    for line in words:
        stage.say(line)
    assert all(not entry.private or entry.speaker in stage.vaults for entry in stage.entries)
    assert len({entry.id for entry in stage.entries}) == len(stage.entries)
    assert stage.interrupt()
