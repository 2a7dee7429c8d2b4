"""A listening Hearth in a process of its own, watched through its event stream."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.command import COMMAND, environment

LIMIT = 60.0
"""Seconds that anything may take on a busy machine; usual are two."""

HOUSEHOLD = """\
timezone = "UTC"

[[partners]]
name = "Sam"

[[partners]]
name = "Alex"

[privacy]
consent = 2026-01-01
"""


def set_up(home: Path, more: str = "") -> Path:
    """Let Sam and Alex live here, as after `hearth setup`; `more` is TOML. Returns the folder of the configuration."""
    folder = home / ".config/hearth"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(HOUSEHOLD + more)
    return folder


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the event stream."""

    when: float
    """When it arrived, by the monotonic clock."""
    name: str
    """The kind of event."""
    facts: dict[str, Any]
    """Everything that the line contains."""


class Listening:
    """`hearth listen --events --show-words …`, and what it has shown so far."""

    def __init__(
        self, home: Path, *words: str, env: Mapping[str, str] | None = None, program: Sequence[str] = COMMAND
    ) -> None:
        """`program` is what is run instead of the installed command."""
        self.shown: list[Shown] = []
        """The events so far."""
        self.complaints = ""
        """What stood on stderr so far."""
        self.began = time.monotonic()
        """When it was started, by the monotonic clock."""
        self.process = subprocess.Popen(
            [*program, "listen", "--events", "--show-words", *words],
            cwd=home,
            env={**environment(home), **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=read, daemon=True) for read in (self._read, self._read_complaints)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, kind: str, /, after: int = 0, limit: float = LIMIT, **facts: Any) -> int:
        """The place of the first such event from place `after` on; waits for it, and fails if the process ends."""

        def found() -> int | None:
            return next((at for at in range(after, len(self.shown)) if _is(self.shown[at], kind, facts)), None)

        end = time.monotonic() + limit
        with self._changed:
            while (place := found()) is None:
                alive = self._threads[0].is_alive()
                if time.monotonic() > end or not alive:
                    told = f"{self.told(after)} after {self.told()[:after]}"
                    raise AssertionError(f"no {kind} {facts}, alive: {alive}; {told} {self.complaints}")
                self._changed.wait(0.5)
        return place

    def told(self, after: int = 0) -> list[str]:
        """The events as short lines, to read when something went wrong."""
        return [" ".join([shown.name, *_telling(shown.facts)]) for shown in self.shown[after:]]

    def texts(self, name: str) -> list[str]:
        """The words of every event of a kind."""
        return [shown.facts["text"] for shown in self.shown if shown.name == name]

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def end(self, limit: float = LIMIT) -> int:
        """Wait for its end; the exit code."""
        code = self.process.wait(limit)
        for thread in self._threads:
            thread.join(limit)
        return code

    def close(self) -> None:
        """End it, however that may be."""
        with contextlib.suppress(BrokenPipeError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        if self.process.poll() is None:
            self.process.kill()
        self.end()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            facts = json.loads(line)
            with self._changed:
                self.shown.append(Shown(time.monotonic(), facts["event"], facts))
                self._changed.notify_all()

    def _read_complaints(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.complaints += line.decode()


@contextlib.contextmanager
def listening(
    home: Path, *words: str, env: Mapping[str, str] | None = None, program: Sequence[str] = COMMAND
) -> Iterator[Listening]:
    """A process that is gone afterwards."""
    running = Listening(home, *words, env=env, program=program)
    try:
        yield running
    finally:
        running.close()


def _telling(facts: Mapping[str, Any]) -> Iterator[str]:
    """What of an event tells most: its name or mode, and the first kind of words that it has."""
    yield from (facts[key] for key in ("name", "mode") if key in facts)
    yield from [facts[key] for key in ("text", "line", "message") if facts.get(key)][:1]


def _is(shown: Shown, kind: str, facts: Mapping[str, Any]) -> bool:
    return shown.name == kind and all(shown.facts.get(key) == value for key, value in facts.items())
