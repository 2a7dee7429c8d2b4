"""Model folders of our own making in the user's cache: one for each grammar and setting, sharing the big files."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from audio.added_words import Spelling, as_mapped, as_marked
from audio.dictation_graph import can_add, with_words
from audio.errors import ModelError
from audio.lookahead_fst import only_words
from audio.model_files import (
    MANIFEST,
    PLACES,
    Strategy,
    VoiceModel,
    file_of,
    private_folder,
    verify_manifest,
    write_manifest,
)
from audio.openfst import FstFormatError
from audio.phrase_graph import FORMAT, Deaf, build, split_heard, spoken

COMMANDS_CONF = "conf/commands.conf"
"""Options in a model that suit phrases better than those in conf/model.conf."""
NEVER = "100000"
"""Seconds: Vosk's own endpointer must not cut, we decide where an utterance ends."""
ENDPOINTS = {f"endpoint.rule{n}.min-trailing-silence": NEVER for n in range(1, 5)} | {
    "endpoint.rule5.min-utterance-length": NEVER
}
OLD_CONF = {
    "max-active": "7000",
    "beam": "13.0",
    "lattice-beam": "6.0",
    "acoustic-scale": "1.0",
    "frame-subsampling-factor": "3",
    "endpoint.silence-phones": "1:2:3:4:5:6:7:8:9:10",
}
"""What Vosk itself takes for models of 2020, which have no conf/model.conf."""
KEEP = 12
"""Folders that pruning leaves in the cache."""
UNUSED = 3600.0
"""Seconds since its last use after which a folder may be pruned: another process may be about to load it."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder ready for Vosk."""

    path: Path
    """The folder."""
    phrases: tuple[str, ...]
    """The phrases that it can hear, tidied; empty for dictation."""
    deaf: tuple[Deaf, ...]
    """The phrases that it cannot hear."""
    spelling: Spelling
    """How the words that Vosk gives are written."""


def assemble(model: VoiceModel, cache: Path, phrases: Iterable[str], small_talk: Iterable[str] = ()) -> ModelFolder:
    """A folder that hears exactly these phrases, with small talk around them; ModelError for an unwritable cache."""
    lexicon = model.lexicon
    heard, deaf = split_heard(phrases, lexicon.labels)
    around, _ = split_heard(small_talk, lexicon.own)
    conf = _conf(model.path, _options(model.path / COMMANDS_CONF) | ENDPOINTS)

    def contents() -> dict[str, bytes]:
        graph = build(heard, lexicon.own, model.added, around)
        words = {word: label for word, label in lexicon.labels.items() if label in graph.gives}
        small = _sounds(model.path, graph.takes)
        return {"graph/Gr.fst": graph.fst, "graph/words.txt": _table(words), "conf/model.conf": conf} | small

    key = _key(model, conf, heard, around)
    return ModelFolder(_cached(cache / "graphs" / key, model.path, contents), heard, deaf, as_marked)


def dictation(model: VoiceModel, cache: Path, phrases: Iterable[str] = ()) -> ModelFolder:
    """A folder that hears anything, these phrases of two words or more a little sooner than other words.

    It is the model's own, unless its endpointer would cut, or words or phrases are added where its graph allows it.
    """
    lexicon = model.lexicon
    likely = tuple(phrase for phrase in split_heard(phrases, lexicon.labels)[0] if len(spoken(phrase)) > 1)
    if (likely or lexicon.paths()) and model.strategy is Strategy.PHRASE_GRAPH:
        grammar = file_of(model.path, "graph/Gr.fst").read_bytes()
        if can_add(grammar):
            return _with_words(model, cache, likely, grammar)
    spelling = as_mapped(lexicon.sounds) if lexicon.sounds else as_marked
    if _options(model.path / "conf/model.conf").items() >= ENDPOINTS.items():
        return ModelFolder(model.path, (), (), spelling)
    conf = _conf(model.path, ENDPOINTS)
    folder = cache / "graphs" / _key(model, conf)
    return ModelFolder(_cached(folder, model.path, lambda: {"conf/model.conf": conf}), (), (), spelling)


