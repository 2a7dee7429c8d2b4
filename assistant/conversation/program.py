"""A ritual unrolled into beats: one step for one person. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from assistant.conversation.memory import Memory
from prompts.types import Begins, Prompt, Ritual, Step, Who

DELICATE = frozenset({"listening", "issues", "forgiveness"})
"""Practices that are never brought up uninvited, nor led after a concern (practices: Privacy and care)."""

HELP = "help"
"""The practice that also speaks of counselling for both; after a concern the numbers are read instead."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One step, for one person or for both."""

    step: Step
    """What is said and awaited."""
    person: str
    """Whose turn it is; empty for both."""


def unroll(ritual: Ritual, starter: str, other: str) -> tuple[Beat, ...]:
    """The beats of a session that `starter` begins, in order; of one person alone, every step is theirs."""
    if ritual.begins is Begins.ALONE:
        return tuple(Beat(step, starter) for step in ritual.steps)
    turns = {Who.BOTH: ("",), Who.FIRST: (starter,), Who.SECOND: (other,), Who.EACH: (starter, other)}
    return tuple(Beat(step, person) for step in ritual.steps for person in turns[step.who])


def takes_part(step: Step, answers: Mapping[str, str]) -> bool:
    """Whether the step's condition holds; a step that was passed answers nothing."""
    if step.only_if is None:
        return True
    answer = answers.get(step.only_if.step)
    return answer is not None and step.only_if.answer in ("any", answer)


def choose(prompts: Sequence[Prompt], memory: Memory, rng: Random) -> Prompt:
    """One of the prompts that were not used yet."""
    fresh = [prompt for prompt in prompts if memory.is_free(prompt)]
    return rng.choice(fresh or list(prompts))
