"""Words that the voice model was not taught: what they sound like, and which of them are heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.config import Config, OwnWord
from assistant.errors import UsageError
from intents.words import plain

if TYPE_CHECKING:
    from audio.added_words import AddedWord
    from audio.model_files import VoiceModel
    from audio.sound_alike import SoundAlike, SoundAlikes

WAYS = 3
"""Sound-alikes that are taken for a word; 24 names in held-out voices were heard better with three than with one."""

FAR = 2.0
"""Distance from which on a sound-alike is none."""

VOICES = {"en": "en-us"}
"""Language → espeak-ng's voice that reads words in it, where that has another name."""

ONE_WORD = "Add one word at a time, of letters only: 'hearth phrases --add-word niamh'."


def added_words(config: Config) -> tuple[AddedWord, ...]:
    """The words that were added, those of the partners' names too, as the ear takes them."""
    from audio.added_words import AddedWord

    found = [AddedWord(plain(own.word), _tidy(own.sounds_like)) for own in config.words]
    names = [AddedWord(plain(partner.name), _tidy(partner.sounds_like)) for partner in config.partners]
    return tuple(one for one in (*names, *found) if one.sounds_like and " " not in one.word)


def familiar_words(config: Config) -> tuple[AddedWord, ...]:
    """The words that were added, and the partners' names that the model knows but thinks rare."""
    from audio.added_words import AddedWord

    added = added_words(config)
    names = dict.fromkeys(plain(partner.name) for partner in config.partners)
    rare = (name for name in names if " " not in name and name not in {one.word for one in added})
    return (*added, *(AddedWord(name, ()) for name in rare))


def one_word(text: str) -> str:
    """The text as one word in a phrase; raises UsageError if it is none."""
    from re import fullmatch

    from assistant.config import WORD_PATTERN

    word = plain(text)
    if not fullmatch(WORD_PATTERN, word) or len(word) > 40:
        raise UsageError(f"'{text}' is not a word that can be added.", ONE_WORD)
    return word


def with_word(config: Config, word: str, sounds_like: tuple[str, ...]) -> Config:
    """The configuration with this word in it, where it is a partner's name beside that."""
    if any(plain(partner.name) == word for partner in config.partners):
        first, second = (
            replace(partner, sounds_like=sounds_like) if plain(partner.name) == word else partner
            for partner in config.partners
        )
        return replace(config, partners=(first, second))
    kept = tuple(own for own in config.words if plain(own.word) != word)
    return replace(config, words=(*kept, OwnWord(word, sounds_like)))


def without_word(config: Config, word: str) -> Config:
    """The configuration without this word; raises UsageError if it was not added."""
    if all(one.word != word for one in added_words(config)):
        known = ", ".join(one.word for one in added_words(config))
        raise UsageError(f"'{word}' was not added.", f"These were: {known}." if known else "No word was added yet.")
    first, second = (
        replace(partner, sounds_like=()) if plain(partner.name) == word else partner for partner in config.partners
    )
    words = tuple(own for own in config.words if plain(own.word) != word)
    return replace(config, partners=(first, second), words=words)


def either(phrases: Sequence[str]) -> str:
    """What a word sounds like, for a person."""
    return " or ".join(f"'{phrase}'" for phrase in phrases)


def _tidy(phrases: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain(phrase) for phrase in phrases if plain(phrase)))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a word is taken to sound like."""

    sounds_like: tuple[str, ...]
    """In words that the model knows, the nearest first."""
    guessed: bool
    """Whether they were found by sound, and not given."""


class Speller:
    """Finds words that the model knows for those that it does not. Reads its vocabulary once (some seconds)."""

    def __init__(self, model: VoiceModel, language: str) -> None:
        self._model = model
        self._voice = VOICES.get(language, language)
        self._found: SoundAlikes | None = None

    def choose(self, word: str, sounds_like: Sequence[str] = ()) -> Choice:
        """What `word` sounds like: as it was given, as that is read, or as the word itself is read.

        Raises UsageError where nothing known is near, VoiceError where it cannot be found out.
        """
        given = _tidy(sounds_like)
        unknown = self.unknown(given)
        if given and not unknown:
            return Choice(given, guessed=False)
        texts = given or (word,)
        near = [one for text in texts for one in self._near(text, word)]
        if not near:
            told = f"It does not know {', '.join(unknown)}" if unknown else f"Nothing it knows sounds like '{word}'"
            hint = "Write how it sounds in ordinary words: --sounds-like 'sur sha' for Saoirse."
            raise UsageError(f"{told}, and found no words that sound like it.", hint)
        ways = dict.fromkeys(" ".join(one.words) for one in sorted(near))
        return Choice(tuple(ways)[: max(WAYS, len(texts))], guessed=True)

    def unknown(self, phrases: Sequence[str]) -> list[str]:
        """The words of the phrases that the model was not taught."""
        own = self._model.lexicon.own
        return list(dict.fromkeys(word for phrase in phrases for word in phrase.split() if word not in own))

    def _near(self, text: str, word: str) -> list[SoundAlike]:
        from audio.pronunciation import phonemes

        (letters,) = phonemes([text], self._voice)
        near = self._alikes().nearest(letters, WAYS + 1)
        return [one for one in near if one.distance < FAR and one.words != (word,)][:WAYS]

    def _alikes(self) -> SoundAlikes:
        if self._found is None:
            from audio.pronunciation import phonemes
            from audio.sound_alike import SoundAlikes

            words = self._common()
            self._found = SoundAlikes(dict(zip(words, phonemes(words, self._voice), strict=True)))
        return self._found

    def _common(self) -> list[str]:
        """Words that people know; of a model's 200,000 most are rare ones."""
        from audio.model import LANGUAGE, embedded
        from audio.model_files import vocabulary

        own = [word for word in self._model.lexicon.own if word.replace("'", "").isalpha()]
        if not self._voice.startswith(LANGUAGE):
            return own
        common = vocabulary(embedded())
        return [word for word in own if word in common]
