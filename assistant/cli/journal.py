"""`hearth journal`: what is kept."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli.common import json_line, load_config, now_in
from assistant.cli.parser import Commands, Parser, command
from assistant.errors import AssistantError, UsageError

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.journal.records import CheckIn, Query

JOURNAL = """\
Look at what Hearth has kept, take it away, or delete it. The journal is a file in
your data folder that only your user account can read. Each of you may delete your
own words at any time, without asking and without a trace.
"""

LIST = """\
Show entries, one a line: id, day and time, speaker, kind and words. What belongs to
one person alone is shown without its words.
"""

LIST_EXAMPLES = """\
  hearth journal list
  hearth journal list --period "last week" --speaker Ana
  hearth journal list --kind appreciation --period 2026-11
"""

EXPORT = """\
Write entries as JSON lines, one object per entry: id, time, session, ritual,
practice, prompt, speaker, about, kind, text, confidence, private, seconds. What belongs
to one person alone is left out. The file is for your user account alone.
"""

EXPORT_EXAMPLES = """\
  hearth journal export --output ours.jsonl
  hearth journal export --speaker Ana | jq -r .text
"""

FORGET = """\
Delete entries without a trace, also from backups. It cannot be undone, and asks you
to confirm; scripts say --yes.
"""

FORGET_EXAMPLES = """\
  hearth journal forget 01JD8QZ4T3...          one entry, by the id that list shows
  hearth journal forget --speaker Ana          everything Ana said
  hearth journal forget --period today
  hearth journal forget --everything
"""


def add(commands: Commands) -> None:
    """Describe it and what it can do."""
    parser = command(commands, "journal", "look at what is kept, export or delete it", JOURNAL)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=Parser)
    listing = command(actions, "list", "show entries", LIST, LIST_EXAMPLES)
    _filters(listing)
    listing.set_defaults(run=run_list)
    export = command(actions, "export", "write entries as JSON lines", EXPORT, EXPORT_EXAMPLES)
    _filters(export)
    export.add_argument("--output", metavar="FILE", default="", help="file to write (stdout)")
    export.set_defaults(run=run_export)
    forget = command(actions, "forget", "delete entries without a trace", FORGET, FORGET_EXAMPLES)
    forget.add_argument("ids", metavar="ID", nargs="*", help="entry to delete")
    _filters(forget)
    forget.add_argument("--everything", action="store_true", help="delete the whole journal")
    forget.add_argument("--yes", action="store_true", help="do not ask")
    forget.set_defaults(run=run_forget)


def _filters(parser: Parser) -> None:
    group = parser.add_argument_group("which entries")
    group.add_argument("--period", metavar="PERIOD", default="", help="a time as in 'hearth summary'")
    group.add_argument("--speaker", metavar="NAME", default="", help="said by this person")
    group.add_argument("--ritual", metavar="ID", default="", help="of this ritual")
    group.add_argument("--kind", metavar="KIND", default="", help="of this kind, such as appreciation")


def run_list(args: Namespace) -> int:
    """Print them."""
    config = load_config(args)
    for entry in _find(config, _query(config, args)):
        time = entry.time.astimezone(config.zone)
        words = "(private)" if entry.private else " ".join(entry.text.split())
        about = f" → {entry.about}" if entry.about else ""
        what = f"{entry.ritual} {entry.kind}" if entry.kind == "kept" else entry.kind
        print(f"{entry.id}  {time:%Y-%m-%d %H:%M}  {entry.speaker}{about}  [{what}]  {words}".rstrip())
    return 0


def run_export(args: Namespace) -> int:
    """Write them."""
    config = load_config(args)
    entries = _find(config, _query(config, args))
    lines = [json_line(_as_json(entry)) for entry in entries if not entry.private]
    if private := len(entries) - len(lines):
        print(f"Left out, because they belong to one person alone: {private}.", file=sys.stderr)
    text = "".join(f"{line}\n" for line in lines)
    if not args.output:
        sys.stdout.write(text)
        return 0
    _write_private(Path(args.output), text)
    print(f"{len(lines)} entries written to {args.output}.")
    return 0


def run_forget(args: Namespace) -> int:
    """Delete them, after they were confirmed."""
    from assistant.journal import Journal

    config = load_config(args)
    query = _query(config, args, tuple(args.ids))
    narrowed = any((args.ids, args.period, args.speaker, args.ritual, args.kind))
    if narrowed == args.everything:
        raise UsageError(
            "Say which entries to delete.", "Name ids, --period, --speaker, --ritual or --kind; or --everything."
        )
    with Journal.open(config.folders.data) as journal:
        found = len(list(journal.find(query)))
        if not found:
            print("There is nothing to delete.")
            return 0
        if not args.yes and not _confirmed(found):
            print("Nothing was deleted.")
            return 0
        print(f"Deleted: {journal.forget(query)}.")
    return 0


def _confirmed(count: int) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(f"{count} entries would be deleted for ever.", "Add --yes if you mean it.")
    return input(f"Delete {count} for ever? Type 'delete': ").strip().lower() == "delete"


def _find(config: Config, query: Query) -> list[CheckIn]:
    from assistant.journal import Journal

    with Journal.open(config.folders.data, read_only=True) as journal:
        return list(journal.find(query))


def _query(config: Config, args: Namespace, ids: tuple[str, ...] = ()) -> Query:
    from assistant.journal.records import Query
    from assistant.periods import parse_period

    span = parse_period(args.period or "ever", now_in(config), config.week_begins)
    return Query(
        since=span.since,
        until=span.until,
        speaker=_known_speaker(config, args.speaker),
        ritual=args.ritual,
        kind=args.kind,
        ids=ids,
    )


def _known_speaker(config: Config, name: str) -> str:
    """The name as the journal has it; other names are taken as they are, since people rename themselves."""
    return next((known for known in config.names if known.casefold() == name.casefold()), name)


def _as_json(entry: CheckIn) -> dict[str, Any]:
    import msgspec

    built: dict[str, Any] = msgspec.to_builtins(entry)
    return built


def _write_private(path: Path, text: str) -> None:
    try:
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AssistantError(f"{path} cannot be written: {error.strerror}.", "Name another --output.") from error
