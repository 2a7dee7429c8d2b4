"""What the sentence files said, before it is joined and checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from intents.errors import SentenceError
from intents.marks import Marked, Trail


@dataclass(frozen=True, slots=True)
class Template:
    """A template and where it stands."""

    text: str
    """In hassil's syntax."""
    place: Marked | str
    """Its file, or in words where it comes from."""
    trail: Trail = ()
    """Its place in the file."""

    @property
    def where(self) -> str:
        """Its file and line, or where it comes from."""
        if isinstance(self.place, Marked):
            return f"{self.place.file}, line {self.place.line(self.trail)}"
        return self.place

    def broken(self, problem: str, hint: str = "") -> SentenceError:
        """The error that names the place of this template."""
        if isinstance(self.place, Marked):
            return self.place.broken(self.trail, f"{problem}: {self.text!r}", hint)
        return SentenceError(f"{self.place}: {problem}: {self.text!r}", hint or "Correct it and start again.")


@dataclass(frozen=True, slots=True)
class Sayings:
    """Sentences that share an intent, slots and flags."""

    intent: str
    """Name of the intent."""
    templates: tuple[Template, ...]
    """The sentences."""
    slots: Mapping[str, str]
    """Slot values that all of them have."""
    control: bool = False
    """Whether they work at every moment."""
    heard: bool = True
    """Whether the ears listen for them; typed text is matched either way."""
    idle: bool = False
    """Whether the ears listen for them only where nothing goes on, although they work at every moment."""


@dataclass(frozen=True, slots=True)
class Values:
    """A list."""

    items: tuple[tuple[Template, str], ...]
    """Spoken template and value."""
    wildcard: bool = False
    """Whether any words fit."""
    without: str = ""
    """Another list, whose words are none of this one's."""


@dataclass(slots=True)
class Draft:
    """Everything that was read so far."""

    language: str
    """Language code."""
    sayings: list[Sayings] = field(default_factory=list)
    """In the order of the files."""
    lists: dict[str, Values] = field(default_factory=dict)
    """By name; the last file wins."""
    rules: dict[str, Template] = field(default_factory=dict)
    """Expansion rules by name; the last file wins."""
    skip_words: list[str] = field(default_factory=list)
    """Small talk that is ignored."""
    fillers: list[str] = field(default_factory=list)
    """Words of it that are not even kept in what people say freely."""
    asides: list[str] = field(default_factory=list)
    """What people say to each other that sounds like a sentence."""
    frames: dict[str, list[Template]] = field(default_factory=dict)
    """Templates of what a request may be wrapped in, by place (`before`, `wishes`, `after`)."""
    spellings: dict[str, str] = field(default_factory=dict)
    """Typed word → words as the sentences have them."""
    letters: dict[str, str] = field(default_factory=dict)
    """Letter that a keyboard may lack → what is typed instead of it."""

    def copy(self) -> Draft:
        """An independent copy, to try a file on."""
        return Draft(
            self.language,
            list(self.sayings),
            dict(self.lists),
            dict(self.rules),
            list(self.skip_words),
            list(self.fillers),
            list(self.asides),
            {place: list(templates) for place, templates in self.frames.items()},
            dict(self.spellings),
            dict(self.letters),
        )
