"""The wheel holds everything that runs, and nothing else; it works without the folder it was built in."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {"assistant", "audio", "intents", "prompts"}
LARGEST = 12_000_000
"""Bytes: the voice model is 6 MB packed."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def files(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_top_level_is_the_four_rooms(wheel: Path) -> None:
    top = {name.split("/")[0] for name in files(wheel)}
    assert {name for name in top if not name.endswith(".dist-info")} == ROOMS


def test_every_file_that_runs_is_in_it(wheel: Path) -> None:
    inside = set(files(wheel))
    tracked = subprocess.run(["git", "ls-files", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True)
    expected = {name for name in tracked.stdout.splitlines() if not name.startswith("audio/training/")}
    assert expected <= inside, sorted(expected - inside)


def test_the_recipe_and_the_tests_are_not(wheel: Path) -> None:
    assert not [name for name in files(wheel) if name.startswith(("audio/training/", "tests/", "tools/", "build/"))]


def test_it_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < LARGEST


def test_it_runs_from_elsewhere(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    speech = ROOT / "assistant/demo/01.wav"
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "hear", str(speech)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "start our coffee ritual" in done.stdout


def test_versions_are_pinned_without_addresses() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert all(line.count("==") == 1 and "/" not in line for line in pins)


def test_the_container_has_what_is_built_and_installed() -> None:
    """No engine runs in tests; this keeps the recipe and what it copies in step with the project."""
    recipe = (ROOT / "Containerfile").read_text(encoding="utf-8")
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8")
    let_in = {line[1:] for line in ignored.splitlines() if line.startswith("!")}
    assert let_in == {*ROOMS, "LICENSE", "README.md", "constraints.txt", "pyproject.toml"}
    assert all((ROOT / name).exists() for name in let_in)
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8") == ignored
    assert "libportaudio2" in recipe
    assert "USER hearth" in recipe
