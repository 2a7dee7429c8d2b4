"""One row of the table of measurements, and the memory of a command for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

Row = dict[str, float | str | None]


def row(name: str, value: float, unit: str, baseline: float | None, how: str) -> Row:
    """One figure."""
    return {"name": name, "value": round(value, 4), "unit": unit, "baseline": baseline, "how": how}


def peak_memory(
    command: Sequence[str], folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> float:
    """The largest resident set of a command, in MB; CalledProcessError if it fails."""
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
