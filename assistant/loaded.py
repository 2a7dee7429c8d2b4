"""The rituals and sentences of a household, for several who need them: loading them takes a second."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from assistant.household import load_rituals, load_sentences

if TYPE_CHECKING:
    from assistant.config import Config
    from intents.errors import SentenceError
    from intents.matcher import Sentences
    from prompts.errors import PromptError
    from prompts.types import Ritual


class Loaded:
    """Loads each when it is first asked for."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.problems: list[SentenceError | PromptError] = []
        """What is wrong with files that were left out, as far as they were loaded."""

    @cached_property
    def rituals(self) -> tuple[Ritual, ...]:
        """Every ritual whose file is in order."""
        return load_rituals(self._config, self.problems.append)

    @cached_property
    def sentences(self) -> Sentences:
        """Everything that can be said."""
        return load_sentences(self._config, self.rituals, self.problems.append)
