"""How sounds get from the mouth to the player: at once, or from a thread that renders while the loop goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

from audio.errors import VoiceError
from audio.types import Clip, Player

LEAVE_LIMIT = 1.0
"""Seconds to wait at the end for a rendering that may hang."""


class Speaking(Protocol):
    """Takes sounds that are still to be made, and plays them one after the other."""

    def sound(self, make: Callable[[], Clip], done: Callable[[], None]) -> bool:
        """Queue what `make` renders; `done` is called once it was heard or cannot be.

        Whether `done` will be called at all: nothing to hear is heard at once.
        """
        ...

    def hush(self) -> None:
        """Silence at once and forget what was queued; nothing of it is `done`."""
        ...

    def close(self) -> None:
        """Make no more sounds."""
        ...


class AtOnce:
    """Renders and queues within the call: for files and for typed conversations, where nobody waits to be heard."""

    def __init__(self, player: Player, trouble: Callable[[str], None]) -> None:
        self._player = player
        self._trouble = trouble

    def sound(self, make: Callable[[], Clip], done: Callable[[], None]) -> bool:
        """Render it, and queue it if there is anything to hear."""
        try:
            clip = make()
        except VoiceError as error:
            self._trouble(error.message)
            return False
        if clip.pcm:
            self._player.play(clip, done)
        return bool(clip.pcm)

    def hush(self) -> None:
        """Silence the player."""
        self._player.stop()

    def close(self) -> None:
        """Nothing is pending."""


class Beside:
    """Renders in a thread of its own: the first sentence sounds while the second is rendered.

    A synthesiser that hangs keeps nobody from being heard. When it fails, what was queued is dropped and the chime for
    errors sounds in its place, which needs no synthesiser.
    """

    def __init__(self, player: Player, trouble: Callable[[str], None], sorry: Callable[[], Clip]) -> None:
        self._player = player
        self._trouble = trouble
        self._sorry = sorry
        self._waiting: SimpleQueue[_Sound | None] = SimpleQueue()
        self._hushed = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="hearth-mouth", daemon=True)
        self._thread.start()

    def sound(self, make: Callable[[], Clip], done: Callable[[], None]) -> bool:
        """Leave it to the thread."""
        self._waiting.put(_Sound(make, done, self._hushed))
        return True

    def hush(self) -> None:
        """Silence the player, and let the thread forget what was queued by now."""
        with self._lock:
            self._hushed += 1
            self._player.stop()

    def close(self) -> None:
        """End the thread."""
        self.hush()
        self._waiting.put(None)
        self._thread.join(LEAVE_LIMIT)

    def _serve(self) -> None:
        while (sound := self._waiting.get()) is not None:
            if sound.hushed != self._hushed:
                continue
            try:
                clip = sound.make()
            except VoiceError as error:
                self._trouble(error.message)
                self._give_up(sound)
            else:
                self._play(sound, clip)

    def _play(self, sound: _Sound, clip: Clip) -> None:
        with self._lock:
            if sound.hushed != self._hushed:
                return
            if clip.pcm:
                self._player.play(clip, sound.done)
                return
        sound.done()

    def _give_up(self, sound: _Sound) -> None:
        """Nothing that waits can be spoken either; what is queued from now on is tried again."""
        self._play(sound, self._sorry())
        for _ in range(self._waiting.qsize()):
            waiting = self._waiting.get()
            if waiting is None:
                self._waiting.put(None)
            elif waiting.hushed == self._hushed:
                waiting.done()


class _Sound:
    """One sound on its way."""

    def __init__(self, make: Callable[[], Clip], done: Callable[[], None], hushed: int) -> None:
        self.make = make
        self.done = done
        self.hushed = hushed
        """How often there was silence before it was queued."""
