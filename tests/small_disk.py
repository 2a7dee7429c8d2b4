"""A disk of some kilobytes, that can be full or read-only: a tmpfs in a mount namespace of its own (unshare)."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.command import COMMAND, LIMIT, environment

MOUNT = 'mount -t tmpfs -o size="$1" none "$2" && shift 2 && exec sh -c "$@"'


def missing() -> str:
    """Why there can be no such disk here; empty if there can."""
    if shutil.which("unshare") is None:
        return "no unshare (util-linux)"
    tried = subprocess.run(["unshare", "-rm", "true"], capture_output=True, text=True, check=False)
    return tried.stderr.strip()


def on_small_disk(folder: Path, script: str, *, size: str = "4m") -> subprocess.CompletedProcess[str]:
    """Run a shell script whose HOME is a disk of that size, mounted at the empty folder.

    In it "$@" is `hearth`; `fill` leaves no room, `room` makes some again, and after `readonly_disk` nothing can be
    written. What was written is gone afterwards.
    """
    if reason := missing():
        if os.environ.get("HEARTH_REQUIRE_NAMESPACES") == "1":
            pytest.fail(f"no small disk: {reason}")
        pytest.skip(f"no small disk: {reason}")
    tools = 'fill() { dd if=/dev/zero of="$HOME/filling" bs=1k 2>/dev/null; }; room() { rm "$HOME/filling"; }\n'
    tools += 'readonly_disk() { mount -o remount,ro "$HOME"; }\n'
    mounted = ["unshare", "-rm", "sh", "-c", MOUNT, "sh", size, str(folder)]
    return subprocess.run(
        [*mounted, f"cd ~; {tools}{script}", "sh", *COMMAND],
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