def _with_words(model: VoiceModel, cache: Path, phrases: tuple[str, ...], grammar: bytes) -> ModelFolder:
    lexicon, conf = model.lexicon, _conf(model.path, ENDPOINTS)

    def contents() -> dict[str, bytes]:
        likely = (path for phrase in phrases for path in lexicon.ways(spoken(phrase)))
        graph = with_words(grammar, lexicon.paths(), likely)
        return {"graph/Gr.fst": graph, "graph/words.txt": _table(lexicon.labels), "conf/model.conf": conf}

    folder = cache / "graphs" / _key(model, conf, phrases)
    return ModelFolder(_cached(folder, model.path, contents), (), (), as_marked)


def _sounds(model: Path, words: Collection[int]) -> dict[str, bytes]:
    """The graph from sounds to words with these words alone, for less memory; none if it is of an unknown form."""
    place = "graph/HCLr.fst"
    try:
        return {place: only_words(file_of(model, place).read_bytes(), words)}
    except (FileNotFoundError, FstFormatError):
        return {}


def _table(labels: Mapping[str, int]) -> bytes:
    """The text of graph/words.txt: Vosk needs no other words than its graph gives, and each takes memory."""
    return "".join(f"{word} {number}\n" for word, number in labels.items()).encode()


def _key(model: VoiceModel, conf: bytes, *phrases: tuple[str, ...]) -> str:
    made_of = (FORMAT, str(model.path), model.fingerprint, model.added, conf, phrases)
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]


def _cached(folder: Path, model: Path, contents: Callable[[], dict[str, bytes]]) -> Path:
    """The folder as an earlier start left it, or made aside and moved in."""
    try:
        if _usable(folder):
            os.utime(folder)
            return folder
        private_folder(folder.parent)
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
        _fill(fresh, model, contents())
        _move_in(fresh, folder)
        _prune(folder)
    except OSError as error:
        where = folder.parent
        hint = "Make some room there, or check who owns it."
        raise ModelError(f"{where} cannot be written ({error.strerror}).", hint) from error
    return folder


def _usable(folder: Path) -> bool:
    """Whether it is whole: the links may dangle after the model moved, the files be torn after a power cut."""
    try:
        verify_manifest(folder)
    except (OSError, ModelError):
        return False
    return all(f.exists() for f in folder.rglob("*"))


def _fill(folder: Path, model: Path, contents: dict[str, bytes]) -> None:
    """Write `contents` with a manifest, then share all other files of the model."""
    for place, data in contents.items():
        file = folder / place
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(data)
        file.chmod(0o600)
    write_manifest(folder)
    (folder / MANIFEST).chmod(0o600)
    old = {here: place for place, here in PLACES.items()} if (model / "final.mdl").is_file() else {}
    for file in (f for f in model.rglob("*") if f.is_file()):
        name = file.relative_to(model).as_posix()
        _share(file, folder / old.get(name, name))


def _share(file: Path, link: Path) -> None:
    """Symbolic link, hard link or copy, whichever this system allows."""
    if link.exists() or file.name in {MANIFEST, "README.md"}:
        return
    link.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for share in (os.symlink, os.link, shutil.copyfile):
        try:
            share(file.resolve(), link)
        except OSError:
            if share is shutil.copyfile:
                raise
        else:
            return


def _move_in(fresh: Path, folder: Path) -> None:
    """Rename; when another process was quicker, its folder is as good as ours."""
    if folder.exists() and not _usable(folder):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        fresh.rename(folder)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        if not _usable(folder):
            raise


def _prune(newest: Path) -> None:
    """Remove folders long unused, and what a killed process left half made."""
    folders = sorted(newest.parent.iterdir(), key=lambda f: f.stat().st_mtime, reverse=True)
    for n, folder in enumerate(f for f in folders if f != newest):
        if time.time() - folder.stat().st_mtime > UNUSED and (n >= KEEP or folder.name.startswith(".new-")):
            shutil.rmtree(folder, ignore_errors=True)


def _conf(model: Path, overrides: dict[str, str]) -> bytes:
    """The text of conf/model.conf with these options changed."""
    own = model / "conf/model.conf"
    options = (_options(own) if own.is_file() else OLD_CONF) | overrides
    return "".join(f"--{name}={value}\n" for name, value in options.items()).encode()


def _options(conf: Path) -> dict[str, str]:
    """Option → value of a Kaldi configuration file; empty if there is none."""
    if not conf.is_file():
        return {}
    lines = (line.split("#")[0].strip() for line in conf.read_text("utf-8").splitlines())
    pairs = (line.removeprefix("--").partition("=") for line in lines if line)
    return {name.strip(): value.strip() for name, _, value in pairs}
