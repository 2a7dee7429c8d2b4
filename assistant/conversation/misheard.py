"""What to say when words were not understood: a short rephrasing, then examples, then another way. Pure."""

from __future__ import annotations

from assistant.conversation.setting import Setting
from assistant.events import Say

LADDER = ("first_not_understood", "second_not_understood", "third_not_understood")
"""Lines for one, two and more utterances in a row that were not understood."""

NAMES = "name_unknown"
"""Line that names the two, of whom one is asked for. It stands for the examples too: there are no others."""


class Misheard:
    """Counts utterances in a row that were not understood; never says the same sentence twice in a row."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._times = 0

    @property
    def first(self) -> bool:
        """Whether this would be the first in a row."""
        return self._times == 0

    def again(self, expected: str = "", options: tuple[str, ...] = (), near: tuple[str, ...] = ()) -> Say:
        """The next answer; `expected` is the line that names what can be answered, used first, and `near` are the
        examples that are given before any others."""
        line = LADDER[min(self._times, len(LADDER) - 1)]
        if expected and self._times < (2 if expected == NAMES else 1):
            line = expected
        self._times += 1
        match line:
            case _ if line == NAMES:
                first, second = self._setting.partners
                return self._setting.say(line, first=first, second=second)
            case "say_an_option":
                return self._setting.say(line, options=", ".join(options))
            case "second_not_understood":
                return self._setting.say(line, **self._setting.examples(near))
            case _:
                return self._setting.say(line)

    def guessed(self) -> None:
        """Instead of the first answer it was asked whether something was meant."""
        self._times = 1

    def understood(self) -> None:
        """Something was understood: begin afresh."""
        self._times = 0
