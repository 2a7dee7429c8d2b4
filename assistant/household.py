"""The parts that every command builds from a household's configuration.

Broken files of the household's own are named and left out, so that the rest works; broken files of ours are errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.plain_text import tell_error
from intents.errors import SentenceError
from prompts.errors import PromptError

if TYPE_CHECKING:
    from random import Random

    from assistant.config import Config, Partner
    from assistant.conversation.setting import Setting
    from assistant.safety import Safety
    from audio.reference import Reference
    from audio.types import Player
    from audio.voice import Pyttsx3Voice
    from intents.matcher import Sentences
    from prompts.lines import Lines
    from prompts.types import Ritual

TRY_FIRST = ("start_ritual", "recall", "list_rituals", "summary", "help")
"""Intents to give examples of, when somebody was not understood."""

NATURAL = 12
"""Among so many first phrases of a template, the shortest is what people say: optional words come first."""

OnProblem = Callable[[SentenceError | PromptError], None]
"""Takes the error of a file that is left out."""


def warn(error: SentenceError | PromptError) -> None:
    """Name a broken file of the household on stderr."""
    tell_error(error.message, f"The file is left out. {error.hint}".rstrip())


def load_rituals(config: Config, on_problem: OnProblem = warn) -> tuple[Ritual, ...]:
    """The rituals that come with Hearth and those of the household."""
    from prompts.loader import load_rituals as load

    return load(config.language, folders=_existing(config.folders.rituals), on_problem=on_problem)


def load_sentences(config: Config, rituals: Sequence[Ritual], on_problem: OnProblem = warn) -> Sentences:
    """Everything that can be said: Hearth's own sentences, the household's, and the names of rituals and partners."""
    from intents.loader import load

    return load(
        config.language,
        folders=_existing(config.folders.sentences),
        lists=spoken_lists(config, rituals),
        triggers={ritual.id: ritual.triggers for ritual in rituals},
        on_problem=on_problem,
    )


def load_sentences_alone(config: Config, rituals: Sequence[Ritual], path: Path) -> Sentences:
    """The sentences of one file instead of everything; raises SentenceError."""
    from intents.loader import load_alone

    return load_alone(path, config.language, lists=spoken_lists(config, rituals))


def spoken_lists(config: Config, rituals: Iterable[Ritual]) -> dict[str, list[tuple[str, str]]]:
    """What only this household has: how its partners, rituals and options are spoken, and what that means."""
    options = {option for ritual in rituals for step in ritual.steps for option in step.options}
    return {
        "partner": [(spoken, partner.name) for partner in config.partners for spoken in spoken_names(partner)],
        "ritual": [(called, ritual.id) for ritual in rituals for called in ritual.called],
        "option": [(option, option) for option in sorted(options)],
    }


def spoken_names(partner: Partner) -> tuple[str, ...]:
    """How a name may be spoken: what a single word sounds like is the ear's affair, that of several is another name."""
    from intents.words import plain

    return (partner.name, *partner.sounds_like) if " " in plain(partner.name) else (partner.name,)


def load_lines(config: Config) -> Lines:
    """Everything that can be spoken."""
    from prompts.lines import Lines

    return Lines(config.language)


def load_setting(
    config: Config, rituals: Sequence[Ritual], sentences: Sentences | None = None, rng: Random | None = None
) -> Setting:
    """What a conversation takes place in.

    `sentences` give examples of what can be said; `rng` is for tests that want the same wordings every time.
    """
    from random import Random

    from assistant.conversation.setting import Setting
    from assistant.journal.ulid import new_id
    from prompts.common_words import load_common_words
    from prompts.contacts import contacts, emergency

    known, urgent = contacts(config.home_country), emergency(config.home_country)
    lines = load_lines(config)
    called = lines.names("contact")
    return Setting(
        partners=config.names,
        rituals={ritual.id: ritual for ritual in rituals},
        lines=lines,
        rng=rng or Random(),
        new_id=new_id,
        first_weekday=config.week_begins,
        contacts=tuple(
            (called.get(contact.what, contact.what), contact.spoken, called.get(contact.hours, contact.hours))
            for contact in known
        ),
        emergency_number=urgent.spoken if urgent else "",
        commands=examples(sentences) if sentences else (),
        common=load_common_words(config.language),
        quiet_hours=config.reminders.quiet_hours,
        meaning=sentences.match if sentences else lambda text: None,
    )


def examples(sentences: Sentences) -> tuple[str, ...]:
    """A sentence of a few words for each thing worth trying first."""
    found = []
    for intent in TRY_FIRST:
        own = (phrase.text for phrase in sentences.phrases() if phrase.intent == intent)
        longer = [text for text in own if text.count(" ") >= 2 and not text.endswith(" *")]
        found += sorted(longer[:NATURAL], key=len)[:1]
    return tuple(found)


def load_safety(config: Config) -> Safety:
    """The words that must stop an exercise."""
    from assistant.safety import Safety
    from intents.concerns import load_concerns

    concerns = load_concerns(config.language, config.names)
    return Safety(concerns.topics, concerns.harmless, concerns.sentences)


def _existing(*folders: Path) -> tuple[Path, ...]:
    return tuple(folder for folder in folders if folder.is_dir())


def build_voice(config: Config) -> Pyttsx3Voice:
    """The voice of the configuration; nothing starts before its first sentence."""
    from audio.voice import Pyttsx3Voice

    name = config.voice.name or ("" if config.language == "en" else config.language)
    return Pyttsx3Voice(name, config.voice.rate, config.folders.cache / "voice")


def build_player(
    config: Config,
    output: str = "",
    on_trouble: Callable[[str], None] | None = None,
    reference: Reference | None = None,
) -> Player:
    """The WAV file `output`, or the speaker of the configuration at its loudness, over which nobody else is loud.

    `on_trouble` is called from another thread when the speaker is lost, and with an empty text when it is back.
    `reference` is told what the speaker plays.
    Raises DeviceError without a speaker, AudioFileError when the file cannot be written.
    """
    from assistant.loudness import Softened
    from audio.ducking import Ducked, Ducking
    from audio.player import Speaker, WavSink

    if output:
        return WavSink(Path(output).expanduser())
    speaker = Speaker(config.audio.speaker or None, on_trouble=on_trouble, reference=reference)
    softened = Softened(speaker, lambda: config.voice.loudness(datetime.now(config.zone).time()))
    return Ducked(softened, Ducking()) if config.audio.ducking else softened
