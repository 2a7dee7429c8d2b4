"""Work shared among processes. Whatever ends the command, Ctrl-C or SIGTERM, ends them too."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Job, Done = TypeVar("Job"), TypeVar("Done")


def shared(work: Callable[[Job], Done], jobs: Sequence[Job], processes: int) -> Iterator[Done]:
    """What `work` returns for each job, as they are done; begun in order, on one thread each."""
    if not jobs:
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    count, deaf = min(processes, len(jobs)), (signal.SIGINT, signal.SIG_IGN)
    with multiprocessing.get_context("spawn").Pool(count, signal.signal, deaf) as pool:  # Ctrl-C is for us
        yield from pool.imap_unordered(work, jobs)
