"""One JSON line per event, named as in Wyoming where a name exists; without people's words unless asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from assistant.events import (
    Action,
    Agree,
    AgreementNotKept,
    Asked,
    Chime,
    Concern,
    Due,
    Elapsed,
    End,
    Event,
    Forget,
    Forgotten,
    Hush,
    Interrupted,
    Listen,
    Mute,
    Muted,
    NotMuted,
    NotSaved,
    NotUnderstood,
    NoVault,
    Quiet,
    Recall,
    Recalled,
    Remember,
    Remind,
    RemindersKept,
    RemindersNotKept,
    Said,
    Save,
    Saved,
    Say,
    Wait,
)
from assistant.journal.records import CheckIn
from audio.types import Heard, Onset

OPEN_SLOTS = frozenset({"ritual", "period", "topic", "what"})
"""Slots whose values are ids of ours, never what people said."""


class EventStream:
    """Prints what passes through the loop."""

    def __init__(self, out: TextIO, now: Callable[[], datetime], *, show_words: bool = False) -> None:
        self._out = out
        self._now = now
        self._show_words = show_words

    def voice_started(self, onset: Onset) -> None:
        """Somebody began to speak."""
        self._print("voice-started", {"at": round(onset.at, 3)})

    def heard(self, heard: Heard) -> None:
        """Somebody finished speaking."""
        self._print("voice-stopped", {"at": round(heard.ended, 3), "seconds": round(heard.seconds, 3)})

    def event(self, event: Event) -> None:
        """Something happened to the conversation."""
        name, facts, words = describe_event(event)
        if isinstance(event, Concern):
            return
        self._print(name, {**facts, **(words if self._show_words else {})})

    def action(self, action: Action) -> None:
        """The conversation does something."""
        name, facts, words = describe_action(action)
        self._print(name, {**facts, **(words if self._show_words else {})})

    def trouble(self, message: str) -> None:
        """A device or the voice does not work as it should, or works again."""
        self._print("error", {"message": message})

    def _print(self, name: str, facts: dict[str, object]) -> None:
        line = {"event": name, "time": self._now().isoformat(timespec="milliseconds"), **facts}
        print(json.dumps(line, ensure_ascii=False), file=self._out, flush=True)


Description = tuple[str, dict[str, object], dict[str, object]]
"""Name of the event, facts that may always be shown, and words that may not."""


def describe_event(event: Event) -> Description:
    """How an event stands in the stream."""
    match event:
        case Asked(intent=intent, text=text, confidence=confidence):
            entities = {key: value for key, value in intent.slots.items() if key in OPEN_SLOTS}
            facts = {"name": intent.name, "entities": entities, "confidence": round(confidence, 3)}
            return "intent", facts, {"text": text, "entities": dict(intent.slots)}
        case Said(text=text, confidence=confidence):
            return "transcript", {"confidence": round(confidence, 3)}, {"text": text}
        case NotUnderstood():
            return "not-recognized", {}, {}
        case Quiet(seconds=seconds):
            return "quiet", {"seconds": round(seconds, 1)}, {}
        case Elapsed():
            return "timer-finished", {}, {}
        case Saved(entry=entry):
            return "saved", about(entry), {"text": entry.text, "speaker": entry.speaker}
        case NoVault(entry=entry):
            return "not-kept", {"id": entry.id}, {}
        case NotSaved(entry=entry, reason=reason):
            return "not-saved", {"id": entry.id, "reason": reason}, {}
        case Forgotten(count=count):
            return "forgotten", {"count": count}, {}
        case Recalled(recall=recall, entries=entries):
            return "recalled", {"topic": recall.topic, "period": recall.period, "count": len(entries)}, {}
        case Concern():
            return "concern", {}, {}
        case Due(reminder=reminder):
            return "reminder-due", {"id": reminder.id, "kind": reminder.kind.value}, {"about": reminder.about}
        case RemindersKept():
            return "reminders-kept", {}, {}
        case RemindersNotKept(reason=reason):
            return "reminders-not-kept", {"reason": reason}, {}
        case AgreementNotKept():
            return "agreement-not-kept", {}, {}
        case Muted(on=on):
            return "muted" if on else "unmuted", {}, {}
        case NotMuted():
            return "not-muted", {}, {}
        case Interrupted():
            return "interrupted", {}, {}


def about(entry: CheckIn) -> dict[str, object]:
    """What may always be shown of an entry; of a private one not even what it is about."""
    if entry.private:
        return {"id": entry.id, "private": True}
    return {"id": entry.id, "kind": entry.kind, "ritual": entry.ritual, "private": False}


def describe_action(action: Action) -> Description:
    """How an action stands in the stream."""
    match action:
        case Say(text=text, line=line):
            return "synthesize", {"line": line}, {"text": text}
        case Chime(earcon=earcon):
            return "earcon", {"name": earcon.value}, {}
        case Listen(mode=mode, patience=patience, quiet_after=quiet, time=time):
            until = {"quiet_after": quiet, "elapsed_after": time}
            return "listen", {"mode": mode.value, "patience": patience.value, **until}, {}
        case Wait(goes_on=True):
            return "timer-updated", {}, {}
        case Wait(seconds=seconds):
            return "timer-started", {"seconds": seconds}, {}
        case Hush():
            return "hush", {}, {}
        case Save(entry=entry):
            return "save", about(entry), {}
        case Forget():
            return "forget", {}, {}
        case Recall(topic=topic, period=period):
            return "recall", {"topic": topic, "period": period}, {}
        case Remember(key=key):
            return "remember", {"key": key}, {}
        case Remind(reminders=reminders):
            return "remind", {"count": len(reminders)}, {}
        case Agree(keeps=keeps):
            return "agree", {"keeps": keeps}, {}
        case Mute():
            return "mute", {}, {}
        case End():
            return "end", {}, {}
