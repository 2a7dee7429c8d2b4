"""Keys that are pressed while Hearth listens: one letter, no Enter. The terminal is given back as it was."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from types import FrameType
from typing import Any


class Key(StrEnum):
    """What can be pressed."""

    PAUSE = " "
    """Pause the ritual, or go on."""
    SKIP = "s"
    """Skip what is asked."""
    REPEAT = "r"
    """Say it again."""
    MUTE = "m"
    """Close the microphone, or open it again."""
    QUIT = "q"
    """Say goodbye."""


Press = Callable[[Key], None]
"""Takes a key, from a thread of its own."""

POLL = 0.1
"""Seconds between two looks at the keyboard on Windows."""


def keys(press: Press, leave: Callable[[], None], enter: Callable[[], None]) -> AbstractContextManager[object]:
    """Take keys until the end of the block; `leave` and `enter` are called around a suspension (Ctrl-Z, fg)."""
    if sys.platform == "win32":
        return _console_keys(press)
    return TerminalKeys(sys.stdin.fileno(), press, leave, enter)


def known(typed: str) -> list[Key]:
    """The keys among what arrived at once; none in a paste, nor in what an arrow key sends."""
    pressed = [letter.lower() for letter in typed]
    return [Key(letter) for letter in pressed] if all(letter in list(Key) for letter in pressed) else []


class TerminalKeys:
    """Keys of a POSIX terminal."""

    def __init__(self, terminal: int, press: Press, leave: Callable[[], None], enter: Callable[[], None]) -> None:
        """`terminal`: its file descriptor."""
        self._terminal = terminal
        self._press = press
        self._leave = leave
        self._enter = enter
        self._before: list[Any] | None = None
        self._wake = os.pipe()
        self._handlers: dict[int, Any] = {}
        self._thread = threading.Thread(target=self._read, name="hearth-keys", daemon=True)

    def __enter__(self) -> TerminalKeys:
        for number, handler in ((signal.SIGTSTP, self._suspend), (signal.SIGCONT, self._resume)):
            self._handlers[number] = signal.signal(number, handler)
        self._take()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.write(self._wake[1], b".")
        self._thread.join(1.0)
        self._give_back()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        for end in self._wake:
            os.close(end)

    @property
    def _in_front(self) -> bool:
        """Whether the terminal is ours; whoever touches it from the background is stopped."""
        try:
            return os.tcgetpgrp(self._terminal) == os.getpgrp()
        except OSError:
            return False

    def _take(self) -> None:
        """Letters arrive as they are typed and are not shown; Ctrl-C and Ctrl-Z stay signals, Ctrl-\\ is nothing."""
        import termios

        if not self._in_front or self._before is not None:
            return
        with contextlib.suppress(termios.error):
            self._before = termios.tcgetattr(self._terminal)
            mode = termios.tcgetattr(self._terminal)
            mode[3] &= ~(termios.ECHO | termios.ICANON)
            mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
            mode[6][termios.VQUIT] = b"\0"
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, mode)

    def _give_back(self) -> None:
        import termios

        before, self._before = self._before, None
        if before is not None and self._in_front:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._terminal, termios.TCSADRAIN, before)

    def _suspend(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-Z: give everything back, then stop as anything does; this returns when it goes on."""
        self._leave()
        self._give_back()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)

    def _resume(self, number: int, frame: FrameType | None) -> None:
        """`fg`, or `bg`, which leaves the terminal to others."""
        signal.signal(signal.SIGTSTP, self._suspend)
        if self._in_front:
            self._take()
            self._enter()

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._terminal, self._wake[0]], [], [])
            if self._wake[0] in ready:
                return
            if not self._in_front:
                if _woken(self._wake[0], POLL):
                    return
                continue
            try:
                typed = os.read(self._terminal, 64)
            except OSError:
                return
            if not typed:
                return
            for key in known(typed.decode(errors="replace")):
                self._press(key)


def _woken(handle: int, seconds: float) -> bool:
    return bool(select.select([handle], [], [], seconds)[0])


@contextmanager
def _console_keys(press: Press) -> Iterator[None]:
    """Keys of a Windows console."""
    import msvcrt

    over = threading.Event()

    def read() -> None:
        while not over.wait(POLL):
            while msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
                for key in known(msvcrt.getwch()):  # type: ignore[attr-defined,unused-ignore]
                    press(key)

    threading.Thread(target=read, name="hearth-keys", daemon=True).start()
    try:
        yield
    finally:
        over.set()
