"""What a household writes itself, and what a power cut leaves, in processes of their own and by ear."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.journal import Journal, Query
from audio.files import save
from audio.types import EAR_RATE, Clip
from tests.command import hearth
from tests.listening import Listening, listening, set_up
from tests.partners import Partners, likeness

pytestmark = [pytest.mark.e2e, pytest.mark.spoken]

DATA = Path(".local/share/hearth")
TEA = """\
language: en
id: sunday_tea
title: sunday tea
called: [sunday tea]
triggers: ["[let's] put the kettle on"]
minutes: 10
steps:
  - id: best
    prompts: tea_questions
    who: each
    expects: words
    save_as: good_thing
  - id: close
    say: [Thank you both for the tea.]
"""
QUESTIONS = "language: en\nid: tea_questions\nprompts:\n  - What was the best hour of your week?\n"
SECRET_FREE = "we walked along the river"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    set_up(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def partners() -> Iterator[Partners]:
    with closing(Partners()) as both:
        yield both


def test_a_ritual_and_prompts_of_ones_own_are_led_by_voice_after_one_restart(home: Path, partners: Partners) -> None:
    said = {"asked": "put the kettle on", "sam": SECRET_FREE, "alex": "my sister came for dinner"}
    files = [home / f"{name}.wav" for name in said]
    for file, text in zip(files, said.values(), strict=True):
        spoken = partners.quiet(1.0) + partners.say("en-us+Annie", text) + partners.quiet(1.0)
        save(file, Clip(spoken, EAR_RATE))
    assert not led(home, *files).count("What was the best hour of your week?"), "it is not there yet"
    rituals = home / ".config/hearth/rituals"
    (rituals / "collections").mkdir(parents=True)
    (rituals / "sunday_tea.yaml").write_text(TEA)
    (rituals / "collections" / "teas.yaml").write_text(QUESTIONS)
    assert led(home, *files).count("What was the best hour of your week?") == 2
    with Journal.open(home / DATA, read_only=True) as journal:
        kept = [entry for entry in journal.find(Query(ritual="sunday_tea")) if entry.text]
    assert [(entry.speaker, entry.kind, entry.practice) for entry in kept] == [
        ("Sam", "good_thing", "household"),
        ("Alex", "good_thing", "household"),
    ]
    assert all(likeness(entry.text, said[entry.speaker.lower()]) > 0.5 for entry in kept), kept
    listed = hearth(home, "phrases", "--intent", "start_ritual").stdout
    assert "put the kettle on" in listed


def led(home: Path, *files: Path) -> list[str]:
    """What it said while these were played."""
    with listening(home, "--input", *map(str, files), "--output", "out.wav") as spoken:
        assert spoken.end() == 0, spoken.complaints
    return spoken.texts("synthesize")


def test_after_a_power_cut_the_session_goes_on_where_it_was_and_nothing_is_lost(home: Path) -> None:
    with listening(home, "--text") as cut:
        tell(cut, "start our coffee ritual", SECRET_FREE)
        asked = cut.wait_for("synthesize", after=cut.wait_for("saved"), line="your_turn")
        cut.wait_for("listen", after=asked, mode="answers")
        question = cut.texts("synthesize")[-1]
        cut.process.kill()
        assert cut.end() == -9
    with listening(home, "--text") as again:
        again.wait_for("synthesize", line="ritual_resume_offer")
        tell(again, "yes")
        resumed = again.wait_for("synthesize", line="ritual_resumed")
        again.wait_for("listen", after=resumed, mode="answers")
        line = again.shown[again.wait_for("synthesize", after=resumed + 2)].facts["line"]
        assert line.startswith("day_ahead."), "the same question, in words that were not used yet"
        assert again.shown[resumed + 1].facts["text"].count("Alex") == 1
        tell(again, "my sister comes for dinner")
        again.wait_for("saved")
    assert question not in again.texts("synthesize")
    with Journal.open(home / DATA) as journal:
        kept = [(entry.speaker, entry.text) for entry in journal.find(Query(kind="day_ahead"))]
    assert kept == [("Sam", SECRET_FREE), ("Alex", "my sister comes for dinner")]


def tell(talk: Listening, *lines: str) -> None:
    assert talk.process.stdin is not None
    talk.process.stdin.write("".join(f"{line}\n" for line in lines).encode())
    talk.process.stdin.flush()
