"""`hearth summary`: what was told, on the terminal."""

from __future__ import annotations

from argparse import Namespace

from assistant.cli.common import load_config, now_in
from assistant.cli.parser import Commands, command

SUMMARY = """\
Show what you told each other: the rituals you kept, and your thanks, good things
and wishes in your own words. What belongs to one of you alone, and what was said
in hard conversations, is never shown. Words that were not heard well are counted
but not quoted.

PERIOD is what you would say (today, yesterday, this week, last month, this year,
since monday, in october, year ago, ever) or a date: 2026, 2026-11, 2026-11-05,
2026-11-01..2026-11-07. Without one it is this week.
"""

EXAMPLES = """\
  hearth summary
  hearth summary last week
  hearth summary 2026-11
"""


def add(commands: Commands) -> None:
    """Describe it."""
    parser = command(commands, "summary", "what you told each other", SUMMARY, EXAMPLES)
    parser.add_argument("period", metavar="PERIOD", nargs="*", help="which time (this week)")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Print it."""
    from assistant.household import load_rituals, load_setting
    from assistant.journal import Journal, Query
    from assistant.periods import parse_period
    from assistant.summary_page import page

    config = load_config(args)
    span = parse_period(" ".join(args.period) or "this week", now_in(config), config.week_begins)
    setting = load_setting(config, load_rituals(config))
    with Journal.open(config.folders.data, read_only=True) as journal:
        entries = list(journal.find(Query(since=span.since, until=span.until)))
    print("\n".join(page(entries, span, setting)))
    return 0
