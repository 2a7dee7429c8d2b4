"""Tab in real shells: commands, flags, choices and files are completed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.cli.completion import FILES, FOLDERS, SHELLS, actions
from assistant.cli.parser import build
from tests.command import environment, hearth
from tests.pty_command import AtTerminal, at_terminal

STARTS = {
    "bash": (["bash", "--norc", "-i"], "source ./_hearth\r"),
    "zsh": (["zsh", "-f", "-i"], "fpath+=$PWD; autoload -U compinit && compinit -u\r"),
}
TYPED = [
    ("summ\t", "hearth summary "),
    ("journal imp\t", "hearth journal import "),
    ("listen --list-in\t", "hearth listen --list-input-devices"),
    ("service uni\t", "hearth service uninstall"),
    ("journal export --format mark\t", "hearth journal export --format markdown"),
    ("hear not\t", "hearth hear note.wav"),
    ("--data-dir bac\t", "hearth --data-dir backups"),
]


def required(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} (sudo apt install {shell})")


def script(home: Path, shell: str) -> str:
    done = hearth(home, "completion", shell)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def shell_with_completion(home: Path, shell: str) -> Iterator[AtTerminal]:
    """A shell that has read its script, in a folder with a recording and a folder."""
    (home / "_hearth").write_text(script(home, shell))
    (home / "note.wav").touch()
    (home / "backups").mkdir()
    program, begin = STARTS[shell]
    with at_terminal(home, program=program, env={"PS1": "ready> ", "TERM": "dumb"}, columns=120) as shown:
        shown.wait_for("ready>")
        shown.press(begin)
        shown.wait_for("begun", shown.press("echo beg''un\r"))
        yield shown


@pytest.mark.e2e
@pytest.mark.parametrize("shell", STARTS)
def test_tab_completes(tmp_path: Path, shell: str) -> None:
    required(shell)
    with shell_with_completion(tmp_path, shell) as shown:
        for typed, completed in TYPED:
            shown.wait_for(completed, shown.press(f"hearth {typed}"))
            shown.press("\x15")  # Ctrl-U: an empty line again


@pytest.mark.e2e
def test_fish_completes(tmp_path: Path) -> None:
    required("fish")
    (tmp_path / "script").write_text(script(tmp_path, "fish"))
    (tmp_path / "note.wav").touch()
    for typed, completed in TYPED[:5]:
        asked = f"source ./script; complete -C 'hearth {typed.strip()}'"
        env = environment(tmp_path) | {"TERM": "dumb"}
        done = subprocess.run(["fish", "-c", asked], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
        words = [line.partition("\t")[0] for line in done.stdout.splitlines()]
        assert completed.split()[-1] in words, (typed, done.stdout)


def test_what_wants_a_file_is_completed_with_files() -> None:
    """Each word of the help is either a file, a folder, or known to be neither."""
    neither = {
        "ACTION",
        "BACKUP",
        "CODE",
        "COMMAND",
        "ID",
        "KIND",
        "NAME",
        "PERIOD",
        "PRACTICE",
        "SHELL",
        "TEXT",
        "URI",
        "WORD",
    }
    words = {action.metavar for action in actions(build()) if isinstance(action.metavar, str)}
    assert words - neither - {*FILES, *FOLDERS} == {"WORDS", "XX"}


def test_an_unknown_shell_is_told(tmp_path: Path) -> None:
    done = hearth(tmp_path, "completion", "bush")
    assert done.returncode == 2
    assert "bash" in done.stderr
    assert set(SHELLS) == {"bash", "zsh", "fish"}
    assert os.linesep not in done.stdout
