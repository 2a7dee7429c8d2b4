"""Where a conversation is shown, and the keys beside it: a terminal, plain text, events, or nothing but trouble."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, TextIO, assert_never

from assistant.event_stream import EventStream
from assistant.events import Asked
from assistant.inbox import InputOver, Item
from assistant.screen import Dialogue, Screen, TroubleOnly
from assistant.signals import toggle
from assistant.suspension import Suspension
from intents.types import Intent

if TYPE_CHECKING:
    from assistant.keys import Key
    from assistant.options import ListenOptions
    from assistant.standing import Watch


def open_screen(
    options: ListenOptions,
    now: Callable[[], datetime],
    watch: Watch | None,
    put: Callable[[Item], None],
    stack: ExitStack,
) -> Screen:
    """What the options and the terminal ask for; `watch` is there when people speak rather than type."""
    if watch is not None and not options.debug and not options.events and not options.quiet and draws(sys.stdout):
        return _terminal(watch, put, stack)
    if watch is not None:
        stack.enter_context(Suspension(watch.ears, put))
    if options.events:
        return EventStream(sys.stdout, now, show_words=options.show_words)
    if options.quiet:
        return TroubleOnly(sys.stderr)
    return Dialogue(sys.stdout, typed=options.text)


def _terminal(watch: Watch, put: Callable[[Item], None], stack: ExitStack) -> Screen:
    """What is drawn anew, and the keys beside it where somebody can press them."""
    from assistant.terminal import Terminal

    pressed = sys.stdin.isatty()
    terminal = stack.enter_context(Terminal(sys.stdout, watch.look, keys=pressed))
    press = Keyboard(watch, put).press
    if pressed and sys.platform == "win32":
        from assistant.keys import console_keys

        stack.enter_context(console_keys(press))
    elif pressed:
        from assistant.keys import TerminalKeys

        keys = stack.enter_context(TerminalKeys(sys.stdin.fileno(), press))
        stack.enter_context(Suspension(watch.ears, put, (keys, terminal), keys.in_front))
    else:
        stack.enter_context(Suspension(watch.ears, put, (terminal,)))
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
                toggle(self._watch.ears, self._put)
            case Key.QUIT:
                self._put(InputOver(at_once=True))
            case _:
                assert_never(key)

    def _ask(self, name: str) -> None:
        self._put(Asked(Intent(name, control=True)))
