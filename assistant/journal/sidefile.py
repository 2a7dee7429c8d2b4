"""The index of a finished segment on the disk, beside it: `journal-0001.index`.

It only ever repeats what the segment says (never the words), is checked by CRC, and is made again when it is
missing, damaged or of another state of the segment.
"""

from __future__ import annotations

import struct
import sys
import zlib
from dataclasses import dataclass, field
from typing import Any

import msgspec

from assistant.journal.rows import Rows, Span
from assistant.journal.sealedrows import ROW_BYTES, SealedRows

_MAGIC = b"HRTHIX02"
_PREAMBLE = struct.Struct("<8sIII")
"""Magic, length of the summary, CRC of the summary, CRC of the columns."""
PREAMBLE_BYTES = _PREAMBLE.size


@dataclass(frozen=True, slots=True)
class State:
    """Which state of its segment an index was made from."""

    size: int
    """Bytes of the segment."""
    head: int
    """CRC of its first bytes, which hold the header and so the number of rewrites."""
    tail: int
    """CRC of its last bytes."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept in memory of a finished segment."""

    state: State
    """The segment's state."""
    tables: dict[str, Span]
    """Bounds of each table that has live documents here."""
    replaces: dict[str, list[int]]
    """Per table, document ids whose lines in earlier segments no longer count."""
    existing: dict[str, bool]
    """Tables that were made (True) or dropped (False) here."""
    free: dict[str, int]
    """First free document id of each table after this segment."""
    seq: int
    """First free number of a change after this segment."""
    waste: int
    """Lines in the segment that a later line of it replaced."""
    codes: dict[str, int] = field(default_factory=dict)
    """Numbers of the names in the columns."""
    order: str = sys.byteorder
    """Byte order of the columns."""


def encode(summary: Summary, columns: bytes) -> bytes:
    """The whole side-file."""
    head = msgspec.json.encode(summary)
    head += b" " * (-(PREAMBLE_BYTES + len(head)) % 8)
    return _PREAMBLE.pack(_MAGIC, len(head), zlib.crc32(head), zlib.crc32(columns)) + head + columns


def summary_bytes(preamble: bytes) -> int | None:
    """Length of the summary that follows this preamble; None when it is none."""
    if len(preamble) < PREAMBLE_BYTES:
        return None
    magic, length, _, _ = _PREAMBLE.unpack_from(preamble)
    return int(length) if magic == _MAGIC else None


def decode_summary(data: bytes) -> Summary | None:
    """The summary at the start of a side-file; None when it is damaged or from a machine of another kind."""
    length = summary_bytes(data)
    if length is None:
        return None
    head = data[PREAMBLE_BYTES : PREAMBLE_BYTES + length]
    if zlib.crc32(head) != _PREAMBLE.unpack_from(data)[2]:
        return None
    try:
        summary = msgspec.json.decode(head, type=Summary)
    except msgspec.DecodeError:
        return None
    return summary if summary.order == sys.byteorder else None


def decode_rows(summary: Summary, data: bytes) -> dict[str, Rows] | None:
    """The rows of every table in a side-file; None when it is damaged."""
    start = PREAMBLE_BYTES + (summary_bytes(data) or 0)
    view: memoryview[Any] = memoryview(data)[start:]
    whole = sum(span.rows for span in summary.tables.values()) * ROW_BYTES
    if len(view) != whole or zlib.crc32(view) != _PREAMBLE.unpack_from(data)[3]:
        return None
    rows: dict[str, Rows] = {}
    for table, span in summary.tables.items():
        rows[table] = SealedRows(span, summary.codes, view[: span.rows * ROW_BYTES])
        view = view[span.rows * ROW_BYTES :]
    return rows
