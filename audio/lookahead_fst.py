"""OpenFst's `olabel_lookahead`, the form of HCLr.fst, cut down to some of its words.

After the header come a magic number, a whole constant FST, and for each of its states the intervals of word ids that
can be reached from it. A list of phrases needs a twentieth of the embedded model's, and Vosk loads one for each list.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING

from audio.const_fst import PACKED, STATE, ConstFst
from audio.openfst import FstFormatError, read_header

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TYPE = "olabel_lookahead"
MAGIC = 446_681_434
"""Before the constant FST."""
OUTPUT_REACH = bytes((1, 0, 1, 0, 0))
"""What follows it is there: nothing about inputs, something about outputs, without a table of new ids."""
INTERVAL = 8
"""Bytes of two word ids."""


def only_words(data: bytes, words: Iterable[int]) -> bytes:
    """The graph without the paths that give other words; raises FstFormatError if it is no such graph.

    Composed with a grammar of these words alone it is the same graph: what is left out could not be entered.
    """
    stream = io.BytesIO(data)
    try:
        kind = read_header(stream).kind
        (magic,) = struct.unpack("<i", stream.read(4))
        if kind != TYPE or magic != MAGIC:
            raise FstFormatError(f"a graph of type {kind}")
        begin = stream.tell()
        inner = read_header(stream)
        if inner.version != PACKED or inner.symbols:
            raise FstFormatError("a constant graph of an older version, or one with symbols")
        graph, end = ConstFst.parse(data, begin)
        final, reach = _reach(data, end, len(graph.states))
    except struct.error as error:
        raise FstFormatError("the file ends too early") from error
    alive, kept = _useful(graph, words)
    header = data[: stream.tell() - 24]  # start and the counts of states and arcs are its end
    small = _without(graph, alive, kept)
    counts = struct.pack("<qqq", small.start, len(small.states), len(small.arcs))
    sets = b"".join(part for part, lives in zip(reach, alive, strict=True) if lives)
    about = OUTPUT_REACH + struct.pack("<iq", final, len(small.states))
    return header + counts + small.states.tobytes() + small.arcs.tobytes() + about + sets


def _reach(data: bytes, at: int, states: int) -> tuple[int, list[bytes]]:
    """The id that stands for an end, and the bytes of each state's intervals."""
    if data[at : at + len(OUTPUT_REACH)] != OUTPUT_REACH:
        raise FstFormatError("another kind of lookahead")
    at += len(OUTPUT_REACH)
    final, count = struct.unpack_from("<iq", data, at)
    if count != states:
        raise FstFormatError("not every state has its lookahead")
    at += 12
    found = []
    for _ in range(states):
        (intervals,) = struct.unpack_from("<q", data, at)
        end = at + 8 + INTERVAL * intervals + 4
        if not at < end <= len(data):
            raise FstFormatError("the file ends too early")
        found.append(data[at:end])
        at = end
    return final, found


def _useful(graph: ConstFst, words: Iterable[int]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The states and the arcs on a way from the start to an end that gives no other words."""
    import numpy as np

    sources, targets = _sources(graph), graph.arcs["target"]
    kept = np.isin(graph.arcs["output"], [0, *words])
    ahead = np.zeros(len(graph.states), bool)
    ahead[graph.start] = True
    back = np.isfinite(graph.states["final"])
    for reached, here, there in ((ahead, sources, targets), (back, targets, sources)):
        before = -1
        while before != (count := int(reached.sum())):
            before = count
            reached[there[kept & reached[here]]] = True
    alive = ahead & back
    return alive, kept & alive[sources] & alive[targets]


def _without(graph: ConstFst, alive: NDArray[np.bool_], kept: NDArray[np.bool_]) -> ConstFst:
    """The graph of these states and arcs alone."""
    import numpy as np

    number = np.cumsum(alive) - 1
    arcs, sources = graph.arcs[kept].copy(), number[_sources(graph)[kept]]
    arcs["target"] = number[arcs["target"]]
    states = np.zeros(int(alive.sum()), np.dtype(STATE))
    states["final"] = graph.states["final"][alive]
    for name, counted in (
        ("arcs", slice(None)),
        ("input_epsilons", arcs["input"] == 0),
        ("output_epsilons", arcs["output"] == 0),
    ):
        states[name] = np.bincount(sources[counted], minlength=len(states))
    states["first"] = np.cumsum(states["arcs"]) - states["arcs"]
    return ConstFst(int(number[graph.start]), states, arcs)


def _sources(graph: ConstFst) -> NDArray[np.int64]:
    """The state that each arc leaves."""
    import numpy as np

    return np.repeat(np.arange(len(graph.states)), graph.states["arcs"])
