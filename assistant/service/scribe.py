"""Writes down what is said: one ear for all clients, in one thread, one utterance at a time."""

from __future__ import annotations

import asyncio
import threading
from asyncio import Future, PriorityQueue
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import count

from assistant.hearing import LEAD_FRAMES
from assistant.overheard import BEFORE
from assistant.understanding import Matcher
from audio.files import resampled
from audio.types import EAR_RATE, AudioChunk, Clip, Ear, Heard, Hearing, Onset, Silence
from audio.vad import FRAME_BYTES, FRAME_SECONDS

STEP = FRAME_BYTES * 16
"""Bytes (half a second) after which the ear looks whether the service ends."""

PATIENCE = 3_600.0
"""Seconds of silence within an utterance: the client alone decides when it is over."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was heard in one sound."""

    text: str
    """The words; empty when nobody spoke."""
    began: float
    """Second of the sound at which somebody began to speak."""
    ended: float
    """Second at which they had finished."""


NOTHING = Written("", 0.0, 0.0)


@dataclass(order=True, frozen=True, slots=True)
class Job:
    """A sound that waits for the ear."""

    seconds: float
    """Its length: the shortest is heard first, so that long ones of others delay a command by one of them at most."""
    number: int
    """Among sounds of the same length, the first come."""
    clip: Clip = field(compare=False)
    """The sound."""
    done: Future[Written] = field(compare=False)
    """Takes what was heard."""


class Scribe:
    """The ear must listen for every sentence at every moment (`controls`), so that it hears them beside free words."""

    def __init__(self, ear: Ear, sentences: Matcher, thread: Executor) -> None:
        """`thread` is one worker, the only one that uses the ear."""
        self._ear = ear
        self._sentences = sentences
        self._thread = thread
        self._jobs: PriorityQueue[Job] = PriorityQueue()
        self._numbers = count()
        self._over = threading.Event()
        self._frames = 0
        ear.listen_for(Hearing.ANSWERS, PATIENCE)

    async def write(self, clip: Clip) -> Written:
        """What is said in a sound, when its turn has come; a caller that is cancelled gives up its turn."""
        done: Future[Written] = asyncio.get_running_loop().create_future()
        self._jobs.put_nowait(Job(clip.seconds, next(self._numbers), clip, done))
        return await done

    async def work(self) -> None:
        """Hear one sound after the other, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            job = await self._jobs.get()
            if job.done.done():
                continue
            try:
                written = await loop.run_in_executor(self._thread, self._hear, job.clip)
            except Exception as error:  # noqa: BLE001 - whoever waits for it is told
                if not job.done.done():
                    job.done.set_exception(error)
            else:
                if not job.done.done():
                    job.done.set_result(written)

    def stop(self) -> None:
        """Give up the sound that is being heard; from any thread."""
        self._over.set()

    def _hear(self, clip: Clip) -> Written:
        """Silence goes before it, so that nothing of an earlier sound is heard in it."""
        sound = resampled(clip, EAR_RATE).pcm
        self._ear.hear(AudioChunk(bytes(LEAD_FRAMES * FRAME_BYTES)))
        begin = (self._frames + LEAD_FRAMES) * FRAME_SECONDS
        self._frames += LEAD_FRAMES + len(sound) // FRAME_BYTES
        noticed: list[Onset | Heard | Silence] = []
        for place in range(0, len(sound), STEP):
            if self._over.is_set():
                return NOTHING
            noticed += self._ear.hear(AudioChunk(sound[place : place + STEP]))
        return self._written([*noticed, *self._ear.end()], begin)

    def _written(self, noticed: list[Onset | Heard | Silence], begin: float) -> Written:
        onsets = [max(0.0, one.at - begin) for one in noticed if isinstance(one, Onset)]
        heard = [one for one in noticed if isinstance(one, Heard)]
        text = " ".join(filter(None, map(self._words, heard)))
        return Written(text, onsets[0], onsets[-1] + heard[-1].seconds) if text and onsets else NOTHING

    def _words(self, heard: Heard) -> str:
        """A whole sentence that Hearth knows goes before what dictation made of it, if that began alike."""
        phrase = heard.phrase
        if phrase and phrase.agreement >= BEFORE and self._sentences.match(phrase.text):
            return phrase.text
        return heard.answer.text if heard.answer else ""
