"""A user's own systemd, the real one, in namespaces of its own: what it starts is gone when the script ends.

It runs for a user only on a machine that was booted with it; inside the namespaces this machine looks as if it were.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import COMMAND, environment

LIMIT = 150.0
"""Seconds that a script may take on a busy machine; usual are thirty."""

SCRIPT = """\
mkdir -p /run/systemd && mount -t tmpfs none /run/systemd && mkdir /run/systemd/system || exit 77
mount -t cgroup2 none /sys/fs/cgroup && mkdir -p $GROUP && echo $$ >$GROUP/cgroup.procs || exit 77
mkdir -p -m 700 "$XDG_RUNTIME_DIR"
until_true() { for _ in $(seq 200); do "$@" >/dev/null 2>&1 && return 0; sleep .2; done; return 1; }
log_in() { /usr/lib/systemd/systemd --user >/dev/null 2>&1 & manager=$!; until_true timeout 2 systemctl --user show; }
power_off() {
  kill -9 $manager; wait $manager 2>/dev/null
  for left in $(find $GROUP -name cgroup.procs -exec cat {} +); do
    [ $left = $$ ] || kill -9 $left 2>/dev/null
  done
}
hearth() { COMMAND "$@"; echo "code $?"; }
"""
"""`log_in` starts the manager, `power_off` kills it and all it has started; 77 where namespaces do not let it."""


def with_systemd(home: Path, script: str, **env: str) -> str:
    """What a shell script prints that has a user's systemd; skips the test where there can be none."""
    command = " ".join(f"'{word}'" for word in COMMAND)
    whole = SCRIPT.replace("COMMAND", command) + script
    alone = ["unshare", "-mCpf", "--kill-child", "--mount-proc", "bash", "-c", whole]
    if sys.platform != "linux" or not shutil.which("unshare") or not Path("/usr/lib/systemd/systemd").exists():
        _cannot("no unshare, or no systemd (sudo apt install systemd)")
    more = {"XDG_RUNTIME_DIR": f"{home}/run", "GROUP": f"/sys/fs/cgroup/hearth-{os.getpid()}"}
    done = subprocess.run(
        ["timeout", "-k", "1", str(LIMIT), *alone],
        env=environment(home) | more | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT + 10,
        check=False,
    )
    if done.returncode in (1, 77) and not done.stdout:
        _cannot(done.stderr.strip())
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return done.stdout


def _cannot(reason: str) -> None:
    if os.environ.get("HEARTH_REQUIRE_NAMESPACES") == "1":
        pytest.fail(f"no systemd for a test: {reason}")
    pytest.skip(f"no systemd for a test: {reason}")
