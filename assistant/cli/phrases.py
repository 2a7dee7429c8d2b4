"""`hearth phrases`: what can be said."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.cli.common import json_line, load_config
from assistant.cli.own_words import add_flags, change_words, changes_words, listed_words
from assistant.cli.parser import Commands, command
from assistant.plain_text import tell

if TYPE_CHECKING:
    from assistant.config import Config
    from intents.types import Phrase

PHRASES = """\
Show what Hearth understands in your household, with your names and your own
rituals: first what only your own files bring, then for each meaning how many ways
there are to say it, and some of them; and the words that the voice model cannot hear,
with the phrases that need them. Such a phrase still works with --text; say it in other
words, add the words, or use a larger model ('hearth model list').

A word that the voice model was not taught is added with --add-word: Hearth looks for
words it knows that sound like it, or takes those that you write, in any spelling. It
is then heard in phrases and in answers alike. --try lets you hear what it listens
for, and listens to you.

A * stands for your own words. 'at any moment' marks what also works while Hearth
speaks or a time runs.
"""

EXAMPLES = """\
  hearth phrases                      a few ways to say each thing
  hearth phrases --intent recall      all ways to ask what you appreciated
  hearth phrases --markdown           the same as a table, for a page
  hearth phrases --json               one JSON object per phrase:
                                      {"text", "intent", "control", "unheard": [words]}
  hearth phrases --add-word niamh --sounds-like neev
  hearth phrases --add-word saoirse --sounds-like "sur sha" --sounds-like seersha --try
  hearth phrases --remove-word niamh
"""

NATURAL = 12
"""Among so many phrases of a stretch the shortest is shown: the others add optional words."""

TYPED_ONLY = "There is no voice model for this language: all of these can be typed. Name one with --model to speak."

SHOWN = 4
"""Examples of each meaning without --intent."""

OWN_SHOWN = 60
"""Examples of what only the household's own files bring."""


def add(commands: Commands) -> None:
    """Describe it."""
    parser = command(commands, "phrases", "what it understands, and words it cannot hear", PHRASES, EXAMPLES)
    parser.add_argument("--intent", metavar="NAME", default="", help="show every phrase of one meaning")
    parser.add_argument("--model", metavar="DIR", default="", help="folder of a Vosk model of your own")
    parser.add_argument("--markdown", action="store_true", help="a table of examples")
    parser.add_argument("--json", action="store_true", help="one JSON object per phrase")
    add_flags(parser)
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Show them."""
    from assistant.ears import hears_language, unheard_words
    from assistant.errors import UsageError
    from assistant.household import load_rituals, load_sentences

    if changes_words(args):
        return change_words(args)
    config = load_config(args)
    sentences = load_sentences(config, load_rituals(config))
    phrases = sentences.phrases()
    if args.intent:
        phrases = [phrase for phrase in phrases if phrase.intent == args.intent]
        if not phrases:
            raise UsageError(f"There is no meaning '{args.intent}'.", f"There are: {', '.join(sentences.names)}.")
    heard = hears_language(config)
    texts = [phrase.text for phrase in phrases]
    unheard = unheard_words(config, texts) if heard else {text: tuple(text.split()) for text in texts}
    if args.json:
        for phrase in phrases:
            print(json_line(as_json(phrase, unheard.get(phrase.text, ()))))
    elif args.markdown:
        print("\n".join(markdown(phrases)))
    else:
        notes = [*listed_words(config), *cannot_hear(unheard)] if heard else ["", TYPED_ONLY]
        shown = len(phrases) if args.intent else SHOWN
        tell("\n".join([*own_table(own_texts(config, texts)), *table(phrases, shown), *notes]))
    return 0


def own_texts(config: Config, texts: Sequence[str]) -> list[str]:
    """Those that are there only because of the household's own files; what ships is loaded once more without them."""
    from assistant.household import load_rituals, load_sentences

    folders = config.folders
    if not any(path.suffix == ".yaml" for home in (folders.rituals, folders.sentences) for path in home.rglob("*")):
        return []
    nowhere = folders.config_file.parent / "nowhere" / folders.config_file.name
    bare = replace(config, folders=replace(folders, config_file=nowhere))
    known = {phrase.text for phrase in load_sentences(bare, load_rituals(bare)).phrases()}
    return [text for text in texts if text not in known]


def own_table(texts: Sequence[str]) -> list[str]:
    """Some lines with what the household wrote itself; none where it wrote nothing."""
    if not texts:
        return []
    return [f"yours  ({len(texts)} ways)", *(f"    {text}" for text in spread(texts, OWN_SHOWN)), ""]


def as_json(phrase: Phrase, unheard: Sequence[str]) -> dict[str, object]:
    """The stable form for programs."""
    return {
        "text": phrase.text,
        "intent": phrase.intent,
        "control": phrase.control,
        "unheard": list(unheard),
    }


def markdown(phrases: Sequence[Phrase]) -> list[str]:
    """A table with a row of examples for each meaning, those that work at any moment first."""
    rows = ["| Meaning | For example |", "|---|---|"]
    for intent in by_moment(phrases):
        examples = " · ".join(text.replace("*", "…") for text in spread(_own(intent, phrases), SHOWN))
        moment = " (at any moment)" if _control(intent, phrases) else ""
        rows.append(f"| {intent.replace('_', ' ')}{moment} | {examples} |")
    return rows


def by_moment(phrases: Sequence[Phrase]) -> list[str]:
    """The meanings, those that work at any moment first."""
    return sorted({phrase.intent for phrase in phrases}, key=lambda name: (not _control(name, phrases), name))


def table(phrases: Sequence[Phrase], shown: int) -> list[str]:
    """Lines by meaning, those that work at any moment first."""
    lines = []
    for intent in by_moment(phrases):
        every = [phrase.text for phrase in phrases if phrase.intent == intent]
        own = _own(intent, phrases)
        note = f", {len(own)} at any moment" if _control(intent, phrases) else ""
        lines.append(f"{intent}  ({len(every)} ways{note})")
        lines += [f"    {text}" for text in (every if len(every) <= shown else spread(own, shown))]
    return lines


def spread(texts: Sequence[str], shown: int) -> list[str]:
    """Some of the texts, from all over the list."""
    if len(texts) <= shown:
        return list(texts)
    edges = [len(texts) * number // shown for number in range(shown + 1)]
    return [min(texts[begin:end][:NATURAL], key=len) for begin, end in pairwise(edges)]


def cannot_hear(unheard: dict[str, tuple[str, ...]]) -> list[str]:
    """Each word that the voice model does not know, with a phrase that needs it."""
    if not unheard:
        return ["", "The voice model can hear all of these."]
    lines = ["", f"The voice model cannot hear {len(unheard)} phrases, for want of these words:"]
    for word in sorted({word for words in unheard.values() for word in words}):
        needing = [text for text, words in unheard.items() if word in words]
        lines.append(f"    {word}  ({len(needing)}, such as: {min(needing, key=len)})")
    return [*lines, "Add one: hearth phrases --add-word WORD"]


def _own(intent: str, phrases: Sequence[Phrase]) -> list[str]:
    """The texts of a meaning; where some are listened for at any moment, those."""
    own = [phrase for phrase in phrases if phrase.intent == intent]
    return [phrase.text for phrase in [phrase for phrase in own if phrase.control] or own]


def _control(intent: str, phrases: Sequence[Phrase]) -> bool:
    return any(phrase.control for phrase in phrases if phrase.intent == intent)
