"""Whether both partners agreed to keep their words."""

from __future__ import annotations

from enum import StrEnum


class Consent(StrEnum):
    """What both said about keeping words in the journal."""

    UNASKED = "unasked"
    """Nobody was asked yet; the first ritual asks."""
    GIVEN = "given"
    """Both agreed."""
    REFUSED = "refused"
    """They did not; rituals are led, and nothing is kept."""

    @property
    def keeps(self) -> bool:
        """Whether words may be written down."""
        return self is Consent.GIVEN
