"""The whole conversation: idle, one question, or one ritual at a time. Pure: events in, actions out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from assistant.conversation.beginning import begun_by, left_open, planned
from assistant.conversation.consent import Consent
from assistant.conversation.discretion import Discretion
from assistant.conversation.greeting import greeting
from assistant.conversation.idle import Idle
from assistant.conversation.inquiry import Inquiry, Settled
from assistant.conversation.memory import SEEN_KEY, STARTER_KEY, UNFINISHED_KEY, Memory, Unfinished, remember
from assistant.conversation.program import DELICATE, HELP
from assistant.conversation.questions import (
    DidYouMean,
    ForgetConfirm,
    Question,
    ResumeOffer,
    WhoBegins,
    WhoSaid,
    WhoseWords,
)
from assistant.conversation.reminding import Reminding
from assistant.conversation.session import Session
from assistant.conversation.setting import Setting
from assistant.events import (
    Action,
    Asked,
    Concern,
    Due,
    End,
    Event,
    Forget,
    Hush,
    Interrupted,
    NotSaved,
    Recall,
    Recalled,
    Remind,
    Save,
    Saved,
)
from assistant.journal.records import KEPT, CheckIn
from intents.types import Intent
from prompts.types import Begins, Keeps


class Conversation:
    """Decides what to do about each event, until it is over."""

    def __init__(self, setting: Setting, memory: Memory, consent: Consent) -> None:
        self.over = False
        self._setting = setting
        self._memory = memory
        self._consent = consent
        self._recording = True
        self._reminding = Reminding(setting, memory.reminders)
        self._reminding.keeps_words = consent.keeps
        self._discretion = Discretion(setting)
        self._idle = Idle(setting, self._reminding)
        self._session: Session | None = None
        self._inquiry = Inquiry(setting)
        self._careful = False
        self._unsaved: list[CheckIn] = []

    @property
    def person(self) -> str:
        """Whose turn it is; empty for both, or outside a ritual."""
        return self._session.person if self._session else ""

    @property
    def ritual(self) -> str:
        """Id of the ritual that is being led; empty outside of one."""
        return self._session.ritual.id if self._session else ""

    @property
    def paused(self) -> bool:
        """Whether a ritual waits for somebody to go on."""
        return self._session is not None and self._session.paused

    @property
    def minutes_left(self) -> float:
        """About how long the rest of the ritual takes; 0 outside of one."""
        return self._session.minutes_left if self._session else 0.0

    def begin(self, now: datetime) -> list[Action]:
        """Greet, and offer to go on where an interruption cut a session short."""
        hello: list[Action] = [*greeting(self._setting, self._memory.seen, self._consent, now), remember(SEEN_KEY, now)]
        left = left_open(self._setting, self._memory, now)
        if left is not None:
            return [*hello, *self._ask(ResumeOffer(left))]
        stale = self._close_for_good() if self._memory.unfinished else []
        return [*hello, *stale, *self._rest()]

    def react(self, event: Event, now: datetime) -> list[Action]:
        """What to do about an event. `now` has a time zone."""
        if self.over:
            return []
        if (discreet := self._discretion.react(event, self.person, leading=bool(self.ritual))) is not None:
            return discreet if isinstance(discreet[-1], Save | Forget) else [*discreet, *self._rest()]
        match event:
            case Interrupted():
                return self._farewell(now)
            case Concern(topic=topic):
                return self._stop_for(topic)
            case Asked(intent=Intent(name="stop_listening")) if self._session is None:
                return [Hush(), *self._farewell(now)]
            case Asked(intent=Intent(name="off_record" | "on_record" as name)):
                return self._record(name)
            case NotSaved(entry=entry):
                self._unsaved.append(entry)
            case Saved(entry=entry) if entry.kind == KEPT:
                return []
            case Saved(entry=entry) if entry in self._unsaved:
                self._unsaved.remove(entry)
                return []
            case Saved() if self._unsaved:
                return [*self._decide(event, now), *map(Save, self._unsaved)]
        return self._with_waiting(self._decide(event, now), now)

    @property
    def _busy(self) -> bool:
        """Whether a ritual is led or an answer is awaited."""
        return self._session is not None or self._inquiry.question is not None or self._reminding.asking

    def _with_waiting(self, actions: list[Action], now: datetime) -> list[Action]:
        """Reminders that were due meanwhile are told once nothing else goes on."""
        told = [] if self._busy else self._reminding.released(now)
        return [*actions, *told, *self._rest()] if told else actions

    def _decide(self, event: Event, now: datetime) -> list[Action]:
        if isinstance(event, Due) and self._busy:
            return self._reminding.wait(event, self.ritual, now)
        match self._inquiry.react(event):
            case Settled(question=question, answer=answer, actions=before):
                return [*before, *self._settle(question, answer, now)]
            case list() as said:
                return said
        if self._session is not None:
            return self._led(self._session.react(event, now))
        event = self._reminding.accepted(event, now)
        match event:
            case Recalled(recall=Recall(topic="forget", query=query), entries=entries) if entries:
                return self._ask(ForgetConfirm(query, len(entries)))
            case Recalled(recall=Recall(topic="forget")):
                return [self._setting.say("nothing_to_forget"), *self._rest()]
            case Asked(intent=Intent(name="start_ritual", slots=slots), text=text):
                return [Hush(), *self._start(slots, text, now)]
            case Asked(intent=Intent(name="starts", slots=slots)):
                return [Hush(), *self._starts(slots["partner"])]
            case _:
                return self._idled(self._idle.react(event, now))

    # ------------------------------------------------------------ rituals

    def _start(self, slots: Mapping[str, str], text: str, now: datetime) -> list[Action]:
        self._idle.understood()
        ritual = self._setting.rituals.get(slots["ritual"])
        if ritual is None:
            return [self._setting.say("ritual_unknown"), *self._rest()]
        if self._careful and ritual.practice in (*DELICATE, HELP):
            instead = self._setting.say_contacts() if ritual.practice == HELP else [self._setting.say("not_now")]
            return [*instead, *self._rest()]
        plan = planned(self._setting, self._memory, slots, text, now)
        left = left_open(self._setting, self._memory, now)
        if left is not None and left.ritual == ritual.id:
            return self._ask(ResumeOffer(left, plan))
        return self._begin(plan, now)

    def _begin(self, plan: Unfinished | WhoBegins, now: datetime) -> list[Action]:
        return self._ask(plan) if isinstance(plan, WhoBegins) else self._lead(plan, now)

    def _close_for_good(self) -> list[Action]:
        """What was left open is not offered any more."""
        self._memory = replace(self._memory, unfinished=None)
        return [remember(UNFINISHED_KEY, None)]

    def _lead(self, plan: Unfinished, now: datetime) -> list[Action]:
        ritual = self._setting.rituals[plan.ritual]
        if not self._consent.keeps:
            ritual = replace(ritual, keeps=Keeps.NOTHING)
        self._session = Session(self._setting, ritual, self._memory, plan, self._discretion)
        self._session.recording = self._recording
        return self._led(self._session.begin(now))

    def _led(self, actions: list[Action]) -> list[Action]:
        session = self._session
        if session is None or not session.finished:
            return actions
        self._close(session)
        return [*actions, *self._rest()]

    def _close(self, session: Session) -> None:
        self._idle.last_saved = session.last_saved
        self._discretion.end()
        turn = session.ritual.begins is Begins.IN_TURN
        starter = self._setting.other(session.plan.starter) if turn else session.memory.starter
        self._memory = replace(session.memory, starter=starter, unfinished=session.unfinished)
        self._session = None

    def _starts(self, partner: str) -> list[Action]:
        self._memory = replace(self._memory, starter=partner)
        return [remember(STARTER_KEY, partner), self._setting.say("starts_first", name=partner), *self._rest()]

    def _record(self, name: str) -> list[Action]:
        self._recording = name == "on_record"
        self._reminding.keeps_words = self._recording and self._consent.keeps
        if self._session is not None:
            self._session.recording = self._recording
        return [Hush(), self._setting.say(name), *self._rest()]

    # ------------------------------------------------------------ single sentences

    def _idled(self, actions: list[Action]) -> list[Action]:
        """Words to be kept wait for the consent of both; a question of the idle room is asked."""
        question, self._idle.question = self._idle.question, None
        if question is not None:
            asked = self._keep_or_ask(question.entry) if isinstance(question, WhoSaid) else self._ask(question)
            return [*actions, *asked]
        saves = [action for action in actions if isinstance(action, Save)]
        if saves:
            return [Hush(), *self._keep_or_ask(saves[0].entry)]
        if not actions or isinstance(actions[-1], Forget | Recall | Remind):
            return actions
        return [*actions, *self._rest()]

    def _keep_or_ask(self, entry: CheckIn) -> list[Action]:
        """Keep words said outside a ritual, once both agreed and their speaker is known."""
        if not self._consent.keeps or not self._recording:
            return [self._setting.say("not_kept"), *self._rest()]
        if not entry.speaker:
            return self._ask(WhoSaid(entry))
        return [Save(entry)]

    # ------------------------------------------------------------ questions

    def _ask(self, question: Question) -> list[Action]:
        return self._inquiry.ask(question)

    def _settle(self, question: Question, answer: str, now: datetime) -> list[Action]:
        match question:
            case WhoSaid(entry=entry):
                return self._attribute(entry, answer)
            case ResumeOffer(unfinished=unfinished) if answer == "yes":
                return self._lead(unfinished, now)
            case ResumeOffer(anew=anew) if anew and answer == "no":
                return [*self._close_for_good(), *self._begin(anew, now)]
            case ResumeOffer():
                return [*self._close_for_good(), self._setting.say("not_now"), *self._rest()]
            case WhoseWords(query=query, topic=topic) if answer in self._setting.partners:
                return [Recall(replace(query, speaker=answer), "ever", topic)]
            case ForgetConfirm(query=query) if answer == "yes":
                return [*self._reminding.forget(query), Forget(query)]
            case WhoBegins(plan=plan) if answer in self._setting.partners:
                return self._lead(begun_by(answer, plan), now)
            case WhoBegins() | WhoseWords(topic="hold"):
                return [self._setting.say("not_now"), *self._rest()]
            case DidYouMean(sentence=sentence) if answer == "yes":
                meant = self._setting.meaning(sentence)
                return self.react(Asked(meant, sentence), now) if meant else self._rest()
            case DidYouMean(near=near):
                return [*(self._idle.not_meant(near) if answer else []), *self._rest()]
            case ForgetConfirm() | WhoseWords():
                return [self._setting.say("forget_kept"), *self._rest()]

    def _attribute(self, entry: CheckIn, answer: str) -> list[Action]:
        """Words without a known speaker are kept without one: attributed by name, never by guesswork."""
        if answer in ("no", "stop", "pass", "skip"):
            return [self._setting.say("not_kept"), *self._rest()]
        speaker = answer if answer in self._setting.partners else ""
        return [Save(replace(entry, speaker=speaker, about=self._setting.other(speaker)))]

    # ------------------------------------------------------------ endings

    def _stop_for(self, topic: str) -> list[Action]:
        """Stop at once; nothing of the words is kept, and nothing says why (practices: Privacy and care)."""
        self._careful, self._inquiry.question = True, None
        ended = self._session.abandon() if self._session is not None else []
        if self._session is not None:
            self._close(self._session)
        self._idle.forget_everything()
        line = self._setting.say_emergency() if topic == "emergency" else self._setting.say("stopped")
        return [Hush(), line, *ended, *self._rest()]

    def _farewell(self, now: datetime) -> list[Action]:
        asked = self._inquiry.question
        pending = asked.entry if isinstance(asked, WhoSaid) else None
        kept = [Save(entry) for entry in (*self._unsaved, *([pending] if pending else []))]
        self.over = True
        return [*kept, remember(SEEN_KEY, now), self._setting.say("goodbye"), End()]

    def _rest(self) -> list[Action]:
        """Listen for whatever is awaited now."""
        if self._inquiry.question is not None:
            return [self._inquiry.listen]
        return self._session.listen() if self._session is not None else [self._reminding.listen()]
