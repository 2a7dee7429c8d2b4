"""Terminals 40 columns wide: every command, its help, its errors, the wizard and a typed conversation."""

from __future__ import annotations

import shlex
import sys
from argparse import ArgumentParser
from pathlib import Path

import pytest

from assistant.cli.parser import build
from assistant.plain_text import as_question, filled, fitted
from tests.command import COMMAND, ROOT, hearth
from tests.pty_command import at_terminal
from tests.reference import subparsers
from tests.test_cli import fill
from tests.virtual_card import VirtualCard

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

NARROW = 40
SHOWN = [
    "doctor",
    "journal list",
    "journal check",
    "journal restore",
    "phrases --intent recall",
    "reminders list",
    "model list",
    "vault list",
    "summary",
    "report",
    "understand 'could you please thank ben for the wonderful evening by the sea'",
    "hear nowhere.wav",
    "say --voices",
    "listen --list-input-devices",
    "service status",
    "nonsense --and more",
    "setup --country Ireland",
    "setup --first Ana --second Benedikt-Maximilian",
    "--config none.toml phrases",
]


def broken(text: str, width: int = NARROW) -> list[str]:
    """Lines that the terminal has to break, but for a path that stands alone."""
    return [line for line in text.splitlines() if len(line) > width and " " in line.strip().rstrip(".,")]


# ---------------------------------------------------------------- pieces


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("short  and  sweet", "short  and  sweet"),
        ("hearth: This machine has no systemd.", "hearth: This machine has no\nsystemd."),
        ("  name  words that go on and on and on", "  name  words that go on and on\n        and on"),
        ("ok  a long name here       what it is", "ok  a long name here  what it is"),
        ("                      far out to the right", "    far out to the right"),
        ("01M89JKN  2026-11-25 14:43  Ana to Ben  x", "01M89JKN  2026-11-25 14:43\n  Ana to Ben  x"),
        ("/a/path/that/is/much/too/wide/for/this", "/a/path/that/is/much/too/wide/for/this"),
    ],
)
def test_a_line_is_broken_between_columns_or_words(line: str, shown: str) -> None:
    assert fitted(line, 32) == shown


@pytest.mark.parametrize("width", range(20, 100, 7))
def test_nothing_is_lost_and_nothing_too_wide(width: int) -> None:
    text = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    for made in (fitted(text, width), filled(text, width)):
        assert made.split() == text.split()
        assert all(len(line) <= width or len(line.split()) == 1 for line in made.splitlines())


def test_prose_is_filled_and_what_is_set_in_stays() -> None:
    text = "One sentence that was\nbroken for wide ones.\n\n  a  first\n  b  second"
    assert filled(text, 18) == "One sentence that\nwas broken for\nwide ones.\n\n  a  first\n  b  second"
    assert filled(text, 30) == text


def test_a_question_leaves_room_for_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    asked = as_question("Anna, if you agree, say yes aloud and type it: ")
    assert asked == "Anna, if you agree, say yes aloud and\ntype it: "


def every(parser: ArgumentParser) -> list[ArgumentParser]:
    return [parser, *(inner for one in subparsers(parser).values() for inner in every(one))]


@pytest.mark.parametrize("parser", every(build()), ids=lambda parser: parser.prog)
def test_help(parser: ArgumentParser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(NARROW))
    wide = parser.format_help()
    assert not broken(fitted(wide, NARROW)), parser.prog
    monkeypatch.setenv("COLUMNS", "80")
    assert not broken(fitted(parser.format_help(), 80), 80)


# ---------------------------------------------------------------- on a real terminal


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("narrow")
    fill(folder)
    hearth(folder, "setup", "--first", "Ana", "--second", "Ben", "--country", "IE", "--consent")
    hearth(folder, "reminders", "add", "remind us every evening at nine to take the long walk along the river")
    return folder


@pytest.mark.e2e
@pytest.mark.parametrize("words", SHOWN)
def test_every_command(home: Path, words: str) -> None:
    with at_terminal(home, *shlex.split(words), columns=NARROW) as shown:
        shown.end()
        assert shown.text.strip()
        assert "Traceback" not in shown.text
        assert not broken(shown.text)


@pytest.mark.e2e
def test_a_question_is_shown_while_stderr_is_off_the_terminal(tmp_path: Path) -> None:
    """As it is while a sound device is closed; Python would ask there."""
    code = "import os; from assistant.plain_text import ask; os.dup2(os.open(os.devnull, os.O_WRONLY), 2)"
    with at_terminal(tmp_path, "-c", f"{code}; print(f'<{{ask(\"Your name?\")}}>')", program=COMMAND[:1]) as shown:
        shown.wait_for("Your name? ")
        shown.wait_for("<Ana>", shown.press("Ana\r"))


@pytest.mark.e2e
def test_a_typed_conversation(home: Path) -> None:
    with at_terminal(home, "--text", columns=NARROW) as shown:
        shown.wait_for("hearth  ")
        shown.wait_for("hearth  ", shown.press("what did we appreciate this week\r"))
        shown.press("goodbye\r")
        assert shown.end() == 0
        assert not broken(shown.text)
        assert "\n           " in shown.text, "what goes on stands below what was said, not below the name"


@pytest.mark.card
@pytest.mark.e2e
def test_the_wizard(tmp_path: Path, card: VirtualCard) -> None:
    env = {key: card.env[key] for key in ("XDG_RUNTIME_DIR", "PULSE_SERVER", "PULSE_SOURCE", "PULSE_SINK")}
    typed = [("name [", "Sam"), ("name [", "Niamh"), ("to leave it:", ""), ("letters [", "IE"), ("zone [", "UTC")]
    typed += [("Number [", ""), ("[yes]:", "no"), ("Number [", ""), ("to take [", "")]
    typed += [("none):", ""), ("none):", "")]
    at = 0
    with at_terminal(tmp_path, "setup", env=env, columns=NARROW) as shown:
        for question, line in typed:
            at = shown.wait_for(question, at)
            shown.press(f"{line}\r")
        assert shown.end() == 0
        assert not broken(shown.text)
        assert "English (America)" in shown.text, "voices go by the names their makers gave them"
