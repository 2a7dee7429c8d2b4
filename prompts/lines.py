"""Every sentence the assistant can speak beside the prompts of rituals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from string import Formatter

from prompts.errors import PromptError
from prompts.marks import Marked, Trail, read
from prompts.schema import LineFile

FOLDER = Path(__file__).parent
"""What is spoken, one folder per language, with a file `lines.yaml` in it."""

Part = tuple[str, str, str]
"""Literal words, then the name of a placeholder and its plural forms; both may be empty."""


class Lines:
    """The lines of one language; remembers which wording was taken last, so that none comes twice in a row."""

    def __init__(self, language: str = "en", folder: Path = FOLDER) -> None:
        """Read and check `<folder>/<language>/lines.yaml`; raises PromptError naming file, key and line."""
        path = folder / language / "lines.yaml"
        if not path.is_file():
            known = ", ".join(sorted(path.parent.name for path in folder.glob("*/lines.yaml")))
            raise PromptError(f"There are no lines for the language {language!r}.", f"Choose one of: {known}.")
        marked = read(path, f"{language}/{path.name}")
        file = marked.convert(marked.data, LineFile)
        self._lines = {key: _alternatives(marked, key, body) for key, body in file.lines.items()}
        self._parts = {key: [_parts(marked, key, text) for text in texts] for key, texts in self._lines.items()}
        self._names = {
            group: marked.convert(body, dict[str, str], ("names", group)) for group, body in file.names.items()
        }
        self._last: dict[str, int] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, in the order of the file."""
        return tuple(self._lines)

    def texts(self) -> list[str]:
        """All wordings as they stand in the file, with placeholders."""
        return [text for texts in self._lines.values() for text in texts]

    def placeholders(self, key: str) -> frozenset[str]:
        """Names that `pick` has to be given for a key."""
        return frozenset(name for parts in self._known(key) for _, name, _ in parts if name)

    def pick(self, key: str, rng: Random, **values: str | int) -> str:
        """One wording of a line, filled in, never the same wording twice in a row.

        Plural placeholders take whole numbers. Raises PromptError for an unknown key and for values that are missing or
        not in the line.
        """
        wordings = self.every(key, **values)
        choices = [place for place in range(len(wordings)) if place != self._last.get(key)] or [0]
        self._last[key] = rng.choice(choices)
        return wordings[self._last[key]]

    def every(self, key: str, **values: str | int) -> list[str]:
        """All wordings of a line, filled in; raises PromptError as `pick` does."""
        wordings = self._known(key)
        if values.keys() != self.placeholders(key):
            wanted = ", ".join(sorted(self.placeholders(key))) or "nothing"
            raise PromptError(f"The line {key} is filled with: {wanted}; not with: {', '.join(values) or 'nothing'}.")
        texts = [
            "".join(literal + _filled(name, forms, values) for literal, name, forms in parts) for parts in wordings
        ]
        return [text[:1].upper() + text[1:] for text in texts]

    def name(self, group: str, item: str) -> str:
        """How an id is spoken, such as `this week` for `this_week` of the group `period`."""
        try:
            return self._names[group][item]
        except KeyError as error:
            raise PromptError(f"The lines have no name for {item!r} in the group {group!r}.") from error

    def names(self, group: str) -> Mapping[str, str]:
        """All ids of a group, and how they are spoken."""
        return self._names.get(group, {})

    def _known(self, key: str) -> list[list[Part]]:
        if key not in self._parts:
            raise PromptError(f"There is no line {key!r}.", "Lines stand in prompts/lines.")
        return self._parts[key]


def _alternatives(marked: Marked, key: str, body: object) -> list[str]:
    trail: Trail = ("lines", key)
    texts = [body] if isinstance(body, str) else marked.convert(body, list[str], trail)
    if not texts or not all(text.strip() for text in texts):
        raise marked.broken(trail, "there is nothing to say")
    return texts


def _parts(marked: Marked, key: str, text: str) -> list[Part]:
    try:
        parts = [(literal, name or "", forms or "") for literal, name, forms, _ in Formatter().parse(text)]
    except ValueError as error:
        raise marked.broken(("lines", key), f"the braces are not right ({error}): {text!r}") from error
    for _, name, forms in parts:
        if name and not name.isidentifier():
            raise marked.broken(("lines", key), f"{{{name}}} is no name of a placeholder: {text!r}")
        if forms and len(forms.split("|")) != 2:
            hint = "Write {count:one form|other form}."
            raise marked.broken(("lines", key), f"a plural has two forms: {text!r}", hint)
    return parts


def _filled(name: str, forms: str, values: Mapping[str, str | int]) -> str:
    if not name:
        return ""
    value = values[name]
    if not forms:
        return str(value)
    one, other = forms.split("|")
    return (one if value == 1 else other).replace("#", str(value))
