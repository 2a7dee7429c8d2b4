"""Which answer a known sentence gives to a step that awaits yes or no, a number or one of some options. Pure."""

from __future__ import annotations

from intents.types import Intent
from prompts.types import Expects, Step


def given(step: Step, intent: Intent) -> str | None:
    """`yes`, `no`, a number or an option as the step knows it; None when the sentence answers something else."""
    match step.expects, intent.name:
        case Expects.YES_NO, ("yes" | "no") as answer:
            return answer
        case Expects.RATING, "number":
            return intent.slots["number"]
        case Expects.CHOICE, "choose":
            option = intent.slots["option"]
            return option if option in step.options else _counted(step.options, option)
        case Expects.CHOICE, "number":
            return _counted(step.options, intent.slots["number"])
        case _:
            return None


def _counted(options: tuple[str, ...], number: str) -> str | None:
    """The option with this number, counted from one."""
    at = int(number) if number.isdecimal() else 0
    return options[at - 1] if 1 <= at <= len(options) else None
