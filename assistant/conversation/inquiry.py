"""The question that is being asked between rituals: who answers it, and what is said to anything else. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.conversation.misheard import NAMES, Misheard
from assistant.conversation.questions import (
    ANSWERS,
    DidYouMean,
    Question,
    WhoBegins,
    WhoSaid,
    WhoseWords,
    wording,
)
from assistant.conversation.reminding import QUESTION_QUIET
from assistant.conversation.setting import Setting
from assistant.events import Action, Asked, Event, Hush, Listen, NotUnderstood, Quiet
from assistant.modes import Mode


@dataclass(frozen=True, slots=True)
class Settled:
    """A question is over."""

    question: Question
    """The question."""
    answer: str
    """The name that was said, else what was said as an intent's name; empty when nobody answered."""
    actions: tuple[Action, ...] = ()
    """What comes before anything that follows from it."""


class Inquiry:
    """Asks one question at a time."""

    def __init__(self, setting: Setting) -> None:
        self.question: Question | None = None
        """What is being asked; None for nothing."""
        self._setting = setting
        self._misheard = Misheard(setting)

    @property
    def listen(self) -> Listen:
        """How an answer is waited for. After a guess, whatever was meant can be said instead."""
        mode = Mode.COMMANDS if isinstance(self.question, DidYouMean) else Mode.REPLIES
        return Listen(mode, quiet_after=QUESTION_QUIET)

    def ask(self, question: Question) -> list[Action]:
        """Ask, instead of whatever was asked before."""
        self.question = question
        self._misheard.understood()
        return [wording(question, self._setting), self.listen]

    def react(self, event: Event) -> Settled | list[Action] | None:
        """What an event means for the question; None for an event that is not about it, as if nothing were asked."""
        question = self.question
        if question is None:
            return None
        match event:
            case Asked(intent=intent) if intent.name in ANSWERS:
                self.question = None
                return Settled(question, intent.slots.get("partner", intent.name), (Hush(),))
            case Quiet():
                self.question = None
                return Settled(question, "")
            case NotUnderstood() | Asked() if isinstance(question, DidYouMean):
                self.question = None
                return None
            case NotUnderstood() | Asked():
                names = isinstance(question, WhoSaid | WhoseWords | WhoBegins)
                return [self._misheard.again(NAMES if names else "yes_or_no"), self.listen]
            case _:
                return []
