"""`hearth serve` as a process of its own, met by the real Wyoming client and by clients that mean no good."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import stat
import struct
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.intent import Intent, Recognize
from wyoming.tts import Synthesize

from assistant.journal import Journal, Query
from assistant.journal.records import APPRECIATION, KEPT
from audio.files import load, resampled
from audio.types import Clip
from tests.command import ROOT, hearth
from tests.wyoming_clients import HOST, LIMIT, Running, answer, ask, client, say, send, speak, within, write_down

pytestmark = [pytest.mark.e2e, pytest.mark.spoken]

SETTINGS = """
country = "IE"
[[partners]]
name = "Sam"
[[partners]]
name = "Alex"
[privacy]
consent = 2026-01-31
"""

DEMO = ROOT / "assistant" / "demo"
COMMAND_SPOKEN, COMMAND_WORDS = DEMO / "01.wav", "start our coffee ritual"
ANSWER_SPOKEN, ANSWER_WORDS = DEMO / "05.wav", "i want to go for a walk together"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("served"), "--debug", settings=SETTINGS)
    yield running
    running.stop()


def kept(service: Running) -> list[tuple[str, str, str]]:
    with Journal.open(service.data, read_only=True) as journal:
        return [(entry.kind, entry.speaker, entry.text) for entry in journal.find(Query())]


# ---------------------------------------------------------------- what it offers


def test_it_describes_itself(service: Running) -> None:
    info = Info.from_event(within(ask(service.port, Describe().event())))
    for program in (info.asr[0], info.tts[0], info.handle[0]):
        assert program.installed
        assert program.name
        assert program.attribution.name
    assert info.asr[0].models[0].languages == ["en"]
    assert info.asr[0].models[0].version
    assert info.tts[0].voices[0].languages == ["en"]
    assert info.handle[0].models[0].languages == ["en"]
    assert not info.handle[0].supports_home_control
    assert info.intent == []


def test_it_says_where_it_is_and_what_becomes_of_words(service: Running) -> None:
    assert service.printed[:2] == [
        f"Hearth serves Home Assistant and other Wyoming clients at tcp://{HOST}:{service.port}. Ctrl-C ends it.\n",
        "The journal is not read out to clients, and words are kept, as you agreed.\n",
    ]


def as_bytes(clip: Clip, width: int, channels: int) -> bytes:
    samples: NDArray[np.int64] = np.frombuffer(clip.pcm, "<i2").astype(np.int64)
    frames = np.repeat(samples[:, None], channels, axis=1)
    match width:
        case 1:
            return ((frames >> 8) + 128).astype(np.uint8).tobytes()
        case 2:
            return frames.astype("<i2").tobytes()
        case 3:
            return (frames << 8).astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
        case _:
            return (frames << 16).astype("<i4").tobytes()


@pytest.mark.parametrize(
    ("rate", "width", "channels"), [(16_000, 2, 1), (48_000, 2, 2), (44_100, 4, 1), (22_050, 3, 2), (32_000, 1, 1)]
)
def test_it_writes_down_a_command_in_any_form_of_sound(service: Running, rate: int, width: int, channels: int) -> None:
    sound = as_bytes(resampled(load(COMMAND_SPOKEN), rate), width, channels)
    *before, transcript = within(write_down(service.port, sound, rate, width, channels))
    assert Transcript.from_event(transcript).text == COMMAND_WORDS
    assert [event.type for event in before] == ["voice-started", "voice-stopped"]
    began, ended = (event.data["timestamp"] for event in before)
    assert 0 <= began < ended <= 1_000 * len(sound) / (rate * width * channels)


def test_it_writes_down_free_words(service: Running) -> None:
    clip = resampled(load(ANSWER_SPOKEN), 16_000)
    transcript = within(write_down(service.port, clip.pcm, 16_000))[-1]
    assert Transcript.from_event(transcript).text == ANSWER_WORDS


def test_it_writes_down_nothing_when_nobody_speaks(service: Running) -> None:
    assert [event.data for event in within(write_down(service.port, bytes(64_000), 16_000))] == [{"text": ""}]
    assert [event.data for event in within(write_down(service.port, b"", 16_000))] == [{"text": ""}]


def test_two_who_speak_at_once_are_both_heard(service: Running) -> None:
    async def both() -> list[list[Event]]:
        clips = [resampled(load(path), 16_000).pcm for path in (COMMAND_SPOKEN, ANSWER_SPOKEN)]
        return await asyncio.gather(*(write_down(service.port, pcm, 16_000) for pcm in clips))

    assert [events[-1].data["text"] for events in within(both())] == [COMMAND_WORDS, ANSWER_WORDS]


def test_what_it_speaks_can_be_understood(service: Running) -> None:
    start, *chunks, stop = within(speak(service.port, COMMAND_WORDS.capitalize() + "."))
    assert (start.type, stop.type) == ("audio-start", "audio-stop")
    assert {event.type for event in chunks} == {"audio-chunk"}
    pcm = b"".join(event.payload or b"" for event in chunks)
    rate = AudioStart.from_event(start).rate
    assert 1.0 < len(pcm) / (2 * rate) < 5.0
    quiet = bytes(rate)
    assert within(write_down(service.port, quiet + pcm + quiet, rate))[-1].data["text"] == COMMAND_WORDS


def test_it_speaks_long_texts_and_none(service: Running) -> None:
    long = within(speak(service.port, "good morning you two and welcome " * 40))
    assert sum(len(event.payload or b"") for event in long) > 20 * 44_100
    assert [event.type for event in within(speak(service.port, " … "))][:1] == ["audio-start"]


def test_it_recognizes_without_doing_anything(service: Running) -> None:
    event = within(ask(service.port, Recognize("Thank Alex for walking the dog").event()))
    intent = Intent.from_event(event)
    assert intent.name == "thank"
    assert {entity.name: entity.value for entity in intent.entities}["partner"] == "Alex"
    assert within(ask(service.port, Recognize("purple elephants").event())).type == "not-recognized"


# ---------------------------------------------------------------- conversations


def test_a_coffee_ritual_over_many_connections(service: Running) -> None:
    before = kept(service) if service.data.exists() else []
    answers = [f"answer number {number}" for number in range(6)]
    replies = [within(say(service.port, words, "morning")) for words in ("Start our coffee ritual.", *answers)]
    assert {reply.type for reply in replies} == {"handled"}
    assert "coffee" in replies[0].data["text"].lower()
    assert sum("Sam" in reply.data["text"] for reply in replies) >= 3
    entries = kept(service)[len(before) :]
    assert [kind for kind, _, _ in entries].count(APPRECIATION) == 2
    assert [text for kind, _, text in entries if kind != KEPT] == answers
    assert [kind for kind, _, _ in entries].count(KEPT) == 1
    assert {speaker for kind, speaker, _ in entries if kind != KEPT} == {"Sam", "Alex"}
    assert within(say(service.port, "blue zebra theory", "morning")).type == "not-handled"


def test_conversations_do_not_mix(service: Running) -> None:
    async def talk() -> list[Event]:
        async with client(service.port) as one, client(service.port) as other:
            return [
                await answer(one, Transcript("start our coffee ritual").event()),
                await answer(other, Transcript("how long is left").event()),
                await answer(one, Transcript("how long is left").event()),
                await answer(one, Transcript("stop").event()),
            ]

    begun, idle, under_way, stopped = [event.data["text"] for event in within(talk())]
    assert "coffee" in begun.lower()
    assert "minute" in under_way
    assert "minute" not in idle
    assert stopped == "Let's stop here. Say help and contacts any time."


def test_danger_is_not_written_down(service: Running) -> None:
    before = kept(service)
    within(say(service.port, "i appreciate that you cooked", "care"))
    reply = within(say(service.port, "i want to kill myself", "care"))
    assert "cannot call" in reply.data["text"]
    assert [text for _, _, text in kept(service)[len(before) :] if "kill" in text] == []


ASKING = (
    "what did we appreciate",
    "how was our week",
    "what do you hold about me",
    "more",
    "who said that",
    "forget everything i said",
    "forget today",
)


@pytest.mark.parametrize("words", ASKING)
def test_the_journal_is_not_read_over_the_network(service: Running, words: str) -> None:
    within(say(service.port, "thank Alex for the marmalade", "secret"))
    before = kept(service)
    assert any("marmalade" in text for _, _, text in before)
    replies = [within(say(service.port, said, "stranger")) for said in (words, "yes", "Sam", "yes")]
    assert "home" in replies[0].data["text"]
    spoken = " ".join(reply.data["text"] for reply in replies)
    assert not [text for _, _, text in before if text and text in spoken]
    assert kept(service) == before


def test_the_journal_is_the_owners_alone_and_others_may_write_in_between(service: Running) -> None:
    within(say(service.port, "thank Sam for the soup", "again"))
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in (service.data, *service.data.rglob("*")))
    with Journal.open(service.data):
        reply = within(say(service.port, "thank Sam for the bread", "again"))
        assert re.search("are not saved|nothing was saved", reply.data["text"])
        assert not any("bread" in text for _, _, text in kept(service))
    within(say(service.port, "thank Sam for the cake", "again"))
    assert {"thank sam for the bread", "thank sam for the cake"} <= {text.lower() for _, _, text in kept(service)}


# ---------------------------------------------------------------- clients that mean no good


def frame(kind: str, data: object = None, payload: bytes = b"", **claims: object) -> bytes:
    header = {"type": kind, "data": data or {}, "payload_length": len(payload) or None, **claims}
    return json.dumps(header).encode() + b"\n" + payload


SHAPE = {"rate": 16_000, "width": 2, "channels": 1}

ABUSE = {
    "endless header": b'{"type": "' + b"a" * 500_000,
    "endless header in pieces of JSON": b'{"type": "describe", "data": {' + b'"a": 1, ' * 60_000,
    "huge data": frame("describe", data_length=2**62),
    "huge payload": frame("audio-chunk", SHAPE, payload_length=10**15),
    "too large a number": b'{"type": "describe", "payload_length": ' + b"9" * 4_000 + b"}\n",
    "negative length": frame("describe", data_length=-1),
    "length in words": frame("describe", payload_length="many"),
    "deep JSON": b'{"type": "describe", "data": {"a": ' + b"[" * 15_000 + b"\n",
    "deep data": frame("describe", data_length=60_000) + b'{"a":' * 12_000,
    "garbage": bytes(range(256)) * 100 + b"\n",
    "zeros": bytes(100_000),
    "blank lines": b"\n" * 10_000,
    "no object": b"[1, 2, 3]\n",
    "no type": b'{"data": {}}\n',
    "infinity": frame("audio-start", {**SHAPE, "rate": float("inf")}),
    "web browser": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500) + b"\n",
    "no rate": frame("audio-start", {**SHAPE, "rate": 0}),
    "astronomic rate": frame("audio-start", {**SHAPE, "rate": 10**12}),
    "no channels": frame("audio-chunk", {**SHAPE, "channels": 0}, b"ab"),
    "many channels": frame("audio-chunk", {**SHAPE, "channels": 10**9}, b"ab"),
    "strange width": frame("audio-chunk", {**SHAPE, "width": 7}, b"ab"),
    "changing form": frame("audio-start", SHAPE) + frame("audio-chunk", {**SHAPE, "rate": 8_000}, bytes(64)),
    "too much sound": frame("audio-start", SHAPE) + frame("audio-chunk", SHAPE, bytes(1_000_000)) * 3,
    "text that is none": frame("transcript", {"text": ["a"]}),
    "no text": frame("synthesize"),
    "endless text": frame("transcript", data_length=50_000) + b'{"text": "' + b"a" * 49_988 + b'"}',
    "endless name": frame("transcript", {"text": "hello", "context": {"conversation_id": "a" * 5_000}}),
    "context that is none": frame("transcript", {"text": "hello", "context": 3}),
    "half a character": b'{"type": "transcript", "data": {"text": "\\ud800"}}\n',
}


@pytest.mark.parametrize("data", ABUSE.values(), ids=ABUSE.keys())
def test_what_is_no_request_ends_the_connection_and_nothing_else(service: Running, data: bytes) -> None:
    async def good() -> Event:
        async with client(service.port) as one:
            await answer(one, Describe().event())
            await asyncio.to_thread(send, service.port, data)
            return await answer(one, Transcript("hello").event())

    assert within(good()).type == "handled"
    said = send(service.port, data)
    assert said == b"" or json.loads(said.splitlines()[0])["type"] == "error"


DEEP = b'{"type": "describe", "data": ' + b'{"a":' * 2_500 + b"1" + b"}" * 2_501 + b"\n"
"""Too deep for Python 3.11 to read, and not for 3.13."""

HALVES = {
    "deep objects": DEEP,
    "half a header": b'{"type": "desc',
    "half the data": frame("transcript", data_length=500) + b'{"text": "he',
    "half a payload": frame("audio-chunk", SHAPE, payload_length=5_000) + bytes(70),
    "nothing": b"",
}


@pytest.mark.parametrize("data", HALVES.values(), ids=HALVES.keys())
def test_who_hangs_up_in_the_middle_harms_nobody(service: Running, data: bytes) -> None:
    send(service.port, data, hang_up=True)
    with socket.create_connection((HOST, service.port), LIMIT) as bare:
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        bare.sendall(data)
    assert within(ask(service.port, Describe().event())).type == "info"


def test_unknown_events_are_ignored(service: Running) -> None:
    async def talk() -> Event:
        async with client(service.port) as one:
            await one.write_event(Event("ping-of-tomorrow", {"a": [1, {"b": None}]}, b"payload"))
            await one.write_event(AudioStop().event())
            await one.read_event()
            return await answer(one, Describe().event())

    assert within(talk()).type == "info"


def test_a_crowd_does_not_keep_others_out(service: Running) -> None:
    process = psutil.Process(service.process.pid)
    before = process.memory_info().rss

    async def good() -> list[str]:
        async with client(service.port) as one:
            await answer(one, Describe().event())
            with ExitStack() as crowd:
                for number in range(600):
                    bare = crowd.enter_context(socket.create_connection((HOST, service.port), LIMIT))
                    bare.sendall(b'{"type": ' if number % 2 else b"")
                    await asyncio.sleep(0)
                mine = await answer(one, Transcript("hello").event())
                new = await ask(service.port, Describe().event())
                assert process.num_fds() < 450
            return [mine.type, new.type]

    assert within(good()) == ["handled", "info"]
    assert process.memory_info().rss - before < 50_000_000


def test_who_never_reads_keeps_nobody_waiting(service: Running) -> None:
    request = Synthesize("we go for a walk together. " * 140).event()
    with ExitStack() as deaf:
        for _ in range(4):
            bare = deaf.enter_context(socket.create_connection((HOST, service.port), LIMIT))
            bare.sendall(frame(request.type, request.data))
        assert within(speak(service.port, "Good morning."))[-1].type == "audio-stop"
        assert within(say(service.port, "hello", "meanwhile")).type == "handled"


def test_long_sounds_of_others_delay_a_command_by_one_at_most(service: Running) -> None:
    async def all_at_once() -> str:
        long = resampled(load(ANSWER_SPOKEN), 16_000).pcm * 4
        others = [asyncio.create_task(write_down(service.port, long, 16_000)) for _ in range(4)]
        await asyncio.sleep(0.2)
        mine = await write_down(service.port, resampled(load(COMMAND_SPOKEN), 16_000).pcm, 16_000)
        waiting = [other for other in others if not other.done()]
        await asyncio.gather(*others)
        assert len(waiting) >= 2
        return str(mine[-1].data["text"])

    assert within(all_at_once()) == COMMAND_WORDS


def test_words_never_reach_the_log(service: Running) -> None:
    words = "the zanzibar telegram"
    within(say(service.port, words, "log"))
    within(speak(service.port, words))
    within(ask(service.port, Recognize(words).event()))
    send(service.port, frame("transcript", {"text": [words]}))
    printed = "".join(service.printed)
    assert "zanzibar" not in printed
    assert "Traceback" not in printed


# ---------------------------------------------------------------- beginning and ending


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_in_the_middle_of_everything(tmp_path: Path, number: signal.Signals) -> None:
    running = Running(tmp_path, settings=SETTINGS)

    async def open_ends() -> int:
        async with client(running.port) as talking, client(running.port) as speaking, client(running.port) as half:
            await answer(talking, Transcript("i appreciate that you cooked").event())
            long = resampled(load(ANSWER_SPOKEN), 16_000).pcm * 9
            for piece in (AudioStart(16_000, 2, 1), AudioChunk(16_000, 2, 1, long), AudioStop()):
                await speaking.write_event(piece.event())
            await half.write_event(AudioStart(16_000, 2, 1).event())
            await asyncio.sleep(0.3)
            code = await asyncio.to_thread(running.stop, number)
            assert await talking.read_event() is None
            return code

    assert within(open_ends()) == 0
    assert "Traceback" not in "".join(running.printed)
    assert [text for _, _, text in kept(running)] == ["i appreciate that you cooked"]
    with Journal.open(running.data):
        pass


def test_a_port_in_use_is_told_in_one_sentence(service: Running, tmp_path: Path) -> None:
    done = hearth(tmp_path, "serve", "--uri", f"tcp://{HOST}:{service.port}")
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first == f"hearth: The port {service.port} of {HOST} is already in use."
    assert f"hearth serve --uri tcp://{HOST}:{service.port + 1}" in second


@pytest.mark.parametrize(
    ("uri", "code", "said"),
    [
        ("unix:///tmp/x", 2, "not an address to serve at"),
        ("tcp://127.0.0.1", 2, "not an address to serve at"),
        ("tcp://127.0.0.1:99999", 2, "not an address to serve at"),
        ("tcp://[::1", 2, "not an address to serve at"),
        ("tcp://192.0.2.1:10300", 1, "192.0.2.1 is not an address of this machine"),
    ],
)
def test_an_address_that_cannot_be_served_at(tmp_path: Path, uri: str, code: int, said: str) -> None:
    done = hearth(tmp_path, "serve", "--uri", uri)
    assert done.returncode == code
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 2
