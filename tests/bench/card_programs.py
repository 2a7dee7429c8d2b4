"""What the measurements on the virtual sound card run in processes of their own."""

from __future__ import annotations

import sys
import time
from array import array
from importlib import import_module
from typing import Any

from assistant.cli import main
from audio.ear import VoskEar
from audio.player import Speaker
from audio.sources import Microphone
from audio.types import AudioChunk, Clip, Heard, Onset, Silence

ENDPOINT = "endpoint"
"""Begins a line on stderr that names a moment by the monotonic clock."""
LOUD = 3_000
CLICK = Clip(array("h", [9_000, -9_000] * 200).tobytes(), 22_050)


def timed() -> int:
    """`hearth …` that also tells when the sound arrived with which each utterance ended, before it is decoded."""
    wiring: Any = import_module("assistant.wiring")
    build = wiring.build_ear

    def watched(*args: object) -> VoskEar:
        ear: VoskEar = build(*args)
        hear = ear.hear

        def watching(chunk: AudioChunk) -> list[Onset | Heard | Silence]:
            arrived = time.monotonic()
            noticed = hear(chunk)
            if any(isinstance(one, Heard) for one in noticed):
                print(ENDPOINT, arrived, file=sys.stderr, flush=True)
            return noticed

        ear.hear = watching  # type: ignore[method-assign]
        return ear

    wiring.build_ear = watched
    return main(sys.argv[2:])


def answer() -> int:
    """The same microphone and speaker without a thought between them: every loud sound is answered by a click."""
    speaker, microphone = Speaker(), Microphone()
    quiet_until = 0.0

    def put(chunk: AudioChunk | None) -> None:
        nonlocal quiet_until
        if chunk and time.monotonic() > quiet_until and max(array("h", chunk.pcm), default=0) > LOUD:
            quiet_until = time.monotonic() + 0.7
            speaker.play(CLICK)

    microphone.start(put)
    print("ready", flush=True)
    sys.stdin.read()
    microphone.close()
    speaker.close()
    return 0


if __name__ == "__main__":
    sys.exit({"timed": timed, "answer": answer}[sys.argv[1]]())
