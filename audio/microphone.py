"""The microphone: it never goes deaf without a word."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from audio.conversion import converter
from audio.devices import Opened, find_input, look_again, open_stream
from audio.errors import DeviceError
from audio.frame_watch import DEAD_AFTER, FrameWatch
from audio.pulse import OUR_SPEECH, recording_from
from audio.types import BYTES_PER_SAMPLE, EAR_RATE, AudioChunk

BLOCK = 0.064
"""Seconds of a block: two frames of the voice detector. Each wakes the sound server's threads and ours."""

CALM_BLOCKS = 8
"""Blocks (0.51 s) that are delivered at once while nobody speaks: each delivery wakes two threads. The shortest word
and the silence that ends it last longer, so no reply comes later."""

DEAF_AFTER = 1.5
"""Seconds without a sample after which the microphone counts as gone; looked at twice as often."""

FIRST_RETRY, LAST_RETRY = 0.25, 4.0
"""Seconds between two looks for a lost microphone, doubling from the first to the last."""

ROOM = 128
"""Deliveries that may wait for us: eight seconds, or eight times as much of a quiet time."""

REPORT_EVERY = 60.0
"""Seconds between two reports of missed sound."""

WATCH_EVERY = 10.0
"""Seconds between two looks at where the sound comes from; each costs 10 ms of a core."""

REST = 0.25
"""Seconds between two stretches of silence that stand for the passing time while it is muted."""


