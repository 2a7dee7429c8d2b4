"""Sound files, raw samples on the standard input, and a real (virtual) microphone."""

from __future__ import annotations

import os
import pty
import queue
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from audio.conversion import converter
from audio.errors import AudioFileError
from audio.files import save
from audio.pulse import recording_from
from audio.sources import CHUNK, RawStdin, SoundFiles
from audio.types import AudioChunk, Clip
from tests.card_programs import tone
from tests.virtual_card import VirtualCard


def everything(source: SoundFiles) -> list[AudioChunk]:
    """All chunks of files."""
    chunks = []
    while (chunk := source.read()) is not None:
        chunks.append(chunk)
    return chunks


# ---------------------------------------------------------------- files


def test_files_follow_one_another_with_silence_after_each(tmp_path: Path) -> None:
    first, second = Clip(tone(0.5, 16_000, 0.1), 16_000), Clip(tone(0.7, 16_000, 0.2), 16_000)
    save(tmp_path / "a.wav", first)
    save(tmp_path / "b.wav", second)
    source = SoundFiles([tmp_path / "a.wav", tmp_path / "b.wav"], gap=1.0)
    assert not source.live
    source.start(lambda _: pytest.fail("files deliver nothing by themselves"))
    chunks = everything(source)
    assert {(len(chunk.pcm), chunk.rate) for chunk in chunks} == {(CHUNK, 16_000)}
    heard = b"".join(chunk.pcm for chunk in chunks)
    place = heard.index(second.pcm)
    assert heard.startswith(first.pcm)
    assert heard[len(first.pcm) : place].strip(b"\0") == b""
    assert 1.0 <= (place - len(first.pcm)) / 32_000 < 1.04
    assert 3.2 <= len(heard) / 32_000 < 3.3
    assert source.read() is None


def test_files_are_heard_at_16_khz(tmp_path: Path) -> None:
    save(tmp_path / "a.wav", Clip(tone(1, 44_100), 44_100))
    assert 0.99 < sum(chunk.seconds for chunk in everything(SoundFiles([tmp_path / "a.wav"], gap=0))) < 1.04


def test_all_files_are_checked_before_anything_is_heard(tmp_path: Path) -> None:
    save(tmp_path / "good.wav", Clip(tone(0.1, 16_000), 16_000))
    (tmp_path / "bad.wav").write_text("no sound")
    with pytest.raises(AudioFileError, match=r"bad\.wav"):
        SoundFiles([tmp_path / "good.wav", tmp_path / "bad.wav"])
    with pytest.raises(AudioFileError, match="No sound file"):
        SoundFiles([])


def test_closed_files_are_over(tmp_path: Path) -> None:
    save(tmp_path / "a.wav", Clip(tone(1, 16_000), 16_000))
    source = SoundFiles([tmp_path / "a.wav"])
    assert source.read() is not None
    source.close()
    source.close()
    assert source.read() is None


# ---------------------------------------------------------------- the standard input


class Pipe:
    """A pipe and the source that reads from it."""

    def __init__(self) -> None:
        reading, self.writing = os.pipe()
        self.heard: queue.Queue[AudioChunk | None] = queue.Queue()
        self.source = RawStdin(reading)
        self.source.start(self.heard.put)

    def rest(self) -> bytes:
        """Everything until the end."""
        heard = b""
        while (chunk := self.heard.get(timeout=10)) is not None:
            assert chunk.rate == 16_000
            assert len(chunk.pcm) == CHUNK
            heard += chunk.pcm
        return heard


def test_raw_samples_arrive_in_chunks_and_then_the_end() -> None:
    pipe, pcm = Pipe(), tone(1, 16_000)
    assert pipe.source.live
    assert pipe.source.read() is None
    with os.fdopen(pipe.writing, "wb") as out:
        out.write(pcm)
    heard = pipe.rest()
    assert heard.startswith(pcm)
    assert heard[len(pcm) :].strip(b"\0") == b""


def test_samples_may_be_torn_anywhere_and_an_odd_byte_at_the_end_is_dropped() -> None:
    pipe, pcm = Pipe(), tone(0.2, 16_000)
    with os.fdopen(pipe.writing, "wb", buffering=0) as out:
        for place in range(0, len(pcm), 777):
            out.write(pcm[place : place + 777])
        out.write(b"\x7f")
    assert pipe.rest().rstrip(b"\0") == pcm.rstrip(b"\0")


@pytest.mark.parametrize("content", [b"", b"\x01"])
def test_no_sound_at_all_is_just_the_end(content: bytes) -> None:
    pipe = Pipe()
    os.write(pipe.writing, content)
    os.close(pipe.writing)
    assert pipe.rest() == b""


def test_sound_is_delivered_as_soon_as_it_is_there() -> None:
    pipe = Pipe()
    os.write(pipe.writing, bytes(CHUNK))
    assert pipe.heard.get(timeout=5) == AudioChunk(bytes(CHUNK))
    pipe.source.close()
    pipe.source.close()
    os.write(pipe.writing, bytes(CHUNK))
    os.close(pipe.writing)
    for thread in threading.enumerate():
        if thread.name == "hearth-stdin":
            thread.join(5)
    assert pipe.heard.empty()  # closed: neither sound nor an end


def test_a_keyboard_is_not_sound() -> None:
    ours, theirs = pty.openpty()
    try:
        with pytest.raises(AudioFileError, match="keyboard") as caught:
            RawStdin(theirs)
        assert "arecord" in caught.value.hint
    finally:
        os.close(ours)
        os.close(theirs)


# ---------------------------------------------------------------- the microphone


@pytest.mark.card
def test_the_microphone_hears_every_sample(card: VirtualCard) -> None:
    found = card.run("hears")
    assert found["exact"]
    assert found["rates"] == [16_000]
    assert found["missed"] == 0


@pytest.mark.card
def test_an_unplugged_microphone_is_noticed_and_we_never_hear_ourselves_instead(card: VirtualCard) -> None:
    found = card.run("unplugged")
    assert found["source"] == "mic_in.monitor"
    assert found["noticed"]
    assert not found["ourselves"]
    assert found["told"] == ["I can't hear you: the microphone gives no sound. Looking for it.", ""]
    assert found["back"]
    assert found["again"]


def test_without_a_sound_server_nothing_is_known_of_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert recording_from() == ""


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (16_000, 2), (44_100, 1), (48_000, 2)])
def test_other_devices_are_converted_without_a_seam(rate: int, channels: int) -> None:
    whole = tone(1, rate, 2 * 3.14159265 * 440 / rate)
    frames = b"".join(whole[place : place + 2] * channels for place in range(0, len(whole), 2))
    convert, step = converter(rate, channels), round(0.032 * rate) * 2 * channels
    parts = [convert(frames[place : place + step]) for place in range(0, len(frames), step)]
    samples = memoryview(b"".join(parts)).cast("h").tolist()
    assert 0.95 < len(samples) / 16_000 <= 1.0
    steps = [abs(b - a) for a, b in pairwise(samples[200:])]
    assert max(steps) < 1.1 * 9_000 * 2 * 3.14159265 * 440 / 16_000
    assert max(samples) > 8_500
