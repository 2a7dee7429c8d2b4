"""Official models by name, from a real server on this machine: fetched, tried, used, checked and removed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.config import Config
from assistant.config_file import read, write
from assistant.errors import ArchiveError, DownloadError, UsageError
from assistant.folders import Folders, find_folders
from assistant.models.catalogue import load_catalogue, read_list
from assistant.models.shelves import Shelves
from audio.errors import ModelError
from audio.model import embedded
from audio.model_files import MANIFEST
from tests.command import COMMAND, environment, hearth
from tests.mirror import Mirror, serving

NAME = "vosk-model-small-en-us-0.15"
OTHER = "vosk-model-small-en-gb-0.15"


def nothing(done: int, total: int) -> None:
    pass


def zipped(file: Path, model: Path, name: str) -> bytes:
    """A model as an official archive: one folder, no manifest."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for part in sorted(model.rglob("*")):
            if part.is_file() and part.name not in (MANIFEST, "README.md"):
                packed.write(part, f"{name}/{part.relative_to(model)}")
    return file.read_bytes()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return zipped(tmp_path_factory.mktemp("zip") / "x.zip", embedded(), NAME)


@pytest.fixture
def mirror(content: bytes) -> Iterator[Mirror]:
    with serving(Mirror({f"{NAME}.zip": content})) as started:
        listed(started, NAME)
        yield started


def listed(mirror: Mirror, *names: str, **changes: Any) -> None:
    """Make the list that Vosk would serve of these files."""
    lines = [
        {
            "name": name,
            "lang": "en-us",
            "lang_text": "US English",
            "size": len(mirror.files[f"{name}.zip"]),
            "md5": hashlib.md5(mirror.files[f"{name}.zip"]).hexdigest(),
            "type": "small",
            "obsolete": "false",
            "url": f"https://alphacephei.com/vosk/models/{name}.zip",
            "version": "0.15",
            **changes,
        }
        for name in names
    ]
    mirror.files["model-list.json"] = json.dumps(lines).encode()


@pytest.fixture
def config(tmp_path: Path, mirror: Mirror) -> Config:
    """As after `hearth model list --refresh`."""
    folders = Folders(tmp_path / "config/config.toml", tmp_path / "data", tmp_path / "cache")
    made = Config(folders=folders)
    made = replace(made, hearing=replace(made.hearing, models_url=mirror.url))
    write(made)
    Shelves(made).refresh()
    return made


def left(config: Config) -> list[str]:
    """What lies in the folder of the models."""
    return sorted(f.relative_to(config.folders.models).as_posix() for f in config.folders.models.glob("*"))


# ---------------------------------------------------------------- the list


def test_a_dated_list_comes_along() -> None:
    catalogue = load_catalogue(Path("/nowhere"))
    assert catalogue.date >= "2026-11-25"
    small = catalogue.find(NAME)
    assert small is not None
    assert (small.size, small.md5) == (41_205_931, "09ab50ccd62b674cbaa231b825f9c1cb")
    assert {model.name for model in catalogue.of("en")} >= {NAME, OTHER, "vosk-model-en-us-0.22"}
    assert [model.name for model in catalogue.of("de_AT")] == ["vosk-model-small-de-0.15"]
    assert all(len(model.md5) == 32 and model.size > 10_000_000 for model in catalogue.models)


def test_a_newer_list_takes_its_place_and_odd_lines_are_left_out(config: Config, mirror: Mirror) -> None:
    lines = json.loads(mirror.files["model-list.json"])
    lines += [{"name": "../../x", "lang": "en", "lang_text": "x", "size": 1}, {"odd": 1}, {**lines[0], "type": "spk"}]
    lines += [{**lines[0], "name": "vosk-model-old", "obsolete": "true"}]
    mirror.files["model-list.json"] = json.dumps(lines).encode()
    assert [model.name for model in Shelves(config).refresh().models] == [NAME]
    assert [model.name for model in load_catalogue(config.folders.models).models] == [NAME]
    (config.folders.models / "list.json").write_text("torn {")
    assert len(load_catalogue(config.folders.models).models) > 20


@pytest.mark.parametrize("text", [b"", b"<html>", b"{}", b"[]", b"[1]", b'{"a": [1]}', b"\xff"])
def test_what_is_no_list_is_refused(text: bytes) -> None:
    with pytest.raises(DownloadError, match="not Vosk's list"):
        read_list(text, "2026-11-25")


def test_the_list_is_shown_without_a_connection(tmp_path: Path) -> None:
    shown = hearth(tmp_path, "model", "list")
    assert shown.returncode == 0, shown.stderr
    assert f"{NAME} " in shown.stdout
    assert "41 MB" in shown.stdout
    assert "in use" in shown.stdout.splitlines()[0]
    assert "small-de" not in shown.stdout
    assert "list of 2026-" in shown.stdout
    lines = hearth(tmp_path, "model", "list", "--all", "--json").stdout.splitlines()
    first = json.loads(lines[0])
    assert set(first) == {"name", "language", "size", "md5", "listens", "here", "used"}
    assert len(lines) > 25


# ---------------------------------------------------------------- fetching and using


