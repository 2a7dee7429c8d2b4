"""Words that must stop an exercise: phrase lists per language, in files of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from intents.draft import Template
from intents.joining import expand_alone
from intents.marks import read

FOLDER = Path(__file__).parent / "concerns"
"""One file per language."""


@dataclass(frozen=True, slots=True)
class Concerns:
    """Word sequences, lower case, single-spaced."""

    topics: Mapping[str, tuple[str, ...]]
    """Sequences by topic (`safety`, `emergency`), the topic that goes first first."""
    harmless: tuple[str, ...]
    """Figures of speech that contain such a sequence and mean no harm."""


def load_concerns(language: str = "en") -> Concerns:
    """The phrases of a language; raises SentenceError."""
    from intents.schema import ConcernFile, Templates

    marked = read(FOLDER / f"{language}.yaml", f"concerns/{language}.yaml")
    file = marked.convert(marked.data, ConcernFile)
    topics = {name: marked.convert(texts, Templates, ("topics", name)) for name, texts in file.topics.items()}
    spoken = {
        name: _spoken([Template(text, marked, ("topics", name, place)) for place, text in enumerate(texts)])
        for name, texts in topics.items()
    }
    harmless = [Template(text, marked, ("harmless", place)) for place, text in enumerate(file.harmless)]
    return Concerns(spoken, _spoken(harmless))


def _spoken(templates: list[Template]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrase for template in templates for phrase in expand_alone(template)))
