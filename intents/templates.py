"""Templates as hassil has them: parsed, and their words checked against the spellings of the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from intents.draft import Template
from intents.words import words

if TYPE_CHECKING:
    from hassil.expression import Expression, Sentence


class Templates:
    """Parses the templates of one household; what every load has in common is parsed once."""

    def __init__(self, spellings: Mapping[str, str]) -> None:
        self._spellings = spellings
        self._spoken: set[str] = set()

    def parsed(self, template: Template) -> Sentence:
        """A sentence of its own, since hassil keeps in it what it finds out; raises SentenceError."""
        from hassil.expression import Sentence
        from hassil.parse_expression import ParseExpressionError
        from hassil.parser import ParseError

        try:
            expression, chunks = _read(template.text)
        except (ParseError, ParseExpressionError, AssertionError, ValueError) as error:
            hint = "[optional], (one|other), {list} and <rule> have to be closed."
            raise template.broken("the template cannot be read", hint) from error
        for chunk in chunks:
            if chunk not in self._spoken:
                self._check(chunk, template)
                self._spoken.add(chunk)
        return Sentence(expression, template.text)

    def _check(self, chunk: str, template: Template) -> None:
        written = chunk.lower().split()
        spoken = words(chunk, self._spellings)[0]
        if written != spoken:
            problem = f"write {' '.join(written)!r} as it is spoken" + (f", {' '.join(spoken)!r}" if spoken else "")
            raise template.broken(problem, "Letters and apostrophes only; numbers as words; the spellings of the file.")


@cache
def _read(text: str) -> tuple[Expression, tuple[str, ...]]:
    """What a template says, which nothing changes, and the texts in it: parsing is half of what loading costs."""
    from hassil.parse_expression import parse_sentence

    expression = parse_sentence(text).expression
    return expression, tuple(dict.fromkeys(_chunks(expression)))


def _chunks(expression: Expression) -> Iterator[str]:
    """The texts of an expression; rules and lists are not entered."""
    from hassil.expression import Group, TextChunk

    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Group):
            waiting += reversed(part.items)
        elif isinstance(part, TextChunk) and part.text and not part.text.isspace():
            yield part.text
