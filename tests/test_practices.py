"""What the ten practices ask of the engine: one person alone, three ideas, consent of both, and no traces."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.conversation.memory import UNFINISHED_KEY, USED_KEY
from assistant.earcon import Earcon
from assistant.events import Chime, Elapsed, Forget, Interrupted, Listen, Say, Wait
from prompts.errors import PromptError
from prompts.loader import load_rituals
from prompts.types import Begins
from tests.stage import Stage, rituals

HEAD = "language: en\nid: tea\ntitle: tea ritual\ncalled: [tea for two]\nminutes: 5\n"

DELICATE = sorted(
    ritual.id for ritual in rituals().values() if ritual.practice in ("listening", "issues", "forgiveness")
)
ALONE = sorted(ritual.id for ritual in rituals().values() if ritual.begins is Begins.ALONE)


def lines(stage: Stage) -> list[str]:
    return [action.line for action in stage.actions if isinstance(action, Say)]


@pytest.mark.parametrize("ritual", [*DELICATE, *ALONE])
def test_what_is_delicate_or_ones_own_is_not_offered_again(ritual: str) -> None:
    stage = Stage()
    stage.start(ritual)
    stage.say("yes")
    stage.happen(Interrupted())
    assert not stage.facts.get(UNFINISHED_KEY)
    assert "ritual_resume_offer" not in lines(Stage(memory=stage.memory(), now=stage.now))


@pytest.mark.parametrize("ritual", ["forgiveness", "apology", "hold_on", "finding_help"])
def test_what_keeps_nothing_leaves_not_even_the_prompts_it_used(ritual: str) -> None:
    stage = Stage()
    stage.start(ritual)
    for _ in range(4):
        stage.say("yes")
        stage.say("go on")
    stage.say("stop")
    stage.start("coffee")
    assert stage.entries == []
    assert ritual not in stage.facts[USED_KEY]
    assert "forgive" not in stage.facts[USED_KEY]


def test_ideas_do_not_come_back_while_others_are_left() -> None:
    stage, offered = Stage(), list[str]()
    ideas = next(step.ideas for step in rituals()["surprise"].steps if step.ideas)
    for _ in range(len(ideas) // 3):
        stage.start("surprise")
        stage.say("number two")
        offered += [entry.text for entry in stage.entries if entry.kind == "surprise"][-1:]
        stage.say("stop")
    assert len(set(offered)) == len(ideas) // 3
    assert all(entry.private and entry.speaker == "Sam" for entry in stage.entries)


def test_scrap_that_takes_back_all_that_both_agreed_to_keep() -> None:
    stage = Stage()
    stage.start("listening")
    for said in ("yes", "yes", "my worries", "done", "yes", "and my hopes", "done", "no", "yes", "yes"):
        stage.say(said)
    kept = [entry.id for entry in stage.entries if entry.kind == "shared"]
    assert len(kept) == 2
    actions = stage.say("scrap that")
    assert [action.query.ids for action in actions if isinstance(action, Forget)] == [tuple(kept)]
    assert not any(entry.kind == "shared" for entry in stage.entries)


@pytest.mark.parametrize("answers", [("yes", "no"), ("no", "yes"), ("pass", "yes"), ("yes", "pass"), ("no", "no")])
def test_one_yes_keeps_nothing(answers: tuple[str, str]) -> None:
    stage = Stage()
    stage.start("listening")
    for said in ("yes", "yes", "my worries", "done", "no", "done", "no", *answers):
        stage.say(said)
    assert not any(entry.kind == "shared" for entry in stage.entries)


def test_a_session_of_one_does_not_change_whose_turn_it_is() -> None:
    stage = Stage()
    stage.start("coffee")
    stage.say("stop")
    stage.start("self_care")
    stage.say("stop")
    stage.start("coffee")
    began = [action.text for action in stage.actions if isinstance(action, Say) and action.line == "ritual_begin"]
    assert "Sam" in began[0]
    assert "Alex" in began[1]


GATED = sorted({ritual.id for ritual in rituals().values() for step in ritual.steps if step.gate})


@pytest.mark.parametrize("ritual", GATED)
@pytest.mark.parametrize("answers", [("no",), ("skip",), ("pass",), ("done",), ("not today",), ("(quiet)", "(quiet)")])
def test_no_gate_opens_without_a_yes(ritual: str, answers: tuple[str, ...]) -> None:
    stage = Stage()
    stage.start(ritual)
    gates = tuple(f"{ritual}.{step.id}." for step in rituals()[ritual].steps if step.gate)
    while not lines(stage)[-1].startswith(gates):
        stage.say("skip")
    for answer in answers:
        _ = stage.quiet() if answer == "(quiet)" else stage.say(answer)
    assert lines(stage)[-1] == "gate_no"
    assert stage.talk.ritual == ""
    assert not any(entry.ritual == ritual for entry in stage.entries)


@pytest.mark.parametrize("said", ["no", "skip", "help", "how long is left", "off the record"])
def test_a_break_of_twenty_minutes_ends_after_twenty_minutes(said: str) -> None:
    stage = Stage()
    stage.start("issue")
    stage.say("time out")
    assert stage.listening == Wait(1200)
    (told,) = [action.text for action in stage.actions if isinstance(action, Say) and action.line == "time_out"]
    assert "20 minutes" in told
    assert "at 12:20 midday" in told, "when to be back"
    assert stage.say(said)[-1] == Wait(1200, goes_on=True)
    stage.happen(Elapsed())
    assert lines(stage)[-1] == "break_over"


BROKEN = {
    "ideas without choice": ("  - {say: Well?, expects: words, ideas: wish}\n", "", ["ideas", "choice"]),
    "unknown ideas": ("  - {say: Well?, expects: choice, ideas: cakes}\n", "", ["ideas", "'cakes'"]),
    "turns of one": ("  - {say: Well?, expects: words, who: each}\n", "begins: alone\n", ["who", "one person"]),
    "one, but it happened": ("  - say: Cheers.\n", "begins: alone\nkeeps: happened\n", ["keeps", "one person"]),
    "no gate": ("  - {say: Well?, expects: words}\n", "practice: issues\n", ["practice", "gate"]),
    "consent of nobody": (
        "  - {say: Well?, expects: words, save_as: wish, kept_if: later}\n",
        "",
        ["kept_if", "'later'"],
    ),
    "consent to nothing": ("  - {say: Well?, expects: words, kept_if: later}\n", "", ["kept_if", "save_as"]),
    "begins nowhere": ("  - say: Cheers.\n", "begins: never\n", ["begins", "never"]),
}


@pytest.mark.parametrize(("steps", "head", "parts"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_session_is_named(tmp_path: Path, steps: str, head: str, parts: list[str]) -> None:
    (tmp_path / "tea.yaml").write_text(HEAD + head + "steps:\n" + steps, encoding="utf-8")
    with pytest.raises(PromptError) as caught:
        load_rituals("en", [tmp_path])
    for part in ("tea.yaml", "line", *parts):
        assert part in caught.value.message, caught.value.message


@pytest.mark.parametrize("ritual", ["coffee", "evening", "open_questions", "weekly"])
def test_both_have_equal_time_and_a_chime_that_cuts_nobody_off(ritual: str) -> None:
    stage, times = Stage(), dict[str, float]()
    stage.start(ritual)
    for _ in range(2):
        asked = stage.listening
        assert isinstance(asked, Listen)
        times[stage.talk.person] = asked.time
        assert stage.happen(Elapsed()) == [Chime(Earcon.TIME)]
        assert stage.listening is asked, "whoever speaks goes on"
        stage.say("and this is what i wanted to say")
    assert times.keys() == {"Sam", "Alex"}
    assert len(set(times.values())) == 1
    assert min(times.values()) > 0
