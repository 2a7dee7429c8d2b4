"""Archives that want to leave their folder, fill the disk, or are no model."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import ArchiveError
from assistant.models.unpack import unpack, unpacked_size

MODEL = "vosk-model-x/am/final.mdl"


def archive(folder: Path, *members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    file = folder / "x.zip"
    with zipfile.ZipFile(file, "w", method) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return file


def nothing(done: int, total: int) -> None:
    pass


def test_a_model_is_unpacked_for_its_owner_alone(tmp_path: Path) -> None:
    shown: list[tuple[int, int]] = []
    made = archive(tmp_path, ("vosk-model-x/", b""), (MODEL, b"model"), ("vosk-model-x/README", b"text"))
    assert unpacked_size(made) == 9
    found = unpack(made, tmp_path / "out", lambda done, total: shown.append((done, total)))
    assert found == tmp_path / "out/vosk-model-x"
    assert (found / "am/final.mdl").read_bytes() == b"model"
    assert shown[-1] == (9, 9)
    assert stat.S_IMODE((found / "am/final.mdl").stat().st_mode) == 0o600
    assert stat.S_IMODE(found.stat().st_mode) == 0o700


@pytest.mark.parametrize("place", ["am/final.mdl", "final.mdl", "a/b/am/final.mdl"])
def test_a_model_is_found_wherever_it_lies_in_its_archive(place: str, tmp_path: Path) -> None:
    found = unpack(archive(tmp_path, (place, b"model")), tmp_path / "out", nothing)
    assert found == tmp_path / "out" / place.removesuffix("am/final.mdl").removesuffix("final.mdl")


def link(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info, target.encode()


ESCAPES: list[tuple[str, bytes]] = [
    ("../out.txt", b"x"),
    ("vosk-model-x/../../out.txt", b"x"),
    ("/etc/out.txt", b"x"),
    ("C:/out.txt", b"x"),
    ("C:out.txt", b"x"),
    ("a\\..\\..\\out.txt", b"x"),
    ("a//b", b"x"),
    ("./a", b"x"),
    ("a/\x1b[2Jb", b"x"),
    ("a:stream", b"x"),
]


@pytest.mark.parametrize("member", ESCAPES, ids=[repr(name) for name, _ in ESCAPES])
def test_nothing_is_written_outside(member: tuple[str, bytes], tmp_path: Path) -> None:
    made = archive(tmp_path, (MODEL, b"model"), member)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ArchiveError, match="must not be unpacked") as caught:
        unpack(made, tmp_path / "out", nothing)
    assert "\x1b" not in caught.value.message
    assert sorted(tmp_path.rglob("*")) == before


def test_links_are_not_made(tmp_path: Path) -> None:
    made = archive(tmp_path, (MODEL, b"model"), link("vosk-model-x/conf", "/etc"), ("vosk-model-x/conf/passwd", b"x"))
    with pytest.raises(ArchiveError, match="neither a file nor a folder"):
        unpack(made, tmp_path / "out", nothing)
    assert not (tmp_path / "out").exists()


def test_a_name_that_ends_early_is_not_taken_for_a_shorter_one(tmp_path: Path) -> None:
    made = archive(tmp_path, (MODEL, b"model"), ("aXb", b"x"))
    made.write_bytes(made.read_bytes().replace(b"aXb", b"a\0b"))
    with pytest.raises(ArchiveError):
        unpack(made, tmp_path / "out", nothing)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    made = archive(tmp_path, (MODEL, b"model"), (MODEL.replace("am/", "AM/"), b"other"))
    with pytest.raises(ArchiveError, match="two files of one name"):
        unpack(made, tmp_path / "out", nothing)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    made = archive(tmp_path, (MODEL, bytes(60_000_000)))
    assert made.stat().st_size < 100_000
    with pytest.raises(ArchiveError, match="too much for a model"):
        unpack(made, tmp_path / "out", nothing)
    with pytest.raises(ArchiveError, match="too much for a model"):
        unpacked_size(made)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    made = archive(tmp_path, *((f"a/{number}", b"") for number in range(5_001)), method=zipfile.ZIP_STORED)
    with pytest.raises(ArchiveError, match="5,001 files"):
        unpack(made, tmp_path / "out", nothing)


def test_a_file_that_says_it_is_smaller_than_it_is_fills_no_disk(tmp_path: Path) -> None:
    made = archive(tmp_path, (MODEL, bytes(1_000_000)))
    data = made.read_bytes()
    made.write_bytes(data.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(ArchiveError, match="damaged"):
        unpack(made, tmp_path / "out", nothing)
    assert (tmp_path / "out" / MODEL).stat().st_size <= 10


def encrypted(data: bytes) -> bytes:
    for magic, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.index(magic) + at
        data = data[:place] + (1).to_bytes(2, "little") + data[place + 2 :]
    return data


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda data: b"", "not a whole zip"),
        (lambda data: b"<html>no such file</html>", "not a whole zip"),
        (lambda data: data[: len(data) // 2], "not a whole zip"),
        (lambda data: data.replace(b"model-content", b"model-c0ntent"), "damaged"),
        (encrypted, "encrypted"),
    ],
    ids=["empty", "a page", "torn", "altered", "encrypted"],
)
def test_a_damaged_archive_is_told(spoil: Callable[[bytes], bytes], said: str, tmp_path: Path) -> None:
    made = archive(tmp_path, (MODEL, b"model-content"), method=zipfile.ZIP_STORED)
    made.write_bytes(spoil(made.read_bytes()))
    with pytest.raises(ArchiveError, match=said) as caught:
        unpack(made, tmp_path / "out", nothing)
    assert caught.value.hint


@pytest.mark.parametrize("members", [[("readme.txt", b"x")], [("a/am/final.mdl", b"x"), ("b/am/final.mdl", b"x")]])
def test_what_is_not_one_model_is_told(members: list[tuple[str, bytes]], tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"no Vosk model|several models"):
        unpack(archive(tmp_path, *members), tmp_path / "out", nothing)


def test_an_unusual_way_of_packing_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as made:
        made.writestr(MODEL, b"model" * 100)
    (tmp_path / "x.zip").write_bytes(packed.getvalue())
    with pytest.raises(ArchiveError, match="unusual"):
        unpack(tmp_path / "x.zip", tmp_path / "out", nothing)
