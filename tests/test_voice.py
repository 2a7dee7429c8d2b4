"""The voice on the real pyttsx3: rendering, dying, keeping."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from audio.errors import VoiceError
from audio.types import Clip
from audio.voice import Pyttsx3Voice
from audio.voice_cache import VoiceCache

SENTENCE = "What did you appreciate about each other this week?"


@pytest.fixture
def voice() -> Iterator[Pyttsx3Voice]:
    made = Pyttsx3Voice()
    yield made
    made.close()


def loudness(clip: Clip) -> float:
    """Root mean square of the samples."""
    samples = array("h", clip.pcm)
    return float((sum(sample * sample for sample in samples) / len(samples)) ** 0.5)


def worker(voice: Pyttsx3Voice) -> psutil.Process:
    """The process that renders for this voice."""
    assert voice.pid is not None
    return psutil.Process(voice.pid)


def test_a_sentence_is_speech_of_a_fitting_length_with_little_silence_around(voice: Pyttsx3Voice) -> None:
    clip = voice.render(SENTENCE)
    assert clip.rate == 22_050
    assert 2 < clip.seconds < 4
    assert loudness(clip) > 1_000
    assert len(voice.render(SENTENCE * 3).pcm) > 2 * len(clip.pcm)
    samples = array("h", clip.pcm)
    assert max(abs(sample) for sample in samples[:220]) > 40
    assert not any(abs(sample) > 40 for sample in samples[-3_000:])


def test_a_faster_rate_is_shorter() -> None:
    lengths = []
    for rate in (120, 220):
        voice = Pyttsx3Voice(rate=rate)
        lengths.append(voice.render(SENTENCE).seconds)
        voice.close()
    assert lengths[0] > 1.4 * lengths[1]


@pytest.mark.parametrize("rate", [0, 79, 451, 100_000])
def test_an_impossible_rate_is_refused(rate: int) -> None:
    with pytest.raises(VoiceError, match=str(rate)):
        Pyttsx3Voice(rate=rate)


@pytest.mark.parametrize("text", ["", " ", "\0", "...", "\ud800", "— ?"])
def test_nothing_to_say_is_an_empty_clip_and_starts_nothing(voice: Pyttsx3Voice, text: str) -> None:
    assert voice.render(text).pcm == b""
    assert voice.pid is None


@pytest.mark.parametrize(
    "text", ["a\0b\x1b[31m", "x\ud800y", "日本語", "<speak>hi</speak>", "[[h@l'oU]]", "line\nline", "-v de", "é" * 50]
)
def test_strange_text_is_spoken_and_harms_nothing(voice: Pyttsx3Voice, text: str) -> None:
    voice.warm()
    before = voice.pid
    assert voice.render(text).seconds > 0.1
    assert voice.pid == before


def test_a_long_text_is_spoken_whole(voice: Pyttsx3Voice) -> None:
    assert voice.render("word " * 600).seconds > 100


def test_a_worker_killed_while_it_renders_is_not_noticed(voice: Pyttsx3Voice) -> None:
    voice.warm()
    first = worker(voice)
    first.suspend()  # so that the signal surely comes in the middle
    clips: list[Clip] = []
    thread = threading.Thread(target=lambda: clips.append(voice.render(SENTENCE)))
    thread.start()
    time.sleep(0.2)
    assert not clips
    os.kill(first.pid, signal.SIGKILL)
    thread.join(30)
    assert 2 < clips[0].seconds < 4
    assert voice.pid != first.pid


def test_a_worker_that_hangs_is_replaced() -> None:
    voice = Pyttsx3Voice(limit=0.5)
    voice.warm()
    first = worker(voice)
    first.suspend()
    assert 2 < voice.render(SENTENCE).seconds < 4
    assert voice.pid != first.pid
    assert not psutil.pid_exists(first.pid)
    voice.close()


def test_many_deaths_cost_no_sentence(voice: Pyttsx3Voice) -> None:
    for number in range(5):
        voice.warm()
        worker(voice).kill()
        assert voice.render(f"Sentence number {number}.").seconds > 0.5


def test_the_worker_ignores_the_terminal_and_dies_with_its_parent() -> None:
    program = (
        "from audio.voice import Pyttsx3Voice; import os, sys\n"
        "voice = Pyttsx3Voice(); voice.warm(); print(voice.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    child.send_signal(signal.SIGINT)
    assert os.getsid(child.pid) != os.getsid(parent.pid)
    time.sleep(0.2)
    assert child.is_running()
    parent.kill()
    parent.communicate()
    psutil.wait_procs([child], timeout=5)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_the_worker_is_not_fooled_by_modules_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, voice: Pyttsx3Voice
) -> None:
    for name in ("json.py", "pyttsx3.py", "queue.py"):
        (tmp_path / name).write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(tmp_path)
    assert voice.render("ok").seconds > 0.1


def test_closing_ends_the_worker_and_a_later_sentence_starts_another(voice: Pyttsx3Voice) -> None:
    voice.warm()
    pid = voice.pid
    voice.close()
    voice.close()
    assert pid is not None
    assert not psutil.pid_exists(pid)
    assert voice.render("ok").seconds > 0.1


def test_several_threads_may_speak(voice: Pyttsx3Voice) -> None:
    clips: dict[int, Clip] = {}
    texts = [f"{'word ' * (number + 1)}{number}" for number in range(6)]
    threads = [
        threading.Thread(target=lambda n=number: clips.__setitem__(n, voice.render(texts[n])))
        for number in range(len(texts))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = Pyttsx3Voice()
    for number, text in enumerate(texts):
        assert abs(clips[number].seconds - alone.render(text).seconds) < 0.05
    alone.close()


# ---------------------------------------------------------------- voices


def test_voices_are_listed_and_can_be_chosen(voice: Pyttsx3Voice) -> None:
    found = voice.voices()
    assert {"en-us", "en-gb"} <= {entry.language for entry in found}
    british = next(entry for entry in found if entry.language == "en-gb")
    for name in (british.name, british.title, "EN-GB", "en-gb+f3"):
        other = Pyttsx3Voice(name)
        assert other.render("ok").seconds > 0.1
        other.close()


@pytest.mark.parametrize("name", ["nonsense", "en-us+nonsense", "+f3", "--help", "../../etc/passwd", "en us\0"])
def test_a_voice_that_does_not_exist_is_said_so(name: str) -> None:
    voice = Pyttsx3Voice(name)
    with pytest.raises(VoiceError, match="no voice called") as caught:
        voice.warm()
    assert caught.value.hint
    assert voice.pid is None


def render_with(env: dict[str, str]) -> str:
    """What a process with that environment makes of a word: seconds, or the error."""
    program = (
        "from audio.voice import *\nvoice = Pyttsx3Voice()\n"
        "try: print(voice.render('hello').seconds)\nexcept VoiceError as e: print(e)\nvoice.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[1],
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="espeak-ng is the voice of Linux")
def test_an_espeak_of_the_system_is_used_and_a_broken_one_replaced_by_ours(tmp_path: Path) -> None:
    import espeakng_loader

    (tmp_path / "lib").mkdir()
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "espeakng_loader.py").write_text("raise ImportError('not installed')")
    shutil.copy(espeakng_loader.get_library_path(), tmp_path / "lib" / "libespeak-ng.so.1")
    data = str(Path(espeakng_loader.get_data_path()).parent)
    system = {"LD_LIBRARY_PATH": str(tmp_path / "lib"), "ESPEAK_DATA_PATH": data}
    assert float(render_with(system | {"PYTHONPATH": str(tmp_path / "none")})) > 0.3
    assert float(render_with(system | {"ESPEAK_DATA_PATH": str(tmp_path / "none")})) > 0.3
    broken = system | {"ESPEAK_DATA_PATH": str(tmp_path / "none"), "PYTHONPATH": str(tmp_path / "none")}
    assert "No speech synthesiser can be started" in render_with(broken)


def test_no_synthesiser_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "pyttsx3.py").write_text("raise ImportError('gone')")
    program = "from audio.voice import *\ntry: Pyttsx3Voice().warm()\nexcept VoiceError as e: print(e, e.hint)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "No speech synthesiser can be started (ImportError: gone)" in done.stdout
    assert "espeak-ng" in done.stdout


# ---------------------------------------------------------------- what is kept


def files(folder: Path) -> list[Path]:
    """Everything below a folder that is not a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_same_sentence_is_rendered_once(voice: Pyttsx3Voice) -> None:
    first = voice.render(SENTENCE)
    voice.close()
    assert voice.render(SENTENCE) is first
    assert voice.pid is None


