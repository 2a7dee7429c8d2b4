"""Find a Vosk model and make sure that Vosk can use it.

Vosk ends the whole process on a damaged file, so everything that can be wrong is found out before: by a SHA-256
manifest where the model has one, and by a trial in a process of its own where it has none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from audio.errors import ModelError
from audio.model_files import (
    MANIFEST,
    UNPACK,
    Strategy,
    VoiceModel,
    damaged,
    file_of,
    fingerprint,
    private_folder,
    require_complete,
    verify_manifest,
    vocabulary,
)
from audio.model_folder import assemble
from audio.phrase_graph import garbage_word

__all__ = ["Strategy", "VoiceModel", "check", "embedded", "known_word"]

TRIAL_LIMIT = 180.0
"""Seconds that a trial may take: a model of 2 GB may have to come from a slow disk."""


LANGUAGE = "en"
"""What the model that is part of Hearth hears."""


def embedded() -> Path:
    """The folder of the model that is part of Hearth."""
    return Path(__file__).parent / "model_en"


def check(path: Path, cache: Path) -> VoiceModel:
    """Make sure that Vosk can use this folder; results of slow checks are kept under `cache`.

    Raises ModelError if it is missing, incomplete or damaged.
    """
    path = path.expanduser().absolute()
    if not path.is_dir():
        raise ModelError(f"There is no voice model at {path}.", UNPACK)
    require_complete(path)
    model = VoiceModel(path, _promised(path), fingerprint(path))
    if (path / MANIFEST).is_file():
        verify_manifest(path)
        return model
    return _tried(model, cache)


def known_word(model: VoiceModel, word: str) -> bool:
    """Whether the model can hear this word."""
    return word in vocabulary(model.path)


def _promised(path: Path) -> Strategy:
    """What the files promise; a model without a manifest has yet to prove it."""
    if file_of(path, "graph/HCLG.fst").is_file():
        return Strategy.OPEN
    return Strategy.PHRASE_GRAPH if garbage_word(vocabulary(path)) else Strategy.JSON_GRAMMAR


def _tried(model: VoiceModel, cache: Path) -> VoiceModel:
    """The best strategy that survives a trial, tried once for each state of the folder."""
    note = cache / "checked" / f"{model.fingerprint[:32]}.json"
    try:
        strategy = Strategy(json.loads(note.read_text("utf-8")))
    except (OSError, ValueError):
        strategy = _try(model, cache)
        _note(note, strategy)
    return VoiceModel(model.path, strategy, model.fingerprint)


def _note(note: Path, strategy: Strategy) -> None:
    fresh = note.with_suffix(f".{os.getpid()}")
    try:
        private_folder(note.parent)
        fresh.write_text(json.dumps(strategy), "utf-8")
        fresh.replace(note)
    except OSError as error:
        hint = "Make some room there, or check who owns it."
        raise ModelError(f"{note.parent} cannot be written ({error.strerror}).", hint) from error


def _try(model: VoiceModel, cache: Path) -> Strategy:
    if not _survives(model.path):
        raise damaged(model.path, ["Vosk stopped when it tried it"])
    if model.strategy is Strategy.PHRASE_GRAPH:
        words = [word for word in vocabulary(model.path) if word.isalpha()][:4]
        if not _survives(assemble(model, cache, words).path):
            return Strategy.JSON_GRAMMAR
    return model.strategy


def _survives(folder: Path) -> bool:
    """Whether a child process can decode half a second with this folder."""
    paths = [str(Path(__file__).parent.parent), *filter(None, sys.path)]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", "audio.trial", str(folder)]
    try:
        run = subprocess.run(
            command, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=TRIAL_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0
