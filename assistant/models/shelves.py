"""What can be done with models: fetch, add, use, check and remove them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ArchiveError, DownloadError, UsageError
from assistant.models.catalogue import (
    NAME_PATTERN,
    Catalogue,
    OfficialModel,
    load_catalogue,
    read_list,
    store_catalogue,
)
from assistant.models.store import Digests, Store, digests_of
from assistant.models.unpack import Show

if TYPE_CHECKING:
    from assistant.config import Config

EMBEDDED = "embedded"
"""What the model that comes with Hearth is called."""

LIST_NAME = "model-list.json"
"""Name of Vosk's list below the address of the models."""

UNPACKED = 3
"""So many times its archive's size a model needs on the disk beside it, while it is unpacked."""


class Shelves:
    """The models of one household."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._store = Store(config.folders.models)

    def names(self) -> list[str]:
        """Models that were fetched or added."""
        return self._store.names()

    def used(self, name: str) -> bool:
        """Whether the configuration names this model."""
        chosen = self._config.hearing.model
        if name == EMBEDDED:
            return not chosen
        return bool(chosen) and Path(chosen).expanduser().resolve() == self._store.path(name).resolve()

    def refresh(self) -> Catalogue:
        """Fetch Vosk's list and keep it; raises DownloadError."""
        from assistant.models.download import fetch_list

        catalogue = read_list(fetch_list(f"{self._address()}/{LIST_NAME}"), date.today().isoformat())
        store_catalogue(self._store.folder, catalogue)
        return catalogue

    def download(self, name: str, show: Show, *, accept_change: bool = False) -> str:
        """Fetch an official model and install it; what was done, for a person.

        Raises UsageError for an unknown name, DownloadError, ArchiveError, or ModelError if Vosk cannot use it.
        """
        from assistant.journal.lock import HeldError, hold
        from assistant.models.download import fetch, forget

        model = self._official(name)
        if name in self.names():
            raise UsageError(f"{name} is here already.", f"Use it: hearth model use {name}")
        partial = self._store.partial(name)
        try:
            lock = hold(partial.with_suffix(".lock"))
        except HeldError as error:
            raise UsageError(f"{name} is being fetched by {error}.", "Wait for it, or stop it.") from error
        try:
            self._store.require_room(UNPACKED * model.size)
            address = f"{self._address()}/{name}.zip"
            fetch(address, partial, model.size, show)
            try:
                told = self._install(partial, name, model, address, show, accept_change)
            except ArchiveError:
                forget(partial)
                raise
            forget(partial)
        finally:
            lock.release()
        return told

    def add(self, archive: Path, show: Show, *, accept_change: bool = False) -> str:
        """Install a model from a zip; what was done, for a person."""
        if not archive.is_file():
            raise UsageError(f"There is no file {archive}.", "Name a zip of a Vosk model.")
        name = archive.name.removesuffix(".zip")
        if not re.match(NAME_PATTERN, name) or name == EMBEDDED:
            raise UsageError(f"'{name}' is no name for a model.", "Rename the zip: letters, digits, dots and hyphens.")
        model = load_catalogue(self._config.folders.models).find(name)
        return self._install(archive, name, model, str(archive.absolute()), show, accept_change)

    def use(self, name: str) -> str:
        """Write a model into the configuration, once it was tried; what was done, for a person."""
        from assistant.config_file import write
        from assistant.ears import voice_model

        folder = "" if name == EMBEDDED else str(self._folder_of(name))
        config = replace(self._config, hearing=replace(self._config.hearing, model=folder))
        model = voice_model(config)
        file = write(config)
        return f"Hearing with {name} from now on: {model.strategy.told}. Written to {file}.\n{heard_phrases(config)}"

    def problem(self, name: str, show: Show) -> str:
        """What is wrong with a model; empty for nothing. Raises UsageError for a name that is not here."""
        from audio.errors import ModelError
        from audio.model import check, embedded

        if name != EMBEDDED and name not in self.names():
            raise UsageError(f"There is no model '{name}' here.", f"These are: {', '.join([EMBEDDED, *self.names()])}.")
        if name != EMBEDDED and (altered := self._store.altered(name, show)):
            return f"changed: {', '.join(altered[:8])}"
        try:
            check(embedded() if name == EMBEDDED else self._store.path(name), self._config.folders.cache)
        except ModelError as error:
            return f"{error.message} {error.hint}"
        return ""

    def remove(self, name: str) -> None:
        """Delete a model; raises UsageError if it is in use, or not here."""
        if name == EMBEDDED:
            raise UsageError("The embedded model is part of Hearth.", "It takes 6 MB, and is there when others fail.")
        if name in self.names() and self.used(name):
            raise UsageError(f"{name} is in use.", "Use another one first: hearth model use embedded")
        self._store.remove(name)

    def _install(
        self, archive: Path, name: str, official: OfficialModel | None, origin: str, show: Show, accept_change: bool
    ) -> str:
        digests = digests_of(archive, show)
        compared = _compared(archive, official, digests)
        if not accept_change:
            self._store.require_pinned(name, archive, digests)
        folder = self._store.install(archive, name, digests, origin, show)
        return (
            f"SHA-256 {digests.sha256} ({compared}; pinned)\n"
            f"{name} is in {folder}.\nHear with it: hearth model use {name}"
        )

    def _official(self, name: str) -> OfficialModel:
        """From the list here, or from Vosk's own where that one does not name it."""
        here = load_catalogue(self._config.folders.models)
        if model := here.find(name):
            return model
        if not re.match(NAME_PATTERN, name):
            raise UsageError(f"'{name}' is no name of a model.", "'hearth model list' shows them.")
        try:
            model = self.refresh().find(name)
        except DownloadError as error:
            problem = f"The list of {here.date} has no '{name}', and a newer one cannot be fetched: {error.message}"
            raise UsageError(problem, "'hearth model list' shows the names.") from error
        if model is None:
            raise UsageError(f"Vosk's list has no '{name}'.", "'hearth model list' shows the names.")
        return model

    def _folder_of(self, name: str) -> Path:
        """The folder of a model that is here, or a folder that was named."""
        if name in self.names():
            return self._store.path(name)
        folder = Path(name).expanduser()
        if folder.is_dir():
            return folder.absolute()
        if load_catalogue(self._config.folders.models).find(name):
            raise UsageError(f"{name} is not here yet.", f"Fetch it: hearth model download {name}")
        here = ", ".join([EMBEDDED, *self.names()])
        raise UsageError(f"There is no model '{name}'.", f"Here are: {here}; or name the folder of a Vosk model.")

    def _address(self) -> str:
        return self._config.hearing.models_url.rstrip("/")


def heard_phrases(config: Config) -> str:
    """How many of the household's phrases its model can hear."""
    from assistant.ears import unheard_names, unheard_words
    from assistant.household import load_rituals, load_sentences

    texts = [phrase.text for phrase in load_sentences(config, load_rituals(config)).phrases()]
    count = len(texts) - len(unheard_words(config, texts))
    names = unheard_names(config)
    told = f"It can hear {count:,} of your {len(texts):,} phrases."
    if names:
        told += f" It does not know the name {' nor '.join(names)}: hearth phrases --add-word {names[0].lower()}"
    return told


def _compared(archive: Path, official: OfficialModel | None, digests: Digests) -> str:
    """How the archive compares with Vosk's list; raises ArchiveError if it is another one."""
    if official is None or not official.md5:
        return "not in Vosk's list, so compared with nothing"
    if official.md5.lower() != digests.md5:
        raise ArchiveError(
            f"{archive.name} is not the file of Vosk's list (MD5 {digests.md5}, should be {official.md5}).",
            "It was damaged or exchanged on its way, or the list is old: hearth model list --refresh",
        )
    return "its MD5 is that of Vosk's list"
