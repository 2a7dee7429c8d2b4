"""Clients of a running `hearth serve`: the real `wyoming` library, and bare sockets for what no library would send."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from wyoming.asr import Transcribe
from wyoming.asr import Transcript as Written
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.tts import Synthesize

from tests.command import COMMAND, environment

T = TypeVar("T")

HOST = "127.0.0.1"
LIMIT = 60.0
"""Seconds after which a request counts as lost on a busy machine; usual is under one."""
FRAMES = 1_024
"""Frames in a chunk of sound that is sent."""


def within(work: Coroutine[None, None, T], seconds: float = LIMIT) -> T:
    return asyncio.run(asyncio.wait_for(work, seconds))


class Running:
    """A service in a process of its own, with a home of its own; what it prints is collected."""

    def __init__(self, home: Path, *words: str, settings: str = "") -> None:
        file = home / "config.toml"
        file.write_text(settings, encoding="utf-8")
        self.home = home
        self.printed: list[str] = []
        self._ready = threading.Event()
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--uri", f"tcp://{HOST}:0", "--config", str(file), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(home),
            cwd=home,
        )
        self._reader = threading.Thread(target=self._collect)
        self._reader.start()
        self._ready.wait(LIMIT)
        found = re.search(rf"{HOST}:(\d+)", "".join(self.printed))
        if not found:
            self.stop()
        assert found, self.printed
        self.port = int(found[1])

    @property
    def data(self) -> Path:
        return self.home / ".local" / "share" / "hearth"

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it as a person or systemd would; returns its exit code."""
        self.process.send_signal(number)
        try:
            return self.process.wait(LIMIT)
        finally:
            self.process.kill()
            self.process.wait()
            self._reader.join()

    def _collect(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.printed.append(line)
                if line.startswith("The journal"):
                    self._ready.set()
        self._ready.set()


# ---------------------------------------------------------------- the real library


def client(port: int) -> AsyncTcpClient:
    return AsyncTcpClient(HOST, port, connect_timeout=LIMIT, read_timeout=LIMIT)


async def ask(port: int, event: Event) -> Event:
    """One request on a connection of its own, and its answer."""
    async with client(port) as one:
        return await answer(one, event)


async def answer(one: AsyncTcpClient, event: Event) -> Event:
    await one.write_event(event)
    came = await one.read_event()
    assert came is not None
    return came


async def say(port: int, words: str, conversation: str) -> Event:
    """A turn as Home Assistant takes it: each on a connection of its own, under the name of the conversation."""
    return await ask(port, Written(words, context={"conversation_id": conversation}).event())


async def write_down(port: int, sound: bytes, rate: int, width: int = 2, channels: int = 1) -> list[Event]:
    """Speech to text; everything that came, the transcript last."""
    async with client(port) as one:
        await one.write_event(Transcribe(language="en").event())
        await one.write_event(AudioStart(rate, width, channels).event())
        size = FRAMES * width * channels
        for place in range(0, len(sound), size):
            await one.write_event(AudioChunk(rate, width, channels, sound[place : place + size]).event())
        await one.write_event(AudioStop().event())
        return await until(one, "transcript")


async def speak(port: int, text: str) -> list[Event]:
    """Text to speech; everything that came, `audio-stop` last."""
    async with client(port) as one:
        await one.write_event(Synthesize(text).event())
        return await until(one, "audio-stop")


async def until(one: AsyncTcpClient, last: str) -> list[Event]:
    came: list[Event] = []
    while not came or came[-1].type not in (last, "error"):
        event = await one.read_event()
        assert event is not None, [event.type for event in came]
        came.append(event)
    return came


# ---------------------------------------------------------------- bare sockets


def send(port: int, data: bytes, *, hang_up: bool = False) -> bytes:
    """Send bytes; everything that comes back until the service closes the connection."""
    with socket.create_connection((HOST, port), LIMIT) as bare:
        try:
            bare.sendall(data)
            if hang_up:
                with suppress(OSError):  # the service may have hung up first
                    bare.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: bare.recv(65_536), b""))
        except ConnectionError:
            return b""
