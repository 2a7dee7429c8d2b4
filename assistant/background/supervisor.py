"""What starts Hearth and keeps it running."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.errors import AssistantError

LIMIT = 60.0
"""Seconds that a command of the system may take; stopping Hearth lets it say goodbye."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the service is."""

    installed: bool
    """Whether the machine knows it."""
    running: bool
    """Whether it runs now."""
    told: str
    """The same in one sentence."""


class Supervisor(Protocol):
    """Starts Hearth when its user logs in, and again when it fails."""

    def install(self) -> str:
        """Make it known and start it; what to know about it. Raises AssistantError, and leaves nothing behind."""
        ...

    def status(self) -> Status:
        """How it is; raises AssistantError where the system has no answer."""
        ...

    def uninstall(self) -> str:
        """Stop it and forget it; what was done."""
        ...


def listening(flags: Sequence[str] = ()) -> tuple[str, ...]:
    """The command that runs as a service: this very installation, without words in its log.

    `-P` keeps folders of the user's that are called like ours from being imported in their place.
    """
    return (sys.executable, "-P", "-m", "assistant", *flags, "listen", "--quiet", "--wait-for-audio")


def find_supervisor(command: Sequence[str], home: Path, environment: Mapping[str, str]) -> Supervisor:
    """The one of this system; raises AssistantError where Hearth cannot install itself."""
    if sys.platform == "darwin":
        from assistant.background.launchd import Launchd

        return Launchd(command, home)
    if sys.platform == "win32":
        from assistant.background.scheduler import instructions

        raise AssistantError("Hearth does not install itself as a service on Windows.", instructions(command))
    from assistant.background.systemd import Systemd

    return Systemd(command, home, environment)


def ask(*words: str, missing: AssistantError) -> subprocess.CompletedProcess[str]:
    """Run a command of the system; raises `missing` if there is none, AssistantError if it does not come back."""
    try:
        return subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except FileNotFoundError as error:
        raise missing from error
    except (subprocess.TimeoutExpired, OSError) as error:
        raise AssistantError(f"'{' '.join(words[:3])}' does not answer.", "Try again in a minute.") from error


def write_file(file: Path, content: bytes) -> bytes | None:
    """Write the file for its owner alone; returns what stood there before. Raises AssistantError."""
    try:
        before = file.read_bytes() if file.exists() else None
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.new")
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        draft.replace(file)
    except OSError as error:
        raise AssistantError(
            f"{file} cannot be written: {error.strerror}.", "Check who owns the folder, and the free space."
        ) from error
    return before


def put_back(file: Path, before: bytes | None) -> None:
    """Leave the file as it was."""
    if before is None:
        file.unlink(missing_ok=True)
    else:
        write_file(file, before)


def reason(done: subprocess.CompletedProcess[str]) -> str:
    """The first line of what a command complained about."""
    said = (done.stderr or done.stdout).strip().splitlines()
    return said[0].rstrip(".") if said else f"exit code {done.returncode}"
