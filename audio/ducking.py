"""Other programs' sound is lowered while we speak, where PulseAudio or PipeWire lets us; elsewhere nothing happens.

Whatever becomes of this process, the sound comes back: a shell waits beside it and raises it again once the pipe
between them closes.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audio.pulse import ask, sections
from audio.types import Clip, Player

LOWERED = 0.56
"""Share of a volume that is left. PulseAudio's volumes are cubic: this is 15 dB less."""

LINGER = 1.0
"""Seconds after our last sound in which nothing is raised: the next sentence may follow."""

ONCE = 1.0
"""Seconds that raising may take."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What another program plays."""

    number: str
    """The sound server's number of it."""
    volumes: tuple[int, ...]
    """Of each channel; 65,536 is as it was recorded."""

    def lowered(self) -> Stream:
        """The same, softer."""
        return Stream(self.number, tuple(round(volume * LOWERED) for volume in self.volumes))

    @property
    def order(self) -> list[str]:
        """The words with which `pactl` sets these volumes."""
        return ["set-sink-input-volume", self.number, *map(str, self.volumes)]


def others() -> list[Stream]:
    """What other programs play now; nothing where there is no such server."""
    found = []
    for number, text in sections(ask("list", "sink-inputs"), "Sink Input #"):
        process = re.search(r'application\.process\.id = "(\d+)"', text)
        volumes = re.search(r"^\s*Volume: (.*)$", text, re.MULTILINE)
        if process and volumes and int(process[1]) != os.getpid():
            found.append(Stream(number, tuple(int(one) for one in re.findall(r": (\d+) /", volumes[1]))))
    return found


class Ducking:
    """Lowers and raises from a thread of its own: nobody waits for it."""

    def __init__(self, linger: float = LINGER) -> None:
        self._linger = linger
        self._changed = threading.Condition()
        self._speaking = self._closed = False
        self._thread = threading.Thread(target=self._serve, name="hearth-ducking", daemon=True)
        self._thread.start()

    def speak(self, speaking: bool) -> None:
        """We begin to sound, or are silent from now on."""
        with self._changed:
            if self._speaking != speaking:
                self._speaking = speaking
                self._changed.notify()

    def close(self) -> None:
        """Raise what is lowered; may be called twice."""
        with self._changed:
            self._closed, self._speaking = True, False
            self._changed.notify()
        self._thread.join(2 * ONCE)

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._speaking or self._closed)
                if self._closed:
                    return
            with _lowered():
                self._wait_for_silence()

    def _wait_for_silence(self) -> None:
        with self._changed:
            while not self._closed:
                self._changed.wait_for(lambda: self._closed or not self._speaking)
                if not self._changed.wait_for(lambda: self._closed or self._speaking, self._linger):
                    return


@contextlib.contextmanager
def _lowered() -> Iterator[None]:
    """Within it the others are softer; a volume that somebody changed meanwhile is left as it is."""
    before = others()
    guard = _guard(before) if before else None
    for stream in before:
        ask(*stream.lowered().order)
    yield
    now = others() if before else []
    for stream in before:
        if stream.lowered() in now:
            ask(*stream.order)
    if guard is not None and guard.stdin is not None:
        with contextlib.suppress(OSError), guard.stdin as pipe:
            pipe.write(b"done\n")
        with contextlib.suppress(subprocess.TimeoutExpired):
            guard.wait(ONCE)


def _guard(streams: list[Stream]) -> subprocess.Popen[bytes] | None:
    """A shell that raises these again if the pipe closes before it was told that this is done."""
    orders = "; ".join(f"pactl {' '.join(stream.order)}" for stream in streams)
    try:
        return subprocess.Popen(
            ["sh", "-c", f"read -r word && exit 0; {orders}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return None


class Ducked:
    """Plays on another player, and lowers everybody else meanwhile."""

    def __init__(self, player: Player, ducking: Ducking) -> None:
        self._player = player
        self._ducking = ducking
        self._lock = threading.Lock()
        self._sounding = self._stopped = 0

    @property
    def busy(self) -> bool:
        """Whether anything is sounding or waiting to sound."""
        return self._player.busy

    def play(self, clip: Clip, done: Callable[[], None] | None = None) -> None:
        """Queue the clip."""
        with self._lock:
            self._sounding += 1
            self._ducking.speak(True)
            stopped = self._stopped
        self._player.play(clip, lambda: self._over(stopped, done))

    def stop(self) -> None:
        """Silence at once."""
        self._player.stop()
        with self._lock:
            self._sounding, self._stopped = 0, self._stopped + 1
            self._ducking.speak(False)

    def close(self) -> None:
        """Release the device, and raise what is lowered."""
        self._player.close()
        self._ducking.close()

    def _over(self, stopped: int, done: Callable[[], None] | None) -> None:
        with self._lock:
            if stopped == self._stopped:
                self._sounding -= 1
                self._ducking.speak(self._sounding > 0)
        if done is not None:
            done()
