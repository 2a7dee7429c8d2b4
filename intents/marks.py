"""YAML with places: plain data, and the file, key and line of every value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from intents.errors import SentenceError as Broken

if TYPE_CHECKING:
    from yaml.nodes import Node

Trail = tuple[str | int, ...]
"""Keys and list positions from the top of a file to a value."""

T = TypeVar("T")

_PLAIN = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "keys with values",
    "null": "nothing",
}
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Marked:
    """The data of one YAML file."""

    file: str
    """The file, as it is named in messages."""
    data: object
    """Dicts, lists, texts, numbers, booleans and None."""
    lines: Mapping[Trail, int]
    """The line, counted from 1, on which each value or its key stands."""

    def broken(self, trail: Trail, problem: str, hint: str = "") -> Broken:
        """The error that names this file, the key and the line of the value at `trail`."""
        key = ".".join(str(part) for part in trail)
        place = f"{self.file}, line {self.line(trail)}" + (f", {key}" if key else "")
        return Broken(f"{place}: {problem}", hint or "Correct the file there and start again.")

    def line(self, trail: Trail) -> int:
        """The line of the value at `trail`, or of the nearest value around it."""
        while trail not in self.lines:
            trail = trail[:-1]
        return self.lines[trail]

    def convert(self, value: object, kind: type[T], trail: Trail = ()) -> T:
        """`value`, which stands at `trail`, as a `kind`; raises for unknown keys and wrong types."""
        import msgspec

        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            where, problem = _understood(str(error))
            raise self.broken(trail + where, problem) from error


def read(path: Path, file: str = "") -> Marked:
    """Read one YAML file; `file` is its name in messages. Raises for anything that is not clean YAML."""
    import yaml

    name = file or str(path)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Broken(
            f"{name}, line {line}: this is not valid YAML ({error.problem})",
            "Check the indentation and the quotes there.",
        ) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Broken(f"{name}: the file cannot be read ({error})", "It has to be a text file in UTF-8.") from error
    if node is None:
        raise Broken(f"{name}, line 1: the file is empty", "Fill it in, or remove it.")
    lines: dict[Trail, int] = {}
    data = _plain(node, (), lines, name)
    return Marked(name, data, lines)


def _plain(node: Node, trail: Trail, lines: dict[Trail, int], file: str) -> object:
    """The plain data of a node; notes the line of every value below it."""
    from yaml.nodes import MappingNode, ScalarNode, SequenceNode

    lines.setdefault(trail, node.start_mark.line + 1)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*trail, place), lines, file) for place, item in enumerate(node.value)]
    if isinstance(node, MappingNode):
        found: dict[str, object] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                raise Broken(f"{file}, line {line}: a key has to be a plain word")
            if key.value in found:
                raise Broken(f"{file}, line {line}, {key.value}: this key stands here twice", "Join the two.")
            lines[*trail, key.value] = line
            found[key.value] = _plain(value, (*trail, key.value), lines, file)
        return found
    return _scalar(node)


def _scalar(node: Node) -> object:
    """Text, a number, true, false or nothing; `yes`, `no`, times and dates stay text."""
    text = str(node.value)
    if node.tag == _TAG + "null":
        return None
    if node.tag == _TAG + "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if node.tag in (_TAG + "int", _TAG + "float") and re.fullmatch(r"[-+]?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return text


def _understood(message: str) -> tuple[Trail, str]:
    """The place and the problem in a message of msgspec, in plain words."""
    problem, _, path = message.partition(" - at `$")
    where: list[str | int] = []
    for name, place in re.findall(r"\.([^.\[`]+)|\[(\d+)\]", path):
        where.append(name or int(place))
    unknown = re.fullmatch(r"Object contains unknown field `(.+)`", problem)
    if unknown:
        return (*where, unknown[1]), "this key is not known here"
    missing = re.fullmatch(r"Object missing required field `(.+)`", problem)
    if missing:
        return tuple(where), f"the key {missing[1]} is missing"
    problem = re.sub(r"`([^`]+)`", lambda kinds: _plainly(kinds[1]), problem)
    return tuple(where), problem[:1].lower() + problem[1:]


def _plainly(kinds: str) -> str:
    """A union of JSON types in plain words."""
    return " or ".join(_PLAIN.get(kind, kind) for kind in kinds.split(" | "))
