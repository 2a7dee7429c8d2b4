"""Trying microphone and voice out while a household is set up."""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, TextIO

from assistant.recording import advice, record, understood
from assistant.terminal import BARS, DRAWN, PLAIN, bars
from audio.errors import DeviceError
from audio.level import SILENT

if TYPE_CHECKING:
    from assistant.config import Config

SECONDS = 3.0
"""How long the microphone is listened to."""

EVERY = 3
"""Chunks of 32 ms between two drawings of the level."""

GRACE = 5.0
"""Seconds after which a sample that should have been spoken counts as lost."""


class SoundTrial:
    """Listens and speaks with devices and voices that are not in the configuration yet."""

    def __init__(self, config: Config, out: TextIO) -> None:
        """`out` is where the level is drawn."""
        self._config = config
        self._out = out

    def hear(self, microphone: str) -> str:
        """Listen for `SECONDS`; how loud it was and what was heard. Raises AudioError."""
        meter = Meter(self._out)
        pcm = record(microphone, SECONDS, meter.show)
        meter.close()
        fits, told = advice(pcm)
        text = understood(self._config, pcm)
        if text:
            return f'I heard: "{text}". {told}'
        return f"I heard no words. {told}" if not fits else f"I heard no words. {told} Speak a little longer."

    def speak(self, voice: str, speaker: str, text: str) -> None:
        """Say something with a voice, and wait until it was said; raises AudioError."""
        from assistant.household import build_player, build_voice

        config = replace(
            self._config,
            voice=replace(self._config.voice, name=voice),
            audio=replace(self._config.audio, speaker=speaker or self._config.audio.speaker),
        )
        with closing(build_voice(config)) as speaking:
            clip = speaking.render(text)
        over = Event()
        with closing(build_player(config)) as player:
            player.play(clip, over.set)
            if not over.wait(clip.seconds + GRACE):
                raise DeviceError("The speaker does not play.", "Choose another one, or look with 'hearth doctor'.")


class Meter:
    """Draws the level on one line, again and again, where that can be done."""

    def __init__(self, out: TextIO) -> None:
        self._write = out.write
        self._flush = out.flush
        self._draws = out.isatty()
        self._marks = DRAWN if (out.encoding or "").lower().startswith("utf") else PLAIN
        self._level = SILENT
        self._count = 0

    def show(self, level: float) -> None:
        """The loudness of the next 32 ms, in dBFS."""
        self._level = max(self._level, level)
        self._count += 1
        if self._draws and self._count % EVERY == 0:
            full = bars(self._level)
            left = math.ceil(max(0.0, SECONDS - self._count * 0.032))
            self._write(f"\r  {self._marks.full * full}{self._marks.empty * (BARS - full)}  {left} ")
            self._flush()
            self._level = SILENT

    def close(self) -> None:
        """Take the line away."""
        if self._draws:
            self._write("\r" + " " * (BARS + 6) + "\r")
            self._flush()
