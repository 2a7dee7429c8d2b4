"""What is in a Vosk model folder: where each file lies, whether it is whole, and which words it knows."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from audio.added_words import AddedWord, Lexicon
from audio.errors import ModelError
from audio.openfst import embedded_symbols

MANIFEST = "SHA256SUMS"
"""Name of the list of hashes in a model folder, as `sha256sum` writes it."""
MAY_BE_EMPTY = frozenset({"graph/disambig_tid.int"})
PLACES = {
    "am/final.mdl": "final.mdl",
    "conf/mfcc.conf": "mfcc.conf",
    "graph/HCLG.fst": "HCLG.fst",
    "graph/HCLr.fst": "HCLr.fst",
    "graph/Gr.fst": "Gr.fst",
    "graph/disambig_tid.int": "disambig_tid.int",
    "graph/words.txt": "words.txt",
    "graph/phones/word_boundary.int": "word_boundary.int",
}
"""Where today's models keep a file, and where those of 2020 did."""
UNPACK = "A Vosk model folder holds am/, conf/ and graph/. Unpack the model's archive and name that folder."


class Strategy(StrEnum):
    """How a model can be made to listen for phrases."""

    PHRASE_GRAPH = "phrase-graph"
    """Our own grammar of whole phrases: lookahead models (HCLr.fst and Gr.fst) with a garbage word."""
    JSON_GRAMMAR = "json-grammar"
    """Vosk's bigram of the phrases, and the best whole phrase among its alternatives."""
    OPEN = "open"
    """Dictation, and the phrase must match: models with one static graph (HCLG.fst) ignore grammars."""

    @property
    def told(self) -> str:
        """The same for a person."""
        match self:
            case Strategy.PHRASE_GRAPH:
                return "it listens for whole phrases (phrase graphs)"
            case Strategy.JSON_GRAMMAR:
                return "it takes Vosk's own grammar, which mixes phrases; what is no whole phrase is dropped"
            case Strategy.OPEN:
                return "it takes no grammar: it takes down everything, and a sentence must come out word for word"


@dataclass(frozen=True, slots=True)
class VoiceModel:
    """A model folder that Vosk can be trusted with."""

    path: Path
    """The folder."""
    strategy: Strategy
    """How it listens for phrases."""
    fingerprint: str
    """Changes whenever a file of it changes."""
    added: tuple[AddedWord, ...] = ()
    """Words that it does not know and is to hear all the same."""

    @property
    def lexicon(self) -> Lexicon:
        """Its words and those added; raises ModelError if they cannot be read."""
        return Lexicon(vocabulary(self.path), self.added)


def file_of(model: Path, place: str) -> Path:
    """A file of the model, named as today's models name it; it need not exist."""
    old = PLACES.get(place)
    return model / (old if old is not None and (model / "final.mdl").is_file() else place)


def vocabulary(model: Path) -> Mapping[str, int]:
    """Word → id, from words.txt or from the symbol table inside the graph; empty if the model has neither.

    Raises ModelError if the file cannot be understood.
    """
    listed, static = file_of(model, "graph/words.txt"), file_of(model, "graph/HCLG.fst")
    grammar = static if static.is_file() else file_of(model, "graph/Gr.fst")
    source = listed if listed.is_file() else grammar
    try:
        state = source.stat()
        return _words(source, source == listed, state.st_mtime_ns, state.st_size)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise damaged(model, [source.name]) from error


@functools.lru_cache(maxsize=2)
def _words(source: Path, listed: bool, changed: int, size: int) -> Mapping[str, int]:
    """Read once for each state of the file: a start asks some seven times, at 25 ms for 30,000 words."""
    if listed:
        lines = (line.rsplit(maxsplit=1) for line in source.read_text("utf-8").splitlines() if line.strip())
        return {word: int(number) for word, number in lines}
    with source.open("rb") as stream:
        return embedded_symbols(stream)


def require_complete(model: Path) -> None:
    """ModelError if a file that Vosk needs is missing or empty."""
    needed = _needed(model)
    missing = [place for place in needed if not file_of(model, place).is_file()]
    if missing:
        raise ModelError(f"The voice model at {model} is incomplete: {', '.join(missing)} missing.", UNPACK)
    empty = [place for place in needed if place not in MAY_BE_EMPTY and not file_of(model, place).stat().st_size]
    if empty:
        raise damaged(model, empty)


def _needed(model: Path) -> list[str]:
    static = file_of(model, "graph/HCLG.fst").is_file()
    graph = ["graph/HCLG.fst"] if static else ["graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int"]
    old = (model / "final.mdl").is_file()
    return ["am/final.mdl", "conf/mfcc.conf", *([] if old else ["conf/model.conf"]), *graph]


def verify_manifest(folder: Path) -> None:
    """Compare every file that the folder's manifest names; ModelError names those missing or altered."""
    lines = [line.split(maxsplit=1) for line in (folder / MANIFEST).read_text("utf-8", "replace").splitlines()]
    if not lines or any(len(line) != 2 for line in lines):
        raise damaged(folder, [MANIFEST])
    bad = [name for digest, name in lines if _file_hash(folder / name) != digest]
    if bad:
        raise damaged(folder, bad)


def write_manifest(folder: Path) -> None:
    """Write the manifest of all files in the folder but itself and its README."""
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.name not in {MANIFEST, "README.md"})
    lines = [f"{_file_hash(f)}  {f.relative_to(folder).as_posix()}\n" for f in files]
    (folder / MANIFEST).write_bytes("".join(lines).encode())


def private_folder(folder: Path) -> None:
    """Make the folder and the one above it for their owner only, unless they are there."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def fingerprint(model: Path) -> str:
    """Of the manifest, or of every file's place, size and time: hashing gigabytes at each start is too slow."""
    if (model / MANIFEST).is_file():
        return _file_hash(model / MANIFEST)
    files = sorted(f for f in model.rglob("*") if f.is_file())
    stats = [(f.relative_to(model).as_posix(), f.stat().st_size, f.stat().st_mtime_ns) for f in files]
    return hashlib.sha256(repr((str(model), stats)).encode()).hexdigest()


def damaged(model: Path, parts: list[str]) -> ModelError:
    """The error for files that are there but wrong."""
    return ModelError(
        f"The voice model at {model} is damaged: {', '.join(parts)}.",
        "Install Hearth again, or unpack the model's archive again.",
    )


def _file_hash(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return "unreadable"
