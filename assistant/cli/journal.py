"""`hearth journal list|forget`: what is kept."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from assistant.cli import journal_files
from assistant.cli.common import entry_filters, entry_query, load_config
from assistant.cli.parser import Commands, Parser, command
from assistant.cli.passphrase import complain, private_flags, unlocked
from assistant.errors import UsageError
from assistant.plain_text import ask, tell

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.journal import CheckIn, Journal

JOURNAL = """\
Look at what Hearth has kept, take it with you, or delete it. The journal is a file in
your data folder that only your user account can read. Each of you may delete your
own words at any time, without asking and without a trace.
"""

LIST = """\
Show entries, one a line: id, day and time, speaker, kind and words. What belongs to
one person alone is shown without its words, unless that person types the passphrase
of their vault (--private NAME).
"""

LIST_EXAMPLES = """\
  hearth journal list
  hearth journal list --period "last week" --speaker Ana
  hearth journal list --kind appreciation --period 2026-11
  hearth journal list --private Ana
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
    entry_filters(listing)
    private_flags(listing)
    listing.set_defaults(run=run_list)
    forget = command(actions, "forget", "delete entries without a trace", FORGET, FORGET_EXAMPLES)
    forget.add_argument("ids", metavar="ID", nargs="*", help="entry to delete")
    entry_filters(forget)
    forget.add_argument("--everything", action="store_true", help="delete the whole journal")
    forget.add_argument("--yes", action="store_true", help="do not ask")
    forget.set_defaults(run=run_forget)
    journal_files.add(actions)


def run_list(args: Namespace) -> int:
    """Print them."""
    from assistant.journal import Journal
    from assistant.journal.opening import each

    config = load_config(args)
    broken: list[str] = []
    with Journal.open(config.folders.data, read_only=True) as journal:
        for entry in each(journal, entry_query(config, args), unlocked(journal, args), broken.append):
            tell(_line(config, entry))
    complain(broken)
    return 1 if broken else 0


def _line(config: Config, entry: CheckIn) -> str:
    time = entry.time.astimezone(config.zone)
    words = "(private)" if entry.sealed else " ".join(entry.text.split())
    about = f" → {entry.about}" if entry.about else ""
    what = f"{entry.ritual} {entry.kind}" if entry.kind == "kept" else entry.kind
    return f"{entry.id}  {time:%Y-%m-%d %H:%M}  {entry.speaker}{about}  [{what}]  {words}".rstrip()


def run_forget(args: Namespace) -> int:
    """Delete them, after they were confirmed."""
    from assistant.journal import Journal

    config = load_config(args)
    query = entry_query(config, args, tuple(args.ids))
    narrowed = any((args.ids, args.period, args.speaker, args.ritual, args.kind))
    if narrowed == args.everything:
        raise UsageError(
            "Say which entries to delete.", "Name ids, --period, --speaker, --ritual or --kind; or --everything."
        )
    with Journal.open(config.folders.data) as journal:
        found = journal.count(query)
        if found and not args.yes and not _confirmed(found):
            tell("Nothing was deleted.")
            return 0
        tell(f"Deleted: {journal.forget(query)}." if found else "There is nothing to delete.")
        if args.everything:
            _forget_facts(journal)
    return 0


def _forget_facts(journal: Journal) -> None:
    """Forget what was remembered beside the entries: an interrupted session, prompts used, who starts."""
    from assistant.conversation import memory

    for key in (value for name, value in vars(memory).items() if name.endswith("_KEY")):
        journal.remember(key, "")


def _confirmed(count: int) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(f"{count} entries would be deleted for ever.", "Add --yes if you mean it.")
    return ask(f"Delete {count} for ever? Type 'delete': ").strip().lower() == "delete"
