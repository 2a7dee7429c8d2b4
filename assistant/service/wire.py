"""Events off the wire and onto it. What comes in is bounded in size and time before anything of it is parsed.

The reader of the `wyoming` library takes any length that an event claims and waits for ever, and to it a broken header
looks like a client that hung up; so events are read here, and only written by the library.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from wyoming.event import Event, async_write_event

from assistant.service.limits import Limits

Length = Annotated[int, Meta(ge=0)]


class RefusedError(Exception):
    """A client broke the protocol or a limit; it is told the message, and the connection is closed."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of an event."""

    type: Annotated[str, Meta(min_length=1, max_length=100)]
    """Its kind, such as `describe`."""
    data: dict[str, Any] | None = None
    """Its values, from clients that put them into the first line."""
    data_length: Length | None = None
    """Bytes of JSON after the first line, with more values."""
    payload_length: Length | None = None
    """Bytes of sound after those."""


async def read_event(reader: asyncio.StreamReader, limits: Limits, *, known: bool) -> Event | None:
    """The next event of a client, `known` if it is not its first; None when it hung up between two events.

    Raises RefusedError for anything that is no event, is too large or comes too slowly.
    """
    try:
        async with asyncio.timeout(limits.idle if known else limits.first):
            first = await reader.read(1)
    except TimeoutError as error:
        raise RefusedError("Nothing came for too long.") from error
    if not first:
        return None
    try:
        async with asyncio.timeout(limits.frame):
            return await _rest(first, reader, limits, limits.payload if known else limits.data)
    except TimeoutError as error:
        raise RefusedError("The event did not come to its end in time.") from error
    except asyncio.IncompleteReadError as error:
        raise RefusedError("The event was cut off.") from error
    except asyncio.LimitOverrunError as error:
        raise RefusedError(f"The first line of an event has at most {limits.header} bytes.") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise RefusedError("The event is not the JSON of the Wyoming protocol.") from error


async def write_event(writer: asyncio.StreamWriter, event: Event, limits: Limits) -> None:
    """Send an event; raises RefusedError when the client does not read it, OSError when it has gone."""
    if writer.is_closing():
        # From Python 3.12 on, writing to a connection that is lost would raise an AttributeError.
        raise ConnectionResetError
    try:
        async with asyncio.timeout(limits.write):
            await async_write_event(event, writer)
    except TimeoutError as error:
        raise RefusedError("What was sent was not read in time.") from error


async def _rest(first: bytes, reader: asyncio.StreamReader, limits: Limits, most: int) -> Event:
    """An event whose first byte has come, with `most` bytes of payload; the reader itself limits the first line."""
    line = first if first == b"\n" else first + await reader.readuntil(b"\n")
    header = msgspec.json.decode(line, type=Header)
    data = header.data or {}
    if header.data_length:
        _within(header.data_length, limits.data, "data")
        data |= msgspec.json.decode(await reader.readexactly(header.data_length), type=dict[str, Any])
    payload = b""
    if header.payload_length:
        _within(header.payload_length, most, "payload")
        payload = await reader.readexactly(header.payload_length)
    return Event(header.type, data, payload or None)


def _within(length: int, limit: int, what: str) -> None:
    if length > limit:
        raise RefusedError(f"The {what} of an event has at most {limit} bytes.")
