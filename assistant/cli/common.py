"""What every command begins with: the configuration, with the flags that override it."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.config import Config


def load_config(args: Namespace) -> Config:
    """The household's configuration as this command line wants it; raises ConfigError."""
    from assistant.config_file import read
    from assistant.folders import find_folders

    folders = find_folders(args.config or "", args.data_dir or "")
    return overridden(read(folders, required=bool(args.config)), args)


def overridden(config: Config, args: Namespace) -> Config:
    """The configuration with `--language`, `--model`, `--voice` and the two devices as far as they were given."""
    if args.language:
        config = replace(config, language=args.language)
    if model := getattr(args, "model", ""):
        config = replace(config, hearing=replace(config.hearing, model=model))
    if microphone := getattr(args, "audio_input_device", ""):
        config = replace(config, audio=replace(config.audio, microphone=microphone))
    if speaker := getattr(args, "audio_output_device", ""):
        config = replace(config, audio=replace(config.audio, speaker=speaker))
    if voice := getattr(args, "voice", ""):
        config = replace(config, voice=replace(config.voice, name=voice))
    return config


def now_in(config: Config) -> datetime:
    """This moment on the household's wall clock."""
    return datetime.now(config.zone)


def json_line(value: Any) -> str:
    """One line of JSON, letters as they are."""
    return json.dumps(value, ensure_ascii=False)
