"""Where a conversation is shown, and the keys beside it: a terminal, plain text, events, or nothing but trouble."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, TextIO, assert_never

from assistant.event_stream import EventStream
from assistant.events import Asked
from assistant.inbox import InputOver, Item, Muted
from assistant.screen import Dialogue, Screen, TroubleOnly
from intents.types import Intent

if TYPE_CHECKING:
    from assistant.keys import Key
    from assistant.options import ListenOptions
    from assistant.standing import Watch

LIMIT = 0.5
"""Seconds to wait for the microphone to be closed before Ctrl-Z stops the process."""


def open_screen(
    options: ListenOptions,
    now: Callable[[], datetime],
    watch: Watch | None,
    put: Callable[[Item], None],
    stack: ExitStack,
) -> Screen:
    """What the options and the terminal ask for; `watch` is there when people speak rather than type."""
    if options.events:
        return EventStream(sys.stdout, now, show_words=options.show_words)
    if options.quiet:
        return TroubleOnly(sys.stderr)
    if watch is None or options.debug or not draws(sys.stdout):
        return Dialogue(sys.stdout, typed=options.text)
    from assistant.keys import keys
    from assistant.terminal import Terminal

    pressed = sys.stdin.isatty()
    terminal = stack.enter_context(Terminal(sys.stdout, watch.look, keys=pressed))
    if pressed:
        suspension = Suspension(terminal.leave, terminal.enter, watch)
        press = Keyboard(watch, put).press
        stack.enter_context(keys(press, suspension.leave, suspension.enter))
    return terminal


def draws(out: TextIO) -> bool:
    """Whether this is a terminal on which lines can be drawn anew."""
    return out.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")


class Keyboard:
    """Turns keys into what speech would do."""

    def __init__(self, watch: Watch, put: Callable[[Item], None]) -> None:
        self._watch = watch
        self._put = put

    def press(self, key: Key) -> None:
        """Do what a key is for."""
        from assistant.keys import Key

        match key:
            case Key.PAUSE:
                self._ask("go_on" if self._watch.paused else "pause")
            case Key.SKIP:
                self._ask("skip")
            case Key.REPEAT:
                self._ask("repeat")
            case Key.MUTE:
                self._mute()
            case Key.QUIT:
                self._put(InputOver(at_once=True))
            case _:
                assert_never(key)

    def _ask(self, name: str) -> None:
        self._put(Asked(Intent(name, control=True)))

    def _mute(self) -> None:
        ears = self._watch.ears
        if ears is not None:
            muted = not ears.muted
            ears.mute(muted)
            self._put(Muted(muted))


class Suspension:
    """Ctrl-Z and fg: while the process is stopped its microphone is closed, too."""

    def __init__(self, leave: Callable[[], None], enter: Callable[[], None], watch: Watch) -> None:
        self._leave = leave
        self._enter = enter
        self._watch = watch
        self._muted_by_us = False

    def leave(self) -> None:
        """Before the process is stopped."""
        ears = self._watch.ears
        if ears is not None and not ears.muted:
            ears.mute()
            self._muted_by_us = True
            limit = time.monotonic() + LIMIT
            while ears.open and time.monotonic() < limit:
                time.sleep(0.01)
        self._leave()

    def enter(self) -> None:
        """When it goes on in front."""
        if self._muted_by_us and self._watch.ears is not None:
            self._watch.ears.mute(False)
            self._muted_by_us = False
        self._enter()
