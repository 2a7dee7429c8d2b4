"""PortAudio, called from one thread only and never waited for without a limit.

Opening and closing from several threads corrupts its heap, and with a sound server that hangs every call hangs too.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from audio.errors import DeviceError

T = TypeVar("T")

CALL_LIMIT = 3.0
"""Seconds to wait for a call; opening a stream takes 10 to 60 ms."""

START_LIMIT = 15.0
"""Seconds to wait for PortAudio to look at every device of the computer, once."""

EXIT_LIMIT = 1.0
"""Seconds that the end of the process waits for PortAudio to let go."""


class Host:
    """Runs functions of the sounddevice module, which each of them is given, one after the other."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[_Call[Any]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._sounddevice: Any = None
        self._since: float | None = None
        self._hush = _Hush()

    def do(self, work: Callable[[Any], T], limit: float = CALL_LIMIT, undo: Callable[[T], object] | None = None) -> T:
        """The result of `work`; raises DeviceError if it fails, or is not done in `limit` seconds.

        `undo` is given a result that came too late. While an earlier call hangs nothing is tried.
        """
        if self.stuck:
            raise _no_answer()
        call = _Call(work, undo)
        self._submit(call)
        call.settled.wait(limit if self._sounddevice is not None else START_LIMIT)
        self._hush.end()  # whoever waited may print at once, before the thread leaves the call
        return call.result()

    def later(self, work: Callable[[Any], object]) -> None:
        """Run `work` when its turn comes, whatever becomes of it."""
        self._submit(_Call(work, None))

    @property
    def stuck(self) -> bool:
        """Whether a call has been running for longer than any should."""
        since = self._since
        return since is not None and time.monotonic() - since > CALL_LIMIT

    def _submit(self, call: _Call[Any]) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="hearth-sound", daemon=True)
                self._thread.start()
        self._calls.put(call)

    def _serve(self) -> None:
        while True:
            call = self._calls.get()
            try:
                if self._sounddevice is None:
                    self._sounddevice = self._load()
                self._since = time.monotonic()
                with self._hush:
                    call.run(self._sounddevice)
            except DeviceError as error:
                call.fail(error)
            finally:
                self._since = None

    def _load(self) -> Any:
        """The module; raises DeviceError without the PortAudio library."""
        try:
            import sounddevice
        except OSError as error:
            raise DeviceError("The PortAudio library is missing, so there is no sound.", _hint()) from error
        atexit.unregister(sounddevice._exit_handler)  # it would wait for ever for a server that hangs
        return sounddevice

    def leave(self) -> None:
        """Let go of PortAudio at the end of the process; if it hangs, the process ends here, with status 1."""
        if self._sounddevice is None:
            return
        call = _Call(lambda sounddevice: sounddevice._terminate(), None)
        self._calls.put(call)
        if not call.settled.wait(EXIT_LIMIT):
            # Its threads would call into an interpreter that is already gone, and crash.
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError, AttributeError):
                    stream.flush()
            os._exit(1)


class _Hush:
    """Keeps what PortAudio and ALSA print about devices off the terminal while a call runs, and no longer.

    Ended by whoever stops waiting for a call that hangs, so that nothing else is lost.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._saved: int | None = None

    def __enter__(self) -> None:
        with self._lock, contextlib.suppress(OSError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            self._saved = os.dup(2)
            os.dup2(nothing, 2)
            os.close(nothing)

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Let everything be printed again; may be called at any time."""
        with self._lock:
            if self._saved is not None:
                os.dup2(self._saved, 2)
                os.close(self._saved)
                self._saved = None


class _Call(Generic[T]):
    """One function on its way through the thread."""

    def __init__(self, work: Callable[[Any], T], undo: Callable[[T], object] | None) -> None:
        self.settled = threading.Event()
        self._work = work
        self._undo = undo
        self._lock = threading.Lock()
        self._abandoned = False
        self._value: T | None = None
        self._error: DeviceError | None = None

    def run(self, sounddevice: Any) -> None:
        """Run it, unless nobody waits any more."""
        if self._abandoned:
            return
        try:
            value = self._work(sounddevice)
        except DeviceError as error:
            self.fail(error)
        except (sounddevice.PortAudioError, ValueError, OSError) as error:
            self.fail(_explained(error))
        else:
            self._settle(value)

    def fail(self, error: DeviceError) -> None:
        """Let the one who waits know why there is no result."""
        self._error = error
        self.settled.set()

    def result(self) -> T:
        """What it returned; raises DeviceError if it failed or has not returned yet, and gives it up then."""
        with self._lock:
            self._abandoned = not self.settled.is_set()
        if self._abandoned:
            raise _no_answer()
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]

    def _settle(self, value: T) -> None:
        with self._lock:
            self._value = value
            self.settled.set()
            late = self._abandoned
        if late and self._undo is not None:
            self._undo(value)


def _explained(error: Exception) -> DeviceError:
    reason = str(error.args[0] if error.args else error).rstrip(".")
    busy = "unavailable" in reason.lower() or "busy" in reason.lower()
    hint = "Another program may be using it: close that and try again." if busy else "Try: hearth doctor"
    return DeviceError(f"The sound device cannot be used: {reason}.", hint)


def _no_answer() -> DeviceError:
    return DeviceError("The sound system does not answer.", "Restart PulseAudio or PipeWire, or the computer.")


def _hint() -> str:
    again = "Install it again with: pip install --force-reinstall sounddevice"
    return "Install it with: sudo apt install libportaudio2" if sys.platform == "linux" else again


host = Host()
"""The one through which everything in this process reaches PortAudio."""
atexit.register(host.leave)
