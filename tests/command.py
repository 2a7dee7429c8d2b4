"""The installed command, run as a person runs it: in a process of its own, with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "assistant"]
LIMIT = 120.0
"""Seconds a command may take on a busy machine; usual is under two."""


def environment(home: Path) -> dict[str, str]:
    """Nothing of the user's own: no configuration, no journal, no locale."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PYTHONWARNINGS": "default"}


def found_out(*words: str, env: Mapping[str, str]) -> Any:
    """What a Python program prints as JSON, in a process and an environment of its own."""
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def hearth(home: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run `hearth WORDS…`, with `typed` on its standard input."""
    return subprocess.run(
        [*COMMAND, *words],
        input=typed,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        cwd=home,
        env=environment(home),
        check=False,
    )
