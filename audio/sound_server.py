"""How PulseAudio or PipeWire have set what we hear and speak with: by their own names, muted or not, how loud."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal

from audio.endpoints import PULSE, WORDS
from audio.pulse import ask, sections

THROUGH = (PULSE, "default", "pipewire")
"""PortAudio's names of what leads to the sound server."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A microphone or speaker as the server has it."""

    name: str
    """The server's name of it, for `pactl`."""
    title: str
    """As people know it."""
    muted: bool
    """Whether it is switched off in the sound settings."""
    percent: int
    """Its volume; 100 is as it is recorded, or as loud as the speaker was made for."""
    rate: int
    """Samples a second."""


def server() -> str:
    """Which server there is, such as "PulseAudio (on PipeWire 1.0.5)"; empty without one, or without `pactl`."""
    return _line(ask("info"), "Server Name")


def setting(direction: Literal["input", "output"], device: str) -> Setting | None:
    """What the device of that name is to the server; None for one that does not lead there."""
    plural, begins, variable = WORDS[direction]
    settings = [_setting(text) for _, text in sections(ask("list", plural), begins)]
    if device not in THROUGH:
        return next((one for one in settings if one.title == device), None)
    usual = "Default Source" if direction == "input" else "Default Sink"
    name = os.environ.get(variable) or _line(ask("info"), usual)
    return next((one for one in settings if one.name == name), None)


def _setting(text: str) -> Setting:
    loud = re.search(r"(\d+)%", _line(text, "Volume"))
    rate = re.search(r"(\d+)Hz", _line(text, "Sample Specification"))
    name = _line(text, "Name")
    return Setting(
        name=name,
        title=_line(text, "Description") or name,
        muted=_line(text, "Mute") == "yes",
        percent=int(loud[1]) if loud else 100,
        rate=int(rate[1]) if rate else 0,
    )


def _line(text: str, key: str) -> str:
    found = re.search(rf"^\s*{key}: (.*)$", text, re.MULTILINE)
    return found[1].strip() if found else ""