def test_only_declared_sentences_reach_the_disk(tmp_path: Path) -> None:
    folder = tmp_path / "voice"
    voice = Pyttsx3Voice(cache=folder)
    voice.known(["Take your time. I am listening."])
    voice.render("You said that the soup was good.")
    assert files(tmp_path) == []
    clip = voice.render("I am listening.")
    voice.close()
    (kept,) = files(tmp_path)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b"listening" not in kept.read_bytes() + kept.name.encode()
    later = Pyttsx3Voice(cache=folder)
    later.known(["I am listening."])
    assert later.render("I am listening.") == clip
    assert later.pid is None  # not even a synthesiser was needed
    assert Pyttsx3Voice("en-gb", cache=folder)._key("x") != later._key("x")


@pytest.mark.parametrize("damage", [b"", b"\n", b"0 22050\nabcd", b"\xff\xfe\n\0"])
def test_a_damaged_rendering_is_made_again(tmp_path: Path, damage: bytes) -> None:
    voice = Pyttsx3Voice(cache=tmp_path)
    voice.known(["ok then"])
    clip = voice.render("ok then")
    voice.close()
    files(tmp_path)[0].write_bytes(damage)
    again = Pyttsx3Voice(cache=tmp_path)
    again.known(["ok then"])
    assert abs(again.render("ok then").seconds - clip.seconds) < 0.05
    again.close()


def test_a_folder_that_cannot_be_made_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    voice = Pyttsx3Voice(cache=tmp_path / "file" / "voice")
    voice.known(["ok then"])
    assert voice.render("ok then").seconds > 0.2
    voice.close()


def test_the_least_recently_spoken_goes_first(tmp_path: Path) -> None:
    cache = VoiceCache(tmp_path, memory_limit=250, disk_limit=1_000)
    clips = {name: Clip(name.encode() * 100, 22_050) for name in "abcdefghijkl"}
    for age, (name, clip) in enumerate(clips.items()):
        cache.put(cache.key(name), clip, on_disk=True)
        for path in tmp_path.glob(f"{cache.key(name)}*"):
            os.utime(path, (age, age))
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 1_000
    assert cache.get(cache.key("l"), on_disk=False) == clips["l"]
    assert cache.get(cache.key("a"), on_disk=True) is None
    assert cache.get(cache.key("h"), on_disk=False) is None
    assert cache.get(cache.key("h"), on_disk=True) == clips["h"]
