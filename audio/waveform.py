"""Sound files of plain samples, from their bytes: WAV, and the AIFF that the speech of macOS writes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audio.errors import AudioFileError
from audio.types import Clip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
"""Format codes of a WAV file."""


@dataclass(frozen=True, slots=True)
class Waveform:
    """Samples as they lie in a file."""

    data: bytes
    """Whole frames."""
    rate: int
    """Frames a second."""
    channels: int
    """Samples in a frame."""
    width: int
    """Bytes of a sample: 1 (unsigned), 2, 3 or 4; as floating point 4 or 8."""
    floating: bool = False
    """Whether samples are floating point from -1 to 1."""
    big_endian: bool = False
    """Whether a sample's first byte is its most significant."""

    def mono(self) -> Clip:
        """The mean of the channels as 16-bit samples at the same rate."""
        if (self.width, self.channels, self.floating, self.big_endian) == (2, 1, False, False):
            return Clip(self.data, self.rate)
        import numpy as np

        frames = self._values().reshape(-1, self.channels).mean(axis=1)
        return Clip(np.clip(np.rint(frames), -32_768, 32_767).astype("<i2").tobytes(), self.rate)

    def _values(self) -> NDArray[np.float64]:
        """All samples in the range of 16 bits."""
        import numpy as np

        order = ">" if self.big_endian else "<"
        if self.floating:
            values = np.frombuffer(self.data, f"{order}f{self.width}").astype(np.float64)
            return np.nan_to_num(values, posinf=0.0, neginf=0.0) * 32_768
        if self.width == 1:
            return (np.frombuffer(self.data, np.uint8).astype(np.float64) - 128) * 256
        if self.width == 3:
            return _widened(self.data, self.big_endian).astype(np.float64) / 65_536
        whole = np.frombuffer(self.data, f"{order}i{self.width}").astype(np.float64)
        return whole / (1 << (8 * (self.width - 2)))


def is_wav(content: bytes) -> bool:
    """Whether these are the first bytes of a WAV file."""
    return content[:4] == b"RIFF" and content[8:12] == b"WAVE"


def read_wav(content: bytes) -> Waveform | None:
    """The samples of a WAV file; None for an encoding that is not plain samples.

    A file whose end is missing, or whose writer never filled in its length, gives what is there.
    Raises AudioFileError when it is damaged.
    """
    shape: tuple[int, int, int, int] | None = None
    for name, body in _chunks(content, "<"):
        if name == b"fmt ":
            shape = _wav_shape(body)
        elif name == b"data" and shape is not None:
            code, channels, rate, width = shape
            plain = {PCM: (1, 2, 3, 4), FLOAT: (4, 8)}.get(code, ())
            return _waveform(body, rate, channels, width, code == FLOAT) if width in plain else None
    raise AudioFileError("The WAV file is damaged: it has no samples.")


def read_aiff(content: bytes) -> Waveform:
    """The samples of an AIFF or AIFF-C file; raises AudioFileError when they are not plain 16-bit samples."""
    shape: tuple[int, int, bool] | None = None
    data = b""
    for name, body in _chunks(content, ">"):
        if name == b"COMM":
            shape = _aiff_shape(body)
        elif name == b"SSND" and len(body) >= 8:
            data = body[8 + struct.unpack(">I", body[:4])[0] :]
    if shape is None:
        raise AudioFileError("The AIFF file is damaged or compressed.")
    channels, rate, big_endian = shape
    return _waveform(data, rate, channels, 2, False, big_endian)


def _chunks(content: bytes, order: str) -> Iterator[tuple[bytes, bytes]]:
    place = 12
    while place + 8 <= len(content):
        name, length = struct.unpack(order + "4sI", content[place : place + 8])
        yield name, content[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def _wav_shape(body: bytes) -> tuple[int, int, int, int]:
    """Code, channels, rate and bytes of a sample."""
    if len(body) < 16:
        raise AudioFileError("The WAV file is damaged: its format is cut off.")
    code, channels, rate, _, _, bits = struct.unpack("<HHIIHH", body[:16])
    if code == EXTENSIBLE and len(body) >= 26:
        (code,) = struct.unpack("<H", body[24:26])
    return code, channels, rate, (bits + 7) // 8


def _aiff_shape(body: bytes) -> tuple[int, int, bool] | None:
    """Channels, rate and byte order; None if the samples are not plain 16-bit ones."""
    if len(body) < 18:
        return None
    channels, _, bits = struct.unpack(">HIH", body[:8])
    exponent, mantissa = struct.unpack(">HQ", body[8:18])
    rate = round(mantissa * 2.0 ** ((exponent & 0x7FFF) - 16_383 - 63))
    kind = body[18:22] or b"NONE"
    if bits != 16 or kind not in (b"NONE", b"twos", b"sowt"):
        return None
    return channels, rate, kind != b"sowt"


def _waveform(data: bytes, rate: int, channels: int, width: int, floating: bool, big: bool = False) -> Waveform:
    if not 1 <= channels <= 64 or not 1_000 <= rate <= 768_000:
        raise AudioFileError(f"The sound has {channels} channels at {rate} Hz, which cannot be right.")
    whole = len(data) - len(data) % (channels * width)
    return Waveform(data[:whole], rate, channels, width, floating, big)


def _widened(data: bytes, big_endian: bool) -> NDArray[Any]:
    """24-bit samples as the upper three bytes of 32-bit ones."""
    import numpy as np

    triples = np.frombuffer(data, np.uint8).reshape(-1, 3)
    wide = np.zeros((len(triples), 4), np.uint8)
    wide[:, 1:] = triples[:, ::-1] if big_endian else triples
    return wide.view("<i4").ravel()
