"""Hundreds of connections that send what chance makes of good requests: the service lives on, its memory bounded."""

from __future__ import annotations

import random
import socket
import struct
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from wyoming.asr import Transcript
from wyoming.info import Describe

from tests.test_service import SETTINGS, SHAPE, frame
from tests.wyoming_clients import HOST, LIMIT, Running, ask, send, within, write_down

pytestmark = [pytest.mark.e2e, pytest.mark.spoken]

TRIALS, AT_ONCE, SEED = 1_500, 12, 20261125

GROWTH = 50_000_000
"""Bytes by which the process may grow: sixty seconds of sound for each of those that are heard at a time, and some."""

SILENCE = bytes(32_000)
LETTERS = 'abc ä€ {}[]:,"\n\t'

KINDS = ["describe", "transcribe", "audio-start", "audio-chunk", "audio-stop", "synthesize", "transcript", "recognize"]
NUMBERS: list[object] = [-1, 0, 1, 7, 2**31, 2**63, 2**64, 10**18, 1.5, None, "12", [], {}]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("fuzzed"), settings=SETTINGS)
    yield running
    running.stop()


def good(chance: random.Random) -> bytes:
    """A request that means something, or a part of one."""
    words = "xylophone " + "".join(chance.choices(LETTERS, k=chance.randrange(200)))
    data = {"text": words, "name": words, "context": {"conversation_id": words}, **SHAPE}
    return frame(chance.choice(KINDS), data, chance.randbytes(chance.choice([0, 1, 640, 9_999])))


def claimed(chance: random.Random) -> bytes:
    """Lengths and forms of sound that are not so."""
    shape = {key: chance.choice(NUMBERS) for key in SHAPE}
    claims = {key: chance.choice(NUMBERS) for key in chance.sample(["data_length", "payload_length", "version"], 2)}
    return frame(chance.choice(KINDS), shape, bytes(chance.randrange(2_000)), **claims)


def flipped(chance: random.Random) -> bytes:
    """Some bytes of a good request are others."""
    data = bytearray(good(chance))
    for _ in range(chance.randrange(1, 12)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def noise(chance: random.Random) -> bytes:
    """No protocol at all."""
    return chance.randbytes(chance.randrange(1, 200_000))


def sound(chance: random.Random) -> bytes:
    """Sound that stops in the middle of a chunk."""
    whole = frame("audio-start", SHAPE) + frame("audio-chunk", SHAPE, chance.randbytes(6_400)) * chance.randrange(1, 9)
    return whole[: chance.randrange(1, len(whole))]


MAKERS: list[Callable[[random.Random], bytes]] = [good, claimed, flipped, noise, sound]


def attack(port: int, number: int) -> None:
    """One connection: some of these one after the other, then it hangs up, breaks off, or waits for an answer."""
    chance = random.Random(SEED + number)
    data = b"".join(chance.choice(MAKERS)(chance) for _ in range(chance.randrange(1, 4)))
    if number % 3 == 0:
        send(port, data, hang_up=True)
        return
    with socket.create_connection((HOST, port), LIMIT) as bare:
        if number % 3 == 1:
            bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        try:
            bare.sendall(data)
            bare.settimeout(0.2)
            bare.recv(65_536)
        except OSError:
            return


def test_chance_does_no_harm(service: Running) -> None:
    process = psutil.Process(service.process.pid)
    within(write_down(service.port, SILENCE, 16_000))  # everything that is loaded once is there now
    before = process.memory_info().rss
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        for done in [crowd.submit(attack, service.port, number) for number in range(TRIALS)]:
            done.result(LIMIT)
    assert service.process.poll() is None
    assert within(ask(service.port, Describe().event())).type == "info"
    assert within(ask(service.port, Transcript("hello").event())).type == "handled"
    assert within(write_down(service.port, SILENCE, 16_000))[-1].data["text"] == ""
    assert process.memory_info().rss - before < GROWTH
    assert process.num_fds() < 100
    printed = "".join(service.printed)
    assert "Traceback" not in printed, printed[-2_000:]
    assert "xylophone" not in printed, "words never reach the log"
