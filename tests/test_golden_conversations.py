"""Golden conversations, played by the real core without a sound; tests/golden.py describes the format."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from assistant.events import Action, Event
from prompts.checking import PRACTICES
from prompts.loader import languages
from tests.golden import perform, read
from tests.stage import Stage, rituals

FOLDER = Path(__file__).parent / "conversations"
FILES = sorted(FOLDER.rglob("*.txt"))
"""English ones lie in the folder itself and in `spoken`, others in one folder per language."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_conversation(path: Path) -> None:
    assert played(path)


@cache
def played(path: Path) -> frozenset[str]:
    """Play a conversation; returns the ids of what was led in it, and `idle`."""
    led = {"idle"}

    class Noting(Stage):
        def happen(self, event: Event) -> list[Action]:
            actions = super().happen(event)
            led.add(self.talk.ritual or "idle")
            return actions

    folder, script = path.parent.name, read(path)
    perform(script, Noting(language=folder if folder in languages() else "en", consent=script.consent))
    return frozenset(led)


@pytest.mark.parametrize("language", languages())
def test_every_ritual_that_ships_is_led_in_a_conversation_that_is_only_text(language: str) -> None:
    folder = FOLDER if language == "en" else FOLDER / language
    led = set().union(*(played(path) for path in folder.glob("*.txt")))
    assert set(rituals(language)) <= led


def test_every_practice_is_led_in_text_and_aloud() -> None:
    for folder in (FOLDER, FOLDER / "spoken"):
        led = set().union(*(played(path) for path in folder.glob("*.txt")))
        assert {rituals()[name].practice for name in led - {"idle"}} >= set(PRACTICES) - {"household"}
