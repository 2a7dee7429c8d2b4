"""What is told without words."""

from enum import StrEnum


class Earcon(StrEnum):
    """Soft sounds."""

    LISTENING = "listening"
    """Your turn to speak."""
    HEARD = "heard"
    """An answer was heard that is not kept."""
    SAVED = "saved"
    """Words were kept."""
    NOT_UNDERSTOOD = "not_understood"
    """Something was said but not understood."""
    TIME = "time"
    """A time is over; go on when you are ready."""
    ERROR = "error"
    """Something does not work."""
