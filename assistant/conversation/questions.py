"""Questions the assistant asks between rituals. Pure values."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.conversation.memory import Unfinished
from assistant.journal.records import CheckIn, Query


@dataclass(frozen=True, slots=True)
class WhoSaid:
    """Which of the two said these words; they are kept in any case."""

    entry: CheckIn
    """The words, without a speaker yet."""


@dataclass(frozen=True, slots=True)
class ResumeOffer:
    """Whether to go on with an interrupted session."""

    unfinished: Unfinished
    """The session."""


@dataclass(frozen=True, slots=True)
class ForgetConfirm:
    """Whether these entries shall really be deleted."""

    query: Query
    """Which."""


@dataclass(frozen=True, slots=True)
class WhoseWords:
    """Whose words shall be deleted: everyone deletes their own, and only their own."""

    query: Query
    """Which entries, of either partner."""


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """Whether both agree to keep their words, asked before the first of them are kept."""

    then: Unfinished | CheckIn
    """The session that begins after the answer, or the words that wait for it."""


Question = WhoSaid | ResumeOffer | ForgetConfirm | WhoseWords | ConsentAsked
