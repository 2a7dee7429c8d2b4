"""Reading lines of a log, those that lie close together at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from assistant.journal.disk import trouble
from assistant.journal.lines import DamagedError, Document, Line, decode, unseal
from assistant.journal.log import Damage, Log, Place

_GAP = 4096
"""Bytes between two lines that are cheaper to read than to skip."""
_BLOCK = 1 << 20
_AT_ONCE = 512


def raw_lines(log: Log, places: Iterable[Place]) -> Iterator[tuple[Place, bytes]]:
    """Each place and the bytes of the line there, in the order given. Damaged lines are noted and left out."""
    remaining = iter(places)
    while some := list(itertools.islice(remaining, _AT_ONCE)):
        for place, raw in zip(some, _raw(log, some), strict=True):
            try:
                yield place, unseal(raw)
            except DamagedError:
                _note(log, place)


def lines(log: Log, places: Iterable[Place]) -> Iterator[tuple[Place, Line]]:
    """Each place and the line there; damaged ones are noted and left out."""
    for place, raw in raw_lines(log, places):
        try:
            line = decode(raw)
        except DamagedError:
            _note(log, place)
            continue
        if isinstance(line, Line):
            yield place, line


def documents(log: Log, places: Iterable[Place]) -> Iterator[tuple[int, Document]]:
    """Document ids and fresh copies of the documents at these places."""
    return ((place.spot.doc, line.doc) for place, line in lines(log, places) if isinstance(line.doc, dict))


def _note(log: Log, place: Place) -> None:
    stretch = ((place.spot.offset, place.spot.length),)
    damage = Damage(log.segments[place.segment].path, stretch, torn=False)
    if damage not in log.damage:
        log.damage.append(damage)


def _raw(log: Log, places: list[Place]) -> list[bytes]:
    order = sorted(range(len(places)), key=lambda at: (places[at].segment, places[at].spot.offset))
    found = [b""] * len(places)
    start = 0
    while start < len(order):
        end = _block_end(places, order, start)
        first, last = places[order[start]], places[order[end - 1]].spot
        base = first.spot.offset
        block = _read(log, first.segment, base, last.offset + last.length - base)
        for at in order[start:end]:
            offset = places[at].spot.offset - base
            found[at] = block[offset : offset + places[at].spot.length]
        start = end
    return found


def _read(log: Log, position: int, offset: int, length: int) -> bytes:
    try:
        return log.disk.read(log.segments[position].handle, offset, length)
    except OSError as error:
        raise trouble(error, "be read") from error


def _block_end(places: list[Place], order: list[int], start: int) -> int:
    """How far in `order` one block reaches that is worth reading whole."""
    base = places[order[start]]
    reached = base.spot.offset + base.spot.length
    for at in range(start + 1, len(order)):
        place = places[order[at]]
        near = place.spot.offset - reached <= _GAP and place.spot.offset - base.spot.offset < _BLOCK
        if place.segment != base.segment or not near:
            return at
        reached = place.spot.offset + place.spot.length
    return len(order)
