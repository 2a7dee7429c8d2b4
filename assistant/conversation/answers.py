"""Which answer a known sentence gives to a step, and what is told to somebody who asks about the session. Pure."""

from __future__ import annotations

from assistant.conversation.patience import time_left
from assistant.conversation.setting import Setting
from assistant.events import Say
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


def told(name: str, setting: Setting, minutes: float) -> list[Say]:
    """What somebody is told who asks for `time_left`, `help` or `contacts`, or has an unknown name; the session goes on
    as if nothing had been said."""
    match name:
        case "time_left":
            return [time_left(minutes, setting)]
        case "contacts":
            return setting.say_contacts()
        case "stranger":
            return [setting.say_stranger()]
        case _:
            return [setting.say("help_ritual")]


def _counted(options: tuple[str, ...], number: str) -> str | None:
    """The option with this number, counted from one."""
    at = int(number) if number.isdecimal() else 0
    return options[at - 1] if 1 <= at <= len(options) else None
