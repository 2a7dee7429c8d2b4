"""`hearth vault`: the passphrase for words that are for one person alone."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from assistant.cli.common import load_config
from assistant.cli.parser import Commands, Parser, command
from assistant.cli.passphrase import asked, chosen, passphrase_flag
from assistant.errors import UsageError, VaultError
from assistant.plain_text import ask, tell, tell_prose

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.journal.vault import Vaults

VAULT = """\
Some words are for one of you alone: answers to private questions, and whatever you
answer after "just for me". They are encrypted for you, and only your passphrase opens
them. It is typed, never spoken, and only for reading; to speak you need none.
"""

LOST = """\
Nobody can open these words without the passphrase, and nobody can give you a new one
for them: if you forget it, they are lost. Take four or five words that your partner
does not know or guess.
"""

CREATE = f"""\
Make a vault for one of you. Until there is one, private answers are not kept at all.

{LOST}"""

CREATE_EXAMPLES = """\
  hearth vault create --name Ana
  hearth vault create --name Ana --passphrase-file -      (for scripts; its first line)
"""

CHANGE = """\
Take another passphrase. Your words stay as they are; the old passphrase opens nothing
any more, except in copies of the folder that somebody made before.

A --passphrase-file has the old passphrase on its first line and the new one on its second.
"""

REMOVE = """\
Throw a vault away, perhaps because its passphrase is forgotten. What was sealed for
this person can never be read again; 'hearth journal forget' deletes it as well.
"""


def add(commands: Commands) -> None:
    """Describe it and what it can do."""
    parser = command(commands, "vault", "the passphrase for words that are just for you", VAULT)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=Parser)
    create = command(actions, "create", "make a vault for one of you", CREATE, CREATE_EXAMPLES)
    create.set_defaults(run=run_create)
    change = command(actions, "change", "take another passphrase", CHANGE)
    change.set_defaults(run=run_change)
    remove = command(actions, "remove", "throw a vault away, with what only it opens", REMOVE)
    remove.add_argument("--yes", action="store_true", help="do not ask")
    remove.set_defaults(run=run_remove)
    for named in (create, change, remove):
        named.add_argument("--name", metavar="NAME", required=True, help="whose vault")
    for asking in (create, change):
        passphrase_flag(asking)
    listing = command(actions, "list", "show who has a vault", "Show who has a vault.")
    listing.set_defaults(run=run_list)


def run_create(args: Namespace) -> int:
    """Make one."""
    config = load_config(args)
    name = _partner(config, args.name)
    vaults = vaults_of(config)
    if vaults.has(name):
        raise UsageError(f"{name} has a vault already.", "'hearth vault change' gives it another passphrase.")
    if not args.passphrase_file:
        tell_prose(LOST)
    (passphrase,) = chosen(args)
    vaults.create(name, passphrase)
    tell(f"From now on what is just for {name} is kept, and only this passphrase opens it.")
    return 0


def run_change(args: Namespace) -> int:
    """Give it another passphrase."""
    vaults = vaults_of(load_config(args))
    if not vaults.has(args.name):
        raise UsageError(f"{args.name} has no vault.", "'hearth vault list' shows who has one.")
    old, new = chosen(args, f"Passphrase of {args.name}: ")
    vaults.change(args.name, old, new)
    tell("Changed.")
    return 0


def run_remove(args: Namespace) -> int:
    """Throw one away."""
    vaults = vaults_of(load_config(args))
    if not args.yes and not _confirmed(args.name):
        tell("Nothing was removed.")
        return 0
    vaults.remove(args.name)
    tell(f"{args.name} has no vault any more.")
    return 0


def run_list(args: Namespace) -> int:
    """Print their names."""
    tell("\n".join(vaults_of(load_config(args)).names()) or "Nobody has a vault yet: hearth vault create --name NAME")
    return 0


def offer_vaults(config: Config) -> None:
    """Each of them may make a vault now; nobody has to."""
    vaults = vaults_of(config)
    without = [name for name in config.names if not vaults.has(name)]
    if without:
        tell_prose(f"\n{VAULT}\n{LOST}")
    for name in without:
        while passphrase := asked(f"{name}, a passphrase for what is just for you (Enter for none): "):
            try:
                vaults.create(name, passphrase)
                break
            except VaultError as error:
                tell(f"{error.message} {error.hint}")


def vaults_of(config: Config) -> Vaults:
    """The vaults beside the household's journal."""
    from assistant.journal.vault import Vaults

    return Vaults(config.folders.data)


def _partner(config: Config, name: str) -> str:
    """The name as the conversation uses it; raises UsageError for anybody else's."""
    known = next((known for known in config.names if known.casefold() == name.strip().casefold()), "")
    if not known:
        raise UsageError(
            f"Nobody here is called '{name}'.", f"You are {' and '.join(config.names)}; 'hearth setup' changes that."
        )
    return known


def _confirmed(name: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(f"What is just for {name} could never be read again.", "Add --yes if you mean it.")
    return ask(f"What is just for {name} can never be read again. Type 'remove': ").strip().lower() == "remove"
