"""The doctor's checks of microphone, speaker and voice."""

from __future__ import annotations

import shutil
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Literal

from assistant.check import Check
from assistant.loaded import Loaded
from audio.errors import DeviceError
from audio.types import BYTES_PER_SAMPLE, EAR_RATE, Clip, Device, Hearing

if TYPE_CHECKING:
    from assistant.config import Config

LISTENED = 1.0
"""Seconds for which the microphone is listened to."""

FAINT = 10
"""Percent of its volume below which a device counts as turned down."""

BEFORE, AFTER = 0.5, 1.0
"""Seconds that are recorded before and after a sentence that is spoken aloud."""


def portaudio(config: Config) -> Check:
    """Whether the library for microphones and speakers is there."""
    from audio.devices import devices

    return Check("PortAudio", True, f"{len(devices())} devices")


def microphone(config: Config) -> Check:
    """Whether the microphone of the configuration is there, and switched on."""
    from audio.devices import find_input

    return _switched_on("microphone", "input", find_input(config.audio.microphone).name)


def speaker(config: Config) -> Check:
    """Whether the speaker of the configuration is there, and switched on."""
    from audio.devices import find_output

    return _switched_on("speaker", "output", find_output(config.audio.speaker).name)


def _switched_on(what: str, direction: Literal["input", "output"], device: str) -> Check:
    """Where a sound server stands between, it knows the device's own name, and may have it muted."""
    from audio.sound_server import setting

    now = setting(direction, device)
    if now is None:
        return Check(what, True, device)
    found = device if device == now.title else f"{device}, now {now.title}"
    kind = "source" if direction == "input" else "sink"
    if now.muted:
        unmute = f"Unmute it in the sound settings, or: pactl set-{kind}-mute {now.name} 0"
        return Check(what, False, f"{found}: muted", unmute)
    if now.percent < FAINT:
        louder = f"Turn it up in the sound settings, or: pactl set-{kind}-volume {now.name} 100%"
        return Check(what, False, f"{found}: turned down to {now.percent} %", louder)
    return Check(what, True, found)


def other_sound(config: Config) -> Check:
    """Whether other programs' sound can be lowered while Hearth speaks."""
    from audio.sound_server import server

    if not config.audio.ducking:
        return Check("other sound", True, "left as it is while Hearth speaks (ducking = false)")
    if name := server():
        return Check("other sound", True, f"softer while Hearth speaks ({name})")
    if sys.platform == "linux" and shutil.which("pactl") is None:
        hint = "If this machine has PulseAudio or PipeWire: sudo apt install pulseaudio-utils."
        return Check("other sound", True, "as loud as ever while Hearth speaks: pactl is not there", hint)
    return Check("other sound", True, "as loud as ever while Hearth speaks: no PulseAudio or PipeWire runs")


def voice(config: Config) -> Check:
    """Whether a sentence can be spoken."""
    from assistant.household import build_voice

    speaking = build_voice(config)
    try:
        clip = speaking.render("ok")
    finally:
        speaking.close()
    return Check("voice", True, f"spoke {clip.seconds:.1f} s")


def microphone_level(config: Config) -> Check:
    """Whether any sound arrives, and how loud it is now."""
    from assistant.recording import loudest, record
    from audio.level import SILENT

    try:
        pcm = record(config.audio.microphone, LISTENED)
    except DeviceError as error:
        return Check("microphone level", True, f"not measured: {error.message}")
    level = loudest(pcm)
    if not pcm or level <= SILENT:
        hint = "Switch it on, or unmute it in the sound settings; 'hearth setup' has a test of it."
        if sys.platform == "darwin":
            hint = "Allow this terminal the microphone: System Settings, Privacy & Security, Microphone."
        return Check("microphone level", False, "nothing at all arrives from the microphone", hint)
    return Check("microphone level", True, f"{level:.0f} dBFS now; speech should reach -40 to -10")


def sample_rates(config: Config) -> Check:
    """What the devices work with by themselves; other rates than ours are converted."""
    from audio.devices import find_input, find_output

    try:
        ears, mouth = find_input(config.audio.microphone), find_output(config.audio.speaker)
    except DeviceError as error:
        return Check("sample rates", True, f"not known: {error.message}")
    told = f"microphone {_rate(ears, 'input')}, speaker {_rate(mouth, 'output')}; heard at {EAR_RATE:,} Hz"
    return Check("sample rates", True, told)


def _rate(device: Device, direction: Literal["input", "output"]) -> str:
    from audio.sound_server import setting

    now = setting(direction, device.name)
    rate = now.rate if now else device.rate
    return f"{rate:,} Hz" if rate else "unknown"


def round_trip(config: Config, *, aloud: bool = False, loaded: Loaded | None = None) -> Check:
    """Whether a sentence that is spoken is also heard: in memory, or aloud through speaker and microphone."""
    from assistant.ears import build_ear
    from assistant.household import build_voice, examples
    from assistant.recording import heard
    from audio.devices import available

    sentences = (loaded or Loaded(config)).sentences
    sentence = examples(sentences)[-1]
    with closing(build_voice(config)) as speaking:
        clip = speaking.render(sentence)
    air = aloud and all(available())
    pcm = _through_the_air(config, clip) if air else in_memory(clip)
    with closing(build_ear(config, sentences)) as ear:
        found = [one.phrase.text for one in heard(ear, Hearing.COMMANDS, pcm) if one.phrase]
    way = "through speaker and microphone" if air else "in memory"
    if aloud and not air:
        way += ", since there are not both devices"
    if sentence in found:
        return Check("round trip", True, f'spoke "{sentence}" and heard it, {way}')
    hint = "Another voice may be clearer: 'hearth say --voices' lists them, 'hearth setup' lets you hear them."
    if air:
        hint = "Turn the speaker up, and bring the microphone closer; with headphones this cannot work."
    return Check("round trip", False, f'spoke "{sentence}" and did not hear it, {way}', hint)


def in_memory(clip: Clip) -> bytes:
    """A clip as a microphone would deliver it: 16 kHz mono samples, with silence around them."""
    from audio.files import resampled

    silence = bytes(round(BEFORE * EAR_RATE) * BYTES_PER_SAMPLE)
    return silence + resampled(clip, EAR_RATE).pcm + silence


def _through_the_air(config: Config, clip: Clip) -> bytes:
    """What the microphone hears while the speaker plays the clip; raises DeviceError."""
    from assistant.household import build_player
    from assistant.recording import record

    with closing(build_player(config)) as player:
        timer = threading.Timer(BEFORE, player.play, (clip,))
        timer.daemon = True
        timer.start()
        try:
            return record(config.audio.microphone, BEFORE + clip.seconds + AFTER)
        finally:
            timer.join()
