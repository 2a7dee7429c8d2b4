"""What tests let a process do that knows the virtual card and no other; each function prints one JSON value.

Programs that break the card start one of their own; the others find it in their environment.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from array import array
from collections.abc import Callable
from typing import Any

from audio.devices import available, devices, find_input, find_output
from audio.errors import DeviceError
from audio.host import host
from audio.microphone import Microphone
from audio.player import Speaker
from audio.pulse import recording_from
from audio.types import AudioChunk, Clip
from audio.voice import Pyttsx3Voice
from tests.virtual_card import VirtualCard, virtual_card

LIMIT = 20.0


def tone(seconds: float, rate: int, step: float = 0.1) -> bytes:
    """A sine without a zero sample at its ends, so that it can be found again."""
    return array("h", [int(9_000 * math.sin(i * step)) or 1 for i in range(int(seconds * rate))]).tobytes()


def until(true: Callable[[], bool], limit: float = LIMIT) -> bool:
    """Whether it became true in time."""
    end = time.monotonic() + limit
    while not true() and time.monotonic() < end:
        time.sleep(0.002)
    return true()


def here() -> VirtualCard:
    """The card in whose environment this runs, to feed and to capture."""
    return VirtualCard.of(os.environ)


def listed() -> Any:
    """Devices, and what is said of wrong names."""
    said = {}
    for find in (find_input, find_output):
        try:
            find("no such thing")
        except DeviceError as error:
            said[find.__name__] = [error.message, error.hint]
    return {
        "names": [device.name for device in devices()],
        "default": [find_input().name, find_output().name],
        "inexact": find_input("PUL").name,
        "available": available(),
        "said": said,
    }


def nothing() -> Any:
    """What is said where there is no device."""
    try:
        find_input()
    except DeviceError as error:
        return {"available": available(), "message": error.message, "hint": error.hint}
    return None


def plays() -> Any:
    """Three clips one after the other, captured; and a clip of another rate."""
    clips = [Clip(tone(0.5, 22_050, step), 22_050) for step in (0.1, 0.17, 0.05)]
    done: list[float] = []
    with here().capture() as capture:
        speaker = Speaker()
        begin = time.monotonic()
        for clip in clips:
            speaker.play(clip, lambda: done.append(time.monotonic()))
        busy = speaker.busy
        until(lambda: len(done) == 3)
        after = speaker.busy
        speaker.play(Clip(tone(0.5, 44_100, 0.05), 44_100), lambda: done.append(time.monotonic()))
        until(lambda: len(done) == 4)
        time.sleep(0.3)
        speaker.close()
    exact = b"".join(clip.pcm for clip in clips) in capture.sound
    return {
        "exact": exact,
        "seconds": len(capture.sound) / (2 * capture.rate),
        "busy": [busy, after],
        "done": [when - begin for when in done],
    }


def barge_in(times: int = 5) -> Any:
    """Milliseconds from `stop` to the last sample that was heard, several times; and whether `done` was called."""
    done: list[bool] = []
    figures = []
    with here().capture() as capture:
        speaker = Speaker()
        for _ in range(times):
            speaker.play(Clip(tone(3, 22_050), 22_050), lambda: done.append(True))
            speaker.play(Clip(tone(3, 22_050), 22_050), lambda: done.append(True))
            begin = time.monotonic()
            until(lambda began=begin: capture.first_sound(began) > 0)  # type: ignore[misc]
            time.sleep(0.3)
            stopped = time.monotonic()
            speaker.stop()
            busy = speaker.busy
            time.sleep(0.5)
            figures.append(1_000 * max(0.0, capture.last_sound() - stopped))
            assert not busy
        after = Clip(tone(0.2, 22_050, 0.3), 22_050)
        speaker.play(after, lambda: done.append(False))
        until(lambda: bool(done))
        time.sleep(0.2)
        speaker.close()
    return {"ms": figures, "done": done, "next": after.pcm in capture.sound}


def first_sample(times: int = 10) -> Any:
    """Milliseconds from a text to its first sample at the monitor, rendered now and rendered before."""
    figures: dict[str, list[float]] = {"warm": [], "cached": []}
    voice, speaker = Pyttsx3Voice(), Speaker()
    voice.warm()
    with here().capture() as capture:
        for number in range(times):
            for kind in figures:
                begin = time.monotonic()
                speaker.play(voice.render(f"Thank you, that was number {number}."))
                until(lambda began=begin: capture.first_sound(began) > 0)  # type: ignore[misc]
                figures[kind].append(1_000 * (capture.first_sound(begin) - begin))
                speaker.stop()
                time.sleep(0.3)
    speaker.close()
    voice.close()
    return figures


def hears() -> Any:
    """What the microphone makes of a fed tone."""
    card, heard = here(), list[AudioChunk]()
    microphone = Microphone()
    microphone.start(lambda chunk: heard.append(chunk) if chunk else None)
    until(lambda: len(heard) > 5)
    fed = tone(1, 16_000)
    card.feed(fed).wait()
    time.sleep(0.5)
    microphone.close()
    microphone.close()
    pcm = b"".join(chunk.pcm for chunk in heard)
    return {"exact": fed in pcm, "rates": sorted({chunk.rate for chunk in heard}), "missed": microphone.missed}


def lost_and_back() -> Any:
    """The server is killed while the speaker plays, and comes back."""
    with virtual_card() as card:
        os.environ.update(card.env)
        both = _Both()
        both.speaker.play(Clip(tone(1, 22_050), 22_050), lambda: both.done.append(True))
        time.sleep(0.3)
        card.stop()
        said = until(lambda: bool(both.speaking and both.hearing))
        card.start()
        back = until(lambda: both.speaking[-1] == "" and both.hearing[-1] == "")
        finished = until(lambda: bool(both.done))
        return both.report() | {"said": said, "back": back, "finished": finished, "hears": both.hears()}


def unplugged() -> Any:
    """The microphone is unplugged, so that the server lets us record our own speaker; then it is back."""
    with virtual_card() as card:
        os.environ.update(card.env)
        told: list[str] = []
        heard: list[AudioChunk] = []
        microphone = Microphone(on_trouble=told.append, watch_every=0.2)
        microphone.start(lambda chunk: heard.append(chunk) if chunk else None)
        until(lambda: len(heard) > 20)
        source = recording_from()
        card.unplug_microphone()
        noticed = until(lambda: bool(told))
        time.sleep(0.5)
        heard.clear()
        speaker = Speaker()
        speaker.play(Clip(tone(1, 22_050), 22_050))
        time.sleep(1)
        ourselves = any(chunk.pcm.strip(b"\0") for chunk in heard)
        card.plug_microphone()
        back = until(lambda: told[-1] == "")
        fed = tone(0.5, 16_000)
        card.feed(fed).wait()
        again = until(lambda: fed in b"".join(chunk.pcm for chunk in heard), 5)
        microphone.close()
        speaker.close()
        return {
            "source": source,
            "noticed": noticed,
            "ourselves": ourselves,
            "told": list(told),
            "back": back,
            "again": again,
        }


def frozen() -> Any:
    """The server hangs while the speaker plays, and thaws."""
    with virtual_card() as card:
        os.environ.update(card.env)
        both = _Both()
        both.speaker.play(Clip(tone(1, 22_050), 22_050), lambda: both.done.append(True))
        time.sleep(0.3)
        card.freeze()
        said = until(lambda: bool(both.speaking and both.hearing))
        finished = until(lambda: bool(both.done))
        begin = time.monotonic()
        both.speaker.stop()
        stopping = time.monotonic() - begin
        card.thaw()
        back = until(lambda: both.speaking[-1] == "" and both.hearing[-1] == "")
        both.speaker.play(Clip(tone(0.2, 22_050), 22_050), lambda: both.done.append(True))
        again = until(lambda: len(both.done) == 2)
        return both.report() | {
            "said": said,
            "finished": finished,
            "stopping": stopping,
            "back": back,
            "again": again,
            "hears": both.hears(),
        }


def ends_while_frozen() -> Any:
    """The process ends although the server hangs."""
    with virtual_card() as card:
        os.environ.update(card.env)
        both = _Both()
        both.speaker.play(Clip(tone(1, 22_050), 22_050))
        time.sleep(0.3)
        card.freeze()
        until(lambda: host.stuck)
        begin = time.monotonic()
        both.close()
        return {"closing": time.monotonic() - begin, "stuck": host.stuck}


class _Both:
    """A speaker and a microphone, and what they complained of."""

    def __init__(self) -> None:
        self.speaking: list[str] = []
        self.hearing: list[str] = []
        self.done: list[bool] = []
        self.heard = 0
        self.speaker = Speaker(on_trouble=self.speaking.append)
        self.microphone = Microphone(on_trouble=self.hearing.append)
        self.microphone.start(self._count)
        until(self.hears)

    def hears(self) -> bool:
        """Whether sound arrives now."""
        before = self.heard
        return until(lambda: self.heard > before + 3, 5.0)

    def report(self) -> dict[str, Any]:
        """The complaints so far."""
        return {"speaking": list(self.speaking), "hearing": list(self.hearing)}

    def close(self) -> None:
        """Both."""
        self.microphone.close()
        self.speaker.close()

    def _count(self, chunk: AudioChunk | None) -> None:
        self.heard += chunk is not None


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()), flush=True)
