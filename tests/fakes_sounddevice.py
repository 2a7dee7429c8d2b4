"""Stands in for sounddevice: a microphone or a speaker that takes a single shape, and that others may be using.

Copied as `sounddevice.py` into a folder in front of the real one. The environment says how it is: DEVICE_RATE and
DEVICE_CHANNELS are the only shape it takes, DEVICE_TAKEN is how often it cannot be opened at first and DEVICE_BUSY how
often after it was open once, DEVICE_STOPS is after how many blocks it falls silent for the first time, DEVICE_OVERFLOWS
is how many blocks it could not store. With DEVICE_KIND=speaker it takes sound, and `played` has what it took.
"""

from __future__ import annotations

import array
import math
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

RATE, CHANNELS = int(os.environ["DEVICE_RATE"]), int(os.environ["DEVICE_CHANNELS"])
TAKEN, OVERFLOWS = int(os.environ.get("DEVICE_TAKEN", "0")), int(os.environ.get("DEVICE_OVERFLOWS", "0"))
BUSY, STOPS = int(os.environ.get("DEVICE_BUSY", "0")), int(os.environ.get("DEVICE_STOPS", "0"))
SPEAKER = os.environ.get("DEVICE_KIND") == "speaker"
played = bytearray()


class PortAudioError(Exception):
    pass


class _OverError(Exception):
    pass


CallbackStop = CallbackAbort = _OverError


class _Default:
    hostapi = 0


default = _Default()


def query_hostapis() -> list[dict[str, Any]]:
    return [{"default_input_device": -1 if SPEAKER else 0, "default_output_device": 0 if SPEAKER else -1}]


def query_devices(index: int | None = None) -> Any:
    inputs, outputs = (0, CHANNELS) if SPEAKER else (CHANNELS, 0)
    info = {
        "name": "USB thing",
        "max_input_channels": inputs,
        "max_output_channels": outputs,
        "default_samplerate": RATE,
    }
    return [info] if index is None else info


def _exit_handler() -> None:
    pass


def _terminate() -> None:
    pass


def _initialize() -> None:
    pass


class _Status:
    def __init__(self, input_overflow: bool) -> None:
        self.input_overflow = input_overflow
        self.output_underflow = False


class _Stream(ABC):
    opened: ClassVar[int] = 0
    refused: ClassVar[int] = 0

    def __init__(self, samplerate: int, channels: int, blocksize: int, callback: Callable[..., None], **_: Any) -> None:
        kind = type(self)
        if (samplerate, channels) != (RATE, CHANNELS):
            raise PortAudioError("Invalid sample rate or number of channels")
        if kind.refused < (TAKEN + BUSY if kind.opened else TAKEN):
            kind.refused += 1
            raise PortAudioError("Device unavailable [PaErrorCode -9985]")
        kind.opened += 1
        self.stopped = True
        self._blocksize, self._callback = blocksize or RATE // 20, callback
        self._silent_after = STOPS if kind.opened == 1 else 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self.stopped = False
        self._thread.start()

    def stop(self) -> None:
        self.stopped = True

    abort = close = stop

    @property
    def active(self) -> bool:
        return not self.stopped

    @abstractmethod
    def _run(self) -> None:
        """Call back, block by block, until it is stopped."""


class RawInputStream(_Stream):
    def _run(self) -> None:
        place = blocks = 0
        while not self.stopped:
            time.sleep(self._blocksize / RATE)
            blocks += 1
            if self._silent_after and blocks > self._silent_after:
                continue
            wave = [int(9_000 * math.sin(2 * math.pi * 440 * (place + i) / RATE)) for i in range(self._blocksize)]
            place += self._blocksize
            samples = array.array("h", [sample for sample in wave for _ in range(CHANNELS)])
            self._callback(samples.tobytes(), self._blocksize, None, _Status(blocks <= OVERFLOWS))


class RawOutputStream(_Stream):
    def _run(self) -> None:
        while not self.stopped:
            time.sleep(self._blocksize / RATE)
            out = bytearray(2 * CHANNELS * self._blocksize)
            try:
                self._callback(
                    out, self._blocksize, SimpleNamespace(outputBufferDacTime=0.0, currentTime=0.0), _Status(False)
                )
            except _OverError:
                self.stopped = True
            played.extend(out)
