"""Keys that are pressed while Hearth listens: one letter, no Enter. The terminal is given back as it was."""

from __future__ import annotations

import contextlib
import os
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
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
"""Seconds between two looks at the keyboard on Windows, and at a terminal that is somebody else's for a while."""


def known(typed: str) -> list[Key]:
    """The keys among what arrived at once; none in a paste, nor in what an arrow key sends."""
    pressed = [letter.lower() for letter in typed]
    return [Key(letter) for letter in pressed] if all(letter in list(Key) for letter in pressed) else []


class TerminalKeys:
    """Keys of a POSIX terminal. While the process is not in front of it, the terminal is left alone."""

    def __init__(self, terminal: int, press: Press) -> None:
        """`terminal`: its file descriptor."""
        self._terminal = terminal
        self._press = press
        self._before: list[Any] | None = None
        self._wake = os.pipe()
        self._thread = threading.Thread(target=self._read, name="hearth-keys", daemon=True)

    def __enter__(self) -> TerminalKeys:
        self.enter()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.write(self._wake[1], b".")
        self._thread.join(1.0)
        self.leave()
        for end in self._wake:
            os.close(end)

    def in_front(self) -> bool:
        """Whether the terminal is ours; whoever touches it from the background is stopped."""
        try:
            return os.tcgetpgrp(self._terminal) == os.getpgrp()
        except OSError:
            return False

    def enter(self) -> None:
        """Letters arrive as they are typed and are not shown; Ctrl-C and Ctrl-Z stay signals, Ctrl-\\ is nothing."""
        import termios

        if not self.in_front():
            return
        with contextlib.suppress(termios.error):
            mode = termios.tcgetattr(self._terminal)
            if self._before is None or mode[3] & termios.ICANON:  # else it is as we ourselves left it
                self._before = termios.tcgetattr(self._terminal)
            mode[3] &= ~(termios.ECHO | termios.ICANON)
            mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
            mode[6][termios.VQUIT] = b"\0"
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, mode)

    def leave(self) -> None:
        """The terminal is as it was."""
        import termios

        if self._before is not None and self.in_front():
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._terminal, self._wake[0]], [], [])
            if self._wake[0] in ready:
                return
            if not self.in_front():
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
def console_keys(press: Press) -> Iterator[None]:
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
