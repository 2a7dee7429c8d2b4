"""The journal entries that a conversation makes. Pure."""

from __future__ import annotations

from datetime import datetime

from assistant.conversation.course import Course
from assistant.conversation.memory import Unfinished
from assistant.conversation.setting import Setting
from assistant.events import Asked
from assistant.journal.records import APPRECIATION, KEPT, CheckIn
from prompts.types import Begins, Expects, Keeps, Ritual, Step

THANKS = "positive"
"""The practice that thanks belong to."""

MOMENT = "moment"
"""The ritual id of words said outside of a ritual."""


def is_kept(ritual: Ritual, step: Step, answer: str) -> bool:
    """Whether the answer makes an entry; of yes and no only a yes does."""
    refused = step.expects is Expects.YES_NO and answer != "yes"
    return bool(step.save_as) and ritual.keeps is Keeps.WORDS and not refused


def takes_place(ritual: Ritual) -> bool:
    """Whether it is kept that the session took place; what one does alone is told to nobody."""
    return ritual.keeps is not Keeps.NOTHING and ritual.begins is not Begins.ALONE


def answer_entry(
    setting: Setting, ritual: Ritual, plan: Unfinished, course: Course, said: tuple[str, str, float], now: datetime
) -> CheckIn:
    """What somebody answered; `said` is the speaker, the words and how surely they were heard."""
    speaker, text, confidence = said
    return CheckIn(
        id=setting.new_id(now),
        time=now,
        session=plan.session,
        ritual=ritual.id,
        practice=ritual.practice,
        prompt=course.prompt,
        speaker=speaker,
        about=setting.other(speaker) if course.step.save_as == APPRECIATION else "",
        kind=course.step.save_as,
        text=text,
        confidence=confidence,
        private=course.step.private,
    )


def kept_entry(setting: Setting, ritual: Ritual, plan: Unfinished, now: datetime) -> CheckIn:
    """That a session took place, and how long."""
    return CheckIn(
        id=setting.new_id(now),
        time=now,
        session=plan.session,
        ritual=ritual.id,
        practice=ritual.practice,
        prompt="",
        speaker="",
        kind=KEPT,
        text="",
        seconds=max(0.0, (now - plan.began).total_seconds()),
    )


def thanks_entry(setting: Setting, thanked: str, asked: Asked, now: datetime) -> CheckIn:
    """Thanks outside a ritual, in the words of the whole sentence; who is thanked tells who thanks."""
    return CheckIn(
        id=setting.new_id(now),
        time=now,
        session="",
        ritual=MOMENT,
        practice=THANKS,
        prompt="",
        speaker=setting.other(thanked),
        about=thanked,
        kind=APPRECIATION,
        text=asked.text,
        confidence=asked.confidence,
    )
