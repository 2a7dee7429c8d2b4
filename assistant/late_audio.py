"""Sound that arrives late: after a boot, before a sound server or a headset is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from audio.errors import DeviceError

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.options import ListenOptions

FIRST_LOOK, LAST_LOOK = 0.5, 5.0
"""Seconds between two looks at the devices, doubling from the first to the last."""


def wait_for_audio(config: Config, options: ListenOptions, tell: Callable[[str], None]) -> None:
    """Return once the devices that the options need are there; `tell` hears what is missing, each thing once."""
    told, pause = "", FIRST_LOOK
    while (missing := missing_device(config, options)) is not None:
        if missing.message != told:
            told = missing.message
            tell(f"{told} Waiting for it.")
        time.sleep(pause)
        pause = min(2 * pause, LAST_LOOK)
    if told:
        tell("Sound is there now.")


def missing_device(config: Config, options: ListenOptions) -> DeviceError | None:
    """Why the conversation could not be held now; None if it could."""
    from audio.devices import devices, find_input, find_output

    try:
        devices()
        if not options.inputs:
            find_input(config.audio.microphone)
        if not options.output:
            find_output(config.audio.speaker)
    except DeviceError as error:
        return error
    return None
