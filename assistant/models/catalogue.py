"""The official Vosk models: a dated copy of Vosk's own list comes along, a newer one can be fetched."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import msgspec

from assistant.errors import DownloadError
from assistant.journal.disk import write_file
from assistant.journal.realdisk import RealDisk

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
"""A name that can be a folder, and nothing else."""

LIST_FILE = "list.json"
"""Name of the fetched list in the folder of the models."""

STATIC = "big"
"""Vosk's type of models with one static graph, for which it has no run-time grammar."""


class OfficialModel(msgspec.Struct, frozen=True, rename={"kind": "type", "language": "lang", "spoken": "lang_text"}):
    """One line of Vosk's list, by Vosk's names of its keys."""

    name: Annotated[str, msgspec.Meta(pattern=NAME_PATTERN)]
    """Name of the archive, without .zip."""
    language: str
    """Language code, such as `en-us`."""
    spoken: str
    """The language in words."""
    size: int
    """Bytes of the archive."""
    kind: str = ""
    """`small`, `big`, `big-lgraph`, or `spk` for what recognises speakers."""
    md5: str = ""
    """MD5 of the archive in hexadecimal digits; empty if the list has none."""
    obsolete: str = "false"
    """`true` for models that have a successor."""

    @property
    def listens(self) -> str:
        """`phrases`, or `dictation` for models of which Vosk says that their graph is static."""
        return "dictation" if self.kind == STATIC else "phrases"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A list of models, and the day it is from."""

    date: str
    """ISO 8601 date on which it was copied or fetched."""
    models: tuple[OfficialModel, ...]
    """Those that hear speech and have no successor, sorted by language and size."""

    def find(self, name: str) -> OfficialModel | None:
        """The model of that name."""
        return next((model for model in self.models if model.name == name), None)

    def of(self, language: str) -> tuple[OfficialModel, ...]:
        """Those for a language, whatever the country."""
        wanted = language.partition("_")[0].lower()
        return tuple(model for model in self.models if re.split("[-_]", model.language.lower())[0] == wanted)


def load_catalogue(folder: Path) -> Catalogue:
    """The list that was fetched last into the folder of the models, or the one that comes along."""
    shipped = _stored(files("assistant.models").joinpath("official.json").read_text("utf-8"))
    try:
        fetched = _stored((folder / LIST_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return shipped
    return max(fetched, shipped, key=lambda catalogue: catalogue.date)


def store_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """Keep a fetched list."""
    text = json.dumps({"date": catalogue.date, "models": msgspec.to_builtins(catalogue.models)}, indent=1)
    write_file(RealDisk(), folder / LIST_FILE, text.encode())


def read_list(content: bytes, date: str) -> Catalogue:
    """Vosk's list as it is served; raises DownloadError if it is something else."""
    try:
        return _catalogue(date, msgspec.json.decode(content, type=list[dict[str, object]]))
    except (msgspec.DecodeError, ValueError) as error:
        raise DownloadError(
            "What was fetched is not Vosk's list of models.", "Is the address right, and does no proxy answer for it?"
        ) from error


def _stored(text: str) -> Catalogue:
    content = json.loads(text)
    return _catalogue(str(content["date"]), content["models"])


def _catalogue(date: str, lines: list[dict[str, object]]) -> Catalogue:
    """Lines that do not fit are left out: the list grows, and one odd line must not hide the others."""
    models = [model for line in lines if (model := _model(line)) is not None]
    if not models:
        raise ValueError("no model in the list")
    kept = [model for model in models if model.obsolete != "true" and model.kind != "spk"]
    return Catalogue(date, tuple(sorted(kept, key=lambda model: (model.language, model.size))))


def _model(line: dict[str, object]) -> OfficialModel | None:
    try:
        return msgspec.convert(line, OfficialModel)
    except msgspec.ValidationError:
        return None
