"""Ears for a household: what they listen for, and which of it the voice model can hear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.household import spoken_names

if TYPE_CHECKING:
    from assistant.config import Config
    from audio.ear import VoskEar
    from audio.model_files import VoiceModel
    from intents.matcher import Sentences
    from prompts.types import Ritual

OPENINGS = frozenset({"yes", "no", "say_who"})
"""Intents that work at every moment and that many an answer begins with: "no, I don't think so"."""


def build_ear(config: Config, sentences: Sentences, also: Iterable[str] = (), spoken: Iterable[str] = ()) -> VoskEar:
    """An ear for every phrase of the sentences, and for `also` at every moment; raises ModelError.

    `spoken` are words of our own that an echo may bring back: "coffee ritual" was heard as "stop the ritual" without
    them. The model has to be one for the household's language.
    """
    phrases = sentences.phrases()
    commands = [phrase.text for phrase in phrases if not phrase.control]
    controls = [phrase.text for phrase in phrases if phrase.control]
    commands += [f"{wake} {phrase.text}" for wake in wake_phrases(config, sentences) for phrase in phrases]
    commands += sentences.asides
    closing = [phrase.text for phrase in phrases if phrase.control and phrase.intent not in OPENINGS]
    return _ear(config, commands, [*controls, *also], small_talk(sentences), closing, list(spoken))


def spoken_titles(rituals: Iterable[Ritual]) -> list[str]:
    """The names of rituals as they are spoken: a sentence by itself, while nobody knows yet how the room sounds."""
    from intents.words import plain

    return [plain(ritual.title) for ritual in rituals]


def small_talk(sentences: Sentences) -> tuple[str, ...]:
    """What may stand around a phrase; of the assistant's name whole calls only, since a name alone is soon misheard."""
    calls = [phrase.text for phrase in sentences.phrases() if phrase.intent == "wake"]
    words = (talk for talk in sentences.small_talk if talk not in calls)
    return tuple(dict.fromkeys((*words, *(call for call in calls if " " in call))))


def wake_phrases(config: Config, sentences: Sentences) -> tuple[str, ...]:
    """What must come first where nothing goes on, if the household wants that; a single word is too easily misheard."""
    if not config.hearing.wake:
        return ()
    return tuple(p.text for p in sentences.phrases() if p.intent == "wake" and " " in p.text)


def build_dictation(config: Config) -> VoskEar:
    """An ear for free words alone; raises ModelError."""
    return _ear(config, [], [])


def build_listener(config: Config, phrases: Sequence[str]) -> VoskEar:
    """An ear that hears these phrases at every moment, beside free words; raises ModelError."""
    return _ear(config, [], phrases)


def _ear(
    config: Config,
    commands: Sequence[str],
    controls: Sequence[str],
    small_talk: Sequence[str] = (),
    closing: Sequence[str] = (),
    spoken: Sequence[str] = (),
) -> VoskEar:
    from assistant.own_words import familiar_words
    from audio.ear import VoskEar

    model, cache = _model_folder(config), config.folders.cache
    added = familiar_words(config)
    return VoskEar(model, commands, controls, cache, added=added, small_talk=small_talk, closing=closing, spoken=spoken)


def voice_model(config: Config) -> VoiceModel:
    """The Vosk model of the configuration, found whole, with the words that were added; raises ModelError."""
    from dataclasses import replace

    from assistant.own_words import familiar_words
    from audio.model import check, embedded

    model = check(_model_folder(config) or embedded(), config.folders.cache)
    return replace(model, added=familiar_words(config))


def unheard_words(config: Config, phrases: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The phrases that the voice model cannot hear, each with its words that it does not know."""
    from audio.phrase_graph import split_heard

    _, deaf = split_heard(phrases, voice_model(config).lexicon.labels)
    return {found.phrase: found.words for found in deaf}


def unheard_names(config: Config) -> list[str]:
    """The partners whose name the voice model cannot hear in any of its spellings; raises ModelError."""
    from intents.words import plain

    return [
        partner.name
        for partner in config.partners
        if all(unheard_words(config, [plain(spoken)]) for spoken in spoken_names(partner))
    ]


def hears_language(config: Config) -> bool:
    """Whether there is a voice model for the household's language: one of its own, or the embedded one."""
    from audio.model import LANGUAGE

    return bool(config.hearing.model) or config.language == LANGUAGE


def _model_folder(config: Config) -> Path | None:
    """The configured model; None for the embedded one. Raises ModelError where that hears another language."""
    from audio.errors import ModelError
    from audio.model import LANGUAGE

    if config.hearing.model:
        return Path(config.hearing.model).expanduser()
    if not hears_language(config):
        problem = f"The voice model that comes with Hearth hears {LANGUAGE!r}, and you speak {config.language!r}."
        raise ModelError(problem, "Name the folder of a Vosk model for it with --model, or type: hearth listen --text.")
    return None
