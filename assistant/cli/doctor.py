"""`hearth doctor`: what works, and what to do where it does not."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from assistant.cli.common import json_line, overridden
from assistant.cli.parser import Commands, command
from assistant.plain_text import NARROW, columns, tell

if TYPE_CHECKING:
    from assistant.check import Check

DOCTOR = """\
Check everything that Hearth stands on: its packages, your configuration, clock and
consent, the journal, the disk, the voice model, the phrases it can hear, microphone
(it listens for a second, to tell how loud it is), speaker and voice, and whether it
hears a sentence that it speaks. What does not work comes with what to do. The exit
code is 1 if anything does not work.

That sentence is rendered and heard without a sound; with --round-trip it is spoken
aloud and listened to, through speaker and microphone.

With --json, one JSON object per check and line: {"name", "ok", "found", "hint"}.
"""


def add(commands: Commands) -> None:
    """Describe it."""
    parser = command(commands, "doctor", "find out what does not work, and what to do", DOCTOR)
    parser.add_argument("--json", action="store_true", help="one JSON object per check")
    parser.add_argument("--round-trip", action="store_true", help="speak a sentence aloud and listen to it")
    parser.add_argument("--model", metavar="DIR", default="", help="folder of a Vosk model of your own")
    parser.add_argument("--audio-input-device", metavar="NAME", default="", help="microphone, by (part of) its name")
    parser.add_argument("--audio-output-device", metavar="NAME", default="", help="speaker, by (part of) its name")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Check one thing after the other."""
    from assistant.doctor import examine
    from assistant.folders import find_folders

    broken = 0
    folders = find_folders(args.config or "", args.data_dir or "")
    for check in examine(folders, lambda config: overridden(config, args), round_trip=args.round_trip):
        broken += not check.ok
        if args.json:
            print(_json(check), flush=True)
        else:
            tell(_line(check))
    if not args.json:
        tell("\nEverything works." if not broken else f"\n{broken} of these need your help.")
    return 1 if broken else 0


def _json(check: Check) -> str:
    return json_line({"name": check.name, "ok": check.ok, "found": check.found, "hint": check.hint})


def _line(check: Check) -> str:
    """In columns; on a narrow terminal what was found and what to do stand below the name."""
    mark = "ok " if check.ok else "NO "
    if columns() < NARROW:
        return "\n".join([f"{mark} {check.name}", *(f"    {text}" for text in (check.found, check.hint) if text)])
    line = f"{mark} {check.name:<22} {check.found}"
    return f"{line}\n{'':<27}{check.hint}" if check.hint else line
