"""`hearth service`: Hearth starts by itself when you log in."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.common import load_config
from assistant.cli.parser import Commands, command
from assistant.plain_text import tell

if TYPE_CHECKING:
    from assistant.background.supervisor import Supervisor

SERVICE = """\
Let Hearth start by itself when you log in, wait for microphone and speaker as long
as it takes, and start again after a failure: with systemd on Linux, launchd on
macOS. On Windows it tells you the command for the Task Scheduler.

  install     write the service for this user and start it; no administrator is needed
  status      whether it runs; the exit code is 0 if it does, and 1 if it does not
  uninstall   stop and remove it; journal and configuration stay

The service logs what goes wrong, and not a word of yours. Saying "goodbye" ends it
until the next login.
"""

EXAMPLES = """\
  hearth service install
  hearth service status
  hearth --data-dir ~/ours service install       with the journal of that folder
"""


def add(commands: Commands) -> None:
    """Describe it."""
    parser = command(commands, "service", "let it start by itself at login", SERVICE, EXAMPLES)
    parser.add_argument("what", choices=("install", "status", "uninstall"), help="what to do")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Do it with what this system has."""
    supervisor = _supervisor(args)
    if args.what == "install":
        load_config(args)  # a broken configuration is told now, and not by a service that fails at night
        tell(supervisor.install())
        return 0
    if args.what == "uninstall":
        tell(supervisor.uninstall())
        return 0
    status = supervisor.status()
    tell(status.told)
    return 0 if status.running else 1


def _supervisor(args: Namespace) -> Supervisor:
    from assistant.background.supervisor import find_supervisor, listening

    return find_supervisor(listening(_flags(args)), Path.home(), os.environ)


def _flags(args: Namespace) -> list[str]:
    """The flags of every command that shall count for the service too; files by their whole name."""
    named = {"--config": args.config, "--data-dir": args.data_dir}
    flags = [word for flag, name in named.items() if name for word in (flag, str(Path(name).expanduser().absolute()))]
    return [*flags, *(("--language", args.language) if args.language else ())]
