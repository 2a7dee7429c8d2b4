"""Sentences of hassil that were parsed before: parsing is most of what loading costs, and once is enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from hassil.expression import Sentence
from hassil.intents import IntentData


@dataclass(frozen=True)
class ParsedData(IntentData):
    """A block of sentences that is given its templates parsed."""

    parsed: list[Sentence] = field(default_factory=list)
    """One for each of `sentence_texts`."""

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences; of those with free words, the ones that know more words come first."""
        return sorted(self.parsed, key=self._known_words)

    def _known_words(self, sentence: Sentence) -> int:
        free = not self.wildcard_list_names.isdisjoint(sentence.list_names())
        return -sentence.text_chunk_count() if free else 0
