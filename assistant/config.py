"""What a household has chosen. Values only; `config_file` reads and writes them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, time, tzinfo
from typing import Annotated

from msgspec import Meta

from assistant.folders import Folders, find_folders
from assistant.reminders import QuietHours
from assistant.weekdays import Weekday, first_weekday_of

NAME_PATTERN = r"^[^\W\d_]([\w .'’-]{0,38}\w)?$"
"""A name begins with a letter, and could stand in a template of a sentence."""

WORD_PATTERN = r"^[^\W\d_]+(['’][^\W\d_]+)*$"
"""One word of letters, as it stands in a phrase."""

Name = Annotated[str, Meta(pattern=NAME_PATTERN)]
Spoken = Annotated[str, Meta(pattern=WORD_PATTERN, max_length=40)]
Seconds = Annotated[float, Meta(ge=0.1, le=30.0)]
Country = Annotated[str, Meta(pattern=r"^([A-Z]{2})?$")]
Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]


@dataclass(frozen=True, slots=True)
class Partner:
    """One of the two people."""

    name: Name
    """As the assistant says it and as it stands in the journal."""
    sounds_like: tuple[str, ...] = ()
    """How the name may be heard, in words the voice model knows ("sur sha" for Saoirse), beside itself."""


@dataclass(frozen=True, slots=True)
class OwnWord:
    """A word that the voice model was not taught."""

    word: Spoken
    """As it is written."""
    sounds_like: Annotated[tuple[str, ...], Meta(min_length=1)]
    """What it sounds like, in words the voice model knows: "neve" for Niamh; one way to say it each."""


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """Devices, by the names that `hearth --list-input-devices` shows, or a distinct part of them."""

    microphone: str = ""
    """Device to hear with; empty for the system's default."""
    speaker: str = ""
    """Device to speak through; empty for the system's default."""
    ducking: bool = True
    """Whether other programs' sound is lowered while the assistant speaks, with PulseAudio or PipeWire."""


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How the assistant speaks."""

    name: str = ""
    """The synthesiser's name or id of a voice; empty for the one that fits the language."""
    rate: Annotated[int, Meta(ge=80, le=400)] = 165
    """Words a minute."""
    volume: Annotated[float, Meta(ge=0.0, le=1.0)] = 1.0
    """Loudness of voice and chimes, 0 to 1."""
    night_from: Clock = "22:00"
    """Time of day from which on voice and chimes are softer."""
    night_until: Clock = "07:00"
    """Time of day at which they are as loud as by day again; the same as `night_from` for no night."""
    night_volume: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.5
    """Share of `volume` that is left at night; a half is 6 dB."""

    def loudness(self, now: time) -> float:
        """The volume to play at, 0 to 1, at this time of day."""
        night = QuietHours(time.fromisoformat(self.night_from), time.fromisoformat(self.night_until))
        return self.volume * (self.night_volume if night.covers(now) else 1.0)


@dataclass(frozen=True, slots=True)
class PatienceSettings:
    """How much silence ends what somebody says, in seconds."""

    command: Seconds = 0.6
    """After a command."""
    answer: Seconds = 3.0
    """After a free answer; people think while they speak."""
    sure: Seconds = 0.35
    """After a command that is sure to be complete, since no other goes on from it."""


