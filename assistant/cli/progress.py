"""How far long work has come: a bar on the terminal's stderr, nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(what: str, *, bytes_of: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Gives a function that takes how many are done, and of how many; the bar goes away at the end.

    `bytes_of` says that it counts bytes: then it shows how many come each second, too.
    """
    from rich.console import Console
    from rich.progress import DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    console = Console(stderr=True)
    more = (DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()) if bytes_of else (TimeRemainingColumn(),)
    columns = (*Progress.get_default_columns()[:3], *more)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