class Microphone:
    """A microphone that comes back when it was lost."""

    def __init__(
        self,
        device: str | None = None,
        on_trouble: Callable[[str], None] | None = None,
        watch_every: float = WATCH_EVERY,
        dead_after: float = DEAD_AFTER,
    ) -> None:
        """Looks for the device of that name, or the default one; raises DeviceError if there is none.

        `on_trouble` is called from another thread with one sentence for a person when nothing can be heard
        or sound was missed, and with an empty text once everything is heard again. Every `watch_every` seconds
        it is made sure that the sound server has not put what we say ourselves in the place of the microphone.
        A microphone that delivers nothing but zeros for `dead_after` seconds is told of, and still listened to.
        """
        self.calm: Callable[[], bool] = lambda: False
        """Asked by the audio thread: whether nobody speaks, so that sound may come later and in larger pieces."""
        find_input(device)
        self._wanted = device
        self._tell = on_trouble or _nobody
        self._heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()  # a Queue costs ten times as much a chunk
        self._gathered: list[bytes] = []
        self._opened: Opened | None = None
        self._closing: Opened | None = None
        self._convert: Callable[[bytes], bytes] = bytes
        self._frames = FrameWatch(dead_after)
        self._closed = self._lost = self._dead = self._muted = self._opening = False
        self._missed = self._told = self._streams = 0
        self._told_at = -REPORT_EVERY
        self._watch_every = watch_every
        self._watched = 0.0
        self._source = ""
        self._thread: threading.Thread | None = None

    @property
    def live(self) -> bool:
        """Yes: sound arrives by itself."""
        return True

    @property
    def lost(self) -> bool:
        """Whether it gives no sound at the moment, and is being looked for or switched off by somebody."""
        return self._lost or self._dead

    @property
    def open(self) -> bool:
        """Whether the device is open at this moment, and be it about to be, or to be closed in the next."""
        return self._opening or self._opened is not None or (self._closing is not None and self._closing.open)

    @property
    def muted(self) -> bool:
        """Whether it is to hear nothing; the device is closed as soon as `open` says no."""
        return self._muted

    def mute(self, muted: bool = True) -> None:
        """Close the device, from any thread, and open it again with `muted` false.

        Meanwhile silence is delivered, so that timers go on. A device that is gone by then is looked for.
        """
        self._muted = muted

    @property
    def missed(self) -> int:
        """How often sound was missed because this computer was too busy, as the driver says or as the clock shows."""
        return self._missed + self._frames.gaps

    def start(self, put: Callable[[AudioChunk | None], None]) -> None:
        """Open the device and deliver from a thread of its own.

        One that cannot be opened now is told of and looked for; raises DeviceError if there is nobody to be told.
        """
        try:
            self._open()
        except DeviceError:
            if self._tell is _nobody:
                raise
            self._lost = True
        self._thread = threading.Thread(target=self._listen, args=(put,), name="hearth-microphone", daemon=True)
        self._thread.start()

    def read(self) -> AudioChunk | None:
        """Nothing: sound arrives by itself."""
        return None

    def close(self) -> None:
        """Release the device; may be called twice. Waits at most a second."""
        self._closed = True
        self._heard.put(b"")
        if self._thread is not None:
            self._thread.join(1.0)
        self._release()

    def _open(self) -> None:
        self._streams += 1
        take = partial(self._take, self._streams)
        self._gathered = []
        self._opening = True
        try:
            self._opened = opened = open_stream("input", self._wanted, EAR_RATE, BLOCK, take, lambda: None)
        finally:
            self._opening = False
        opened.start()
        self._convert = converter(opened.rate, opened.channels)
        self._frames.begin(time.monotonic())

    def _take(self, number: int, samples: Any, frames: int, times: Any, status: Any) -> None:
        """PortAudio has heard something; no work is done here. A stream that was given up is not listened to."""
        if number != self._streams:
            return
        self._missed += bool(status.input_overflow)
        self._gathered.append(bytes(samples))
        if len(self._gathered) < CALM_BLOCKS and self.calm():
            return
        gathered, self._gathered = self._gathered, []
        if self._heard.qsize() < ROOM:
            self._heard.put(b"".join(gathered))
        else:
            self._missed += 1

    def _listen(self, put: Callable[[AudioChunk | None], None]) -> None:
        if self._lost:
            self._recover("the microphone cannot be opened; perhaps another program uses it")
        last = time.monotonic()
        while not self._closed:
            if self._muted:
                self._rest(put)
                last = time.monotonic()
            asked = time.monotonic()
            try:
                pcm = self._convert(self._heard.get(timeout=DEAF_AFTER / 2))
            except queue.Empty:
                now = time.monotonic()
                if now - asked > DEAF_AFTER:  # this process was stopped (Ctrl-Z), not the microphone
                    last = now
                    self._frames.begin(now)
                elif now - last > DEAF_AFTER:
                    self._recover()
                    last = time.monotonic()
                continue
            last = time.monotonic()
            if self._was_moved(last):
                self._recover()
            elif pcm:
                self._frames.arrived(pcm, last)
                put(AudioChunk(pcm))
            self._report_missed(last)
            self._report_dead()

    def _rest(self, put: Callable[[AudioChunk | None], None]) -> None:
        """The device is closed until it is wanted again."""
        self._release()
        silence = AudioChunk(bytes(round(REST * EAR_RATE) * BYTES_PER_SAMPLE))
        while self._muted and not self._closed:
            time.sleep(REST)
            put(silence)
        if self._closed:
            return
        try:
            self._open()
        except DeviceError:
            self._recover()

    def _was_moved(self, now: float) -> bool:
        """Whether the sound server has moved us: away from the one of our name, or to what our speaker plays."""
        if now - self._watched < self._watch_every:
            return False
        self._watched = now
        source, wanted = recording_from(), self._opened.endpoint if self._opened else ""
        if wanted:
            return source not in ("", wanted)
        self._source = self._source or source
        return source.endswith(OUR_SPEECH) and source != self._source

    def _report_missed(self, now: float) -> None:
        if self.missed > self._told and now - self._told_at >= REPORT_EVERY:
            self._told, self._told_at = self.missed, now
            self._tell("Some sound was missed: this computer is very busy, or was asleep.")

    def _report_dead(self) -> None:
        if self._dead == self._frames.dead:
            return
        self._dead = self._frames.dead
        silent = "I can't hear you: only dead silence comes from the microphone. Is it switched off or muted?"
        self._tell(silent if self._dead else "")

    def _recover(self, trouble: str = "the microphone gives no sound") -> None:
        """Look for the microphone until it is back."""
        self._lost = True
        self._tell(f"I can't hear you: {trouble}. Looking for it.")
        pause = FIRST_RETRY
        while not self._closed and not self._muted:
            self._release()
            if self._hears_again():
                self._lost = False
                self._tell("")
                return
            time.sleep(pause)
            pause = min(2 * pause, LAST_RETRY)
        self._lost = False

    def _hears_again(self) -> bool:
        """Whether it could be opened and delivers."""
        try:
            look_again()
            self._open()
        except DeviceError:
            return False
        limit = time.monotonic() + DEAF_AFTER
        while self._heard.empty() and time.monotonic() < limit and not self._closed:
            time.sleep(BLOCK)
        self._watched = 0.0
        return not self._heard.empty() and not self._was_moved(time.monotonic())

    def _release(self) -> None:
        self._streams += 1
        with contextlib.suppress(queue.Empty):
            while True:  # what was heard by a stream that is given up is too late, or not from the microphone
                self._heard.get_nowait()
        opened, self._opened = self._opened, None
        if opened is not None:
            self._closing = opened
            opened.close()


def _nobody(trouble: str) -> None:
    """Nobody is told of trouble."""