@dataclass(frozen=True, slots=True)
class HearingSettings:
    """How the assistant listens."""

    model: str = ""
    """Folder of a Vosk model of your own; empty for the one that comes with Hearth."""
    patience: PatienceSettings = field(default_factory=PatienceSettings)
    """How much silence ends what somebody says."""
    tail: Annotated[float, Meta(ge=0.0, le=5.0)] = 0.3
    """Seconds after its own speech in which what is heard is ignored, until the room's echo has been measured."""
    echo_cancellation: bool = True
    """Whether its own speech is taken out of what the microphone hears, so that people can speak over it."""
    wake: bool = False
    """Whether, where nothing goes on, only what begins with a wake phrase ("hey hearth") counts."""
    window: Annotated[float, Meta(ge=1.0, le=120.0)] = 12.0
    """Seconds after its last words, or after a wake phrase, for which every sentence counts."""
    models_url: Annotated[str, Meta(pattern=r"^https?://[^\s]+$")] = "https://alphacephei.com/vosk/models"
    """Where `hearth model download` fetches from: Vosk's own page, or a mirror of it."""


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """When reminders have to wait."""

    quiet_from: Clock = "23:00"
    """Time of day, such as "23:00", from which on no reminder is told."""
    quiet_until: Clock = "06:00"
    """Time of day at which those that waited are told; the same as `quiet_from` for no quiet hours."""

    @property
    def quiet_hours(self) -> QuietHours:
        """The two as times."""
        return QuietHours(time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_until))


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """What both partners agreed to."""

    consent: date | None = None
    """The day on which both said yes to keeping words; without it both are asked aloud before any are kept."""
    refused: bool = False
    """Whether one of them said no, or withdrew: rituals are led, and nothing is kept."""

    def agreed(self, keeps: bool, today: date) -> PrivacySettings:
        """A yes keeps its first day; a no is remembered, so that nothing is kept."""
        return PrivacySettings(consent=self.consent or today) if keeps else PrivacySettings(refused=True)


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What `hearth serve` offers to Home Assistant and other Wyoming clients."""

    uri: str = "tcp://127.0.0.1:10300"
    """Address to serve at; the default one can be reached from this machine alone."""
    allow_journal: bool = False
    """Whether clients may have the journal read out to them, and delete from it."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a household can choose."""

    language: Language = "en"
    """Folder name of the sentences, lines and rituals to use."""
    country: Country = ""
    """Two capital letters (ISO 3166) for contacts and the first day of the week; empty for the system's."""
    first_weekday: Weekday | None = None
    """The day a week begins on; without it, the country's."""
    timezone: str = ""
    """Name of the time zone, such as "Europe/Dublin"; empty for the system's."""
    partners: tuple[Partner, Partner] = (Partner("partner one"), Partner("partner two"))
    """The two people, in the order in which they were set up."""
    words: tuple[OwnWord, ...] = ()
    """Words that the voice model was not taught and is to hear all the same, beside the partners' names."""
    audio: AudioSettings = field(default_factory=AudioSettings)
    """Microphone and speaker."""
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    """How the assistant speaks."""
    hearing: HearingSettings = field(default_factory=HearingSettings)
    """How the assistant listens."""
    reminders: ReminderSettings = field(default_factory=ReminderSettings)
    """When reminders have to wait."""
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    """What both partners agreed to."""
    service: ServiceSettings = field(default_factory=ServiceSettings)
    """What other programs are offered."""
    folders: Folders = field(default_factory=find_folders)
    """Where the files lie. Not a key of the file: it comes from the system or the command line."""

    @property
    def names(self) -> tuple[str, str]:
        """The names of the two partners."""
        return self.partners[0].name, self.partners[1].name

    @property
    def home_country(self) -> str:
        """The configured country, or the one of the system's locale; empty if neither is known."""
        return self.country or _locale_country()

    @property
    def week_begins(self) -> Weekday:
        """The configured first day of the week, or the country's."""
        return self.first_weekday or first_weekday_of(self.home_country)

    @property
    def zone(self) -> tzinfo:
        """The configured time zone, or the system's."""
        from zoneinfo import ZoneInfo

        from tzlocal import get_localzone

        return ZoneInfo(self.timezone) if self.timezone else get_localzone()


def _locale_country() -> str:
    """The territory of the user's locale for dates, such as `IE`; empty where the environment names none."""
    names = (os.environ.get(key, "") for key in ("LC_ALL", "LC_TIME", "LANG"))
    territory = next(filter(None, names), "").partition("_")[2][:2]
    return territory if len(territory) == 2 and territory.isupper() else ""
