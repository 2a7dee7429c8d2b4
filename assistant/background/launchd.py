"""launchd of macOS: starts Hearth at login and again when it fails."""

from __future__ import annotations

import os
import plistlib
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from assistant.background.supervisor import Status, ask, put_back, reason, write_file
from assistant.errors import AssistantError

LABEL = "org.hearth.listen"

NO_LAUNCHD = AssistantError("launchctl was not found.", "It is part of macOS: look at the PATH of this terminal.")


class Launchd:
    """Installs, asks and removes one agent."""

    def __init__(self, command: Sequence[str], home: Path) -> None:
        self._command = command
        self._log = home / "Library/Logs/hearth.log"
        self.file = home / "Library/LaunchAgents" / f"{LABEL}.plist"
        """The agent's file."""

    def install(self) -> str:
        """Write the agent and start it; an earlier one is replaced."""
        before = write_file(self.file, agent(self._command, self._log))
        self._ask("bootout", f"{_domain()}/{LABEL}")  # fails where none was loaded before
        done = self._ask("bootstrap", _domain(), str(self.file))
        if done.returncode != 0:
            put_back(self.file, before)
            raise AssistantError(
                f"launchd does not take Hearth: {reason(done)}.", "Log in on this Mac itself, and try again."
            )
        return (
            f"Hearth is installed ({self.file}) and starts whenever you log in.\n"
            "macOS asks once whether it may use the microphone.\n"
            f"What goes wrong, without words of yours: {self._log}"
        )

    def status(self) -> Status:
        """Ask launchd."""
        done = self._ask("print", f"{_domain()}/{LABEL}")
        if done.returncode != 0:
            return Status(False, False, "Hearth is not installed as a service: hearth service install")
        found = re.search(r"^\s*state = (.+)$", done.stdout, re.MULTILINE)
        state = found[1] if found else "unknown"
        told = "Hearth runs" if state == "running" else "Hearth is installed and does not run"
        return Status(True, state == "running", f"{told} ({state}).")

    def uninstall(self) -> str:
        """Stop it, and delete the agent."""
        if not self.file.exists():
            return "Hearth is not installed as a service; there is nothing to remove."
        self._ask("bootout", f"{_domain()}/{LABEL}")
        self.file.unlink(missing_ok=True)
        return "Hearth is no longer a service. Your journal and your configuration are untouched."

    def _ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return ask("launchctl", *words, missing=NO_LAUNCHD)


def agent(command: Sequence[str], log: Path) -> bytes:
    """The agent's property list: it is started again only after a failure, at most every ten seconds."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 10,
            "ExitTimeOut": 20,
            "ProcessType": "Interactive",
            "StandardOutPath": os.devnull,
            "StandardErrorPath": str(log),
            "Umask": 0o077,
        }
    )


def _domain() -> str:
    return f"gui/{os.getuid()}"
