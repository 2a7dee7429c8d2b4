"""One line of the log: a JSON object that begins with the checksum of the rest.

{"crc":"9f3a12bc","seq":17,"table":"entries","id":5,"doc":{…}}
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

NAME = "hearth-journal"
"""What the header calls itself."""
SCHEMA = 2
"""Version of the format; 1 was TinyDB's own single JSON file."""
LONGEST = 16 << 20
"""Bytes of the longest line that is written or believed."""
_PREFIX = len(b'{"crc":"00000000",')

Document = dict[str, Any]
"""One TinyDB document: what JSON can say."""


class DamagedError(ValueError):
    """These bytes are not a line that was written here."""


@dataclass(frozen=True, slots=True)
class Line:
    """One change to one document, or to a table as a whole."""

    seq: int
    """Number of the change; they only grow."""
    table: str
    """Name of the TinyDB table."""
    id: int | None
    """Document id; None when the line speaks of the table itself."""
    doc: Document | bool | None
    """The document from now on; None when it is removed. Of a table: True when it exists, None when it is dropped."""
    more: bool = False
    """Whether the next line belongs to the same change, which counts only as a whole."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of each segment."""

    segment: int
    """Number of the segment, from 1."""
    seq: int
    """Every change made after this header was written has at least this number."""
    round: int = 0
    """How many times this segment was rewritten."""
    since: Mapping[str, int] = field(default_factory=dict)
    """First free document id of each table when the segment was begun: a smaller id in it may replace an older line."""
    free: Mapping[str, int] = field(default_factory=dict)
    """First free document id of each table when this header was written: ids are never given twice."""
    schema: int = SCHEMA
    """Version of the format."""
    origin: str = ""
    """Checksum of the file that the segment was migrated from; empty when it was written here."""


def dump(value: object) -> bytes:
    """Compact JSON in UTF-8; what UTF-8 cannot say (a lone surrogate) is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def load(data: bytes) -> object:
    """Parse JSON; the slower, more tolerant parser takes over where the quick one refuses (NaN, lone surrogates)."""
    try:
        return cast(object, msgspec.json.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    except RecursionError as error:
        raise DamagedError("nested too deeply") from error
    try:
        return cast(object, json.loads(data))
    except (ValueError, RecursionError) as error:
        raise DamagedError("not JSON") from error


def seal(body: bytes) -> bytes:
    """A whole line, from the JSON object `body`, with its checksum and line end."""
    rest = body[1:]
    return b'{"crc":"%08x",%b\n' % (zlib.crc32(rest), rest)


def unseal(raw: bytes) -> bytes:
    """The line itself (without its end), once its checksum is seen to be right."""
    if raw[:8] != b'{"crc":"' or raw[16:_PREFIX] != b'",':
        raise DamagedError("not a line of a journal")
    try:
        right = int(raw[8:16], 16) == zlib.crc32(raw[_PREFIX:])
    except ValueError as error:
        raise DamagedError("no checksum") from error
    if not right:
        raise DamagedError("wrong checksum")
    return raw


def whole_line(raw: bytes) -> bytes:
    """The line that these bytes begin with, whatever comes after it; empty when there is none."""
    try:
        wanted = int(raw[8:16], 16)
    except ValueError:
        return b""
    crc, start = 0, _PREFIX
    for brace in re.finditer(b"}", raw[_PREFIX:]):
        end = _PREFIX + brace.end()
        crc, start = zlib.crc32(raw[start:end], crc), end
        if crc == wanted and raw[16:_PREFIX] == b'",':
            return raw[:end]
    return b""


def encode(line: Line) -> bytes:
    """The bytes of a line, with checksum and line end."""
    identity = b"null" if line.id is None else b"%d" % line.id
    more = b',"more":true' if line.more else b""
    table, doc = dump(line.table), dump(line.doc)
    return seal(b'{"seq":%d,"table":%b,"id":%b,"doc":%b%b}' % (line.seq, table, identity, doc, more))


def decode(raw: bytes) -> Line | Header:
    """What a line (without its end) says, or `DamagedError`."""
    value = load(unseal(raw))
    if not isinstance(value, dict):
        raise DamagedError("not an object")
    return _header(value) if value.get("journal") == NAME else _line(value)


def encode_header(header: Header) -> bytes:
    """The bytes of a header, with checksum and line end."""
    value: Document = {"journal": NAME, "schema": header.schema, "segment": header.segment}
    value |= {"round": header.round, "seq": header.seq, "since": dict(header.since), "free": dict(header.free)}
    return seal(dump(value | ({"origin": header.origin} if header.origin else {})))


def _line(value: Document) -> Line:
    seq, table, identity = value.get("seq"), value.get("table"), value.get("id")
    doc, more = value.get("doc"), value.get("more", False)
    if not (isinstance(seq, int) and isinstance(table, str) and isinstance(identity, int | None)):
        raise DamagedError("fields are missing")
    if not (isinstance(doc, dict | None) or (doc is True and identity is None)):
        raise DamagedError("not a document")
    return Line(seq, table, identity, doc, bool(more))


def _header(value: Document) -> Header:
    numbers = [value.get(name) for name in ("segment", "seq", "round", "schema")]
    if not all(isinstance(number, int) for number in numbers):
        raise DamagedError("not a header")
    segment, seq, round_, schema = cast(list[int], numbers)
    since, free = _counts(value.get("since")), _counts(value.get("free"))
    return Header(segment, seq, round_, since, free, schema, str(value.get("origin", "")))


def _counts(value: object) -> dict[str, int]:
    if not isinstance(value, dict) or not all(isinstance(number, int) for number in value.values()):
        raise DamagedError("not a header")
    return value
