"""The typed records of the journal. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

KEPT = "kept"
"""Kind of the entry that says that a session took place; its text is empty."""

APPRECIATION = "appreciation"
"""Kind of an entry in which one partner thanks or appreciates the other."""

SEALED = "sealed"
"""Kind of an entry that only its speaker's passphrase opens; its text is empty."""

PLAN = "plan"
"""Kind of an entry that says what the two will do together."""

PLAN_KEPT = "plan_kept"
"""Kind of the entry that says that they did it; it means their latest plan before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One thing that was said, or one session that took place."""

    id: str
    """Unique for ever: 26 characters that sort by time of making (ULID)."""
    time: datetime
    """When it was said, with its zone."""
    session: str
    """Id shared by all entries of one sitting."""
    ritual: str
    """Id of the ritual; `moment` for words said outside of one."""
    practice: str
    """Which of the ten practices it belongs to."""
    prompt: str
    """Id of the prompt it answers; empty without one."""
    speaker: str
    """Name of the person who said it; empty when both or unknown."""
    about: str = ""
    """Name of the person it is for, such as the one who is thanked; empty when nobody in particular."""
    kind: str
    """`appreciation`, `gratitude`, `wish`, `day_ahead`, `rating`, `plan`, `kept` and others that rituals name."""
    text: str
    """The words as they were heard or typed."""
    confidence: float = 1.0
    """How sure the hearing was, 0 to 1; 1 for typed words."""
    private: bool = False
    """Whether it belongs to its speaker alone."""
    seconds: float = 0.0
    """For `kept`: how long the session took."""
    sealed: str = ""
    """All that says what a private entry is about, encrypted for its speaker (`sealing`); empty once it is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which entries are meant; empty fields match everything."""

    since: datetime | None = None
    """Not before this time (inclusive)."""
    until: datetime | None = None
    """Before this time (exclusive)."""
    speaker: str = ""
    """Said by this person."""
    practice: str = ""
    """Of this practice."""
    ritual: str = ""
    """Of this ritual."""
    kind: str = ""
    """Of this kind."""
    session: str = ""
    """Of this sitting."""
    ids: tuple[str, ...] = ()
    """Exactly these entries; empty for any."""
