"""`hearth hear` and `hearth understand`: what a sound or a text means, without a conversation."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.common import json_line, load_config
from assistant.cli.parser import Commands, command
from assistant.plain_text import tell, tell_error

if TYPE_CHECKING:
    from assistant.config import Config
    from intents.matcher import Sentences

HEAR = """\
Show what Hearth hears in sound files, exactly as it hears a microphone: whole
sentences that it knows, or nothing. WAV, and MP3 or OGG where ffmpeg is installed.

With --json, one JSON object per file and line:
  file        as it was given
  text        the sentence that was heard; "" if it was none
  intent      what it means; null if it was not understood
  slots       its values by name
  confidence  0 to 1
  words       [{"text", "start", "end", "confidence"}], seconds from the file's start
  seconds     length of the file
  utterances  all stretches of speech in order, each with start, text, intent, slots,
              confidence and words; the fields above are those of the first that was
              understood
"""

HEAR_EXAMPLES = """\
  hearth hear evening.wav
  hearth hear --json *.wav | jq -r .intent
  hearth hear --sentences mine.yaml test.wav     listen for the sentences of mine.yaml only
"""

UNDERSTAND = """\
Show what a typed sentence means: its intent and slots, or that it is not understood.
Each argument is one sentence; without arguments, each line of stdin is one.

With --json, one JSON object per sentence and line:
  text        as it was given
  intent      what it means; null if it was not understood
  slots       its values by name
"""

UNDERSTAND_EXAMPLES = """\
  hearth understand "start our coffee ritual"
  hearth understand --json "what did we appreciate this week"
"""


AFTER = 0.8
"""Seconds of silence after a file beyond the patience: free words are waited for a little longer."""


def add(commands: Commands) -> None:
    """Describe both commands."""
    hear = command(commands, "hear", "what it hears in sound files", HEAR, HEAR_EXAMPLES)
    hear.add_argument("files", metavar="FILE", nargs="+", help="sound file")
    hear.add_argument("--json", action="store_true", help="one JSON object per file")
    hear.add_argument("--model", metavar="DIR", default="", help="folder of a Vosk model of your own")
    _sentences(hear)
    hear.set_defaults(run=run_hear)
    understand = command(commands, "understand", "what a typed sentence means", UNDERSTAND, UNDERSTAND_EXAMPLES)
    understand.add_argument("texts", metavar="TEXT", nargs="*", help="sentence")
    understand.add_argument("--json", action="store_true", help="one JSON object per sentence")
    _sentences(understand)
    understand.set_defaults(run=run_understand)


def _sentences(parser: Commands) -> None:
    parser.add_argument("--sentences", metavar="YAML", default="", help="know the sentences of this file only")


def run_hear(args: Namespace) -> int:
    """Hear one file after the other; one that cannot be read is told, and the others are heard."""
    from assistant.ears import build_ear
    from assistant.hearing import FileListener
    from audio.errors import AudioFileError
    from audio.sources import SoundFiles

    config = load_config(args)
    sentences = _load_sentences(config, args.sentences)
    patience = config.hearing.patience.command
    failed = 0
    with closing(build_ear(config, sentences)) as ear:
        listener = FileListener(ear, sentences, patience)
        for name in args.files:
            try:
                heard = listener.hear(name, SoundFiles([Path(name)], patience + AFTER), patience + AFTER)
            except AudioFileError as error:
                failed = 1
                tell_error(error.message, error.hint)
            else:
                if args.json:
                    print(json_line(heard.as_json()), flush=True)
                else:
                    tell(heard.as_text())
    return failed


def run_understand(args: Namespace) -> int:
    """Match one sentence after the other, each as soon as it is there."""
    sentences = _load_sentences(load_config(args), args.sentences)
    for text in _texts(args.texts):
        if args.json:
            print(_understood_json(sentences, text), flush=True)
        else:
            tell(_understood(sentences, text))
    return 0


def _understood_json(sentences: Sentences, text: str) -> str:
    intent = sentences.match(text)
    name, slots = (intent.name, dict(intent.slots)) if intent else (None, {})
    return json_line({"text": text, "intent": name, "slots": slots})


def _understood(sentences: Sentences, text: str) -> str:
    intent = sentences.match(text)
    if intent is None:
        return f"{text}: not understood{_nearest(sentences, text)}"
    return " ".join([f"{text}: {intent.name}", *(f"{key}={value}" for key, value in intent.slots.items())])


def _load_sentences(config: Config, alone: str) -> Sentences:
    from assistant.household import load_rituals, load_sentences, load_sentences_alone

    rituals = load_rituals(config)
    return load_sentences_alone(config, rituals, Path(alone)) if alone else load_sentences(config, rituals)


def _texts(given: Sequence[str]) -> Iterable[str]:
    return given or (line.strip() for line in sys.stdin if line.strip())


def _nearest(sentences: Sentences, text: str) -> str:
    near = sentences.nearest(text, 1)
    return f" (near: {near[0]})" if near else ""
