"""`hearth model list|download|add|use|verify|remove`: the voice models that Hearth hears with."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.common import json_line, load_config, written_config
from assistant.cli.parser import Commands, Parser, command
from assistant.cli.progress import progress_bar
from assistant.plain_text import tell

if TYPE_CHECKING:
    from assistant.models.catalogue import Catalogue, OfficialModel
    from assistant.models.shelves import Shelves

MODEL = """\
Hearth comes with a small voice model for English. Other people's Vosk models are
larger and hear better, and there are some for other languages. They are fetched from
Vosk's own page only when you run 'hearth model download' (or 'list --refresh'); that
is the only time at which Hearth uses the network, and nothing of yours is sent.
"""

LIST = """\
Show the official models for your language, from the list that comes with Hearth or
from the one that was fetched last. 'phrases' says that Hearth can make the model
listen for whole phrases, which is what hears commands best; 'dictation' that the model
takes down everything, and the sentence must come out word for word.

With --json, one JSON object per model and line:
{"name", "language", "size", "md5", "listens", "here", "used"}.
"""

DOWNLOAD = """\
Fetch an official model, and try it out. When the connection is cut, or you press
Ctrl-C, the same command goes on from there. The archive is compared with the MD5 of
Vosk's list; its SHA-256 is shown and kept, and another archive of the same name is
refused from then on. It is unpacked and tried in a process of its own before it
counts; nothing of a bad one stays.
"""

ADD = """\
Add a model from a zip that you have, for example because this machine is never online.
It is checked and tried like one that was fetched.
"""

USE = """\
Hear with this model from now on: an official one that was fetched, the folder of any
other Vosk model, or 'embedded', the one that comes with Hearth.
"""

VERIFY = """\
Compare every file of a model with its SHA-256 from the day on which it was unpacked,
and try it again; without a name, all models. The exit code is 1 if anything changed.
"""

REMOVE = """\
Delete a model that was fetched or added. Its SHA-256 stays on record.
"""

EXAMPLES = """\
  hearth model list
  hearth model download vosk-model-small-en-us-0.15
  hearth model use vosk-model-small-en-us-0.15
  hearth model use embedded
  hearth model add ~/vosk-model-small-en-us-0.15.zip
"""


def add(commands: Commands) -> None:
    """Describe it and what it can do."""
    parser = command(commands, "model", "fetch, choose and check voice models", MODEL, EXAMPLES)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=Parser)
    listing = command(actions, "list", "which models there are", LIST)
    listing.add_argument("--all", action="store_true", help="for every language")
    listing.add_argument("--refresh", action="store_true", help="fetch Vosk's list first")
    listing.add_argument("--json", action="store_true", help="one JSON object per model")
    listing.set_defaults(run=run_list)
    download = command(actions, "download", "fetch an official model", DOWNLOAD)
    download.add_argument("name", metavar="NAME", help="as 'hearth model list' shows it")
    download.set_defaults(run=run_download)
    adding = command(actions, "add", "add a model from a zip", ADD)
    adding.add_argument("zip", metavar="FILE.zip", help="archive of a Vosk model")
    adding.set_defaults(run=run_add)
    for fetching in (download, adding):
        fetching.add_argument("--accept-change", action="store_true", help="take another archive of a known name")
    use = command(actions, "use", "hear with a model", USE)
    use.add_argument("name", metavar="NAME|FOLDER|embedded", help="which one")
    use.set_defaults(run=run_use)
    verify = command(actions, "verify", "check a model's files", VERIFY)
    verify.add_argument("name", metavar="NAME", nargs="?", default="", help="which one; without it all")
    verify.set_defaults(run=run_verify)
    remove = command(actions, "remove", "delete a model", REMOVE)
    remove.add_argument("name", metavar="NAME", help="which one")
    remove.set_defaults(run=run_remove)


def run_list(args: Namespace) -> int:
    """Show what there is."""
    from assistant.models.catalogue import load_catalogue
    from assistant.models.shelves import Shelves

    config = load_config(args)
    shelves = Shelves(config)
    catalogue = shelves.refresh() if args.refresh else load_catalogue(config.folders.models)
    shown = catalogue.models if args.all else catalogue.of(config.language)
    if args.json:
        for model in shown:
            print(json_line(_as_json(model, shelves)))
        return 0
    tell("\n".join(_table(shown, catalogue, shelves)))
    return 0


def run_download(args: Namespace) -> int:
    """Fetch one, try it, and put it in its place."""
    from assistant.models.shelves import Shelves

    shelves = Shelves(load_config(args))
    try:
        with progress_bar(args.name, bytes_of=True) as show:
            done = shelves.download(args.name, show, accept_change=args.accept_change)
    except KeyboardInterrupt:
        tell(f"\nWhat was fetched stays; go on with: hearth model download {args.name}", sys.stderr)
        raise
    tell(done)
    return 0


def run_add(args: Namespace) -> int:
    """Take one from a zip."""
    from assistant.models.shelves import Shelves

    shelves = Shelves(load_config(args))
    with progress_bar("Unpacking", bytes_of=True) as show:
        done = shelves.add(Path(args.zip).expanduser(), show, accept_change=args.accept_change)
    tell(done)
    return 0


def run_use(args: Namespace) -> int:
    """Try it, and write it into the configuration."""
    from assistant.models.shelves import Shelves

    tell(Shelves(written_config(args)).use(args.name))
    return 0


def run_verify(args: Namespace) -> int:
    """Compare and try."""
    from assistant.models.shelves import Shelves

    shelves = Shelves(load_config(args))
    bad = 0
    for name in [args.name] if args.name else ["embedded", *shelves.names()]:
        with progress_bar(name) as show:
            problem = shelves.problem(name, show)
        bad += bool(problem)
        tell(f"NO  {name}  {problem}" if problem else f"ok  {name}")
    return 1 if bad else 0


def run_remove(args: Namespace) -> int:
    """Delete one that is not in use."""
    from assistant.models.shelves import Shelves

    shelves = Shelves(load_config(args))
    shelves.remove(args.name)
    tell(f"{args.name} is deleted.")
    return 0


def _as_json(model: OfficialModel, shelves: Shelves) -> dict[str, object]:
    """The stable form for programs."""
    return {
        "name": model.name,
        "language": model.language,
        "size": model.size,
        "md5": model.md5,
        "listens": model.listens,
        "here": model.name in shelves.names(),
        "used": shelves.used(model.name),
    }


def _table(shown: tuple[OfficialModel, ...], catalogue: Catalogue, shelves: Shelves) -> list[str]:
    """Lines for a person: the embedded model, the official ones, and those of the household's own."""
    from assistant.models.store import megabytes

    lines = [f"{'embedded':<44} {'6 MB':>8}  en     phrases    {'in use' if shelves.used('embedded') else ''}".rstrip()]
    for model in shown:
        size = megabytes(model.size)
        lines.append(
            f"{model.name:<44} {size:>8}  {model.language:<6} {model.listens:<10} {_state(model.name, shelves)}"
        )
    listed = {model.name for model in shown}
    lines += [f"{name:<44} {'':>8}  {'':<17} {_state(name, shelves)}" for name in shelves.names() if name not in listed]
    told = f"Vosk's list of {catalogue.date}. Newer: hearth model list --refresh"
    return [*(line.rstrip() for line in lines), "", told, "Fetch one: hearth model download NAME"]


def _state(name: str, shelves: Shelves) -> str:
    if shelves.used(name):
        return "in use"
    return "here" if name in shelves.names() else ""
