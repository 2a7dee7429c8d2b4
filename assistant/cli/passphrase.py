"""Passphrases on the command line: typed on a terminal without being shown, or the lines of a file.

Never an argument and never an environment variable: other programs on the machine can read both.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.parser import Parser
from assistant.errors import AssistantError, UsageError
from assistant.plain_text import as_question, tell_error

if TYPE_CHECKING:
    from assistant.journal import Journal
    from assistant.journal.vault import Key


def passphrase_flag(parser: Parser) -> None:
    """Where the passphrase comes from."""
    parser.add_argument(
        "--passphrase-file",
        metavar="FILE",
        default="",
        help="take the passphrase from the first line of this file, - for stdin, instead of asking",
    )


def private_flags(parser: Parser) -> None:
    """Flags of commands that can show one person's private entries."""
    parser.add_argument(
        "--private",
        metavar="NAME",
        default="",
        help="with what is just for this person, who has to type the passphrase",
    )
    passphrase_flag(parser)


def unlocked(journal: Journal, args: Namespace) -> Key | None:
    """The open vault of `--private NAME`; None without that flag. Raises VaultError, UsageError."""
    if not args.private:
        if args.passphrase_file:
            raise UsageError("--passphrase-file belongs to --private NAME.", "Add --private and your name.")
        return None
    if not journal.vaults.has(args.private):
        raise AssistantError(f"{args.private} has no vault.", "'hearth vault list' shows who has one.")
    return journal.vaults.unlock(args.private, typed(args, f"Passphrase of {args.private}: ")[0])


def typed(args: Namespace, *questions: str) -> list[str]:
    """The answers, from a file's lines or asked on the terminal; raises UsageError when there is neither."""
    if args.passphrase_file:
        return _lines(args.passphrase_file, len(questions))
    if not sys.stdin.isatty():
        raise UsageError("There is no terminal to type a passphrase on.", "Scripts use --passphrase-file FILE, or -.")
    return [asked(question) for question in questions]


def chosen(args: Namespace, *before: str) -> list[str]:
    """Answers to earlier questions, and a new passphrase, which is typed twice; raises UsageError when they differ."""
    if args.passphrase_file:
        return typed(args, *before, "new")
    answers = typed(args, *before, "New passphrase: ", "The same again: ")
    if answers.pop() != answers[-1]:
        raise UsageError("The two differ.", "Nothing was changed; try again.")
    return answers


def complain(broken: list[str]) -> None:
    """One clear message about private entries that should open and do not."""
    if broken:
        tell_error(
            f"Private entries that cannot be opened: {', '.join(broken)}.",
            "They were changed, or belong to a vault that is gone. They were left as they are;"
            " 'hearth journal restore' brings back what a backup still has whole.",
        )


def asked(question: str) -> str:
    """What is typed on the terminal, without showing it."""
    from getpass import getpass

    try:
        return getpass(as_question(question))
    except EOFError as error:
        raise KeyboardInterrupt from error


def _lines(file: str, count: int) -> list[str]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise AssistantError(f"{file} is not text.", "Put the passphrase on its first line.") from error
    except OSError as error:
        raise AssistantError(f"{file} cannot be read: {error.strerror}.", "Check its name and its owner.") from error
    lines = text.splitlines()
    if len(lines) < count:
        raise UsageError(f"{count} lines are needed in {file}.", "For 'change': the old passphrase, then the new one.")
    return lines[:count]
