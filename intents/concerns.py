"""Words that must stop an exercise: phrase lists per language, in files of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from intents.draft import Template
from intents.errors import SentenceError
from intents.joining import expand_over
from intents.marks import Marked, Trail, read
from intents.schema import ConcernFile, TopicBody
from intents.words import typings

FILES = {path.parent.name: path for path in sorted(Path(__file__).parent.glob("*/concerns.yaml"))}
"""One file per language."""


@dataclass(frozen=True, slots=True)
class Concerns:
    """Words to look for, lower case and single-spaced."""

    topics: Mapping[str, tuple[str, ...]]
    """Word sequences by topic (`safety`, `emergency`); the topic that counts when there are two comes first."""
    harmless: tuple[str, ...]
    """Figures of speech that contain such a sequence."""
    sentences: tuple[str, ...]
    """Whole sentences to listen for, each of which contains a sequence of a topic."""


def load_concerns(language: str = "en", names: Sequence[str] = ()) -> Concerns:
    """The words of a language, with the names of the household for `{partner}`; raises SentenceError."""
    marked = _read(language)
    file = marked.convert(marked.data, ConcernFile)
    topics = {name: marked.convert(body, TopicBody, ("topics", name)) for name, body in file.topics.items()}
    sentences = [
        phrase
        for name, body in topics.items()
        for phrase in _spoken(marked, ("topics", name, "sentences"), body.sentences, names)
    ]
    return Concerns(
        {
            name: _typed(_spoken(marked, ("topics", name, "sequences"), body.sequences, names), file.letters)
            for name, body in topics.items()
        },
        _typed(_spoken(marked, ("harmless",), file.harmless, names), file.letters),
        tuple(sentences),
    )


def languages() -> list[str]:
    """Language codes that have such words."""
    return list(FILES)


def _read(language: str) -> Marked:
    if language not in FILES:
        hint = f"Choose one of: {', '.join(FILES)}."
        raise SentenceError(f"There are no words of concern for the language {language!r}.", hint)
    return read(FILES[language], f"{language}/concerns.yaml")


def _typed(phrases: Sequence[str], letters: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(typing for phrase in phrases for typing in typings(phrase, letters)))


def _spoken(marked: Marked, trail: Trail, texts: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    templates = [Template(text, marked, (*trail, place)) for place, text in enumerate(texts)]
    return tuple(dict.fromkeys(phrase for template in templates for phrase in expand_over(template, names)))
