"""Golden conversations, played by the real core without a sound; tests/golden.py describes the format."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompts.loader import languages
from tests.golden import perform, read
from tests.stage import Stage

FOLDER = Path(__file__).parent / "conversations"
FILES = sorted(FOLDER.rglob("*.txt"))
"""English ones lie in the folder itself and in `spoken`, others in one folder per language."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_conversation(path: Path) -> None:
    folder = path.parent.name
    perform(read(path), Stage(language=folder if folder in languages() else "en"))


def test_there_are_golden_conversations() -> None:
    assert len(FILES) >= 8
