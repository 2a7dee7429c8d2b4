"""A program at a terminal of its own, as a person sits at one: what it shows, and keys that are pressed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.command import COMMAND, environment

LIMIT = 60.0
"""Seconds that anything may take on a busy machine; usual are three."""

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")


def plain(raw: str) -> str:
    """What was written without escapes; what moves the cursor up or erases begins a new line."""
    return ESCAPES.sub("", re.sub(r"\x1b\[\d*[AK]", "\n", raw)).replace("\r", "")


class AtTerminal:
    """A running program whose three streams are one terminal."""

    def __init__(self, words: Sequence[str], cwd: Path, env: Mapping[str, str], columns: int = 80) -> None:
        self.raw = ""
        """Everything it has written so far, escapes and all."""
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        self.before = self.mode()
        """How the terminal was set when nothing ran on it."""
        self.process = subprocess.Popen(
            words,
            cwd=cwd,
            env=dict(env),
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self._over = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """What it has written so far, without escapes."""
        return plain(self.raw)

    def mode(self) -> list[Any]:
        """How the terminal is set."""
        return termios.tcgetattr(self._slave)

    def press(self, keys: str) -> int:
        """Type; returns the place in `text` from which on the answer stands."""
        at = len(self.text)
        os.write(self._master, keys.encode())
        return at

    def wait_for(self, wanted: str, after: int = 0, limit: float = LIMIT) -> int:
        """The place behind the first such text from `after` on."""
        end = time.monotonic() + limit
        while (place := self.text.find(wanted, after)) < 0:
            if time.monotonic() > end or not self._reader.is_alive():
                raise AssertionError(f"no {wanted!r} in {self.text[after:]!r}")
            time.sleep(0.02)
        return place + len(wanted)

    def end(self, limit: float = LIMIT) -> int:
        """Wait for its end; the exit code."""
        code = self.process.wait(limit)
        time.sleep(0.1)
        return code

    def close(self) -> None:
        """End it, however that may be."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(LIMIT)
        self._over = True
        self._reader.join(LIMIT)
        os.close(self._master)
        os.close(self._slave)

    def _read(self) -> None:
        while not self._over:
            if select.select([self._master], [], [], 0.1)[0]:
                self.raw += os.read(self._master, 65_536).decode(errors="replace")


@contextlib.contextmanager
def at_terminal(
    home: Path, *words: str, env: Mapping[str, str] | None = None, columns: int = 80, program: Sequence[str] = COMMAND
) -> Iterator[AtTerminal]:
    """`hearth WORDS…`, or another program, that is gone afterwards."""
    whole = environment(home) | {"TERM": "xterm-256color"} | dict(env or {})
    running = AtTerminal([*program, *words], home, whole, columns)
    try:
        yield running
    finally:
        running.close()
