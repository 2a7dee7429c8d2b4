"""OpenFst's binary format, as little of it as we need: write a vector FST, read the header of any FST.

Layout (little-endian, strings are an int32 length and bytes): magic, FST type, arc type, int32 version, int32 flags,
uint64 properties, int64 start, int64 states, int64 arcs, then the input and output symbol tables where the flags say
so. A vector FST goes on with each state's final weight, int64 arc count and arcs.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

FST_MAGIC = 2125659606
"""First number of every OpenFst file."""
SYMBOLS_MAGIC = 2125658996
"""First number of every OpenFst symbol table."""
EXPANDED_MUTABLE = 0x3
"""Property bits of a vector FST; all others are left for the reader to find out."""
VECTOR_VERSION = 2
"""Version of the vector format."""
HAS_INPUT_SYMBOLS, HAS_OUTPUT_SYMBOLS = 1, 2
"""Header flags."""
SAME = -1
"""As the output of an arc: what it takes."""
LONGEST_NAME = 4096
"""Bytes of the longest symbol or type name that is believed."""


class FstFormatError(ValueError):
    """These bytes are not an OpenFst file that we can read."""


@dataclass(frozen=True, slots=True, order=True)
class Arc:
    """One transition; the order (label first) is the one that composition needs."""

    label: int
    """Word id that it takes."""
    weight: float
    """Cost, a negative natural logarithm of a probability."""
    target: int
    """State it leads to."""
    output: int = SAME
    """Word id that it gives."""

    @property
    def given(self) -> int:
        """The word id that it gives, told or not."""
        return self.label if self.output == SAME else self.output


@dataclass(slots=True)
class State:
    """One state of a graph under construction."""

    final: float = math.inf
    """Cost of ending here; infinity where an utterance cannot end."""
    arcs: list[Arc] = field(default_factory=list)
    """The transitions out of it, in any order."""


def vector_fst(states: Sequence[State]) -> bytes:
    """The bytes of an OpenFst vector FST over the tropical semiring; the first state is the start."""
    arcs = sum(len(state.arcs) for state in states)
    parts = [fst_header("vector", VECTOR_VERSION), struct.pack("<Qqqq", EXPANDED_MUTABLE, 0, len(states), arcs)]
    for state in states:
        parts.append(struct.pack("<fq", state.final, len(state.arcs)))
        parts += [struct.pack("<iifi", a.label, a.given, a.weight, a.target) for a in sorted(state.arcs)]
    return b"".join(parts)


def fst_header(kind: str, version: int) -> bytes:
    """The beginning of a file without symbol tables; properties, start and counts follow."""
    return struct.pack("<i", FST_MAGIC) + _text(kind) + _text("standard") + struct.pack("<ii", version, 0)


@dataclass(frozen=True, slots=True)
class Header:
    """What stands at the beginning of an FST."""

    kind: str
    """Type of the FST, such as `const` or `vector`."""
    arc_kind: str
    """Type of its arcs; Kaldi uses `standard`."""
    version: int
    """Version of the format of this type."""
    start: int
    """The first state."""
    states: int
    """How many states there are; some types do not tell."""
    arcs: int
    """How many arcs there are; some types do not tell."""
    symbols: Mapping[str, int]
    """The output symbol table, or else the input one; empty if there is none."""


def read_header(stream: BinaryIO) -> Header:
    """Read up to the states; raises FstFormatError if this is no OpenFst file or it ends too early."""
    if _number(stream, "<i") != FST_MAGIC:
        raise FstFormatError("no OpenFst file")
    kind, arc_kind = _string(stream), _string(stream)
    version, flags = _number(stream, "<i"), _number(stream, "<i")
    _number(stream, "<Q")
    start, states, arcs = (_number(stream, "<q") for _ in range(3))
    symbols: dict[str, int] = {}
    for flag in (HAS_INPUT_SYMBOLS, HAS_OUTPUT_SYMBOLS):
        if flags & flag:
            symbols = _symbol_table(stream)
    return Header(kind, arc_kind, version, start, states, arcs, symbols)


def embedded_symbols(stream: BinaryIO) -> dict[str, int]:
    """Word → id from the output symbol table inside an FST of any type; empty if there is none.

    Raises FstFormatError if this is no OpenFst file or it ends too early.
    """
    return dict(read_header(stream).symbols)


def _symbol_table(stream: BinaryIO) -> dict[str, int]:
    """One table: magic, name, next free id, count, then (symbol, id) pairs."""
    if _number(stream, "<i") != SYMBOLS_MAGIC:
        raise FstFormatError("no symbol table where the header promises one")
    _string(stream)
    _number(stream, "<q")
    return {_string(stream): _number(stream, "<q") for _ in range(_number(stream, "<q"))}


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<i", len(data)) + data


def _string(stream: BinaryIO) -> str:
    length = _number(stream, "<i")
    if not 0 <= length <= LONGEST_NAME:
        raise FstFormatError("a name of impossible length")
    return _read(stream, length).decode("utf-8", "replace")


def _number(stream: BinaryIO, code: str) -> int:
    return int(struct.unpack(code, _read(stream, struct.calcsize(code)))[0])


def _read(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise FstFormatError("the file ends too early")
    return data
