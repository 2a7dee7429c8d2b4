"""The shape of a sentence file (hassil's format, less what is not used here)."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Templates = Annotated[list[str], Meta(min_length=1)]


class Value(Struct, frozen=True, forbid_unknown_fields=True, rename={"spoken": "in"}):
    """One value of a list that means something else than its words."""

    spoken: str
    """Template of the words."""
    out: str
    """What it means."""


class ListBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A list of values, or a wildcard."""

    values: list[str | Value] | None = None
    """The values; None for a wildcard."""
    wildcard: bool = False
    """Whether any words fit."""
    without: str = ""
    """Another list, whose words are none of this one's."""


class Flags(Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for all sentences of a block."""

    control: bool = False
    """Whether they work at every moment."""
    heard: bool | Literal["idle"] = True
    """Whether the ears listen for them: false for wordings that are too many to be listened for, `idle` for those that
    an answer might be mistaken for."""


class Block(Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences of one intent that share slots and flags."""

    sentences: Templates
    """hassil templates."""
    slots: dict[str, str] = {}
    """Slot values that all of them have."""
    metadata: Flags = Flags()
    """Flags."""


class IntentBody(Struct, frozen=True, forbid_unknown_fields=True):
    """All blocks of one intent."""

    data: Annotated[list[Block], Meta(min_length=1)]
    """The blocks."""


class FramesBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Templates of what a request may be wrapped in."""

    before: list[str] = []
    """What may come first."""
    wishes: list[str] = []
    """What may come first, but not before sentences that work at every moment."""
    after: list[str] = []
    """What may come last."""


class SentenceFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One file. The values of `intents` and `lists` are checked one by one, so that messages name them."""

    language: str
    """Language code, such as `en`."""
    intents: dict[str, object] = {}
    """Intent name → IntentBody."""
    lists: dict[str, object] = {}
    """List name → ListBody."""
    expansion_rules: dict[str, object] = {}
    """Rule name → template."""
    skip_words: list[str] = []
    """Small talk that is ignored."""
    fillers: list[str] = []
    """Single words of it that are not even kept in what people say freely."""
    asides: list[str] = []
    """What people say to each other that sounds like a sentence: listened for, so that it is not taken for that."""
    frames: FramesBody = FramesBody()
    """What a request may be wrapped in."""
    spellings: dict[str, object] = {}
    """Typed word → words as the sentences have them."""
    letters: dict[str, str] = {}
    """Letter that a keyboard may lack → what is typed instead of it."""


class TopicBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What is listened for about one topic."""

    sequences: Templates
    """Templates of word sequences inside a text."""
    sentences: Templates
    """Templates of whole sentences."""


class ConcernFile(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that must stop an exercise."""

    language: str
    """Language code."""
    topics: dict[str, object]
    """Topic → TopicBody."""
    letters: dict[str, str] = {}
    """Letter that a keyboard may lack → what is typed instead of it."""
    harmless: list[str] = []
    """Templates of word sequences that are figures of speech."""
