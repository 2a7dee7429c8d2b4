"""How a session begins: who starts it, where it goes on, and what was already said in asking for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assistant.conversation.memory import STARTER_KEY, Memory, Rest, Unfinished, remember
from assistant.conversation.questions import WhoBegins
from assistant.conversation.setting import Setting
from assistant.events import Action
from prompts.types import Begins, Expects, Ritual

STALE_AFTER_DAYS = 2
"""An interrupted session older than this is not offered again."""


def left_open(setting: Setting, memory: Memory, now: datetime) -> Unfinished | None:
    """The session that can be gone on with; None where there is none, or it is too long ago, or its ritual is gone."""
    left = memory.unfinished
    stale = left is not None and (now - left.began).days >= STALE_AFTER_DAYS
    return left if left is not None and left.ritual in setting.rituals and not stale else None


def planned(
    setting: Setting, memory: Memory, slots: Mapping[str, str], text: str, now: datetime
) -> Unfinished | WhoBegins:
    """The session that `start_ritual` with these slots asks for, or the question who starts it.

    A sentence that names the partner ("I want to surprise Alex") tells who speaks: the other one.
    """
    ritual = setting.rituals[slots["ritual"]]
    rest = memory.sittings.get(ritual.id, Rest(0))
    answers = {**rest.answers, **named_in(ritual, text)}
    plan = Unfinished(ritual.id, setting.new_id(now), _in_turn(setting, memory), rest.beat, now, answers)
    if ritual.begins is Begins.IN_TURN:
        return plan
    speaker = setting.other(slots.get("partner", ""))
    return begun_by(speaker, plan) if speaker else WhoBegins(plan)


def begun_by(speaker: str, plan: Unfinished) -> Unfinished:
    """The same session, started by this person."""
    return Unfinished(plan.ritual, plan.session, speaker, plan.beat, plan.began, plan.answers)


def opened(setting: Setting, ritual: Ritual, plan: Unfinished, *, resumed: bool, takes_turns: bool) -> list[Action]:
    """What names the session and the one who starts it."""
    say, title, start = setting.say, ritual.title, plan.starter
    if resumed:
        return [say("ritual_resumed", title=title)]
    if ritual.begins is Begins.ALONE:
        return [say("ritual_begin_alone", title=title, name=start)]
    if not takes_turns:
        return [say("ritual_begin_both", title=title)]
    turn = [remember(STARTER_KEY, setting.other(start))] if ritual.begins is Begins.IN_TURN else []
    return [say("ritual_begin", title=title, name=start), *turn]


def named_in(ritual: Ritual, text: str) -> dict[str, str]:
    """Answers to choices that the sentence already gives, by step id: "phones away for ten minutes"."""
    spoken = f" {text.lower()} "
    return {
        step.id: option
        for step in ritual.steps
        if step.expects is Expects.CHOICE and not step.save_as
        for option in step.options
        if f" {option.lower()} " in spoken
    }


def _in_turn(setting: Setting, memory: Memory) -> str:
    return memory.starter if memory.starter in setting.partners else setting.partners[0]
