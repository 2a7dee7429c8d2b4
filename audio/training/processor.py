"""What the processor does fast."""

from __future__ import annotations

from pathlib import Path


def short_is_fast() -> bool:
    """Whether it multiplies matrices of 16-bit numbers (bfloat16) several times faster than others: AMX."""
    told = Path("/proc/cpuinfo")
    return told.exists() and "amx_bf16" in told.read_text()
