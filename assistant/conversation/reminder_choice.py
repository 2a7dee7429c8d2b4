"""Which reminders a sentence means. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.reminders import Kind, Reminder
from assistant.spoken_times import NAMED, REPEATED, part_of
from assistant.weekdays import Weekday
from intents.types import Intent

PARTS = {
    "morning": (*range(4, 12),),
    "afternoon": (*range(12, 18),),
    "evening": (*range(17, 24),),
    "tonight": (*range(17, 24),),
    "night": (*range(20, 24), *range(5)),
}
"""Hours that may be meant by a part of the day; they overlap."""


def meant(reminders: Sequence[Reminder], slots: Mapping[str, str], last: str) -> tuple[Reminder, ...]:
    """Those that fit what was said, in their order; `last` is the id of the one that was spoken of last."""
    place = slots.get("place", "")
    if place == "last":
        return tuple(one for one in reminders if one.id == last) or tuple(reminders[-1:])
    if place.isdigit():
        return tuple(reminders[int(place) - 1 : int(place)])
    return tuple(one for one in reminders if _fits(one, slots))


def chosen(choices: Sequence[Reminder], answer: Intent) -> tuple[Reminder, ...]:
    """What an answer picks among several; none if it picks no single one, unless it says all."""
    slots = {"place": answer.slots["number"]} if "number" in answer.slots else answer.slots
    if slots.get("place") == "all":
        return tuple(choices)
    found = meant(choices, slots, "") if answer.name in ("number", "cancel_reminder", "when") else ()
    return found if len(found) == 1 else ()


def same(one: Reminder, other: Reminder) -> bool:
    """Whether they would tell the same at the same times."""
    rules = one.rule.days == other.rule.days and (
        one.rule.begins.time() == other.rule.begins.time() if one.rule.days else one.rule == other.rule
    )
    return rules and (one.kind, one.about, one.owner) == (other.kind, other.about, other.owner)


def _fits(reminder: Reminder, slots: Mapping[str, str]) -> bool:
    return (
        _about(reminder, slots)
        and _at_hour(reminder, slots)
        and _on_days(reminder, slots.get("every", ""))
        and _in_part(reminder, part_of(slots))
    )


def _about(reminder: Reminder, slots: Mapping[str, str]) -> bool:
    if "ritual" in slots:
        return reminder.kind is Kind.RITUAL and reminder.about == slots["ritual"]
    if "thanked" in slots:
        return reminder.kind is Kind.THANKS and reminder.about == slots["thanked"]
    return True


def _at_hour(reminder: Reminder, slots: Mapping[str, str]) -> bool:
    """The hand of the clock is where it was said, in either half of the day."""
    if "hour" not in slots:
        return True
    hour = NAMED.get(slots["hour"]) or int(slots["hour"])
    said = hour * 60 + int(slots.get("minute", "0"))
    begins = reminder.rule.begins
    return (begins.hour * 60 + begins.minute - said) % (12 * 60) == 0


def _on_days(reminder: Reminder, every: str) -> bool:
    """A weekday means what comes on it; "weekdays" and the like mean exactly that rule."""
    if every not in REPEATED:
        return True
    days = REPEATED[every]
    own = reminder.rule.days or (tuple(Weekday)[reminder.rule.begins.weekday()],)
    return set(days) <= set(own) if len(days) == 1 else set(days) == set(own)


def _in_part(reminder: Reminder, part: str) -> bool:
    return part not in PARTS or reminder.rule.begins.hour in PARTS[part]
