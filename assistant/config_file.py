"""The configuration file: TOML in, a checked `Config` out, and back.

`read` finds every mistake before anything runs, and says where: file, line, key and the nearest known one.
"""

from __future__ import annotations

import contextlib
import os
import re
import tomllib
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from assistant.config import Config
from assistant.errors import ConfigError
from assistant.folders import PRIVATE_FILE, Folders, make_private
from assistant.toml_text import line_of, to_toml
from assistant.weekdays import Weekday

NOT_KEYS = frozenset({"folders"})
"""Fields of `Config` that no file sets."""

CORRECT = "Correct that line, or move the file away and run 'hearth setup' to make a new one."

EXAMPLES = {
    "language": 'Name a language folder, such as "en".',
    "country": 'Write two capital letters, such as "IE" or "US".',
    "first_weekday": f"Choose one of {', '.join(Weekday)}.",
    "partners": "Hearth is for two: give each of you a [[partners]] table with a name.",
    "name": "A name begins with a letter and has at most 40 letters, digits, spaces, hyphens or apostrophes.",
    "night_from": 'Write hours and minutes in quotation marks, such as "22:00".',
    "night_until": 'Write hours and minutes in quotation marks, such as "07:00".',
    "word": "Write one word of letters; what several words make is heard once each of them is.",
    "sounds_like": 'Write a list of how it sounds, in words that exist, such as ["sur sha"].',
    "quiet_from": 'Write hours and minutes in quotation marks, such as "23:00".',
    "quiet_until": 'Write hours and minutes in quotation marks, such as "06:00".',
    "models_url": 'Write an address such as "https://alphacephei.com/vosk/models".',
    "consent": "Write a date without quotation marks, such as 2026-01-31.",
}
"""What to write instead, by the last part of a key's path."""

KIND_WORDS = {
    "`str`": "text",
    "`int`": "a whole number",
    "`float`": "a number",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a table",
    "`date | null`": "a date",
}
"""msgspec's names of types in words for a person."""


def read(folders: Folders, *, required: bool = False) -> Config:
    """The household's configuration; all defaults where there is no file, unless it is `required`.

    Raises ConfigError for a file that cannot be read, broken TOML, an unknown key or a misfit value.
    """
    text = _text(folders.config_file, required)
    return replace(parse(text, str(folders.config_file)), folders=folders)


def parse(text: str, source: str) -> Config:
    """The configuration in a TOML text; `source` names it in messages."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"The configuration {source} is not valid TOML: {error}.", CORRECT) from error
    _refuse_unknown(content, Config, "", text, source)
    try:
        config = msgspec.convert(content, Config)
    except msgspec.ValidationError as error:
        raise _misfit(error, text, source) from error
    _check(config, text, source)
    return config


def write(config: Config) -> Path:
    """Write the configuration to its file for its owner alone, all at once or not at all; returns the file.

    Raises ConfigError when the folder or the disk refuses.
    """
    file = config.folders.config_file.resolve()
    draft = make_private(file.parent) / f".{file.name}.{os.getpid()}"
    try:
        _write_draft(draft, to_toml(config))
        draft.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):  # on a disk that cannot be written there is no draft to remove
            draft.unlink()
        raise _unwritable(file, error) from error
    return file


def require_writable(config: Config) -> None:
    """Raise ConfigError if the file could not be written, before anybody is asked many questions for it."""
    folder = make_private(config.folders.config_file.resolve().parent)
    try:
        _write_draft(folder / f".tried.{os.getpid()}", to_toml(config))
    except OSError as error:
        raise _unwritable(config.folders.config_file, error) from error
    finally:
        with contextlib.suppress(OSError):
            (folder / f".tried.{os.getpid()}").unlink()


def _unwritable(file: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"The configuration {file} cannot be written: {error.strerror}.",
        "Check the free space and who owns the folder, or name another file with --config.",
    )


def _write_draft(draft: Path, text: str) -> None:
    draft.touch(mode=PRIVATE_FILE)
    with draft.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def _text(file: Path, required: bool) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        if not required:
            return ""
        raise ConfigError(f"There is no configuration {file}.", "Run 'hearth setup' to make one.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"The configuration {file} is not UTF-8 text.", CORRECT) from error
    except OSError as error:
        raise ConfigError(
            f"The configuration {file} cannot be read: {error.strerror}.", "Check who owns it."
        ) from error


def _refuse_unknown(content: dict[str, Any], shape: type, path: str, text: str, source: str) -> None:
    """Walk tables and fields side by side; raises ConfigError at the first key that no field has."""
    known = {field.name for field in fields(shape)} - NOT_KEYS
    types = get_type_hints(shape)
    for key, value in content.items():
        here = f"{path}.{key}" if path else key
        if key not in known:
            raise _unknown(key, here, known, text, source)
        for index, table in enumerate(value if isinstance(value, list) else [value]):
            inner = _table_shape(types[key])
            if inner is not None and isinstance(table, dict):
                where = f"{here}[{index}]" if isinstance(value, list) else here
                _refuse_unknown(table, inner, where, text, source)


def _table_shape(annotation: Any) -> type | None:
    """The dataclass that a key's table, or each table of its array, becomes."""
    if get_origin(annotation) is tuple:
        return _table_shape(get_args(annotation)[0])
    return annotation if is_dataclass(annotation) and isinstance(annotation, type) else None


