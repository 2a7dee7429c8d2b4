"""`hearth say`: the voice alone."""

from __future__ import annotations

from argparse import Namespace

from assistant.cli.common import load_config
from assistant.cli.parser import Commands, command
from assistant.errors import UsageError

SAY = """\
Speak a text with the voice that Hearth uses, through the speaker or into a WAV file.
"""

EXAMPLES = """\
  hearth say good evening
  hearth say "take your time" --output take.wav
"""


def add(commands: Commands) -> None:
    """Describe it."""
    parser = command(commands, "say", "speak a text", SAY, EXAMPLES)
    parser.add_argument("text", metavar="TEXT", nargs="+", help="what to say")
    parser.add_argument("--output", metavar="FILE.wav", default="", help="file to speak into")
    parser.add_argument("--audio-output-device", metavar="NAME", default="", help="speaker, by (part of) its name")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Say it, and wait until it has been said."""
    text = " ".join(args.text).strip()
    if not text:
        raise UsageError("There is nothing to say.", "Give a text: hearth say good evening")
    if args.output and not args.output.lower().endswith(".wav"):
        raise UsageError(f"'{args.output}' is no WAV file.", "Give --output a name that ends in .wav.")
    from assistant.household import build_player, build_voice

    config = load_config(args)
    voice = build_voice(config)
    try:
        clip = voice.render(text)
    finally:
        voice.close()
    player = build_player(config, args.output)
    try:
        play(player, clip)
    finally:
        player.close()
    if args.output:
        print(args.output)
    return 0
