"""Writing segments anew, without the lines that no longer count."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from assistant.journal.disk import put_in_place
from assistant.journal.lines import SCHEMA, Header, Line, decode, encode, encode_header
from assistant.journal.log import Log
from assistant.journal.scan import Mark, scan
from assistant.journal.segment import Segment

Keep = Callable[[Mark], bool]
Doomed = Callable[[int, Mark], bool]


def rewrite(log: Log, position: int, keep: Keep) -> None:
    """Put a segment in place that has only the lines to keep; a power cut leaves the old one or the new one."""
    old, last = log.segments[position], position == len(log.segments) - 1
    marks = [mark for mark in scan(log.disk, old.handle, 0, old.size, last=last).marks if keep(mark)]
    header = replace(old.header, round=old.header.round + 1, seq=old.seq, free=dict(old.free), schema=SCHEMA)
    log.adrift = True
    put_in_place(log.disk, old.path, _lines(log, old, header, marks))
    log.segments[position] = _opened(log, old, last=last)
    old.close()
    log.adrift = False


def _opened(log: Log, old: Segment, *, last: bool) -> Segment:
    new = Segment(log.disk, old.path, old.number, write=True)
    try:
        new.read(last=last)
    except BaseException:
        new.close()
        raise
    if not last:
        new.seal(write=True)
    return new


def _lines(log: Log, old: Segment, header: Header, marks: Iterable[Mark]) -> Iterator[bytes]:
    yield encode_header(header)
    for mark in marks:
        raw = log.disk.read(old.handle, mark.offset, mark.length)
        line = decode(raw)
        yield encode(replace(line, more=False)) if isinstance(line, Line) and line.more else raw + b"\n"


def compact(log: Log, positions: Iterable[int] = (), doomed: Doomed | None = None) -> None:
    """Drop every line that a later one replaced, and those that are `doomed`, which lie in the segments at `positions`.

    From the oldest segment to the newest: once a line that removes a document is reached, nothing older is left
    for it to remove.
    """
    for position in sorted({*positions, *_wasteful(log)}):
        rewrite(log, position, _staying(log, position, doomed))
    log.gather()
    _remove_empty(log)


def turn_over(log: Log) -> None:
    """The last segment is full: get rid of waste if it outweighs the rest, or else begin the next segment.

    When the disk refuses, the last segment simply grows on.
    """
    with contextlib.suppress(OSError):
        if sum(one.waste for one in log.segments) > sum(log.size(table) for table in log.tables()):
            compact(log)
        if log.full:
            log.begin(log.segments[-1].number + 1, log.segments[-1].seq)
            log.segments[-2].seal(write=True)
    log.gather()


def _remove_empty(log: Log) -> None:
    """Remove finished segments that say nothing any more."""
    for position in range(len(log.segments) - 2, -1, -1):
        one = log.segments[position]
        if not one.tables() and not one.existing:
            log.disk.remove(one.index_path)
            log.disk.remove(one.path)
            log.segments.pop(position).close()


def _staying(log: Log, position: int, doomed: Doomed | None) -> Keep:
    """What stays in a segment: lines about tables, and the last word on each document that is there."""
    one = log.segments[position]
    counting = set()
    for table in one.tables():
        rows = one.rows(table)
        spots = rows.ordered() if rows else ()
        counting |= {spot.offset for spot in spots if log.live(table, spot.doc, position)}

    def stays(mark: Mark) -> bool:
        return mark.id is None or (mark.offset in counting and not (doomed and doomed(position, mark)))

    return stays


def _wasteful(log: Log) -> set[int]:
    """Positions of segments that hold lines that no longer count, or lines that remove documents."""
    found = {position for position, one in enumerate(log.segments) if one.waste}
    return found | {position for table in log.replaced for position, _ in log.dead(table)}
