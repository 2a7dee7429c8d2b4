"""Everything a household can say, loaded once for the tests of the words."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from intents.loader import load
from intents.matcher import Sentences
from prompts.loader import load_rituals
from prompts.types import Ritual

ROOT = Path(__file__).parent.parent
VOCABULARY = ROOT / "audio" / "model_en" / "graph" / "words.txt"
PARTNERS = [("sam", "Sam"), ("alex", "Alex")]


@cache
def rituals() -> tuple[Ritual, ...]:
    return load_rituals("en")


@cache
def household_sentences() -> Sentences:
    steps = [step for ritual in rituals() for step in ritual.steps]
    return load(
        "en",
        lists={
            "ritual": [(name, ritual.id) for ritual in rituals() for name in ritual.called],
            "partner": PARTNERS,
            "option": [(option, option) for option in sorted({option for step in steps for option in step.options})],
        },
        triggers={ritual.id: ritual.triggers for ritual in rituals()},
    )


@cache
def vocabulary() -> frozenset[str]:
    """All words that the embedded voice model can hear."""
    return frozenset(line.split()[0] for line in VOCABULARY.read_text(encoding="utf-8").splitlines())