@pytest.mark.spoken
def test_a_model_is_fetched_tried_used_checked_and_removed(config: Config, mirror: Mirror, content: bytes) -> None:
    mirror.cuts = [1_000_000]
    shelves = Shelves(config)
    told = shelves.download(NAME, nothing)
    assert hashlib.sha256(content).hexdigest() in told
    assert "its MD5 is that of Vosk's list" in told
    folder = config.folders.models / NAME
    assert (folder / "am/final.mdl").read_bytes() == (embedded() / "am/final.mdl").read_bytes()
    assert left(config) == [".partial", "list.json", NAME, f"{NAME}.json"]
    assert not list((config.folders.models / ".partial").glob("*.zip*"))
    assert all(file.stat().st_mode & 0o077 == 0 for file in config.folders.models.rglob("*"))

    assert "phrases" in shelves.use(NAME)
    used = read(config.folders)
    assert used.hearing.model == str(folder)
    using = Shelves(used)
    assert using.used(NAME)
    assert not using.used("embedded")
    with pytest.raises(UsageError, match="in use"):
        using.remove(NAME)

    assert using.problem(NAME, nothing) == ""
    (folder / "graph/words.txt").write_text("other")
    (folder / "more").touch()
    assert using.problem(NAME, nothing) == "changed: graph/words.txt, more"

    using.use("embedded")
    Shelves(read(config.folders)).remove(NAME)
    assert left(config) == [".partial", "list.json", f"{NAME}.json"]


@pytest.mark.spoken
def test_another_archive_of_a_known_name_is_refused_unless_it_is_accepted(
    config: Config, mirror: Mirror, tmp_path: Path
) -> None:
    shelves = Shelves(config)
    shelves.download(NAME, nothing)
    shelves.remove(NAME)
    other = tmp_path / "model"
    subprocess.run(["cp", "-r", str(embedded()), str(other)], check=True)
    (other / "more.txt").write_text("another edition")
    mirror.files[f"{NAME}.zip"] = zipped(tmp_path / "x.zip", other, NAME)
    mirror.state = '"two"'
    listed(mirror, NAME)
    shelves.refresh()
    with pytest.raises(ArchiveError, match="is not the") as caught:
        shelves.download(NAME, nothing)
    assert "--accept-change" in caught.value.hint
    assert NAME not in shelves.names()
    shelves.download(NAME, nothing, accept_change=True)
    assert (config.folders.models / NAME / "more.txt").exists()


def test_an_archive_that_is_not_the_lists_is_thrown_away(config: Config, mirror: Mirror) -> None:
    listed(mirror, NAME, md5="0" * 32)
    shelves = Shelves(config)
    shelves.refresh()
    with pytest.raises(ArchiveError, match="not the file of Vosk's list") as caught:
        shelves.download(NAME, nothing)
    assert "--refresh" in caught.value.hint
    assert left(config) == [".partial", "list.json"]
    assert not list((config.folders.models / ".partial").glob("*.zip*"))


@pytest.mark.spoken
@pytest.mark.parametrize("damage", ["missing", "rubbish"])
def test_a_model_that_would_end_the_process_is_not_installed(
    damage: str, config: Config, mirror: Mirror, tmp_path: Path
) -> None:
    bad = tmp_path / "model"
    subprocess.run(["cp", "-r", str(embedded()), str(bad)], check=True)
    if damage == "missing":
        (bad / "graph/HCLr.fst").unlink()
    else:
        (bad / "graph/HCLr.fst").write_bytes(b"rubbish\n" * 1000)
    mirror.files[f"{OTHER}.zip"] = zipped(tmp_path / "x.zip", bad, OTHER)
    listed(mirror, NAME, OTHER)
    shelves = Shelves(config)
    shelves.refresh()
    with pytest.raises(ModelError, match="incomplete" if damage == "missing" else "damaged"):
        shelves.download(OTHER, nothing)
    assert shelves.names() == []
    assert not [name for name in left(config) if name.startswith(".new")]


def test_names_that_are_not_official_are_looked_for_and_refused(config: Config, mirror: Mirror) -> None:
    shelves = Shelves(config)
    mirror.asked.clear()
    with pytest.raises(UsageError, match="has no"):
        shelves.download("vosk-model-nowhere", nothing)
    assert mirror.asked == [("model-list.json", "")]
    with pytest.raises(UsageError, match="no name"):
        shelves.download("../../etc", nothing)
    mirror.status = 404
    with pytest.raises(UsageError, match="newer one cannot be fetched"):
        shelves.download("vosk-model-nowhere", nothing)


def test_a_full_disk_is_told_before_anything_is_fetched(config: Config, mirror: Mirror) -> None:
    listed(mirror, NAME, size=10**15)
    shelves = Shelves(config)
    shelves.refresh()
    mirror.asked.clear()
    with pytest.raises(ArchiveError, match="are free"):
        shelves.download(NAME, nothing)
    assert mirror.asked == []


# ---------------------------------------------------------------- from a file, and what cannot be done


