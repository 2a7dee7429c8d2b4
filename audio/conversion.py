"""From the shape in which a device records to the one that everything is heard in."""

from __future__ import annotations

from collections.abc import Callable

from audio.types import EAR_RATE


def converter(rate: int, channels: int) -> Callable[[bytes], bytes]:
    """From what the device delivers to 16 kHz mono; keeps its state from chunk to chunk."""
    if (rate, channels) == (EAR_RATE, 1):
        return bytes
    import numpy as np
    import soxr

    stream = soxr.ResampleStream(rate, EAR_RATE, 1, dtype="float32", quality="HQ")

    def convert(pcm: bytes) -> bytes:
        frames = np.frombuffer(pcm, "<i2").reshape(-1, channels).mean(axis=1, dtype=np.float32)
        samples = stream.resample_chunk(frames) if rate != EAR_RATE else frames
        return bytes(np.clip(np.rint(samples), -32_768, 32_767).astype("<i2").tobytes())

    return convert
