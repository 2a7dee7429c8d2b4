"""What one check of the doctor found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found."""

    name: str
    """What was looked at."""
    ok: bool
    """Whether Hearth can work with it."""
    found: str
    """What it is like, in a few words."""
    hint: str = ""
    """What to do about it; empty when there is nothing to do."""
