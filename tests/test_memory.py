"""Memory that was freed is given back to the system, where the C library can."""

from __future__ import annotations

import ctypes
import os
import platform

import psutil

from audio.memory import give_back

SIZE, COUNT = 4_096, 20_000


def test_what_was_freed_in_small_pieces_is_given_back() -> None:
    process = psutil.Process(os.getpid())
    if platform.libc_ver()[0] != "glibc":
        give_back()
        return
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    pieces = [library.malloc(SIZE) for _ in range(COUNT)]
    for piece in pieces:
        ctypes.memset(piece, 1, SIZE)
    keep = pieces.pop()
    for piece in pieces:
        library.free(ctypes.c_void_p(piece))
    held = process.memory_info().rss
    give_back()
    assert held - process.memory_info().rss > 0.8 * SIZE * COUNT, "the last piece held all of it"
    library.free(ctypes.c_void_p(keep))
