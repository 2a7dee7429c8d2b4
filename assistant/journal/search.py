"""Finding documents of a log through its index."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta

from assistant.journal.log import Log, Place
from assistant.journal.records import Query
from assistant.journal.rows import EARLIEST, EPOCH, TIMELESS, bounds


def period(log: Log, table: str) -> tuple[datetime, datetime] | None:
    """From the first time in a table (inclusive) to the last (exclusive); None when nothing in it has a time."""
    rows = (one.rows(table) for one in log.segments)
    spans = [each.span() for each in rows if each is not None]
    first = min((span.first for span in spans if span.last > TIMELESS), default=None)
    if first is None:
        return None
    last = max(span.last for span in spans)
    return EPOCH + timedelta(microseconds=max(first, EARLIEST)), EPOCH + timedelta(microseconds=last + 1)


def count(log: Log, table: str, query: Query) -> int:
    """How many rows match, as `find` would find them; without reading any document."""
    total = 0
    for position in _in_period(log, table, query, newest_first=False):
        rows = log.segments[position].rows(table)
        if rows is None:
            continue
        if log.replaced.get(table):
            total += sum(1 for spot in rows.find(query) if log.live(table, spot.doc, position))
        else:
            total += rows.count(query)
    return total


def find(log: Log, table: str, query: Query, *, newest_first: bool = False, limit: int | None = None) -> list[Place]:
    """Places of what matches, by time; those of `limit` documents and of all others at the same last moment.

    `query.session` may let a stranger through, and so may `query.ids`.
    """
    if query.ids:
        return _by_entry(log, table, query)
    found: list[Place] = []
    for position in _in_period(log, table, query, newest_first=newest_first):
        if limit is not None and _enough(log, table, found, position, limit, newest_first=newest_first):
            break
        rows = log.segments[position].rows(table)
        spots = rows.find(query, newest_first=newest_first) if rows else iter(())
        live = (Place(position, spot) for spot in spots if log.live(table, spot.doc, position))
        found += live if limit is None else _first(live, limit)
    found.sort(key=lambda place: place.spot.time, reverse=newest_first)
    if limit is not None and len(found) > limit:
        edge = found[limit - 1].spot.time if limit else None
        found = [place for at, place in enumerate(found) if at < limit or place.spot.time == edge]
    return found


def _first(places: Iterator[Place], limit: int) -> Iterator[Place]:
    """The first `limit` places, and all others at the same moment as the last of them."""
    edge: int | None = None
    for taken, place in enumerate(places, 1):
        if taken > limit and place.spot.time != edge:
            return
        edge = place.spot.time if taken <= limit else edge
        yield place


def _in_period(log: Log, table: str, query: Query, *, newest_first: bool) -> list[int]:
    """Positions of segments with something in the query's period, in order of their times."""
    since, until = bounds(query)
    spans = [(position, one.spans.get(table)) for position, one in enumerate(log.segments)]
    growing = [position for position, span in spans if span is None and log.segments[position].count(table)]
    timed = [(position, span) for position, span in spans if span and span.last >= since and span.first < until]
    timed.sort(key=lambda item: item[1].last if newest_first else item[1].first, reverse=newest_first)
    return growing + [position for position, _ in timed]


def _enough(log: Log, table: str, found: list[Place], position: int, limit: int, *, newest_first: bool) -> bool:
    """Whether no segment from here on can hold one of the first `limit` documents."""
    span = log.segments[position].spans.get(table)
    if span is None or len(found) < limit:
        return False
    times = (place.spot.time for place in found)
    if newest_first:
        return limit == 0 or heapq.nlargest(limit, times)[-1] > span.last
    return limit == 0 or heapq.nsmallest(limit, times)[-1] < span.first


def _by_entry(log: Log, table: str, query: Query) -> list[Place]:
    since, until = bounds(query)
    found = {place for identity in query.ids for place in bearers(log, table, identity)}
    return sorted((place for place in found if since <= place.spot.time < until), key=lambda item: item.spot.time)


def bearers(log: Log, table: str, identity: str) -> Iterator[Place]:
    """Places of documents that may bear this entry id."""
    growing = not log.segments or identity > log.high_entry.get(table, "")
    for position in range(max(len(log.segments) - 1, 0) if growing else 0, len(log.segments)):
        one = log.segments[position]
        span = one.spans.get(table)
        if span is not None and not span.low_entry <= identity <= span.high_entry:
            continue
        for spot in rows.entry(identity) if (rows := one.rows(table)) else ():
            if log.live(table, spot.doc, position):
                yield Place(position, spot)
