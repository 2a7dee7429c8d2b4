"""`hearth completion`: a shell completes commands, flags and files when Tab is pressed."""

from __future__ import annotations

from argparse import Action, ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterator

from assistant.cli.parser import Commands, command

COMPLETION = """\
Print a script that lets your shell complete Hearth's commands and flags, and the
names of files and folders where one is wanted. Made by shtab; made anew after an
update of Hearth it knows the new commands.
"""

EXAMPLES = """\
  hearth completion bash > ~/.local/share/bash-completion/completions/hearth
  hearth completion fish > ~/.config/fish/completions/hearth.fish
  hearth completion zsh > ~/.zfunc/_hearth
                         (with 'fpath+=~/.zfunc' before 'compinit' in ~/.zshrc)
"""

SHELLS = ("bash", "zsh", "fish")

FILES, FOLDERS = ("FILE", "FILE.wav", "FILE.zip", "YAML", "NAME|FOLDER|embedded"), ("DIR",)
"""The words of the help that stand for a file and for a folder."""


def add(commands: Commands) -> None:
    """Describe it."""
    parser = command(commands, "completion", "let your shell complete commands", COMPLETION, EXAMPLES)
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Print the script."""
    import shtab

    from assistant.cli.parser import build

    parser = build()
    for action in actions(parser):
        if action.metavar in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # shtab's own attribute
        elif action.metavar in FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    print(shtab.complete(parser, shell=args.shell))
    return 0


def actions(parser: ArgumentParser) -> Iterator[Action]:
    """Every flag and argument of a command line and of its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, _SubParsersAction):
            for inner in action.choices.values():
                yield from actions(inner)
