"""The pages of the manual that name everything: commands from argparse, keys from the configuration's dataclasses."""

from __future__ import annotations

import ast
from argparse import Action, ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from assistant import config
from assistant.cli.parser import build
from assistant.config_file import NOT_KEYS
from assistant.toml_text import to_toml

ROOT = Path(__file__).parent.parent
MADE = "<!-- Made by tools/update-readme from the program itself; a test compares. -->"

COMMANDS = f"""\
# Every command

{MADE}

`hearth COMMAND --help` says the same. Without a command, `hearth` listens.
"""

KEYS = f"""\
# Every setting

{MADE}

`hearth setup` asks for what a household has to choose and writes it to `config.toml` (`hearth doctor` says where;
usually `~/.config/hearth/config.toml`). The file is [TOML](https://toml.io/), for your user account alone, and may be
edited by hand. Whatever does not fit is told at the next start with its line, its key and what to write instead;
nothing is lost. Flags of a command go before the file.
"""

KINDS = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "date": "date"}


# ---------------------------------------------------------------- commands


def commands_page() -> str:
    """Every command with its flags."""
    parser = build()
    lines = [COMMANDS, "## Flags of every command\n", *_table(parser, everywhere=True)]
    for name, command in _commands(parser, "hearth"):
        lines += [f"\n## {name}\n", _text(command), *_table(command, everywhere=False)]
    return "\n".join(lines) + "\n"


def subparsers(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    """The commands of a parser by their names."""
    found = (action for action in parser._actions if isinstance(action, _SubParsersAction))
    return {name: command for action in found for name, command in action.choices.items()}


def _commands(parser: ArgumentParser, name: str) -> Iterator[tuple[str, ArgumentParser]]:
    for word, command in subparsers(parser).items():
        yield f"{name} {word}", command
        yield from _commands(command, f"{name} {word}")


def _text(command: ArgumentParser) -> str:
    text = (command.description or "").strip()
    epilog = (command.epilog or "").strip()
    examples = epilog.removeprefix("examples:").strip("\n")
    return f"```text\n{text}\n```\n" + (f"\n```text\n{_even(examples)}\n```\n" if examples else "")


def _even(block: str) -> str:
    return "\n".join(line.removeprefix("  ").rstrip() for line in block.splitlines())


def _table(parser: ArgumentParser, *, everywhere: bool) -> list[str]:
    common = {flag for action in build()._actions for flag in action.option_strings}
    rows = [
        f"| {_named(action)} | {_cell(action.help or '')} |"
        for action in parser._actions
        if not isinstance(action, _SubParsersAction) and (everywhere or not common.intersection(action.option_strings))
    ]
    return ["| | |", "|---|---|", *rows] if rows else []


def _named(action: Action) -> str:
    value = action.metavar or (" ".join(action.choices) if action.choices else "")
    if not action.option_strings:
        return f"`{value or action.dest}`"
    shown = f" {value}" if value and action.nargs != 0 else ""
    return ", ".join(f"`{flag}{shown}`" for flag in action.option_strings)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


# ---------------------------------------------------------------- configuration


def configuration_page() -> str:
    """Every key of every table."""
    lines = [KEYS]
    for table, shape, about in [("", config.Config, ""), *_tables(config.Config, "")]:
        heading = f"`[[{table}]]`, twice" if table == "partners" else f"`[{table}]`"
        lines += [f"\n## {heading}\n\n{about}\n" if table else "\n## Above all tables\n"]
        lines += ["| Key | Value | |", "|---|---|---|", *(_row(shape, field) for field in _keys(shape))]
    lines += ["\n## As a file\n", "What `hearth setup` would write for Sam and Alex:\n", f"```toml\n{_example()}```"]
    return "\n".join(lines) + "\n"


def _tables(shape: type, path: str) -> Iterator[tuple[str, type, str]]:
    docs = field_docs(shape)
    for field in fields(shape):
        inner = _inner(get_type_hints(shape)[field.name])
        if field.name not in NOT_KEYS and inner is not None:
            here = f"{path}.{field.name}" if path else field.name
            yield here, inner, docs[field.name]
            yield from _tables(inner, here)


def _keys(shape: type) -> list[Field[Any]]:
    hints = get_type_hints(shape)
    return [field for field in fields(shape) if field.name not in NOT_KEYS and _inner(hints[field.name]) is None]


def _inner(hint: Any) -> type | None:
    if get_origin(hint) is tuple:
        return _inner(get_args(hint)[0])
    return hint if isinstance(hint, type) and is_dataclass(hint) else None


def _row(shape: type, field: Field[Any]) -> str:
    hint = get_type_hints(shape, include_extras=True)[field.name]
    return f"| `{field.name}` | {_kind(hint)}{_default(field)} | {_cell(field_docs(shape)[field.name])} |"


def _kind(hint: Any) -> str:
    if get_origin(hint) is Annotated:
        meta = get_args(hint)[1]
        limits = f" {meta.ge:g} to {meta.le:g}" if meta.ge is not None and meta.le is not None else ""
        return f"{_kind(get_args(hint)[0])}{limits}"
    if get_origin(hint) is tuple:
        return "list of texts"
    names = [KINDS.get(part.__name__, "text") for part in (get_args(hint) or (hint,)) if part is not type(None)]
    return names[0]


def _default(field: Field[Any]) -> str:
    if field.default is MISSING:
        return "; needed"
    if field.default in ("", None, ()):
        return ""
    value = field.default
    return f"; `{str(value).lower() if isinstance(value, bool) else repr(value)}`".replace("'", '"')


def field_docs(shape: type) -> dict[str, str]:
    """The docstring below each field of a dataclass in assistant/config.py."""
    tree = ast.parse(Path(config.__file__).read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == shape.__name__)
    found = {}
    for line, below in pairwise(body):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and isinstance(below, ast.Expr):
            found[line.target.id] = ast.literal_eval(below.value)
    return {name: " ".join(text.split()) for name, text in found.items()}


def _example() -> str:
    sam, alex = config.Partner("Sam"), config.Partner("Alex")
    return to_toml(config.Config(partners=(sam, alex), country="IE", timezone="Europe/Dublin"))


PAGES = {ROOT / "docs/commands.md": commands_page, ROOT / "docs/configuration.md": configuration_page}
"""The pages and what makes them."""
