"""`hearth setup`: names, country, devices and voice; with flags, consent too."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date
from typing import TYPE_CHECKING

from assistant.cli.common import overridden, written_config
from assistant.cli.parser import Commands, command
from assistant.cli.vault import offer_vaults
from assistant.errors import UsageError
from assistant.plain_text import ask, tell

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.setup import Answers

SETUP = """\
Tell Hearth who you are: your names (for one that the voice model does not know, words
that sound like it are looked for), country, time zone, microphone, speaker and voice,
and, if you like, a passphrase each for words that are for one of you alone. Run it
again at any time to change something. Whether your words are kept each of you is
asked aloud, before the first ritual that keeps any; --consent and --withdraw say it
here instead.

It asks on a terminal, listens to you for three seconds to test the microphone, and
lets you hear the voices; whatever is not there or not wanted is skipped. With any of
the flags it asks nothing and sets just these.
"""

EXAMPLES = """\
  hearth setup
  hearth setup --first Ana --second Ben --country IE --consent
  hearth setup --second Saoirse --second-sounds-like "sur sha"
  hearth setup --withdraw          keep nothing from now on
"""


def add(commands: Commands) -> None:
    """Describe it."""
    parser = command(commands, "setup", "tell it your names, country, devices and voice", SETUP, EXAMPLES)
    parser.add_argument("--first", metavar="NAME", help="name of one of you")
    parser.add_argument("--second", metavar="NAME", help="name of the other")
    parser.add_argument("--first-sounds-like", metavar="WORDS", action="append", help="how the name is heard")
    parser.add_argument("--second-sounds-like", metavar="WORDS", action="append", help="how the name is heard")
    parser.add_argument("--country", metavar="XX", help="two letters, such as IE")
    parser.add_argument("--timezone", metavar="NAME", help="such as Europe/Dublin")
    parser.add_argument("--microphone", metavar="NAME", help="device to hear with")
    parser.add_argument("--speaker", metavar="NAME", help="device to speak through")
    parser.add_argument("--voice", metavar="NAME", help="voice to speak with")
    agreed = parser.add_mutually_exclusive_group()
    agreed.add_argument("--consent", action="store_const", const=True, help="both of you agree that words are kept")
    agreed.add_argument(
        "--withdraw", action="store_const", const=False, dest="consent", help="one of you no longer agrees"
    )
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Ask or take the flags, then write the configuration."""
    from assistant.config_file import write
    from assistant.naming import heard_names
    from assistant.setup import configured

    config = overridden(written_config(args), args)
    given = _given(args)
    config = heard_names(configured(config, given or _asked(config), date.today()), tell)
    tell(f"Written to {write(config)}.")
    if given is None and not config.privacy.refused:
        offer_vaults(config)
    _tell(config)
    return 0


def _tell(config: Config) -> None:
    """What comes next, and what is still missing."""
    from assistant.ears import unheard_names

    first, second = config.names
    tell(f"Welcome, {first} and {second}. 'hearth doctor' checks the rest; then just run 'hearth'.")
    if unheard := unheard_names(config):
        tell(f"It cannot hear the name {' nor '.join(unheard)} yet; with --first-sounds-like or --second-sounds-like")
        tell("you can write how it sounds in ordinary words, such as 'sur sha' for Saoirse.")
    if config.privacy.refused:
        tell("Nothing of what you say is kept. Say 'you may keep our words' to change that, when both of you agree.")
    elif config.privacy.consent is None:
        tell("Before it first keeps your words, Hearth asks each of you aloud; without a yes of both it keeps none.")


def _given(args: Namespace) -> Answers | None:
    """The answers on the command line; None when there are none."""
    from assistant.setup import Answers

    answers = Answers(
        first=args.first or "",
        second=args.second or "",
        first_sounds_like=tuple(args.first_sounds_like or ()),
        second_sounds_like=tuple(args.second_sounds_like or ()),
        country=args.country or "",
        timezone=args.timezone or "",
        microphone=args.microphone or "",
        speaker=args.speaker or "",
        voice=args.voice or "",
        consent=args.consent,
    )
    return answers if answers != Answers() else None


def _asked(config: Config) -> Answers:
    from assistant.config_file import require_writable
    from assistant.naming import ModelEar
    from assistant.setup import Wizard
    from assistant.sound_trial import SoundTrial

    if not sys.stdin.isatty():
        raise UsageError(
            "There is no terminal to ask you on.",
            "Use flags instead: hearth setup --first NAME --second NAME --country XX",
        )

    require_writable(config)
    microphones, speakers = _devices()
    wizard = Wizard(config, ask, tell, ModelEar(config), SoundTrial(config, sys.stdout))
    return wizard.run(microphones, speakers, _voices(config))


def _devices() -> tuple[list[str], list[str]]:
    """Names of microphones and speakers; none where sound does not work, which is no reason not to be set up."""
    from audio.devices import devices
    from audio.errors import DeviceError

    try:
        found = devices()
    except DeviceError as error:
        tell(f"{error.message} {error.hint}\n", sys.stderr)
        return [], []
    return [device.name for device in found if device.inputs], [device.name for device in found if device.outputs]


def _voices(config: Config) -> dict[str, str]:
    """Voices of the household's language: what to write in the configuration, and what they are called."""
    from assistant.household import build_voice
    from audio.errors import VoiceError

    voice = build_voice(config)
    try:
        return {info.name: info.title for info in voice.voices() if info.language.startswith(config.language)}
    except VoiceError as error:
        tell(f"{error.message} {error.hint}\n", sys.stderr)
        return {}
    finally:
        voice.close()
