"""Which source PulseAudio or PipeWire lets this process record from.

When a microphone is unplugged they move its recordings to another source without a word, even to what our own speaker
plays.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LIMIT = 1.0
"""Seconds to wait for an answer; 10 ms is usual."""

OUR_SPEECH = ".monitor"
"""How the name of a source ends that records what a speaker plays."""


def recording_from() -> str:
    """The name of that source; empty if nothing is recorded, or there is neither of them."""
    outputs, sources = ask("list", "source-outputs"), ask("list", "short", "sources")
    ours = f'application.process.id = "{os.getpid()}"'
    for _, output in sections(outputs, "Source Output #"):
        number = re.search(r"^\s*Source: (\d+)$", output, re.MULTILINE)
        if ours in output and number:
            return _name(sources, number.group(1))
    return ""


def sections(listed: str, begins: str) -> list[tuple[str, str]]:
    """What `pactl list` says of each thing: its number, and the lines about it."""
    return [(part.partition("\n")[0].strip(), part) for part in listed.split(begins)[1:]]


def _name(sources: str, number: str) -> str:
    fields = (line.split("\t") for line in sources.splitlines())
    return next((field[1] for field in fields if len(field) > 1 and field[0] == number), "")


def ask(*words: str) -> str:
    """What `pactl` answers, in English; empty if it fails, does not answer in time or is not there."""
    try:
        with _unstopped():
            done = subprocess.run(
                ["pactl", *words],
                env=os.environ | {"LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=LIMIT,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return ""
    return done.stdout


@contextmanager
def _unstopped() -> Iterator[None]:
    """What is started here is not stopped by Ctrl-Z, which goes to every process in front of the terminal.

    Otherwise we would wait for it with an open microphone; and stopped between vfork and exec it would keep this
    process, whose thread waits for the exec, from being stopped at all.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
