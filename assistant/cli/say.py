"""`hearth say`: the voice alone."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING

from assistant.cli.common import load_config
from assistant.cli.parser import Commands, command
from assistant.errors import UsageError
from assistant.plain_text import tell
from audio.errors import DeviceError

if TYPE_CHECKING:
    from assistant.config import Config
    from audio.types import Clip, Player, Voice
    from audio.voice import Pyttsx3Voice

GRACE = 10.0
"""Seconds after which a clip that should have been played counts as lost."""

SAY = """\
Speak a text with the voice that Hearth uses, through the speaker or into a WAV file.
"""

EXAMPLES = """\
  hearth say good evening
  hearth say "take your time" --output take.wav
  hearth say --voices
"""


def add(commands: Commands) -> None:
    """Describe it."""
    parser = command(commands, "say", "speak a text", SAY, EXAMPLES)
    parser.add_argument("text", metavar="TEXT", nargs="*", help="what to say")
    parser.add_argument("--output", metavar="FILE.wav", default="", help="file to speak into")
    parser.add_argument("--audio-output-device", metavar="NAME", default="", help="speaker, by (part of) its name")
    parser.add_argument("--voice", metavar="NAME", default="", help="voice to speak with")
    parser.add_argument("--voices", action="store_true", help="show the voices of this machine and leave")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Say it, and wait until it has been said."""
    from assistant.household import build_voice

    config = load_config(args)
    voice = build_voice(config)
    try:
        return _list(voice) if args.voices else _say(_checked(args), voice, config, args.output)
    finally:
        voice.close()


def _checked(args: Namespace) -> str:
    text = " ".join(args.text).strip()
    if not text:
        raise UsageError("There is nothing to say.", "Give a text: hearth say good evening")
    if args.output and not args.output.lower().endswith(".wav"):
        raise UsageError(f"'{args.output}' is no WAV file.", "Give --output a name that ends in .wav.")
    return text


def _list(voice: Pyttsx3Voice) -> int:
    for info in voice.voices():
        tell(f"{info.name:<24} {info.language:<12} {info.title}")
    return 0


def _say(text: str, voice: Voice, config: Config, output: str) -> int:
    """Sentence by sentence, as in a conversation."""
    from assistant.household import build_player
    from audio.sentences import split

    with closing(build_player(config, output)) as player:
        for sentence in split(text):
            _play(player, voice.render(sentence))
    return 0


def _play(player: Player, clip: Clip) -> None:
    over = Event()
    player.play(clip, over.set)
    if not over.wait(clip.seconds + GRACE):
        raise DeviceError("The speaker does not play.", "Look at it with 'hearth doctor', or use --output.")
