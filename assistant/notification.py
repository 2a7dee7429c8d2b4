"""Notifications of the desktop, beside what is spoken."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence

LIMIT = 5.0
"""Seconds that the desktop may take."""

TITLE = "Hearth"

SCRIPT = "on run words\ndisplay notification (item 2 of words) with title (item 1 of words)\nend run"
"""For AppleScript: the words are arguments, never part of the script."""


def notify(title: str, body: str) -> bool:
    """Show a notification where the desktop can; whether there is a program for it. Returns at once.

    Whoever sees the screen reads it, and some desktops keep it: never give it words that are private.
    """
    command = notifier(title, body)
    if not command:
        return False
    threading.Thread(target=_run, args=(command,), name="hearth-notification", daemon=True).start()
    return True


def notifier(title: str, body: str) -> Sequence[str]:
    """The command that shows it; empty where there is none."""
    if sys.platform == "darwin" and (program := shutil.which("osascript")):
        return (program, "-e", SCRIPT, title, body)
    if sys.platform.startswith("linux") and (program := shutil.which("notify-send")):
        return (program, "--app-name=Hearth", "--", title, body)
    return ()


def _run(command: Sequence[str]) -> None:
    """A desktop that does not answer is nobody's trouble: the reminder is spoken as well."""
    quiet = subprocess.DEVNULL
    try:
        subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=LIMIT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return
