"""Identifiers that sort by time: 48 bits of milliseconds and 80 bits of chance, in Crockford's base 32 (ULID)."""

from __future__ import annotations

import hashlib
import secrets
import threading
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHANCE = 80
_LATEST = (1 << 48) - 1
_lock = threading.Lock()
_last = 0


def new_id(now: datetime) -> str:
    """A new identifier of 26 characters, greater than every one that this process made before."""
    global _last
    with _lock:
        fresh = _milliseconds(now) << _CHANCE | secrets.randbits(_CHANCE - 1)
        _last = fresh if fresh > _last else _last + 1
        return _text(_last)


def id_for(time: datetime, material: str) -> str:
    """The same identifier for the same time and material, whenever it is asked for: what imports are keyed by."""
    digest = hashlib.blake2b(material.encode("utf-8", "replace"), digest_size=_CHANCE // 8).digest()
    return _text(_milliseconds(time) << _CHANCE | int.from_bytes(digest))


def _milliseconds(time: datetime) -> int:
    return min(max((time - _EPOCH) // timedelta(milliseconds=1), 0), _LATEST)


def _text(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
