"""Microphone test and voice picker of the wizard: with a room of wood, and with a real (virtual) microphone."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.config_file import parse
from assistant.setup import Answers, Wizard
from audio.errors import DeviceError
from tests.command import ROOT
from tests.pty_command import at_terminal
from tests.test_setup import CONFIG, Hears, Typist
from tests.virtual_card import VirtualCard


class Room:
    """A trial that notes what was tried; a room without a device has nothing to try."""

    def __init__(self, trouble: str = "") -> None:
        self.heard: list[str] = []
        self.spoken: list[tuple[str, str]] = []
        self._trouble = trouble

    def hear(self, microphone: str) -> str:
        self._fail()
        self.heard.append(microphone)
        return 'I heard: "hello". The loudness is right.'

    def speak(self, voice: str, speaker: str, text: str) -> None:
        self._fail()
        assert "Ana" in text
        self.spoken.append((voice, speaker))

    def _fail(self) -> None:
        if self._trouble:
            raise DeviceError(self._trouble, "Connect one.")


def tried(room: Room, typist: Typist, microphones: Sequence[str], speakers: Sequence[str]) -> Answers:
    wizard = Wizard(CONFIG, typist.ask, typist.tell, Hears("ana", "ben"), room)
    given = wizard.run(microphones, speakers, {"one": "First", "two": "Second"})
    assert not typist.lines, "every line was asked for"
    return given


def test_microphone_and_voices_are_tried_until_they_please() -> None:
    room = Room()
    typist = Typist("Ana", "Ben", "", "", "2", "", "yes", "no", "1", "1", "9", "2", "")
    given = tried(room, typist, ["Built-in", "Jabra"], ["Jabra"])
    assert room.heard == ["Jabra", "Jabra"]
    assert room.spoken == [("one", "Jabra"), ("two", "Jabra")]
    assert given.voice == "two"
    assert "Choose 1 to 2." in typist.shown


def test_both_trials_can_be_skipped() -> None:
    room = Room()
    given = tried(room, Typist("Ana", "Ben", "", "", "", "no", "", ""), ["Built-in"], ["Jabra"])
    assert (room.heard, room.spoken) == ([], [])
    assert given.voice == ""


def test_without_devices_each_trial_is_one_sentence() -> None:
    typist = Typist("Ana", "Ben", "", "", "2")
    given = tried(Room(), typist, [], [])
    assert given.voice == "two"
    assert sum("There is no microphone" in text for text in typist.shown) == 1
    assert sum("There is no speaker" in text for text in typist.shown) == 1


def test_a_device_that_fails_is_told_and_the_wizard_goes_on() -> None:
    typist = Typist("Ana", "Ben", "", "", "", "", "", "", "2", "")
    given = tried(Room("It is busy."), typist, ["Built-in"], ["Jabra"])
    assert typist.shown.count("It is busy. Connect one.") == 2
    assert given.voice == "two"


@pytest.mark.card
@pytest.mark.e2e
def test_a_whole_set_up_with_speech_and_a_voice_that_is_heard(tmp_path: Path, card: VirtualCard) -> None:
    env = {key: card.env[key] for key in ("XDG_RUNTIME_DIR", "PULSE_SERVER", "PULSE_SOURCE", "PULSE_SINK")}
    with at_terminal(tmp_path, "setup", env=env) as shown:
        for question, line in (("name [", "Sam"), ("partner's name [", "Alex"), ("letters [", "IE"), ("zone [", "UTC")):
            shown.wait_for(question)
            shown.press(f"{line}\r")
        shown.wait_for("Number [", shown.wait_for("Microphone:"))
        shown.press("\r")
        shown.wait_for("Test the microphone?")
        at = shown.press("\r")
        shown.wait_for("3 ", at)
        speech = subprocess.Popen(["paplay", "--device=mic_in", ROOT / "assistant/demo/02.wav"], env=dict(card.env))
        said = shown.wait_for("I heard: ", at)
        speech.wait()
        shown.wait_for("again?", said)
        assert "busy day" in shown.text[said:]
        assert re.search("━+─* +[123]", shown.text[at:said]), "a bar shows how loud it is"
        at = shown.wait_for("Number [", shown.press("\r"))
        at = shown.wait_for("English (America)", shown.press("\r"))
        (number,) = re.findall(r"(\d+)  English \(America\)", shown.text)
        at = shown.wait_for("to take [the default one]:", at)
        with card.capture() as capture:
            shown.press(f"{number}\r")
            at = shown.wait_for("to take [English (America)]:", at)
        assert len(capture.sound) > 1.5 * 2 * capture.rate, "the voice says hello"
        shown.press("\r")
        for name in ("Sam", "Alex"):
            at = shown.wait_for("none):", shown.wait_for(f"{name}, a passphrase", at))
            shown.press("\r")
        assert shown.end() == 0
    config = parse((tmp_path / ".config/hearth/config.toml").read_text(encoding="utf-8"), "config.toml")
    assert config.names == ("Sam", "Alex")
    assert config.voice.name.endswith("en-us")
