"""Checks of everything that Hearth stands on, each with what was found and what to do."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.check import Check
from assistant.errors import AssistantError, ConfigError
from assistant.loaded import Loaded
from assistant.packages import HINT, foreign, told
from audio.errors import AudioError
from intents.errors import SentenceError
from prompts.errors import PromptError

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.folders import Folders

ROOM = 200_000_000
"""Bytes that should be free: the compiled phrases and years of a journal."""

DAY = 86_400
"""Seconds. A journal that was written further ahead of now than this means a clock that went back."""

SET_CLOCK = "Set this machine's clock: entries are kept, and reminders told, by its time."

BUILT = 2025
"""A clock that shows an earlier year than this program is wrong."""


def examine(folders: Folders, adjust: Callable[[Config], Config], *, round_trip: bool = False) -> Iterator[Check]:
    """All checks, each as soon as it is done; `adjust` applies the command line's flags to the configuration.

    A sentence is spoken and listened to: in memory, or aloud with `round_trip`.
    """
    from assistant import sound_checks

    yield packages()
    config, check = configuration(folders)
    config = adjust(config)
    yield check
    loaded = Loaded(config)
    for examined in (
        clock,
        consent,
        data_folder,
        disk,
        partial(household_files, loaded=loaded),
        model,
        partial(phrases, loaded=loaded),
        sound_checks.portaudio,
        sound_checks.microphone,
        sound_checks.microphone_level,
        sound_checks.speaker,
        sound_checks.sample_rates,
        sound_checks.other_sound,
        sound_checks.voice,
        partial(sound_checks.round_trip, aloud=round_trip, loaded=loaded),
    ):
        yield _careful(examined, config)
    yield from journal(config)


def packages() -> Check:
    """Whether our four folders are those that are imported; the command itself refuses to run where they are not."""
    strangers = foreign()
    if strangers:
        return Check("packages", False, told(strangers), HINT)
    version = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
    return Check("packages", True, f"all four beside each other, {version}")


def configuration(folders: Folders) -> tuple[Config, Check]:
    """The configuration, all defaults if it is broken."""
    from assistant.config import Config
    from assistant.config_file import read

    file = folders.config_file
    if not file.exists():
        missing = Check("configuration", True, f"none yet at {file}", "Run 'hearth setup' to tell it your names.")
        return Config(folders=folders), missing
    try:
        config = read(folders)
    except ConfigError as error:
        return Config(folders=folders), Check("configuration", False, error.message, error.hint)
    if _open_to_others(file):
        return config, Check("configuration", False, f"others can read {file}", f"chmod 600 '{file}'")
    return config, Check("configuration", True, f"{file}, {' and '.join(config.names)}")


def clock(config: Config) -> Check:
    """Whether the time can be right, and where it is told."""
    now = datetime.now(config.zone)
    found = f"{now:%Y-%m-%d %H:%M} {now.tzname()}, weeks begin on {config.week_begins}"
    if now.year < BUILT:
        return Check("clock", False, found, SET_CLOCK)
    written = max((path.stat().st_mtime for path in config.folders.data.glob("journal*")), default=0.0)
    if written > now.timestamp() + DAY:
        day = datetime.fromtimestamp(written, config.zone)
        return Check("clock", False, f"{found}, but the journal was written on {day:%Y-%m-%d}", SET_CLOCK)
    return Check("clock", True, found)


def consent(config: Config) -> Check:
    """Whether both agreed to the journal."""
    if config.privacy.consent:
        return Check("consent", True, f"both agreed on {config.privacy.consent}")
    if config.privacy.refused:
        return Check("consent", True, "refused or withdrawn: nothing is kept")
    return Check("consent", True, "not yet given", "When both of you agree: hearth setup --consent.")


def data_folder(config: Config) -> Check:
    """Whether the journal's folder can be written, by its owner alone."""
    folder = config.folders.data
    if not folder.exists():
        parent = next(parent for parent in folder.parents if parent.exists())
        if os.access(parent, os.W_OK):
            return Check("data folder", True, f"{folder} will be made")
        return Check("data folder", False, f"{parent} cannot be written", "Name another one with --data-dir.")
    if not os.access(folder, os.W_OK):
        return Check("data folder", False, f"{folder} cannot be written", "Check who owns it, or use --data-dir.")
    if _open_to_others(folder):
        return Check("data folder", False, f"others can look into {folder}", f"chmod 700 '{folder}'")
    return Check("data folder", True, str(folder))


def disk(config: Config) -> Check:
    """Whether there is room."""
    folder = config.folders.data
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free // 1_000_000:,} MB free"
    if free < ROOM:
        return Check("disk", False, found, "Make some room: nothing can be kept on a full disk.")
    return Check("disk", True, found)


def household_files(config: Config, loaded: Loaded | None = None) -> Check:
    """Whether all rituals, sentences and lines load."""
    from assistant.household import load_lines

    loaded, lines = loaded or Loaded(config), load_lines(config)
    found = f"{len(loaded.rituals)} rituals, {len(loaded.sentences.names)} meanings, {len(lines.keys)} lines"
    if loaded.problems:
        told = " ".join(problem.message for problem in loaded.problems)
        return Check("rituals and sentences", False, f"{found}; {told}", loaded.problems[0].hint)
    return Check("rituals and sentences", True, found)


def model(config: Config) -> Check:
    """Which voice model it is, whether it is whole, and how it can be made to listen for phrases."""
    from assistant.ears import voice_model
    from audio.model import embedded

    checked = voice_model(config)
    name = "the embedded one" if checked.path == embedded() else str(checked.path)
    return Check("voice model", True, f"{name}: {checked.strategy.told}")


def phrases(config: Config, loaded: Loaded | None = None) -> Check:
    """How many phrases the voice model can hear, your names above all."""
    from assistant.ears import unheard_names, unheard_words

    texts = [phrase.text for phrase in (loaded or Loaded(config)).sentences.phrases()]
    unheard = unheard_words(config, texts)
    words = sorted({word for words in unheard.values() for word in words})
    found = f"{len(texts) - len(unheard):,} of {len(texts):,} can be heard"
    deaf = unheard_names(config)
    if deaf:
        hint = f"Add it: hearth phrases --add-word {deaf[0].lower()} --sounds-like WORDS --try"
        return Check("phrases", False, f"{found}; not your name {' nor '.join(deaf)}", hint)
    shown = f"{', '.join(words[:8])}{' …' if len(words) > 8 else ''}"
    hint = f"Words it does not know: {shown}. Add one: hearth phrases --add-word {words[0]}" if unheard else ""
    return Check("phrases", True, found, hint)


def journal(config: Config) -> Iterator[Check]:
    """What the journal's own check finds."""
    from assistant.journal.check import check

    for found in check(config.folders.data):
        yield Check(found.name, found.ok, found.message, found.hint)


def _careful(examined: Callable[[Config], Check], config: Config) -> Check:
    """The check, or what kept it from being made."""
    function = examined.func if isinstance(examined, partial) else examined
    name = function.__name__.replace("_", " ").replace("portaudio", "PortAudio").replace("model", "voice model")
    try:
        return examined(config)
    except (AssistantError, AudioError, SentenceError, PromptError) as error:
        return Check(name, False, error.message, error.hint)
    except OSError as error:
        return Check(name, False, error.strerror or type(error).__name__, "Check who owns Hearth's folders.")


def _open_to_others(path: Path) -> bool:
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
