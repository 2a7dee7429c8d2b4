"""The screen of a terminal and its keys: drawn on a real pseudo-terminal, driven through the installed command."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import pytest

from assistant.events import Asked, Concern, NotUnderstood, Said, Saved, Say
from assistant.keys import Key, TerminalKeys, known
from assistant.standing import Doing, Standing
from assistant.terminal import BARS, Terminal, bars, clock, packed
from audio.level import SILENT, decibels, peak
from audio.types import Heard, Transcript, Word
from intents.types import Intent
from tests.card_programs import tone
from tests.command import COMMAND
from tests.listening import set_up
from tests.pty_command import LIMIT, at_terminal, plain
from tests.test_cli import _entry
from tests.virtual_card import VirtualCard

OURS = ("XDG_RUNTIME_DIR", "PULSE_SERVER", "PULSE_SOURCE", "PULSE_SINK")
DEMO = Path(__file__).parent.parent / "assistant/demo"


# ---------------------------------------------------------------- pieces


def test_a_level_in_columns() -> None:
    assert [bars(level) for level in (SILENT, -54.0, -34.0, -14.0, 0.0)] == [0, 0, BARS // 2, BARS, BARS]


def test_loudness_is_that_of_the_samples() -> None:
    assert decibels(b"") == decibels(bytes(640)) == SILENT
    assert decibels(b"\x00\x80" * 320) == pytest.approx(0.0, abs=0.01)
    assert decibels(tone(0.1, 16_000)) == pytest.approx(-14.3, abs=0.3)
    assert decibels(tone(0.1, 16_000) + b"\1") == pytest.approx(-14.3, abs=0.3), "half a sample does no harm"
    assert peak(tone(0.1, 16_000)) == pytest.approx(9_000 / 32_767, abs=0.001)


def test_time_left() -> None:
    assert [clock(seconds) for seconds in (0, 9.6, 65, 1200)] == ["0:00 left", "0:10 left", "1:05 left", "20:00 left"]


@pytest.mark.parametrize("width", range(8, 90))
def test_no_row_is_wider_than_the_terminal(width: int) -> None:
    parts = ["listening ----------", "Bartholomew's turn", "about 12 min left", "space pause"]
    rows = packed(parts, width - 2, " | ")
    assert all(len(row) < width for row in rows)
    if width > 24:
        assert [part for row in rows for part in row.strip().split(" | ")] == parts


@pytest.mark.parametrize(
    ("typed", "pressed"),
    [
        (" ", [Key.PAUSE]),
        ("M", [Key.MUTE]),
        ("mm", [Key.MUTE, Key.MUTE]),
        ("\x1b[A", []),
        ("some words", []),
        ("é", []),
    ],
)
def test_a_paste_or_an_arrow_is_no_key(typed: str, pressed: list[Key]) -> None:
    assert known(typed) == pressed


# ---------------------------------------------------------------- the screen


@pytest.fixture
def paper() -> Iterator[Callable[[int], tuple[TextIO, Callable[[], str]]]]:
    """Terminals of some width to write on, each with what stands there."""
    opened: list[tuple[TextIO, int]] = []

    def make(columns: int) -> tuple[TextIO, Callable[[], str]]:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        out = os.fdopen(slave, "w", encoding="utf-8")
        opened.append((out, master))

        def written() -> str:
            out.flush()
            shown = b""
            while select.select([master], [], [], 0.2)[0]:  # the kernel passes it on in pieces
                shown += os.read(master, 65_536)
            return shown.decode().replace("\r", "")

        return out, written

    yield make
    for out, master in opened:
        out.close()
        os.close(master)


def heard(text: str, *unsure: str) -> Heard:
    words = tuple(Word(word, 0.0, 0.1, 0.2 if word in unsure else 0.9) for word in text.split())
    return Heard(None, Transcript(text, 0.8, words), 1.0, 2.0)


@pytest.mark.parametrize("columns", [40, 100])
def test_the_dialogue_is_wrapped_beside_the_names(
    columns: int, paper: Callable[[int], tuple[TextIO, Callable[[], str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    out, written = paper(columns)
    standing = Standing(Doing.LISTENING, person="Bartholomew", seconds_left=65.0)
    with Terminal(out, lambda: standing) as screen:
        screen.action(Say("Find a place where you can see each other. I will ask, and you take your time."))
        screen.heard(heard("you made coffee for me", "coffee"))
        screen.event(Said("you made coffee for me"))
        screen.event(Asked(Intent("skip", control=True)))
        screen.event(NotUnderstood())
        screen.event(Concern("safety"))
        screen.trouble("The microphone gives no sound.")
    shown = written()
    lines = plain(shown).splitlines()
    assert max(map(len, lines)) <= columns
    text = " ".join(" ".join(lines).split())
    for part in ("(coffee?)", "[skip]", "[not understood]", "! The microphone", "1:05 left", "q stop", "Bartholom"):
        assert part in text, text
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1, "the cursor is hidden and shown again"


def test_what_was_kept_is_noted_without_its_words(
    paper: Callable[[int], tuple[TextIO, Callable[[], str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    out, written = paper(80)
    with Terminal(out, lambda: Standing(Doing.STARTING), keys=False) as screen:
        screen.event(Saved(_entry(datetime.now(UTC), "Ana", "appreciation", "you cooked")))
    text = plain(written())
    assert "[saved: appreciation, Ana]" in text
    assert "cooked" not in text
    assert "q stop" not in text, "keys that do not work are not offered"


def test_the_keys_are_named_by_what_they_do_now(
    paper: Callable[[int], tuple[TextIO, Callable[[], str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    out, written = paper(80)
    standing = Standing(Doing.MUTED)
    with Terminal(out, lambda: standing):
        assert "space pause · s skip · r repeat · m unmute · q stop" in plain(written())
        standing = Standing(Doing.MUTED, paused=True)
        time.sleep(0.5)
        assert "space go on · s skip · r repeat · m unmute · q stop" in plain(written())


def test_what_does_not_change_is_not_drawn_again(
    paper: Callable[[int], tuple[TextIO, Callable[[], str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    out, written = paper(80)
    with Terminal(out, lambda: Standing(Doing.LISTENING)):
        time.sleep(0.5)
        assert written()
        time.sleep(0.5)
        assert written() == ""


# ---------------------------------------------------------------- keys


def test_the_terminal_is_given_back_after_an_error() -> None:
    code = (
        "import sys, termios\n"
        "from assistant.keys import TerminalKeys\n"
        "before = termios.tcgetattr(0)\n"
        "try:\n"
        "    with TerminalKeys(0, lambda key: print(f'<{key.name}>', flush=True)):\n"
        "        assert termios.tcgetattr(0) != before\n"
        "        print('ready', flush=True)\n"
        "        import time; time.sleep(1.5)\n"
        "        raise ValueError\n"
        "except ValueError:\n"
        "    print('same' if termios.tcgetattr(0) == before else 'different', flush=True)\n"
    )
    with at_terminal(Path("/tmp"), "-c", code, program=[COMMAND[0]]) as shown:
        shown.wait_for("ready")
        shown.press("x")
        time.sleep(0.2)
        shown.press("S")
        shown.wait_for("<SKIP>")
        assert shown.end() == 0
        assert "same" in shown.text
        assert "<SKIP>" in shown.text
        assert "x" not in shown.text, "what is typed is not shown"


def test_keys_are_taken_from_the_terminal_that_is_named() -> None:
    master, slave = pty.openpty()
    pressed: list[Key] = []
    with TerminalKeys(slave, pressed.append):
        pass  # a terminal that is not ours to control is left as it is
    assert pressed == []
    os.close(master)
    os.close(slave)


# ---------------------------------------------------------------- the command


@pytest.fixture
def home(tmp_path: Path) -> Path:
    set_up(tmp_path)
    return tmp_path


def recorded(card: VirtualCard) -> list[str]:
    """The recordings that the sound server makes for anybody."""
    done = subprocess.run(
        ["pactl", "list", "short", "source-outputs"], env=card.env, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def sound(card: VirtualCard) -> dict[str, str]:
    return {key: card.env[key] for key in OURS}


def until(true: Callable[[], bool], limit: float = LIMIT) -> bool:
    end = time.monotonic() + limit
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


@pytest.mark.card
@pytest.mark.e2e
def test_a_ritual_with_speech_and_keys(home: Path, card: VirtualCard) -> None:
    others = len(recorded(card))
    with at_terminal(home, "listen", env=sound(card), columns=40) as shown:
        at = shown.wait_for("listening", shown.wait_for("speaking"))
        time.sleep(1.0)  # on a loaded machine the first word is lost in the moment that it ends speaking
        subprocess.run(["paplay", "--device=mic_in", DEMO / "01.wav"], env=card.env, check=True)
        shown.wait_for("hearing you", at)
        shown.wait_for("start our coffee ritual", at)
        at = shown.wait_for("Sam's turn", at)
        assert not shown.mode()[3] & (termios.ICANON | termios.ECHO)
        at = shown.wait_for("paused", shown.wait_for("[pause]", shown.press(" ")))
        shown.wait_for("[go on]", shown.press(" "))
        shown.wait_for("[repeat]", shown.press("r"))
        shown.wait_for("[skip]", shown.press("s"))
        assert len(recorded(card)) == others + 1
        at = shown.wait_for("muted", shown.press("m"))
        assert len(recorded(card)) == others, "what the screen says is true"
        shown.press("m")
        assert until(lambda: len(recorded(card)) == others + 1)
        shown.press("q")
        assert shown.end() == 0
        assert shown.mode() == shown.before
        assert len(recorded(card)) == others
        assert max(len(line) for line in shown.text.splitlines()) <= 40
        assert shown.raw.count("\x1b[?25l") == shown.raw.count("\x1b[?25h")


@pytest.mark.card
@pytest.mark.e2e
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, "\x03"])
def test_the_terminal_is_given_back(home: Path, card: VirtualCard, how: signal.Signals | str) -> None:
    with at_terminal(home, "listen", env=sound(card) | {"NO_COLOR": "1"}) as shown:
        shown.wait_for("listening")
        if isinstance(how, str):
            shown.press(how)
        else:
            shown.process.send_signal(how)
        assert shown.end() == 130
        assert shown.mode() == shown.before
        assert shown.raw.endswith("\x1b[?25h") or shown.raw.count("\x1b[?25l") == shown.raw.count("\x1b[?25h")
        assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", shown.raw), "NO_COLOR"


@pytest.mark.card
@pytest.mark.e2e
def test_control_z_gives_everything_back_until_fg(home: Path, card: VirtualCard) -> None:
    others = len(recorded(card))
    with at_terminal(home, "--norc", "-i", env=sound(card) | {"PS1": "$ "}, program=["bash"]) as shown:
        shown.press(shlex.join([*COMMAND, "listen"]) + "\r")
        shown.wait_for("listening")
        for continued in ("fg", "bg; sleep 1; fg"):
            shown.wait_for("Stopped", shown.press("\x1a\x1a"))
            assert len(recorded(card)) == others, "what is stopped does not listen"
            shown.wait_for("icanon=yes", shown.press("stty -a | grep -q -- ' icanon' && echo icanon=$(echo yes)\r"))
            shown.wait_for("listening", shown.press(f"{continued}\r"))
            assert until(lambda: len(recorded(card)) == others + 1)
        time.sleep(2)
        assert "gives no sound" not in shown.text
        shown.wait_for("$ ", shown.press("q"))
        shown.wait_for("code=0 1", shown.press("echo code=$? $(stty -a | grep -c -- ' icanon')\r"))
        assert len(recorded(card)) == others


@pytest.mark.card
@pytest.mark.e2e
def test_plain_text_is_stopped_without_a_microphone_too(home: Path, card: VirtualCard) -> None:
    others = len(recorded(card))
    env = sound(card) | {"PS1": "$ ", "TERM": "dumb"}
    with at_terminal(home, "--norc", "-i", env=env, program=["bash"]) as shown:
        shown.press(shlex.join([*COMMAND, "listen"]) + "\r")
        assert until(lambda: len(recorded(card)) == others + 1)
        shown.wait_for("Stopped", shown.press("\x1a"))
        assert len(recorded(card)) == others
        shown.press("fg\r")
        assert until(lambda: len(recorded(card)) == others + 1)
        shown.wait_for("$ ", shown.press("\x03"))


@pytest.mark.card
@pytest.mark.e2e
def test_a_dumb_terminal_gets_plain_text(home: Path, card: VirtualCard) -> None:
    with at_terminal(home, "listen", env=sound(card) | {"TERM": "dumb"}) as shown:
        shown.wait_for("hearth  ")
        shown.process.send_signal(signal.SIGINT)
        shown.end()
        assert "\x1b" not in shown.raw
        assert "q stop" not in shown.raw


@pytest.mark.e2e
def test_typing_is_as_it_was(home: Path) -> None:
    with at_terminal(home, "listen", "--text", columns=40) as shown:
        shown.wait_for("hearth  ")
        assert shown.mode() == shown.before
        shown.press("goodbye\r")
        assert shown.end() == 0
        assert "\x1b" not in shown.raw


@pytest.mark.card
@pytest.mark.e2e
def test_a_service_that_waits_for_sound_writes_no_words(home: Path, card: VirtualCard) -> None:
    env = sound(card) | {"PULSE_SERVER": f"unix:{home}/late.sock"}
    with at_terminal(home, "listen", "--quiet", "--wait-for-audio", env=env) as shown:
        shown.wait_for("Waiting for it.")
        (home / "late.sock").symlink_to(card.env["PULSE_SERVER"].removeprefix("unix:"))
        shown.wait_for("Sound is there now.")
        others = len(recorded(card))
        assert until(lambda: len(recorded(card)) > others or others > 0)
        shown.process.send_signal(signal.SIGTERM)
        assert shown.end() in (130, -signal.SIGTERM)
        assert [line for line in shown.text.splitlines() if not line.startswith("hearth: ")] == []
