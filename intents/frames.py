"""What people wrap a request in: "can you … please", "let's … now". A wrapped sentence means what stands inside."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

Frame = tuple[str, ...]
"""The words of a frame, or of a part of one."""


@dataclass(frozen=True, slots=True)
class Core:
    """A stretch of a sentence that may stand for the whole."""

    start: int
    """Position of its first word."""
    end: int
    """Position behind its last word."""
    wished: bool
    """Whether a wish was taken off, such as "i want to"."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The wrappings of one language."""

    before: frozenset[Frame] = frozenset()
    """What may come first."""
    wishes: frozenset[Frame] = frozenset()
    """What may come first, but not before what works at every moment: "i want to help" is an answer."""
    after: frozenset[Frame] = frozenset()
    """What may come last."""

    def cores(self, said: Sequence[str]) -> Iterator[Core]:
        """What is left when frames are taken off, the longest first; the whole sentence is not among it."""
        asked = _reached(said, self.before)
        backwards = {tuple(reversed(frame)) for frame in self.after}
        ends = {len(said) - taken for taken in _reached(said[::-1], backwards)}
        found = [
            Core(start, end, start not in asked)
            for start in _reached(said, self.before | self.wishes)
            for end in ends
            if start < end and (start, end) != (0, len(said))
        ]
        yield from sorted(found, key=lambda core: (core.start - core.end, core.start))


def _reached(said: Sequence[str], frames: Collection[Frame]) -> set[int]:
    """Positions that can be reached from the beginning over whole frames."""
    found, waiting = {0}, [0]
    while waiting:
        here = waiting.pop()
        fitting = {here + len(frame) for frame in frames if tuple(said[here : here + len(frame)]) == frame}
        waiting += fitting - found
        found |= fitting
    return found
