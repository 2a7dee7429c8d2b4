"""TOML as text: where a key stands in it, and a configuration written out with its comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from assistant.config import Config, OwnWord, Partner

TEMPLATE = """\
# Hearth's configuration. 'hearth setup' writes it; every key may be left out.

# Language of what is said and understood.
language = {language}
# Two capital letters (ISO 3166), for contacts and the first day of the week; "" is the system's.
country = {country}
# The day a week begins on; without it, the country's.
{first_weekday}
# Time zone, such as "Europe/Dublin"; "" is the system's.
timezone = {timezone}

{partners}
{words}[audio]
# Devices by name, or a distinct part of it ('hearth listen --list-input-devices'); "" is the default one.
microphone = {microphone}
speaker = {speaker}
# Whether other programs' sound is lowered while Hearth speaks (with PulseAudio or PipeWire).
ducking = {ducking}

[voice]
# The synthesiser's voice; "" is the one that fits the language.
name = {voice}
# Words a minute.
rate = {rate}
# Loudness of voice and chimes from 0 to 1.
volume = {volume}
# Times of day between which they are softer, and which share of the loudness is left. The same twice: no night.
night_from = {night_from}
night_until = {night_until}
night_volume = {night_volume}

[hearing]
# Folder of a Vosk model of your own ('hearth model use'); "" is the one that comes with Hearth.
model = {model}
# Where 'hearth model download' fetches from, when you run it: Vosk's own page, or a mirror of it.
models_url = {models_url}
# Seconds after its own speech in which what is heard is ignored, until the room's echo has been measured.
tail = {tail}
# Whether its own speech is taken out of what the microphone hears, so that people can speak over it.
echo_cancellation = {echo_cancellation}
# Whether, where nothing goes on, only what begins with a wake phrase ("hey hearth") counts.
wake = {wake}
# Seconds after its last words, or after a wake phrase, for which every sentence counts.
window = {window}

[hearing.patience]
# Seconds of silence that end a command, a free answer, and a command that is sure to be complete.
command = {command}
answer = {answer}
sure = {sure}

[reminders]
# Times of day between which no reminder is told; those that were due are told at the end. The same twice: never quiet.
quiet_from = {quiet_from}
quiet_until = {quiet_until}

[privacy]
# The day on which both partners said yes to keeping words in the journal.
{consent}
# Whether one of you said no, or withdrew: then rituals are led, and nothing is kept.
refused = {refused}

[service]
# Address that 'hearth serve' serves at; only this machine can reach 127.0.0.1.
uri = {uri}
# Whether its clients may have the journal read out to them, and delete from it.
allow_journal = {allow_journal}
"""

PARTNER = """\
[[partners]]
name = {name}
# How the name may be heard, in words that the voice model knows.
sounds_like = {sounds_like}
"""

WORD = """\
[[words]]
word = {word}
sounds_like = {sounds_like}

"""

WORDS = """\
# Words that the voice model was not taught, and what they sound like in words that it knows
# ('hearth phrases --add-word' finds that out):
"""

NO_WORDS = """\
# [[words]]
# word = "saoirse"
# sounds_like = ["sur sha"]

"""


def to_toml(config: Config) -> str:
    """The whole configuration with a comment for every key; `config_file.parse` reads the same back."""
    weekday, consent = config.first_weekday, config.privacy.consent
    return TEMPLATE.format(
        language=_text(config.language),
        country=_text(config.country),
        first_weekday=f"first_weekday = {_text(weekday)}" if weekday else '# first_weekday = "monday"',
        timezone=_text(config.timezone),
        partners="\n".join(_partner(partner) for partner in config.partners),
        words=WORDS + ("".join(map(_word, config.words)) or NO_WORDS),
        microphone=_text(config.audio.microphone),
        speaker=_text(config.audio.speaker),
        ducking=_flag(config.audio.ducking),
        voice=_text(config.voice.name),
        rate=config.voice.rate,
        volume=float(config.voice.volume),
        night_from=_text(config.voice.night_from),
        night_until=_text(config.voice.night_until),
        night_volume=float(config.voice.night_volume),
        model=_text(config.hearing.model),
        models_url=_text(config.hearing.models_url),
        tail=float(config.hearing.tail),
        echo_cancellation=_flag(config.hearing.echo_cancellation),
        wake=_flag(config.hearing.wake),
        window=float(config.hearing.window),
        command=float(config.hearing.patience.command),
        answer=float(config.hearing.patience.answer),
        sure=float(config.hearing.patience.sure),
        quiet_from=_text(config.reminders.quiet_from),
        quiet_until=_text(config.reminders.quiet_until),
        consent=f"consent = {consent.isoformat()}" if consent else "# consent = 2026-01-31",
        refused=_flag(config.privacy.refused),
        uri=_text(config.service.uri),
        allow_journal=_flag(config.service.allow_journal),
    )


def line_of(text: str, path: str) -> int:
    """The line (from 1) of the key `path`, such as `partners[1].name`, or else of its table; 0: none."""
    places = dict(_keys(text.splitlines()))
    for name in ("partners", "words"):
        places.setdefault(name, places.get(f"{name}[0]", 0))
    while path and path not in places:
        path = path.rpartition(".")[0] if not path.endswith("]") else path.rpartition("[")[0]
    return places.get(path, 0)


def _keys(lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Every table header and key with its line; a heuristic for messages, not a parser."""
    table = ""
    counts: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if header := re.match(r"\s*\[\[\s*([^\]]+?)\s*\]\]", line):
            counts[header[1]] = counts.get(header[1], -1) + 1
            table = f"{header[1]}[{counts[header[1]]}]"
            yield table, number
        elif header := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            table = header[1]
            yield table, number
        elif key := re.match(r"\s*([\w.\"' -]+?)\s*=", line):
            name = re.sub(r"[\"' ]", "", key[1])
            yield f"{table}.{name}" if table else name, number


def _partner(partner: Partner) -> str:
    return PARTNER.format(name=_text(partner.name), sounds_like=_list(partner.sounds_like))


def _word(own: OwnWord) -> str:
    return WORD.format(word=_text(own.word), sounds_like=_list(own.sounds_like))


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _flag(value: bool) -> str:
    return "true" if value else "false"
