"""The Task Scheduler of Windows: what a person does there."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence


def instructions(command: Sequence[str]) -> str:
    """One command that makes it start at every login, and the ones that look at it and remove it."""
    task = subprocess.list2cmdline(command).replace('"', '\\"')
    return (
        "Its Task Scheduler can start it at login. In a command prompt:\n"
        f'          schtasks /Create /TN Hearth /SC ONLOGON /TR "{task}"\n'
        "        Look at it with 'schtasks /Query /TN Hearth', remove it with 'schtasks /Delete /TN Hearth'."
    )
