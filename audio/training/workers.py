"""Work shared among processes. Whatever ends the command, Ctrl-C or SIGTERM, ends them too."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from typing import TypeVar

from audio.training.progress import Report

Job = TypeVar("Job")


def share(
    work: Callable[[Job], None],
    missing: Sequence[Job],
    total: int,
    report: Report,
    processes: int,
    after: Callable[[], None] = lambda: None,
) -> None:
    """Do those of `total` jobs that are missing, begun in order, on one thread each; `after` follows each of them."""
    there = total - len(missing)
    report.advance(there, total)
    if not missing:
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    count, deaf = min(processes, len(missing)), (signal.SIGINT, signal.SIG_IGN)
    with multiprocessing.get_context("spawn").Pool(count, signal.signal, deaf) as pool:  # Ctrl-C is for us
        for done, _ in enumerate(pool.imap_unordered(work, missing), there + 1):
            after()
            report.advance(done, total)
