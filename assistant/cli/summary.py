"""`hearth summary`: what was told, on the terminal."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from assistant.cli.common import known_speaker, load_config, typed_span
from assistant.cli.parser import Commands, command
from assistant.cli.passphrase import complain, private_flags, unlocked
from assistant.plain_text import tell

if TYPE_CHECKING:
    from assistant.config import Config

PRACTICES = ("connection", "positive", "quality_time", "presence", "generosity", "listening", "household")
"""Practices of which there is something to be told."""

SUMMARY = """\
Show what you told each other: the rituals you kept, the words that came back, and your
thanks, good things and wishes in your own words. What belongs to one of you alone, and what was said
in hard conversations, is never shown. Words that were not heard well are counted
but not quoted.

With --private NAME it shows that person alone what is just for them: their own words,
and how their own ratings went. It asks for the passphrase of their vault.

PERIOD is what you would say (today, yesterday, this week, last month, this year,
since monday, in october, year ago, ever) or a date: 2026, 2026-11, 2026-11-05,
2026-11-01..2026-11-07. Without one it is this week.
"""

EXAMPLES = """\
  hearth summary
  hearth summary last week
  hearth summary 2026-11
  hearth summary this year --speaker Ana
  hearth summary ever --about garden
  hearth summary --private Ana this month
"""


def add(commands: Commands) -> None:
    """Describe it."""
    parser = command(commands, "summary", "what you told each other", SUMMARY, EXAMPLES)
    parser.add_argument("period", metavar="PERIOD", nargs="*", help="which time (this week)")
    group = parser.add_argument_group("which entries")
    group.add_argument("--practice", metavar="PRACTICE", choices=PRACTICES, default="", help="of this practice")
    group.add_argument("--speaker", metavar="NAME", default="", help="said by this person")
    group.add_argument("--about", metavar="WORDS", default="", help="with these words, in any form")
    private_flags(parser)
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Print it."""
    from assistant.household import load_rituals, load_setting
    from assistant.journal import Journal, Query
    from assistant.summary_page import page
    from assistant.themes import about

    config = load_config(args)
    if args.private or args.passphrase_file:
        return _run_private(args, config)
    span = typed_span(config, " ".join(args.period) or "this week")
    setting = load_setting(config, load_rituals(config))
    speaker = known_speaker(config, args.speaker)
    query = Query(since=span.since, until=span.until, speaker=speaker, practice=args.practice)
    with Journal.open(config.folders.data, read_only=True) as journal:
        entries = tuple(journal.find(query))
    if args.about:
        entries = about(entries, args.about, setting.common.little)
    tell("\n".join(page(entries, span, setting)))
    return 0


def _run_private(args: Namespace, config: Config) -> int:
    """What is just for one of them."""
    from assistant.journal import Journal, Query
    from assistant.journal.opening import each
    from assistant.own_page import own_page

    span = typed_span(config, " ".join(args.period) or "this week")
    broken: list[str] = []
    with Journal.open(config.folders.data, read_only=True) as journal:
        key = unlocked(journal, args)
        entries = list(each(journal, Query(since=span.since, until=span.until), key, broken.append))
    own = [entry for entry in entries if entry.private and not entry.sealed]
    tell("\n".join(own_page(own, config.zone)))
    complain(broken)
    return 1 if broken else 0
