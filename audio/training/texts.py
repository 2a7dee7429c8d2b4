"""The stage "texts": sentences from the grammar in talk.txt, and words side by side so that each is spoken.

Nothing is downloaded. Sentences that are kept apart for measuring are left out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from audio.training.held_out import HERE, held_out

NAME = re.compile(r"\{([a-z_]+)\}")
_GLUE = (
    "the a of to and in is it that for on with as at by from or an be this are was not have you we he she they i "
    "my your"
)
GLUE = tuple(_GLUE.split())
"""Words between the words of a list."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to say something."""

    words: str
    """With {names} of rules."""
    weight: float
    """Relative to the rule's other choices."""


class Grammar:
    """Rules, and sentences drawn from them."""

    def __init__(self, file: Path = HERE / "talk.txt") -> None:
        self.rules: dict[str, list[Choice]] = {}
        for line in file.read_text("utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                name, _, choices = line.partition(":")
                self.rules[name.strip()] = [_choice(text) for text in choices.split(" | ")]
        unknown = {n for rule in self.rules.values() for c in rule for n in NAME.findall(c.words)} - set(self.rules)
        if unknown:
            raise ValueError(f"{file.name} has no rule {', '.join(sorted(unknown))}")
        self._held = held_out().sentences

    def words(self) -> set[str]:
        """All words of all rules."""
        return {w for rule in self.rules.values() for c in rule for w in NAME.sub(" ", c.words).split()}

    def sentence(self, rng: random.Random, rule: str = "sentence") -> str:
        """One that is not kept apart."""
        while True:
            text = self._expand(rule, rng)
            if text not in self._held:
                return text

    def _expand(self, rule: str, rng: random.Random) -> str:
        choices = self.rules[rule]
        chosen = rng.choices(choices, [c.weight for c in choices])[0]
        return NAME.sub(lambda found: self._expand(found.group(1), rng), chosen.words)


def _choice(text: str) -> Choice:
    weight, star, words = text.strip().partition("* ")
    return Choice(words, float(weight)) if star else Choice(text.strip(), 1.0)


def word_lists(classes: Sequence[Sequence[str]], rng: random.Random) -> Iterator[str]:
    """Runs of one to six words without end, common classes more often: every word in many neighbourhoods."""
    pool: list[str] = []
    held = held_out().sentences
    while True:
        run: list[str] = []
        for _ in range(rng.randint(1, 6)):
            if rng.random() < 0.25:
                run.append(rng.choice(GLUE))
            if not pool:
                pool = [w for i, words in enumerate(classes) for w in words for _ in range(max(1, 3 - i))]
                rng.shuffle(pool)
            run.append(pool.pop())
        if " ".join(run) not in held:
            yield " ".join(run)


def spoken_texts(grammar: Grammar, classes: Sequence[Sequence[str]], seed: int) -> Iterator[str]:
    """What the training voices say: half sentences, half word lists."""
    rng = random.Random(seed)
    lists = word_lists(classes, rng)
    while True:
        yield grammar.sentence(rng) if rng.random() < 0.5 else next(lists)
