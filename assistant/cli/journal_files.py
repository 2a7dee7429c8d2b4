"""`hearth journal export|import|check|restore`: the journal as files."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from assistant.cli.common import entry_filters, entry_query, load_config
from assistant.cli.parser import Commands, command
from assistant.cli.passphrase import complain, private_flags, unlocked
from assistant.errors import AssistantError
from assistant.plain_text import tell

SHOWN = 5
"""Places of a file that are named when much of it cannot be read."""

EXPORT = """\
Write entries to a file, for your user account alone, or to stdout. What belongs to
one person alone stays sealed, so that it can be imported again, and is left out of
what people read; --private NAME opens what is just for that person.

Formats: jsonl, one JSON object per entry and line with id, time, session, ritual,
practice, prompt, speaker, about, kind, text, confidence, private, seconds, sealed; csv, a table
with the same columns; markdown, to be read. jsonl and csv can be imported again.
"""

EXPORT_EXAMPLES = """\
  hearth journal export --output ours.jsonl
  hearth journal export --format markdown --period "this year" --output year.md
  hearth journal export --speaker Ana | jq -r .text
  hearth journal export --private Ana --speaker Ana --output all-of-mine.jsonl
"""

IMPORT = """\
Add the entries of a file: JSON lines or CSV that Hearth exported, or the JSON of Day
One or jrnl. Entries that are there already are passed over, so it may be done again.
"""

IMPORT_EXAMPLES = """\
  hearth journal import ours.jsonl
  hearth journal import --dry-run --speaker Ana DayOne.json
"""

CHECK = """\
Read every line of the journal and look at its backups, changing nothing. The exit
code is 1 if something is wrong.
"""

RESTORE = """\
Bring back what a backup has and the journal lacks; nothing is taken away, and it may
be done again. What was forgotten is in no backup. Without a name, list the backups.
"""


def add(actions: Commands) -> None:
    """Describe them."""
    export = command(actions, "export", "write entries to a file", EXPORT, EXPORT_EXAMPLES)
    entry_filters(export)
    private_flags(export)
    export.add_argument("--output", metavar="FILE", default="", help="file to write (stdout)")
    export.add_argument(
        "--format", choices=("jsonl", "csv", "markdown"), default="jsonl", help="how to write them (jsonl)"
    )
    export.set_defaults(run=run_export)
    importing = command(actions, "import", "add the entries of a file", IMPORT, IMPORT_EXAMPLES)
    importing.add_argument("file", metavar="FILE", help="file to read")
    importing.add_argument("--speaker", metavar="NAME", default="", help="who wrote what other journals hold")
    importing.add_argument("--dry-run", action="store_true", help="only say what would be added")
    importing.set_defaults(run=run_import)
    checking = command(actions, "check", "look for damage", CHECK)
    checking.set_defaults(run=run_check)
    restoring = command(actions, "restore", "bring back what a backup has", RESTORE)
    restoring.add_argument("backup", metavar="BACKUP", nargs="?", default="", help="name of the backup")
    restoring.set_defaults(run=run_restore)


def run_export(args: Namespace) -> int:
    """Write them."""
    from assistant.journal import Journal
    from assistant.journal.exports import Format, export

    config = load_config(args)
    query = entry_query(config, args)
    broken: list[str] = []
    with Journal.open(config.folders.data, read_only=True) as journal:
        key = unlocked(journal, args)
        with _destination(args.output) as out:
            count = export(journal, query, Format(args.format), out, key=key, broken=broken.append)
    if args.output:
        tell(f"{count} entries written to {args.output}.")
    complain(broken)
    return 1 if broken else 0


def run_import(args: Namespace) -> int:
    """Add them."""
    from assistant.cli.progress import progress_bar
    from assistant.journal import Journal
    from assistant.journal.imports import import_file

    config, file = load_config(args), Path(args.file)
    with (
        Journal.open(config.folders.data, read_only=args.dry_run) as journal,
        progress_bar(file.name) as progress,
    ):
        done = import_file(
            journal, file, speaker=args.speaker, zone=config.zone, dry_run=args.dry_run, progress=progress
        )
    tell(f"{'Would be added' if args.dry_run else 'Added'}: {done.added}. There already: {done.known}.")
    if done.homeless:
        tell(f"Not added, because they are for one person alone who has no vault here: {done.homeless}.")
        tell("'hearth vault create' makes one; then import the file again.")
    if done.unreadable:
        tell(f"Passed over, because they cannot be read: {_first(done.unreadable)}.", sys.stderr)
    return 0


def _first(places: Sequence[str]) -> str:
    """The first few of many places."""
    more = len(places) - SHOWN
    return ", ".join(places[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def run_check(args: Namespace) -> int:
    """Print every finding."""
    from assistant.journal.check import check

    findings = check(load_config(args).folders.data)
    for found in findings:
        tell(f"{'ok ' if found.ok else 'NO '} {found.message}{f' {found.hint}' if found.hint else ''}")
    return 0 if all(found.ok for found in findings) else 1


def run_restore(args: Namespace) -> int:
    """Restore one backup, or list them."""
    from assistant.journal.restoring import listed, restore

    folder = load_config(args).folders.data
    backups = {backup.name: backup for backup in listed(folder)}
    if not args.backup:
        tell("\n".join(backups) or "There is no backup yet.")
        return 0
    if args.backup not in backups:
        raise AssistantError(f"There is no backup '{args.backup}'.", f"There are: {', '.join(backups) or 'none yet'}.")
    tell(f"Brought back: {restore(folder, backups[args.backup])}.")
    return 0


@contextmanager
def _destination(name: str) -> Iterator[TextIO]:
    """The file for its owner alone, or stdout; raises AssistantError when it cannot be written."""
    if not name:
        yield sys.stdout
        return
    try:
        with os.fdopen(_private(name), "w", encoding="utf-8") as out:
            yield out
    except OSError as error:
        raise AssistantError(f"{name} cannot be written: {error.strerror}.", "Name another --output.") from error


def _private(name: str) -> int:
    """A handle on an empty file that nobody else may read, also where it was there before."""
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    if os.name == "posix":
        os.fchmod(handle, 0o600)
    return handle
