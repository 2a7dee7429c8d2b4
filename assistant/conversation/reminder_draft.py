"""A reminder that is being asked for: what is known of it so far. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.conversation.setting import Setting
from assistant.reminders import Kind, Reminder, Rule
from assistant.spoken_times import rule_of, says_when
from intents.types import Intent

LONGEST_TIME = 10
"""Words that a time at the end of a sentence has at most."""

EACH_OTHER = "each_other"
"""Who is thanked when it is not one of the two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a reminder will be; the rest is asked for."""

    kind: Kind
    """What it is about."""
    about: str = ""
    """The words, the ritual's id or the partner's name, as in a `Reminder`."""
    owner: str = ""
    """Name of the one whom it is for; empty for both, or not known."""
    private: bool = False
    """Whether somebody asked for it for themselves."""
    rule: Rule | None = None
    """When; None as long as that was not said."""

    @property
    def lacks_time(self) -> bool:
        """Whether it has to be asked when."""
        return self.rule is None

    @property
    def lacks_owner(self) -> bool:
        """Whether it has to be asked whose it is."""
        return self.private and not self.owner

    def finished(self, identity: str, now: datetime) -> Reminder:
        """The reminder; raises ValueError without a time."""
        if self.rule is None:
            raise ValueError("a reminder without a time")
        return Reminder(
            id=identity,
            kind=self.kind,
            about=self.about,
            rule=self.rule,
            owner=self.owner,
            private=self.private,
            made=now,
            settled=now,
        )


def drafted(slots: Mapping[str, str], setting: Setting, now: datetime) -> Draft:
    """What a sentence asks to be reminded of.

    Whoever is to thank Sam is not Sam; a ritual is for both; "me", with other words, is one of the two.
    """
    thanked, owner = slots.get("thanked", ""), slots.get("owner", "")
    if "ritual" in slots:
        draft = Draft(kind=Kind.RITUAL, about=slots["ritual"])
    elif thanked == EACH_OTHER:
        draft = Draft(kind=Kind.THANKS)
    elif thanked:
        draft = Draft(kind=Kind.THANKS, about=thanked, owner=setting.other(thanked), private=True)
    elif slots.get("words"):
        about, times = split(slots["words"], setting)
        slots = {**times, **slots}
        private = bool(owner) or slots.get("who") == "me"
        draft = Draft(kind=Kind.WORDS if about else Kind.TOGETHER, about=about, owner=owner, private=private)
    else:
        draft = Draft(kind=Kind.TOGETHER)
    return with_time(draft, slots, now)


def completed(draft: Draft, answer: Intent, now: datetime) -> Draft | None:
    """The draft with what was answered to the question for its time, or for its owner; None if that is no answer."""
    if draft.lacks_time:
        slots = {"hour": answer.slots["number"]} if answer.name == "number" else answer.slots
        known = answer.name in ("when", "number", "remind") and says_when(slots)
        return with_time(draft, slots, now) if known else None
    match answer.name:
        case "say_who":
            return replace(draft, owner=answer.slots["partner"])
        case "for_both":
            return replace(draft, private=False)
        case _:
            return None


def with_time(draft: Draft, slots: Mapping[str, str], now: datetime) -> Draft:
    """The draft with the time that these slots say, if they say one."""
    return replace(draft, rule=rule_of(slots, now)) if says_when(slots) else draft


def split(words: str, setting: Setting) -> tuple[str, Mapping[str, str]]:
    """What comes before a time at the end of the words, and the slots of that time; none if there is no time."""
    said = words.split()
    for start in range(max(0, len(said) - LONGEST_TIME), len(said)):
        meaning = setting.meaning(" ".join(said[start:]))
        if meaning is not None and meaning.name == "when" and "alone" not in meaning.slots:
            return " ".join(said[:start]), meaning.slots
    return words, {}
