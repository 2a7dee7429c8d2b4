"""The microphones and speakers that PulseAudio or PipeWire know; PortAudio sees all of them as one device, `pulse`."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal

from audio.pulse import OUR_SPEECH, ask, sections

PULSE = "pulse"
"""PortAudio's name of the device that leads to the sound server."""

WORDS = {"input": ("sources", "Source #", "PULSE_SOURCE"), "output": ("sinks", "Sink #", "PULSE_SINK")}
"""What a direction is called by `pactl`, in its lists, and in the environment that the server's library reads."""

_REPLACED: dict[str, str | None] = {}
"""What the environment said before we changed it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One microphone or speaker of the sound server."""

    name: str
    """The server's name of it, which stays the same when it is unplugged and plugged in again."""
    title: str
    """As people know it, such as "Jabra SPEAK 510 Mono"."""
    channels: int
    """How many it has."""
    rate: int
    """Samples a second."""


def endpoints(direction: Literal["input", "output"]) -> list[Endpoint]:
    """All there are now but for what a speaker plays; none without such a server, or without `pactl`."""
    plural, begins, _ = WORDS[direction]
    found = []
    for _, text in sections(ask("list", plural), begins):
        name, title = _line(text, "Name"), _line(text, "Description")
        form = re.search(r"(\d+)ch (\d+)Hz", _line(text, "Sample Specification"))
        if name and form and not (direction == "input" and name.endswith(OUR_SPEECH)):
            found.append(Endpoint(name, title or name, int(form[1]), int(form[2])))
    return found


def aim(direction: Literal["input", "output"], name: str) -> None:
    """Streams that are opened on `pulse` from now on lead to the endpoint of that name; empty for the usual one."""
    variable = WORDS[direction][2]
    if name:
        _REPLACED.setdefault(variable, os.environ.get(variable))
        os.environ[variable] = name
    elif variable in _REPLACED:
        before = _REPLACED.pop(variable)
        os.environ.pop(variable)
        if before is not None:
            os.environ[variable] = before


def _line(text: str, key: str) -> str:
    found = re.search(rf"^\s*{key}: (.*)$", text, re.MULTILINE)
    return found[1].strip() if found else ""