@pytest.mark.spoken
def test_a_zip_is_added_without_a_connection(config: Config, content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "My-Model.zip"
    file.write_bytes(content)
    told = Shelves(config).add(file, nothing)
    assert "compared with nothing" in told
    assert file.exists()
    assert Shelves(config).names() == ["My-Model"]
    with pytest.raises(UsageError, match="here already"):
        Shelves(config).add(file, nothing)


@pytest.mark.parametrize(
    ("name", "said"),
    [("none.zip", "no file"), ("a b.zip", "no name"), ("embedded.zip", "no name"), ("x.zip", "whole zip")],
)
def test_what_cannot_be_added_is_told(name: str, said: str, config: Config, tmp_path: Path) -> None:
    if name != "none.zip":
        (tmp_path / name).write_bytes(b"no zip")
    with pytest.raises((UsageError, ArchiveError), match=said):
        Shelves(config).add(tmp_path / name, nothing)


def test_what_cannot_be_used_or_removed_is_told(config: Config, tmp_path: Path) -> None:
    shelves = Shelves(config)
    with pytest.raises(UsageError, match="not here yet") as caught:
        shelves.use(NAME)
    assert "hearth model download" in caught.value.hint
    with pytest.raises(UsageError, match="no model 'x'"):
        shelves.use("x")
    with pytest.raises(ModelError, match="incomplete"):
        shelves.use(str(tmp_path))
    with pytest.raises(UsageError, match="part of Hearth"):
        shelves.remove("embedded")
    with pytest.raises(UsageError, match="to remove"):
        shelves.remove("../data")
    with pytest.raises(UsageError, match="no model"):
        shelves.problem("x", nothing)
    assert read(config.folders).hearing.model == ""


def test_half_made_folders_of_killed_processes_are_swept(config: Config, content: bytes, tmp_path: Path) -> None:
    for name in (".new-killed", ".old-killed"):
        (config.folders.models / name / "deep").mkdir(parents=True)
    (tmp_path / "a.zip").write_bytes(b"PK")
    shelves = Shelves(config)
    assert shelves.names() == []
    (tmp_path / "b.zip").write_bytes(content)
    shelves.add(tmp_path / "b.zip", nothing)
    assert not [name for name in left(config) if name.startswith((".new", ".old"))]


# ---------------------------------------------------------------- as a person sees it


def home_with(mirror: Mirror, home: Path) -> Config:
    """A home whose configuration names the mirror."""
    folders = find_folders(str(home / ".config/hearth/config.toml"), str(home / ".local/share/hearth"))
    made = Config(folders=replace(folders, cache=home / ".cache/hearth"))
    made = replace(made, hearing=replace(made.hearing, models_url=mirror.url))
    write(made)
    return made


@pytest.mark.e2e
def test_ctrl_c_keeps_what_was_fetched_and_the_same_command_goes_on(mirror: Mirror, tmp_path: Path) -> None:
    home_with(mirror, tmp_path)
    assert hearth(tmp_path, "model", "list", "--refresh").returncode == 0
    mirror.pause = 0.02
    command = [*COMMAND, "model", "download", NAME]
    running = subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    partial = tmp_path / ".local/share/hearth/models/.partial" / f"{NAME}.zip"
    until(lambda: partial.exists() and partial.stat().st_size > 100_000)
    running.send_signal(signal.SIGINT)
    _, complaints = running.communicate(timeout=60)
    assert running.returncode == 130, complaints
    assert "What was fetched stays" in complaints
    kept = partial.stat().st_size
    assert kept > 100_000
    mirror.pause = 0
    mirror.asked.clear()
    done = hearth(tmp_path, "model", "download", NAME)
    assert done.returncode == 0, done.stderr
    assert mirror.asked == [(f"{NAME}.zip", f"bytes={kept}-")]
    assert "SHA-256" in done.stdout
    used = hearth(tmp_path, "model", "use", NAME)
    assert used.returncode == 0, used.stderr
    assert "listens for whole phrases" in used.stdout
    verified = hearth(tmp_path, "model", "verify")
    assert verified.stdout.splitlines() == ["ok  embedded", f"ok  {NAME}"]


def until(happened: Any, limit: float = 60.0) -> None:
    end = time.monotonic() + limit
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.e2e
def test_two_at_once_do_not_mix(mirror: Mirror, tmp_path: Path) -> None:
    from assistant.journal.lock import hold

    config = home_with(mirror, tmp_path)
    Shelves(config).refresh()
    partial = config.folders.models / ".partial"
    partial.mkdir(mode=0o700)
    lock = hold(partial / f"{NAME}.lock")
    try:
        told = hearth(tmp_path, "model", "download", NAME)
    finally:
        lock.release()
    assert told.returncode == 2
    assert f"process {os.getpid()}" in told.stderr


def test_offline_it_says_what_else_can_be_done(tmp_path: Path) -> None:
    nobody = Mirror()
    with serving(nobody):
        config = home_with(nobody, tmp_path)
    assert config.hearing.models_url == nobody.url
    told = hearth(tmp_path, "model", "download", NAME)
    assert told.returncode == 1
    assert "no connection" in told.stderr
    assert "hearth model add FILE.zip" in told.stderr
