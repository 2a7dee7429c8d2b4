"""Setting a household up: what is asked, and the configuration that comes of the answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from assistant.config import NAME_PATTERN, Config, Partner
from assistant.errors import UsageError
from assistant.naming import Ask, NameEar, Naming, Tell
from audio.errors import AudioError


class Trial(Protocol):
    """Tries out what was chosen; everything raises AudioError where there is no such device."""

    def hear(self, microphone: str) -> str:
        """Listen for three seconds; what was heard and how well."""
        ...

    def speak(self, voice: str, speaker: str, text: str) -> None:
        """Say something, and wait until it was said."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was answered; empty keeps what the configuration has."""

    first: str = ""
    """Name of one partner."""
    second: str = ""
    """Name of the other."""
    first_sounds_like: tuple[str, ...] = ()
    """How the first name may be heard."""
    second_sounds_like: tuple[str, ...] = ()
    """How the second name may be heard."""
    country: str = ""
    """Two letters."""
    timezone: str = ""
    """Name of the zone."""
    microphone: str = ""
    """Device to hear with."""
    speaker: str = ""
    """Device to speak through."""
    voice: str = ""
    """Voice to speak with."""
    consent: bool | None = None
    """Whether both said yes; None when it was not asked."""


def configured(config: Config, answers: Answers, today: date) -> Config:
    """The configuration with the answers in it; raises UsageError for an answer that does not fit."""
    first = _partner(config.partners[0], answers.first, answers.first_sounds_like)
    second = _partner(config.partners[1], answers.second, answers.second_sounds_like)
    if first.name.casefold() == second.name.casefold():
        raise UsageError(f"Both of you are called '{first.name}'.", "Tell them apart, perhaps by a nickname.")
    return replace(
        config,
        partners=(first, second),
        country=checked_country(answers.country) or config.country,
        timezone=checked_timezone(answers.timezone) or config.timezone,
        audio=replace(
            config.audio,
            microphone=answers.microphone or config.audio.microphone,
            speaker=answers.speaker or config.audio.speaker,
        ),
        voice=replace(config.voice, name=answers.voice or config.voice.name),
        privacy=config.privacy if answers.consent is None else config.privacy.agreed(answers.consent, today),
    )


def checked_name(name: str) -> str:
    """The name without space around it; raises UsageError for one that cannot be spoken."""
    name = " ".join(name.split())
    if not re.match(NAME_PATTERN, name):
        raise UsageError(
            f"'{name}' cannot be used as a name.", "Begin with a letter; up to 40 letters, spaces and hyphens."
        )
    return name


def checked_country(country: str) -> str:
    """Two capital letters, or nothing; raises UsageError."""
    country = country.strip().upper()
    if country and not re.fullmatch("[A-Z]{2}", country):
        raise UsageError(f"'{country}' is no country code.", "Use two letters, such as IE, GB or US.")
    return country


def checked_timezone(name: str) -> str:
    """The name of a zone, or nothing; raises UsageError."""
    from assistant.config_file import zone_exists

    name = name.strip()
    if not zone_exists(name):
        raise UsageError(f"'{name}' is no time zone.", "Use a name such as Europe/Dublin or America/New_York.")
    return name


