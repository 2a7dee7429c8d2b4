"""How far a stage is, on stderr: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

EVERY = 60.0
"""Seconds between lines where there is no terminal."""


class Report:
    """Progress of one stage; a context manager."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        self._seen = 0.0
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
        self._task = self._bar.add_task(stage, total=None)

    def __enter__(self) -> Report:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def advance(self, done: int, total: int, **figures: float) -> None:
        """`done` of `total` steps, and what was measured in the last."""
        self._bar.update(self._task, completed=done, total=total, description=f"{self._stage} {_text(figures)}".strip())
        if self._bar.disable and (time.monotonic() - self._seen > EVERY or done == total):
            self._seen = time.monotonic()
            self.note(done, total, **figures)

    def note(self, done: int, total: int | None = None, **figures: float) -> None:
        """A line that stays."""
        whole = f"{done}/{total}" if total else str(done)
        self._bar.console.print(f"{self._stage}: {whole} {_text(figures)}".rstrip(), highlight=False)


def _text(figures: dict[str, float]) -> str:
    return " ".join(f"{name.replace('_', '-')} {value:.3f}" for name, value in figures.items())
