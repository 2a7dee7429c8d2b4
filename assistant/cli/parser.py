"""The words of the command line."""

from __future__ import annotations

import re
from argparse import SUPPRESS, Action, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

from assistant.errors import UsageError
from assistant.plain_text import NARROW, columns, filled, tell

DESCRIPTION = """\
An offline voice assistant for two people who live together. It leads you through
rituals of connection aloud, keeps what you tell each other, and reads it back in
your own words. Nothing you say leaves this machine, and no sound is kept.

Without a command, hearth listens ('hearth listen').
"""

EXAMPLES = """\
examples:
  hearth setup                 tell it your names and choose microphone and voice
  hearth                       listen; say "start our coffee ritual"
  hearth --text                the same with the keyboard
  hearth demo                  hear two people use it, without a microphone
  hearth summary last week     what you told each other last week
  hearth service install       start by itself at every login
  hearth doctor                find out what does not work, and what to do

Each command explains itself: hearth COMMAND --help
"""

Commands = Any
"""What `add_subparsers` returns; argparse keeps its type to itself."""


class Parser(ArgumentParser):
    """A parser whose complaints are UsageErrors, told at the one exit point."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing and exiting."""
        raise UsageError(_kind(message), f"'{self.prog} --help' shows what fits.")

    def _print_message(self, message: str, file: Any = None) -> None:
        tell(message.rstrip("\n"), file)


GROUPS = {
    "listen": "talk",
    "summary": "look back, and keep in order",
    "hear": "try what it hears, understands and says",
    "setup": "set it up, and keep it running",
}
"""What stands in the help above the first command of each group."""


class Help(RawDescriptionHelpFormatter):
    """Help that can be read on a narrow terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=24 if columns() >= NARROW else 8)

    def _format_usage(self, *parts: Any) -> str:
        usage = super()._format_usage(*parts)
        return usage if columns() >= NARROW else re.sub(r"\n +", "\n    ", usage)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return filled(text.strip("\n"), columns())


class InGroups(Help):
    """Help whose list of commands has headings."""

    def _format_action(self, action: Action) -> str:
        text = super()._format_action(action)
        heading = GROUPS.get(action.dest) if not action.option_strings else None
        return f"\n  {heading}:\n{text}" if heading else text


class Version(Action):
    """Print the version, which is looked up only now."""

    def __init__(self, option_strings: Sequence[str], dest: str, **other: Any) -> None:
        super().__init__(option_strings, SUPPRESS, nargs=0, default=SUPPRESS, help=other.get("help"))

    def __call__(self, parser: ArgumentParser, *_: Any) -> NoReturn:
        """Print it and leave."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("hearth-assistant")
        except PackageNotFoundError:
            number = "(not installed)"
        print(f"hearth {number}")
        parser.exit()


def parse(argv: Sequence[str]) -> Namespace:
    """The arguments of one command; raises UsageError, and SystemExit(0) after help or version."""
    parser = build()
    return parser.parse_args(with_command(argv))


def build() -> Parser:
    """The whole command line."""
    from assistant.cli import (
        completion,
        doctor,
        hear,
        journal,
        listen,
        model,
        phrases,
        reminders,
        report,
        say,
        serve,
        service,
        setup,
        summary,
        vault,
    )

    parser = Parser("hearth", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=InGroups)
    parser.add_argument("--version", action=Version, help="show the version and leave")
    common(parser, top=True)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=Parser)
    for family in (
        listen,
        summary,
        report,
        journal,
        reminders,
        vault,
        hear,
        say,
        phrases,
        setup,
        doctor,
        model,
        service,
        serve,
        completion,
    ):
        family.add(commands)
    return parser


def command(commands: Commands, name: str, summary: str, text: str, examples: str = "") -> Parser:
    """Add one command: its line in the list of commands, what it does, and examples."""
    parser: Parser = commands.add_parser(
        name,
        help=summary,
        description=text,
        epilog=f"examples:\n{examples}" if examples else None,
        formatter_class=Help,
    )
    common(parser)
    return parser


def common(parser: ArgumentParser, top: bool = False) -> None:
    """Flags of every command; they may stand before or after its name."""
    group = parser.add_argument_group("everywhere")
    # A command's own default would overwrite what stood before its name.
    nothing: Any = None if top else SUPPRESS
    group.add_argument("--config", metavar="FILE", default=nothing, help="configuration file to use")
    group.add_argument("--data-dir", metavar="DIR", default=nothing, help="folder of the journal")
    group.add_argument("--language", metavar="CODE", default=nothing, help="language to use, such as en")
    group.add_argument(
        "--debug", action="store_true", default=False if top else SUPPRESS, help="log to stderr (never words)"
    )


VALUED = ("--config", "--data-dir", "--language")
ALONE = ("--debug",)
LEAVING = ("-h", "--help", "--version")


def with_command(argv: Sequence[str]) -> list[str]:
    """The arguments with `listen` put in where no command was named."""
    at = 0
    while at < len(argv) and argv[at].split("=")[0] in (*VALUED, *ALONE):
        at += 2 if argv[at] in VALUED else 1
    if at < len(argv) and (argv[at] in LEAVING or not argv[at].startswith("-")):
        return list(argv)
    return [*argv[:at], "listen", *argv[at:]]


def _kind(message: str) -> str:
    """argparse's complaint as a sentence, with the nearest command for one that does not exist."""
    if "invalid choice: " in message:
        given, _, known = message.partition("invalid choice: ")[2].partition(" (choose from ")
        choices = [choice.strip(" '") for choice in known.rstrip(")").split(",")]
        near = get_close_matches(given.strip("'"), choices, n=1)
        guess = f" Did you mean '{near[0]}'?" if near else ""
        return f"There is no {given} here.{guess}"
    return f"{message[:1].upper()}{message[1:].rstrip('.')}."
