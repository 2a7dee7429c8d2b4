"""The ritual that is led, and what each leaves behind for the next one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from assistant.conversation.agreement import Agreement
from assistant.conversation.beginning import left_open, planned
from assistant.conversation.discretion import Discretion
from assistant.conversation.memory import STARTER_KEY, UNFINISHED_KEY, Memory, Unfinished, remember
from assistant.conversation.program import DELICATE, HELP
from assistant.conversation.questions import ResumeOffer, WhoBegins
from assistant.conversation.session import Session
from assistant.conversation.setting import Setting
from assistant.events import Action, Event, Muted, Say
from prompts.types import Begins, Keeps


class Leading:
    """Leads one ritual at a time."""

    def __init__(self, setting: Setting, memory: Memory, agreement: Agreement, discretion: Discretion) -> None:
        self.session: Session | None = None
        """What is led; None between rituals."""
        self.careful = False
        """Whether from now on no ritual about forgiveness, conflict or help is led."""
        self.last_saved: tuple[str, ...] = ()
        """Ids of the entries that the last ritual kept last."""
        self._setting = setting
        self._memory = memory
        self._agreement = agreement
        self._discretion = discretion

    @property
    def seen(self) -> datetime | None:
        """When the two were here last."""
        return self._memory.seen

    def left_open(self, now: datetime) -> ResumeOffer | list[Action]:
        """What was cut short and can be gone on with; what was cut short too long ago is forgotten."""
        left = left_open(self._setting, self._memory, now)
        if left is not None:
            return ResumeOffer(left)
        return self.close_for_good() if self._memory.unfinished else []

    def close_for_good(self) -> list[Action]:
        """What was left open is not offered any more."""
        self._memory = replace(self._memory, unfinished=None)
        return [remember(UNFINISHED_KEY, None)]

    def plan(
        self, slots: Mapping[str, str], text: str, now: datetime
    ) -> Unfinished | WhoBegins | ResumeOffer | list[Action]:
        """The ritual that was asked for, what must be asked before it begins, or what is said instead of it."""
        ritual = self._setting.rituals.get(slots["ritual"])
        if ritual is None:
            return [self._setting.say("ritual_unknown")]
        if self.careful and ritual.practice in (*DELICATE, HELP):
            return list(self._setting.say_contacts()) if ritual.practice == HELP else [self._setting.say("not_now")]
        plan = planned(self._setting, self._memory, slots, text, now)
        left = left_open(self._setting, self._memory, now)
        return ResumeOffer(left, plan) if left is not None and left.ritual == ritual.id else plan

    def begin(self, plan: Unfinished, now: datetime) -> list[Action]:
        """Lead it, from its beginning or from where it was left."""
        ritual = self._setting.rituals[plan.ritual]
        if not self._agreement.keeps:
            ritual = replace(ritual, keeps=Keeps.NOTHING)
        self.session = Session(self._setting, ritual, self._memory, plan, self._discretion)
        self.record()
        return self._closed(self.session.begin(now))

    def react(self, event: Event, now: datetime) -> list[Action]:
        """What an event means for the ritual; nothing where none is led."""
        return self._closed(self.session.react(event, now)) if self.session is not None else []

    def abandon(self) -> list[Action]:
        """End it where it is, and keep nothing more of it."""
        return self._closed(self.session.abandon(), over=True) if self.session is not None else []

    def record(self) -> None:
        """From now on it is as it is agreed: on the record, or off it."""
        if self.session is not None:
            self.session.recording = self._agreement.recording

    def muted(self, muted: Muted) -> list[Say]:
        """The microphone was closed or opened. Where somebody asked for that, what is led waits until they go on."""
        if muted.aloud and self.session is not None:
            self.session.paused = True
        waits = self.session is not None and self.session.paused
        said = ["muted"] if muted.on else ["hearing_again", *(["still_paused"] if waits else [])]
        return [self._setting.say(line) for line in said]

    def starts(self, partner: str) -> list[Action]:
        """The next ritual is started by this person."""
        self._memory = replace(self._memory, starter=partner)
        return [remember(STARTER_KEY, partner), self._setting.say("starts_first", name=partner)]

    def _closed(self, actions: list[Action], *, over: bool = False) -> list[Action]:
        """Once it has ended, what it leaves behind is kept for the next one."""
        session = self.session
        if session is None or not (over or session.finished):
            return actions
        self.last_saved = session.last_saved
        self._discretion.end()
        turn = session.ritual.begins is Begins.IN_TURN
        starter = self._setting.other(session.plan.starter) if turn else session.memory.starter
        self._memory = replace(session.memory, starter=starter, unfinished=session.unfinished)
        self.session = None
        return actions
