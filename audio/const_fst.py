"""OpenFst's constant FST: read, changed and written again. openfst.py describes the header.

After the header come the states (final weight, place of the first arc, counts of arcs and of epsilon arcs) and then
all arcs; in files of version 1 each block begins at a multiple of 16 bytes.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audio.openfst import FstFormatError, fst_header, read_header

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TYPE = "const"
ALIGNED, PACKED = 1, 2
"""Versions of the format: blocks begin at multiples of `ALIGNMENT` bytes, or follow each other."""
ALIGNMENT = 16
EXPANDED = 0x1
"""The one property bit that is told; all others are left for the reader to find out."""
STATE = [("final", "<f4"), ("first", "<u4"), ("arcs", "<u4"), ("input_epsilons", "<u4"), ("output_epsilons", "<u4")]
ARC = [("input", "<i4"), ("output", "<i4"), ("weight", "<f4"), ("target", "<i4")]
Path = tuple[Sequence[int], Sequence[int]]
"""Inputs, and as many outputs."""
_Arc = tuple[int, int, float, int]


@dataclass(frozen=True, slots=True)
class ConstFst:
    """All states and arcs of a constant FST over the tropical semiring."""

    start: int
    """The first state."""
    states: NDArray[np.void]
    """Records of `STATE`."""
    arcs: NDArray[np.void]
    """Records of `ARC`, those of one state beside each other."""

    @classmethod
    def read(cls, data: bytes) -> ConstFst:
        """Raises FstFormatError if this is no whole constant FST."""
        return cls.parse(data, 0)[0]

    @classmethod
    def parse(cls, data: bytes, begin: int) -> tuple[ConstFst, int]:
        """One that begins there, and where it ends; raises FstFormatError."""
        import numpy as np

        stream = io.BytesIO(data)
        stream.seek(begin)
        header = read_header(stream)
        if header.kind != TYPE or header.arc_kind != "standard":
            raise FstFormatError(f"a graph of type {header.kind}")
        aligned = header.version == ALIGNED

        def block(form: list[tuple[str, str]], count: int, at: int) -> tuple[NDArray[Any], int]:
            first = -(-at // ALIGNMENT) * ALIGNMENT if aligned else at
            kind = np.dtype(form)
            end = first + kind.itemsize * count
            if count < 0 or end > len(data):
                raise FstFormatError("the file ends too early")
            return np.frombuffer(data, kind, count, first), end

        states, end = block(STATE, header.states, stream.tell())
        arcs, end = block(ARC, header.arcs, end)
        return cls(header.start, states, arcs), end

    def with_paths(self, at: int, paths: Iterable[Path], first: float, each: float = 0.0) -> ConstFst:
        """The same with loops from state `at` to itself, as a prefix tree: each takes some inputs and gives as many
        outputs. The first arc of each costs `first`, every further one `each`."""
        import numpy as np

        loops, further = _tree(paths, at, len(self.states), first, each)
        begin, own = int(self.states[at]["first"]), int(self.states[at]["arcs"])
        merged = np.concatenate([self.arcs[begin : begin + own], np.array(loops, np.dtype(ARC))])
        merged = merged[np.argsort(merged["input"], kind="stable")]
        chain = np.array([arc for arcs in further for arc in sorted(arcs)], np.dtype(ARC))
        states = self.states.copy()
        states["first"] += np.where(states["first"] >= begin + own, len(loops), 0).astype(np.uint32)
        states[at]["first"], states[at]["arcs"] = begin, own + len(loops)
        more = np.zeros(len(further), np.dtype(STATE))
        more["final"], more["arcs"] = np.inf, [len(arcs) for arcs in further]
        more["first"] = len(self.arcs) + len(loops) + np.cumsum(more["arcs"]) - more["arcs"]
        arcs = [self.arcs[:begin], merged, self.arcs[begin + own :], chain]
        return ConstFst(self.start, np.concatenate([states, more]), np.concatenate(arcs))

    def to_bytes(self) -> bytes:
        """The file."""
        counts = struct.pack("<Qqqq", EXPANDED, self.start, len(self.states), len(self.arcs))
        return fst_header(TYPE, PACKED) + counts + self.states.tobytes() + self.arcs.tobytes()


def _tree(
    paths: Iterable[Path], root: int, states: int, first: float, each: float
) -> tuple[list[_Arc], list[list[_Arc]]]:
    """The arcs that leave the root, and those of each further state; these are numbered from `states` on."""
    nodes: list[list[_Arc]] = [[]]
    children: dict[tuple[int, int, int], int] = {}
    for inputs, outputs in paths:
        here = 0
        for place, (heard, written) in enumerate(zip(inputs, outputs, strict=True)):
            weight = each if here else first
            if place == len(inputs) - 1:
                nodes[here].append((heard, written, weight, root))
                break
            child = children.get((here, heard, written))
            if child is None:
                child = children[here, heard, written] = len(nodes)
                nodes[here].append((heard, written, weight, states + child - 1))
                nodes.append([])
            here = child
    return nodes[0], nodes[1:]
