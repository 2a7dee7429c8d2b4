"""Speaker on a real (virtual) device; WAV file; nothing."""

from __future__ import annotations

import resource
import stat
import subprocess
import sys
import wave
from array import array
from pathlib import Path

import pytest

from audio.devices import Opened
from audio.errors import AudioFileError
from audio.files import resampled
from audio.piece import Piece
from audio.player import NullPlayer, WavSink
from audio.types import Clip
from tests.card_programs import tone
from tests.virtual_card import VirtualCard, missing

CLIP = Clip(tone(0.25, 22_050), 22_050)


@pytest.mark.card
def test_the_speaker_plays_every_sample_in_order_and_says_when(card: VirtualCard) -> None:
    found = card.run("plays")
    assert found["exact"]
    assert found["busy"] == [True, False]
    assert 0.4 < found["done"][0] < found["done"][1] < found["done"][2] < found["done"][3]
    assert found["done"][2] >= 1.4  # never before its last sample can have left
    assert found["seconds"] > 1.9


@pytest.mark.card
def test_stop_silences_at_once_and_forgets_what_was_queued(card: VirtualCard) -> None:
    found = card.run("barge_in")
    assert sorted(found["ms"])[len(found["ms"]) // 2] <= 100
    assert found["done"] == [False]  # only the clip that was not stopped
    assert found["next"]


@pytest.mark.card
def test_a_lost_device_is_reported_and_comes_back(card: VirtualCard) -> None:
    found = card.run("lost_and_back")
    assert found["said"]
    assert found["back"]
    assert found["finished"]
    assert found["hears"]
    assert found["speaking"] == ["The speaker is gone. Looking for a speaker.", ""]
    assert found["hearing"] == ["I can't hear you: the microphone gives no sound. Looking for it.", ""]


@pytest.mark.card
def test_a_hanging_sound_server_is_noticed_and_hangs_nothing(card: VirtualCard) -> None:
    found = card.run("frozen")
    assert found["said"]
    assert found["finished"]  # the conversation goes on without sound
    assert found["stopping"] < 1
    assert found["back"]
    assert found["again"]
    assert found["hears"]


@pytest.mark.skipif(bool(missing()), reason=missing() or "-")
@pytest.mark.card
def test_the_process_ends_although_the_sound_server_hangs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.card_programs", "ends_while_frozen"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert '"closing"' in done.stdout


@pytest.mark.parametrize(("rate", "channels"), [(22_050, 1), (22_050, 2), (48_000, 2)])
def test_a_clip_is_fitted_to_what_the_device_takes(rate: int, channels: int) -> None:
    piece = Piece(CLIP, None)
    piece.fit(Opened(None, "any", rate, channels))
    left = piece.pcm if channels == 1 else bytes(array("h", piece.pcm)[0::2])
    assert channels == 1 or left == bytes(array("h", piece.pcm)[1::2])
    assert left == resampled(CLIP, rate).pcm


def samples(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
        return bytes(file.readframes(file.getnframes()))


def test_a_file_takes_clips_at_once_with_a_short_gap(tmp_path: Path) -> None:
    path, done = tmp_path / "out.wav", []
    sink = WavSink(path)
    assert samples(path) == b""
    for _ in range(2):
        sink.play(CLIP, lambda: done.append(samples(path)))  # whole at any moment, also before it is closed
        assert not sink.busy
    sink.stop()
    assert done[0] == CLIP.pcm
    assert done[1].startswith(CLIP.pcm)
    assert done[1].endswith(CLIP.pcm)
    assert done[1][len(CLIP.pcm) : -len(CLIP.pcm)].strip(b"\0") == b""
    assert 0.6 < sink.seconds < 0.8
    sink.close()
    sink.close()
    assert samples(path) == done[1]


def test_a_file_converts_other_rates(tmp_path: Path) -> None:
    sink = WavSink(tmp_path / "out.wav")
    sink.play(Clip(tone(1, 44_100), 44_100))
    sink.close()
    assert abs(len(samples(tmp_path / "out.wav")) - 44_100) <= 4


def test_a_file_is_private_also_when_it_was_not(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    WavSink(path).close()
    path.chmod(0o644)
    WavSink(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_no_wav_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text("precious, and longer than a header\n")
    with pytest.raises(AudioFileError, match="not a WAV") as caught:
        WavSink(path)
    assert caught.value.hint
    assert path.read_text().startswith("precious")


@pytest.mark.parametrize("name", ["", "no/such/folder/out.wav"])
def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(AudioFileError, match="cannot be written") as caught:
        WavSink(tmp_path / name)
    assert caught.value.hint


def test_a_full_disk_is_one_clear_error_and_what_was_written_stays(tmp_path: Path) -> None:
    sink = WavSink(tmp_path / "out.wav")
    sink.play(CLIP)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(CLIP.pcm) + 2_000, before[1]))
    try:
        with pytest.raises(AudioFileError, match="cannot be written"):
            sink.play(CLIP)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sink.close()
    assert samples(tmp_path / "out.wav") == CLIP.pcm


def test_nothing_is_played_at_once() -> None:
    done: list[bool] = []
    player = NullPlayer()
    player.play(CLIP, lambda: done.append(True))
    assert done == [True]
    assert not player.busy
    player.stop()
    player.close()


def test_the_test_tone_can_be_found_again() -> None:
    assert 0 not in (array("h", CLIP.pcm)[0], array("h", CLIP.pcm)[-1])
