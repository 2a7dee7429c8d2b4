"""Whether both partners agreed to keep their words."""

from __future__ import annotations

from enum import StrEnum


class Consent(StrEnum):
    """What both said about keeping words in the journal."""

    UNASKED = "unasked"
    """Nobody was asked yet: the greeting says what is kept, where, and how to keep nothing."""
    GIVEN = "given"
    """Both agreed at set-up."""
    REFUSED = "refused"
    """They did not; rituals are led, and nothing is kept."""

    @property
    def keeps(self) -> bool:
        """Whether words may be written down."""
        return self is not Consent.REFUSED