def _unknown(key: str, path: str, known: set[str], text: str, source: str) -> ConfigError:
    near = get_close_matches(key, known, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known here: {', '.join(sorted(known))}."
    return ConfigError(f"The configuration {_where(path, text, source)} has an unknown key '{path}'.", hint)


def _misfit(error: msgspec.ValidationError, text: str, source: str) -> ConfigError:
    """What msgspec says ("Expected `float`, got `str` - at `$.hearing.tail`"), with key, line and example."""
    said, _, at = str(error).partition(" - at `$")
    path = at.rstrip("`").lstrip(".")
    said = said[:1].lower() + said[1:].partition(" matching regex")[0]
    for name, word in KIND_WORDS.items():
        said = said.replace(name, word)
    hint = EXAMPLES.get(path.rpartition(".")[2], CORRECT)
    return ConfigError(f"The configuration {_where(path, text, source)} does not fit at '{path}': {said}.", hint)


def _check(config: Config, text: str, source: str) -> None:
    """What types alone cannot say: two different names and a time zone that exists."""
    first, second = config.names
    if first.casefold() == second.casefold():
        where = _where("partners[1].name", text, source)
        raise ConfigError(
            f"The configuration {where} gives both partners the name '{first}'.",
            "Tell them apart, for example by a second name or a nickname.",
        )
    _check_words(config, text, source)
    if not re.fullmatch(r"[\w+/-]*", config.timezone) or not zone_exists(config.timezone):
        where = _where("timezone", text, source)
        raise ConfigError(
            f"The configuration {where} names an unknown time zone '{config.timezone}'.",
            "Use a name such as 'Europe/Dublin' or 'America/New_York', or leave it empty for the system's.",
        )


def _check_words(config: Config, text: str, source: str) -> None:
    """A word that was added twice would be heard in one of the two ways only."""
    seen: set[str] = set()
    for number, own in enumerate(config.words):
        if own.word.casefold() in seen:
            where = _where(f"words[{number}].word", text, source)
            problem = f"The configuration {where} adds the word '{own.word}' twice."
            raise ConfigError(problem, 'Put all it sounds like into one list: sounds_like = ["one", "two"].')
        seen.add(own.word.casefold())


def zone_exists(name: str) -> bool:
    """Whether this system knows a time zone of this name; an empty name is the system's own."""
    from zoneinfo import ZoneInfo

    try:
        return not name or bool(ZoneInfo(name).key)
    except (OSError, ValueError, LookupError):
        return False


def _where(path: str, text: str, source: str) -> str:
    line = line_of(text, path)
    return f"{source}, line {line}," if line else source
