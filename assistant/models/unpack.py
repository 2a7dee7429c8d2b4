"""A model's archive, unpacked into one folder and nowhere else, however it was made."""

from __future__ import annotations

import lzma
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from assistant.errors import ArchiveError
from assistant.folders import PRIVATE_FILE, PRIVATE_FOLDER

Show = Callable[[int, int], None]
"""Takes how many bytes are there, and of how many."""

MOST_FILES = 5_000
"""Files that a model may have; official ones have some 20 to 60."""

MOST_BYTES = 20_000_000_000
"""Bytes that a model may have unpacked; the largest official one has 4 GB."""

SWELLING = 30
"""How many times larger than its archive a model may be; official ones are less than 3 times as large."""

SMALL = 50_000_000
"""Bytes that may be unpacked from any archive, however small."""

PIECE = 1 << 20
"""Bytes that are written at once."""

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing that models use."""

FORBIDDEN = '\\:*?"<>|'
"""Characters that no file of a model has, and that mean something on some system."""

HINT = "Fetch it again from a place that you trust; nothing of it was kept."


def unpacked_size(archive: Path) -> int:
    """Bytes that the archive says it has unpacked; raises ArchiveError for one that must not be unpacked."""
    with _opened(archive) as packed:
        return sum(member.file_size for member in _members(packed, archive))


def unpack(archive: Path, folder: Path, show: Show) -> Path:
    """Unpack into `folder`, which is made anew; returns the folder in it that is the model.

    Raises ArchiveError for what is no zip, damaged, no voice model, or would leave the folder or fill the disk;
    OSError for a full disk.
    """
    with _opened(archive) as packed:
        members = _members(packed, archive)
        total, done = sum(member.file_size for member in members), 0
        folder.mkdir(mode=PRIVATE_FOLDER)
        for member in members:
            done = _extract(packed, member, folder, done, lambda count: show(count, total))
    return _model_in(folder, archive)


def _opened(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise ArchiveError(f"{archive} is not a whole zip archive.", HINT) from error


def _members(packed: zipfile.ZipFile, archive: Path) -> list[zipfile.ZipInfo]:
    """The files in it, every one of them checked before the first is written."""
    found = [member for member in packed.infolist() if not member.is_dir()]
    for member in packed.infolist():
        if problem := _problem(member):
            raise ArchiveError(f"{archive} must not be unpacked: '{printable(member.filename)}' {problem}.", HINT)
    if len({member.filename.casefold() for member in found}) < len(found):
        raise ArchiveError(f"{archive} must not be unpacked: it has two files of one name.", HINT)
    total = sum(member.file_size for member in found)
    if len(found) > MOST_FILES or total > min(MOST_BYTES, max(SMALL, SWELLING * archive.stat().st_size)):
        raise ArchiveError(
            f"{archive} must not be unpacked: {len(found):,} files of {total:,} bytes are too much for a model.", HINT
        )
    return found


def _problem(member: zipfile.ZipInfo) -> str:
    """What is wrong with a member; empty for nothing."""
    name, kind = member.orig_filename, stat.S_IFMT(member.external_attr >> 16)
    parts = name.removesuffix("/").split("/")
    if any(ord(letter) < 32 or letter in FORBIDDEN for letter in name) or any(
        part in ("", ".", "..") for part in parts
    ):
        return "would lie outside of its folder"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is neither a file nor a folder"
    if member.flag_bits & 1:
        return "is encrypted"
    if member.compress_type not in METHODS:
        return "is packed in an unusual way"
    return ""


def _extract(
    packed: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, done: int, show: Callable[[int], None]
) -> int:
    """Write one file; zipfile compares its checksum and never gives more than the size that was checked."""
    target = folder.joinpath(*PurePosixPath(member.filename).parts)
    for above in reversed(target.relative_to(folder).parents):
        (folder / above).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    try:
        with packed.open(member) as source, target.open("xb") as out:
            target.chmod(PRIVATE_FILE)
            while piece := source.read(PIECE):
                out.write(piece)
                done += len(piece)
                show(done)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, FileExistsError) as error:
        raise ArchiveError(f"{packed.filename} is damaged at '{printable(member.filename)}'.", HINT) from error
    if target.stat().st_size != member.file_size:
        raise ArchiveError(f"{packed.filename} is damaged at '{printable(member.filename)}'.", HINT)
    return done


def _model_in(folder: Path, archive: Path) -> Path:
    """The one folder that holds an acoustic model, today's (am/final.mdl) or that of 2020 (final.mdl)."""
    places = [file.parent.parent if file.parent.name == "am" else file.parent for file in folder.rglob("final.mdl")]
    if len(places) == 1:
        return places[0]
    raise ArchiveError(
        f"{archive} holds {'no Vosk model' if not places else 'several models'}.",
        "A Vosk model has am/, conf/ and graph/ in one folder.",
    )


def printable(name: str, longest: int = 80) -> str:
    """A name out of an archive, safe to show on a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:longest])


def tree(folder: Path) -> Iterable[Path]:
    """Every file below a folder, in order."""
    return sorted(file for file in folder.rglob("*") if file.is_file())
