"""The microphones and speakers of this computer, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from audio.endpoints import PULSE, aim, endpoints
from audio.errors import DeviceError
from audio.host import host
from audio.types import Device

Direction = Literal["input", "output"]

WORDS = {"input": "microphone", "output": "speaker"}

OUTPUT_LATENCY = 0.2
"""Seconds of sound handed over ahead: none was missed under load, while `low` missed up to 154 times."""

INPUT_LATENCY = "low"


class Opened:
    """A stream on a device; everything but its shape is for functions run by `host` only."""

    def __init__(self, stream: Any, device: str, rate: int, channels: int, endpoint: str = "") -> None:
        self.device = device
        """Name of the device."""
        self.rate = rate
        """Samples a second."""
        self.channels = channels
        """Samples in a frame, 1 or 2."""
        self.endpoint = endpoint
        """The sound server's name of it; empty for any other device, or whatever the server chooses."""
        self._stream = stream

    @property
    def open(self) -> bool:
        """Whether it was not closed, by its owner or to see new devices."""
        return self in _OPEN

    def start(self) -> None:
        """Let it run; raises DeviceError if it was closed meanwhile, or does not start in time."""

        def work(_: Any) -> None:
            if self not in _OPEN:
                raise DeviceError("The sound devices have changed.")
            self._stream.start()

        host.do(work, undo=lambda _: self.abort_soon())

    def rest(self) -> None:
        """Make a stream that came to its end ready to start again."""
        host.do(lambda _: self._stream.stop() if self in _OPEN else None)

    def abort(self) -> None:
        """Silence it at once; it can start again."""
        host.do(lambda _: self._stream.abort() if self in _OPEN else None)

    def abort_soon(self) -> None:
        """The same, without waiting for it."""
        host.later(lambda _: self._stream.abort() if self in _OPEN else None)

    def close(self) -> None:
        """Close it as soon as the sound system lets us; returns at once."""
        host.later(lambda _: self._close())

    def _close(self) -> None:
        if self in _OPEN:
            try:
                self._stream.close()
            finally:
                _OPEN.remove(self)  # only now is it true that nothing is recorded any more

    def _idle(self) -> bool:
        return bool(self._stream.stopped)


_OPEN: list[Opened] = []
"""The streams that are open now; touched within `host` only."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One device that can be opened now."""

    index: int
    """PortAudio's number of it, which holds only until it is started anew."""
    device: Device
    """The device."""
    endpoint: str = ""
    """The sound server's name, for those that PortAudio sees as one."""


def devices() -> list[Device]:
    """Every device there is now; raises DeviceError without PortAudio or when the sound system hangs."""

    def work(sounddevice: Any) -> list[Device]:
        _look_again(sounddevice)
        return [entry.device for entry in (*_listed(sounddevice), *_served(sounddevice, "input", "output"))]

    return host.do(work)


def find_input(name: str | None = None) -> Device:
    """The microphone that goes by this name, or the default one; raises DeviceError, naming those there are."""
    return host.do(lambda sounddevice: _find(sounddevice, name, "input").device)


def find_output(name: str | None = None) -> Device:
    """The speaker that goes by this name, or the default one; raises DeviceError, naming those there are."""
    return host.do(lambda sounddevice: _find(sounddevice, name, "output").device)


def available() -> tuple[bool, bool]:
    """Whether there is a microphone, and whether there is a speaker; never raises."""
    try:
        found = devices()
    except DeviceError:
        return False, False
    return any(device.inputs for device in found), any(device.outputs for device in found)


def open_stream(
    direction: Direction,
    name: str | None,
    rate: int,
    block: float,
    callback: Callable[..., None],
    finished: Callable[[], None],
) -> Opened:
    """A stream on the device of that name, at `rate` in mono if the device can, else at what it can.

    `block` is the length of the pieces in seconds, 0 for whatever suits the device.
    Raises DeviceError if there is no such device, or it is busy.
    """

    def work(sounddevice: Any) -> Opened:
        found = _find(sounddevice, name, direction)
        index, device = found.index, found.device
        aim(direction, found.endpoint)
        kind = sounddevice.RawInputStream if direction == "input" else sounddevice.RawOutputStream
        native = int(sounddevice.query_devices(index)["default_samplerate"])
        most = device.inputs if direction == "input" else device.outputs
        failure: Exception = DeviceError("unreachable")
        for rate_now, channels in _shapes(rate, native, most):
            try:
                stream = kind(
                    samplerate=rate_now,
                    channels=channels,
                    dtype="int16",
                    device=index,
                    blocksize=round(block * rate_now),
                    latency=OUTPUT_LATENCY if direction == "output" else INPUT_LATENCY,
                    callback=callback,
                    finished_callback=finished,
                )
            except sounddevice.PortAudioError as error:
                failure = error
            else:
                _OPEN.append(Opened(stream, device.name, rate_now, channels, found.endpoint))
                return _OPEN[-1]
        raise failure

    return host.do(work, undo=Opened.close)


