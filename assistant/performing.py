"""Carries actions out, one at a time."""

from __future__ import annotations

from typing import assert_never

from assistant.errors import AssistantError, JournalError, NoVaultError
from assistant.events import (
    Action,
    Agree,
    AgreementNotKept,
    Chime,
    End,
    Event,
    Forget,
    Forgotten,
    Hush,
    Listen,
    Mute,
    Muted,
    NotMuted,
    NotSaved,
    NoVault,
    Recall,
    Recalled,
    Remember,
    Remind,
    RemindersKept,
    RemindersNotKept,
    Save,
    Saved,
    Say,
    Wait,
)
from assistant.parts import Parts
from assistant.reminders import KEY, dump


def perform(parts: Parts, action: Action) -> Event | None:
    """Carry one action out; what became of it, where that matters."""
    match action:
        case Say(text=text):
            parts.mouth.say(text)
        case Chime(earcon=earcon):
            parts.mouth.chime(earcon)
        case Listen() | Wait():
            parts.attention.want(action)
        case Hush():
            hush(parts)
        case Save(entry=entry):
            try:
                parts.journal.add(entry)
            except NoVaultError:
                return NoVault(entry)
            except JournalError as error:
                return NotSaved(entry, error.message)
            return Saved(entry)
        case Forget(query=query):
            return Forgotten(parts.journal.forget(query))
        case Recall(query=query, memory=memory):
            find = parts.journal.find
            return Recalled(action, tuple(find(query)), tuple(find(memory)) if memory else ())
        case Remember(key=key, value=value):
            remember(parts, key, value)
        case Remind():
            return remind(parts, action)
        case Agree(keeps=keeps):
            return agree(parts, keeps)
        case Mute():
            return mute(parts)
        case End():
            pass
        case _:
            assert_never(action)
    return None


def mute(parts: Parts) -> Event:
    """Close the microphone; nobody is hurried until it is open again."""
    if parts.ears is None:
        return NotMuted()
    parts.ears.mute()
    parts.attention.hurry(False)
    return Muted(on=True, aloud=True)


def agree(parts: Parts, keeps: bool) -> Event | None:
    """Write down what the two agreed to."""
    try:
        parts.agree(keeps)
    except AssistantError as error:
        parts.screen.trouble(f"{error.message} {error.hint}")
        return AgreementNotKept()
    return None


def remember(parts: Parts, key: str, value: str) -> None:
    """Note where things stand, such as the place in a ritual; a conversation goes on without it on a full disk."""
    try:
        parts.journal.remember(key, value)
    except JournalError as error:
        parts.screen.trouble(f"{error.message} {error.hint}")


def remind(parts: Parts, action: Remind) -> Event:
    """Watch the reminders, and keep them."""
    parts.alarm.watch(action.reminders)
    try:
        parts.journal.remember(KEY, dump(action.reminders), forget=action.forget)
    except JournalError as error:
        return RemindersNotKept(error.message)
    return RemindersKept()


def hush(parts: Parts) -> None:
    """Be silent at once."""
    parts.mouth.hush()
    parts.attention.drained()
