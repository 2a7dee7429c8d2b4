"""Every YAML file that ships is discovered and read; both packages read YAML in the same way."""

from __future__ import annotations

from pathlib import Path

import pytest

from intents.concerns import load_concerns
from intents.marks import read
from prompts.contacts import countries
from prompts.lines import FOLDER as PROMPTS
from prompts.lines import Lines
from tests.words_household import ROOT, household_sentences, rituals

FILES = sorted(path for room in ("intents", "prompts") for path in (ROOT / room).rglob("*.y*ml"))

HOMES = {
    "intents/LANGUAGE/sentences/*.yaml",
    "intents/LANGUAGE/concerns.yaml",
    "prompts/LANGUAGE/rituals/*.yaml",
    "prompts/LANGUAGE/rituals/collections/*.yaml",
    "prompts/LANGUAGE/lines.yaml",
    "prompts/LANGUAGE/common_words.yaml",
    "prompts/contacts.yaml",
}
"""Where a YAML file may live, so that a loader finds it."""


def language_of(path: Path) -> str:
    """The folder within the room; empty for a file that is for every language."""
    inside = path.relative_to(ROOT).parts
    return inside[1] if len(inside) > 2 else ""


def home_of(path: Path) -> str:
    inside = list(path.relative_to(ROOT).parts)
    if language_of(path):
        inside[1] = "LANGUAGE"
    return "/".join(inside) if "/".join(inside) in HOMES else "/".join([*inside[:-1], "*.yaml"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_is_clean_and_where_a_loader_finds_it(path: Path) -> None:
    assert path.suffix == ".yaml"
    assert home_of(path) in HOMES
    data = read(path).data
    assert isinstance(data, dict)
    assert data.get("language", "") == language_of(path)


def test_everything_loads() -> None:
    assert household_sentences().phrases()
    assert rituals()
    assert load_concerns("en").topics
    assert countries()
    for path in PROMPTS.glob("*/lines.yaml"):
        assert Lines(path.parent.name).keys


def test_every_collection_is_used() -> None:
    steps = [step for ritual in rituals() for step in ritual.steps]
    used = {prompt.id.rsplit(".", 1)[0] for step in steps for prompt in (*step.prompts, *step.ideas)}
    collections = {path.stem for path in (ROOT / "prompts/en/rituals/collections").glob("*.yaml")}
    assert collections <= used


def test_both_packages_read_yaml_in_the_same_way() -> None:
    """The leaves import no sibling, so each has its own copy; they differ in the error they raise, in nothing else."""
    ours = (ROOT / "intents" / "marks.py").read_text(encoding="utf-8")
    theirs = (ROOT / "prompts" / "marks.py").read_text(encoding="utf-8")
    assert ours.replace("from intents.errors import SentenceError", "from prompts.errors import PromptError") == theirs


def test_plain_words_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "plain.yaml"
    path.write_text("answer: yes\ntime: 21:30\nday: 2026-03-01\nn: 3\nhalf: 0.5\non: true\nnone: null\n", "utf-8")
    data = read(path).data
    assert data == {
        "answer": "yes",
        "time": "21:30",
        "day": "2026-03-01",
        "n": 3,
        "half": 0.5,
        "on": True,
        "none": None,
    }
