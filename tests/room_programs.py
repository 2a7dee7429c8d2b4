"""What happens to microphones and speakers in a living room; each function prints one JSON value.

As tests/card_programs.py: run in a process that knows the virtual card and no other.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from typing import IO, Any

from assistant.cli import main
from assistant.watchdog import STUCK
from audio.devices import devices
from audio.ducking import Ducked, Ducking, others
from audio.ear import VoskEar
from audio.microphone import Microphone
from audio.player import Speaker
from audio.types import AudioChunk, Clip, Heard, Onset, Silence
from tests.card_programs import here, tone, until
from tests.virtual_card import Capture, VirtualCard, virtual_card

MUSIC = 0.285
"""Radians a sample of a tone of 1 kHz at 22,050 Hz."""
HANGS_AFTER = 8.0
"""Seconds after which it has said hello and listens."""
TRIES = 3
"""How often a tone is played: where the machine is busy the player itself may tear it."""
HELD_UP = 1.2
"""Seconds for which nobody takes what the sound driver has; it stores that much."""
MUTED = "I can't hear you: only dead silence comes from the microphone. Is it switched off or muted?"


class Ears:
    """A microphone, what it heard and what it complained of."""

    def __init__(self, **options: Any) -> None:
        self.told: list[str] = []
        self.heard: list[AudioChunk] = []
        self.delay = 0.0
        self.microphone = Microphone(on_trouble=self.told.append, **options)
        self.microphone.start(self._put)

    def hears(self, pcm: bytes, limit: float = 10.0) -> bool:
        """Whether these samples arrive, or already have."""
        return until(lambda: pcm in b"".join(chunk.pcm for chunk in self.heard), limit)

    def _put(self, chunk: AudioChunk | None) -> None:
        time.sleep(self.delay)
        self.delay = 0.0
        if chunk is not None:
            self.heard.append(chunk)


def switched_off() -> Any:
    """A microphone that is off at first, switched on, off for a while, and off again."""
    card, ears, fed = here(), Ears(dead_after=1.0), tone(0.5, 16_000)
    began = time.monotonic()
    told = until(lambda: bool(ears.told))
    after, lost = time.monotonic() - began, ears.microphone.lost
    card.feed(fed).wait()
    back = until(lambda: ears.told[-1] == "") and not ears.microphone.lost
    time.sleep(1.5)
    patient = len(ears.told) == 2
    again = until(lambda: len(ears.told) == 3, 3)
    ears.microphone.close()
    return {
        "told": told and ears.told == [MUTED, "", MUTED],
        "after": after,
        "lost": lost,
        "back": back,
        "heard": fed in b"".join(chunk.pcm for chunk in ears.heard),
        "patient": patient,
        "again": again,
    }


def calm() -> Any:
    """Bytes of the pieces in which sound comes while nobody speaks, and once somebody does; nothing is lost between."""
    card, ears, calm = here(), Ears(), [True]
    ears.microphone.calm = lambda: calm[0]
    until(lambda: len(ears.heard) > 12)
    fed = tone(1.5, 16_000)
    playing = card.feed(fed)
    time.sleep(0.7)
    calm[0] = False
    playing.wait()
    whole = ears.hears(fed)
    ears.microphone.close()
    sizes = [len(chunk.pcm) for chunk in ears.heard]
    return {"calm": sizes[8], "busy": sizes[-2], "whole": whole}


def stalled() -> Any:
    """Whoever takes the sound does not take any for ten seconds: more than can wait."""
    card, ears = here(), Ears()
    until(lambda: len(ears.heard) > 20)
    ears.delay = 10.0
    told = until(lambda: bool(ears.told))
    fed = tone(0.5, 16_000)
    again = any(card.feed(fed).wait() == 0 and ears.hears(fed, 4.0) for _ in range(TRIES))
    ears.microphone.close()
    return {"told": told and ears.told, "missed": ears.microphone.missed, "again": again}


def held_up() -> Any:
    """The thread that the sound driver calls is held up while somebody speaks."""
    card, ears, fed, held = here(), Ears(), tone(0.5, 16_000), threading.Event()
    until(lambda: len(ears.heard) > 20)

    def calm() -> bool:
        if not held.is_set():
            held.set()
            time.sleep(HELD_UP)
        return False

    ears.microphone.calm = calm
    held.wait()
    card.feed(fed).wait()
    whole = ears.hears(fed)
    ears.microphone.close()
    return {"whole": whole, "missed": ears.microphone.missed, "told": ears.told}


def taken() -> Any:
    """Another program has the microphone to itself when it is opened, and leaves it."""
    card, fed = here(), tone(0.5, 16_000)
    card.control("suspend-sink", "mic_in", "1")
    try:
        ears = Ears()
        told = until(lambda: bool(ears.told))
        lost = ears.microphone.lost
    finally:
        card.control("suspend-sink", "mic_in", "0")
    back = until(lambda: ears.told[-1] == "")
    card.feed(fed).wait()
    again = ears.hears(fed)
    ears.microphone.close()
    return {"told": told and ears.told, "lost": lost, "back": back, "again": again}


def other_default() -> Any:
    """The default microphone of the server changes while it is recorded from."""
    with virtual_card() as card:
        os.environ.update(card.env)
        del os.environ["PULSE_SOURCE"]
        for number in (1, 2):
            options = f"sink_name=room{number} rate=16000 channels=1 format=s16le norewinds=1"
            card.control("load-module", "module-null-sink", *options.split())
            card.control(
                "load-module", "module-remap-source", f"master=room{number}.monitor", f"source_name=mic{number}"
            )
        card.control("set-default-source", "mic1")
        ears, fed = Ears(watch_every=0.2), tone(0.5, 16_000)
        until(lambda: len(ears.heard) > 5)
        card.feed(fed, device="room1").wait()
        first = ears.hears(fed)
        ears.heard.clear()
        card.control("set-default-source", "mic2")
        time.sleep(0.5)
        fed = tone(0.5, 16_000, 0.2)
        card.feed(fed, device="room2").wait()
        second = ears.hears(fed)
        ears.microphone.close()
        return {"first": first, "second": second, "told": list(ears.told)}


def named() -> Any:
    """A microphone and a speaker of the sound server by what people call them; the microphone goes and comes back."""
    with virtual_card() as card:
        os.environ.update(card.env)
        for number, word in ((1, "Desk"), (2, "Kitchen")):
            options = f"sink_name=room{number} rate=48000 channels=2 format=s16le norewinds=1"
            card.control("load-module", "module-null-sink", *options.split(), described("sink", f"{word} Speaker"))
            source(card, number, word)
        card.control("set-default-source", "mic1")
        ears, fed = Ears(device="kitchen", watch_every=0.2), tone(0.5, 48_000, 0.05)
        names = [device.name for device in devices() if device.inputs]
        until(lambda: len(ears.heard) > 5)
        first = heard_tone(card, ears, "room2", fed)
        other = heard_tone(card, ears, "room1", fed)
        card.control("unload-module", "module-remap-source")
        lost = until(lambda: bool(ears.told))
        source(card, 2, "Kitchen")
        back = until(lambda: ears.told[-1] == "")
        again = heard_tone(card, ears, "room2", fed)
        ears.microphone.close()
        with card.capture(device="room2.monitor") as capture:
            speaker = Speaker("kitchen speaker")
            speaker.play(Clip(tone(0.5, 22_050), 22_050))
            spoken = until(lambda: bool(capture.pcm.strip(b"\0")))
            speaker.close()
        return {
            "names": names,
            "first": first,
            "other": other,
            "lost": lost,
            "back": back,
            "again": again,
            "spoken": spoken,
        }


def described(kind: str, words: str) -> str:
    """The argument of a module that names what it makes."""
    return f"{kind}_properties=\"device.description='{words}'\""


def source(card: VirtualCard, number: int, word: str) -> None:
    """A microphone in that room."""
    place = [f"master=room{number}.monitor", f"source_name=mic{number}", described("source", f"{word} Microphone")]
    card.control("load-module", "module-remap-source", *place)


def heard_tone(card: VirtualCard, ears: Ears, room: str, pcm: bytes) -> bool:
    """Whether anything is heard while a tone of 48 kHz sounds in a room, once what sounded before has ebbed away."""
    until(lambda: not any(chunk.pcm.strip(b"\0") for chunk in ears.heard[-20:]))
    ears.heard.clear()
    card.feed(pcm, 48_000, room).wait()
    return until(lambda: any(chunk.pcm.strip(b"\0") for chunk in ears.heard), 2.0)


def ducked() -> Any:
    """Levels of another program's tone before, while and after we speak; and its volume when we are killed instead."""
    card = here()
    with card.capture() as capture, music(card):
        until(lambda: steady(capture))
        before = level(capture)
        player, over = Ducked(Speaker(), Ducking(linger=0.5)), list[bool]()
        player.play(Clip(tone(2.5, 22_050, 0.05), 22_050), lambda: over.append(True))
        time.sleep(1.5)
        during = level(capture)
        until(lambda: bool(over))
        until(lambda: volumes(card) == [65_536])
        time.sleep(0.7)
        after = level(capture)
        player.play(Clip(tone(2.5, 22_050, 0.05), 22_050))
        until(lambda: volumes(card) != [65_536])
        player.stop()
        stopped = until(lambda: volumes(card) == [65_536])
        player.play(Clip(tone(9, 22_050, 0.05), 22_050))
        until(lambda: volumes(card) != [65_536])
        (stream,) = others()
        card.control("set-sink-input-volume", stream.number, "30000")
        player.close()
        return {"levels": [before, during, after], "stopped": stopped, "own_choice": volumes(card)}


