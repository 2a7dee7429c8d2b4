"""Kaldi's binary format, written without Kaldi, and read back as far as a network needs it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Writer:
    """One file; a context manager."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._file.write(b"\0B")

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def tokens(self, *names: str) -> None:
        """Words such as <Nnet3>."""
        for name in names:
            self._file.write(name.encode() + b" ")

    def text(self, text: str) -> None:
        """As it is."""
        self._file.write(text.encode())

    def integers(self, *values: int) -> None:
        """32-bit."""
        for value in values:
            self._file.write(struct.pack("<bi", 4, value))

    def number(self, value: float) -> None:
        """32-bit."""
        self._file.write(struct.pack("<bf", 4, value))

    def integer_vector(self, values: Iterable[int]) -> None:
        """As WriteIntegerVector does."""
        listed = list(values)
        self._file.write(struct.pack("<bi", 4, len(listed)) + struct.pack(f"<{len(listed)}i", *listed))

    def vector(self, values: ArrayLike) -> None:
        """32-bit floats."""
        floats = np.asarray(values, np.float32)
        self._file.write(b"FV " + struct.pack("<bi", 4, len(floats)) + floats.tobytes())

    def matrix(self, values: NDArray[np.floating]) -> None:
        """16 bits a value, all in one range (Kaldi's compressed matrix CM2)."""
        low, high = float(values.min()), float(values.max())
        span = max(high - low, 1e-6)
        levels = np.clip(np.round((values - low) / span * 65535), 0, 65535).astype("<u2")
        self._file.write(b"CM2 " + struct.pack("<ffii", low, span, *values.shape) + levels.tobytes())


Component = tuple[NDArray[np.float64], NDArray[np.float64]] | NDArray[np.float64]
"""A matrix and a bias, or a vector."""


def read_components(path: Path) -> tuple[dict[str, Component], NDArray[np.float64]]:
    """The affine, scale and bias components of a network that `Writer` wrote, by name, and its priors."""
    content = path.read_bytes()
    found: dict[str, Component] = {}
    for match in re.finditer(rb"<ComponentName> (\S+) <(\w+)> ", content):
        name, place = match.group(1).decode(), match.end()
        match match.group(2):
            case b"FixedAffineComponent":
                matrix, place = _matrix(content, place + len("<LinearParams> "))
                found[name] = (matrix, _vector(content, place + len("<BiasParams> ")))
            case b"FixedScaleComponent":
                found[name] = _vector(content, place + len("<Scales> "))
            case b"FixedBiasComponent":
                found[name] = _vector(content, place + len("<Bias> "))
            case _:
                pass
    return found, _vector(content, content.rfind(b"<Priors> ") + len("<Priors> "))


def _vector(content: bytes, place: int) -> NDArray[np.float64]:
    (count,) = struct.unpack_from("<i", content, place + 4)
    return np.frombuffer(content, "<f4", count, place + 8).astype(np.float64)


def _matrix(content: bytes, place: int) -> tuple[NDArray[np.float64], int]:
    if content[place : place + 4] != b"CM2 ":
        raise ValueError("not a matrix of 16 bits a value")
    low, span, rows, columns = struct.unpack_from("<ffii", content, place + 4)
    levels = np.frombuffer(content, "<u2", rows * columns, place + 20).astype(np.float64)
    return (low + levels / 65535 * span).reshape(rows, columns), place + 20 + 2 * rows * columns
