"""Frames and voice decisions → utterances; pure, counts audio seconds and never looks at a clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from audio.types import Onset, Silence
from audio.vad import FRAME_SECONDS

PRE_ROLL = 0.4
"""Seconds of sound before the onset that belong to the utterance: soft first sounds, and the time to judge."""
TAIL = 0.2
"""Seconds after the last speech that are passed on at once; what follows waits until speech goes on."""
TAIL_FRAMES = round(TAIL / FRAME_SECONDS)
PARTED = 3
"""Frames without speech that part what is said after them from what was said before: 0.1 s."""
EVERY = 1.0
"""Seconds from one report of silence to the next."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The rules for one utterance, taken when it begins."""

    patience: float
    """Seconds of silence that end it."""
    longest: float
    """Seconds after which it is ended while someone still speaks."""
    lull: float = 0.0
    """Seconds of silence after which it may end if it is sure to be complete; 0 for never."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The next stretch of the utterance that is under way."""

    pcm: bytes
    """16 kHz mono samples; the first stretch begins with the pre-roll."""
    pause: bool = False
    """Whether it ends in silence."""


@dataclass(frozen=True, slots=True)
class Lull:
    """Quiet within the utterance that is under way: `finish` ends it, if it is sure to be complete."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The endpoint of the utterance that was under way."""

    seconds: float
    """Length of the speech, without the trailing silence."""
    at: float
    """Audio second of the endpoint."""


class Segmenter:
    """One stream of frames cut into utterances."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        """The rules for utterances that begin from now on."""
        self._running: Turn | None = None
        self._frames = 0
        self._before: deque[bytes] = deque(maxlen=_frames(PRE_ROLL))
        self._held: list[bytes] = []
        self._began = 0
        self._last_speech = 0
        self._quiet_from = 0
        self._reported = 0
        self._parting = False

    @property
    def now(self) -> float:
        """Audio seconds of everything stepped through."""
        return self._frames * FRAME_SECONDS

    @property
    def under_way(self) -> bool:
        """Whether an utterance has begun and not ended."""
        return self._running is not None

    def wait_anew(self) -> None:
        """Count silence from now."""
        self._quiet_from, self._reported = self._frames, 0

    def wait_for(self, patience: float) -> None:
        """Let the utterance that is under way end only after this silence in seconds, if not after a longer one."""
        if self._running is not None and patience > self._running.patience:
            self._running = replace(self._running, patience=patience)

    def part(self) -> None:
        """Let the utterance that is under way end with the next pause, however short, after which speech goes on."""
        self._parting = self._running is not None

    def step(self, frame: bytes, speech: bool) -> list[Onset | Sound | Lull | Ended | Silence]:
        """What this frame brings."""
        self._frames += 1
        quiet = self._frames - self._last_speech - 1
        if speech:
            self._last_speech = self._frames
        if self._running is not None and self._parting and speech and quiet >= PARTED:
            return [self.finish(self._frames - quiet - 1), *self._begin(frame)]
        if self._running is not None:
            return self._go_on(self._running, frame, speech)
        if speech:
            return self._begin(frame)
        self._before.append(frame)
        return self._silence()

    def end(self) -> list[Sound | Ended]:
        """The sound is over: end the utterance that is under way."""
        return [*self._release(), self.finish()] if self._running is not None else []

    def finish(self, last: int | None = None) -> Ended:
        """End the utterance that is under way here; silence held back becomes the pre-roll of what follows.

        `last`: the frame in which somebody last spoke in it, if that was not the last one with speech.
        """
        self._before.extend(self._held)
        self._held.clear()
        self._running, self._parting = None, False
        last = self._last_speech if last is None else last
        self._quiet_from, self._reported = last, 0
        return Ended((last - self._began) * FRAME_SECONDS, self.now)

    def _begin(self, frame: bytes) -> list[Onset | Sound | Lull | Ended | Silence]:
        self._running = self.turn
        self._began = self._frames - 1
        pcm = b"".join(self._before) + frame
        self._before.clear()
        return [Onset(self._began * FRAME_SECONDS), Sound(pcm)]

    def _go_on(self, turn: Turn, frame: bytes, speech: bool) -> list[Onset | Sound | Lull | Ended | Silence]:
        self._held.append(frame)
        quiet = self._frames - self._last_speech
        found: list[Onset | Sound | Lull | Ended | Silence] = []
        if speech or quiet <= TAIL_FRAMES:
            found += self._release(pause=quiet == TAIL_FRAMES)
        if quiet >= _frames(turn.patience) or self._frames - self._began >= _frames(turn.longest):
            found.append(self.finish())
        elif turn.lull and quiet == _frames(turn.lull):
            found.append(Lull())
        return found

    def _release(self, pause: bool = False) -> list[Sound]:
        pcm = b"".join(self._held)
        self._held.clear()
        return [Sound(pcm, pause)] if pcm else []

    def _silence(self) -> list[Onset | Sound | Lull | Ended | Silence]:
        seconds = (self._frames - self._quiet_from) * FRAME_SECONDS
        if seconds < (self._reported + 1) * EVERY:
            return []
        self._reported = int(seconds / EVERY)
        return [Silence(seconds)]


def _frames(seconds: float) -> int:
    return max(1, round(seconds / FRAME_SECONDS))