def killed_while_ducked() -> Any:
    """Lowers another program and dies."""
    player = Ducked(Speaker(), Ducking())
    player.play(Clip(tone(9, 22_050, 0.05), 22_050))
    until(lambda: volumes(here()) != [65_536])
    print("lowered", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def with_a_decoder_that_hangs() -> Any:
    """`hearth listen …` whose ear hangs for a while, some seconds after it began."""
    wiring: Any = import_module("assistant.wiring")
    build, began = wiring.build_ear, time.monotonic()

    def hanging(*args: object) -> VoskEar:
        ear: VoskEar = build(*args)
        hear, hung = ear.hear, list[bool]()

        def hang(chunk: AudioChunk) -> list[Onset | Heard | Silence]:
            if not hung and time.monotonic() - began > HANGS_AFTER:
                hung.append(True)
                time.sleep(1.5 * STUCK)
            return hear(chunk)

        ear.hear = hang  # type: ignore[method-assign]
        return ear

    wiring.build_ear = hanging
    sys.exit(main(sys.argv[2:]))


@contextlib.contextmanager
def music(card: VirtualCard) -> Iterator[None]:
    """Another program plays a tone of 1 kHz."""
    form = ["--rate=22050", "--channels=1", "--format=s16le", "--raw", "--latency-msec=50"]
    player = subprocess.Popen(["paplay", "--device=spk_out", *form], env=card.env, stdin=subprocess.PIPE)
    assert player.stdin is not None
    writer = threading.Thread(target=_write, args=(player.stdin, tone(60, 22_050, MUSIC)), daemon=True)
    writer.start()
    try:
        until(lambda: bool(volumes(card)))
        yield
    finally:
        player.kill()
        player.wait()
        writer.join(2)


def _write(pipe: IO[bytes], pcm: bytes) -> None:
    with contextlib.suppress(OSError, ValueError), pipe:
        pipe.write(pcm)


def volumes(card: VirtualCard) -> list[int]:
    """Of every program that plays, but for this one."""
    inputs = card.control("list", "sink-inputs").split("Sink Input #")[1:]
    foreign = [text for text in inputs if f'application.process.id = "{os.getpid()}"' not in text]
    return [int(text.split("Volume: ")[1].split(":")[1].split("/")[0]) for text in foreign]


def level(capture: Capture) -> float:
    """Level of the music in the last half second, in dB over one step."""
    import numpy as np

    samples = np.frombuffer(capture.pcm[-capture.rate :], "<i2").astype(float)
    wave = np.exp(-1j * MUSIC * np.arange(len(samples))) * np.hanning(len(samples))
    return float(20 * np.log10(abs(np.mean(samples * wave)) + 1e-3))


def steady(capture: Capture) -> bool:
    """Whether the music is as loud now as it was a quarter of a second ago, and is there at all."""
    before = level(capture)
    time.sleep(0.25)
    return before > 0 and abs(level(capture) - before) < 0.05


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()), flush=True)
