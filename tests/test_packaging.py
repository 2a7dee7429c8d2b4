"""The wheel holds everything that runs, and nothing else; it works without the folder it was built in."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
ROOMS = {"assistant", "audio", "intents", "prompts"}
LARGEST = 12_000_000
"""Bytes: the voice model is 6 MB packed."""


def build(kind: str, source: Path, folder: Path) -> Path:
    """A wheel or an sdist of the source."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    done = subprocess.run(command, cwd=source, check=True, capture_output=True, text=True)
    assert "warning" not in done.stderr.lower(), done.stderr
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source as it is passed on."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(build("sdist", ROOT, folder / "built")) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.glob("hearth_assistant-*")
    return source


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


def test_the_source_that_is_passed_on_is_all_that_is_kept_and_no_more(unpacked: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    inside = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert inside - {"PKG-INFO"} == set(tracked.stdout.decode().splitlines())


def test_a_wheel_that_is_built_from_it_is_the_same(unpacked: Path, wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as ours, zipfile.ZipFile(build("wheel", unpacked, tmp_path / "again")) as theirs:
        assert {name: ours.getinfo(name).CRC for name in ours.namelist()} == {
            name: theirs.getinfo(name).CRC for name in theirs.namelist()
        }


def test_it_installs_into_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    """As pipx does, but for what Hearth depends on, which is borrowed from here: tests fetch nothing."""
    own = tmp_path / "own"
    venv.create(own, with_pip=True)
    scripts, site = (Path(sysconfig.get_path(kind, vars={"base": str(own)})) for kind in ("scripts", "purelib"))
    pip = [str(scripts / "python"), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"HOME": str(tmp_path)}

    def hearth(*words: str) -> str:
        command = [str(scripts / "hearth"), *words]
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout

    assert hearth("--version").startswith("hearth ")
    assert "hearth COMMAND --help" in hearth("--help")
    assert "start our coffee ritual" in hearth("hear", str(ROOT / "assistant/demo/01.wav"))


def test_the_markers_fit_the_platforms() -> None:
    """What is needed where; docs/platforms.md names the wheels that there are."""
    requirements = [Requirement(line) for line in metadata.requires("hearth-assistant") or ()]
    needed = {one.name: one for one in requirements}

    def on(system: str, version: str) -> set[str]:
        here = {"sys_platform": system, "python_version": version, "extra": ""}
        return {name for name, one in needed.items() if one.marker is None or one.marker.evaluate(here)}

    assert "espeakng-loader" in on("linux", "3.11")
    assert "espeakng-loader" not in on("darwin", "3.11") | on("win32", "3.13")
    assert all(("audioop-lts" in on(system, "3.13")) for system in ("linux", "darwin", "win32"))
    assert "audioop-lts" not in on("linux", "3.12")
    assert "0.3.44" in needed["vosk"].specifier, "the last one that has a wheel for macOS"


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
