"""`hearth report`: what was shared, as a page to look at together."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.common import load_config, now_in, typed_span
from assistant.cli.parser import Commands, command
from assistant.cli.passphrase import complain, private_flags, unlocked
from assistant.plain_text import tell

if TYPE_CHECKING:
    from assistant.config import Config

REPORT = """\
Write what you shared as one page to look at together: a calendar, your rituals by
weekday, your practices over time, words that came back, some of what you said, and
your plans. The page is a single file that only your user account can read; it loads
nothing from anywhere, prints well, and follows your light or dark setting.

What belongs to one of you alone, and hard conversations, are not on it. With
--private NAME the page also shows that person alone how their own ratings went
(self care); it asks for the passphrase of their vault, and is a file of its own.

The page is a copy: whatever you delete from the journal takes the page beside it
along, but not one that you wrote elsewhere.

PERIOD is what you would say (last month, in october, ever, ...) or dates, as in
'hearth summary'. Without one it is this year.
"""

EXAMPLES = """\
  hearth report --open
  hearth report last month
  hearth report 2026 --output our-year.html
  hearth report --private Ana --open
"""


def add(commands: Commands) -> None:
    """Describe it."""
    parser = command(commands, "report", "what you shared, as a page to look at", REPORT, EXAMPLES)
    parser.add_argument("period", metavar="PERIOD", nargs="*", help="which time (this year)")
    parser.add_argument("--output", metavar="FILE", default="", help="file to write (report.html beside the journal)")
    private_flags(parser)
    parser.add_argument("--open", action="store_true", help="show it in your web browser")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Write it, and show it if asked to."""
    from assistant.report.page import save

    config = load_config(args)
    broken: list[str] = []
    page = make(config, args, broken.append)
    file = save(page, Path(args.output).expanduser().absolute() if args.output else _own_place(config, args))
    tell(f"The report is written: {file}")
    if args.private:
        tell(f"It holds what is just for {args.private}, for everybody who opens it: delete it when you have looked.")
    complain(broken)
    if args.open:
        show(file)
    return 1 if broken else 0


def make(config: Config, args: Namespace, broken: Callable[[str], None]) -> str:
    """The page of a period; raises UsageError for a period that is none, JournalError, and VaultError."""
    from assistant.household import load_rituals
    from assistant.journal import Journal, Query
    from assistant.journal.opening import each
    from assistant.report.figures import Frame, measure
    from assistant.report.own import own_figures
    from assistant.report.page import render
    from assistant.report.words import load_words
    from prompts.common_words import load_common_words

    words, now = load_words(config.language), now_in(config)
    common = load_common_words(config.language)
    span = typed_span(config, " ".join(args.period) or "this year")
    with Journal.open(config.folders.data, read_only=True) as journal:
        key = unlocked(journal, args)
        entries = list(each(journal, Query(since=span.since, until=span.until), key, broken))
    frame = Frame(span=span, today=now.date(), zone=config.zone, week_begins=config.week_begins, names=config.names)
    figures = measure(entries, frame, common.no_theme, common.delicate)
    own = None
    if key is not None:
        name = next((known for known in config.names if key.is_of(known)), args.private)
        own = own_figures(name, [entry for entry in entries if key.is_of(entry.speaker)], config.zone)
    return render(figures, words, {ritual.id: ritual.title for ritual in load_rituals(config)}, own)


def show(file: Path, browse: Callable[[str], bool] | None = None) -> None:
    """Open the page with `browse`, or the user's web browser; raises AssistantError when there is none."""
    import webbrowser

    from assistant.errors import AssistantError

    try:
        shown = (browse or webbrowser.open)(file.as_uri())
    except (webbrowser.Error, OSError):
        shown = False
    if not shown:
        raise AssistantError("No web browser was found to show the report.", f"Open this file yourself: {file}")


def _own_place(config: Config, args: Namespace) -> Path:
    from assistant.folders import make_private

    make_private(config.folders.data)
    return config.folders.private_report if args.private else config.folders.report
