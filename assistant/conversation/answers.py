"""Which answer a known sentence gives to a step that awaits yes or no, a number or one of some options. Pure."""

from __future__ import annotations

from assistant.weekdays import Weekday
from intents.types import Intent
from prompts.types import Expects

EXPECTED = {
    Expects.YES_NO: "yes_or_no",
    Expects.RATING: "say_a_number",
    Expects.CHOICE: "say_an_option",
    Expects.DAY: "say_a_day",
}
"""Lines that name what can be answered."""

MOVED_ON = {"skip": ("skipped",), "go_on": ("skipped",), "pass": ("passed",), "done": ()}
"""Sentences that end a step, and the lines that answer them."""


def given(expects: Expects, options: tuple[str, ...], intent: Intent) -> str | None:
    """`yes`, `no`, a number, a day or an option as it is offered; None when the sentence answers something else."""
    match expects, intent.name:
        case Expects.YES_NO, ("yes" | "no") as answer:
            return answer
        case Expects.RATING, "number":
            return intent.slots["number"]
        case Expects.CHOICE, "choose":
            option = intent.slots["option"]
            return option if option in options else _counted(options, option)
        case Expects.CHOICE, "number":
            return _counted(options, intent.slots["number"])
        case Expects.DAY, "when":
            day = intent.slots.get("day", "")
            return day if day in tuple(Weekday) else None
        case _:
            return None


def _counted(options: tuple[str, ...], number: str) -> str | None:
    """The option with this number, counted from one."""
    at = int(number) if number.isdecimal() else 0
    return options[at - 1] if 1 <= at <= len(options) else None
