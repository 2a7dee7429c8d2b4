"""The whole conversation: idle, one question, or one ritual at a time. Pure: events in, actions out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from assistant.conversation.consent import Consent
from assistant.conversation.idle import Idle
from assistant.conversation.memory import CONSENT_KEY, SEEN_KEY, UNFINISHED_KEY, Memory, Unfinished, remember
from assistant.conversation.questions import ConsentAsked, ForgetConfirm, Question, ResumeOffer, WhoSaid
from assistant.conversation.session import MISHEARINGS, Session
from assistant.conversation.setting import Setting
from assistant.events import (
    Action,
    Asked,
    Concern,
    End,
    Event,
    Forget,
    Hush,
    Interrupted,
    Listen,
    Mode,
    NotUnderstood,
    Quiet,
    Save,
    Say,
)
from prompts.types import Keeps

QUESTION_QUIET = 12.0
"""Seconds of quiet after which a question is taken as not answered (practices: 12 to 15)."""

STALE_AFTER_DAYS = 2
"""An interrupted session older than this is not offered again."""

CAREFUL_PRACTICES = frozenset({"forgiveness", "issues", "listening"})
"""Practices that are not led any more after a concern (practices: Privacy and care)."""


class Conversation:
    """Decides what to do about each event, until it is over."""

    def __init__(self, setting: Setting, memory: Memory, consent: Consent) -> None:
        self.over = False
        self._setting = setting
        self._memory = memory
        self._consent = consent
        self._idle = Idle(setting)
        self._session: Session | None = None
        self._question: Question | None = None
        self._misheard = 0
        self._careful = False

    @property
    def person(self) -> str:
        """Whose turn it is; empty for both, or outside a ritual."""
        return self._session.person if self._session else ""

    def begin(self, now: datetime) -> list[Action]:
        """Greet, and offer to go on where an interruption cut a session short."""
        seen = self._memory.seen
        line = "welcome_new" if seen is None else "welcome_back"
        greeting: list[Action] = [self._setting.say(line), remember(SEEN_KEY, now)]
        unfinished = self._memory.unfinished
        if unfinished is None or unfinished.ritual not in self._setting.rituals:
            return [*greeting, *self._listen()]
        if (now - unfinished.began).days >= STALE_AFTER_DAYS:
            return [*greeting, remember(UNFINISHED_KEY, None), *self._listen()]
        title = self._setting.rituals[unfinished.ritual].title
        return [
            *greeting,
            *self._ask(ResumeOffer(unfinished), self._setting.say("ritual_resume_offer", title=title)),
        ]

    def react(self, event: Event, now: datetime) -> list[Action]:
        """What to do about an event. `now` has a time zone."""
        if self.over:
            return []
        match event:
            case Interrupted():
                return self._farewell(now)
            case Concern(topic=topic):
                return self._stop_for(topic)
            case Asked(intent=intent) if intent.name == "goodbye":
                return [Hush(), *self._farewell(now)]
        if self._question is not None:
            return self._answered(self._question, event, now)
        if self._session is not None:
            return self._led(self._session.react(event, now))
        if isinstance(event, Asked) and event.intent.name == "start_ritual":
            return self._start(event.intent.slots["ritual"], now)
        return self._idled(self._idle.react(event, now))

    # ------------------------------------------------------------ rituals

    def _start(self, ritual_id: str, now: datetime) -> list[Action]:
        ritual = self._setting.rituals.get(ritual_id)
        if ritual is None or (self._careful and ritual.practice in CAREFUL_PRACTICES):
            return [Hush(), self._setting.say("stopped"), *self._listen()]
        starter = self._memory.starter if self._memory.starter in self._setting.partners else self._setting.partners[0]
        plan = Unfinished(ritual_id, self._setting.new_id(now), starter, 0, now)
        if self._consent is Consent.UNASKED and ritual.keeps is not Keeps.NOTHING:
            return [Hush(), *self._ask(ConsentAsked(plan), self._setting.say("consent_ask"))]
        return [Hush(), *self._lead(plan, now)]

    def _lead(self, plan: Unfinished, now: datetime) -> list[Action]:
        ritual = self._setting.rituals[plan.ritual]
        if not self._consent.keeps:
            ritual = replace(ritual, keeps=Keeps.NOTHING)
        self._session = Session(self._setting, ritual, self._memory, plan)
        return self._led(self._session.begin(now))

    def _led(self, actions: list[Action]) -> list[Action]:
        session = self._session
        if session is None or not session.finished:
            return actions
        self._memory = replace(session.memory, starter=self._setting.other(session.plan.starter), unfinished=None)
        self._session = None
        return [*actions, *self._listen()]

    def _idled(self, actions: list[Action]) -> list[Action]:
        """Words said outside a ritual wait for their speaker, or for the consent of both."""
        if not self._consent.keeps and any(isinstance(action, Save) for action in actions):
            return [Hush(), self._setting.say("not_kept"), *self._listen()]
        if self._idle.question is None:
            return [*actions, *self._listen()] if actions else []
        question, self._idle.question = self._idle.question, None
        return [*actions, *self._ask(question)]

    # ------------------------------------------------------------ questions

    def _ask(self, question: Question, *spoken: Say) -> list[Action]:
        self._question, self._misheard = question, 0
        return [*spoken, Listen(Mode.CONTROLS, quiet_after=QUESTION_QUIET)]

    def _answered(self, question: Question, event: Event, now: datetime) -> list[Action]:
        match event:
            case Asked(intent=intent) if intent.name in ("yes", "no", "stop", "this_is", "pass", "skip"):
                self._question = None
                answer = intent.slots.get("partner", intent.name)
                return [Hush(), *self._settle(question, answer, now)]
            case Quiet():
                self._question = None
                return self._settle(question, "", now)
            case NotUnderstood() | Asked():
                return self._ask_again()
            case _:
                return []

    def _ask_again(self) -> list[Action]:
        line = MISHEARINGS[min(self._misheard, len(MISHEARINGS) - 1)]
        self._misheard += 1
        return [self._setting.say(line, options=""), Listen(Mode.CONTROLS, quiet_after=QUESTION_QUIET)]

    def _settle(self, question: Question, answer: str, now: datetime) -> list[Action]:
        match question:
            case WhoSaid(entry=entry):
                speaker = answer if answer in self._setting.partners else ""
                self._idle.pending = None
                said = replace(entry, speaker=speaker, about=self._setting.other(speaker))
                return [] if answer in ("stop", "no") else [Save(said)]
            case ResumeOffer(unfinished=unfinished) if answer == "yes":
                return self._lead(unfinished, now)
            case ResumeOffer():
                return [remember(UNFINISHED_KEY, None), self._setting.say("all_right"), *self._listen()]
            case ForgetConfirm(query=query) if answer == "yes":
                return [Forget(query)]
            case ForgetConfirm():
                return [self._setting.say("all_right"), *self._listen()]
            case ConsentAsked(plan=plan):
                return self._consented(plan, answer == "yes", now)

    def _consented(self, plan: Unfinished, agreed: bool, now: datetime) -> list[Action]:
        self._consent = Consent.GIVEN if agreed else Consent.REFUSED
        line = "consent_given" if agreed else "consent_refused"
        told: list[Action] = [self._setting.say(line)]
        if agreed:
            told.append(remember(CONSENT_KEY, now))
        return [*told, *self._lead(plan, now)]

    # ------------------------------------------------------------ endings

    def _stop_for(self, topic: str) -> list[Action]:
        """Stop at once; nothing of the words is kept, and nothing says why (practices: Privacy and care)."""
        self._careful, self._question = True, None
        self._idle.forget_everything()
        ended = self._session.abandon() if self._session else []
        if self._session:
            self._memory = replace(self._session.memory, unfinished=None)
        self._session = None
        number = self._setting.emergency_number
        line = self._setting.say("emergency", number=number) if topic == "emergency" else self._setting.say("stopped")
        return [Hush(), line, *ended, *self._listen()]

    def _farewell(self, now: datetime) -> list[Action]:
        pending = self._question.entry if isinstance(self._question, WhoSaid) else None
        kept: list[Action] = [Save(pending)] if pending and self._consent.keeps else []
        self.over = True
        return [*kept, remember(SEEN_KEY, now), self._setting.say("goodbye"), End()]

    def _listen(self) -> list[Action]:
        return [Listen(Mode.COMMANDS)]
