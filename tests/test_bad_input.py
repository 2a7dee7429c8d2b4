"""What nobody plans for: two voices at once, a clock that jumps, an unknown word. Kind, clear, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.events import Due, End, Hush, Listen, Said, Save, Say, Wait
from assistant.journal import Journal, Query
from assistant.quotes import UNSURE
from audio.files import save
from audio.types import EAR_RATE, Clip
from tests.command import ROOT, hearth
from tests.listening import listening, set_up
from tests.partners import Partners
from tests.stage import NOON, Stage

DATA = Path(".local/share/hearth")
MOVES = st.sampled_from(
    [
        "start our coffee ritual",
        "we had a good day",
        "pause",
        "go on",
        "time out",
        "thank sam for the soup",
        "remind us every evening at nine thirty",
        "remind us to water the plants in ten minutes",
        "snooze",
        "how was our week",
        "what did we appreciate a year ago today",
        "forget today",
        "yes",
        "this is sam",
        "stop",
    ]
)
JUMPS = st.one_of(st.just(0.0), st.floats(-72, 72), st.sampled_from([-24.0 * 400, 24.0 * 400, -1.0, 1.0]))
"""Hours by which the clock is suddenly wrong, or right again."""


@given(st.lists(st.tuples(MOVES, JUMPS), max_size=20))
@settings(max_examples=80, deadline=None)
def test_wherever_the_clock_jumps_the_conversation_goes_on(moves: list[tuple[str, float]]) -> None:
    stage = Stage()
    for move, hours in moves:
        stage.now += timedelta(hours=hours)
        actions = list(stage.say(move))
        spoken = [at for at, action in enumerate(actions) if isinstance(action, Say | Hush)]
        listens = [at for at, action in enumerate(actions) if isinstance(action, Listen | Wait | End)]
        assert not spoken or max(listens, default=-1) > max(spoken)
    assert all(entry.seconds >= 0 for entry in stage.entries)
    again = stage.restart()
    assert again.listening is not None
    assert {one.id for one in again.memory().reminders} == {one.id for one in stage.memory().reminders}


@pytest.mark.parametrize("hours", [-30, 30, 24 * 400, -24 * 400])
def test_a_reminder_of_every_evening_is_told_on_the_first_evening_after_a_jump(hours: int) -> None:
    stage = Stage()
    stage.say("remind us every evening at nine thirty")
    stage.now += timedelta(hours=hours)
    stage.say("hello")
    stage.now = NOON
    stage.say("hello")
    (told,) = [a for a in stage.pass_time(hours=9, minutes=31) if isinstance(a, Say) and a.line.startswith("reminder")]
    assert told.line == "reminder_together"
    assert not stage.happen(Due(stage.memory().reminders[0])), "once"


def test_a_clock_that_goes_back_in_the_middle_of_a_ritual_loses_no_word() -> None:
    stage = Stage()
    stage.start("coffee")
    for said in ("first", "second", "third", "fourth", "fifth", "sixth"):
        stage.now -= timedelta(hours=5)
        stage.happen(Said(said))
    kept = [entry.text for entry in stage.entries]
    assert kept == ["first", "second", "third", "fourth", "fifth", "sixth", ""]
    assert stage.entries[-1].seconds == 0.0


# ---------------------------------------------------------------- by ear


@pytest.fixture(scope="module")
def partners() -> Iterator[Partners]:
    with closing(Partners()) as both:
        yield both


def at_once(*sounds: bytes) -> bytes:
    """Samples of several people speaking at the same time."""
    voices = [np.frombuffer(pcm, "<i2").astype(np.int32) for pcm in sounds]
    mixed = np.zeros(max(map(len, voices)), np.int32)
    for voice in voices:
        mixed[: len(voice)] += voice
    return mixed.clip(-32_768, 32_767).astype("<i2").tobytes()


@pytest.mark.e2e
@pytest.mark.spoken
def test_both_talk_at_once(tmp_path: Path, partners: Partners) -> None:
    """It is the turn of one of them; what was heard is kept with how unsure that was, and the ritual goes on."""
    set_up(tmp_path)
    first = partners.say("en-us+m7", "i have to work until late and then i want to sleep")
    second = partners.say("en-us+Annie", "my mother will call us and we should answer this time")
    quiet = partners.quiet(5.0)
    mixed = tmp_path / "both.wav"
    save(mixed, Clip(quiet + at_once(first, second) + quiet, EAR_RATE))
    start = ROOT / "assistant/demo/01.wav"
    with listening(tmp_path, "--input", str(start), str(mixed), "--output", "out.wav") as spoken:
        assert spoken.end() == 0, spoken.complaints
    assert "Traceback" not in spoken.complaints
    with Journal.open(tmp_path / DATA, read_only=True) as journal:
        kept = list(journal.find(Query(kind="day_ahead")))
    assert [entry.speaker for entry in kept] in (["Sam"], [])
    assert spoken.texts("synthesize")[-1]
    asked = [shown for shown in spoken.shown if shown.facts.get("line", "").startswith("day_ahead.")]
    assert len(asked) >= 2 or any("take_your_time" in str(shown.facts) for shown in spoken.shown), spoken.told()
    unsure = [entry for entry in kept if entry.confidence < UNSURE]
    summary = hearth(tmp_path, "summary").stdout
    assert not any(entry.text in summary for entry in unsure)


@pytest.mark.e2e
def test_a_word_that_the_voice_model_lacks_is_named_and_everything_else_is_heard(tmp_path: Path) -> None:
    rituals = set_up(tmp_path) / "rituals"
    rituals.mkdir()
    (rituals / "tea.yaml").write_text(
        "language: en\nid: tea\ntitle: tea\ncalled: [lapsang xylothek]\ntriggers: [time for tea]\nminutes: 5\n"
        "steps:\n  - say: Cheers.\n"
    )
    shown = hearth(tmp_path, "phrases", "--intent", "start_ritual")
    assert shown.returncode == 0
    assert "xylothek" in shown.stdout + shown.stderr
    with listening(tmp_path, "--input", str(ROOT / "assistant/demo/01.wav"), "--output", "out.wav") as spoken:
        assert spoken.end() == 0
    assert spoken.wait_for("intent", name="start_ritual")
    typed = hearth(tmp_path, "understand", "start our lapsang xylothek")
    assert "ritual=tea" in typed.stdout, "on the keyboard it is known"


def test_nothing_is_saved_of_speech_that_is_only_noise() -> None:
    stage = Stage()
    stage.start("coffee")
    assert not [action for action in stage.happen(Said("  ", 0.1)) if isinstance(action, Save)]
