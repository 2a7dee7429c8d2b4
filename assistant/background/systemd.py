"""The user's own systemd: starts Hearth at login (or at boot, if the user lingers) and again when it fails."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.background.supervisor import Status, ask, put_back, reason, write_file
from assistant.errors import AssistantError

UNIT = "hearth.service"

CONTENT = """\
# Written by 'hearth service install'; 'hearth service uninstall' removes it.
[Unit]
Description=Hearth, an offline voice assistant for two
After=pipewire.service pipewire-pulse.service wireplumber.service pulseaudio.service
StartLimitIntervalSec=0

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=15
TimeoutStopSec=20
SuccessExitStatus=130
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""
"""Sound servers are waited for, never started: which of them there is, is the system's business. It is started again
without a limit, because what keeps it from working (a journal in use, a full disk) may last for hours."""

NO_SYSTEMD = "This machine has no systemd, so Hearth cannot be started by it."
HINT = "Let your desktop start this at login instead: {command}"

PROPERTIES = "LoadState,ActiveState,SubState,UnitFileState,NRestarts"


class Systemd:
    """Installs, asks and removes one unit."""

    def __init__(self, command: Sequence[str], home: Path, environment: Mapping[str, str]) -> None:
        """`environment` is the user's, for the folder of units."""
        self._command = command
        folder = environment.get("XDG_CONFIG_HOME") or str(home / ".config")
        self.file = Path(folder) / "systemd/user" / UNIT
        """The unit's file."""

    def install(self) -> str:
        """Write the unit, enable and start it; an earlier one is replaced."""
        self._present()
        before = write_file(self.file, unit(self._command).encode())
        for words in (("daemon-reload",), ("enable", UNIT), ("restart", UNIT)):
            done = self._ask(*words)
            if done.returncode != 0:
                put_back(self.file, before)
                raise AssistantError(
                    f"systemd does not take Hearth: {reason(done)}.",
                    "Log in on this machine itself rather than by su or ssh, and try again.",
                )
        return (
            f"Hearth is installed ({self.file}) and starts whenever you log in.\n"
            "To let it start with the machine, before anybody logs in: loginctl enable-linger\n"
            "What goes wrong, without words of yours: journalctl --user -u hearth"
        )

    def status(self) -> Status:
        """Ask systemd."""
        self._present()
        done = self._ask("show", UNIT, "--property", PROPERTIES)
        if done.returncode != 0:
            raise AssistantError(
                f"systemd does not tell how Hearth is: {reason(done)}.", "Log in on this machine itself, and try again."
            )
        return _read(dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line))

    def uninstall(self) -> str:
        """Stop and disable it, and delete the unit."""
        if not self.file.exists():
            return "Hearth is not installed as a service; there is nothing to remove."
        if shutil.which("systemctl"):
            self._ask("disable", "--now", UNIT)
        self.file.unlink(missing_ok=True)
        if shutil.which("systemctl"):
            self._ask("daemon-reload")
        return "Hearth is no longer a service. Your journal and your configuration are untouched."

    def _present(self) -> None:
        if shutil.which("systemctl") is None:
            raise self._missing()

    def _missing(self) -> AssistantError:
        return AssistantError(NO_SYSTEMD, HINT.format(command=" ".join(map(quoted, self._command))))

    def _ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return ask("systemctl", "--user", *words, missing=self._missing())


def unit(command: Sequence[str]) -> str:
    """The content of the unit; raises AssistantError for a command that no unit can hold."""
    return CONTENT.format(command=" ".join(map(quoted, command)))


def quoted(word: str) -> str:
    """One word of a unit's command line (systemd.service(5)): no specifier, no variable, no space that splits it."""
    if re.search(r"[\x00-\x1f\x7f]", word):
        raise AssistantError(
            "A folder with a line break or another control character in its name cannot stand in a service.",
            "Give it another name.",
        )
    word = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w%$./:=@+,-]+", word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _read(properties: Mapping[str, str]) -> Status:
    if properties.get("LoadState") != "loaded":
        return Status(False, False, "Hearth is not installed as a service: hearth service install")
    state = f"{properties.get('ActiveState', '')}, {properties.get('SubState', '')}"
    running = properties.get("ActiveState") == "active"
    again = int(properties.get("NRestarts") or 0)
    failed = f"; it had to be started again {again} time{'s' * (again != 1)}" if again else ""
    starts = "" if properties.get("UnitFileState") == "enabled" else "; it does not start at login"
    told = "Hearth runs" if running else "Hearth is installed and does not run"
    return Status(True, running, f"{told} ({state}){failed}{starts}.")
