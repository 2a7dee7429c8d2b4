"""The server's patience and its doors, with limits small enough to be met in a moment."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

import pytest
from wyoming.client import AsyncTcpClient
from wyoming.info import Describe, Info

from assistant.config import Config, PrivacySettings
from assistant.conversation.consent import Consent
from assistant.service.connection import Offers
from assistant.service.limits import Limits
from assistant.service.recording import Recording
from assistant.service.requests import Shape
from assistant.service.scribe import Scribe
from assistant.service.server import Address, Server
from assistant.service.service import announce, consent_of
from assistant.service.talk import Reply
from assistant.service.wire import RefusedError
from assistant.understanding import Matcher
from audio.types import AudioChunk, Clip, Heard, Hearing, Onset, Silence
from intents.types import Intent
from tests.wyoming_clients import HOST, answer, client, within

HEARD_LONG = 4.0
"""Seconds after which a client that should have been let go counts as held: ten times the limits of these tests."""


class DeafEar:
    """Hears nothing, as fast as it can."""

    def listen_for(self, hearing: Hearing, patience: float, sure: float = 0.0) -> None:
        pass

    def hear(self, chunk: AudioChunk) -> list[Onset | Heard | Silence]:
        return []

    def part(self) -> None: ...

    def end(self) -> list[Heard]:
        return []

    def close(self) -> None:
        pass


class NoSentences:
    def match(self, text: str) -> Intent | None:
        return None

    def guess(self, text: str) -> str:
        return ""

    def without_fillers(self, text: str) -> str:
        return text

    def nearest(self, text: str, limit: int) -> list[str]:
        return []


@dataclass
class House:
    """A server in this process, and what became of its conversations."""

    port: int = 0
    ended: list[str] = field(default_factory=list)
    sounds: int = 0


async def talkative(house: House) -> AsyncIterator[Clip]:
    for _ in range(10_000):
        house.sounds += 1
        yield Clip(bytes(20_480), 16_000)


@asynccontextmanager
async def serving(limits: Limits) -> AsyncIterator[House]:
    """Nobody works for the scribe, so that sounds wait for ever."""
    house = House()
    sentences: Matcher = NoSentences()

    async def reply(name: str, text: str) -> Reply:
        return Reply(name, understood=True)

    async def end(name: str) -> None:
        house.ended.append(name)

    offers = Offers(
        Info(), Scribe(DeafEar(), sentences, ThreadPoolExecutor(1)), lambda text: talkative(house), sentences, reply
    )
    ready = asyncio.Event()

    def came(address: Address) -> None:
        house.port = address.port
        ready.set()

    task = asyncio.create_task(Server(offers, end, limits).run(Address(HOST, 0), came))
    await ready.wait()
    try:
        yield house
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def served(limits: Limits, play: Callable[[House], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with serving(limits) as house:
            await play(house)

    within(whole())


async def last_words(reader: asyncio.StreamReader) -> str:
    """What a client is told before it is let go."""
    async with asyncio.timeout(HEARD_LONG):
        said = await reader.read()
    header, _, data = said.partition(b"\n")
    return str(json.loads(data)["text"]) if header else ""


def test_a_stranger_has_to_say_something() -> None:
    async def play(house: House) -> None:
        reader, writer = await asyncio.open_connection(HOST, house.port)
        assert await last_words(reader) == "Nothing came for too long."
        writer.close()

    served(Limits(first=0.2), play)


def test_who_is_known_may_be_silent_for_longer_but_not_for_ever() -> None:
    async def play(house: House) -> None:
        reader, writer = await asyncio.open_connection(HOST, house.port)
        writer.write(b'{"type": "ping"}\n')
        await asyncio.sleep(0.4)
        writer.write(b'{"type": "ping"}\n')
        assert await last_words(reader) == "Nothing came for too long."
        writer.close()
        async with asyncio.timeout(HEARD_LONG):
            while not house.ended:
                await asyncio.sleep(0.01)
        assert house.ended == ["client 1"]

    served(Limits(first=0.2, idle=0.8), play)


@pytest.mark.parametrize("endless", [b'{"type": "', b'{"type": "audio-chunk", "payload_length": 60000}\n'])
def test_who_dribbles_is_let_go(endless: bytes) -> None:
    async def play(house: House) -> None:
        reader, writer = await asyncio.open_connection(HOST, house.port)
        writer.write(endless)
        telling = asyncio.create_task(last_words(reader))
        for _ in range(40):
            writer.write(b"a")
            await asyncio.sleep(0.05)
            if telling.done():
                break
        assert await telling == "The event did not come to its end in time."
        writer.close()

    served(Limits(frame=0.4), play)


def test_who_does_not_read_is_let_go() -> None:
    async def play(house: House) -> None:
        _, writer = await asyncio.open_connection(HOST, house.port, limit=1_000)
        writer.write(b'{"type": "synthesize", "data": {"text": "a"}}\n')
        async with asyncio.timeout(HEARD_LONG):
            while not house.ended:
                await asyncio.sleep(0.05)
        assert 0 < house.sounds < 5_000
        writer.transport.abort()

    served(Limits(write=0.3), play)


def test_who_waits_too_long_for_the_ear_is_told() -> None:
    async def play(house: House) -> None:
        reader, writer = await asyncio.open_connection(HOST, house.port)
        shape = b'"data": {"rate": 16000, "width": 2, "channels": 1}'
        writer.write(b'{"type": "audio-start", ' + shape + b'}\n{"type": "audio-stop"}\n')
        assert await last_words(reader) == "There is too much to do just now. Try again."
        writer.close()

    served(Limits(wait=0.2), play)


async def known(house: House) -> AsyncTcpClient:
    one = client(house.port)
    await one.connect()
    await answer(one, Describe().event())
    return one


def test_when_it_is_full_the_one_silent_for_longest_goes() -> None:
    async def play(house: House) -> None:
        clients = [await known(house) for _ in range(4)]
        await answer(clients[0], Describe().event())
        clients.append(await known(house))
        assert await clients[1].read_event() is None
        for one in (clients[0], *clients[2:]):
            assert (await answer(one, Describe().event())).type == "info"
        for one in clients:
            await one.disconnect()

    served(Limits(connections=4), play)


def test_strangers_make_room_for_strangers_alone() -> None:
    async def play(house: House) -> None:
        clients = [await known(house) for _ in range(2)]
        strangers = [await asyncio.open_connection(HOST, house.port) for _ in range(6)]
        async with asyncio.timeout(HEARD_LONG):
            assert [await reader.read() for reader, _ in strangers[:3]] == [b""] * 3
        for one in clients:
            assert (await answer(one, Describe().event())).type == "info"
        strangers[5][1].write(b'{"type": "describe"}\n')
        assert b"info" in await strangers[5][0].readline()
        assert await clients[0].read_event() is None
        for one in clients:
            await one.disconnect()
        for _, writer in strangers:
            writer.close()

    served(Limits(connections=2, strangers=3), play)


def test_those_who_asked_once_do_not_keep_newcomers_out() -> None:
    async def play(house: House) -> None:
        clients = [await known(house) for _ in range(12)]
        for one in clients:
            await one.disconnect()

    served(Limits(connections=2), play)


ENDLESS = b'{"type": "synthesize", "data": {"text": "a"}}\n'
"""A request whose answer the client does not read."""


@pytest.mark.parametrize(("turn", "wait", "kind"), [(0.2, 3.0, "info"), (3.0, 0.4, "error")])
def test_while_all_are_answered_others_wait(turn: float, wait: float, kind: str) -> None:
    async def play(house: House) -> None:
        streams = [await asyncio.open_connection(HOST, house.port, limit=1_000) for _ in range(2)]
        for _, writer in streams:
            writer.write(ENDLESS)
        await asyncio.sleep(0.1)
        one = client(house.port)
        await one.connect()
        assert (await answer(one, Describe().event())).type == kind
        await one.disconnect()
        for _, writer in streams:
            writer.transport.abort()

    served(Limits(connections=2, turn=turn, wait=wait), play)


@pytest.mark.parametrize(
    ("uri", "local"),
    [
        ("tcp://127.0.0.1:10300", True),
        ("tcp://127.1.2.3:1", True),
        ("tcp://[::1]:10300", True),
        ("tcp://localhost:0", True),
        ("tcp://0.0.0.0:10300", False),
        ("tcp://[::]:10300", False),
        ("tcp://192.168.1.2:10300", False),
        ("tcp://hearth.home:10300", False),
    ],
)
def test_whoever_can_be_reached_by_others_is_told(uri: str, local: bool) -> None:
    said: list[str] = []
    announce(Config(), said.append, Address.parse(uri))
    assert uri in said[0]
    assert any("Everyone who can reach that address" in line for line in said) is not local
    assert "is not read out" in said[-1]
    assert "no words are kept" in said[-1]


@pytest.mark.parametrize(
    ("privacy", "keeps"),
    [
        (PrivacySettings(), False),
        (PrivacySettings(date(2026, 1, 31)), True),
        (PrivacySettings(date(2026, 1, 31), refused=True), False),
    ],
)
def test_words_are_kept_only_if_both_agreed(privacy: PrivacySettings, keeps: bool) -> None:
    said: list[str] = []
    config = Config(privacy=privacy)
    announce(config, said.append, Address.parse(config.service.uri))
    assert ("no words are kept" in said[-1]) is not keeps
    assert (consent_of(config) is Consent.GIVEN) is keeps


def test_only_this_machine_can_reach_it_by_default() -> None:
    assert Address.parse(Config().service.uri).local
    assert not Config().service.allow_journal


def test_a_recording_has_an_end() -> None:
    shape = Shape(16_000, 2, 1)
    recording = Recording(shape, Limits(speech=1.0))
    recording.add(shape, bytes(31_999))
    recording.add(shape, bytes(1))
    assert recording.clip().seconds == 1.0
    with pytest.raises(RefusedError, match="at most 1 seconds"):
        recording.add(shape, bytes(2))


def test_samples_that_come_in_halves_are_put_together() -> None:
    shape = Shape(8_000, 2, 2)
    recording = Recording(shape, Limits())
    sound = bytes(range(200))
    for place in range(0, 200, 7):
        recording.add(shape, sound[place : place + 7])
    whole = Recording(shape, Limits())
    whole.add(shape, sound)
    assert recording.clip() == whole.clip()
    assert len(whole.clip().pcm) == 100


def test_the_limits_bound_the_memory_that_they_say() -> None:
    limits = Limits()
    recording = limits.speech * limits.rates[1] * 2 * 9 / 8
    event = 2 * (limits.payload + limits.data + limits.header)
    stranger = 4 * limits.data + 2 * limits.header
    assert limits.connections * (recording + event) + limits.strangers * stranger < 300_000_000
