"""The partners' names: whether the voice model can hear them, and what those that it cannot are taken to sound like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from assistant.config import Config, Partner
from assistant.errors import UsageError
from assistant.own_words import either
from audio.errors import VoiceError
from intents.words import plain

if TYPE_CHECKING:
    from assistant.own_words import Choice, Speller

Ask = Callable[[str], str]
"""Shows a question and returns the line that was typed."""

Tell = Callable[[str], None]
"""Shows a text."""

LEAVE = "-"
"""Typed to leave a name unheard."""


class NameEar(Protocol):
    """Knows which names can be heard."""

    def unheard(self, name: str) -> Sequence[str]:
        """The words of a name that the voice model does not know."""
        ...

    def choose(self, word: str, sounds_like: Sequence[str]) -> Choice:
        """What a word sounds like; raises UsageError where nothing does, VoiceError where that is not known."""
        ...


class ModelEar:
    """The voice model of the configuration."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._speller: Speller | None = None

    def unheard(self, name: str) -> Sequence[str]:
        """The words of a name that the voice model does not know; none where there is no voice model."""
        from assistant.ears import hears_language, voice_model

        if not hears_language(self._config):
            return []
        own = voice_model(self._config).lexicon.own
        return [word for word in plain(name).split() if word not in own]

    def choose(self, word: str, sounds_like: Sequence[str]) -> Choice:
        """What a word sounds like in words that the model knows."""
        from assistant.ears import voice_model
        from assistant.own_words import Speller

        self._speller = self._speller or Speller(voice_model(self._config), self._config.language)
        return self._speller.choose(word, sounds_like)


class Naming:
    """Asks what a name sounds like that cannot be heard as it is written."""

    def __init__(self, ask: Ask, tell: Tell, ear: NameEar) -> None:
        self._ask = ask
        self._tell = tell
        self._ear = ear

    def sounds(self, name: str) -> tuple[str, ...]:
        """What it sounds like; empty where it is known, or is to stay unheard."""
        unheard = self._ear.unheard(name)
        if not unheard:
            return ()
        self._tell(f"I can't hear the name {name} yet: the voice model does not know {' or '.join(unheard)}.")
        return self._word(plain(name)) if " " not in plain(name) else self._several()

    def _word(self, word: str) -> tuple[str, ...]:
        guess = self._choice(word, ())
        asked = f"Does it sound like '{guess.sounds_like[0]}'? Enter for yes, or write" if guess else "Write"
        while True:
            typed = self._ask(f"{asked} how it sounds, such as 'sur sha' for Saoirse; {LEAVE} to leave it: ").strip()
            if typed == LEAVE or not (typed or guess):
                return ()
            if guess and typed.lower() in ("", "y", "yes"):
                return guess.sounds_like
            if chosen := self._choice(word, (typed,)):
                if chosen.guessed:
                    self._tell(f"Then I listen for {either(chosen.sounds_like)}.")
                return chosen.sounds_like

    def _several(self) -> tuple[str, ...]:
        """A name of several words: all of it, in words that are known."""
        while True:
            spoken = plain(self._ask("Write how it sounds in ordinary words; Enter to leave it: "))
            unknown = self._ear.unheard(spoken)
            if not unknown:
                return (spoken,) if spoken else ()
            self._tell(f"It does not know {', '.join(unknown)} either; try other words,")

    def _choice(self, word: str, sounds_like: Sequence[str]) -> Choice | None:
        try:
            return self._ear.choose(word, sounds_like)
        except (UsageError, VoiceError) as error:
            self._tell(error.message)
            return None


def heard_names(config: Config, tell: Tell) -> Config:
    """The configuration with something to hear each name by, as far as that can be found."""
    ear = ModelEar(config)
    first, second = (_heard(partner, ear, tell) for partner in config.partners)
    return replace(config, partners=(first, second))


def _heard(partner: Partner, ear: NameEar, tell: Tell) -> Partner:
    word = plain(partner.name)
    spoken = [plain(one) for one in partner.sounds_like]
    if " " in word or (not spoken and not ear.unheard(word)) or (spoken and not any(map(ear.unheard, spoken))):
        return partner
    try:
        choice = ear.choose(word, spoken)
    except (UsageError, VoiceError):
        return partner
    tell(f"The voice model does not know {partner.name}; I listen for {either(choice.sounds_like)}.")
    tell(f"'hearth phrases --add-word {word} --sounds-like WORDS' changes that, and --try tries it.")
    return replace(partner, sounds_like=choice.sounds_like)