def look_again() -> None:
    """See devices that came since PortAudio was started, if no stream is running; raises DeviceError.

    Streams that are open but idle are closed by this, and refuse to start.
    """
    host.do(_look_again)


def _shapes(rate: int, native: int, most: int) -> list[tuple[int, int]]:
    """Rates and channels to try, the wanted first; each once."""
    channels = [1] if most == 1 else [1, 2]
    return list(dict.fromkeys((rate_now, count) for rate_now in (rate, native) for count in channels))


def _look_again(sounddevice: Any) -> None:
    if all(opened._idle() for opened in _OPEN):
        for opened in list(_OPEN):
            opened._close()
        sounddevice._terminate()  # it knows the devices that were there when it started, and no later ones
        sounddevice._initialize()


def _listed(sounddevice: Any) -> list[_Entry]:
    """PortAudio's own devices."""
    apis = sounddevice.query_hostapis()
    default = apis[sounddevice.default.hostapi] if apis else {}
    return [
        _Entry(
            index,
            Device(
                name=info["name"],
                inputs=info["max_input_channels"],
                outputs=info["max_output_channels"],
                default_input=index == default.get("default_input_device"),
                default_output=index == default.get("default_output_device"),
                rate=round(info["default_samplerate"]),
            ),
        )
        for index, info in enumerate(sounddevice.query_devices())
    ]


def _served(sounddevice: Any, *directions: Direction) -> list[_Entry]:
    """The sound server's devices behind the one that leads to it."""
    pulse = next((entry.index for entry in _listed(sounddevice) if entry.device.name == PULSE), None)
    if pulse is None:
        return []
    return [
        _Entry(
            pulse,
            Device(
                name=found.title,
                inputs=found.channels if direction == "input" else 0,
                outputs=found.channels if direction == "output" else 0,
                default_input=False,
                default_output=False,
                rate=found.rate,
            ),
            found.name,
        )
        for direction in directions
        for found in endpoints(direction)
    ]


def _find(sounddevice: Any, name: str | None, direction: Direction) -> _Entry:
    """The device; devices that came late are looked for only if it is not among those already known."""
    try:
        return _match(sounddevice, name, direction)
    except DeviceError:
        _look_again(sounddevice)
        return _match(sounddevice, name, direction)


def _match(sounddevice: Any, name: str | None, direction: Direction) -> _Entry:
    """What the sound server has goes first: opened past it, a device is busy for everybody else."""
    listed = [entry for entry in _listed(sounddevice) if _able(entry.device, direction)]
    if not listed:
        word = WORDS[direction]
        other = "--input FILE.wav or --text" if direction == "input" else "--output FILE.wav or --text"
        raise DeviceError(f"There is no {word}.", f"Connect one and try again, or use {other}.")
    if not name:
        return next((entry for entry in listed if _default(entry.device, direction)), listed[0])
    listed = [*_served(sounddevice, direction), *listed]
    for same in (str.__eq__, _same_but_case, _contained):
        for entry in listed:
            if same(entry.device.name, name):
                return entry
    names = ", ".join(dict.fromkeys(f'"{entry.device.name}"' for entry in listed))
    raise DeviceError(f'There is no {WORDS[direction]} called "{name}".', f"There are: {names}.")


def _able(device: Device, direction: Direction) -> bool:
    return bool(device.inputs if direction == "input" else device.outputs)


def _default(device: Device, direction: Direction) -> bool:
    return device.default_input if direction == "input" else device.default_output


def _same_but_case(name: str, wanted: str) -> bool:
    return name.lower() == wanted.lower()


def _contained(name: str, wanted: str) -> bool:
    return wanted.lower() in name.lower()
