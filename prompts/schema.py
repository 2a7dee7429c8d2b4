"""The shape of ritual files, prompt collections and line files."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from prompts.types import Begins, Expects, Keeps, Who

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
"""A snake-case name."""


class NamedPrompt(Struct, frozen=True, forbid_unknown_fields=True):
    """A wording with an id of its own."""

    id: str
    """Unique in the language."""
    text: str
    """The wording."""


Wordings = Annotated[list[str | NamedPrompt], Meta(min_length=1)]
"""Wordings to choose from."""


class OnlyIf(Struct, frozen=True, forbid_unknown_fields=True):
    """When a step takes part."""

    step: str
    """Id of an earlier step."""
    answer: str = "any"
    """`yes`, `no`, an option, or `any`."""


class StepBody(Struct, frozen=True, forbid_unknown_fields=True):
    """One step."""

    say: str | Wordings | None = None
    """One wording or several; this or `prompts`."""
    prompts: str | None = None
    """Name of a collection; this or `say`."""
    id: Name | None = None
    """Unique in the ritual; position and kind unless given."""
    who: Who = Who.BOTH
    """Whose turn it is."""
    expects: Expects = Expects.NOTHING
    """What it waits for."""
    save_as: Name | None = None
    """Kind of the journal entry."""
    private: bool = False
    """Whether the entry belongs to its speaker alone."""
    seconds: Annotated[float, Meta(ge=0)] = 0.0
    """How long; this or `minutes`."""
    minutes: Annotated[float, Meta(ge=0)] = 0.0
    """How long; this or `seconds`."""
    options: list[str] = []
    """What can be chosen; this or `ideas`."""
    ideas: str | None = None
    """Name of a collection of which three are offered."""
    kept_if: Name | None = None
    """A later step at which both have to agree that the answer is kept."""
    only_if: OnlyIf | None = None
    """When it takes part."""
    gate: bool = False
    """Whether anything but yes ends the session."""
    reveal: bool = False
    """Whether the answers are held back for a later step that reads them."""
    ends_sitting: bool = False
    """Whether the session rests after this step."""


class RitualFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One ritual."""

    language: str
    """Language code."""
    id: Name
    """Unique in the language."""
    title: str
    """As it is spoken and shown."""
    called: Annotated[list[str], Meta(min_length=1)]
    """hassil templates of its names."""
    minutes: Annotated[float, Meta(gt=0)]
    """About how long it takes."""
    steps: Annotated[list[StepBody], Meta(min_length=1)]
    """In their order."""
    practice: str = "household"
    """Which of the ten practices it belongs to."""
    triggers: list[str] = []
    """hassil templates of whole sentences that start it."""
    keeps: Keeps = Keeps.WORDS
    """What the journal keeps."""
    begins: Begins = Begins.IN_TURN
    """Who starts, and whether anybody else takes part."""


class CollectionFile(Struct, frozen=True, forbid_unknown_fields=True):
    """Wordings that several rituals share."""

    language: str
    """Language code."""
    id: Name
    """Unique in the language."""
    prompts: Wordings
    """The wordings."""


class LineFile(Struct, frozen=True, forbid_unknown_fields=True):
    """Every other sentence that is spoken. The values are checked one by one, so that messages name them."""

    language: str
    """Language code."""
    lines: dict[str, object]
    """Key → alternatives."""
    names: dict[str, object]
    """Group → id → how it is spoken."""


class CommonWordsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that a summary leaves out, with spaces between them."""

    language: str
    """Language code."""
    little: str
    """Words that say little by themselves."""
    delicate: str
    """Words of a hard hour."""


class ContactBody(Struct, frozen=True, forbid_unknown_fields=True):
    """One number to call or to write to."""

    what: str
    """What it is for, as it is spoken."""
    number: str
    """The number, as it is dialled."""
    source: str
    """Whose official pages give it."""
    checked: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """Date of the last check, as YYYY-MM-DD."""
    emergency: bool = False
    """Whether it is the emergency number of the country."""
    hours: str = ""
    """Opening hours, when known."""
    note: str = ""
    """What else is to be known, such as how to write."""


class ContactFile(Struct, frozen=True, forbid_unknown_fields=True):
    """All contacts."""

    countries: dict[str, object]
    """ISO country code (or EU) → contacts."""
    members: list[str] = []
    """Countries that use the list of EU."""
