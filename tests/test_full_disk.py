"""A disk that is full or may not be written: one clear sentence, what to do, an exit code, and nothing is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.small_disk import on_small_disk

pytestmark = pytest.mark.e2e

HOUSEHOLD = """\
"$@" setup --first Ana --second Ben --consent >/dev/null || exit 9
printf 'thank ben for the soup\ngoodbye\n' | "$@" --text >/dev/null || exit 9
"""
"""A home in which something is kept."""

WRITING = [
    "report",
    "journal export --output x.jsonl",
    "setup --country IE",
    "reminders add remind us tonight",
    "say hello --output x.wav",
    "vault create --name Ana --passphrase-file .config/hearth/config.toml",
    "service install",
    "hear {speech}",
    "demo",
]
"""Commands that have to write something."""

SPEECH = Path(__file__).parent.parent / "assistant/demo/01.wav"


@pytest.mark.parametrize(("kind", "commands"), [("fill", WRITING), ("readonly_disk", ["report", "setup --country IE"])])
def test_what_has_to_write_says_what_to_do_and_loses_nothing(tmp_path: Path, kind: str, commands: list[str]) -> None:
    tries = [f'echo "# {words}" >&2; "$@" {words} >/dev/null; echo "code $?" >&2\n' for words in commands]
    kept = '"$@" journal list; cksum .config/hearth/config.toml\n'
    script = f"{HOUSEHOLD}{kept}{kind}\n{''.join(tries).format(speech=SPEECH)}{kept}"
    done = on_small_disk(tmp_path, script)
    told = done.stderr.split("# ")[1:]
    assert len(told) == len(commands)
    before, after = done.stdout.splitlines()[:2], done.stdout.splitlines()[2:]
    assert before == after, "entries and configuration are what they were"
    assert "the soup" in before[0]
    for said in told:
        lines = said.splitlines()
        assert len(lines) == 4, said
        assert lines[1].startswith("hearth: "), said
        assert lines[2].startswith("        "), said
        assert lines[3] == "code 1", said
        assert not re.search(r"\.\d+:", lines[1]), f"no name of a draft: {said}"


def test_a_conversation_goes_on_while_the_disk_is_full(tmp_path: Path) -> None:
    """The place in a ritual cannot be noted then, nor an entry kept; both are told, and what was kept stays."""
    talk = "sleep 3; fill; echo start our coffee ritual; sleep 1; echo stop; sleep 1; room; "
    talk += "echo thank ben for the milk; sleep 1; echo goodbye"
    done = on_small_disk(tmp_path, f'{HOUSEHOLD}({talk}) | "$@" --text; echo code $?; "$@" journal list')
    assert "the disk is full" in done.stdout
    assert "Free some space" in done.stdout
    assert "code 0" in done.stdout
    listed = done.stdout.partition("code 0")[2]
    assert "the soup" in listed
    assert "the milk" in listed


def test_the_wizard_asks_nothing_that_it_cannot_write_down(tmp_path: Path) -> None:
    talk = 'printf "Ana\\nBen\\n" | script -qec "$1 $2 $3 setup" /dev/null; echo code $?'
    done = on_small_disk(tmp_path, f"mkdir -p .config; {{}}\n{talk}".format("readonly_disk"))
    assert "Your name" not in done.stdout
    assert "cannot be made: Read-only file system." in done.stdout.replace("\r\n        ", " ")
    assert "code 1" in done.stdout


def test_the_doctor_names_the_full_disk_and_the_folders(tmp_path: Path) -> None:
    done = on_small_disk(tmp_path, f'{HOUSEHOLD}fill; "$@" doctor; room; readonly_disk; "$@" doctor', size="300m")
    full, _, locked = done.stdout.partition("need your help")
    assert "NO  disk                   0 MB free\n" in full
    assert "Make some room" in full
    assert "NO  data folder" in locked
    assert "cannot be written" in locked


def test_what_is_written_meanwhile_is_told_once(tmp_path: Path) -> None:
    """A disk that was never written to: the first start says so, and makes nothing."""
    done = on_small_disk(tmp_path, 'readonly_disk; echo hello | "$@" --text; echo code $?')
    assert done.stdout == "code 1\n"
    assert done.stderr.startswith("hearth: The journal could not be opened")
    assert f"Check who owns {tmp_path}/.local" in done.stderr
    assert len(done.stderr.splitlines()) == 2
