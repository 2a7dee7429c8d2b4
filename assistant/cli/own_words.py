"""`hearth phrases --add-word` and `--remove-word`: words that the voice model was not taught."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from assistant.cli.common import load_config, written_config
from assistant.errors import UsageError
from assistant.plain_text import ask, tell

if TYPE_CHECKING:
    from assistant.cli.parser import Parser
    from assistant.config import Config
    from audio.ear import VoskEar


def add_flags(parser: Parser) -> None:
    """Describe them."""
    group = parser.add_argument_group("words that the voice model does not know")
    group.add_argument("--add-word", metavar="WORD", default="", help="hear this word from now on")
    group.add_argument("--sounds-like", metavar="WORDS", action="append", help="how it sounds; may be given again")
    group.add_argument("--try", dest="tries", action="store_true", help="speak it, and listen to you")
    group.add_argument("--remove-word", metavar="WORD", default="", help="forget a word that was added")


def changes_words(args: Namespace) -> bool:
    """Whether a word is to be added, removed or tried; raises UsageError for flags that do not go together."""
    if args.add_word and args.remove_word:
        raise UsageError("A word is added or removed.", "Do one after the other.")
    if (args.sounds_like or args.tries) and not args.add_word:
        raise UsageError("Which word is it?", "Name it: hearth phrases --add-word niamh --sounds-like neev --try")
    return bool(args.add_word or args.remove_word)


def change_words(args: Namespace) -> int:
    """Add or remove one, and write the configuration."""
    from assistant.config_file import write
    from assistant.own_words import one_word, without_word

    config, kept = load_config(args), written_config(args)
    if args.remove_word:
        word = one_word(args.remove_word)
        tell(f"'{word}' is no longer listened for. Written to {write(without_word(kept, word))}.")
        return 0
    return _add(config, kept, one_word(args.add_word), args.sounds_like or (), args.tries)


def _add(config: Config, kept: Config, word: str, sounds_like: Sequence[str], tries: bool) -> int:
    """`config` is what the command line makes of `kept`, which is what the file says."""
    from assistant.config_file import write
    from assistant.ears import voice_model
    from assistant.own_words import Speller, added_words, either, with_word

    speller = Speller(voice_model(config), config.language)
    if not sounds_like and not speller.unknown([word]):
        tell(f"The voice model knows '{word}'. If you say it in another way: --sounds-like WORDS.")
        return _tried(config, word) if tries else 0
    before = next((one.sounds_like for one in added_words(config) if one.word == word), ())
    if tries and before and not sounds_like:
        return _tried(config, word)
    choice = speller.choose(word, sounds_like)
    file = write(with_word(kept, word, choice.sounds_like))
    tell(f"For '{word}' I listen for {either(choice.sounds_like)}. Written to {file}.")
    if choice.guessed and not sounds_like:
        tell(f"If you say it in another way: hearth phrases --add-word {word} --sounds-like WORDS")
    return _tried(with_word(config, word, choice.sounds_like), word) if tries else 0


def listed_words(config: Config) -> list[str]:
    """The words that were added, with what they sound like."""
    from assistant.own_words import added_words, either

    added = added_words(config)
    head = ["", f"You added {len(added)} word{'s' if len(added) > 1 else ''} to what the voice model knows:"]
    return [*head, *(f"    {one.word}  (sounds like {either(one.sounds_like)})" for one in added)] if added else []


def _tried(config: Config, word: str) -> int:
    """Whether the word is heard when the voice says what it sounds like, and when somebody says it; 1 if not."""
    from assistant.ears import build_ear
    from assistant.household import build_voice, load_rituals, load_sentences
    from assistant.own_words import added_words
    from assistant.sound_checks import in_memory

    sentences = load_sentences(config, load_rituals(config))
    sentence = _sentence(word, [phrase.text for phrase in sentences.phrases()])
    ways = next((one.sounds_like for one in added_words(config) if one.word == word), (word,))
    spoken = [" ".join(way if part == word else part for part in sentence.split()) for way in ways]
    with closing(build_ear(config, sentences, [sentence])) as ear, closing(build_voice(config)) as voice:
        found = [_heard(ear, in_memory(voice.render(text))) for text in spoken]
        for text, phrase in zip(spoken, found, strict=True):
            tell(f'Spoken by the voice, "{text}" is heard as: {phrase or "nothing it knows"}')
        said = _said(config, ear, spoken[0], sentence)
    return 0 if sentence in (said if said is not None else found) else 1


def _sentence(word: str, phrases: Sequence[str]) -> str:
    """The shortest of the phrases that have the word within others; the word alone if none has."""
    having = [text for text in phrases if word in text.split() and len(text.split()) > 2 and not text.endswith("*")]
    return min(having, key=len, default=word)


def _said(config: Config, ear: VoskEar, spoken: str, sentence: str) -> list[str] | None:
    """What was heard of what somebody said, after they heard how it is taken to sound; None without microphone."""
    from assistant.recording import advice, record
    from assistant.sound_trial import SECONDS, SoundTrial
    from audio.devices import available
    from audio.errors import AudioError

    try:
        microphone, speaker = available()
        if speaker:
            SoundTrial(config, sys.stdout).speak(config.voice.name, "", spoken)
        if not microphone or not sys.stdin.isatty():
            return None
        ask(f'Press Enter, then say "{sentence}": ')
        pcm = record(config.audio.microphone, SECONDS)
    except AudioError as error:
        tell(f"{error.message} {error.hint}", sys.stderr)
        return None
    phrase = _heard(ear, pcm)
    tell(f"Said by you, it is heard as: {phrase or 'nothing it knows'}. {advice(pcm)[1]}")
    return [phrase]


def _heard(ear: VoskEar, pcm: bytes) -> str:
    from assistant.recording import heard
    from audio.types import Hearing

    found = [one.phrase.text for one in heard(ear, Hearing.COMMANDS, pcm) if one.phrase]
    return found[0] if found else ""
