"""What every command begins with: the configuration, with the flags that override it."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.cli.parser import Parser
    from assistant.config import Config
    from assistant.journal import Query
    from assistant.periods import Span


def load_config(args: Namespace) -> Config:
    """The household's configuration as this command line wants it; raises ConfigError."""
    from assistant.config_file import read
    from assistant.folders import find_folders

    folders = find_folders(args.config or "", args.data_dir or "")
    return overridden(read(folders, required=bool(args.config)), args)


def written_config(args: Namespace) -> Config:
    """The configuration as its file has it, without what this command line overrides: for writing it again."""
    from assistant.config_file import read
    from assistant.folders import find_folders

    return read(find_folders(args.config or "", args.data_dir or ""))


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


def typed_span(config: Config, period: str) -> Span:
    """The span of a period that was typed, in the household's language or as an id; raises UsageError."""
    from assistant.household import load_lines
    from assistant.periods import parse_period

    return parse_period(period, now_in(config), config.week_begins, load_lines(config).names("period"))


def json_line(value: Any) -> str:
    """One line of JSON, letters as they are."""
    return json.dumps(value, ensure_ascii=False)


def entry_filters(parser: Parser) -> None:
    """Flags that say which entries of the journal are meant."""
    group = parser.add_argument_group("which entries")
    group.add_argument("--period", metavar="PERIOD", default="", help="a time as in 'hearth summary'")
    group.add_argument("--speaker", metavar="NAME", default="", help="said by this person")
    group.add_argument("--ritual", metavar="ID", default="", help="of this ritual")
    group.add_argument("--kind", metavar="KIND", default="", help="of this kind, such as appreciation")


def entry_query(config: Config, args: Namespace, ids: tuple[str, ...] = ()) -> Query:
    """The entries that those flags mean; raises UsageError for an unknown period."""
    from assistant.journal.records import Query

    span = typed_span(config, args.period or "ever")
    return Query(
        since=span.since,
        until=span.until,
        speaker=known_speaker(config, args.speaker),
        ritual=args.ritual,
        kind=args.kind,
        ids=ids,
    )


def known_speaker(config: Config, name: str) -> str:
    """The name as the journal has it; other names are taken as they are, since people rename themselves."""
    return next((known for known in config.names if known.casefold() == name.casefold()), name)
