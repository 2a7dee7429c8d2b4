"""The speaker: one output stream that can be silenced at once, and never hangs the conversation."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from audio.devices import Opened, find_output, look_again, open_stream
from audio.errors import DeviceError
from audio.piece import Piece
from audio.reference import Reference
from audio.types import Clip

SILENT_FOR = 1.0
"""Seconds without a call from the device after which it counts as gone."""

PATIENCE = 3.0
"""Seconds for which a lost speaker is looked for before the conversation goes on without it."""

TAIL = 0.25
"""Seconds of silence after the last sample: an output that comes to its end loses up to its latency."""

RETRY, LOOK_EVERY = 0.25, 2.0
"""Seconds between two looks for a lost speaker, while something waits to be played and while nothing does."""

LONGEST_DELAY = 2.0
"""Seconds; a device that says that its sound leaves later than this is mistaken."""


class Speaker:
    """Plays clips one after the other on a sound device."""

    def __init__(
        self,
        device: str | None = None,
        rate: int = 22_050,
        on_trouble: Callable[[str], None] | None = None,
        reference: Reference | None = None,
    ) -> None:
        """Opens the device of that name, or the default one; raises DeviceError if there is none.

        `on_trouble` is called, mostly from another thread, with one sentence for a person when the speaker is lost,
        and with an empty text once it plays again. A speaker that cannot be opened now is told of and looked for; with
        nobody to be told that raises DeviceError too. `reference` is told what leaves the device, and when.
        """
        self._wanted = device
        self._reference = reference
        self._rate = rate
        self._tell = on_trouble or (lambda _: None)
        self._waiting: deque[Piece] = deque()
        self._leaving: deque[tuple[float, Piece]] = deque()
        self._changed = threading.Condition()
        self._hush = self._closed = self._running = self._finished = self._ended = self._lost = False
        self._beat = self._quiet_from = 0.0
        self._underflows = self._streams = 0
        find_output(device)
        self._opened: Opened | None = None
        try:
            self._opened = self._open(device)
        except DeviceError as error:
            if on_trouble is None:
                raise
            self._lose(error)
        self._thread = threading.Thread(target=self._serve, name="hearth-speaker", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether anything is sounding or waiting to sound."""
        with self._changed:
            return bool(self._waiting or self._leaving)

    @property
    def underflows(self) -> int:
        """How often the device ran out of sound because this computer was too busy."""
        return self._underflows

    def play(self, clip: Clip, done: Callable[[], None] | None = None) -> None:
        """Queue a clip; `done` is called once its last sample has left the device, not if it was stopped.

        If there is no device any more, `done` is called after `PATIENCE`, so that a conversation goes on in writing.
        """
        piece = Piece(clip, done)
        with self._changed:
            piece.fit(self._opened)
            self._waiting.append(piece)
            self._changed.notify()

    def stop(self) -> None:
        """Silence at once and forget what was queued."""
        with self._changed:
            self._waiting.clear()
            self._leaving.clear()
            self._hush = True
            self._changed.notify()

    def close(self) -> None:
        """Stop and release the device; may be called twice. Waits at most a second."""
        self.stop()
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(1.0)

    def _open(self, device: str | None) -> Opened:
        self._streams += 1
        fill, finish = partial(self._fill, self._streams), partial(self._finish, self._streams)
        return open_stream("output", device, self._rate, 0, fill, finish)

    def _fill(self, number: int, out: Any, frames: int, times: Any, status: Any) -> None:
        """PortAudio asks for the next samples; a stream that was given up asks in vain."""
        from sounddevice import CallbackAbort, CallbackStop

        if number != self._streams:
            raise CallbackAbort
        now = time.monotonic()
        ahead = min(max(times.outputBufferDacTime - times.currentTime, 0.0), LONGEST_DELAY)
        with self._changed:
            self._beat = now
            self._underflows += bool(status.output_underflow)
            place, rate = 0, self._opened.rate if self._opened is not None else self._rate
            while self._waiting and place < len(out):
                piece = self._waiting[0]
                part = piece.pcm[piece.place : piece.place + len(out) - place]
                out[place : place + len(part)] = part
                place += len(part)
                piece.place += len(part)
                if piece.place >= len(piece.pcm):
                    leaves = now + ahead + frames / rate * place / len(out)
                    self._leaving.append((leaves, self._waiting.popleft()))
                    self._quiet_from = leaves + TAIL
            if place and self._reference is not None and self._opened is not None:
                self._reference.played(now + ahead, bytes(out[:place]), self._opened.rate, self._opened.channels)
            out[place:] = bytes(len(out) - place)
            if not self._waiting and not self._leaving and place == 0 and now > self._quiet_from:
                self._ended = True
                raise CallbackStop

    def _finish(self, number: int) -> None:
        """PortAudio has played everything, or lost the device."""
        with self._changed:
            if number == self._streams:
                self._finished = True
                self._changed.notify()

    def _serve(self) -> None:
        while not self._closed:
            with self._changed:
                pause, asked = self._pause(), time.monotonic()
                self._changed.wait(pause)
                if pause is not None and time.monotonic() - asked > pause + SILENT_FOR:
                    self._beat = time.monotonic()  # this process was stopped (Ctrl-Z), not the speaker
            self._settle()
        self._release()

    def _pause(self) -> float | None:
        """Seconds until something has to be done that nobody will tell of; called with the lock."""
        if self._hush or self._finished or (self._waiting and not self._running):
            return 0.0
        if self._leaving:
            return max(0.0, self._leaving[0][0] - time.monotonic())
        if self._lost:
            return LOOK_EVERY
        return SILENT_FOR / 4 if self._running else None

    def _settle(self) -> None:
        """Whatever is due: silence, the end of the sound, a finished clip, a lost device, the next clip."""
        try:
            if self._hush:
                self._silence()
            if self._finished:
                self._rest()
            self._report(time.monotonic())
            if self._running and time.monotonic() - self._beat > SILENT_FOR and not self._ended:
                raise DeviceError("The speaker does not take any sound.")
            if self._waiting and not self._running:
                self._begin()
            elif self._lost and not self._closed:
                self._look()
        except DeviceError as error:
            self._recover(error)

    def _silence(self) -> None:
        with self._changed:
            self._hush = False
        if self._running and self._opened is not None:
            self._running = False
            self._opened.abort()
            if self._reference is not None:
                self._reference.cut(time.monotonic())
        self._finished = False

    def _rest(self) -> None:
        """The stream has come to its end, which was either asked for or the loss of the device."""
        self._finished = False
        if not self._running or self._opened is None:
            return
        self._running = False
        if not self._ended:
            raise DeviceError("The speaker is gone.")
        self._opened.rest()

    def _report(self, now: float) -> None:
        """Tell of every clip whose last sample has left."""
        while True:
            with self._changed:
                if not self._leaving or self._leaving[0][0] > now:
                    return
                _, piece = self._leaving.popleft()
            piece.tell()

    def _begin(self) -> None:
        opened = self._opened
        if opened is None or not opened.open:  # it may have been closed to see new devices
            opened = self._reopen()
        self._ended = self._finished = False
        self._beat = time.monotonic()
        self._running = True
        opened.start()

    def _recover(self, error: DeviceError) -> None:
        """Find the device again, or another; without any let the waiting clips go."""
        if not self._lost:
            self._lose(error)
        self._release()
        limit = time.monotonic() + PATIENCE
        while not self._closed and time.monotonic() < limit:
            try:
                look_again()
                self._begin()
                return
            except DeviceError:
                self._release()
                time.sleep(RETRY)
        self._let_go()

    def _lose(self, error: DeviceError) -> None:
        self._lost = True
        self._tell(f"{error.message} Looking for a speaker.")

    def _look(self) -> None:
        """See whether the speaker is back, although nothing waits to be played."""
        with contextlib.suppress(DeviceError):
            look_again()
            self._reopen()

    def _reopen(self) -> Opened:
        """Open the device of the name that was asked for; if that is gone, the default one."""
        try:
            opened = self._open(self._wanted)
        except DeviceError:
            if self._wanted is None:
                raise
            opened = self._open(None)
        with self._changed:
            self._opened = opened
            for piece in self._waiting:
                piece.fit(opened)
        if self._lost:
            self._lost = False
            self._tell("")
        return opened

    def _let_go(self) -> None:
        with self._changed:
            gone = [piece for _, piece in self._leaving] + list(self._waiting)
            self._leaving.clear()
            self._waiting.clear()
        for piece in gone:
            piece.tell()

    def _release(self) -> None:
        opened, self._opened = self._opened, None
        self._running = False
        if opened is not None:
            opened.close()
