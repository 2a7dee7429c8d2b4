"""Whether both partners agreed to keep their words."""

from __future__ import annotations

from enum import StrEnum


class Consent(StrEnum):
    """What both said about keeping words in the journal."""

    UNASKED = "unasked"
    """Nobody was asked yet: both are, before the first words are kept."""
    GIVEN = "given"
    """Both agreed."""
    REFUSED = "refused"
    """One of them did not, or withdrew; rituals are led, and nothing is kept."""
