"""Finding devices by name, and PortAudio behind its one thread."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from audio.errors import DeviceError
from audio.host import CALL_LIMIT, Host
from audio.types import Device
from tests.virtual_card import VirtualCard

NOWHERE = {"PULSE_SERVER": "unix:/nowhere", "PULSE_SINK": "", "PULSE_SOURCE": ""}


@pytest.mark.card
def test_devices_are_found_by_name_and_wrong_names_list_those_there_are(card: VirtualCard) -> None:
    found = card.run("listed")
    assert found["available"] == [True, True]
    assert {"pulse", "default"} <= set(found["names"])
    assert found["default"] == ["default", "default"]
    assert found["inexact"] == "pulse"
    for find, word in (("find_input", "microphone"), ("find_output", "speaker")):
        message, hint = found["said"][find]
        assert message == f'There is no {word} called "no such thing".'
        assert '"pulse"' in hint


@pytest.mark.skipif(Path("/proc/asound/cards").exists(), reason="this computer has a sound card")
def test_no_device_is_one_clear_error() -> None:
    found = program("from tests.card_programs import nothing; import json; print(json.dumps(nothing()))", NOWHERE)
    assert '"available": [false, false]' in found
    assert "There is no microphone." in found
    assert "--text" in found


def test_no_portaudio_library_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    found = program(
        "from audio.devices import *\nprint(available())\ntry: devices()\nexcept DeviceError as e: print(e, e.hint)",
        {"PYTHONPATH": str(tmp_path)},
    )
    assert "(False, False)" in found
    assert "The PortAudio library is missing" in found
    assert "libportaudio2" in found


def test_nothing_of_portaudio_is_loaded_by_importing_us() -> None:
    heavy = "{'sounddevice', 'numpy', 'soxr', 'pydub', 'pyttsx3'}"
    modules = "audio.sources, audio.player, audio.voice, audio.devices, audio.earcons, audio.files, audio.sentences"
    assert program(f"import sys, {modules}; print(sorted({heavy} & set(sys.modules)))", {}) == "[]\n"


def program(code: str, env: dict[str, str]) -> str:
    """What a Python program printed."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1],
        env=os.environ | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# ---------------------------------------------------------------- the one thread


class PortAudioError(Exception):
    """As sounddevice raises it."""


class QuickHost(Host):
    """A host whose module needs no library."""

    def _load(self) -> object:
        return type("Module", (), {"PortAudioError": PortAudioError, "_terminate": lambda: None})


def test_results_and_errors_come_back() -> None:
    host = QuickHost()
    assert host.do(lambda _: 42) == 42

    def fail(_: object) -> None:
        raise PortAudioError("Device unavailable [PaErrorCode -9985]")

    with pytest.raises(DeviceError, match="unavailable") as caught:
        host.do(fail)
    assert "Another program" in caught.value.hint
    with pytest.raises(DeviceError, match="busy with it"):
        host.do(lambda _: (_ for _ in ()).throw(DeviceError("busy with it")))


def test_calls_run_in_one_thread_in_order() -> None:
    host, seen = QuickHost(), list[tuple[int, int]]()
    for number in range(20):
        host.later(lambda _, n=number: seen.append((n, threading.get_ident())))  # type: ignore[misc]
    host.do(lambda _: None)
    assert [number for number, _ in seen] == list(range(20))
    assert len({thread for _, thread in seen}) == 1
    assert seen[0][1] != threading.get_ident()


def test_a_call_that_hangs_is_given_up_and_its_late_result_undone() -> None:
    host, thaw, undone = QuickHost(), threading.Event(), list[str]()
    host.do(lambda _: None)

    def hang(_: object) -> str:
        thaw.wait(30)
        return "late"

    with pytest.raises(DeviceError, match="does not answer"):
        host.do(hang, limit=0.1, undo=undone.append)
    limit = time.monotonic() + 2 * CALL_LIMIT
    while not host.stuck and time.monotonic() < limit:
        time.sleep(0.05)
    began = time.monotonic()
    with pytest.raises(DeviceError, match="does not answer"):
        host.do(lambda _: None)
    assert time.monotonic() - began < 1  # at once, not after another limit
    thaw.set()
    host.later(lambda _: undone.append("next"))
    limit = time.monotonic() + 5
    while len(undone) < 2 and time.monotonic() < limit:
        time.sleep(0.01)
    assert undone == ["late", "next"]
    assert not host.stuck


def test_what_is_printed_while_a_call_runs_is_hidden_and_afterwards_shown(capfd: pytest.CaptureFixture[str]) -> None:
    host = QuickHost()
    host.do(lambda _: os.write(2, b"noise of a library\n"))
    os.write(2, b"a warning of ours\n")
    assert capfd.readouterr().err == "a warning of ours\n"


def test_a_device_is_a_value() -> None:
    assert Device("a", 1, 0, True, False) == Device("a", 1, 0, True, False)
