"""What may be said next is rendered while people talk, in its order, and not twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.ahead import Ahead, upcoming
from assistant.events import Say
from assistant.wiring import spoken_by_us
from audio.errors import VoiceError
from audio.sentences import split
from audio.voice import Pyttsx3Voice
from tests.stage import Stage, setting

AROUND = setting()


class Ready:
    """A voice that notes what it was to prepare."""

    def __init__(self) -> None:
        self.prepared: list[str] = []

    def prepare(self, text: str) -> bool:
        if "!" in text:
            raise VoiceError("no")
        self.prepared.append(text)
        return False


@pytest.fixture
def ahead() -> Iterator[tuple[Ahead, Ready]]:
    ready = Ready()
    made = Ahead(ready, split, lambda topic: [f"{topic} one. And two.", "Ha!", f"{topic} three."] if topic else [])
    yield made, ready
    made.close()


def test_a_topic_is_rendered_once_sentence_by_sentence(ahead: tuple[Ahead, Ready]) -> None:
    thread, ready = ahead
    for topic in ("Tea", "Tea", "", "Walk"):
        thread.follow(topic)
        assert thread.wait(10)
    assert ready.prepared == ["Tea one.", "And two.", "Tea three.", "Walk one.", "And two.", "Walk three."]


@pytest.mark.parametrize("ritual", sorted(AROUND.rituals))
def test_what_a_ritual_says_was_rendered_but_for_what_depends_on_answers(ritual: str) -> None:
    rendered = {sentence for text in upcoming(AROUND, ritual) for sentence in split(text)}
    stage = Stage()
    stage.start(ritual)
    for _ in range(12):
        stage.say("pass")
    prompts = [prompt for step in AROUND.rituals[ritual].steps for prompt in step.prompts]
    foreseen = {prompt.id for prompt in prompts if not re.search(r"\{(answer|one)", prompt.text)} | {"your_turn"}
    said = [action.text for action in stage.actions if isinstance(action, Say) and action.line in foreseen]
    assert said
    assert {sentence for text in said for sentence in split(text)} <= rendered


def test_without_a_ritual_nothing_is_rendered() -> None:
    assert upcoming(AROUND, "") == []


def test_names_never_reach_the_disk(tmp_path: Path) -> None:
    voice = Pyttsx3Voice(cache=tmp_path)
    voice.known(spoken_by_us(AROUND))
    named = next(text for text in upcoming(AROUND, "coffee") if "Alex" in text)
    ours = next(text for text in upcoming(AROUND, "coffee") if "Alex" not in text and "Sam" not in text)
    try:
        assert voice.prepare(split(named)[0])
        assert not voice.prepare(split(named)[0])
        assert list(tmp_path.iterdir()) == []
        assert voice.prepare(split(ours)[0])
        assert len(list(tmp_path.iterdir())) == 1
    finally:
        voice.close()
