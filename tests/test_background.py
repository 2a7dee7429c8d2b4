"""Hearth as a service: what is written, what is asked of the system, and what is said where there is no such system."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.background.launchd import agent
from assistant.background.scheduler import instructions
from assistant.background.supervisor import listening
from assistant.background.systemd import quoted, unit
from assistant.errors import AssistantError
from tests.command import COMMAND, LIMIT, environment

linux = pytest.mark.skipif(sys.platform != "linux", reason="systemd is of Linux")

SYSTEMCTL = """\
#!/bin/sh
echo "$@" >> {log}
case "$2" in
  {fails}) echo "Failed to connect to bus: No medium found." >&2; exit 1 ;;
  show) printf '{shown}' ;;
esac
"""

RUNS = "LoadState=loaded\\nActiveState=active\\nSubState=running\\nUnitFileState=enabled\\nNRestarts=2\\n"
FAILED = "LoadState=loaded\\nActiveState=failed\\nSubState=failed\\nUnitFileState=disabled\\nNRestarts=0\\n"
UNKNOWN = "LoadState=not-found\\nActiveState=inactive\\nSubState=dead\\n"


class Machine:
    """A home, and a systemctl that notes what it is asked."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.unit = home / ".config/systemd/user/hearth.service"
        self._log = home / "asked"
        self._bin = home / "bin"
        self._bin.mkdir()

    def has_systemctl(self, shown: str = RUNS, fails: str = "nothing") -> None:
        script = self._bin / "systemctl"
        script.write_text(SYSTEMCTL.format(log=self._log, shown=shown, fails=fails))
        script.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []

    def hearth(self, *words: str, path: str = "/usr/bin:/bin") -> subprocess.CompletedProcess[str]:
        env = environment(self.home) | {"PATH": f"{self._bin}:{path}"}
        return subprocess.run(
            [*COMMAND, *words], env=env, cwd=self.home, capture_output=True, text=True, timeout=LIMIT, check=False
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


# ---------------------------------------------------------------- systemd


@linux
def test_it_is_installed_enabled_and_started(machine: Machine) -> None:
    machine.has_systemctl()
    done = machine.hearth("--data-dir", "our words", "service", "install")
    assert done.returncode == 0, done.stderr
    assert machine.asked == ["--user daemon-reload", "--user enable hearth.service", "--user restart hearth.service"]
    assert "enable-linger" in done.stdout
    assert stat.S_IMODE(machine.unit.stat().st_mode) == 0o600
    text = machine.unit.read_text()
    assert f'--data-dir "{machine.home}/our words" listen --quiet --wait-for-audio' in text
    assert "Restart=on-failure" in text
    assert "pipewire.service" in text


@linux
def test_what_the_unit_starts_is_a_command_of_ours(machine: Machine) -> None:
    machine.has_systemctl()
    machine.hearth("service", "install")
    (line,) = [line for line in machine.unit.read_text().splitlines() if line.startswith("ExecStart=")]
    words = shlex.split(line.removeprefix("ExecStart="))
    env = environment(machine.home)
    run = subprocess.run([*words, "--help"], env=env, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert run.returncode == 0, run.stderr
    assert "--wait-for-audio" in run.stdout


@linux
@pytest.mark.parametrize(
    ("shown", "code", "told"),
    [
        (RUNS, 0, "started again 2 times"),
        (FAILED, 1, "does not start at login"),
        (UNKNOWN, 1, "hearth service install"),
    ],
)
def test_its_status(machine: Machine, shown: str, code: int, told: str) -> None:
    machine.has_systemctl(shown)
    done = machine.hearth("service", "status")
    assert done.returncode == code
    assert told in done.stdout
    assert len(done.stdout.splitlines()) == 1


@linux
def test_uninstalling_leaves_the_journal_alone(machine: Machine) -> None:
    machine.has_systemctl()
    machine.hearth("service", "install")
    data = machine.home / ".local/share/hearth"
    data.mkdir(parents=True)
    (data / "journal-0001.jsonl").write_text("words\n")
    done = machine.hearth("service", "uninstall")
    assert done.returncode == 0, done.stderr
    assert not machine.unit.exists()
    assert machine.asked[-2:] == ["--user disable --now hearth.service", "--user daemon-reload"]
    assert (data / "journal-0001.jsonl").read_text() == "words\n"
    again = machine.hearth("service", "uninstall")
    assert again.returncode == 0
    assert "nothing to remove" in again.stdout


@linux
@pytest.mark.parametrize("fails", ["daemon-reload", "enable", "restart"])
def test_an_installation_that_fails_leaves_things_as_they_were(machine: Machine, fails: str) -> None:
    machine.has_systemctl(fails=fails)
    done = machine.hearth("service", "install")
    assert done.returncode == 1
    assert "No medium found" in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert not machine.unit.exists()
    machine.unit.parent.mkdir(parents=True, exist_ok=True)
    machine.unit.write_text("an earlier one\n")
    machine.hearth("service", "install")
    assert machine.unit.read_text() == "an earlier one\n"


@linux
@pytest.mark.parametrize("what", ["install", "status"])
def test_no_systemd(machine: Machine, what: str) -> None:
    done = machine.hearth("service", what, path="/nowhere")
    assert done.returncode == 1
    assert done.stderr.startswith("hearth: This machine has no systemd")
    assert "listen --quiet" in done.stderr
    assert not machine.unit.parent.exists()


@linux
def test_a_folder_that_cannot_be_written(machine: Machine) -> None:
    machine.has_systemctl()
    (machine.home / ".config").write_text("a file where a folder should be")
    done = machine.hearth("service", "install")
    assert done.returncode == 1
    assert done.stderr.startswith("hearth: ")
    assert "Traceback" not in done.stderr
    assert machine.asked == []


def test_a_broken_configuration_is_told_at_once(machine: Machine) -> None:
    machine.has_systemctl()
    (machine.home / "bad.toml").write_text("[voice]\nrate = 'fast'\n")
    done = machine.hearth("--config", "bad.toml", "service", "install")
    assert done.returncode == 1
    assert "line 2" in done.stderr
    assert machine.asked == []


@linux
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze (sudo apt install systemd)")
    file = tmp_path / "hearth.service"
    file.write_text(unit([sys.executable, *listening(["--data-dir", '/home/a b/50% of $HOME "x" \\'])[1:]]))
    env = environment(tmp_path) | {"XDG_RUNTIME_DIR": str(tmp_path)}
    words = ["systemd-analyze", "--user", "verify", str(file)]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)
    if "Failed to initialize manager" in done.stderr:
        pytest.skip("systemd-analyze does not run here")
    complaints = [line for line in (done.stdout + done.stderr).splitlines() if "hearth.service" in line]
    assert (done.returncode, complaints) == (0, [])


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("/usr/bin/python3", "/usr/bin/python3"),
        ("--quiet", "--quiet"),
        ("a b", '"a b"'),
        ("50%", "50%%"),
        ("$HOME", "$$HOME"),
        ('a"b', '"a\\"b"'),
        ("a\\b", '"a\\\\b"'),
        ("", '""'),
        (";", '";"'),
    ],
)
def test_words_of_a_units_command(word: str, written: str) -> None:
    assert quoted(word) == written


def test_a_line_break_cannot_add_a_line_to_the_unit() -> None:
    with pytest.raises(AssistantError) as caught:
        unit(["hearth", "--data-dir", "x\nExecStartPre=rm"])
    assert caught.value.hint


# ---------------------------------------------------------------- elsewhere


def test_the_agent_of_macos(tmp_path: Path) -> None:
    content = plistlib.loads(agent(listening(["--data-dir", "/a <b> & c"]), tmp_path / "hearth.log"))
    assert content["ProgramArguments"] == list(listening(["--data-dir", "/a <b> & c"]))
    assert content["KeepAlive"] == {"SuccessfulExit": False}
    assert content["RunAtLoad"] is True
    assert content["StandardErrorPath"] == str(tmp_path / "hearth.log")


def test_windows_gets_the_command_to_type() -> None:
    told = instructions(["C:\\Program Files\\python.exe", "-m", "assistant", "listen"])
    assert 'schtasks /Create /TN Hearth /SC ONLOGON /TR "\\"C:\\Program Files\\python.exe\\" -m assistant' in told
