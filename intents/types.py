"""What a sentence means. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Intent:
    """The meaning of one whole sentence."""

    name: str
    """Snake-case name, such as `start_ritual` (the key in the sentence files)."""
    slots: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Values by slot name: list values as their `out` form, free words as they were said."""
    control: bool = False
    """Whether it works at every moment, also while the assistant speaks."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase people can say, expanded from a template."""

    text: str
    """Lower-case words separated by single spaces; a last word `*` stands for one or more free words."""
    intent: str
    """The intent it means."""
    control: bool
    """Whether it is listened for at every moment; where it is not, dictation may still hear it."""
