"""How much one client may ask for, and for how long; whatever clients do, the service stays within these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds. Together they bound its memory to 300 MB beside the models."""

    header: int = 16_384
    """Bytes of an event's first line; `info` of other services is the longest in use, about 5,000."""
    data: int = 65_536
    """Bytes of the data that may follow the first line."""
    payload: int = 1_048_576
    """Bytes of an event's payload, half a minute of speech; usual are some thousand. In a first event as `data`."""
    speech: float = 60.0
    """Seconds of sound in one request; Home Assistant stops listening after 15."""
    rates: tuple[int, int] = (8_000, 48_000)
    """Lowest and highest samples a second."""
    text: int = 4_000
    """Characters of a text to answer or to speak: five minutes of speech."""
    connections: int = 24
    """Clients at the same time; one more, and the one silent for longest is let go."""
    turn: float = 20.0
    """Time that a request may take when all clients are being answered and one more wants to ask."""
    strangers: int = 256
    """Clients beside these that have asked for nothing yet; one more, and the one that came first is let go."""
    conversations: int = 64
    """Conversations at the same time; one more, and the one that matters least is ended."""
    turns: int = 200
    """Sentences in one conversation; after so many it begins anew."""
    first: float = 10.0
    """Time that a new client may take for its first event."""
    frame: float = 10.0
    """Time that an event may take from its first byte to its last."""
    idle: float = 1_800.0
    """Time that a client may be silent between events, and a conversation between sentences."""
    write: float = 10.0
    """Time that a client may take to read what it is sent."""
    wait: float = 60.0
    """Time that a request may wait until the ear is free, or until another client has been answered."""
    saves: int = 200
    """Entries that the journal takes from clients in an hour; a ritual makes about ten."""
