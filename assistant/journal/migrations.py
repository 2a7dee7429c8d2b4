"""Journals of older formats become journals of today's.

Schema 1 is TinyDB's own single JSON file, `journal.json`. A future format adds its step here.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import JournalError
from assistant.journal import segment
from assistant.journal.disk import Disk, put_in_place, read_file
from assistant.journal.lines import DamagedError, Document, Header, Line, decode, encode, encode_header, load

FIRST_SCHEMA = "journal.json"
"""Name of schema 1's file in the journal's folder."""


def migrate(disk: Disk, folder: Path) -> bool:
    """Bring the folder to today's format; whether there was anything to do.

    All of it happens at one rename; the old file goes only after the new one says that it came from it. Raises
    JournalError for a file that cannot be read, which is then left as it is.
    """
    old = folder / FIRST_SCHEMA
    if disk.stamp(old) is None:
        return False
    data = read_file(disk, old)
    first = folder / segment.file_name(1)
    origin = f"{zlib.crc32(data):08x}"
    if not segment.numbers(disk.names(folder)):
        put_in_place(disk, first, _segment(_tables(data), origin))
    if _origin(disk, first) != origin:
        return False
    disk.remove(old)
    disk.sync_folder(folder)
    return True


def _origin(disk: Disk, path: Path) -> str:
    if disk.stamp(path) is None:
        return ""
    try:
        header = decode(read_file(disk, path).split(b"\n", 1)[0])
    except DamagedError:
        return ""
    return header.origin if isinstance(header, Header) else ""


def _tables(data: bytes) -> dict[str, dict[int, Document]]:
    try:
        value = load(data) if data.strip() else {}
        if not isinstance(value, dict):
            raise DamagedError("not a database")
        return {table: {int(key): dict(doc) for key, doc in docs.items()} for table, docs in value.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise JournalError(
            f"{FIRST_SCHEMA} in the journal's folder cannot be read.",
            "Move it somewhere else, or put a copy that can be read in its place; then start again.",
        ) from error


def _segment(tables: dict[str, dict[int, Document]], origin: str) -> Iterator[bytes]:
    yield encode_header(Header(1, 1, origin=origin))
    seq = 1
    for table, docs in tables.items():
        yield encode(Line(seq, table, None, True))
        for at, (key, doc) in enumerate(docs.items()):
            yield encode(Line(seq + at + 1, table, key, doc))
        seq += len(docs) + 1
