"""One client: reads its requests one after the other, and answers each before the next is read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from wyoming.asr import Transcript as WrittenDown
from wyoming.audio import AudioChunk as Sound
from wyoming.audio import AudioStart as SoundStart
from wyoming.audio import AudioStop as SoundStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Info
from wyoming.intent import Entity, NotRecognized
from wyoming.intent import Intent as Recognized
from wyoming.vad import VoiceStarted, VoiceStopped

from assistant.service.limits import Limits
from assistant.service.recording import Recording
from assistant.service.requests import (
    AudioChunk,
    AudioStart,
    AudioStop,
    Describe,
    Recognize,
    Request,
    Synthesize,
    Transcribe,
    Transcript,
    read_request,
)
from assistant.service.scribe import Scribe
from assistant.service.wire import RefusedError, read_event, write_event
from assistant.understanding import Matcher
from audio.errors import AudioError
from audio.types import BYTES_PER_SAMPLE, Clip

if TYPE_CHECKING:
    from assistant.service.talk import Reply

VOICE_RATE = 22_050
"""Samples a second that are announced for a text without anything to speak."""

CHUNK = 2_048
"""Bytes of sound in one event that is sent."""

LINGER = 1.0
"""Seconds for which a client may still write after it was told why its connection ends."""

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offers:
    """What every client is offered."""

    info: Info
    """The answer to `describe`."""
    scribe: Scribe
    """Writes down speech."""
    speak: Callable[[str], AsyncIterator[Clip]]
    """A text as sound, piece by piece; raises AudioError."""
    sentences: Matcher
    """What Hearth understands."""
    answer: Callable[[str, str], Awaitable[Reply]]
    """By the name of a conversation and a text."""


class Connection:
    """Lives until its client hangs up, breaks a limit, or is let go."""

    def __init__(
        self,
        name: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        offers: Offers,
        enter: Callable[[Connection], Awaitable[None]],
        limits: Limits,
    ) -> None:
        """`enter` waits until its first request may be answered; raises TimeoutError if that takes too long."""
        self.name = name
        """The conversation of a client that names none."""
        self.known = False
        """Whether it has sent a whole request."""
        self.busy = False
        """Whether a request of it is being answered."""
        self.heard = asyncio.get_running_loop().time()
        """When it came, last asked or was last answered, by the loop's clock."""
        self._reader = reader
        self._writer = writer
        self._offers = offers
        self._enter = enter
        self._limits = limits
        self._recording: Recording | None = None

    async def run(self) -> None:
        """Answer until it is over; nothing that a client does is raised, but a mistake of our own is logged."""
        try:
            while (event := await read_event(self._reader, self._limits, known=self.known)) is not None:
                if not self.known:
                    await self._enter(self)
                await self._answer(event)
        except RefusedError as error:
            await self._tell(str(error), "refused")
        except (AudioError, TimeoutError) as error:
            await self._tell(str(error) or "There is too much to do just now. Try again.", "failed")
        except OSError:
            pass  # it hung up
        except Exception as error:  # noqa: BLE001 - its message could contain what was said
            LOGGER.error("a request failed: %s", type(error).__name__)
            await self._tell("Something went wrong inside Hearth.", "failed")
        finally:
            self._writer.close()

    def drop(self) -> None:
        """Let it go at once."""
        self._writer.transport.abort()

    async def _answer(self, event: Event) -> None:
        clock = asyncio.get_running_loop().time
        self.known, self.busy, self.heard = True, True, clock()
        try:
            request = read_request(event)
            if request is not None:
                await self._carry_out(request)
        finally:
            self.busy, self.heard = False, clock()

    async def _carry_out(self, request: Request) -> None:
        match request:
            case Describe():
                await self._send(self._offers.info.event())
            case Transcribe():
                self._recording = None
            case AudioStart(shape=shape):
                self._recording = Recording(shape, self._limits)
            case AudioChunk(shape=shape, sound=sound):
                self._recording = self._recording or Recording(shape, self._limits)
                self._recording.add(shape, sound)
            case AudioStop():
                await self._write_down()
            case Synthesize(text=text):
                await self._speak(self._short(text))
            case Recognize(text=text):
                await self._recognize(self._short(text))
            case Transcript(text=text):
                await self._reply(f"named {request.conversation}" if request.conversation else self.name, text)
            case _:
                assert_never(request)

    # ------------------------------------------------------------ speech to text

    async def _write_down(self) -> None:
        if self._recording is None:
            await self._send(WrittenDown("").event())
            return
        clip, self._recording = self._recording.clip(), None
        async with asyncio.timeout(self._limits.wait):
            written = await self._offers.scribe.write(clip)
        if written.text:
            await self._send(VoiceStarted(round(written.began * 1000)).event())
            await self._send(VoiceStopped(round(written.ended * 1000)).event())
        await self._send(WrittenDown(written.text).event())

    # ------------------------------------------------------------ text to speech

    async def _speak(self, text: str) -> None:
        """The first piece is sent while the next is not rendered yet; all pieces of a voice have the same rate."""
        rate = 0
        async for clip in self._offers.speak(text):
            if not rate:
                rate = clip.rate
                await self._send(SoundStart(rate, BYTES_PER_SAMPLE, 1).event())
            for place in range(0, len(clip.pcm), CHUNK):
                await self._send(Sound(rate, BYTES_PER_SAMPLE, 1, clip.pcm[place : place + CHUNK]).event())
        if not rate:
            await self._send(SoundStart(VOICE_RATE, BYTES_PER_SAMPLE, 1).event())
        await self._send(SoundStop().event())

    # ------------------------------------------------------------ meaning

    async def _recognize(self, text: str) -> None:
        intent = self._offers.sentences.match(text)
        if intent is None:
            await self._send(NotRecognized().event())
            return
        entities = [Entity(name, value) for name, value in intent.slots.items()]
        await self._send(Recognized(intent.name, entities).event())

    async def _reply(self, conversation: str, text: str) -> None:
        reply = await self._offers.answer(conversation, self._short(text))
        kind = Handled if reply.understood else NotHandled
        await self._send(kind(reply.text).event())

    # ------------------------------------------------------------ sending

    def _short(self, text: str) -> str:
        if len(text) > self._limits.text:
            raise RefusedError(f"A text has at most {self._limits.text} characters.")
        return text

    async def _send(self, event: Event) -> None:
        await write_event(self._writer, event, self._limits)

    async def _tell(self, message: str, code: str) -> None:
        """Why the connection ends, to a client that may be gone."""
        try:
            await self._send(Error(message, code).event())
            self._writer.write_eof()
            await self._hear_out()
        except (RefusedError, OSError):
            self.drop()

    async def _hear_out(self) -> None:
        """Let what is under way come: whoever writes to a closed connection may lose what it was told (a TCP reset)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                while await self._reader.read(CHUNK):
                    pass
