"""The whole conversation: idle, one question, or one ritual at a time. Pure: events in, actions out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from assistant.conversation.agreement import Agreement
from assistant.conversation.beginning import begun_by
from assistant.conversation.consent import Consent
from assistant.conversation.discretion import Discretion
from assistant.conversation.greeting import greeting
from assistant.conversation.idle import Idle
from assistant.conversation.inquiry import Inquiry, Settled
from assistant.conversation.leading import Leading
from assistant.conversation.memory import SEEN_KEY, Memory, Unfinished, remember
from assistant.conversation.questions import (
    DidYouMean,
    ForgetConfirm,
    MayKeep,
    Question,
    ResumeOffer,
    StopKeeping,
    WhoBegins,
    WhoSaid,
    WhoseWords,
)
from assistant.conversation.reminding import Reminding
from assistant.conversation.session import Session
from assistant.conversation.setting import Setting
from assistant.events import (
    Action,
    AgreementNotKept,
    Asked,
    Concern,
    Due,
    End,
    Event,
    Forget,
    Hush,
    Interrupted,
    Mute,
    Muted,
    NotMuted,
    NotSaved,
    Recall,
    Recalled,
    Remind,
    Save,
    Saved,
    Say,
)
from assistant.journal.records import KEPT, CheckIn
from intents.types import Intent


class Conversation:
    """Decides what to do about each event, until it is over."""

    def __init__(self, setting: Setting, memory: Memory, consent: Consent) -> None:
        self.over = False
        self._setting = setting
        self._agreement = Agreement(setting, consent)
        self._reminding = Reminding(setting, memory.reminders, self._agreement)
        self._discretion = Discretion(setting)
        self._leading = Leading(setting, memory, self._agreement, self._discretion)
        self._idle = Idle(setting, self._reminding)
        self._inquiry = Inquiry(setting)
        self._unsaved: list[CheckIn] = []

    @property
    def _session(self) -> Session | None:
        return self._leading.session

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
        hello: list[Action] = [greeting(self._setting, self._leading.seen, now), remember(SEEN_KEY, now)]
        left = self._leading.left_open(now)
        return [*hello, *(self._ask(left) if isinstance(left, ResumeOffer) else [*left, *self._rest()])]

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
            case Asked(intent=Intent(name="stop_listening") as bye) if (left := self._left_by(bye)) is not None:
                return [Hush(), *left, *self._farewell(now)]
            case Asked(intent=Intent(name="off_record" | "on_record" as name)):
                return self._record(name)
            case Asked(intent=Intent(name="keep_words")) if self._agreement.keeps and not self._agreement.on_record:
                return self._record("on_record")
            case Asked(intent=Intent(name="mute")):
                return [Hush(), Mute()]
            case NotMuted():
                return [self._setting.say("nothing_to_mute"), *self._rest()]
            case Muted(on=on, aloud=aloud) as muted:
                told, question = self._leading.muted(muted), self._inquiry.question
                awaited = self._ask(question) if question and not on else self._rest()
                return [*told, *(awaited if aloud or not on else [])]
            case AgreementNotKept():
                return [self._setting.say("agreement_not_kept")]
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
            return self._led(self._leading.react(event, now))
        event = self._reminding.accepted(event, now)
        match self._agreement.before(event):
            case Say() as told:
                return [Hush(), told, *self._rest()]
            case MayKeep() | StopKeeping() as question:
                return [Hush(), *self._ask(question)]
        match event:
            case Recalled(recall=Recall(topic="forget", query=query), entries=entries) if entries:
                return self._ask(ForgetConfirm(query, len(entries)))
            case Recalled(recall=Recall(topic="forget")):
                return [self._setting.say("nothing_to_forget"), *self._rest()]
            case Asked(intent=Intent(name="start_ritual", slots=slots), text=text):
                return [Hush(), *self._start(slots, text, now)]
            case Asked(intent=Intent(name="starts", slots=slots)):
                return [Hush(), *self._leading.starts(slots["partner"]), *self._rest()]
            case _:
                return self._idled(self._idle.react(event, now))

    # ------------------------------------------------------------ rituals

    def _start(self, slots: Mapping[str, str], text: str, now: datetime) -> list[Action]:
        self._idle.understood()
        plan = self._leading.plan(slots, text, now)
        return [*plan, *self._rest()] if isinstance(plan, list) else self._begin(plan, now)

    def _begin(self, plan: Unfinished | WhoBegins | ResumeOffer, now: datetime) -> list[Action]:
        return self._led(self._leading.begin(plan, now)) if isinstance(plan, Unfinished) else self._ask(plan)

    def _led(self, actions: list[Action]) -> list[Action]:
        if self._session is not None:
            return actions
        self._idle.last_saved = self._leading.last_saved
        return [*actions, *self._rest()]

    def _record(self, name: str) -> list[Action]:
        self._agreement.on_record = name == "on_record"
        self._leading.record()
        return [Hush(), self._setting.say(name), *self._rest()]

    # ------------------------------------------------------------ single sentences

    def _idled(self, actions: list[Action]) -> list[Action]:
        """Words to be kept wait for their speaker's name; a question of the idle room is asked."""
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
        """Keep words said outside a ritual, where both agreed, once their speaker is known."""
        if not self._agreement.recording:
            return [self._setting.say("not_kept"), *self._rest()]
        return [Save(entry)] if entry.speaker else self._ask(WhoSaid(entry))

    # ------------------------------------------------------------ questions

    def _ask(self, question: Question) -> list[Action]:
        return self._inquiry.ask(question)

    def _settle(self, question: Question, answer: str, now: datetime) -> list[Action]:
        match question:
            case WhoSaid(entry=entry):
                return self._attribute(entry, answer)
            case ResumeOffer(unfinished=unfinished) if answer == "yes":
                return self._begin(unfinished, now)
            case ResumeOffer(anew=anew) if anew and answer == "no":
                return [*self._leading.close_for_good(), *self._begin(anew, now)]
            case ResumeOffer():
                return [*self._leading.close_for_good(), self._setting.say("not_now"), *self._rest()]
            case WhoseWords(query=query, topic=topic) if answer in self._setting.partners:
                return [Recall(replace(query, speaker=answer), "ever", topic)]
            case ForgetConfirm(query=query) if answer == "yes":
                return [*self._reminding.forget(query), Forget(query)]
            case WhoBegins(plan=plan) if answer in self._setting.partners:
                return self._begin(begun_by(answer, plan), now)
            case WhoBegins() | WhoseWords(topic="hold"):
                return [self._setting.say("not_now"), *self._rest()]
            case DidYouMean(sentence=sentence) if answer == "yes":
                meant = self._setting.meaning(sentence)
                return self.react(Asked(meant, sentence), now) if meant else self._rest()
            case DidYouMean(near=near):
                return [*(self._idle.not_meant(near) if answer else []), *self._rest()]
            case ForgetConfirm() | WhoseWords():
                return [self._setting.say("forget_kept"), *self._rest()]
            case MayKeep() | StopKeeping():
                return self._agree(question, answer, now)

    def _agree(self, question: MayKeep | StopKeeping, answer: str, now: datetime) -> list[Action]:
        """Once it is settled whether words are kept, what was asked for before goes on."""
        settled = self._agreement.settle(question, answer)
        if isinstance(settled, MayKeep):
            return self._ask(settled)
        then = question.then if isinstance(question, MayKeep) else None
        return [*settled, *(self._decide(then, now) if then else self._rest())]

    def _attribute(self, entry: CheckIn, answer: str) -> list[Action]:
        """Words without a known speaker are kept without one: attributed by name, never by guesswork."""
        if answer in ("no", "stop", "pass", "skip"):
            return [self._setting.say("not_kept"), *self._rest()]
        speaker = answer if answer in self._setting.partners else ""
        return [Save(replace(entry, speaker=speaker, about=self._setting.other(speaker)))]

    # ------------------------------------------------------------ endings

    def _stop_for(self, topic: str) -> list[Action]:
        """Stop at once; nothing of the words is kept, and nothing says why (practices: Privacy and care)."""
        self._leading.careful, self._inquiry.question = True, None
        ended = self._leading.abandon()
        self._idle.forget_everything()
        line = self._setting.say_emergency() if topic == "emergency" else self._setting.say("stopped")
        return [Hush(), line, *ended, *self._rest()]

    def _left_by(self, bye: Intent) -> list[Action] | None:
        return self._session.dismissed(bye) if self._session is not None else []

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
