"""Sound files of every kind that people have, and of every kind that is none."""

from __future__ import annotations

import os
import shutil
import stat
import struct
import subprocess
import sys
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from audio.errors import AudioFileError
from audio.files import header, load, resampled, save
from audio.types import Clip
from audio.waveform import read_aiff, read_wav
from tests.card_programs import tone

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg (sudo apt install ffmpeg)")

PCM = tone(0.5, 16_000, 0.05)


def wav(data: bytes, code: int = 1, channels: int = 1, rate: int = 16_000, bits: int = 16, extra: bytes = b"") -> bytes:
    """A WAV file made by hand."""
    width = channels * bits // 8
    shape = struct.pack("<HHIIHH", code, channels, rate, rate * width, width, bits) + extra
    chunks = b"fmt " + struct.pack("<I", len(shape)) + shape + b"junk" + struct.pack("<I", 3) + b"odd\0"
    chunks += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def as_width(bits: int) -> bytes:
    """The tone in other sample widths."""
    samples = array("h", PCM)
    if bits == 8:
        return bytes((sample >> 8) + 128 for sample in samples)
    return b"".join((sample << (bits - 16)).to_bytes(bits // 8, "little", signed=True) for sample in samples)


def near(pcm: bytes, other: bytes, limit: int) -> bool:
    """Whether no sample differs by more than the limit."""
    left, right = array("h", pcm), array("h", other)
    return len(left) == len(right) and max(abs(a - b) for a, b in zip(left, right, strict=True)) <= limit


@pytest.mark.parametrize(("bits", "limit"), [(8, 256), (16, 0), (24, 0), (32, 0)])
def test_every_sample_width(tmp_path: Path, bits: int, limit: int) -> None:
    (tmp_path / "a.wav").write_bytes(wav(as_width(bits), bits=bits))
    clip = load(tmp_path / "a.wav")
    assert clip.rate == 16_000
    assert near(clip.pcm, PCM, limit)


@pytest.mark.parametrize("kind", ["f", "d"])
def test_floating_point(tmp_path: Path, kind: str) -> None:
    data = array(kind, [sample / 32_768 for sample in array("h", PCM)])
    (tmp_path / "a.wav").write_bytes(wav(data.tobytes(), code=3, bits=8 * data.itemsize))
    assert near(load(tmp_path / "a.wav").pcm, PCM, 1)


def test_floating_point_that_is_no_number_or_too_loud_is_bounded(tmp_path: Path) -> None:
    data = array("f", [float("nan"), float("inf"), -2.0, 2.0, 0.5])
    (tmp_path / "a.wav").write_bytes(wav(data.tobytes(), code=3, bits=32))
    assert list(array("h", load(tmp_path / "a.wav").pcm)) == [0, 0, -32_768, 32_767, 16_384]


def test_stereo_is_the_mean_of_its_channels(tmp_path: Path) -> None:
    both = array("h", [value for sample in array("h", PCM) for value in (sample, 0)])
    (tmp_path / "a.wav").write_bytes(wav(both.tobytes(), channels=2))
    half = array("h", [sample // 2 for sample in array("h", PCM)])
    assert near(load(tmp_path / "a.wav").pcm, half.tobytes(), 1)


def test_the_extensible_format(tmp_path: Path) -> None:
    extra = struct.pack("<HHIH", 22, 16, 4, 1) + bytes.fromhex("000000001000800000aa00389b71")
    (tmp_path / "a.wav").write_bytes(wav(PCM, code=0xFFFE, extra=extra))
    assert load(tmp_path / "a.wav").pcm == PCM


@pytest.mark.parametrize("size", [0xFFFF_FFFF, 0x7FFF_FFFF])
def test_a_length_that_was_never_filled_in(tmp_path: Path, size: int) -> None:
    content = bytearray(wav(PCM))
    content[-len(PCM) - 4 : -len(PCM)] = struct.pack("<I", size)
    (tmp_path / "a.wav").write_bytes(content)
    assert load(tmp_path / "a.wav").pcm == PCM


def test_a_file_that_was_cut_off_gives_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav(PCM)[:-1_001])
    assert load(tmp_path / "a.wav").pcm == PCM[:-1_002]


BAD = {
    "empty file": b"",
    "no samples": wav(b""),
    "header only": wav(PCM)[:20],
    "text": b"this is not audio at all\n" * 50,
    "zeros": bytes(5_000),
    "no channels": wav(PCM, channels=0),
    "no rate": wav(PCM, rate=0),
    "format cut off": b"RIFF\x24\0\0\0WAVEfmt \x04\0\0\0\x01\0\x01\0data\0\0\0\0",
    "unknown code": wav(PCM, code=0x1234),
    "mp3 in name only": b"ID3" + bytes(100),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_one_clear_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / ("a.mp3" if "mp3" in name else "a.wav")
    path.write_bytes(BAD[name])
    with pytest.raises(AudioFileError) as caught:
        load(path)
    assert caught.value.message.startswith(str(path))
    assert "\n" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("name", ["missing.wav", ""])
def test_a_file_that_is_none_is_one_clear_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(AudioFileError, match=r"no such file|cannot be read") as caught:
        load(tmp_path / name)
    assert caught.value.hint


def convert(source: Path, target: Path, *options: str) -> None:
    """By ffmpeg."""
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(source), *options, str(target)], check=True)


@needs_ffmpeg
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.mp3", ("-b:a", "128k")),
        ("a.ogg", ("-c:a", "libvorbis", "-ac", "2")),
        ("a.opus", ("-c:a", "libopus")),
        ("a.flac", ()),
        ("a.wav", ("-c:a", "pcm_mulaw")),
        ("a.m4a", ("-ar", "44100")),
        ("-odd name 100%.mp3", ("-ac", "2", "-ar", "44100")),
    ],
)
def test_compressed_files(tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    (tmp_path / "source.wav").write_bytes(wav(PCM))
    convert(tmp_path / "source.wav", tmp_path / name, *options)
    clip = load(tmp_path / name)
    assert abs(clip.seconds - 0.5) < 0.15
    heard = array("h", resampled(clip, 16_000).pcm)[2_000:5_000]
    crossings = sum(a < 0 <= b for a, b in pairwise(heard))
    assert abs(crossings / (3_000 / 16_000) - 16_000 * 0.05 / 6.283) < 12  # the pitch of the tone in Hz
    assert max(heard) > 6_000


def test_plain_wav_needs_no_ffmpeg_and_others_say_that_they_do(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav(PCM))
    (tmp_path / "a.mp3").write_bytes(b"ID3" + bytes(1_000))
    program = (
        "import sys; from pathlib import Path; from audio.files import load, AudioFileError\n"
        "print(load(Path(sys.argv[1])).seconds)\n"
        "try: load(Path(sys.argv[2]))\n"
        "except AudioFileError as error: print(error.message, '|', error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "a.wav"), str(tmp_path / "a.mp3")],
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PATH": os.devnull},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("0.5\n")
    assert "ffmpeg, which reads the others, is missing" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_resampling_keeps_length_and_pitch_and_does_not_alias(rate: int) -> None:
    clip = resampled(Clip(tone(1, rate, 2 * 3.14159265 * 440 / rate), rate), 16_000)
    samples = array("h", clip.pcm)
    assert abs(len(samples) - 16_000) <= 2
    assert abs(sum(a < 0 <= b for a, b in pairwise(samples)) - 440) <= 1
    if rate > 40_000:
        high = resampled(Clip(tone(1, rate, 2 * 3.14159265 * 12_000 / rate), rate), 16_000)
        assert max(abs(sample) for sample in array("h", high.pcm)[500:-500]) < 30


def test_what_is_saved_can_be_loaded_and_is_private(tmp_path: Path) -> None:
    clip = Clip(PCM, 22_050)
    save(tmp_path / "a.wav", clip)
    assert load(tmp_path / "a.wav") == clip
    assert stat.S_IMODE((tmp_path / "a.wav").stat().st_mode) == 0o600
    with pytest.raises(AudioFileError, match="cannot be written"):
        save(tmp_path / "no" / "a.wav", clip)


def test_a_header_never_overflows() -> None:
    assert len(header(2**40, 22_050)) == 44


# ---------------------------------------------------------------- AIFF, which the speech of macOS writes


def aiff(kind: bytes, data: bytes, bits: int = 16) -> bytes:
    """An AIFF file made by hand: 22,050 Hz as an 80-bit float."""
    rate = struct.pack(">HQ", 16_383 + 14, 22_050 * 2 ** (63 - 14))
    common = struct.pack(">HIH", 1, len(data) // 2, bits) + rate + kind
    sound = struct.pack(">II", 0, 0) + data
    chunks = b"COMM" + struct.pack(">I", len(common)) + common + b"SSND" + struct.pack(">I", len(sound)) + sound
    return b"FORM" + struct.pack(">I", 4 + len(chunks)) + (b"AIFC" if kind else b"AIFF") + chunks


@pytest.mark.parametrize(
    ("kind", "swap"), [(b"", True), (b"NONE\0\0", True), (b"twos\0\0", True), (b"sowt\0\0", False)]
)
def test_aiff_of_either_byte_order(kind: bytes, swap: bool) -> None:
    samples = array("h", PCM)
    if swap:
        samples.byteswap()
    assert read_aiff(aiff(kind, samples.tobytes())).mono() == Clip(PCM, 22_050)


@needs_ffmpeg
@pytest.mark.parametrize("codec", ["pcm_s16be", "pcm_s16le"])
def test_aiff_by_another_program(tmp_path: Path, codec: str) -> None:
    (tmp_path / "a.wav").write_bytes(wav(PCM))
    convert(tmp_path / "a.wav", tmp_path / "a.aiff", "-c:a", codec)
    assert read_aiff((tmp_path / "a.aiff").read_bytes()).mono() == Clip(PCM, 16_000)


@pytest.mark.parametrize("content", [b"", b"FORM", aiff(b"ulaw", PCM), aiff(b"", PCM, 24)])
def test_aiff_that_is_compressed_or_damaged(content: bytes) -> None:
    with pytest.raises(AudioFileError):
        read_aiff(content)


def test_a_compressed_wav_is_left_to_others() -> None:
    assert read_wav(wav(PCM, code=7, bits=8)) is None
