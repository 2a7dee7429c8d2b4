"""Renders ahead what will probably be said next, while people talk, so that it sounds at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from string import Formatter
from typing import Protocol

from assistant.conversation.setting import Setting
from audio.errors import VoiceError
from prompts.types import Step

PAUSE = 0.05
"""Seconds between two renderings ahead: hearing and speaking go first."""

BETWEEN = ("skipped", "passed", "resumed", "still_paused")
"""Lines that stand between the prompts of a ritual, beside the one that names whose turn it is."""


class Preparing(Protocol):
    """A voice that can render ahead."""

    def prepare(self, text: str) -> bool:
        """Render a sentence unless it is at hand already; whether that was necessary. Raises VoiceError."""
        ...


class Ahead:
    """A thread that renders one list of texts after the other; a new list takes the place of what is left."""

    def __init__(
        self, voice: Preparing, split: Callable[[str], list[str]], texts: Callable[[str], Iterable[str]]
    ) -> None:
        """`texts` are what may be said about a topic: the ritual that is led, or nothing in particular."""
        self._voice = voice
        self._split = split
        self._about = texts
        self._topic = ""
        self._texts: Iterator[str] = iter(())
        self._changed = threading.Condition()
        self._idle = self._closed = False
        self._thread = threading.Thread(target=self._serve, name="hearth-ahead", daemon=True)
        self._thread.start()

    def follow(self, topic: str) -> None:
        """This is what goes on now; cheap while it stays the same."""
        if topic == self._topic:
            return
        self._topic = topic
        with self._changed:
            self._texts, self._idle = iter(list(self._about(topic))), False
            self._changed.notify()

    def wait(self, limit: float) -> bool:
        """Whether everything was rendered within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._idle, limit)

    def close(self) -> None:
        """Render no more; a rendering that is under way is not waited for."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _next(self) -> str | None:
        """The next text; waits for it. None at the end."""
        with self._changed:
            while not self._closed:
                text = next(self._texts, None)
                if text is not None:
                    return text
                self._idle = True
                self._changed.notify_all()
                self._changed.wait()
        return None

    def _serve(self) -> None:
        while (text := self._next()) is not None:
            for sentence in self._split(text):
                try:
                    rendered = self._voice.prepare(sentence)
                except VoiceError:
                    rendered = True  # it is told of when something is to be heard
                if rendered:
                    with self._changed:
                        self._changed.wait_for(lambda: self._closed, PAUSE)


def upcoming(setting: Setting, ritual: str) -> list[str]:
    """What may be said while a ritual is led, in its order, but for what depends on answers."""
    led = setting.rituals.get(ritual)
    if led is None:
        return []
    wordings = [text for step in led.steps for text in _prompts(setting, step)]
    return [*_between(setting), *dict.fromkeys(wordings)]


def _between(setting: Setting) -> list[str]:
    every = setting.lines.every
    turns = [text for name in setting.partners for text in every("your_turn", name=name)]
    return [*turns, *(text for key in BETWEEN for text in every(key))]


def _prompts(setting: Setting, step: Step) -> list[str]:
    """Every wording of a step, with either of the two in each place that a name has."""
    one, other = setting.partners
    length = {"seconds": str(round(step.seconds)), "minutes": str(round(step.seconds / 60))}
    turns = [
        {"name": name, "partner": partner, "first": first, "second": second, **length}
        for name, partner in ((one, other), (other, one))
        for first, second in ((one, other), (other, one))
    ]
    return [text for prompt in step.prompts for text in _filled(prompt.text, turns)]


def _filled(wording: str, values: list[dict[str, str]]) -> list[str]:
    """The wording with each of the values; nothing if it needs more than they have."""
    needed = {field for _, field, _, _ in Formatter().parse(wording) if field is not None}
    return list(dict.fromkeys(wording.format(**one) for one in values if needed <= set(one)))
