"""The one configuration file of the recipe, recipe.toml, as values."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

HERE = Path(__file__).parent
RECIPE = HERE / "recipe.toml"
SMALL = HERE / "small.toml"
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Shares:
    """How often each kind of voice speaks."""

    espeak: float
    """espeak-ng: the most accents and timbres."""
    flite: float
    """flite: three real people's timbres."""
    festival: float
    """festival, American."""
    foreign: float
    """festival, voices of other languages: real people's timbres with an accent."""
    kokoro: float
    """Kokoro: voices that sound like people."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much speech is made."""

    shards: int
    """Files."""
    utterances: int
    """In each file."""
    processes: int
    """At a time."""
    seed: int
    """Of everything that is drawn."""
    takes: int = 1
    """Rooms and microphones in which each utterance is heard."""

    @property
    def heard(self) -> int:
        """Files of speech as it is heard: all of one take, then all of the next."""
        return self.shards * self.takes


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    width: int
    """Outputs of each layer."""
    bottleneck: int
    """Between a layer's two halves."""
    strides: tuple[int, ...]
    """Of each layer, in outputs (30 ms)."""

    @property
    def context(self) -> int:
        """Outputs on either side that one output depends on, the first layer's own window aside."""
        return sum(self.strides)


@dataclass(frozen=True, slots=True)
class Plan:
    """One part of the training."""

    updates: int
    """Batches."""
    rate: float
    """Learning rate at the start."""
    last_rate: float
    """Learning rate at the end; a cosine lies between."""
    batch: int = 24
    """Chunks in a batch."""
    chunk: int = 200
    """Outputs (30 ms) in a chunk."""
    mmi: float = 0.0
    """Weight of lattice-free MMI, per frame."""
    entropy: float = 1.0
    """Weight of the cross-entropy of each frame."""
    slack: int = 2
    """Frames by which a phone may begin earlier or end later than its label says, for MMI."""
    seed: int = 1
    """Of the order of chunks and the masks."""
    save_every: int = 100
    """Updates between checkpoints."""


@dataclass(frozen=True, slots=True)
class Language:
    """The language model for free answers."""

    sentences: int
    """Of the grammar, that it is counted from."""
    told: int
    """Times that each sentence of told.txt counts."""
    examples: int
    """Times that each example of WordNet counts."""
    discount: float
    """Taken from every count."""
    least: int
    """Trigrams seen less often are left out."""
    printed: float
    """Share of the single words that comes from books."""
    pairs: float
    """Times that a word has to be counted for our own pairs to weigh as much as those in print."""
    triples: float
    """Times that a pair has to be counted for what follows it to weigh as much as what follows its last word."""
    lists: tuple[str, ...]
    """Scowl's lists, by their size."""
    names: tuple[str, ...] = ()
    """Its lists of names, by their size."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """What is not in a grammar."""

    penalty: float
    """Of the garbage phone, in nats for each 30 ms: less rejects more, phrases included."""
    start: float
    """Cost of the word [unk] itself."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """Vosk's options for one way of listening."""

    acoustic_scale: float
    """Weight of the sound against the words."""
    beam: float
    """Paths worse than the best by more are dropped."""
    lattice_beam: float
    """The same for what is kept for confidences."""
    max_active: int
    """Paths at a time, at most."""
    min_active: int = 200
    """Paths at a time, at least."""

    def options(self) -> str:
        """Lines for a conf file."""
        return (
            f"--min-active={self.min_active}\n--max-active={self.max_active}\n--beam={self.beam:g}\n"
            f"--lattice-beam={self.lattice_beam:g}\n--acoustic-scale={self.acoustic_scale:g}\n"
        )


@dataclass(frozen=True, slots=True)
class Recipe:
    """All of recipe.toml."""

    work: Path
    """Where stages leave what they make; relative to the current folder."""
    start: str
    """A model folder to go on from, or "" to begin from nothing."""
    speech: Amounts
    shares: Shares
    network: Shape
    training: tuple[Plan, ...]
    """One after another, each from where the one before ended."""
    average: tuple[float, ...]
    """Share of each part's weights in the model; the rest are those of `start`."""
    language: Language
    rejection: Rejection
    dictation: Decoding
    commands: Decoding
    measured: Path | None = None
    """The model folder to evaluate, if not the one that the recipe makes."""

    @property
    def model(self) -> Path:
        """The folder that the recipe makes."""
        return self.work / "model"


def read(file: Path = RECIPE) -> Recipe:
    """A recipe; ValueError names the part that is wrong."""
    table = tomllib.loads(file.read_text("utf-8"))
    kinds = {"speech": Amounts, "shares": Shares, "network": Shape, "language": Language, "rejection": Rejection}
    kinds |= {"dictation": Decoding, "commands": Decoding}
    try:
        parts = {name: _value(kind, table[name]) for name, kind in kinds.items()}
        plans = tuple(_value(Plan, plan) for plan in table["training"])
        if len(table["average"]) != len(plans):
            raise TypeError("average needs a share for each [[training]]")
        return Recipe(Path(table["work"]), table["start"], training=plans, average=tuple(table["average"]), **parts)  # type: ignore[arg-type]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{file.name}: {error}") from error


def _value(kind: type[Value], table: dict[str, Any]) -> Value:
    names = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = set(table) - names
    if unknown:
        raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{name: tuple(v) if isinstance(v, list) else v for name, v in table.items()})
