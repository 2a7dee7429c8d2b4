"""What the service tells about itself: Wyoming's `info`."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    TtsProgram,
    TtsVoice,
)

from assistant.config import Config
from audio.model_files import VoiceModel

MAKERS = "The Hearth maintainers"
VOSK = Attribution("Alpha Cephei (Vosk)", "https://alphacephei.com/vosk/")
FINGERPRINT = 12
"""Characters of a voice model's fingerprint that tell it from others."""
PYTTSX3 = Attribution("pyttsx3", "https://pyttsx3.readthedocs.io/")


def describe(config: Config, model: VoiceModel) -> Info:
    """Three programs, each with one model in the household's language; a voice model's version is its fingerprint.

    There is no `intent` program although `recognize` is answered: Home Assistant would take one for an agent that
    controls the home, and send it sentences about lamps.
    """
    own = Attribution(MAKERS, "")
    home = _about("hearth", "Leads two people through rituals of connection", own, release("hearth-assistant"))
    ears = _about("hearth", "Hearth's ear: its sentences and free words, offline", VOSK, release("vosk"))
    mouth = _about("hearth", "Hearth's voice, offline", PYTTSX3, release("pyttsx3"))
    languages = [config.language]
    return Info(
        asr=[
            AsrProgram(
                **ears, models=[AsrModel(**_model(config, own, model.fingerprint[:FINGERPRINT]), languages=languages)]
            )
        ],
        tts=[TtsProgram(**mouth, voices=[TtsVoice(**_voice(config), languages=languages)])],
        handle=[HandleProgram(**home, models=[HandleModel(**home, languages=languages)])],
    )


def release(package: str) -> str | None:
    """The version of an installed package; None when it is not installed as one."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _model(config: Config, own: Attribution, number: str) -> dict[str, Any]:
    if not config.hearing.model:
        return _about(f"hearth-{config.language}", "The voice model that comes with Hearth", own, number)
    return _about(Path(config.hearing.model).name, "A Vosk model of the household's own", VOSK, number)


def _voice(config: Config) -> dict[str, Any]:
    return _about(config.voice.name or "default", "The voice that Hearth speaks with", PYTTSX3, release("pyttsx3"))


def _about(name: str, description: str, attribution: Attribution, number: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "attribution": attribution,
        "installed": True,
        "version": number,
    }
