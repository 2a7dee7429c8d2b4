"""`hearth serve`: Hearth for Home Assistant and other programs that speak Wyoming."""

from __future__ import annotations

import warnings
from argparse import Namespace

from assistant.cli.common import load_config
from assistant.cli.parser import Commands, command
from assistant.plain_text import tell

SERVE = """\
Offer Hearth to Home Assistant and other clients of the Wyoming protocol: speech to
text with Hearth's ear, text to speech with its voice, and its rituals as a
conversation. Only this machine can reach it unless --uri names another address.

What the journal holds is not read out to clients, unless the configuration says so:

  [service]
  allow_journal = true

Ctrl-C ends it.
"""

EXAMPLES = """\
  hearth serve                                   for this machine, on port 10300
  hearth serve --uri tcp://127.0.0.1:10301       on another port
  hearth serve --uri tcp://0.0.0.0:10300         for everyone who can reach this machine
"""


def add(commands: Commands) -> None:
    """Describe it."""
    parser = command(commands, "serve", "offer itself to Home Assistant", SERVE, EXAMPLES)
    parser.add_argument("--uri", metavar="URI", default="", help="address to serve at (tcp://127.0.0.1:10300)")
    parser.add_argument("--model", metavar="DIR", default="", help="folder of a Vosk model of your own")
    parser.add_argument("--voice", metavar="NAME", default="", help="voice to speak with")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Serve until it is stopped."""
    config = load_config(args)
    with warnings.catch_warnings():
        # wyoming takes the standard library's audioop where there still is one.
        warnings.simplefilter("ignore", DeprecationWarning)
        from assistant.service.service import serve

    return serve(config, args.uri or config.service.uri, tell)
