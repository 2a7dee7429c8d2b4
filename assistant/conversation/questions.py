"""Questions the assistant asks between rituals, and how it asks them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.conversation.memory import Unfinished
from assistant.conversation.setting import Setting
from assistant.events import Asked, Say
from assistant.journal.records import CheckIn, Query
from prompts.types import Begins

ANSWERS = frozenset({"yes", "no", "stop", "pass", "skip", "say_who"})
"""Sentences that settle a question."""


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
    anew: Unfinished | WhoBegins | None = None
    """What begins instead, where the ritual was asked for; None where nobody did."""


@dataclass(frozen=True, slots=True)
class ForgetConfirm:
    """Whether these entries shall really be deleted."""

    query: Query
    """Which."""
    count: int
    """How many there are."""


@dataclass(frozen=True, slots=True)
class WhoseWords:
    """Whose words shall be deleted or counted: everyone's own, and only their own."""

    query: Query
    """Which entries, of either partner."""
    topic: str = "forget"
    """What is to be done with them: `forget`, or `hold` to count them."""


@dataclass(frozen=True, slots=True)
class WhoBegins:
    """Who starts a session in which the two do not alternate."""

    plan: Unfinished
    """The session; who starts it is not known yet."""


@dataclass(frozen=True, slots=True)
class DidYouMean:
    """Whether this is what was said; without a yes nothing is done."""

    sentence: str
    """A known sentence."""
    near: tuple[str, ...] = ()
    """Others that look like it."""


@dataclass(frozen=True, slots=True)
class MayKeep:
    """Whether this person agrees that words are kept; the second is asked when the first does."""

    name: str
    """Who is asked."""
    then: Asked | None = None
    """What was asked for before, which goes on once this is settled."""


@dataclass(frozen=True, slots=True)
class StopKeeping:
    """Whether from now on nothing shall be kept."""


Question = WhoSaid | ResumeOffer | ForgetConfirm | WhoseWords | WhoBegins | DidYouMean | MayKeep | StopKeeping


def wording(question: Question, setting: Setting) -> Say:
    """How the question is asked."""
    first, second = setting.partners
    match question:
        case WhoSaid():
            return setting.say("who_said", first=first, second=second)
        case ResumeOffer(unfinished=unfinished):
            return setting.say("ritual_resume_offer", title=setting.rituals[unfinished.ritual].title)
        case ForgetConfirm(count=count):
            return setting.say("forget_confirm", count=count)
        case WhoseWords(topic=topic):
            return setting.say(f"{topic}_whose", first=first, second=second)
        case MayKeep(name=name):
            return setting.say("may_keep" if name == first else "may_keep_too", name=name)
        case StopKeeping():
            return setting.say("stop_keeping")
        case DidYouMean(sentence=sentence):
            return setting.say("did_you_mean", example=sentence)
        case WhoBegins(plan=plan):
            alone = setting.rituals[plan.ritual].begins is Begins.ALONE
            return setting.say("who_is_it" if alone else "who_begins", first=first, second=second)
