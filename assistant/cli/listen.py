"""`hearth listen` and `hearth demo`: conversations."""

from __future__ import annotations

from argparse import Namespace

from assistant.cli.common import load_config
from assistant.cli.parser import Commands, Parser, command
from assistant.errors import AssistantError, UsageError
from assistant.plain_text import tell

LISTEN = """\
Listen, lead you through rituals, keep what you say, and read it back.

Say "start our coffee ritual", "evening reflection", "i appreciate that you ...",
"what did we appreciate this week", or "help". Ctrl-C ends it; what was said is kept.

On a terminal the last line shows whether it listens, how loud it is, whose turn it
is and how much time is left. These keys work there, beside speech:
  space   pause the ritual, or go on
  s       skip what is asked
  r       say it again
  m       mute: close the microphone, or open it again
  q       stop
  Ctrl-Z  close the microphone until 'fg'
"""

LISTEN_EXAMPLES = """\
  hearth listen                                   microphone and speaker
  hearth listen --text                            type, and read the replies
  hearth listen --input a.wav b.mp3 --output replies.wav
  arecord -t raw -f S16_LE -r 16000 | hearth listen --input -
  hearth listen --audio-input-device Jabra --audio-output-device Jabra
  hearth listen --list-input-devices
  hearth listen --events | jq .                   one JSON line per event, without words
"""

DEMO = """\
Hear two people use Hearth, without a microphone: a recorded conversation goes
through everything that yours would, faster than it was spoken. You read the
dialogue, what was understood and what was kept; the replies are left in a WAV file.
Your own journal is not touched.
"""


def add(commands: Commands) -> None:
    """Describe both commands."""
    listen = command(commands, "listen", "listen and lead you (the default)", LISTEN, LISTEN_EXAMPLES)
    _sound(listen)
    _events(listen)
    _service(listen)
    listen.set_defaults(run=run_listen)
    demo = command(commands, "demo", "hear two people use it, without a microphone", DEMO)
    demo.add_argument("--output", metavar="FILE.wav", default="", help="where to leave the spoken replies")
    _events(demo)
    demo.set_defaults(run=run_demo)


def _sound(parser: Parser) -> None:
    group = parser.add_argument_group("sound")
    group.add_argument("--model", metavar="DIR", default="", help="folder of a Vosk model of your own")
    group.add_argument(
        "--input", metavar="FILE", nargs="+", default=[], help="sound files to hear in turn; - is 16 kHz mono PCM"
    )
    group.add_argument("--output", metavar="FILE.wav", default="", help="file to speak into")
    group.add_argument("--text", action="store_true", help="type instead of speaking, read instead of listening")
    group.add_argument("--audio-input-device", metavar="NAME", default="", help="microphone, by (part of) its name")
    group.add_argument("--audio-output-device", metavar="NAME", default="", help="speaker, by (part of) its name")
    group.add_argument("--list-input-devices", action="store_true", help="show the microphones and leave")
    group.add_argument("--list-output-devices", action="store_true", help="show the speakers and leave")


def _events(parser: Parser) -> None:
    group = parser.add_argument_group("for programs")
    group.add_argument("--events", action="store_true", help="print one JSON line for every event")
    group.add_argument("--show-words", action="store_true", help="let these lines contain what was said")


def _service(parser: Parser) -> None:
    group = parser.add_argument_group("for services")
    group.add_argument("--quiet", action="store_true", help="show nothing but trouble, and no words")
    group.add_argument("--wait-for-audio", action="store_true", help="wait for a microphone that is not there yet")


def run_listen(args: Namespace) -> int:
    """Talk until it is over."""
    if args.list_input_devices or args.list_output_devices:
        return _list_devices(args.list_input_devices, args.list_output_devices)
    _refuse_contradictions(args)
    from assistant import wiring
    from assistant.options import ListenOptions

    options = ListenOptions(
        inputs=tuple(args.input),
        output=args.output,
        text=args.text,
        events=args.events,
        show_words=args.show_words,
        quiet=args.quiet,
        wait_for_audio=args.wait_for_audio,
        debug=args.debug,
    )
    return wiring.listen(load_config(args), options)


def run_demo(args: Namespace) -> int:
    """Play the bundled conversation."""
    from assistant.demonstration import demo
    from assistant.options import ListenOptions

    options = ListenOptions(output=args.output, events=args.events, show_words=args.show_words, debug=args.debug)
    return demo(load_config(args), options)


def _refuse_contradictions(args: Namespace) -> None:
    if args.text and (args.input or args.output):
        raise UsageError(
            "--text neither hears files nor speaks into one.", "Leave out --text, or --input and --output."
        )
    if args.quiet and (args.text or args.events):
        raise UsageError("--quiet shows neither a typed conversation nor events.", "Leave out one of them.")
    if args.show_words and not args.events:
        raise UsageError("--show-words belongs to --events.", "Add --events.")
    if args.output and not args.output.lower().endswith(".wav"):
        raise UsageError(f"'{args.output}' is no WAV file.", "Give --output a name that ends in .wav.")
    if "-" in args.input and len(args.input) > 1:
        raise UsageError("Raw sound on stdin cannot be mixed with files.", "Give --input either - or files.")


def _list_devices(inputs: bool, outputs: bool) -> int:
    """Names, the default one marked with a star."""
    from audio.devices import devices

    found = devices()
    lines = [(device.name, device.default_input) for device in found if inputs and device.inputs]
    lines += [(device.name, device.default_output) for device in found if outputs and device.outputs]
    if not lines:
        missing = "microphone" if inputs else "speaker"
        raise AssistantError(f"There is no {missing}.", "Connect one and try again, or use hearth --text.")
    for name, default in lines:
        tell(f"{'*' if default else ' '} {name}")
    return 0
