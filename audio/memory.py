"""Memory that was freed and is still held by the C library, which glibc does not give back by itself."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any


def give_back() -> None:
    """Give it back to the system: Kaldi takes and frees many small pieces, and the holes between them only grow.

    Nothing happens where the C library is another one than glibc. Takes about a millisecond.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