class Wizard:
    """Asks one question after the other, again after an answer that does not fit. Enter keeps what is in [ ]."""

    def __init__(
        self,
        config: Config,
        ask: Ask,
        tell: Tell,
        ear: NameEar,
        trial: Trial | None = None,
    ) -> None:
        """`ear` is asked whether names can be heard; without `trial` nothing is tried."""
        self._config = config
        self._ask = ask
        self._tell = tell
        self._naming = Naming(ask, tell, ear)
        self._trial = trial

    def run(self, microphones: Sequence[str], speakers: Sequence[str], voices: Mapping[str, str]) -> Answers:
        """Everything that a household can be asked; `voices` by name, each with what its makers call it."""
        self._tell("Welcome to Hearth. A few questions; Enter keeps what stands in [ ].\n")
        first = self._fitting("Your name", self._config.names[0], checked_name)
        second = self._other_name(first)
        sounds = self._naming.sounds(first), self._naming.sounds(second)
        country = self._fitting("Your country, two letters", self._config.home_country, checked_country)
        timezone = self._fitting("Your time zone", str(self._config.zone), checked_timezone)
        microphone = self._choice("Microphone", microphones, self._config.audio.microphone)
        self._try_microphone(microphone or self._config.audio.microphone, microphones)
        speaker = self._choice("Speaker", speakers, self._config.audio.speaker)
        sample = f"Hello {first} and {second}. This is how I sound."
        return Answers(
            first=first,
            second=second,
            first_sounds_like=sounds[0],
            second_sounds_like=sounds[1],
            country=country,
            timezone=timezone,
            microphone=microphone,
            speaker=speaker,
            voice=self._voice(list(voices), list(voices.values()), speaker, bool(speakers), sample),
        )

    def _fitting(self, question: str, default: str, check: Callable[[str], str]) -> str:
        while True:
            try:
                return check(self._ask(f"{question} [{default}]: ").strip() or default)
            except UsageError as error:
                self._tell(f"{error.message} {error.hint}")

    def _other_name(self, first: str) -> str:
        while True:
            second = self._fitting("Your partner's name", self._config.names[1], checked_name)
            if second.casefold() != first.casefold():
                return second
            self._tell("You need two different names; a nickname is fine.")

    def _choice(self, title: str, names: Sequence[str], chosen: str, shown: Sequence[str] = ()) -> str:
        """By number; nothing to choose from asks nothing. `shown` are friendlier names."""
        if not names:
            return ""
        self._numbered(title, shown or names)
        while True:
            answer = self._ask(f"Number [{chosen or 'the default one'}]: ").strip()
            if not answer:
                return ""
            if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(names):
                return names[int(answer) - 1]
            self._tell(f"Choose 1 to {len(names)}.")

    def _numbered(self, title: str, names: Sequence[str]) -> None:
        self._tell(f"\n{title}:")
        for number, name in enumerate(names, 1):
            self._tell(f"  {number}  {name}")

    def _try_microphone(self, name: str, microphones: Sequence[str]) -> None:
        """As often as they like, or not at all."""
        if self._trial is None:
            return
        if not microphones:
            self._tell("\nThere is no microphone to test. Connect one and run this again, or use: hearth --text")
            return
        self._tell("")
        again = self._ask("Test the microphone? It listens for three seconds; say a sentence [yes]: ")
        while again.strip().lower() in ("yes", "y") or not again.strip():
            try:
                self._tell(self._trial.hear(name))
            except AudioError as error:
                self._tell(f"{error.message} {error.hint}")
            again = self._ask("Test it again? [no]: ") or "no"

    def _voice(self, voices: Sequence[str], titles: Sequence[str], speaker: str, heard: bool, sample: str) -> str:
        """Each can be heard before one is taken."""
        if self._trial is None or not heard or not voices:
            if self._trial is not None and voices:
                self._tell("\nThere is no speaker to hear the voices with; they can be chosen all the same.")
            return self._choice("Voice", voices, self._config.voice.name, titles)
        self._numbered("Voice", titles)
        taken = ""
        while True:
            now = dict(zip(voices, titles, strict=True)).get(taken or self._config.voice.name, "the default one")
            answer = self._ask(f"Number to hear one, Enter to take [{now}]: ").strip()
            if not answer:
                return taken
            if not (answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(voices)):
                self._tell(f"Choose 1 to {len(voices)}.")
                continue
            taken = voices[int(answer) - 1]
            try:
                self._trial.speak(taken, speaker, sample)
            except AudioError as error:
                self._tell(f"{error.message} {error.hint}")


def _partner(partner: Partner, name: str, sounds_like: tuple[str, ...]) -> Partner:
    """A new name forgets how the old one was heard."""
    heard = tuple(" ".join(spoken.lower().split()) for spoken in sounds_like)
    if name and checked_name(name) != partner.name:
        return Partner(checked_name(name), heard)
    return replace(partner, sounds_like=heard or partner.sounds_like)
